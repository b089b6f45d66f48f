"""When a confiscation ends by itself."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from arranging_fixtures import at, deposit_of, furnished
from cabinet import ANA, ANAS_CARD, SmallKiosk, types
from conftest import LONDON, SCHOOL_DAY, FakeClock

from kiosk.drafting import Rules
from kiosk.events import EventType, Reason
from kiosk.messages.arrangements import LetGoHome, PlaceHold, ReleaseNow
from kiosk.messages.commands import StateCustody
from kiosk.state.arrangements import HoldKind
from kiosk.timetable import Timetable

T = EventType


@pytest.fixture
def kiosk(rules: Rules, clock: FakeClock) -> SmallKiosk:
    return furnished(SmallKiosk(rules, clock))


def confiscate(kiosk: SmallKiosk, hour: int, minute: int = 0, **more: object) -> None:
    kiosk.hand_in()
    kiosk.clock.to(hour, minute)
    kiosk.take(PlaceHold("pastoral", deposit_of(kiosk), HoldKind.CONFISCATED, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize("forms", [frozenset(), frozenset({ANA.form})])
def test_it_ends_with_a_release_before_its_time(kiosk: SmallKiosk, forms: frozenset[str]) -> None:
    confiscate(kiosk, 10)
    kiosk.clock.to(12)
    events = kiosk.take(ReleaseNow("headteacher", forms))
    assert types(events) == [T.RELEASED_NOW, T.HOLD_LIFTED]
    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT


def test_the_release_of_another_form_leaves_it(kiosk: SmallKiosk) -> None:
    confiscate(kiosk, 10)
    assert types(kiosk.take(ReleaseNow("headteacher", frozenset({"9Z"})))) == [T.RELEASED_NOW]
    assert len(kiosk.standing.state.holds) == 1


def test_it_ends_for_whoever_is_let_go_home(kiosk: SmallKiosk) -> None:
    confiscate(kiosk, 10)
    kiosk.take(LetGoHome("reception", ANA.id))
    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT


def test_one_that_was_made_longer_ends_with_neither(kiosk: SmallKiosk) -> None:
    confiscate(kiosk, 10, ends=at(kiosk, 20))
    kiosk.take(ReleaseNow("headteacher"))
    kiosk.take(LetGoHome("reception", ANA.id))
    assert kiosk.tap(ANAS_CARD).reason is Reason.HELD


def test_a_hold_of_the_office_ends_with_no_release(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.take(PlaceHold("dsl", deposit_of(kiosk), HoldKind.OFFICE))
    kiosk.take(ReleaseNow("headteacher"))
    kiosk.clock.to(15, 20)
    kiosk.tick()
    assert kiosk.tap(ANAS_CARD).reason is Reason.HELD


def test_it_ends_with_an_early_closing_that_is_imported_later(kiosk: SmallKiosk) -> None:
    confiscate(kiosk, 10)
    early = replace(SCHOOL_DAY, release=time(12))
    kiosk.rules = replace(kiosk.rules, timetable=Timetable(LONDON, dict.fromkeys(range(5), early)))
    kiosk.clock.to(12, 1)
    assert T.HOLD_LIFTED in types(kiosk.tick())
    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT


def test_after_release_it_holds_until_the_kiosk_closes_and_no_longer(kiosk: SmallKiosk) -> None:
    confiscate(kiosk, 15, 20)
    assert kiosk.tap(ANAS_CARD).reason is Reason.HELD
    (hold,) = kiosk.standing.state.holds.values()
    assert (hold.ends, hold.after) == (at(kiosk, 16, 30), None)
    kiosk.clock.to(16, 31)
    kiosk.take(StateCustody("reception", deposit_of(kiosk), Reason.GIVEN))
    assert kiosk.standing.state.deposits == {}


@pytest.mark.parametrize("hour", [18, 22])
def test_placed_when_the_kiosk_is_closed_it_holds_until_midnight(
    kiosk: SmallKiosk, hour: int
) -> None:
    confiscate(kiosk, hour)
    (hold,) = kiosk.standing.state.holds.values()
    assert hold.ends == at(kiosk, 0) + timedelta(days=1)


def test_it_is_not_ended_twice_nor_by_a_clock_that_nobody_trusts(kiosk: SmallKiosk) -> None:
    confiscate(kiosk, 10)
    kiosk.clock.trusted = False
    kiosk.power_cut()
    kiosk.clock.to(15, 20)
    assert T.HOLD_LIFTED not in types(kiosk.tick())
    kiosk.clock.trusted = True
    assert T.HOLD_LIFTED not in types(kiosk.tick())
    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT
