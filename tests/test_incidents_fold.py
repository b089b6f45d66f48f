"""Whatever is noted and corrected in whatever order: the state is what the events say, a device is
in one place, and what is past its age or forgotten is gone."""

from datetime import date, timedelta
from typing import Any

import pytest
import scale
from cabinet import ANA, ANAS_CARD, BEN, BENS_CARD, SmallKiosk
from conftest import FakeClock, make_rules
from hypothesis import given, settings
from hypothesis import strategies as st
from incident_fixtures import MR_HALE, done, kept_for, staffed_kiosk

from kiosk.custody import fold
from kiosk.drafting import Standing
from kiosk.events import Event, EventType, Reason
from kiosk.messages.arrangements import HandOver, PlaceHold, TakeIn
from kiosk.messages.commands import STATEMENTS, Override, StateCustody
from kiosk.messages.forgetting import Dropped, ErasePerson
from kiosk.messages.incidents import (
    CloseNote,
    ConfirmSearch,
    CorrectUse,
    DecideConsequence,
    Dispute,
    InformParents,
    LeaveNote,
    MarkExpected,
    MarkNotExpected,
    Move,
    NoteAbsences,
    NoteIncident,
    NoteSearch,
    ReadNote,
    Refer,
    ReportDevice,
    SettleDispute,
    WithdrawIncident,
)
from kiosk.policy.tap import TAKES
from kiosk.retention import SegmentRow, Series
from kiosk.staff.acting import note_ids, private_id
from kiosk.state import State
from kiosk.state.arrangements import HoldKind
from kiosk.state.incidents import LEAD_NOTES, CorrectionKind, IncidentKind, SearchDone, Why
from kiosk.state.kept import KEPT_APART
from kiosk.store.checkpoint import from_rows, to_rows
from kiosk.timetable import Span

T = EventType
START = FakeClock().at
PEOPLE = st.sampled_from([ANA.id, BEN.id])
OWNERS = st.sampled_from([ANA.id, BEN.id, ""])
NUMBERS = st.integers(0, 60)
CUBBIES = st.integers(1, 3)
ACTORS = st.sampled_from(["dsl", "headteacher", "pastoral"])
WORDS = st.sampled_from(["", "words"])


def about(kind: type, *values: Any) -> st.SearchStrategy[Any]:
    return st.tuples(st.just(kind), *values)


# Commands whose numbers are drawn from what there is, and now and then are nothing's.
CUSTODY = st.one_of(
    about(Move, NUMBERS, CUBBIES, st.booleans()),
    about(CorrectUse, NUMBERS, OWNERS),
    about(Dispute, NUMBERS, PEOPLE),
    about(SettleDispute, NUMBERS, PEOPLE),
    about(PlaceHold, NUMBERS, st.sampled_from([HoldKind.OFFICE, HoldKind.POLICE])),
    about(StateCustody, NUMBERS, st.sampled_from(STATEMENTS)),
    about(TakeIn, PEOPLE),
    about(HandOver, NUMBERS, st.just("known")),
)
CASES = st.one_of(
    about(NoteIncident, PEOPLE, st.sampled_from(IncidentKind), st.integers(0, 300)),
    about(NoteSearch, PEOPLE, st.sampled_from([None, *SearchDone])),
    about(InformParents, NUMBERS),
    about(DecideConsequence, NUMBERS, st.sampled_from(["", "talk"])),
    about(WithdrawIncident, NUMBERS),
    about(ConfirmSearch, NUMBERS),
    about(LeaveNote, OWNERS),
    about(Refer, PEOPLE),
    about(ReadNote, NUMBERS),
    about(CloseNote, NUMBERS),
    about(ReportDevice, PEOPLE),
    about(MarkNotExpected, PEOPLE, st.sampled_from(Why)),
    about(MarkExpected, PEOPLE),
    about(NoteAbsences, st.dictionaries(PEOPLE, st.integers(0, 3), max_size=2)),
)
WORLD = st.one_of(
    about(str, st.sampled_from([ANAS_CARD, BENS_CARD])),
    about(str, st.sampled_from([ANAS_CARD, BENS_CARD])),
    about(Event, st.sampled_from([ANAS_CARD, BENS_CARD])),
    about(State, CUBBIES, st.booleans()),
    about(int, st.sampled_from([5, 400, 3600, 25000, 61000])),
    about(Override, CUBBIES),
    about(date, st.sampled_from([8, 15])),
    about(list, st.sampled_from([ANAS_CARD, BENS_CARD])),
    about(bool),
)
LIVES = st.lists(st.one_of(WORLD, WORLD, CUSTODY, CASES), min_size=8, max_size=60)


