"""Each cubby's state in a word."""

import pytest
from cabinet import ANA, ANAS_CARD, SmallKiosk
from conftest import FakeClock, make_rules

from kiosk.events import Alert, Reason
from kiosk.explaining.explaining import explain
from kiosk.policy.roles import Permission
from kiosk.view import Counts, CubbyState, counts, cubby_views
from webui.cabinet import state_words


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


def test_a_door_that_a_cut_left_open_counts_as_not_certain_before_it_is_shut(
    kiosk: SmallKiosk,
) -> None:
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    kiosk.power_cut({1: True})

    views = cubby_views(kiosk.rules, kiosk.standing)

    assert (views[0].state, views[0].is_certain) == (CubbyState.OPEN, False)
    assert counts(views) == Counts(cubbies=6, free=5, stored=0, open=1, unknown=1, faults=0)
    assert state_words(views[0]).endswith("pen, not certain")
    assert explained(kiosk)[2:5] == (
        "their device may be in cubby 1, since 08:30",
        "that is not certain: interrupted by a stop or a power cut",
        "their cubby is open without a tap of theirs, or staff are opening it",
    )


def explained(kiosk: SmallKiosk) -> tuple[str, ...]:
    now, may_see = kiosk.clock.now(), frozenset({Permission.SEE_NAMES})
    return explain(kiosk.rules, kiosk.standing, ANA.id, now, may_see=may_see).facts
