"""What every bank of locks promises, whatever it hangs on."""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from bank_fixtures import BACKENDS, Build
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lock_fixtures import CUBBIES, Bench, lock_settings

from hardware.errors import LockBusy, UnknownCubby
from hardware.ports import Door, LockLimits

STEADY_S = 0.1  # a door that springs open or falls shut rebounds for less
ALL_SHUT = dict.fromkeys(range(1, CUBBIES + 1), Door.CLOSED)
STEPS = st.one_of(
    st.tuples(st.just("unlock"), st.integers(0, CUBBIES + 1)),
    st.tuples(st.just("pass"), st.sampled_from([0.0, 0.1, 0.399, 0.4, 0.6, 1.1])),
    st.tuples(st.just("all_off"), st.none()),
)


@pytest.fixture(params=BACKENDS)
def build(request: pytest.FixtureRequest) -> Build:
    return BACKENDS[request.param]


@pytest.fixture
def bench(build: Build, tmp_path: Path) -> Iterator[Bench]:
    bench = build(tmp_path, lock_settings())
    with closing(bench.locks):
        yield bench
        assert bench.violations == []


def test_an_unlock_opens_that_door_and_no_other(bench: Bench) -> None:
    bench.locks.unlock(2)
    assert bench.on == {2}
    bench.time.pass_by(STEADY_S)
    assert bench.locks.doors() == ALL_SHUT | {2: Door.OPEN}


def test_a_pulse_ends_by_itself(bench: Bench) -> None:
    bench.locks.unlock(2)
    bench.time.pass_by(5)
    assert (bench.lengths(2), bench.on, bench.locks.on()) == ([0.4], frozenset(), 0)
    assert bench.time.waiting() == []


def test_a_coil_that_is_on_is_not_triggered_again(bench: Bench) -> None:
    bench.locks.unlock(2)
    bench.time.pass_by(0.2)
    with pytest.raises(LockBusy, match="cubby 2 is on"):
        bench.locks.unlock(2)
    bench.time.pass_by(5)
    assert bench.lengths(2) == [0.4]


def test_a_coil_rests_between_two_pulses(bench: Bench) -> None:
    bench.locks.unlock(2)
    bench.time.pass_by(0.9)
    with pytest.raises(LockBusy, match="cubby 2 is resting"):
        bench.locks.unlock(2)
    bench.time.pass_by(0.2)
    bench.locks.unlock(2)
    assert bench.world.state(2).pulses == 2


def test_no_more_coils_are_on_at_once_than_the_budget_allows(build: Build, tmp_path: Path) -> None:
    bench = build(tmp_path, lock_settings(limits=LockLimits(max_concurrent=2)))
    with closing(bench.locks):
        bench.locks.unlock(1)
        assert bench.locks.busy() is False
        bench.locks.unlock(2)
        assert bench.locks.busy() is True
        with pytest.raises(LockBusy, match="no more than 2"):
            bench.locks.unlock(3)
        assert bench.on == {1, 2}


def test_the_budget_is_free_again_when_a_pulse_is_over(bench: Bench) -> None:
    bench.locks.unlock(1)
    bench.time.pass_by(0.4)
    assert bench.locks.busy() is False
    bench.locks.unlock(2)
    assert bench.on == {2}


def test_an_unknown_cubby_is_an_error_and_nothing_is_energised(bench: Bench) -> None:
    with pytest.raises(UnknownCubby, match="no cubby 9"):
        bench.locks.unlock(9)
    assert bench.on == frozenset()


def test_all_off_ends_a_pulse_at_once_or_says_that_it_goes_on(bench: Bench) -> None:
    bench.locks.unlock(3)
    bench.time.pass_by(0.1)
    bench.locks.all_off()
    goes_on = not bench.ends_pulses
    assert bench.on == ({3} if goes_on else frozenset())
    assert bench.locks.busy() is goes_on


