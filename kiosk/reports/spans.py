"""The spans of days that are asked for by a name: this week, last term. Pure."""

from datetime import date, timedelta
from typing import NamedTuple

from kiosk.timetable import Term, Timetable

A_WEEK = timedelta(days=7)


class NamedDays(NamedTuple):
    """Days with a name, from ``first`` to ``last``, both in it; ``key`` is what addresses say."""

    key: str
    words: str
    first: date
    last: date


def named_days(timetable: Timetable, today: date) -> tuple[NamedDays, ...]:
    """Today, weeks, which begin on Mondays, and terms as far as the calendar has any. None of them
    goes beyond today."""
    monday = today - timedelta(days=today.weekday())
    found = [
        NamedDays("today", "Today", today, today),
        NamedDays("week", "This week", monday, today),
        NamedDays("last-week", "Last week", monday - A_WEEK, monday - timedelta(days=1)),
    ]
    now = timetable.term(today)
    if now is not None:
        found.append(NamedDays("term", "This term", now.first, today))
    begun = [term for term in timetable.calendar.terms if term.last < today and term is not now]
    if begun:
        last = max(begun, key=_ends)
        found.append(NamedDays("last-term", "Last term", last.first, last.last))
    return tuple(found)


def _ends(term: Term) -> date:
    return term.last
