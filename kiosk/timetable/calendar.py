"""Terms, half-terms, closed days and two-week timetables: on which dates there is school. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from types import MappingProxyType

from kiosk.timetable.days import Day

MOST_DAYS = 366
"""How long a term may be, in days: beyond it, a year was mistyped."""

_SATURDAY = 5

HALF_TERM, INSET, HOLIDAY = "Half-term", "INSET day", "Holiday"


@dataclass(frozen=True, slots=True)
class Span:
    """From one date to another, both included."""

    first: date
    last: date

    def __contains__(self, on: date) -> bool:
        return self.first <= on <= self.last

    def dates(self) -> Iterator[date]:
        """Every date of it, in order."""
        return (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


@dataclass(frozen=True, slots=True)
class Term:
    """A term, its half-term if it has one, and days in it for staff alone. Both ends included."""

    name: str
    first: date
    last: date
    half_term: Span | None = None
    inset: frozenset[date] = frozenset()

    @property
    def span(self) -> Span:
        """From its first date to its last."""
        return Span(self.first, self.last)

    def faults(self) -> list[str]:
        """What is wrong with it, in words."""
        who, half = f"term {self.name}", self.half_term
        if self.last < self.first:
            return [f"{who}: {self.last} is before {self.first}"]
        if (self.last - self.first).days >= MOST_DAYS:
            return [f"{who}: {self.span} is more than a year"]
        faults = [
            f"{who}: INSET day {on} is outside it, where there is no school anyway"
            for on in self.inset
            if on not in self.span
        ]
        if half and half.last < half.first:
            faults.append(f"{who}: its half-term ends on {half.last}, before {half.first}")
        elif half and not (half.first in self.span and half.last in self.span):
            faults.append(f"{who}: its half-term, {half}, is not within {self.span}")
        return sorted(faults)


@dataclass(frozen=True, slots=True)
class Fortnight:
    """Weeks A and B by turns.

    ``week_b``: weekday (Monday 0) to its day in week B. ``week_a_from``: Mondays on which a week A
    begins; from each the count begins anew, and before the first it is counted back.
    ``skips_holidays``: weeks outside terms and within half-terms are not counted.
    """

    week_b: Mapping[int, Day]
    week_a_from: tuple[date, ...]
    skips_holidays: bool = False

    def faults(self, *, has_terms: bool) -> list[str]:
        """What is wrong with it, in words."""
        faults = [
            f"{on} is no Monday: no week A begins then" for on in self.week_a_from if on.weekday()
        ]
        if not self.week_a_from:
            faults.append("two-week timetable: no Monday is given on which a week A begins")
        if self.skips_holidays and not has_terms:
            faults.append("two-week timetable: without terms nobody knows which weeks to skip")
        return faults


@dataclass(frozen=True, slots=True)
class Calendar:
    """On which dates there may be school.

    Without terms that is every date but the closed ones. ``closed``: bank holidays and other days
    without school, each with the reason. ``policy_from``: when the school's rules on devices begin
    to hold; None is always.
    """

    terms: tuple[Term, ...] = ()
    closed: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}))
    policy_from: date | None = None
    fortnight: Fortnight | None = None

    def faults(self) -> list[str]:
        """What is wrong with it, in words."""
        faults = [fault for term in self.terms for fault in term.faults()]
        terms = sorted(self.terms, key=lambda term: term.first)
        faults += [
            f"terms {a.name} ({a.span}) and {b.name} ({b.span}) overlap"
            for a, b in pairwise(terms)
            if b.first <= a.last
        ]
        if self.fortnight:
            faults += self.fortnight.faults(has_terms=bool(self.terms))
        return faults


class DateBook:
    """A calendar without faults, date by date."""

    __slots__ = ("_calendar", "_off", "_terms", "_weeks")

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._terms = {on: term for term in calendar.terms for on in term.span.dates()}
        self._off: dict[date, str] = {}
        for term in calendar.terms:
            self._off |= dict.fromkeys(term.half_term.dates() if term.half_term else (), HALF_TERM)
        taught = (on for on in self._terms if on not in self._off and on.weekday() < _SATURDAY)
        self._weeks = sorted({_monday(on) for on in taught})
        for term in calendar.terms:
            self._off |= dict.fromkeys(term.inset, INSET)
        self._off |= calendar.closed

    def term(self, on: date) -> Term | None:
        """The term that a date is in."""
        return self._terms.get(on)

    def dates(self) -> Iterator[date]:
        """The dates on which there may be school; none where there are no terms."""
        return (on for on in self._terms if on not in self._off)

    def is_open(self, on: date) -> bool:
        """Whether there may be school on that date, if the week has a day for it."""
        return on not in self._off and (on in self._terms or not self._terms)

    def reason(self, on: date) -> str:
        """Why there is no school on a date on which there is none."""
        return self._off.get(on, HOLIDAY)

    def is_week_b(self, on: date) -> bool:
        """Whether that date is in a week B."""
        fortnight = self._calendar.fortnight
        if fortnight is None:
            return False
        starts = sorted(fortnight.week_a_from)
        monday = _monday(on)
        start = starts[max(bisect_right(starts, monday) - 1, 0)]
        if fortnight.skips_holidays:
            return bool((bisect_left(self._weeks, monday) - bisect_left(self._weeks, start)) % 2)
        return bool((monday - start).days // 7 % 2)


def _monday(on: date) -> date:
    return on - timedelta(days=on.weekday())
