"""Which sign takes the place of which."""

import pytest
from conftest import FakeClock

from kiosk.acts import Addressee, Show, Sign
from kiosk.events import Alert
from kiosk.policy.signals import Profile
from kiosk.screen import Screen, at_rest, replaces, shown_calmly
from kiosk.timetable import Phase

NORMAL, LOW = Profile.NORMAL, Profile.LOW_SENSORY
PUT_IN_3 = Show(Sign.PUT_IN, 3)
SHUT_5 = Show(Sign.SHUT_DOOR, 5, is_reminder=True)


@pytest.mark.parametrize(
    ("shown", "new", "is_replaced"),
    [
        (Show(Sign.READY), SHUT_5, True),
        (PUT_IN_3, SHUT_5, False),
        (Show(Sign.PUT_IN, 5), SHUT_5, True),
        (SHUT_5, PUT_IN_3, True),
        (SHUT_5, Show(Sign.READY, 5), True),
        (PUT_IN_3, Show(Sign.READY, 5), False),
        (PUT_IN_3, Show(Sign.ASK_OFFICE), True),
    ],
)
def test_an_answer_comes_first_and_a_reminder_last(
    shown: Show, new: Show, is_replaced: bool
) -> None:
    assert replaces(shown, new) is is_replaced


def test_a_sign_goes_after_its_time(clock: FakeClock) -> None:
    screen = Screen(clock.monotonic)
    screen.show(Show(Sign.ASK_OFFICE))
    clock.advance(6.1)

    assert screen.shown() == Show(Sign.READY)


def test_a_sign_stays_longer_for_who_needs_time_and_then_it_is_over(clock: FakeClock) -> None:
    screen = Screen(clock.monotonic)
    theirs = Show(Sign.ASK_OFFICE, to=Addressee("pl", is_low_sensory=True))
    screen.show(theirs)
    clock.advance(11.9)
    assert screen.shown() == theirs
    clock.advance(0.2)

    assert screen.shown() == Show(Sign.READY)


@pytest.mark.parametrize(("profile", "is_calm"), [(NORMAL, False), (LOW, True)])
def test_a_kiosk_that_is_calm_for_everybody_says_so_of_each_sign(
    profile: Profile, is_calm: bool
) -> None:
    shown = shown_calmly(Show(Sign.READY), profile)
    assert shown == Show(Sign.READY, to=Addressee(is_low_sensory=is_calm))
    calm = Show(Sign.TAKE, 3, to=Addressee(is_low_sensory=True))
    assert shown_calmly(calm, profile) == calm


def test_at_rest_a_kiosk_that_is_stuck_invites_nobody() -> None:
    assert at_rest(Phase.ARRIVAL, set(), is_stuck=True) == Show(Sign.BROKEN)
    assert at_rest(Phase.ARRIVAL, {Alert.FIRE}, is_stuck=True) == Show(Sign.LEAVE)


@pytest.mark.parametrize(
    ("phase", "alerts", "sign"),
    [
        (Phase.ARRIVAL, set(), Sign.READY),
        (None, set(), Sign.READY),
        (Phase.CLOSED, set(), Sign.CLOSED),
        (Phase.ARRIVAL, {Alert.READER_LOST}, Sign.BROKEN),
        (Phase.CLOSED, {Alert.LOCKS_LOST}, Sign.BROKEN),
        (Phase.ARRIVAL, {Alert.FORCED}, Sign.READY),
    ],
)
def test_at_rest_the_screen_invites_only_when_a_tap_would_do_something(
    phase: Phase | None, alerts: set[Alert], sign: Sign
) -> None:
    assert at_rest(phase, alerts) == Show(sign)
