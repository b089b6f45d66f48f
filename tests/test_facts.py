"""What decides a tap, as it is gathered: the cubby collected from, and one that is in use."""

from datetime import UTC, datetime, timedelta

import pytest
from cabinet import ANA, ANAS_CARD, SmallKiosk
from conftest import FakeClock
from kiosk_days import HEAD

from kiosk.drafting import Rules
from kiosk.events import Moment, Reason
from kiosk.messages.arrangements import GivePass, TakeIn
from kiosk.messages.commands import Override, SaveUser, StateCustody
from kiosk.model import User
from kiosk.policy.facts import Arranged, Facts
from kiosk.state import Place
from kiosk.timetable import Phase


@pytest.fixture
def kiosk(rules: Rules, clock: FakeClock) -> SmallKiosk:
    kiosk = SmallKiosk(rules, clock)
    kiosk.take(SaveUser("console", User(HEAD, "head", "", ("headteacher",))))
    return kiosk


def kept(kiosk: SmallKiosk) -> int:
    deposit = kiosk.standing.state.deposit_of(ANA.id)
    assert deposit
    return deposit.id


def test_no_cubby_opens_again_for_what_the_office_gave_back(kiosk: SmallKiosk) -> None:
    kiosk.take(TakeIn(HEAD, ANA.id))
    kiosk.take(StateCustody(HEAD, kept(kiosk), Reason.GIVEN))

    assert kiosk.tap(ANAS_CARD).reason is Reason.DEPOSIT


def test_no_cubby_opens_again_for_what_was_given_back_from_a_place_unknown(
    kiosk: SmallKiosk,
) -> None:
    kiosk.hand_in()
    kiosk.clock.to(15, 20)
    kiosk.take(StateCustody(HEAD, kept(kiosk), Reason.EMPTY))
    kiosk.take(StateCustody(HEAD, kept(kiosk), Reason.GIVEN))

    tap = kiosk.tap(ANAS_CARD)

    assert (tap.granted, tap.reason) == (False, Reason.NOTHING_HERE)
    kiosk.tick(6)


def test_a_device_is_not_brought_back_while_staff_use_its_cubby(kiosk: SmallKiosk) -> None:
    cubby = kiosk.hand_in()
    kiosk.clock.to(12)
    kiosk.take(GivePass(HEAD, ANA.id, kiosk.clock.at, kiosk.clock.at + timedelta(hours=1)))
    kiosk.tap(ANAS_CARD)
    kiosk.open(cubby)
    kiosk.close(cubby)
    out = kiosk.standing.state.deposit_of(ANA.id)
    assert out
    assert out.place is Place.OUT
    kiosk.take(Override(HEAD, cubby, ANA.id, Reason.OTHER))

    tap = kiosk.tap(ANAS_CARD)

    assert (tap.reason, tap.cubby, kiosk.pulses) == (Reason.DOOR_OPEN, cubby, [])
    assert kiosk.standing.state.transactions[cubby].actor == f"user:{HEAD}"


def test_a_fact_that_was_arranged_is_changed_like_any_other() -> None:
    noon = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    facts = Facts(Moment(noon, 1.0), noon, Phase.LOCKED)
    changed = facts.but(held=True, is_adult=True)
    assert changed == facts._replace(is_adult=True, arranged=Arranged(held=True))
    assert changed.but(held=False, is_adult=False) == facts
