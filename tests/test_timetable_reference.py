"""The timetable against a slow one that only counts minutes, over random calendars."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import scale
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kiosk.timetable import (
    BadTimetable,
    Calendar,
    Day,
    EarlyClosing,
    Exam,
    Fortnight,
    Level,
    Override,
    Participants,
    Phase,
    ReleasedNow,
    Session,
    Span,
    Target,
    Term,
    Times,
    Timetable,
    When,
    Whose,
)

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DAYS = 12  # how long a random calendar is

# Clocks that go on and back at night, by half an hour, and at midnight; a year's end; 29 February.
PLACES = [
    ("Europe/London", date(2026, 3, 23)),
    ("Europe/London", date(2026, 10, 19)),
    ("Europe/London", date(2027, 12, 25)),
    ("Europe/London", date(2028, 2, 24)),
    ("Australia/Lord_Howe", date(2026, 3, 30)),
    ("Australia/Lord_Howe", date(2026, 9, 28)),
    ("America/Santiago", date(2026, 3, 30)),
    ("America/Santiago", date(2026, 8, 31)),
    ("Africa/Cairo", date(2026, 4, 20)),
]
PEOPLE = [
    Whose(person, year, form) for person in ("p", "q") for year, form in (("7", "7A"), ("8", "8A"))
]


@lru_cache(10_000)
def first_minute(zone: ZoneInfo, wall: datetime) -> datetime:
    """The first minute at which the clock on the wall reads that or later, by counting."""
    at = (wall - timedelta(hours=15)).replace(tzinfo=UTC)
    while at.astimezone(zone).replace(tzinfo=None) < wall:
        at += MINUTE
    return at


@dataclass(frozen=True)
class Slow:
    """What the rules say, read off them one by one."""

    table: Timetable

    def phase(self, at: datetime, whose: Whose) -> Phase:
        on = max(
            on
            for on in (at.date() + n * DAY for n in range(-1, 2))
            if self.first(on, time.min) <= at
        )
        running = [
            session
            for session in self.table.sessions
            if first_minute(self.table.zone, session.arrival)
            <= at
            < first_minute(self.table.zone, session.closed)
            and self.takes_part(session, whose)
        ]
        if running:
            last = max(running, key=lambda session: session.arrival)
            changes = [(first_minute(self.table.zone, w), p) for w, p in last.changes()]
        else:
            changes = [(self.first(on, w), p) for w, p in self.changes(on, whose)]
        phase = [Phase.CLOSED, *(phase for begins, phase in changes if begins <= at)][-1]
        is_policy = self.table.calendar.policy_from in (None, *self.dates_until(on))
        return phase if is_policy or phase is Phase.CLOSED else Phase.RELEASE

    def first(self, on: date, at: time) -> datetime:
        return first_minute(self.table.zone, datetime.combine(on, at))

    @staticmethod
    def dates_until(on: date) -> list[date]:
        return [on - n * DAY for n in range(60)]

    @staticmethod
    def takes_part(session: Session, whose: Whose) -> bool:
        who = session.participants
        return (
            who.everyone
            or whose.year in who.years
            or whose.form in who.forms
            or whose.person in who.people
        )

    def changes(self, on: date, whose: Whose) -> list[tuple[time, Phase]]:
        own, school = self.day(on, whose), self.day(on, Whose())
        if own is None:
            return []
        days = [own, school] if school else [own]
        opens, closes = min(d.arrival for d in days), max(d.closed for d in days)
        exams = [e for e in self.table.exams if e.on == on and whose.person in e.candidates]
        release = own.release
        if exams and whose.person in (last := max(exams, key=lambda e: e.end)).finished:
            release = max(opens, min(release, last.end.time()))
        return [
            (opens, Phase.ARRIVAL),
            (min(own.locked, release), Phase.LOCKED),
            (release, Phase.RELEASE),
            (closes, Phase.CLOSED),
        ]

    def day(self, on: date, whose: Whose) -> Day | None:
        is_open = self.is_open(on)
        day = self.week(on).get(on.weekday()) if is_open else None
        is_kept = False
        for level, name in zip(Level, ("", whose.year, whose.form, whose.person), strict=True):
            for rule in self.rules(level, name, on):
                is_dated = rule.when.first == rule.when.last and rule.when.first is not None
                if rule.times is None:
                    if level is Level.SCHOOL:
                        day, is_open = None, False
                elif day or is_dated or (is_open and rule.when.days):
                    day = self.ruled(day, rule.times)
                    is_kept = is_kept or (is_dated and level is not Level.SCHOOL)
        for closing in self.table.early:
            if closing.on == on and day and not is_kept:
                release = min(day.release, closing.release)
                day = Day(
                    min(day.arrival, release),
                    min(day.locked, release),
                    release,
                    min(day.closed, closing.closed),
                )
        return day

    @staticmethod
    def ruled(day: Day | None, times: Times) -> Day | None:
        whole = times.day()
        if whole or day is None:
            return whole
        release = times.release
        assert release  # the only partial rule that is drawn
        length = datetime.combine(date.min, day.closed) - datetime.combine(date.min, day.release)
        shifted = (datetime.combine(date.min, release) + length).time()
        late = shifted if shifted > release else time(23, 59)  # never past midnight
        closed = day.closed if day.closed > release else late
        return Day(min(day.arrival, release), min(day.locked, release), release, closed)

    def rules(self, level: Level, name: str, on: date) -> list[Override]:
        found = [r for r in self.table.overrides if r.target == (level, name)]
        return sorted((r for r in found if r.when.covers(on)), key=lambda r: r.when.rank)

    def is_open(self, on: date) -> bool:
        calendar = self.table.calendar
        if on in calendar.closed:
            return False
        return not calendar.terms or any(
            term.first <= on <= term.last
            and on not in term.inset
            and not (term.half_term and on in term.half_term)
            for term in calendar.terms
        )

    def week(self, on: date) -> Any:
        fortnight = self.table.calendar.fortnight
        if fortnight is None:
            return self.table.week
        is_a, monday = True, fortnight.week_a_from[0] - 28 * DAY
        while monday + 6 * DAY < on:
            monday += 7 * DAY
            is_a = not is_a
        return self.table.week if is_a else fortnight.week_b


def minutes(draw: Any, count: int) -> list[time]:
    """So many times in order, often at night."""
    drawn = draw(
        st.lists(
            st.integers(0, 47) | st.integers(0, 8), min_size=count, max_size=count, unique=True
        )
    )
    return [time(n // 2, n % 2 * 30) for n in sorted(drawn)]


@st.composite
def days(draw: Any) -> Day:
    return Day(*minutes(draw, 4))


def overrides(start: date) -> st.SearchStrategy[Override]:
    targets = [
        Target(),
        Target(Level.YEAR, "7"),
        Target(Level.FORM, "7A"),
        Target(Level.PERSON, "p"),
    ]
    dates = st.integers(0, DAYS - 1).map(lambda n: start + n * DAY)
    some = st.frozensets(st.integers(0, 6), min_size=1, max_size=3)
    whens = st.one_of(
        dates.map(When.on),
        st.builds(When, days=some),
        st.builds(lambda on, n: When(on, on + n * DAY), dates, st.integers(1, 5)),
        st.builds(lambda on, n, w: When(on, on + n * DAY, w), dates, st.integers(1, 9), some),
    )
    times = st.one_of(
        st.none(),
        days().map(lambda d: Times(d.arrival, d.locked, d.release, d.closed)),
        st.integers(1, 46).map(lambda n: Times(release=time(n // 2, n % 2 * 30))),
    )
    return st.builds(Override, st.sampled_from(targets), whens, times)


@st.composite
def sessions(draw: Any, start: date) -> Session:
    first = datetime.combine(start, time.min) + draw(st.integers(0, 2 * 24 * DAYS)) * 30 * MINUTE
    steps = draw(st.lists(st.integers(1, 40), min_size=3, max_size=3))
    ends = [first + sum(steps[:n]) * 30 * MINUTE for n in range(1, 4)]
    who = draw(
        st.sampled_from(
            [
                Participants(everyone=True),
                Participants(years=frozenset("8")),
                Participants(forms=frozenset({"7A"})),
                Participants(people=frozenset("p")),
            ]
        )
    )
    return Session("disco", first, *ends, who)


@st.composite
def exams(draw: Any, start: date) -> Exam:
    on = start + draw(st.integers(0, DAYS - 1)) * DAY
    begins, ends = minutes(draw, 2)
    finished = draw(st.frozensets(st.sampled_from("pq")))
    candidates = finished | draw(st.frozensets(st.sampled_from("pq")))
    return Exam(
        "maths", datetime.combine(on, begins), datetime.combine(on, ends), candidates, finished
    )


@st.composite
def calendars(draw: Any, start: date) -> Calendar:
    def dates(first: int = 0) -> Any:
        return st.integers(first, DAYS - 1).map(lambda n: start + n * DAY)

    terms: tuple[Term, ...] = ()
    if draw(st.booleans()):
        middle = draw(st.integers(2, DAYS - 2))
        half = Span(start + DAY, start + draw(st.integers(1, middle - 1)) * DAY)
        inset = frozenset({start}) if draw(st.booleans()) else frozenset[date]()
        terms = (
            Term("one", start, start + (middle - 1) * DAY, half, inset),
            Term("two", start + (middle + 1) * DAY, start + DAYS * DAY),
        )
    fortnight = None
    if draw(st.booleans()):
        fortnight = Fortnight({n: draw(days()) for n in (0, 2, 5)}, (start_of_week(start),))
    closed = draw(st.dictionaries(dates(), st.just("shut"), max_size=2))
    return Calendar(terms, closed, draw(st.none() | dates()), fortnight)


def start_of_week(on: date) -> date:
    return on - on.weekday() * DAY


@st.composite
def timetables(draw: Any, *, bounded: bool = False) -> tuple[Timetable, date]:
    zone, start = draw(st.sampled_from(PLACES))
    calendar = draw(calendars(start))
    assume(calendar.terms or not bounded)
    week = {n: draw(days()) for n in draw(st.frozensets(st.integers(0, 6), max_size=6))}
    early = [
        EarlyClosing(start + draw(st.integers(0, DAYS - 1)) * DAY, *minutes(draw, 2))
        for _ in range(draw(st.integers(0, 2)))
    ]
    try:
        table = Timetable(
            ZoneInfo(zone),
            week,
            calendar,
            tuple(draw(st.lists(overrides(start), max_size=5))),
            tuple(early),
            tuple(draw(st.lists(sessions(start), max_size=2, unique_by=lambda s: s.arrival))),
            tuple(draw(st.lists(exams(start), max_size=2, unique_by=lambda e: e.end))),
        )
    except BadTimetable:
        assume(False)  # two rules clash
    return table, start


def half_hours(start: date) -> list[datetime]:
    """Every half hour of a random calendar, and the minutes beside it."""
    first = datetime.combine(start, time.min, tzinfo=UTC) - DAY
    marks = [first + n * 30 * MINUTE for n in range(48 * (DAYS + 5))]
    return [at for mark in marks for at in (mark - MINUTE, mark)]


SLOW = settings(max_examples=scale.of(40, 2), suppress_health_check=list(HealthCheck))


@SLOW
@given(timetables(), st.sampled_from(PEOPLE))
def test_phases_are_those_that_the_rules_say_one_by_one(
    made: tuple[Timetable, date], whose: Whose
) -> None:
    table, start = made
    slow = Slow(table)

    for at in half_hours(start):
        assert table.phase(at, whose) is slow.phase(at, whose), at


@SLOW
@given(timetables(bounded=True), st.sampled_from([None, *PEOPLE]), st.data())
def test_the_next_release_is_the_next_moment_at_which_release_begins(
    made: tuple[Timetable, date], whose: Whose | None, data: st.DataObject
) -> None:
    table, start = made
    marks = half_hours(start)
    asked = data.draw(st.sampled_from(marks))
    today = [at for at in marks if table.local(at).date() == table.local(asked).date()]
    acts = data.draw(st.lists(st.sampled_from(today), max_size=2))
    released = tuple(ReleasedNow(at) for at in acts)

    phases = [table.phase(at, whose, released) for at in marks]
    begins = (
        at
        for before, phase, at in zip(phases, phases[1:], marks[1:], strict=False)
        if phase is Phase.RELEASE is not before and at > asked
    )
    found = table.next_release(asked, whose, released)

    assert (found.astimezone(UTC) if found else None) == next(begins, None)


@SLOW
@given(timetables(bounded=True), st.sampled_from(PEOPLE))
def test_changes_partition_a_day_and_come_in_order(
    made: tuple[Timetable, date], whose: Whose
) -> None:
    table, start = made
    table = Timetable(
        table.zone, table.week, table.calendar, table.overrides, table.early, (), table.exams
    )
    order = [Phase.CLOSED, Phase.ARRIVAL, Phase.LOCKED, Phase.RELEASE, Phase.CLOSED]

    for on in (start + n * DAY for n in range(DAYS)):
        midnight = table._schedule(on, table._plan.known(whose)).starts[0]
        seen, at = [table.phase(midnight, whose)], midnight
        while (change := table.next_change(at, whose)) and table.local(change).date() == on:
            at = change.astimezone(UTC)
            assert table.phase(at - MINUTE, whose) is seen[-1]
            seen.append(table.phase(at, whose))
        # A day without arrival begins with what comes next, never goes back, and ends closed.
        rest = iter(order)
        assert all(phase in rest for phase in seen), seen
        assert seen[-1] is Phase.CLOSED