def deposit_number(kiosk: SmallKiosk, number: int) -> int:
    known = sorted(kiosk.standing.state.deposits)
    return known[number % len(known)] if known and number < 50 else number


def case_number(kiosk: SmallKiosk, number: int) -> int:
    book = kiosk.standing.state.casebook
    known = sorted(book.incidents.keys() | book.searches.keys() | book.lead_notes.keys())
    return known[number % len(known)] if known and number < 50 else number


def used(kiosk: SmallKiosk, number: int, person: str) -> CorrectUse:
    """As the verb makes it: of a tap on record."""
    taps = [e for e in kiosk.events if e.type is T.TAPPED and e.person is not None]
    tap = taps[-1 - number % min(len(taps), 4)] if taps else None
    if tap is None:
        return CorrectUse("dsl", number, ANA.id, person)
    of_it = [e for e in kiosk.events if e.cause == tap.seq and e.type is T.COLLECTED]
    taken = of_it[0] if of_it else None
    return CorrectUse(
        "dsl",
        tap.seq,
        tap.person or "",
        person,
        taken.deposit if taken else None,
        taken.seq if taken else None,
    )


def tap_through(kiosk: SmallKiosk, card: str) -> None:
    """A tap, and the door that it opens opened and shut."""
    kiosk.tap(card)
    for cubby in kiosk.pulses:
        kiosk.open(cubby)
        kiosk.close(cubby)


def do(kiosk: SmallKiosk, step: tuple[Any, ...]) -> None:  # noqa: C901
    now, state = kiosk.clock.at, kiosk.standing.state
    match step:
        case (kind, str(card)) if kind is Event:
            kiosk.tap(card)
        case (kind, str(card)) if kind is str:
            tap_through(kiosk, card)
        case (kind, str(card)) if kind is list:  # a whole stay
            for hour in (8, 15):
                do(kiosk, (date, hour))
                tap_through(kiosk, card)
        case (kind, int(cubby), bool(is_open)) if kind is State:
            kiosk.open(cubby) if is_open else kiosk.close(cubby)
        case (kind, int(seconds)) if kind is int:
            kiosk.tick(seconds)
        case (kind, int(hour)) if kind is date:  # to its next arrival or release
            kiosk.clock.to(hour, 30, days=int(hour <= now.hour))
        case (kind,) if kind is bool:
            kiosk.power_cut()
        case (kind, int(cubby)) if kind is Override:
            kept = state.deposit_in(cubby)
            kiosk.take(Override("dsl", cubby, kept.person if kept else None, Reason.OTHER))
        case (kind, number, person) if kind is CorrectUse:
            kiosk.take(used(kiosk, number, person))
        case (kind, int(number), *rest) if kind in (
            Move,
            Dispute,
            SettleDispute,
            PlaceHold,
            StateCustody,
            HandOver,
        ):
            kiosk.take(kind("dsl", deposit_number(kiosk, number), *rest))
        case (kind, person, incident, minutes) if kind is NoteIncident:
            kiosk.take(NoteIncident("dsl", person, incident, now - timedelta(minutes=minutes)))
        case (kind, person, done_) if kind is NoteSearch:
            more = (done_, "headteacher", "why") if done_ else ()
            names = (MR_HALE.id, "pastoral")
            kiosk.take(NoteSearch("dsl", person, now, "Room 4", *names, "seen", "none", *more))
        case (kind, int(number)) if kind is InformParents:
            kiosk.take(InformParents("dsl", case_number(kiosk, number), now))
        case (kind, int(number)) if kind is WithdrawIncident:
            kiosk.take(WithdrawIncident("dsl", case_number(kiosk, number), "none"))
        case (kind, int(number)) if kind is ConfirmSearch:
            kiosk.take(ConfirmSearch("headteacher", case_number(kiosk, number)))
        case (kind, int(number), *rest) if kind in (DecideConsequence, ReadNote, CloseNote):
            kiosk.take(kind("dsl", case_number(kiosk, number), *rest))
        case (kind, person) if kind is LeaveNote:
            kiosk.take(LeaveNote("teacher", "words", person))
        case (kind, person) if kind is ReportDevice:
            kiosk.take(ReportDevice("dsl", person, CorrectionKind.LOST, "gone"))
        case (kind, dict(days)) if kind is NoteAbsences:
            today = now.date()
            spans = {p: (Span(today, today + timedelta(days=n)),) for p, n in days.items()}
            kiosk.take(NoteAbsences("headteacher", spans))
        case (kind, person) if kind is TakeIn and state.transaction_of(person) is not None:
            return  # the office does not take in what is just being put in
        case (kind, *rest):
            kiosk.take(kind("dsl", *rest))


