"""The lights' thread: what it writes, how it keeps calm, and that no fault stops it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.lights.none import NoLights
from hardware.ports import Colour
from hardware.simulated.clock import VirtualClock
from hardware.simulated.lights import Shining, SimulatedLights
from kiosk.acts import Show, Sign
from kiosk.policy.signals import HIGH_HZ, LOW_HZ, SOFT_HZ, STEADY_S, Profile
from kiosk.signalling import RETRY_S, ROUND_S, Signalling, run_self_test

CUBBIES = (1, 2, 3)


@dataclass
class Bench:
    """A kiosk's lights in the hands of a test. They have been dark for a while."""

    profile: Profile = Profile.NORMAL
    show: Show = field(default_factory=lambda: Show(Sign.CLOSED))

    def __post_init__(self) -> None:
        self.time = VirtualClock()
        self.lights = SimulatedLights(CUBBIES, self.time.now)
        self.signalling = Signalling(self.lights, lambda: self.show, self.time.now, self.profile)
        self.wait(1)

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds / ROUND_S)):
            self.time.advance(ROUND_S)
            self.signalling.round()

    def see(self, sign: Sign, cubby: int | None = None, seconds: float = ROUND_S) -> Shining:
        self.show = Show(sign, cubby)
        self.wait(seconds)
        return self.lights.shining

    @property
    def heard(self) -> list[float]:
        """Every tone that began, in its order."""
        tones = [seen.hz for _, seen in self.lights.history]
        return [hz for last, hz in pairwise([None, *tones]) if hz is not None and hz != last]

    @property
    def changes(self) -> list[float]:
        """When something visible changed."""
        return changes(self.lights)


def changes(lights: SimulatedLights) -> list[float]:
    seen = [(at, (it.colour, it.brightness, it.lit)) for at, it in lights.history]
    moments, last = [], (Colour.OFF, 0.0, frozenset())
    for at, now in seen:
        if now != last and at not in moments:
            moments.append(at)
        last = now
    return moments


def most_in_a_second(moments: Sequence[float]) -> int:
    return max((sum(at <= m <= at + 1 for m in moments) for at in moments), default=0)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_sign_is_shown_in_the_next_round(bench: Bench) -> None:
    assert bench.see(Sign.PUT_IN, 2) == Shining(Colour.BLUE, 1, frozenset({2}), SOFT_HZ)


def test_only_changes_are_written(bench: Bench) -> None:
    bench.see(Sign.PUT_IN, 2, seconds=60)
    assert len(bench.changes) == 1
    assert len(bench.lights.history) == 4  # tone, lamp, cubby, silence


def test_tones_follow_each_other_and_end(bench: Bench) -> None:
    assert bench.see(Sign.DONE, 2, seconds=5).hz is None
    assert bench.heard == [SOFT_HZ, HIGH_HZ]


def test_a_cubby_without_a_lamp_is_passed_over(bench: Bench) -> None:
    assert bench.see(Sign.TAKE, 9).lit == frozenset()


def test_a_door_left_open_pulses_its_lamp_and_reminds(bench: Bench) -> None:
    bench.see(Sign.SHUT_DOOR, 3, seconds=60)
    assert len(bench.heard) == 6
    lit = [seen.lit for _, seen in bench.lights.history]
    assert {frozenset({3}), frozenset()} == set(lit[1:])
    assert len(bench.changes) == pytest.approx(48, abs=1)


def test_the_same_sign_is_heard_once(bench: Bench) -> None:
    bench.see(Sign.ASK_OFFICE, seconds=3)
    bench.see(Sign.ASK_OFFICE, 2, seconds=3)
    assert bench.heard == [LOW_HZ]


def test_the_same_sign_shown_to_the_next_pupil_is_heard_again(bench: Bench) -> None:
    bench.see(Sign.ASK_OFFICE, seconds=3)
    bench.signalling.shown_anew()
    bench.see(Sign.ASK_OFFICE, seconds=3)
    assert bench.heard == [LOW_HZ, LOW_HZ]
    assert len(bench.changes) == 1


def test_a_new_sign_cuts_the_tone_of_the_one_before(bench: Bench) -> None:
    bench.see(Sign.ASK_OFFICE)
    assert bench.see(Sign.READY).hz is None


# calm


