"""Devices that staff take along on a trip, and count back."""

import pytest
from cabinet import ANA, ANAS_CARD, BEN, BENS_CARD, types
from cubbies_fixtures import HEAD, HUGO, HUGOS_USER, OFFICE, SchoolKiosk, check_state

from kiosk.custody import fold
from kiosk.events import EventType, Reason
from kiosk.lists import Scene, make_list
from kiosk.messages.arrangements import CountBack, PlaceHold, TakeAlong
from kiosk.messages.commands import StateCustody
from kiosk.messages.record import Dropped
from kiosk.retention import SegmentRow, Series
from kiosk.state import Deposit, Place
from kiosk.state.arrangements import HoldKind
from kiosk.store.checkpoint import from_rows, to_rows

T = EventType
BOTH = frozenset({ANA.id, BEN.id})


@pytest.fixture
def kiosk() -> SchoolKiosk:
    """Ana's and Ben's phones are in."""
    kiosk = SchoolKiosk()
    kiosk.hand_in(ANAS_CARD)
    kiosk.hand_in(BENS_CARD)
    return kiosk


def take_along(kiosk: SchoolKiosk, people: frozenset[str] = BOTH, by: str = HUGOS_USER) -> bool:
    kiosk.take(TakeAlong(OFFICE, people, by))
    return kiosk.granted()


def anas(kiosk: SchoolKiosk) -> Deposit:
    deposit = kiosk.state.deposit_of(ANA.id)
    assert deposit is not None
    return deposit


def test_who_carries_them_is_on_record_and_their_cubbies_are_free(kiosk: SchoolKiosk) -> None:
    assert take_along(kiosk)

    assert types(kiosk.events[-2:]) == [T.TAKEN_ALONG, T.TAKEN_ALONG]
    assert (anas(kiosk).place, anas(kiosk).cubby) == (Place.CARRIED, None)
    assert anas(kiosk).keeper == f"person:{HUGO.id}"
    assert kiosk.state.in_cubby == {}
    assert fold(kiosk.events) == kiosk.state
    check_state(kiosk.state)


def test_a_user_and_the_member_of_staff_that_they_are_carry_the_same(kiosk: SchoolKiosk) -> None:
    take_along(kiosk, by=HUGO.id)
    kiosk.take(CountBack(OFFICE, BOTH, HUGOS_USER))
    assert kiosk.granted()


def test_no_card_opens_anything_while_staff_have_it(kiosk: SchoolKiosk) -> None:
    take_along(kiosk)
    kiosk.clock.to(15, 20)
    assert (kiosk.tap(ANAS_CARD).reason, kiosk.pulses) == (Reason.UNDER_ENQUIRY, [])


def test_what_is_counted_back_is_with_the_office_and_the_rest_is_carried(
    kiosk: SchoolKiosk,
) -> None:
    take_along(kiosk)
    kiosk.take(CountBack(OFFICE, frozenset({ANA.id}), HUGOS_USER))

    counted, taken_in = kiosk.events[-2:]
    assert (counted.type, counted.data["back"], counted.data["left"]) == (T.COUNTED_BACK, 1, 1)
    assert (taken_in.type, taken_in.person, taken_in.cause) == (T.TAKEN_IN, ANA.id, counted.seq)
    assert (anas(kiosk).place, anas(kiosk).keeper) == (Place.OFFICE, "")
    scene = Scene(kiosk.rules, kiosk.standing, kiosk.clock.now())
    assert [entry.person for entry in make_list("carried", scene).entries] == [BEN.id]
    assert fold(kiosk.events) == kiosk.state


def test_what_never_came_back_is_looked_for(kiosk: SchoolKiosk) -> None:
    take_along(kiosk)
    kiosk.take(StateCustody(OFFICE, anas(kiosk).id, Reason.EMPTY))
    assert (anas(kiosk).place, anas(kiosk).doubt) == (Place.CUBBY, Reason.EMPTY)


@pytest.mark.parametrize(
    ("people", "by", "why"),
    [
        (frozenset({ANA.id}), "nobody", Reason.NOT_KNOWN),
        (frozenset({ANA.id}), BEN.id, Reason.NOT_KNOWN),  # no member of staff
        (frozenset(), HUGOS_USER, Reason.NOT_KNOWN),
        (frozenset({ANA.id, HUGO.id}), HUGOS_USER, Reason.NOTHING_HERE),
    ],
)
def test_it_is_all_of_them_or_none(
    kiosk: SchoolKiosk, people: frozenset[str], by: str, why: Reason
) -> None:
    assert not take_along(kiosk, people, by)
    assert (kiosk.outcome.reason, anas(kiosk).place) == (why, Place.CUBBY)  # type: ignore[union-attr]


def test_what_is_held_is_taken_along_by_those_alone_who_could_lift_it(kiosk: SchoolKiosk) -> None:
    kiosk.take(PlaceHold(HEAD, anas(kiosk).id, HoldKind.SAFEGUARDING))
    assert not take_along(kiosk)
    kiosk.take(TakeAlong(HEAD, BOTH, HUGOS_USER))
    assert kiosk.granted()


def test_nobody_counts_back_what_that_member_of_staff_did_not_have(kiosk: SchoolKiosk) -> None:
    take_along(kiosk, frozenset({ANA.id}))
    kiosk.take(CountBack(OFFICE, BOTH, HUGOS_USER))
    assert (kiosk.granted(), anas(kiosk).place) == (False, Place.CARRIED)


def test_who_carries_it_outlasts_its_first_days_and_a_new_file(kiosk: SchoolKiosk) -> None:
    take_along(kiosk)
    last = kiosk.state.seq
    segment = SegmentRow(Series.TAPS, 1, last, last, 1, "0" * 64, "", "")
    kiosk.take(Dropped(segment))
    carried = [event for event in kiosk.events if event.type is T.CARRIED_FORWARD]

    assert fold(carried).deposits == kiosk.state.deposits
    assert from_rows(to_rows(kiosk.state).values()) == kiosk.state
