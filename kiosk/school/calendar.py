"""The timetable that the school file describes. Its sections are in ``sections``."""

from collections.abc import Callable, Collection, Iterator
from datetime import date
from zoneinfo import ZoneInfo

from kiosk.errors import ConfigError, key_path
from kiosk.school.sections import WEEKDAYS, SchoolCalendar
from kiosk.timetable import (
    BadTimetable,
    Calendar,
    Day,
    EarlyClosing,
    Fortnight,
    Override,
    Timetable,
)

NATIONS = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "northern-ireland": "NIR"}
YEARS_WITHOUT_TERMS = range(2025, 2041)
"""For which years bank holidays are known where no terms say which are asked for."""


def bank_holidays(nation: str, years: Collection[int]) -> dict[date, str]:
    """The bank holidays of a nation of the United Kingdom in those years, each with its name."""
    from holidays import country_holidays  # slow to load, and needed once

    found = country_holidays("GB", subdiv=NATIONS[nation], years=years, language="en_GB")
    return dict(sorted(found.items()))


def timetable_of(
    sections: SchoolCalendar,
    person_id: Callable[[str], str | None],
    *,
    years: Collection[str] | None = None,
    forms: Collection[str] | None = None,
    where: str = "the school's calendar",
) -> Timetable:
    """The timetable that these sections describe.

    ``person_id`` gives the id of the person with an admission number; None for nobody. ``years``
    and ``forms`` are those that there are; None: any may be named.

    Raises:
        ConfigError: it contradicts itself, or names somebody, a year or a form that there is not;
            every fault is listed, and of a clash both sides.
    """
    faults = [*_week_faults(sections), *unknown_in(sections, person_id, years, forms)]
    try:
        timetable = _timetable(sections, str)  # so that its faults name admission numbers
    except BadTimetable as fault:
        faults += fault.faults
    if faults:
        raise ConfigError(where, faults)
    ids = {admission: person_id(admission) or "" for _, admission in admissions_in(sections)}
    return _timetable(sections, ids.__getitem__) if ids else timetable


def _timetable(sections: SchoolCalendar, person_id: Callable[[str], str]) -> Timetable:
    closures = [closure.rule() for closure in sections.closures]
    return Timetable(
        ZoneInfo(sections.calendar.zone),
        _week(sections, "A"),
        Calendar(
            tuple(term.term() for term in sections.terms),
            _bank_holidays(sections),
            sections.calendar.policy_from,
            _fortnight(sections),
        ),
        (
            *(rule for rule in closures if isinstance(rule, Override)),
            *(override.override(person_id) for override in sections.overrides),
        ),
        tuple(rule for rule in closures if isinstance(rule, EarlyClosing)),
        tuple(session.session(person_id) for session in sections.sessions),
        tuple(exam.exam(person_id) for exam in sections.exams),
    )


def _week(sections: SchoolCalendar, letter: str) -> dict[int, Day]:
    entries = [entry for entry in sections.week if entry.week in ("", letter)]
    return {WEEKDAYS.index(day): entry.day() for entry in entries for day in entry.days}


def _fortnight(sections: SchoolCalendar) -> Fortnight | None:
    settings = sections.calendar
    if not settings.week_a_from and not any(entry.week for entry in sections.week):
        return None
    week_b = _week(sections, "B")
    return Fortnight(week_b, settings.week_a_from, skips_holidays=not settings.count_holidays)


def _bank_holidays(sections: SchoolCalendar) -> dict[date, str]:
    if not sections.calendar.nation:
        return {}
    ends = [on for term in sections.terms for on in (term.first, term.last)]
    years = range(min(ends).year, max(ends).year + 1) if ends else YEARS_WITHOUT_TERMS
    return bank_holidays(sections.calendar.nation, years)


def _week_faults(sections: SchoolCalendar) -> Iterator[str]:
    letters = ("A", "B") if any(entry.week for entry in sections.week) else ("",)
    for letter in letters:
        days = [day for entry in sections.week if entry.week in ("", letter) for day in entry.days]
        if twice := sorted({day for day in days if days.count(day) > 1}, key=WEEKDAYS.index):
            which = f"week {letter}" if letter else "week"
            yield f"{which}: stands there more than once: {', '.join(twice)}"
    if sections.calendar.week_a_from and letters == ("",):
        yield "calendar.week_a_from: but no [[week]] is for week A or B alone"


def admissions_in(sections: SchoolCalendar) -> Iterator[tuple[str, str]]:
    """Every admission number, and where it stands."""
    for n, override in enumerate(sections.overrides):
        if override.person:
            yield key_path(("overrides", n, "person")), override.person
    for n, session in enumerate(sections.sessions):
        yield from (
            (key_path(("sessions", n, "people")), admission) for admission in session.people
        )
    for n, exam in enumerate(sections.exams):
        numbers = dict.fromkeys((*exam.candidates, *exam.finished))
        where = key_path(("exams", n, "candidates"))
        yield from ((where, admission) for admission in numbers)


def named_in(sections: SchoolCalendar, kind: str) -> Iterator[tuple[str, str]]:
    """Every year, or every form, and where it stands."""
    for n, override in enumerate(sections.overrides):
        if name := getattr(override, kind):
            yield key_path(("overrides", n, kind)), name
    for n, session in enumerate(sections.sessions):
        yield from (
            (key_path(("sessions", n, f"{kind}s")), name) for name in getattr(session, f"{kind}s")
        )
    for n, box in enumerate(sections.boxes if kind == "form" else ()):
        yield key_path(("boxes", n, "form")), box.form


def unknown_in(
    sections: SchoolCalendar,
    person_id: Callable[[str], str | None],
    years: Collection[str] | None,
    forms: Collection[str] | None,
) -> Iterator[str]:
    """Whom, which year or which form it names that there is not; see ``timetable_of``."""
    for where, admission in admissions_in(sections):
        if not person_id(admission):
            yield f'{where}: nobody has the admission number "{admission}"'
    for kind, known in (("year", years), ("form", forms)):
        for where, name in named_in(sections, kind) if known is not None else ():
            if name not in (known or ()):
                yield f'{where}: nobody is in {kind} "{name}"'
