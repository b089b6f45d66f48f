"""Every sign as light and sound: what it is, that it is calm, and that it gives nobody away."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.acts import Addressee, Show, Sign
from kiosk.events import Reason
from kiosk.policy.signals import (
    SOFT_HZ,
    STEADY_S,
    TO_TELL_APART,
    Fitted,
    LightState,
    Profile,
    Signal,
    Tone,
    alike,
    level_at,
    self_test,
    signal,
    stays_s,
)
from kiosk.policy.signs import FACES, SIGNS

NORMAL, LOW = Profile.NORMAL, Profile.LOW_SENSORY
REFUSALS = [sign for sign in Sign if FACES[sign].colour == "amber" and sign is not Sign.SHUT_DOOR]

any_sign = st.sampled_from(Sign)
any_profile = st.sampled_from(Profile)
any_show = st.builds(
    Show,
    any_sign,
    cubby=st.one_of(st.none(), st.integers(1, 30)),
    time=st.sampled_from(["", "15:10"]),
    is_reminder=st.booleans(),
)


def of(sign: Sign, profile: Profile = NORMAL, cubby: int | None = 7) -> Signal:
    return signal(Show(sign, cubby), profile)


def pitches(shown: Signal) -> list[float]:
    return [tone.hz for tone in shown.tones if tone.hz is not None]


def visible(state: LightState) -> tuple[object, ...]:
    return state.lamp, state.brightness, state.cubbies


# what each is


def test_ready_is_dim_white_and_silent() -> None:
    assert of(Sign.READY) == Signal("white", 0.2)


@pytest.mark.parametrize("sign", [Sign.PUT_IN, Sign.TAKE])
def test_a_door_to_use_lights_its_cubby_with_one_tone(sign: Sign) -> None:
    shown = of(sign)
    assert (shown.cubbies, shown.pulse_s, len(pitches(shown)), shown.repeat_s) == ({7}, 0, 1, 0)


@pytest.mark.parametrize("sign", [Sign.DONE, Sign.NOTED, Sign.ALREADY_IN])
def test_what_is_done_is_green_with_two_rising_tones(sign: Sign) -> None:
    low, high = pitches(of(sign))
    assert low < high
    assert (of(sign).lamp, of(sign).cubbies) == ("green", frozenset())


@pytest.mark.parametrize("sign", REFUSALS)
def test_a_refusal_is_amber_with_one_low_tone(sign: Sign) -> None:
    others = [hz for s in (Sign.PUT_IN, Sign.TAKE, Sign.DONE) for hz in pitches(of(s))]
    assert (of(sign).lamp, len(pitches(of(sign)))) == ("amber", 1)
    assert pitches(of(sign))[0] <= min(others) / 2


def test_a_door_left_open_pulses_its_cubby_slowly_and_reminds_each_ten_seconds() -> None:
    shown = of(Sign.SHUT_DOOR)
    assert (shown.cubbies, shown.repeat_s) == ({7}, 10)
    assert shown.pulse_s >= 2
    heard = [t for t in range(31) if level_at(shown, t).tone]
    assert heard == [0, 10, 20, 30]


def test_a_broken_kiosk_is_red_and_silent() -> None:
    assert of(Sign.BROKEN) == Signal("red", 1)


def test_a_closed_kiosk_is_dark_and_silent() -> None:
    assert of(Sign.CLOSED) == Signal("off", 0)


@pytest.mark.parametrize("sign", Sign)
def test_the_lamp_has_the_colour_of_the_screen(sign: Sign) -> None:
    assert of(sign).lamp == FACES[sign].colour


# what it gives away


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("reason", [r for r, s in SIGNS.items() if s is Sign.ASK_OFFICE])
def test_a_hold_looks_and_sounds_like_any_other_ask_the_office(
    reason: Reason, profile: Profile
) -> None:
    held = Show(SIGNS[reason], cubby=7, time="15:10")
    assert signal(held, profile) == signal(Show(Sign.ASK_OFFICE), profile)


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("sign", set(Sign) - {Sign.PUT_IN, Sign.TAKE, Sign.SHUT_DOOR})
def test_no_cubby_shines_but_one_that_the_pupil_is_to_go_to(sign: Sign, profile: Profile) -> None:
    assert of(sign, profile, cubby=7) == of(sign, profile, cubby=None)


@given(show=any_show, profile=any_profile)
def test_a_signal_depends_on_sign_and_cubby_alone(show: Show, profile: Profile) -> None:
    assert signal(show, profile) == signal(Show(show.sign, show.cubby), profile)


@given(show=any_show, profile=any_profile, at=st.floats(0, 3600))
def test_no_other_cubby_shines(show: Show, profile: Profile, at: float) -> None:
    assert level_at(signal(show, profile), at).cubbies <= {show.cubby}


# that it is calm


@given(show=any_show, profile=any_profile, start=st.floats(0, 3600))
def test_no_sign_flashes_more_than_three_times_a_second(
    show: Show, profile: Profile, start: float
) -> None:
    shown = signal(show, profile)
    states = [visible(level_at(shown, start + n / 200)) for n in range(201)]
    assert sum(a != b for a, b in pairwise(states)) <= 1


@given(show=any_show, profile=any_profile, at=st.floats(0, 3600))
def test_the_lamp_is_steady(show: Show, profile: Profile, at: float) -> None:
    shown = signal(show, profile)
    state = level_at(shown, at)
    assert (state.lamp, state.brightness) == (shown.lamp, shown.brightness)


@given(show=any_show, at=st.floats(0, 3600))
def test_low_sensory_is_silent_dim_and_does_not_change(show: Show, at: float) -> None:
    shown = signal(show, LOW)
    assert level_at(shown, at) == level_at(shown, 0)
    assert level_at(shown, at).tone is None
    assert shown.brightness <= 0.25


@given(sign=any_sign)
def test_low_sensory_tells_the_same_with_less(sign: Sign) -> None:
    loud, calm = of(sign, NORMAL), of(sign, LOW)
    assert (calm.lamp, calm.cubbies) == (loud.lamp, loud.cubbies)
    assert calm.brightness <= loud.brightness


@given(show=any_show, profile=any_profile)
def test_a_tone_that_is_not_repeated_is_over_within_a_second(show: Show, profile: Profile) -> None:
    shown = signal(show, profile)
    assert sum(tone.seconds for tone in shown.tones) < 1
    if not shown.repeat_s:
        assert all(level_at(shown, 1 + n / 10).tone is None for n in range(600))


@given(sign=any_sign)
def test_a_sign_stays_longer_for_those_who_need_time(sign: Sign) -> None:
    calm, plain = stays_s(Show(sign), LOW), stays_s(Show(sign), NORMAL)
    assert plain == FACES[sign].stays_s
    assert calm > plain if plain else calm == 0


@given(show=any_show, profile=any_profile, done_s=st.floats(2, 15))
def test_the_school_chooses_how_long_done_stays_and_of_no_other_sign(
    show: Show, profile: Profile, done_s: float
) -> None:
    chosen, usual = stays_s(show, profile, done_s), stays_s(show, profile)
    is_done = show.sign in {Sign.DONE, Sign.NOTED}
    assert chosen == (usual / 4 * done_s if is_done else usual)


@given(show=any_show, profile=any_profile)
def test_whoever_needs_calm_has_it_at_any_kiosk(show: Show, profile: Profile) -> None:
    theirs = replace(show, to=Addressee(is_low_sensory=True))
    assert signal(theirs, profile) == signal(show, LOW)
    assert stays_s(theirs, profile) == stays_s(show, LOW)


@given(show=any_show, profile=any_profile)
def test_a_language_and_a_name_neither_shine_nor_sound(show: Show, profile: Profile) -> None:
    assert signal(replace(show, to=Addressee("ar", name="Ana")), profile) == signal(show, profile)


# that it can be told apart


@pytest.mark.parametrize("profile", Profile)
def test_lights_and_sounds_alone_tell_apart_what_a_pupil_has_to_do(profile: Profile) -> None:
    assert alike(Fitted(), profile) == []


def test_without_cubby_lamps_the_lamp_and_the_buzzer_tell_it_all() -> None:
    assert alike(Fitted(cubby_lamps=False), NORMAL) == []


def test_a_silent_kiosk_without_cubby_lamps_says_what_it_cannot_tell() -> None:
    assert alike(Fitted(cubby_lamps=False), LOW) == [
        (Sign.TAKE, Sign.DONE),
        (Sign.ASK_OFFICE, Sign.SHUT_DOOR),
    ]


def test_a_kiosk_without_lights_tells_nothing_by_them() -> None:
    assert alike(Fitted(lamp=False, cubby_lamps=False, buzzer=False), NORMAL) == [TO_TELL_APART]


def test_a_cubbys_lamp_that_blinks_is_told_from_one_that_shines() -> None:
    assert (Sign.PUT_IN, Sign.TAKE) in alike(Fitted(lamp=False, buzzer=False), NORMAL)


# the self-test


def test_the_self_test_shows_everything_once() -> None:
    steps = self_test(Fitted(), {2, 1}, NORMAL)
    assert [step.part for step in steps] == [
        "the lamp in red",
        "the lamp in green",
        "the lamp in blue",
        "the lamp in white",
        "the lamp of cubby 1",
        "the lamp of cubby 2",
        "a tone",
    ]
    assert [step.state.cubbies for step in steps[4:6]] == [{1}, {2}]


@pytest.mark.parametrize("profile", Profile)
def test_no_step_of_the_self_test_is_so_short_that_it_flickers(profile: Profile) -> None:
    steps = self_test(Fitted(), range(1, 31), profile)
    assert min(step.seconds for step in steps) >= STEADY_S


def test_the_low_sensory_self_test_is_silent_and_dim() -> None:
    steps = self_test(Fitted(), {1}, LOW)
    assert {step.state.tone for step in steps} == {None}
    assert max(step.state.brightness for step in steps) <= 0.25


@pytest.mark.parametrize(
    ("fitted", "is_about"),
    [
        (Fitted(cubby_lamps=False, buzzer=False), lambda part: part.startswith("the lamp in")),
        (Fitted(lamp=False, buzzer=False), lambda part: "cubby" in part),
        (Fitted(lamp=False, cubby_lamps=False), lambda part: part == "a tone"),
    ],
)
def test_the_self_test_passes_over_what_is_not_fitted(
    fitted: Fitted, is_about: Callable[[str], bool]
) -> None:
    steps = self_test(fitted, {1}, NORMAL)
    assert steps
    assert all(is_about(step.part) for step in steps)


@pytest.mark.parametrize(("profile", "bright", "seconds"), [(NORMAL, 1.0, 0.4), (LOW, 0.25, 1.0)])
def test_each_step_of_the_self_test_is_what_it_says(
    profile: Profile, bright: float, seconds: float
) -> None:
    steps = self_test(Fitted(), {2, 1}, profile)
    lamp = [(step.part, step.state, step.seconds) for step in steps][:4]
    assert lamp == [
        (f"the lamp in {colour}", LightState(colour, bright), seconds)
        for colour in ("red", "green", "blue", "white")
    ]
    assert [(step.part, step.state) for step in steps[4:6]] == [
        (f"the lamp of cubby {n}", LightState(cubbies=frozenset({n}))) for n in (1, 2)
    ]
    tone = [("a tone", LightState(tone=SOFT_HZ))] if profile is NORMAL else []
    assert [(step.part, step.state) for step in steps[6:]] == tone


def test_a_cubbys_lamp_blinks_half_of_the_time_and_the_lamp_does_not() -> None:
    shown = Signal("amber", 1.0, frozenset({3}), pulse_s=2.0)
    lit = [bool(level_at(shown, since_s).cubbies) for since_s in (0, 0.9, 1, 1.9, 2, 2.9, 3, 7.5)]
    assert lit == [True, True, False, False, True, True, False, False]
    assert {level_at(shown, since_s).brightness for since_s in (0, 1, 2.5)} == {1.0}


def test_a_cubbys_lamp_that_does_not_blink_shines_all_the_time() -> None:
    shown = Signal("green", 1.0, frozenset({3}))
    assert {level_at(shown, since_s).cubbies for since_s in (0, 0.5, 1, 99)} == {frozenset({3})}


def test_tones_follow_each_other_each_for_its_time_and_again_where_they_are_repeated() -> None:
    tones = (Tone(500.0, 0.2), Tone(None, 0.1), Tone(700.0, 0.2))
    once = Signal("green", 1.0, tones=tones)
    heard = [level_at(once, since_s).tone for since_s in (0, 0.125, 0.25, 0.375, 0.6, 10.125)]
    assert heard == [500.0, 500.0, None, 700.0, None, None]
    again = replace(once, repeat_s=10.0)
    assert [level_at(again, since_s).tone for since_s in (10.125, 10.375, 19)] == [
        *(500.0, 700.0, None)
    ]


def test_a_tone_is_over_when_its_time_is() -> None:
    shown = Signal("green", 1.0, tones=(Tone(500.0, 0.5), Tone(700.0, 0.5)))
    assert [level_at(shown, since_s).tone for since_s in (0.5, 1.0)] == [700.0, None]
