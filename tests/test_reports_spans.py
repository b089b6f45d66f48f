"""Days that are asked for by a name."""

from dataclasses import replace
from datetime import date

from conftest import make_rules

from kiosk.reports.spans import named_days
from kiosk.timetable import Calendar, Term

TERMS = (
    Term("Autumn", date(2025, 9, 2), date(2025, 12, 19)),
    Term("Spring", date(2026, 1, 5), date(2026, 3, 27)),
    Term("Summer", date(2026, 4, 13), date(2026, 7, 17)),
)


def spans(today: date, terms: tuple[Term, ...] = TERMS) -> dict[str, tuple[str, str]]:
    timetable = replace(make_rules().timetable, calendar=Calendar(terms))
    return {d.key: (f"{d.first}", f"{d.last}") for d in named_days(timetable, today)}


def test_weeks_begin_on_mondays_and_end_today_or_on_sundays() -> None:
    found = spans(date(2026, 3, 4))  # a Wednesday
    assert found["today"] == ("2026-03-04", "2026-03-04")
    assert found["week"] == ("2026-03-02", "2026-03-04")
    assert found["last-week"] == ("2026-02-23", "2026-03-01")


def test_this_term_goes_on_until_today_and_the_last_one_is_whole() -> None:
    found = spans(date(2026, 3, 4))
    assert found["term"] == ("2026-01-05", "2026-03-04")
    assert found["last-term"] == ("2025-09-02", "2025-12-19")


def test_between_terms_there_is_only_the_last_one() -> None:
    found = spans(date(2026, 4, 1))
    assert "term" not in found
    assert found["last-term"] == ("2026-01-05", "2026-03-27")


def test_without_terms_nobody_is_offered_any() -> None:
    assert set(spans(date(2026, 3, 4), ())) == {"today", "week", "last-week"}