def lived(steps: list[tuple[Any, ...]]) -> SmallKiosk:
    kiosk = staffed_kiosk(make_rules(3))
    for step in steps:
        do(kiosk, step)
        check(kiosk.standing.state)
    return kiosk


def check(state: State) -> None:
    """A device is in one place, a person has one deposit, a cubby one owner."""
    deposits = state.deposits
    assert state.of_person == {d.person: d.id for d in deposits.values()}
    assert len(state.of_person) == len(deposits)
    stored = {d.cubby: d.id for d in deposits.values() if d.cubby is not None}
    assert state.in_cubby == stored
    assert len(stored) == sum(d.cubby is not None for d in deposits.values())
    assert {hold.deposit for hold in state.holds.values()} <= deposits.keys()
    book = state.casebook
    assert book.unread <= book.lead_notes.keys() | book.searches.keys()


@settings(max_examples=scale.of(250, 2), deadline=None)
@given(LIVES)
def test_the_state_is_what_the_events_say(steps: list[tuple[Any, ...]]) -> None:
    kiosk = lived(steps)
    assert fold(kiosk.events) == kiosk.standing.state
    records = [Event.from_record(event.to_record("k")) for event in kiosk.events]
    assert records == kiosk.events


@settings(max_examples=scale.of(100, 2), deadline=None)
@given(LIVES)
def test_a_checkpoint_gives_the_same_state_back(steps: list[tuple[Any, ...]]) -> None:
    state = lived(steps).standing.state
    assert from_rows(to_rows(state).values()) == state


@settings(max_examples=scale.of(150, 2), deadline=None)
@given(LIVES)
def test_no_correction_opens_a_cubby_or_lets_a_card_take_what_is_another_persons(
    steps: list[tuple[Any, ...]],
) -> None:
    kiosk = lived(steps)
    for event in kiosk.events:
        if event.type is not T.PULSE_STARTED or event.data["purpose"] not in TAKES:
            continue
        before = fold(kiosk.events[: event.seq - 1])
        kept = before.deposit_in(event.cubby or 0)
        assert kept is not None
        assert kept.person == event.person
        assert event.person in (ANA.id, BEN.id)


