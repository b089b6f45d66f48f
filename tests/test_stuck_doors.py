"""A door that stands open, or whose switch says so for ever: no medical need waits for it."""

from datetime import date

import pytest
from cabinet import ANA, ANAS_CARD, BENS_CARD, types
from cubbies_fixtures import HEAD, OFFICE, SchoolKiosk

from kiosk.acts import Show, Sign
from kiosk.custody import fold
from kiosk.events import Alert, EventType, Purpose, Reason
from kiosk.messages.arrangements import GrantExemption, PlaceHold
from kiosk.messages.commands import Override
from kiosk.state import Deposit, Place
from kiosk.state.arrangements import Exemption, ExemptionEffect, ExemptionKind, HoldKind

T = EventType
TODAY = date(2026, 3, 2)


@pytest.fixture
def kiosk() -> SchoolKiosk:
    """Ana needs her phone at any time."""
    kiosk = SchoolKiosk()
    always = ExemptionKind.MEDICAL, ExemptionEffect.ALWAYS
    kiosk.take(GrantExemption(HEAD, Exemption(0, ANA.id, *always, TODAY)))
    return kiosk


def anas(kiosk: SchoolKiosk) -> Deposit:
    deposit = kiosk.state.deposit_of(ANA.id)
    assert deposit is not None
    return deposit


def is_met(kiosk: SchoolKiosk, cubby: int = 1) -> bool:
    """Whether her tap opens her cubby now."""
    tap = kiosk.tap(ANAS_CARD)
    asked = tap.granted, tap.reason, tap.data["row"], kiosk.pulses
    return asked == (True, Reason.MEDICAL_ACCESS, "2", [cubby])


def test_a_switch_that_says_open_of_a_shut_door_does_not_keep_it_shut(kiosk: SchoolKiosk) -> None:
    kiosk.hand_in()
    kiosk.open(1)  # nobody pulsed it: its switch has broken

    assert is_met(kiosk)
    assert kiosk.shown[-1] == Show(Sign.TAKE, 1)
    kiosk.tick(11)  # no switch will ever tell
    assert (anas(kiosk).place, anas(kiosk).presumed, anas(kiosk).cubby) == (Place.OUT, True, 1)
    assert (kiosk.state.transactions, kiosk.pulses) == ({}, [])
    assert fold(kiosk.events) == kiosk.state


def test_through_a_hold_too_unless_it_is_met_otherwise(kiosk: SchoolKiosk) -> None:
    kiosk.hand_in()
    kiosk.open(1)
    kiosk.take(PlaceHold(OFFICE, anas(kiosk).id, HoldKind.OFFICE))
    assert is_met(kiosk)


def test_whoever_shuts_a_door_that_stood_open_has_taken_it(kiosk: SchoolKiosk) -> None:
    kiosk.hand_in()
    kiosk.open(1)
    assert is_met(kiosk)

    assert types(kiosk.close(1)) == [T.DOOR_CLOSED, T.TAKEN_OUT]
    assert anas(kiosk).place is Place.OUT
    assert kiosk.tick(11) == []  # and no door springs open behind her
    assert kiosk.tap(ANAS_CARD).reason is Reason.BACK


def test_a_door_that_was_never_seen_shut_after_it_was_put_in(kiosk: SchoolKiosk) -> None:
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)  # and she shuts it, which its switch does not tell
    kiosk.clock.advance(20)
    tap = kiosk.tap(ANAS_CARD)
    assert (tap.reason, kiosk.pulses) == (Reason.DOOR_OPEN, [])
    kiosk.clock.advance(10)

    assert is_met(kiosk)
    assert T.CUSTODY_UNKNOWN in types(kiosk.events[-4:])
    kiosk.tick(11)
    assert anas(kiosk).place is Place.OUT
    assert fold(kiosk.events) == kiosk.state


def test_a_door_that_was_never_seen_shut_after_it_was_brought_back(kiosk: SchoolKiosk) -> None:
    kiosk.hand_in()
    kiosk.clock.to(12)
    assert is_met(kiosk)
    kiosk.open(1)
    kiosk.close(1)
    assert kiosk.tap(ANAS_CARD).reason is Reason.BACK
    kiosk.open(1)
    kiosk.clock.advance(30)

    assert is_met(kiosk)
    kiosk.tick(11)
    assert anas(kiosk).place is Place.OUT


@pytest.mark.parametrize("who", ["staff", "a brother"])
def test_a_door_that_others_were_never_seen_to_shut(kiosk: SchoolKiosk, who: str) -> None:
    kiosk.with_family().hand_in()
    kiosk.clock.to(12)
    if who == "staff":
        kiosk.take(Override(HEAD, 1, ANA.id, Reason.CUBBY_CHECK))
    else:
        kiosk.tap(BENS_CARD)
    kiosk.open(1)
    assert kiosk.tap(ANAS_CARD).reason is Reason.DOOR_OPEN  # they have it open: it is met
    kiosk.clock.advance(30)

    assert is_met(kiosk)
    assert kiosk.state.transactions[1].purpose is Purpose.TAKE_OUT
    assert fold(kiosk.events) == kiosk.state


def test_from_release_on_it_goes_home_with_her(kiosk: SchoolKiosk) -> None:
    kiosk.hand_in()
    kiosk.open(1)
    kiosk.clock.to(15, 20)
    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT
    kiosk.tick(11)
    assert kiosk.state.deposit_of(ANA.id) is None


def test_anybody_else_shuts_it_first(kiosk: SchoolKiosk) -> None:
    kiosk.hand_in(BENS_CARD)
    kiosk.open(1)
    kiosk.clock.to(15, 20)
    tap = kiosk.tap(BENS_CARD)
    assert (tap.reason, tap.cubby, kiosk.pulses) == (Reason.DOOR_OPEN, 1, [])


def test_staff_who_open_a_door_that_stands_open_leave_no_fault_but_a_doubt(
    kiosk: SchoolKiosk,
) -> None:
    kiosk.hand_in()
    kiosk.open(1)
    kiosk.take(Override(HEAD, 1, ANA.id, Reason.CUBBY_CHECK))
    kiosk.tick(11)

    assert anas(kiosk).doubt is Reason.FORCED
    assert (Alert.NOT_OPENED, 1) not in kiosk.state.alerts
    assert (kiosk.state.transactions, kiosk.pulses) == ({}, [])
