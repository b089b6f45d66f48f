"""An import taken back within a day, and what happened since left alone."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from roster_fixtures import roster_of

from kiosk.events import Event, EventType, Moment, Reason
from kiosk.model import CardStatus, Credential, Person, Roster, User, Wishes
from kiosk.roster import Imported, TakenBack, people_in, take_back, undo_of, undo_refusal
from kiosk.roster.undo import is_over

ANA = Person("a1", "1001", "Ana", "Silva", "7A", wishes=Wishes((3, 1), accessible=True))
BEN = Person("b2", "1002", "Ben", "Lister", "7B")
NEW = Person("n3", "1003", "New", "One", "7A")
MOVED, GONE = replace(ANA, form="8A"), replace(BEN, leaver=True)
CARD, HERS = Credential("c0", NEW.id), Credential("c1", ANA.id)
AT = datetime(2026, 9, 7, 9, tzinfo=UTC)
NOW = Moment(AT, 100.0, "boot", True)
BEFORE = roster_of(ANA, BEN)
AFTER = roster_of(MOVED, GONE, NEW, cards=[CARD, HERS])
UNDO = undo_of([NEW, MOVED, GONE], [CARD, HERS], BEFORE, 12, NOW)


def test_what_was_is_kept_with_whom_and_what_was_added() -> None:
    assert (UNDO.before, UNDO.after) == ((ANA, BEN), (MOVED, GONE))
    assert (UNDO.added, UNDO.cards, UNDO.seq) == ((NEW.id,), ("c0", "c1"), 12)
    assert UNDO.moment == NOW


def test_it_is_the_same_when_it_was_written_and_read() -> None:
    assert Imported.from_row(json.loads(json.dumps(UNDO.to_row()))) == UNDO


def test_everybody_is_as_before_and_who_was_added_is_gone_with_their_card() -> None:
    assert take_back(UNDO, AFTER, ()) == TakenBack((ANA, BEN), (NEW.id,), ("c0", "c1"))


def test_who_was_added_and_did_something_since_becomes_a_leaver_and_keeps_the_card() -> None:
    taken = take_back(UNDO, AFTER, {NEW.id})

    assert taken == TakenBack((ANA, BEN, replace(NEW, leaver=True)), (), ("c1",))


def test_who_was_given_a_card_since_becomes_a_leaver() -> None:
    own = Credential("own", NEW.id)

    taken = take_back(UNDO, roster_of(MOVED, GONE, NEW, cards=[CARD, HERS, own]), ())
    assert (taken.gone, taken.cards) == ((), ("c1",))


def test_who_signs_in_becomes_a_leaver() -> None:
    roster = replace(AFTER, users={"u": User("u", "office", "", person=NEW.id)})

    assert take_back(UNDO, roster, ()).people[-1] == replace(NEW, leaver=True)


def test_what_somebody_has_changed_since_stays() -> None:
    since = replace(MOVED, form="8B", no_device=True)
    renamed = replace(NEW, forename="Nell")

    taken = take_back(UNDO, roster_of(since, GONE, renamed), {NEW.id})
    assert taken.people == (BEN, replace(renamed, leaver=True))
    later = replace(MOVED, no_device=True)
    assert take_back(UNDO, roster_of(later, GONE), ()).people == (replace(ANA, no_device=True), BEN)


def test_who_was_erased_since_does_not_come_back() -> None:
    left = UNDO.without(ANA.id).without(NEW.id)

    assert "Silva" not in json.dumps(left.to_row())
    assert take_back(left, roster_of(GONE), ()) == TakenBack((BEN,), (), ())
    assert take_back(UNDO, roster_of(), ()) == TakenBack((), (), ())


def test_a_card_that_was_there_before_stays() -> None:
    old = Credential("c1", ANA.id, status=CardStatus.BLOCKED)
    before = roster_of(ANA, cards=[old])

    assert undo_of([], [HERS], before, 1, NOW).cards == ()


def test_a_card_that_was_blocked_since_stays_blocked() -> None:
    lost = replace(HERS, status=CardStatus.BLOCKED)
    roster = roster_of(MOVED, GONE, NEW, cards=[CARD, lost])

    assert take_back(UNDO, roster, ()).cards == (CARD.key,)


def test_an_event_names_whoever_stands_anywhere_in_it() -> None:
    event = Event(
        EventType.ABSENCES_NOTED,
        3,
        NOW,
        actor="person:s9",
        person="p1",
        data={"absent": {"a1": [["2026-09-07", "2026-09-08"]]}, "by": ["user:u2"]},
    )

    assert {"s9", "p1", "a1", "u2"} <= people_in(event)


@pytest.mark.parametrize(
    ("later", "refusal"),
    [
        (Moment(AT + timedelta(hours=23, minutes=59), 100.0 + 86_340, "boot", True), None),
        (Moment(AT + timedelta(hours=24), 100.0 + 86_400, "boot", True), Reason.NOT_KNOWN),
        (Moment(AT + timedelta(hours=23), 5.0, "next", True), None),
        (Moment(AT + timedelta(hours=25), 5.0, "next", True), Reason.NOT_KNOWN),
        (Moment(AT, 5.0, "next", False), Reason.CLOCK_NOT_TRUSTED),
        (Moment(AT - timedelta(days=9), 200.0, "boot", False), None),
    ],
)
def test_it_can_be_taken_back_for_a_day_by_a_clock_that_is_trusted(
    later: Moment, refusal: Reason | None
) -> None:
    assert undo_refusal(UNDO, later) is refusal
    assert is_over(UNDO, later) is (refusal is Reason.NOT_KNOWN)


def test_when_it_was_made_has_to_be_trusted_too() -> None:
    doubtful = replace(UNDO, trusted=False)

    assert undo_refusal(doubtful, Moment(AT, 5.0, "next", True)) is Reason.CLOCK_NOT_TRUSTED
    assert undo_refusal(doubtful, Moment(AT, 101.0, "boot", True)) is None


def test_where_nothing_was_imported_there_is_nothing_to_take_back() -> None:
    assert undo_refusal(None, NOW) is Reason.NOT_KNOWN


persons = st.builds(
    Person,
    id=st.sampled_from("abcdef"),
    admission=st.sampled_from("123456"),
    forename=st.sampled_from("AB"),
    surname=st.just("C"),
    form=st.sampled_from(["7A", "7B"]),
    leaver=st.booleans(),
)
groups = st.lists(persons, unique_by=lambda person: person.id)


@given(groups, groups)
def test_taking_back_at_once_leaves_the_roster_as_it_was(
    known: list[Person], imported: list[Person]
) -> None:
    before = roster_of(*known)
    after = Roster({**before.people, **{person.id: person for person in imported}})

    taken = take_back(undo_of(imported, (), before, 1, NOW), after, ())
    people = {**after.people, **{person.id: person for person in taken.people}}
    assert {id: p for id, p in people.items() if id not in taken.gone} == before.people