@settings(max_examples=scale.of(100, 2), deadline=None)
@given(LIVES)
def test_what_stands_in_events_names_nobody(steps: list[tuple[Any, ...]]) -> None:
    told = str([event.to_record("k") for event in lived(steps).events])
    for name in (ANA.forename, ANA.surname, BEN.surname, MR_HALE.surname, "words", "Room 4"):
        assert name not in told


# past its age, or forgotten


def segment(series: Series, last: int) -> SegmentRow:
    return SegmentRow(series, 1, last, 1, 1, "ab" * 32, "", "")


def full_book() -> SmallKiosk:
    kiosk = staffed_kiosk()
    done(kiosk, NoteIncident("dsl", ANA.id, IncidentKind.USED, kiosk.clock.at))
    done(
        kiosk,
        NoteSearch("dsl", ANA.id, START, "Room 4", MR_HALE.id, "second", "seen", "nothing"),
    )
    done(kiosk, Refer("teacher", ANA.id))
    kiosk.hand_in(ANAS_CARD)
    tap = kept_for(kiosk, ANA).id
    done(kiosk, CorrectUse("dsl", tap, ANA.id, BEN.id))
    done(kiosk, MarkNotExpected("dsl", ANA.id, Why.LATE_BUS))
    done(kiosk, NoteAbsences("headteacher", {ANA.id: (Span(START.date(), START.date()),)}))
    return kiosk


def test_incidents_and_searches_go_with_their_segment_and_open_notes_stay() -> None:
    kiosk = full_book()
    before = kiosk.standing.state.casebook
    kiosk.take(Dropped(segment(Series.TAPS, kiosk.standing.state.seq)))
    assert kiosk.standing.state.casebook == before
    kiosk.take(Dropped(segment(Series.ACTS, kiosk.standing.state.seq)))

    book = kiosk.standing.state.casebook
    assert (book.incidents, book.searches, book.others_taps) == ({}, {}, {})
    assert book.lead_notes == before.lead_notes
    assert book.unread == book.lead_notes.keys()
    assert kept_for(kiosk, BEN).cubby is not None


def test_later_ones_stay() -> None:
    kiosk = full_book()
    before = kiosk.standing.state.casebook
    kiosk.take(Dropped(segment(Series.ACTS, min(before.incidents) - 1)))
    assert kiosk.standing.state.casebook == before


def test_a_person_who_is_forgotten_is_in_no_book() -> None:
    kiosk = full_book()
    done(kiosk, NoteIncident("dsl", BEN.id, IncidentKind.USED, kiosk.clock.at))
    done(kiosk, ErasePerson("console", ANA.id))

    book = kiosk.standing.state.casebook
    assert [one.person for one in book.incidents.values()] == [BEN.id]
    assert (book.searches, book.marked, book.absences) == ({}, {}, {})
    assert book.unread == book.lead_notes.keys()
    assert fold(kiosk.events) == kiosk.standing.state


def test_words_are_found_by_their_events_for_forgetting_and_a_referral_by_nobodys() -> None:
    kiosk = full_book()
    theirs = [event for event in kiosk.events if event.person == ANA.id]
    found = note_ids(theirs)
    book = kiosk.standing.state.casebook

    assert {private_id(number) for number in (*book.incidents, *book.searches)} <= found
    assert not {private_id(number) for number in book.lead_notes} & found


def test_no_age_ends_a_note_that_the_lead_has_not_dealt_with() -> None:
    assert LEAD_NOTES <= KEPT_APART


@pytest.mark.parametrize("kind", ["incident", "search", "correction"])
def test_the_words_of_other_acts_go_at_their_age(kind: str) -> None:
    assert kind not in KEPT_APART


def test_a_restart_keeps_all_of_it() -> None:
    kiosk = full_book()
    before = kiosk.standing.state.casebook
    kiosk.standing = Standing(fold(kiosk.events), kiosk.standing.roster)
    kiosk.power_cut()
    assert kiosk.standing.state.casebook == before
    assert before.away_on(date(2026, 3, 2)) == {ANA.id}
