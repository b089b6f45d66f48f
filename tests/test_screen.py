"""Which sign takes the place of which."""

import pytest
from conftest import FakeClock

from kiosk.acts import Show, Sign
from kiosk.events import Alert
from kiosk.screen import Screen, at_rest, replaces
from kiosk.timetable import Phase

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
