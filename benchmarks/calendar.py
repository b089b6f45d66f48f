"""A school file with everything in it that a tap's decision has to look through."""

from collections.abc import Iterator
from datetime import date, timedelta

from kiosk.model import Roster
from kiosk.school.school import check_school
from kiosk.timetable import Timetable

FIRST = date(2025, 9, 1)
FORMS = [f"{year}{letter}" for year in range(7, 12) for letter in "ABCDEF"]
TERM_WEEKS, TERMS = 14, 6
PEOPLE, EXAMS = 100, 60


def full_timetable(roster: Roster) -> Timetable:
    """Two years of terms, two weeks in turn, bank holidays, closures; other times for every year,
    every form and a hundred people, and sixty exams."""
    return check_school("\n".join(_lines()), "the full calendar", roster).timetable


def _lines() -> Iterator[str]:
    yield '[calendar]\nnation = "england"\nweek_a_from = [2025-09-01]'
    for number in range(TERMS):
        first = FIRST + timedelta(weeks=number * (TERM_WEEKS + 3))
        half = first + timedelta(weeks=7)
        yield (
            f'[[terms]]\nname = "Term {number}"\nfirst = {first}\n'
            f"last = {first + timedelta(weeks=TERM_WEEKS, days=-3)}\n"
            f"half_term = [{half}, {half + timedelta(days=4)}]\ninset = [{first}]"
        )
    for week in "AB":
        yield (
            f'[[week]]\nweek = "{week}"\ndays = ["mon", "tue", "wed", "thu", "fri"]\n'
            'arrival = "08:20"\nlocked = "08:50"\nrelease = "15:10"\nclosed = "16:30"'
        )
    for number in range(10):
        on = FIRST + timedelta(weeks=8 * number + 2, days=2)
        yield f'[[closures]]\ndate = {on}\nrelease = "12:00"\nclosed = "13:00"\nreason = "Works"'
    for who in (
        *(f'year = "{year}"' for year in range(7, 12)),
        *(f'form = "{form}"' for form in FORMS),
        *(f'person = "{number}"' for number in range(1, PEOPLE + 1)),
    ):
        yield f'[[overrides]]\n{who}\ndays = ["wed"]\nrelease = "14:50"'
    for number in range(EXAMS):
        on = date(2026, 5, 11) + timedelta(days=number % 30)
        yield (
            f'[[exams]]\nname = "Exam {number}"\ndate = {on}\nstart = "09:00"\nend = "10:30"\n'
            f'candidates = ["{number + 1}", "{number + 2}"]'
        )