def test_all_off_makes_nobody_rest_who_was_not_on(bench: Bench) -> None:
    bench.locks.unlock(3)
    bench.time.pass_by(1.1)
    bench.locks.all_off()
    bench.locks.unlock(3)
    assert bench.on == {3}


def test_a_timer_of_a_pulse_cut_short_leaves_the_next_one_alone(
    build: Build, tmp_path: Path
) -> None:
    bench = build(tmp_path, lock_settings(limits=LockLimits(rest_s=0)))
    with closing(bench.locks):
        bench.locks.unlock(3)
        bench.time.pass_by(0.1)
        bench.locks.all_off()
        bench.time.pass_by(0.1 if bench.ends_pulses else 0.4)
        bench.locks.unlock(3)
        bench.time.pass_by(5)
        assert (bench.world.state(3).pulses, bench.lengths(3)[-1]) == (2, 0.4)


def test_a_jammed_door_stays_shut_and_opens_when_it_is_freed(bench: Bench) -> None:
    bench.world.jam(1)
    bench.locks.unlock(1)
    bench.time.pass_by(2)
    assert bench.locks.doors() == ALL_SHUT
    bench.world.jam(1, False)
    bench.locks.unlock(1)
    assert bench.locks.doors() == ALL_SHUT | {1: Door.OPEN}


def test_a_door_that_was_forced_is_seen_open_without_a_pulse(bench: Bench) -> None:
    bench.world.open_door(4)
    assert bench.locks.doors() == ALL_SHUT | {4: Door.OPEN}
    assert (bench.world.state(4).pulses, bench.world.state(4).forced) == (0, 1)


def test_a_door_pushed_shut_is_seen_closed(bench: Bench) -> None:
    bench.locks.unlock(1)
    bench.time.pass_by(1)
    bench.world.close_door(1, bench.now_ns)
    bench.time.pass_by(STEADY_S)
    assert bench.locks.doors() == ALL_SHUT


def test_doors_without_sensors_are_unknown(build: Build, tmp_path: Path) -> None:
    with closing(build(tmp_path, lock_settings(2, sensors=False)).locks) as locks:
        assert locks.doors() == {1: Door.UNKNOWN, 2: Door.UNKNOWN}


def test_it_says_what_it_drives_and_what_it_promises(bench: Bench) -> None:
    assert bench.locks.cubbies == frozenset(range(1, CUBBIES + 1))
    assert bench.locks.limits == LockLimits()


def test_closing_turns_off_what_it_can_and_leaves_no_timer(bench: Bench) -> None:
    bench.locks.unlock(1)
    bench.locks.close()
    bench.locks.close()
    assert bench.on == (frozenset() if bench.ends_pulses else {1})
    bench.time.pass_by(5)
    assert (bench.on, bench.time.timers) == (frozenset(), [])


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEPS, max_size=25), slack=st.sampled_from([0.0, 0.05]))
def test_whatever_is_asked_of_it_the_limits_hold(
    build: Build, steps: list[tuple[str, float]], slack: float
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        limits = LockLimits(pulse_s=0.4, ceiling_s=0.5, rest_s=0.6, max_concurrent=2)
        bench = build(Path(folder), lock_settings(limits=limits))
        bench.time.slack_s = slack
        with closing(bench.locks):
            for act, argument in steps:
                take(bench, act, argument)
            bench.time.pass_by(2)
            assert bench.on == frozenset()
            assert bench.violations == []


def take(bench: Bench, act: str, argument: float) -> None:
    before = bench.on
    assert bench.locks.on() >= len(before)
    if act == "pass":
        bench.time.pass_by(argument)
        assert bench.on <= before
    elif act == "all_off":
        bench.locks.all_off()
        assert bench.on <= (frozenset() if bench.ends_pulses else before)
    else:
        try:
            bench.locks.unlock(int(argument))
        except (LockBusy, UnknownCubby):
            assert bench.on <= before
        else:
            assert int(argument) not in before
            assert {int(argument)} <= bench.on <= before | {int(argument)}
