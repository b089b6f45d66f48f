"""Incidents and consequences, counted by term, form and type."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from cabinet import ANA, BEN
from lists_fixtures import CID, FAY, LEAD, School

from kiosk.messages.incidents import (
    DecideConsequence,
    InformParents,
    NoteIncident,
    Refer,
    WithdrawIncident,
)
from kiosk.model import Person
from kiosk.reports import REPORTS
from kiosk.state.arrangements import PRIVATE_HOLDS, HoldKind
from kiosk.state.incidents import IncidentKind
from kiosk.timetable import Calendar, Term

K = IncidentKind


@pytest.fixture
def school() -> School:
    return School()


def note(school: School, person: Person, kind: IncidentKind, at: datetime | None = None) -> int:
    school.clock.advance(60)
    return school.take(NoteIncident(LEAD, person.id, kind, at or school.clock.at))[0].seq


def lines(school: School, days: int = 1) -> list[tuple[object, ...]]:
    return list(school.report("incidents", days).rows)


def figures(school: School) -> dict[str, object]:
    return dict(school.report("incidents").summary)


def test_incidents_are_counted_by_form_and_type(school: School) -> None:
    for person, kind in ((ANA, K.USED), (CID, K.USED), (BEN, K.EXAM), (FAY, K.HIDDEN)):
        note(school, person, kind)

    assert lines(school) == [
        ("outside terms", "7A", "incident", "Used the device", 2),
        ("outside terms", "7B", "incident", "Device in an exam", 1),
        ("outside terms", "no form", "incident", "Second or hidden device", 1),
    ]
    assert figures(school)["incidents"] == 4


def test_a_decision_is_counted_beside_its_incident_in_the_schools_words(school: School) -> None:
    first, second = note(school, ANA, K.USED), note(school, ANA, K.KEPT)
    school.take(DecideConsequence(LEAD, first, "talk"))
    school.take(DecideConsequence(LEAD, second, ""))
    school.take(InformParents(LEAD, first, school.clock.at))

    assert [row[2:] for row in lines(school)] == [
        ("incident", "Kept the device on them", 1),
        ("incident", "Used the device", 1),
        ("consequence", "Talk about it with the pupil", 1),
        ("consequence", "none", 1),
    ]
    told = figures(school)
    assert (told["decided"], told["wait for a decision"], told["parents informed"]) == (2, 0, 1)


def test_terms_are_told_apart_by_their_names_and_years(school: School) -> None:
    terms = (
        Term("Spring", date(2025, 1, 6), date(2025, 4, 4)),
        Term("Spring", date(2026, 1, 5), date(2026, 3, 27)),
    )
    timetable = replace(school.rules.timetable, calendar=Calendar(terms))
    school.rules = replace(school.rules, timetable=timetable)
    note(school, ANA, K.USED)
    note(school, ANA, K.USED, school.clock.at.replace(year=2025))

    assert [row[0] for row in lines(school, 400)] == ["Spring 2025", "Spring 2026"]


def test_what_was_withdrawn_excused_or_of_another_day_does_not_count(school: School) -> None:
    number = note(school, ANA, K.USED)
    school.take(WithdrawIncident(LEAD, number, "it was not hers"))
    note(school, BEN, K.USED, school.clock.at.replace(day=1))
    state = school.standing.state
    kept = note(school, CID, K.KEPT)
    book = school.standing.state.casebook
    excused = {kept: replace(book.incidents[kept], is_excused=True)}
    state = school.standing.state._replace(
        casebook=book._replace(incidents={**book.incidents, **excused})
    )
    school.standing = school.standing._replace(state=state)

    assert lines(school) == []
    assert figures(school)["not counted, as the kiosk could take nothing"] == 1


def test_a_referral_and_a_hold_leave_no_trace_in_it(school: School) -> None:
    school.give_in(ANA)
    note(school, BEN, K.USED)
    before = school.report("incidents")
    school.take(Refer(LEAD, ANA.id))
    for kind in (HoldKind.OFFICE, *sorted(PRIVATE_HOLDS)):
        school.hold(ANA, kind)

    assert school.report("incidents") == before


def test_nobody_is_named_in_it(school: School) -> None:
    note(school, ANA, K.USED)
    told = repr(REPORTS["incidents"].make(school.past()))
    assert not [word for word in (*ANA.name.split(), ANA.id) if word in told]
