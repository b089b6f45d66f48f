"""The sections of the school file about time, each with what the timetable makes of it.

An example of all of them stands in ``tests/test_school_calendar.py``.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    ValidationError,
    field_validator,
    model_validator,
)

from kiosk.errors import ConfigError, key_path
from kiosk.fittings import Section
from kiosk.school.boxes import BoxSection
from kiosk.timetable import (
    Day,
    EarlyClosing,
    Exam,
    Level,
    Override,
    Participants,
    Session,
    Span,
    Target,
    Term,
    Times,
    When,
)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_YEARS = range(2000, 2200)


def _clock(value: object) -> object:
    if isinstance(value, str) and _CLOCK.fullmatch(value):
        return time.fromisoformat(value)
    if isinstance(value, time) and value.tzinfo is None and not value.second:
        return value.replace(microsecond=0)
    raise ValueError('write a time as "08:20"')


def _date(value: object) -> object:
    if isinstance(value, str) and len(value) == 10:
        value = _or_none(date.fromisoformat, value)
    if type(value) is date and value.year in _YEARS:
        return value
    raise ValueError("write a date as 2026-09-01")


def _moment(value: object) -> object:
    if isinstance(value, str) and len(value) in (16, 19):
        value = _or_none(datetime.fromisoformat, value)
    if isinstance(value, datetime) and value.tzinfo is None and value.year in _YEARS:
        return value.replace(microsecond=0)
    raise ValueError("write date and time as 2026-12-11T18:00:00, by the clock on the wall")


def _or_none(parse: Callable[[str], object], text: str) -> object:
    try:
        return parse(text)
    except ValueError:
        return None


def _label(value: object) -> object:
    """A year or admission number may be written as a number."""
    return str(value) if type(value) is int else value


def _closed(value: object) -> object:
    return value if value is True or value is None else _clock(value)


def _finishers(value: object) -> object:
    if isinstance(value, list | tuple):
        value = tuple(map(_label, value))
    if isinstance(value, bool) or (
        isinstance(value, tuple) and all(isinstance(one, str) and one for one in value)
    ):
        return value
    raise ValueError('write true, false, or admission numbers, as ["1001"]')


def _pair(value: object) -> object:
    if isinstance(value, list | tuple) and len(value) == 2:
        return tuple(value)
    raise ValueError("write the first and the last date, as [2026-10-26, 2026-10-30]")


def _written(value: object) -> object:
    return f"{value:%H:%M}" if isinstance(value, time) else value


_WRITTEN = PlainSerializer(_written, when_used="json")

Clock = Annotated[time, BeforeValidator(_clock), _WRITTEN]
On = Annotated[date, BeforeValidator(_date)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Label = Annotated[str, BeforeValidator(_label), Field(min_length=1, max_length=60)]
Days = tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...]


class CalendarSection(Section):
    """What holds all year. ``week_a_from``: Mondays; ``nation`` brings its bank holidays."""

    zone: str = "Europe/London"
    nation: Literal["", "england", "wales", "scotland", "northern-ireland"] = ""
    policy_from: On | None = None
    week_a_from: tuple[On, ...] = ()
    count_holidays: bool = True

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f'no time zone is called "{value}"; try "Europe/London"') from None
        return value


class TermSection(Section):
    """A term, both dates included."""

    name: Name
    first: On
    last: On
    half_term: Annotated[tuple[On, On], BeforeValidator(_pair)] | None = None
    inset: tuple[On, ...] = ()

    def term(self) -> Term:
        """As the timetable has it."""
        half = Span(*self.half_term) if self.half_term else None
        return Term(self.name, self.first, self.last, half, frozenset(self.inset))


class WeekSection(Section):
    """The phases of some days of the week; of week A or B alone, if ``week`` says so."""

    days: Days = Field(min_length=1)
    week: Literal["", "A", "B"] = ""
    arrival: Clock
    locked: Clock
    release: Clock
    closed: Clock

    def day(self) -> Day:
        """As the timetable has it."""
        return Day(self.arrival, self.locked, self.release, self.closed)

    @model_validator(mode="after")
    def _in_order(self) -> "WeekSection":
        if not self.day().is_ordered():
            raise ValueError("arrival, locked, release and closed must follow one another")
        return self


class ClosureSection(Section):
    """A date on which the school closes early, or does not open."""

    date: On
    release: Clock | None = None
    closed: Clock | None = None
    reason: Name

    def rule(self) -> EarlyClosing | Override:
        """As the timetable has it."""
        if self.release is None or self.closed is None:
            return Override(Target(), When.on(self.date), None, self.reason)
        return EarlyClosing(self.date, self.release, self.closed, self.reason)

    @model_validator(mode="after")
    def _both_or_neither(self) -> "ClosureSection":
        if (self.release is None) is not (self.closed is None):
            raise ValueError("say both release and closed; or neither: no school all day")
        return self


class OverrideSection(Section):
    """Other times for the school, a year, a form or a person (their admission number)."""

    year: Label = ""
    form: Label = ""
    person: Label = ""
    date: On | None = None
    since: On | None = Field(None, alias="from")
    to: On | None = None
    days: Days = ()
    arrival: Clock | None = None
    locked: Clock | None = None
    release: Clock | None = None
    closed: Annotated[time | bool | None, BeforeValidator(_closed), _WRITTEN] = None
    reason: str = Field("", max_length=200)

    def override(self, person_id: Callable[[str], str]) -> Override:
        """As the timetable has it."""
        named = {Level.YEAR: self.year, Level.FORM: self.form, Level.PERSON: self.person}
        level = next((level for level, name in named.items() if name), Level.SCHOOL)
        name = named.get(level, "")
        target = Target(level, person_id(name) if level is Level.PERSON else name)
        return Override(target, self.when(), self.times(), self.reason)

    def when(self) -> When:
        """For which dates it is."""
        days = frozenset(WEEKDAYS.index(day) for day in self.days)
        return When.on(self.date) if self.date else When(self.since, self.to, days)

    def times(self) -> Times | None:
        """What it changes; None: they are not expected."""
        if isinstance(self.closed, bool):
            return None
        return Times(self.arrival, self.locked, self.release, self.closed)

    @model_validator(mode="after")
    def _says_one_thing(self) -> "OverrideSection":
        if sum(map(bool, (self.year, self.form, self.person))) > 1:
            raise ValueError("say one of year, form and person; none: the whole school")
        if self.date and (self.since or self.to or self.days):
            raise ValueError("say either date, or from, to and days")
        if self.closed is True and (self.arrival or self.locked or self.release):
            raise ValueError("say either times, or closed = true")
        return self


class SessionSection(Section):
    """Something outside the day, for those who take part. ``people``: admission numbers."""

    name: Name
    arrival: Moment
    locked: Moment | None = None
    release: Moment
    closed: Moment
    years: tuple[Label, ...] = ()
    forms: tuple[Label, ...] = ()
    people: tuple[Label, ...] = ()
    everyone: bool = False

    def session(self, person_id: Callable[[str], str]) -> Session:
        """As the timetable has it."""
        people = frozenset(map(person_id, self.people))
        who = Participants(frozenset(self.years), frozenset(self.forms), people, self.everyone)
        locked = self.locked or self.arrival
        return Session(self.name, self.arrival, locked, self.release, self.closed, who)


class ExamSection(Section):
    """An exam. ``finishes_for_the_day``: whether its candidates go home after it, or which do."""

    name: Name
    date: On
    start: Clock
    end: Clock
    candidates: tuple[Label, ...] = Field(min_length=1)
    finishes_for_the_day: Annotated[bool | tuple[str, ...], BeforeValidator(_finishers)] = False

    @property
    def finished(self) -> tuple[str, ...]:
        """The admission numbers of those who go home after it."""
        if isinstance(self.finishes_for_the_day, tuple):
            return self.finishes_for_the_day
        return self.candidates if self.finishes_for_the_day else ()

    def exam(self, person_id: Callable[[str], str]) -> Exam:
        """As the timetable has it."""
        start, end = (datetime.combine(self.date, at) for at in (self.start, self.end))
        candidates, finished = map(person_id, self.candidates), map(person_id, self.finished)
        return Exam(self.name, start, end, frozenset(candidates), frozenset(finished))


class SchoolCalendar(Section):
    """All that the school file says about time; and about class boxes, which name forms too."""

    calendar: CalendarSection = CalendarSection()
    terms: tuple[TermSection, ...] = ()
    week: tuple[WeekSection, ...] = Field(min_length=1)
    closures: tuple[ClosureSection, ...] = ()
    overrides: tuple[OverrideSection, ...] = ()
    sessions: tuple[SessionSection, ...] = ()
    exams: tuple[ExamSection, ...] = ()
    boxes: tuple[BoxSection, ...] = ()


def make_school_calendar(raw: Mapping[str, Any], where: str) -> SchoolCalendar:
    """The sections from what a file says. What only shows between them, ``timetable_of`` tells.

    Raises:
        ConfigError: they cannot be used; every fault is listed.
    """
    try:
        return SchoolCalendar.model_validate(raw)
    except ValidationError as errors:
        raise ConfigError(where, faults_in_words(errors.errors())) from None


def faults_in_words(errors: Sequence[Any]) -> list[str]:
    """What pydantic found, in words: where, and what; a list is not short of faulty items."""
    return [_in_words(error) for error in errors if not _hides_another(error, errors)]


def _hides_another(error: Any, errors: Sequence[Any]) -> bool:
    loc = error["loc"]
    return error["type"] == "too_short" and any(
        other["loc"][: len(loc)] == loc for other in errors if len(other["loc"]) > len(loc)
    )


def _in_words(error: Any) -> str:
    where = key_path(error["loc"]) or "the file"
    words = {"extra_forbidden": "there is no such key", "missing": "is missing"}
    return f"{where}: {words.get(error['type'], error['msg'].removeprefix('Value error, '))}"
