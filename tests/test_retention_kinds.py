"""Each kind of thing for as long as the school's rules say: visitors, arrangements that last, what
is remembered of a day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cabinet import ANA, BEN, BENS_CARD
from life_fixtures import Life, about
from record_fixtures import Recorded, verified

from kiosk.custody import fold
from kiosk.drafting import Deadlines
from kiosk.events import SYSTEM, EventType
from kiosk.messages.arrangements import GrantExemption, LiftHold, PlaceHold
from kiosk.messages.commands import EnrolCard, ImportRoster
from kiosk.messages.incidents import MarkNotExpected, NoteAbsences
from kiosk.model import Credential, Person, PersonKind
from kiosk.retention import Series
from kiosk.staff.acting import private_id
from kiosk.state.arrangements import Exemption, ExemptionEffect, ExemptionKind, HoldKind
from kiosk.state.incidents import Why
from kiosk.store import Query
from kiosk.timetable import Span

VERA = Person("70", "V1", "Vera", "Guest", kind=PersonKind.VISITOR)
VERAS_CARD = "badcab1e" * 4
MORNING = (8, 30)


@pytest.fixture
def kiosk(tmp_path: Path) -> Any:
    kiosk = Life(tmp_path / "data").begin()
    kiosk.take(ImportRoster("console", (VERA,), 1, 0))
    kiosk.do(EnrolCard("console", Credential(VERAS_CARD, VERA.id)))
    yield kiosk
    kiosk.close()


def mornings(kiosk: Recorded, days: int) -> None:
    """So many days on which nobody comes, with upkeep each morning."""
    for _ in range(days):
        kiosk.clock.to(*MORNING, days=1)
        kiosk.keep_up(12)


def text_of(kiosk: Recorded) -> str:
    files = (path for path in kiosk.folder.rglob("*") if path.is_file())
    return "".join(path.read_bytes().decode("latin-1") for path in files)


def series_of_segments(kiosk: Recorded) -> set[Series]:
    return {row.series for row in kiosk.core.history.segments if not row.is_dropped}


# visitors


def visit(kiosk: Recorded) -> None:
    """Vera hands in and collects: an adult may at any time."""
    kiosk.hand_in(VERAS_CARD)
    kiosk.clock.advance(600)
    kiosk.hand_in(VERAS_CARD)


def test_a_visitor_their_card_and_all_they_did_are_gone_after_thirty_days(kiosk: Life) -> None:
    visit(kiosk)
    mornings(kiosk, 30)
    assert VERA.id in kiosk.core.standing.roster.people
    assert {e.type for e in about(kiosk, VERA)} >= {EventType.DEPOSITED, EventType.ROSTER_IMPORTED}
    mornings(kiosk, 2)

    assert VERA.id not in kiosk.core.standing.roster.people
    assert VERAS_CARD not in kiosk.core.standing.roster.credentials
    (erased,) = (e for e in about(kiosk, VERA) if e.type is EventType.PERSON_ERASED)
    assert erased.actor == SYSTEM
    kinds = {e.type for e in about(kiosk, VERA)}
    assert kinds == {EventType.PERSON_ERASED, EventType.ROSTER_IMPORTED}
    assert "Vera" not in text_of(kiosk)
    assert verified(kiosk.folder).findings == []


def test_what_pupils_did_on_that_day_stays(kiosk: Life) -> None:
    visit(kiosk)
    kiosk.hand_in(BENS_CARD)
    mornings(kiosk, 40)

    theirs = [e for e in about(kiosk, BEN) if e.type is EventType.DEPOSITED]
    assert len(theirs) == 1
    assert kiosk.kept == {BEN.id: theirs[0].cubby}
    assert Series.VISITORS not in series_of_segments(kiosk)
    assert Series.TAPS in series_of_segments(kiosk)
    doors = kiosk.core.history.oldest_first(Query(types=(EventType.DOOR_OPENED,)))
    assert len(list(doors)) >= 1


def test_whoever_comes_again_is_kept_from_then_on(kiosk: Life) -> None:
    visit(kiosk)
    mornings(kiosk, 20)
    visit(kiosk)
    mornings(kiosk, 20)

    assert VERA.id in kiosk.core.standing.roster.people
    assert len([e for e in about(kiosk, VERA) if e.type is EventType.COLLECTED]) == 1


def test_nobody_is_forgotten_whose_device_is_here_and_their_custody_is_said_again(
    kiosk: Life,
) -> None:
    cubby = kiosk.hand_in(VERAS_CARD)
    mornings(kiosk, 40)

    assert kiosk.kept == {VERA.id: cubby}
    carried = [e for e in about(kiosk, VERA) if e.type is EventType.CARRIED_FORWARD]
    assert len(carried) == 1
    kiosk.hand_in(VERAS_CARD)
    mornings(kiosk, 32)
    assert VERA.id not in kiosk.core.standing.roster.people


def test_a_pupil_who_does_not_come_is_not_forgotten(kiosk: Life) -> None:
    mornings(kiosk, 40)
    assert {ANA.id, BEN.id} < kiosk.core.standing.roster.people.keys()


def test_a_restart_reads_a_series_of_visitors_back(kiosk: Life) -> None:
    visit(kiosk)
    mornings(kiosk, 2)
    events = list(kiosk.core.history.oldest_first(Query()))
    taps = [e for e in events if e.person == VERA.id]
    again = kiosk.again()

    assert list(again.core.history.oldest_first(Query())) == events
    assert list(again.core.history.oldest_first(Query(person=VERA.id))) == taps
    types = (EventType.TAPPED,)
    found = list(again.core.history.newest_first(Query(person=VERA.id, types=types)))
    assert len(found) == 2
    again.close()


# what lasts


def lasting(**more: Any) -> Exemption:
    given = {"begins": date(2026, 3, 2), **more}
    return Exemption(0, ANA.id, ExemptionKind.MEDICAL, ExemptionEffect.ALWAYS, **given)


def drop_acts(kiosk: Life) -> None:
    """Time goes on until every act so far is past its age."""
    kiosk.rotate()
    kiosk.clock.to(*MORNING, days=800)
    kiosk.keep_up(40)


def test_what_is_arranged_still_is_said_again_and_its_words_stay(kiosk: Life) -> None:
    head, dsl = kiosk.by("headteacher"), kiosk.by("dsl")
    noted = kiosk.noted()
    number = kiosk.do(GrantExemption(head, lasting(review=date(2026, 9, 1)), **noted))
    kiosk.hand_in()
    hold = kiosk.do(PlaceHold(dsl, kiosk.hers.id, HoldKind.OFFICE, note="why"))
    before = kiosk.core.standing.state
    drop_acts(kiosk)
    drop_acts(kiosk)

    state = kiosk.core.standing.state
    assert (state.exemptions, state.holds) == (before.exemptions, before.holds)
    assert kiosk.core.notes[noted["note_id"]] == noted["note"]
    assert kiosk.core.words[private_id(hold)].text == "why"
    said = [e for e in about(kiosk, ANA) if e.type is EventType.ARRANGEMENT_CARRIED]
    assert sorted(e.cause or 0 for e in said) == [number, hold]
    again = fold(said)
    assert (again.exemptions, again.holds) == (before.exemptions, before.holds)
    kiosk.do(LiftHold(dsl, hold))
    drop_acts(kiosk)
    assert private_id(hold) not in kiosk.core.words


@pytest.mark.parametrize("kind", sorted(HoldKind))
def test_a_private_hold_is_said_again_as_one_of_the_office(kiosk: Life, kind: HoldKind) -> None:
    kiosk.hand_in()
    kiosk.do(PlaceHold(kiosk.by("dsl"), kiosk.hers.id, kind, datetime(2030, 1, 1, tzinfo=UTC)))
    drop_acts(kiosk)

    (said,) = (e for e in about(kiosk, ANA) if e.type is EventType.ARRANGEMENT_CARRIED)
    assert said.data["kind"] == kind.shown.value
    assert said.actor == SYSTEM


def test_what_lapsed_by_itself_is_not_said_again_and_is_gone(kiosk: Life) -> None:
    todays = kiosk.do(GrantExemption(kiosk.by("teacher"), lasting()))
    other = replace(lasting(ends=date(2026, 3, 9)), kind=ExemptionKind.OTHER)
    kiosk.do(GrantExemption(kiosk.by("headteacher"), other))
    assert todays in kiosk.core.standing.state.exemptions
    drop_acts(kiosk)

    assert kiosk.core.standing.state.exemptions == {}
    assert not [e for e in about(kiosk, ANA) if e.type is EventType.ARRANGEMENT_CARRIED]


def test_safeguarding_and_police_words_stay_until_they_are_transferred(kiosk: Life) -> None:
    kiosk.hand_in()
    numbers = {
        kind: kiosk.do(PlaceHold(kiosk.by("dsl"), kiosk.hers.id, kind, note="why"))
        for kind in HoldKind
    }
    for number in numbers.values():
        kiosk.do(LiftHold(kiosk.by("dsl"), number))
    drop_acts(kiosk)

    left = {kind for kind, number in numbers.items() if private_id(number) in kiosk.core.words}
    assert left == {HoldKind.SAFEGUARDING, HoldKind.POLICE}


# what is remembered of a day


def test_when_somebody_last_collected_is_forgotten_with_the_taps(kiosk: Life) -> None:
    kiosk.clock.to(15, 30)
    kiosk.hand_in(BENS_CARD)
    kiosk.clock.advance(400)
    kiosk.hand_in(BENS_CARD)
    assert BEN.id in kiosk.core.standing.state.collections
    mornings(kiosk, 5)
    assert BEN.id in kiosk.core.standing.state.collections
    kiosk.clock.to(*MORNING, days=90)
    kiosk.keep_up(20)

    assert BEN.id not in kiosk.core.standing.state.collections


def test_who_was_not_expected_is_forgotten_with_the_taps(kiosk: Life) -> None:
    desk = kiosk.by("reception")
    kiosk.do(MarkNotExpected(desk, BEN.id, Why.LATE_BUS))
    today = kiosk.clock.at.date()
    past, coming = Span(today, today), Span(today, today + timedelta(days=200))
    kiosk.do(NoteAbsences(desk, {BEN.id: (past,), ANA.id: (past, coming)}))
    kiosk.rotate()
    kiosk.clock.to(*MORNING, days=92)
    kiosk.keep_up(20)

    book = kiosk.core.standing.state.casebook
    assert (book.marked, dict(book.absences)) == ({}, {ANA.id: (coming,)})


def test_an_unknown_card_is_remembered_for_a_day_and_written_nowhere(kiosk: Life) -> None:
    kiosk.tap("feed" * 8)

    assert Deadlines().unknown_s == timedelta(days=1) / timedelta(seconds=1)
    assert "feed" * 8 not in text_of(kiosk)
