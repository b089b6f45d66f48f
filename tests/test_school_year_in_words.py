"""The school's year in words: today, the next school day, and what is in each term."""

from dataclasses import replace
from datetime import date, time

import pytest
from conftest import make_rules

from kiosk.school.year_in_words import Year, year_in_words
from kiosk.timetable import Calendar, EarlyClosing, Level, Override, Span, Target, Term, Times, When

AUTUMN = Term(
    "Autumn",
    date(2026, 9, 2),
    date(2026, 12, 18),
    Span(date(2026, 10, 26), date(2026, 10, 30)),
    frozenset({date(2026, 9, 2)}),
)
SPRING = Term("Spring", date(2027, 1, 4), date(2027, 3, 26))
CLOSED = {date(2026, 12, 25): "Christmas Day", date(2027, 1, 18): "Founder's day"}


def told(on: date) -> Year:
    timetable = replace(
        make_rules().timetable,
        calendar=Calendar((SPRING, AUTUMN), CLOSED),
        overrides=(
            Override(Target(Level.SCHOOL), When.on(date(2026, 11, 3)), None, "Polling station"),
            Override(Target(Level.FORM, "7A"), When.on(date(2026, 11, 4)), None, "Trip"),
            Override(Target(Level.SCHOOL), When.on(date(2026, 11, 5)), Times(release=time(14)), ""),
        ),
        early=(EarlyClosing(date(2026, 12, 18), time(13), time(14), "Carols"),),
    )
    return year_in_words(timetable, on)


def test_each_term_has_the_days_in_it_that_are_not_as_the_week_says() -> None:
    autumn, spring = told(date(2026, 11, 2)).terms
    assert (autumn.name, autumn.span) == ("Autumn", "2 September 2026 to 18 December 2026")
    assert autumn.entries == (
        ("Wednesday 2 September 2026", "INSET day"),
        ("26 October 2026 to 30 October 2026", "Half-term"),
        ("Tuesday 3 November 2026", "Polling station"),
        ("Friday 18 December 2026", "Carols: release at 13:00"),
    )
    assert spring.entries == (("Monday 18 January 2027", "Founder's day"),)
    assert (autumn.is_now, spring.is_now) == (True, False)


@pytest.mark.parametrize(
    ("on", "today", "next_day"),
    [
        (date(2026, 11, 2), "a school day, release at 15:10", "Wednesday 4 November 2026"),
        (date(2026, 10, 23), "a school day, release at 15:10", "Monday 2 November 2026"),
        (date(2026, 10, 26), "no school (Half-term)", "Monday 2 November 2026"),
        (date(2026, 11, 3), "no school (Polling station)", "Wednesday 4 November 2026"),
        (date(2027, 8, 2), "no school (Holiday)", ""),
    ],
)
def test_today_and_the_next_school_day_are_told(on: date, today: str, next_day: str) -> None:
    year = told(on)
    assert year.today.partition(": ")[2] == today
    assert year.next_day == next_day


def test_without_terms_there_are_none() -> None:
    assert year_in_words(make_rules().timetable, date(2026, 3, 2)).terms == ()
