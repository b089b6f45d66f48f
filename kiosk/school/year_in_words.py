"""The school's year as somebody looks it up: today, the next school day, and each term with the
days in it on which there is none. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from kiosk.days_in_words import written_day
from kiosk.school.telling_time import DAYS
from kiosk.timetable import Level, Override, Term, Timetable

LOOKED_AHEAD = 120  # days; no holiday is as long


class Entry(NamedTuple):
    """Something in a term: when it is, and what."""

    when: str
    what: str


class TermTold(NamedTuple):
    """A term. ``is_now``: today is in it."""

    name: str
    span: str
    is_now: bool
    entries: tuple[Entry, ...]


class Year(NamedTuple):
    """``today``: what it is. ``next_day``: the next day of school after it; "" where there is none
    for months. ``terms``: by their dates, those that are over first."""

    today: str
    next_day: str
    terms: tuple[TermTold, ...]


def year_in_words(timetable: Timetable, today: date) -> Year:
    """The year, as of that day."""
    ahead = (today + timedelta(days=n) for n in range(1, LOOKED_AHEAD))
    follows = next((on for on in ahead if timetable.day(on) is not None), None)
    terms = sorted(timetable.calendar.terms, key=lambda term: term.first)
    return Year(
        f"{_named(today)}: {_today(timetable, today)}",
        _named(follows) if follows else "",
        tuple(_term(timetable, term, today) for term in terms),
    )


def _named(on: date) -> str:
    return f"{DAYS[on.weekday()]} {written_day(on)}"


def _today(timetable: Timetable, on: date) -> str:
    day = timetable.day(on)
    if day is not None:
        return f"a school day, release at {day.release:%H:%M}"
    why = timetable.reason(on)
    return f"no school ({why})" if why else "no school"


def _term(timetable: Timetable, term: Term, today: date) -> TermTold:
    span = f"{written_day(term.first)} to {written_day(term.last)}"
    entries = sorted(_dated(timetable, term).items())
    told = tuple(Entry(when, what) for _, (when, what) in entries)
    return TermTold(term.name, span, today in term.span, told)


def _dated(timetable: Timetable, term: Term) -> Mapping[date, tuple[str, str]]:
    """What is not as the week says, by its first date: one thing for each."""
    found: dict[date, tuple[str, str]] = {}
    for override in timetable.overrides:
        if (on := _whole_day_off(override)) is not None and on in term.span:
            found[on] = (_named(on), override.reason or "No school")
    for early in timetable.early:
        if early.on in term.span:
            release = f"release at {early.release:%H:%M}" if early.release else "closes early"
            found[early.on] = (_named(early.on), ": ".join(filter(None, (early.reason, release))))
    found |= {on: (_named(on), "INSET day") for on in term.inset}
    closed = timetable.calendar.closed.items()
    found |= {on: (_named(on), why) for on, why in closed if on in term.span and on.weekday() < 5}
    if half := term.half_term:
        found = {on: told for on, told in found.items() if on not in half}
        span = f"{written_day(half.first)} to {written_day(half.last)}"
        found[half.first] = (span, "Half-term")
    return found


def _whole_day_off(override: Override) -> date | None:
    """The one date on which nobody has school, if it says that."""
    is_one = override.when.first is not None and override.when.first == override.when.last
    is_off = override.target[0] is Level.SCHOOL and override.times is None
    return override.when.first if is_one and is_off else None
