"""How far the rule was kept: by day and form, of the days that are over, without any names."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from cabinet import ANA, BEN
from conftest import LONDON
from hypothesis import given
from hypothesis import strategies as st
from lists_fixtures import CARDS, CID, PUPILS, TOM, School, past_of
from reports_fixtures import LIVES, Lives, lived

from kiosk.custody import apply
from kiosk.lists.seen import is_here
from kiosk.messages.arrangements import EndExemption
from kiosk.messages.commands import EnrolCard, ImportRoster
from kiosk.messages.incidents import MarkNotExpected, NoteAbsences
from kiosk.model import Credential, Person
from kiosk.reports import REPORTS, Days, Past
from kiosk.reports.compliance import compliance, counted
from kiosk.reports.suppression import Counts
from kiosk.state import State
from kiosk.state.arrangements import ExemptionEffect
from kiosk.state.incidents import Why
from kiosk.timetable import Span

MONDAY = date(2026, 3, 2)


@pytest.fixture
def school() -> School:
    return School()


def past(school: School, first: int = 0, last: int | None = None) -> Past:
    """From so many days after the first Monday on, until today or another such day."""
    today = school.clock.at.astimezone(LONDON).date()
    days = Days(
        min(today, MONDAY + timedelta(days=first)),
        today if last is None else MONDAY + timedelta(days=last),
        LONDON,
    )
    return past_of(school.events, school, days)


def counts(school: School, first: int = 0) -> dict[date, dict[str, Counts]]:
    """What is really so, before anything is held back."""
    return dict(counted(past(school, first)))


def tuesday(school: School) -> School:
    school.clock.to(8, 30, days=1)
    return school


def test_handed_in_and_expected_are_counted_by_day_and_form(school: School) -> None:
    for person in (ANA, BEN):
        school.give_in(person)
    school.clock.to(15, 20)
    school.fetch(ANA)
    school.fetch(BEN)
    tuesday(school)
    school.give_in(CID)
    school.clock.to(8, 30, days=1)

    one = Counts(1, 0)
    assert counts(school) == {
        MONDAY: {"7A": Counts(3, 1), "7B": Counts(1, 1), "10C": one, "": one},
        MONDAY + timedelta(days=1): {"7A": Counts(3, 1), "7B": one, "10C": one, "": one},
    }


def test_the_day_that_is_still_going_on_is_left_out(school: School) -> None:
    school.give_in(ANA)
    school.clock.to(23, 59)
    assert counts(school) == {}
    school.clock.to(0, 0, days=1)
    assert list(counts(school)) == [MONDAY]


def test_what_stayed_overnight_counts_on_both_days_and_what_was_out_overnight_on_one(
    school: School,
) -> None:
    for person in (ANA, BEN):
        school.give_in(person)
    school.send_out(BEN)
    tuesday(school)
    school.clock.to(8, 30, days=1)

    second = counts(school)[MONDAY + timedelta(days=1)]
    assert (second["7A"].handed_in, second["7B"].handed_in) == (1, 0)


def test_whoever_need_not_hand_in_is_not_expected_even_if_that_ended_since(
    school: School,
) -> None:
    number = school.exempt(ANA)
    school.change(replace(CID, no_device=True))
    tuesday(school)
    school.take(EndExemption("lead", number))
    school.clock.to(8, 30, days=2)

    found = {day: forms["7A"].expected for day, forms in counts(school).items()}
    assert list(found.values()) == [1, 1, 2]
    later = {day: forms["7A"].expected for day, forms in counts(school, 2).items()}
    assert list(later.values()) == [2]


def test_one_who_is_exempt_and_hands_in_all_the_same_counts_on_neither_side(
    school: School,
) -> None:
    school.exempt(ANA, ExemptionEffect.KEEP)
    school.give_in(BEN)
    school.take_in(ANA)
    tuesday(school)

    assert counts(school)[MONDAY]["7A"] == Counts(2, 0)


def test_whoever_was_absent_by_a_list_or_marked_so_on_that_day_is_not_expected(
    school: School,
) -> None:
    tomorrow = MONDAY + timedelta(days=1)
    school.take(NoteAbsences("console", {CID.id: (Span(MONDAY, tomorrow),)}))
    school.take(MarkNotExpected("lead", ANA.id, Why.NONE_TODAY))
    school.clock.to(8, 30, days=3)

    found = [forms["7A"].expected for forms in counts(school).values()]
    assert found == [1, 2, 3]
    assert [forms["7A"].expected for forms in counts(school, 1).values()] == [2, 3]


def test_days_without_school_and_people_who_are_no_pupils_do_not_count(school: School) -> None:
    school.give_in(TOM)
    school.change(replace(BEN, leaver=True))
    school.clock.to(9, 0, days=7)

    found = counts(school)
    assert [day.isoweekday() for day in found] == [1, 2, 3, 4, 5]
    assert all("7B" not in forms for forms in found.values())
    assert found[MONDAY][""].handed_in == 0


def naive(school: School, first: int) -> Iterator[tuple[date, dict[str, Counts]]]:
    """The same by folding all there is, and looking at the state after each event."""
    states: list[tuple[date, State]] = []
    state = State()
    for event in school.events:
        state = apply(state, event)
        states.append((event.now.at.astimezone(LONDON).date(), state))
    for day in past(school, first).days.dates():
        if day >= school.clock.at.astimezone(LONDON).date() or day.isoweekday() > 5:
            continue
        before = [state for on, state in states if on < day][-1:] or [State()]
        within = [*before, *(state for on, state in states if on == day)]
        here = {d.person for s in within for d in s.deposits.values() if is_here(d)}
        excused = {
            e.person
            for s in within
            for e in s.exemptions.values()
            if e.effect is ExemptionEffect.KEEP and e.is_in_force(day)
        }
        away = within[-1].casebook.away_on(day)
        people = [p for p in PUPILS if p.id not in excused | away]
        expected = Counter(person.form for person in people)
        handed_in = Counter(person.form for person in people if person.id in here)
        yield day, {form: Counts(expected[form], handed_in[form]) for form in expected}


@given(LIVES, st.integers(0, 3))
def test_the_counts_agree_with_those_of_all_that_ever_happened(lives: Lives, first: int) -> None:
    school = lived(lives)

    assert counts(school, first) == dict(naive(school, first))


# what is shown of it


def big(forms: dict[str, int]) -> tuple[School, dict[str, list[Person]]]:
    """A school with forms of these sizes."""
    school = School(cubbies=100)
    school.change(*(replace(person, leaver=True) for person in PUPILS))
    made: dict[str, list[Person]] = {}
    for form, size in forms.items():
        made[form] = [
            Person(f"{form}-{n}", f"{form}{n}", f"Forename{n}", f"Of{form}", form)
            for n in range(size)
        ]
        school.take(ImportRoster("office", tuple(made[form]), size, 0))
        for person in made[form]:
            CARDS[person.id] = f"card-{person.id}"
            school.take(EnrolCard("office", Credential(CARDS[person.id], person.id)))
    return school, made


def rows_of(school: School) -> dict[str, tuple[Any, Any]]:
    rows = compliance(past(school)).to_json()["rows"]
    return {row["form"]: (row["expected"], row["handed_in"]) for row in rows}


def test_counts_under_five_and_what_they_would_follow_from_are_not_shown() -> None:
    school, people = big({"7A": 20, "7B": 20, "8A": 20, "8B": 6, "9A": 3})
    for form, count in (("7A", 12), ("7B", 18), ("8A", 3), ("8B", 2), ("9A", 1)):
        for person in people[form][:count]:
            school.give_in(person)
    tuesday(school)

    assert rows_of(school) == {
        "7A": (20, 12),
        "7B": (20, "all but <5"),
        "8A": (20, "<5"),
        "8B": (6, "not shown"),
        "9A": ("<5", "<5"),
        "all forms": (66, 35),
    }
    summary = dict(compliance(past(school)).summary)
    assert summary == {"school days": 1, "expected": 66, "handed in": 35}


def test_no_name_id_or_card_is_in_the_report() -> None:
    school, people = big({"7A": 12, "7B": 12})
    for person in people["7A"]:
        school.give_in(person)
    told = json.dumps(REPORTS["compliance"].make(past(tuesday(school))).to_json())

    for person in [*people["7A"], *people["7B"]]:
        for secret in (person.id, person.admission, person.forename, person.surname):
            assert secret not in told


def test_a_day_is_shown_the_same_in_any_span_of_days() -> None:
    school, people = big({"7A": 12, "7B": 12, "8A": 12})
    for day in range(3):
        for person in [*people["7A"][: 6 + day], *people["7B"][:2]]:
            school.give_in(person)
        school.clock.to(15, 20)
        for person in [*people["7A"][: 6 + day], *people["7B"][:2]]:
            school.fetch(person)
        school.clock.to(8, 30, days=1)
    school.give_in(people["8A"][0])

    whole = compliance(past(school)).rows
    apart = [compliance(past(school, day, day)).rows for day in range(4)]
    assert whole == tuple(row for rows in apart for row in rows)
    assert len(whole) == 12
