"""Which locks may be on, by the clock."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.boards.pulses import Pulses
from hardware.ports import LockLimits

LIMITS = LockLimits(pulse_s=0.4, ceiling_s=1.0, rest_s=0.6, max_concurrent=2)


@pytest.fixture
def pulses() -> Pulses:
    return Pulses(LIMITS)


def test_a_pulse_counts_until_it_must_be_over(pulses: Pulses) -> None:
    pulses.begin(1, 10.0)
    assert pulses.on(10.0) == pulses.on(10.39) == {1}
    assert pulses.on(10.4) == frozenset()


def test_a_pulse_that_may_have_begun_later_counts_longer(pulses: Pulses) -> None:
    pulses.begin(1, 10.0)
    pulses.begin(1, 10.3)
    assert pulses.on(10.69) == {1}


def test_a_lock_that_is_on_or_resting_is_refused(pulses: Pulses) -> None:
    pulses.begin(1, 10.0)
    assert pulses.refusal(1, 10.3) == "the lock of cubby 1 is on"
    assert pulses.refusal(1, 10.9) == "the lock of cubby 1 is resting"
    assert pulses.refusal(1, 11.1) is None


def test_the_budget_is_refused_beyond(pulses: Pulses) -> None:
    pulses.begin(1, 10.0)
    assert pulses.refusal(3, 10.1) is None
    pulses.begin(2, 10.1)
    assert pulses.refusal(3, 10.2) == "no more than 2 may be on at once"
    assert pulses.refusal(3, 10.45) is None


def test_what_was_told_off_rests_from_then_on(pulses: Pulses) -> None:
    pulses.begin(1, 10.0)
    pulses.all_ended(10.1)
    assert pulses.on(10.1) == frozenset()
    assert pulses.refusal(1, 10.6) == "the lock of cubby 1 is resting"
    assert pulses.refusal(1, 10.8) is None


def test_telling_off_makes_nobody_rest_who_was_not_on(pulses: Pulses) -> None:
    pulses.begin(1, 10.0)
    pulses.all_ended(99.0)
    assert pulses.refusal(1, 99.0) is None


def test_a_coil_that_no_pulse_explains_counts_until_the_board_says_otherwise(
    pulses: Pulses,
) -> None:
    pulses.begin(1, 10.0)
    pulses.saw([1, 2], 10.1)
    assert pulses.strange == {2}
    assert pulses.on(99.0) == {2}
    pulses.saw([], 99.0)
    assert pulses.on(99.0) == frozenset()


def test_it_is_stuck_when_it_was_so_for_as_long_as_the_ceiling(pulses: Pulses) -> None:
    pulses.saw([2], 10.0)
    pulses.saw([2, 3], 10.5)
    assert pulses.stuck(10.99) == frozenset()
    assert pulses.stuck(11.0) == {2}


@given(st.lists(st.tuples(st.integers(1, 3), st.floats(0, 0.5)), max_size=30))
def test_whatever_is_granted_keeps_to_the_limits(steps: list[tuple[int, float]]) -> None:
    pulses, now = Pulses(LIMITS), 10.0
    began: dict[int, float] = {}
    for cubby, passed_s in steps:
        now += passed_s
        if pulses.refusal(cubby, now) is None:
            assert now - began.get(cubby, 0.0) >= LIMITS.pulse_s + LIMITS.rest_s - 1e-9
            began[cubby] = now
            pulses.begin(cubby, now)
        on = {each for each, at in began.items() if now < at + LIMITS.pulse_s}
        assert pulses.on(now) == on
        assert len(on) <= 2