def test_a_lamp_that_has_just_changed_keeps_still_while_sound_follows_at_once(bench: Bench) -> None:
    bench.see(Sign.WAIT, seconds=0.1)
    hurried = bench.see(Sign.PUT_IN, 1)
    assert (hurried.colour, hurried.lit, hurried.hz) == (Colour.WHITE, frozenset(), SOFT_HZ)
    bench.wait(STEADY_S)
    assert (bench.lights.shining.colour, bench.lights.shining.lit) == (Colour.BLUE, {1})


def test_a_sign_that_is_gone_again_is_never_seen_on_the_lamp(bench: Bench) -> None:
    bench.see(Sign.READY)
    bench.see(Sign.BROKEN)
    bench.see(Sign.READY, seconds=5)
    assert {seen.colour for _, seen in bench.lights.history} == {Colour.WHITE}


def test_doors_that_follow_each_other_make_no_flicker(bench: Bench) -> None:
    for n in range(20):
        bench.see(Sign.PUT_IN, 1 + n % 3, seconds=0.1)
    assert 1 < most_in_a_second(bench.changes) <= 3


def test_a_cubby_that_cannot_shine_delays_no_other_light(bench: Bench) -> None:
    bench.see(Sign.PUT_IN, 8, seconds=1)
    bench.see(Sign.PUT_IN, 9)
    assert bench.see(Sign.BROKEN).colour is Colour.RED


HURRY = st.lists(
    st.tuples(
        st.sampled_from(Sign),
        st.sampled_from([None, 1, 2]),
        st.floats(0.001, 0.6),
        st.sampled_from(["", "", "anew", "test", "break", "mend"]),
    ),
    max_size=40,
)


@given(hurry=HURRY, profile=st.sampled_from(Profile))
def test_whatever_signs_follow_each_other_nothing_flashes_above_three_a_second(
    hurry: list[tuple[Sign, int | None, float, str]], profile: Profile
) -> None:
    bench = Bench(profile)
    for sign, cubby, pause_s, deed in hurry:
        if deed == "anew":
            bench.signalling.shown_anew()
        elif deed == "test":
            bench.signalling.self_test()
        elif deed:
            bench.lights.broken = deed == "break"
        bench.show = Show(sign, cubby)
        bench.time.advance(pause_s)
        bench.signalling.round()
    assert most_in_a_second(bench.changes) <= 3


@given(hurry=HURRY)
def test_low_sensory_is_never_heard(hurry: list[tuple[Sign, int | None, float, str]]) -> None:
    bench = Bench(Profile.LOW_SENSORY)
    bench.signalling.self_test()
    for sign, cubby, pause_s, _ in hurry:
        bench.see(sign, cubby, pause_s)
    assert bench.heard == []


# faults


