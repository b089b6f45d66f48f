"""What the school has agreed with somebody's home: the signed agreement, and whom to call first."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from arranging_fixtures import deposit_of, furnished
from cabinet import ANA, ANAS_CARD, BEN, SmallKiosk, types
from conftest import FakeClock

from kiosk.drafting import Rules
from kiosk.events import EventType, Reason
from kiosk.lists.lines import MAKERS
from kiosk.lists.seen import Scene
from kiosk.messages.agreements import AskLeadFirst, NoteAgreement
from kiosk.messages.arrangements import HandOver
from kiosk.messages.commands import ImportRoster
from kiosk.model import Person, PersonKind

MONDAY = date(2026, 3, 2)


@pytest.fixture
def kiosk(rules: Rules, clock: FakeClock) -> SmallKiosk:
    return furnished(SmallKiosk(rules, clock))


def ana(kiosk: SmallKiosk) -> Person:
    return kiosk.standing.roster.people[ANA.id]


def reason(kiosk: SmallKiosk) -> Reason | None:
    assert kiosk.outcome is not None
    return kiosk.outcome.reason


def unsigned(kiosk: SmallKiosk) -> set[str | None]:
    scene = Scene(kiosk.rules, kiosk.standing, kiosk.clock.now())
    return {entry.person for entry in MAKERS["unsigned"](scene)}


def test_who_signed_it_and_when_stands_in_their_row_and_not_in_the_event(
    kiosk: SmallKiosk,
) -> None:
    (event,) = kiosk.take(NoteAgreement("reception", ANA.id, MONDAY, " Eva Silva "))
    assert (event.type, event.person, event.data) == (EventType.PERSON_NOTED, ANA.id, {})
    assert (ana(kiosk).agreed_on, ana(kiosk).agreed_by) == (MONDAY, "Eva Silva")

    kiosk.take(NoteAgreement("reception", ANA.id, None))
    assert (ana(kiosk).agreed_on, ana(kiosk).agreed_by) == (None, "")


def test_whoever_has_not_signed_is_on_a_list_and_hands_in_all_the_same(kiosk: SmallKiosk) -> None:
    assert ANA.id in unsigned(kiosk)
    assert kiosk.tap(ANAS_CARD).reason is Reason.DEPOSIT
    kiosk.take(NoteAgreement("reception", ANA.id, MONDAY, "Eva Silva"))
    assert ANA.id not in unsigned(kiosk)


def test_neither_leavers_nor_adults_are_on_it(kiosk: SmallKiosk) -> None:
    people = (replace(ANA, leaver=True), replace(BEN, kind=PersonKind.STAFF))
    kiosk.take(ImportRoster("console", people, 0, 2))
    assert not unsigned(kiosk) & {ANA.id, BEN.id}


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (NoteAgreement("reception", "nobody", MONDAY, "x"), Reason.NOT_KNOWN),
        (NoteAgreement("reception", ANA.id, MONDAY, " "), Reason.INCOMPLETE),
        (NoteAgreement("reception", ANA.id, MONDAY + timedelta(1), "x"), Reason.STILL_TO_COME),
        (NoteAgreement("reception", ANA.id, None), Reason.ALREADY_SO),
        (NoteAgreement("teacher", ANA.id, MONDAY, "x"), Reason.NOT_ALLOWED),
        (AskLeadFirst("dsl", "nobody"), Reason.NOT_KNOWN),
        (AskLeadFirst("dsl", ANA.id, is_so=False), Reason.ALREADY_SO),
        (AskLeadFirst("reception", ANA.id), Reason.NOT_ALLOWED),
    ],
)
def test_what_makes_no_sense_changes_nothing(
    kiosk: SmallKiosk, command: NoteAgreement | AskLeadFirst, why: Reason
) -> None:
    before = kiosk.standing
    assert kiosk.take(command) == []
    assert (reason(kiosk), kiosk.standing.roster) == (why, before.roster)


def test_staff_have_no_agreement_of_that_kind(kiosk: SmallKiosk) -> None:
    kiosk.take(ImportRoster("console", (replace(BEN, kind=PersonKind.STAFF),), 0, 1))
    kiosk.take(NoteAgreement("reception", BEN.id, MONDAY, "x"))
    assert reason(kiosk) is Reason.NOT_A_PUPIL


def test_where_the_duty_lead_is_first_nothing_is_handed_over_before_the_call(
    kiosk: SmallKiosk,
) -> None:
    kiosk.hand_in()
    kiosk.take(AskLeadFirst("dsl", ANA.id))
    over = HandOver("headteacher", deposit_of(kiosk), "passport")

    assert kiosk.take(over) == []
    assert reason(kiosk) is Reason.LEAD_FIRST

    assert types(kiosk.take(replace(over, is_lead_called=True))) == [EventType.HANDED_OVER]
