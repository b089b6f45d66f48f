"""School years, which say how long acts of staff are kept."""

from datetime import date

import pytest

from kiosk.timetable.calendar import Term
from kiosk.timetable.years import end_of_years, first_month


@pytest.mark.parametrize(
    ("on", "after", "month", "end"),
    [
        (date(2026, 3, 2), 0, 9, date(2026, 9, 1)),
        (date(2026, 3, 2), 1, 9, date(2027, 9, 1)),
        (date(2026, 8, 31), 0, 9, date(2026, 9, 1)),
        (date(2026, 9, 1), 0, 9, date(2027, 9, 1)),
        (date(2026, 8, 31), 0, 8, date(2027, 8, 1)),
        (date(2026, 7, 31), 2, 8, date(2028, 8, 1)),
        (date(2026, 12, 31), 0, 9, date(2027, 9, 1)),
        (date(2027, 1, 1), 0, 9, date(2027, 9, 1)),
    ],
)
def test_a_school_year_ends_where_the_next_begins(
    on: date, after: int, month: int, end: date
) -> None:
    assert end_of_years(on, after, month) == end


def term(first: date) -> Term:
    return Term("a term", first, date(first.year, 12, 18))


@pytest.mark.parametrize(
    ("firsts", "month"),
    [
        ([], 9),
        ([date(2026, 9, 3)], 9),
        ([date(2026, 8, 17), date(2026, 1, 5)], 8),
        ([date(2026, 8, 17), date(2027, 9, 1)], 8),
        ([date(2026, 1, 5), date(2026, 4, 20)], 9),
    ],
)
def test_it_begins_with_the_month_of_the_autumn_term(firsts: list[date], month: int) -> None:
    assert first_month(map(term, firsts)) == month
