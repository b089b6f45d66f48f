"""Giving devices back by form or year: in order, one door after another, and only what is owed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cabinet import ANA, ANAS_CARD, BEN, BENS_CARD, SmallKiosk, types
from conftest import FakeClock, make_rules

from kiosk.custody import fold
from kiosk.drafting import Rules
from kiosk.events import CONSOLE, EventType, Reason
from kiosk.messages.arrangements import OpenAll, PlaceHold, ReleaseRound, ResumeRound
from kiosk.messages.commands import ImportRoster
from kiosk.messages.cubbies import RaiseFire
from kiosk.state.arrangements import HoldKind

T = EventType
BOTH = ReleaseRound(CONSOLE, ("7B", "7A"))
AFTERNOON = timedelta(hours=6, minutes=45)  # from 08:30 to a quarter past three


@pytest.fixture
def kiosk(rules: Rules, clock: FakeClock) -> SmallKiosk:
    """Both have handed in, Ana into the first cubby, and it is release."""
    kiosk = SmallKiosk(rules, clock)
    kiosk.hand_in(ANAS_CARD)
    kiosk.hand_in(BENS_CARD)
    clock.advance(AFTERNOON.total_seconds())
    return kiosk


def refusal(kiosk: SmallKiosk, command: ReleaseRound) -> Reason | None:
    assert kiosk.take(command) == []
    assert kiosk.outcome is not None
    return kiosk.outcome.reason


def test_the_forms_get_theirs_in_the_order_that_was_said(kiosk: SmallKiosk) -> None:
    kiosk.take(BOTH)
    assert kiosk.pulses == [2]
    assert types(kiosk.open(2)) == [T.DOOR_OPENED, T.COLLECTED, T.PULSE_STARTED]
    assert kiosk.pulses == [1]
    kiosk.open(1)
    assert types(kiosk.events)[-1] is T.ROUND_ENDED
    assert kiosk.standing.state.deposits == {}
    assert fold(kiosk.events) == kiosk.standing.state


def test_a_form_is_released_in_the_order_of_its_register(rules: Rules, clock: FakeClock) -> None:
    kiosk = SmallKiosk(rules, clock)
    kiosk.hand_in(ANAS_CARD)
    kiosk.hand_in(BENS_CARD)
    kiosk.take(ImportRoster(CONSOLE, (replace(BEN, form=ANA.form),), 0, 1))
    clock.advance(AFTERNOON.total_seconds())
    kiosk.take(ReleaseRound(CONSOLE, ("7A",)))
    assert kiosk.standing.state.round is not None
    assert kiosk.standing.state.round.cubbies == (2, 1)  # Lister before Silva


def test_a_year_is_released_whatever_its_forms(kiosk: SmallKiosk) -> None:
    kiosk.take(ImportRoster(CONSOLE, (replace(ANA, year="7"), replace(BEN, year="7")), 0, 2))
    (begun, _) = kiosk.take(ReleaseRound(CONSOLE, ("7",)))
    assert begun.data == {"cubbies": [1, 2], "purpose": "collect"}


def test_before_release_there_is_nothing_to_give_back(rules: Rules, clock: FakeClock) -> None:
    kiosk = SmallKiosk(rules, clock)
    kiosk.hand_in()
    assert refusal(kiosk, BOTH) is Reason.NOTHING_HERE


def test_what_is_held_stays_shut(kiosk: SmallKiosk) -> None:
    deposit = kiosk.standing.state.deposit_of(BEN.id)
    assert deposit is not None
    kiosk.take(PlaceHold(CONSOLE, deposit.id, HoldKind.OFFICE))
    kiosk.take(BOTH)
    assert kiosk.pulses == [1]


def test_what_came_to_be_held_or_collected_meanwhile_is_passed_over(kiosk: SmallKiosk) -> None:
    kiosk.take(BOTH)
    deposit = kiosk.standing.state.deposit_of(ANA.id)
    assert deposit is not None
    kiosk.take(PlaceHold(CONSOLE, deposit.id, HoldKind.OFFICE))
    assert types(kiosk.open(2)) == [T.DOOR_OPENED, T.COLLECTED, T.ROUND_ENDED]
    assert kiosk.events[-1].data == {"left": [1]}


def test_after_a_power_cut_it_waits_and_gives_nothing_twice(kiosk: SmallKiosk) -> None:
    kiosk.take(BOTH)
    kiosk.open(2)
    kiosk.power_cut({1: False, 2: True})
    kiosk.tick(60)
    assert kiosk.pulses == []
    kiosk.take(ResumeRound(CONSOLE))
    assert 2 not in kiosk.pulses


def test_a_door_that_jams_is_told_and_the_next_one_opens(kiosk: SmallKiosk) -> None:
    kiosk.take(BOTH)
    kiosk.tick(5)
    assert T.ALERT_RAISED in types(kiosk.tick(5))
    assert kiosk.pulses == [1]
    kiosk.open(1)
    assert kiosk.events[-1].data == {"left": [], "failed": [2]}
    assert kiosk.standing.state.deposit_of(BEN.id) is not None


def test_without_sensors_it_is_presumed_that_each_was_taken(clock: FakeClock) -> None:
    kiosk = SmallKiosk(make_rules(2, has_sensor=False), clock)
    for card in (ANAS_CARD, BENS_CARD):
        kiosk.tap(card)
        kiosk.tick(60)
    clock.advance(AFTERNOON.total_seconds())
    kiosk.take(BOTH)
    kiosk.tick(1)
    kiosk.tick(60)
    assert kiosk.standing.state.deposits == {}


def test_nothing_opens_in_a_fire_or_beside_another_round(kiosk: SmallKiosk) -> None:
    kiosk.take(OpenAll(CONSOLE, Reason.EMPTYING))
    assert refusal(kiosk, BOTH) is Reason.ALREADY_SO
    kiosk.take(RaiseFire(CONSOLE))
    assert refusal(kiosk, BOTH) is Reason.FIRE


def test_it_takes_the_right_to_release(kiosk: SmallKiosk) -> None:
    assert refusal(kiosk, ReleaseRound("nobody", ("7A",))) is Reason.NOT_ALLOWED