def test_a_fault_is_logged_once_and_stops_nobody(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.lights.broken = True
    for sign in (Sign.PUT_IN, Sign.DONE, Sign.READY) * 5:
        bench.see(sign, 1, seconds=3)
    assert sorted(record.message for record in caplog.records) == [
        "lights: simulated fault: the buzzer did not do as told",
        "lights: simulated fault: the cubby lamps did not do as told",
        "lights: simulated fault: the lamp did not do as told",
        "lights: simulated fault: the lights do not do as told",
    ]
    assert not any(record.exc_info for record in caplog.records)


def test_what_is_broken_is_told_until_it_is_mended(bench: Bench) -> None:
    bench.lights.broken = True
    bench.see(Sign.READY)
    assert bench.signalling.faults == ["simulated fault: the lamp did not do as told"]
    bench.lights.broken = False
    bench.wait(RETRY_S + 1)
    assert bench.signalling.faults == []


def test_a_mended_lamp_shows_what_is_shown_now(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    bench.lights.broken = True
    bench.see(Sign.BROKEN)
    bench.lights.broken = False
    assert bench.lights.shining.colour is Colour.OFF
    bench.wait(RETRY_S + 1)
    assert bench.lights.shining.colour is Colour.RED
    assert caplog.messages[-1] == "lights: the lamp: works again"


def test_a_lamp_that_stays_broken_is_not_tried_each_round(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def lamp(colour: Colour, brightness: float) -> None:
        tried.append(bench.time.now())
        raise OSError("no such line")

    monkeypatch.setattr(bench.signalling._lamp, "_write", lambda it: lamp(*it))
    bench.see(Sign.READY, seconds=31)
    assert len(tried) == 7


def test_a_broken_lamp_leaves_the_buzzer_sounding(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def defect(it: object) -> None:
        raise TypeError("a defect")

    monkeypatch.setattr(bench.signalling._lamp, "_write", defect)
    bench.see(Sign.DONE, seconds=2)
    assert bench.heard == [SOFT_HZ, HIGH_HZ]
    assert caplog.records[0].exc_info  # a defect is ours: it is logged with its place


def test_a_tone_does_not_go_on_for_ever_when_the_sign_cannot_be_asked_for() -> None:
    time, signs = VirtualClock(), [Show(Sign.ASK_OFFICE)]
    lights = SimulatedLights((), time.now)
    signalling = Signalling(lights, signs.pop, time.now, Profile.NORMAL)
    signalling.round()
    assert lights.shining.hz == LOW_HZ
    with pytest.raises(IndexError):
        signalling.round()
    assert lights.shining.hz is None


def test_a_kiosk_without_lights_does_nothing() -> None:
    time = VirtualClock()
    signalling = Signalling(NoLights(), lambda: Show(Sign.DONE, 1), time.now, Profile.NORMAL)
    signalling.self_test()
    for _ in range(40):
        time.advance(ROUND_S)
        signalling.round()
    assert (signalling.faults, signalling.testing) == ([], None)


# the self-test


def test_the_self_test_shows_each_part_and_then_the_sign_again(bench: Bench) -> None:
    bench.see(Sign.READY, seconds=1)
    bench.lights.history.clear()
    bench.signalling.self_test()
    bench.wait(4)
    looks = [(seen.colour, *seen.lit) for _, seen in bench.lights.history if not seen.hz]
    order = [*dict.fromkeys(looks)]
    assert order[:4] == [(Colour.RED,), (Colour.GREEN,), (Colour.BLUE,), (Colour.WHITE,)]
    assert [look for look in order if look[1:]][-3:] == [(Colour.OFF, n) for n in CUBBIES]
    assert bench.heard == [SOFT_HZ]
    assert bench.lights.shining == Shining(Colour.WHITE, 0.2)


def test_a_sign_for_somebody_ends_the_self_test(bench: Bench) -> None:
    bench.signalling.self_test()
    bench.wait(0.5)
    assert bench.signalling.testing == "the lamp in green"
    bench.see(Sign.PUT_IN, 1, seconds=1)
    assert bench.signalling.testing is None
    assert bench.lights.shining.lit == {1}


def test_a_sign_that_stood_there_already_does_not_end_it(bench: Bench) -> None:
    bench.see(Sign.BROKEN, seconds=1)
    bench.signalling.self_test()
    bench.wait(1)
    assert bench.signalling.testing == "the lamp in blue"


def test_the_next_pupil_ends_it_even_with_the_same_sign(bench: Bench) -> None:
    bench.signalling.self_test()
    bench.wait(0.5)
    bench.signalling.shown_anew()
    bench.wait(ROUND_S)
    assert bench.signalling.testing is None


@pytest.mark.parametrize("profile", Profile)
def test_the_self_test_of_a_stopped_kiosk_ends_dark(profile: Profile) -> None:
    time = VirtualClock()
    lights = SimulatedLights(CUBBIES, time.now)
    told: list[str] = []
    faults = run_self_test(lights, profile, monotonic=time.now, sleep=time.sleep, tell=told.append)
    assert (faults, lights.shining) == ([], Shining())
    assert told[:1] == ["the lamp in red"]
    assert len(told) == (8 if profile is Profile.NORMAL else 7)
    assert most_in_a_second(changes(lights)) <= 3


def test_the_shortest_self_test_ends_dark_too() -> None:
    time = VirtualClock()
    lights = SimulatedLights({1}, time.now, has_lamp=False, has_buzzer=False)
    run_self_test(lights, Profile.NORMAL, monotonic=time.now, sleep=time.sleep)
    assert [seen.lit for _, seen in lights.history] == [{1}, frozenset()]


def test_the_self_test_of_a_stopped_kiosk_tells_every_fault() -> None:
    time = VirtualClock()
    lights = SimulatedLights(CUBBIES, time.now)
    lights.broken = True
    faults = run_self_test(lights, Profile.NORMAL, monotonic=time.now, sleep=time.sleep)
    assert faults == [
        "simulated fault: the lights do not do as told",
        *(
            f"simulated fault: the {part} did not do as told"
            for part in ("lamp", "cubby lamps", "buzzer")
        ),
    ]
