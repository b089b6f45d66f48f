"""School years: from one autumn term to the next. Pure."""

from collections.abc import Iterable
from datetime import date

from kiosk.timetable.calendar import Term

AUGUST, SEPTEMBER = 8, 9


def first_month(terms: Iterable[Term]) -> int:
    """The month with which a school year begins: the one in which the autumn term does, August or
    September. September where no term says it."""
    autumn = {term.first.month for term in terms} & {AUGUST, SEPTEMBER}
    return min(autumn, default=SEPTEMBER)


def end_of_years(on: date, after: int, month: int) -> date:
    """The first date that lies beyond the school year of ``on`` and ``after`` more of them.
    ``month``: with which a school year begins."""
    year = on.year if on.month >= month else on.year - 1
    return date(year + 1 + after, month, 1)
