"""Each cubby's state in a word."""

import pytest
from cabinet import ANA, ANAS_CARD, SmallKiosk
from conftest import FakeClock, make_rules

from kiosk.events import Alert, Reason
from kiosk.view import Counts, CubbyState, counts, cubby_views


@pytest.fixture
def kiosk(clock: FakeClock) -> SmallKiosk:
    return SmallKiosk(make_rules(), clock)


def state(kiosk: SmallKiosk) -> CubbyState:
    return cubby_views(kiosk.rules, kiosk.standing)[0].state


def test_a_deposit_goes_through_its_states(kiosk: SmallKiosk) -> None:
    states = [state(kiosk)]
    kiosk.tap(ANAS_CARD)
    states.append(state(kiosk))
    kiosk.open(1)
    states.append(state(kiosk))
    kiosk.close(1)
    states.append(state(kiosk))

    assert states == [CubbyState.FREE, CubbyState.OPENING, CubbyState.OPEN, CubbyState.IN]


def test_what_staff_must_look_at_is_unknown_and_keeps_its_owner(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.override(1, ANA.id)
    kiosk.open(1)
    kiosk.close(1)

    view = cubby_views(kiosk.rules, kiosk.standing)[0]

    assert (view.state, view.person) == (CubbyState.UNKNOWN, ANA.id)
    assert view.deposit is not None
    assert view.deposit.doubt is Reason.OPENED_BY_STAFF


def test_a_fault_comes_before_everything_else(kiosk: SmallKiosk) -> None:
    kiosk.tap(ANAS_CARD)
    kiosk.tick(5.1)
    kiosk.tick(5.1)

    view = cubby_views(kiosk.rules, kiosk.standing)[0]

    assert (view.state, view.alerts) == (CubbyState.FAULT, (Alert.NOT_OPENED,))


def test_the_counts_are_those_of_the_cells(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()

    views = cubby_views(kiosk.rules, kiosk.standing)

    assert counts(views) == Counts(cubbies=6, free=5, stored=1, open=0, unknown=0, faults=0)
