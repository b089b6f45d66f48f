"""Visitors who were on no list: they come with a card for a time, and leave it for the next."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cabinet import ANA, ANAS_CARD, BEN, SmallKiosk, types
from conftest import FakeClock, make_rules
from record_fixtures import Recorded, verified

from kiosk.events import EventType, Reason
from kiosk.messages.commands import EnrolCard
from kiosk.messages.visitors import SeeVisitorOff, WelcomeVisitor
from kiosk.model import Credential, Person, PersonKind, Roster
from kiosk.staff.users import next_admission

OFFICE, VERA, CARD = "office", "0f", "0123"
MIDNIGHT = datetime(2026, 3, 3, tzinfo=UTC)
VERAS = Credential(CARD, VERA, valid_until=MIDNIGHT)
COMES = WelcomeVisitor(OFFICE, VERA, "Vera", "Guest", VERAS, "the head", "77")


@pytest.fixture
def kiosk() -> SmallKiosk:
    return SmallKiosk(make_rules(), FakeClock())


def why_not(kiosk: SmallKiosk, command: object) -> Reason | None:
    assert kiosk.take(command) == []  # type: ignore[arg-type]
    assert kiosk.outcome
    return kiosk.outcome.reason


def test_a_visitor_comes_with_a_card_that_works_at_once_at_any_time(kiosk: SmallKiosk) -> None:
    came, enrolled = kiosk.take(COMES)

    assert types([came, enrolled]) == [EventType.VISITOR_CAME, EventType.CARD_ENROLLED]
    assert (came.person, came.note, came.data) == (VERA, "77", {"until": MIDNIGHT.isoformat()})
    assert kiosk.standing.roster.people[VERA] == Person(
        VERA, "visitor-1", "Vera", "Guest", kind=PersonKind.VISITOR
    )
    kiosk.clock.to(12)
    cubby = kiosk.hand_in(CARD)
    kiosk.clock.to(12, 30)
    assert (kiosk.tap(CARD).reason, kiosk.acts[0].cubby) == (Reason.COLLECT, cubby)


def test_after_the_last_day_the_card_opens_nothing(kiosk: SmallKiosk) -> None:
    kiosk.take(COMES)
    kiosk.clock.to(9, days=1)
    assert kiosk.tap(CARD).reason is Reason.EXPIRED_CARD


def test_whoever_leaves_gives_the_card_to_the_next(kiosk: SmallKiosk) -> None:
    kiosk.take(COMES)
    kiosk.clock.to(10)
    assert types(kiosk.take(SeeVisitorOff(OFFICE, VERA))) == [EventType.VISITOR_LEFT]
    assert kiosk.tap(CARD).reason is Reason.EXPIRED_CARD

    kiosk.take(replace(COMES, person="1f", credential=replace(VERAS, person="1f")))

    assert kiosk.standing.roster.people["1f"].admission == "visitor-2"
    assert kiosk.tap(CARD).person == "1f"


def test_nobody_leaves_whose_device_is_still_here(kiosk: SmallKiosk) -> None:
    kiosk.take(COMES)
    kiosk.hand_in(CARD)
    assert why_not(kiosk, SeeVisitorOff(OFFICE, VERA)) is Reason.STILL_KEPT

    kiosk.clock.advance(600)
    kiosk.hand_in(CARD)
    assert kiosk.take(SeeVisitorOff(OFFICE, VERA))
    assert why_not(kiosk, SeeVisitorOff(OFFICE, VERA)) is Reason.ALREADY_SO


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"forename": " ", "surname": ""}, Reason.INCOMPLETE),
        ({"credential": replace(VERAS, valid_until=None)}, Reason.INCOMPLETE),
        ({"credential": replace(VERAS, person=ANA.id)}, Reason.ALREADY_SO),
        ({"person": ANA.id}, Reason.ALREADY_SO),
        ({"credential": replace(VERAS, key=ANAS_CARD)}, Reason.CARD_TAKEN),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    kiosk: SmallKiosk, changed: dict[str, object], why: Reason
) -> None:
    before = kiosk.standing.roster
    assert why_not(kiosk, replace(COMES, **changed)) is why  # type: ignore[arg-type]
    assert kiosk.standing.roster == before


def test_only_visitors_are_seen_off(kiosk: SmallKiosk) -> None:
    assert why_not(kiosk, SeeVisitorOff(OFFICE, BEN.id)) is Reason.NOT_KNOWN


def test_the_next_number_is_after_the_highest(kiosk: SmallKiosk) -> None:
    known = [Person("1", "visitor-7", "A", "B"), Person("2", "visitor-x", "C", "D"), ANA]
    assert next_admission(Roster({person.id: person for person in known}), "visitor") == "visitor-8"
    assert next_admission(Roster(), "visitor") == "visitor-1"


def test_thirty_days_later_nothing_of_them_is_left(tmp_path: Path, clock: FakeClock) -> None:
    kiosk = Recorded(tmp_path, clock).furnish()
    card = Credential("ab" * 16, VERA, valid_until=MIDNIGHT)
    kiosk.take(WelcomeVisitor("console", VERA, "Vera", "Guest", card, "Mr Hale", "77"))
    for _ in range(32):
        clock.to(8, 30, days=1)
        kiosk.keep_up(12)

    assert VERA not in kiosk.core.standing.roster.people
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(word in text for text in files for word in (b"Vera", b"Hale"))
    assert verified(tmp_path).findings == []
    kiosk.close()


def test_a_card_that_is_enrolled_for_somebody_else_is_not_given_away(kiosk: SmallKiosk) -> None:
    kiosk.take(COMES)
    assert why_not(kiosk, EnrolCard(OFFICE, Credential(CARD, ANA.id))) is Reason.CARD_TAKEN
