"""What a date is for somebody: which rules apply to it, and what comes of them. Pure."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from kiosk.timetable.calendar import Calendar, DateBook
from kiosk.timetable.days import Day, Phase, changed, ended_by
from kiosk.timetable.instants import instant, midnight
from kiosk.timetable.rules import (
    EarlyClosing,
    Level,
    Override,
    Rank,
    RuleBook,
    Target,
    Whose,
)
from kiosk.timetable.schedule import Schedule, make_schedule
from kiosk.timetable.sessions import Exam, Session

NOBODY = Whose()
HORIZON = 400
"""How many days are looked ahead where no terms say when school is."""


class Settings(Protocol):
    """What a timetable is made from. See ``Timetable``."""

    @property
    def zone(self) -> ZoneInfo: ...
    @property
    def week(self) -> Mapping[int, Day]: ...
    @property
    def calendar(self) -> Calendar: ...
    @property
    def overrides(self) -> tuple[Override, ...]: ...
    @property
    def early(self) -> tuple[EarlyClosing, ...]: ...
    @property
    def sessions(self) -> tuple[Session, ...]: ...
    @property
    def exams(self) -> tuple[Exam, ...]: ...


class Resolved(NamedTuple):
    """A date for somebody: the day they have if they come, whether they are expected to, why it
    differs from the week's, and whether the school may have school on it."""

    day: Day | None
    is_expected: bool
    reason: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class _Run:
    """A session as instants (UTC)."""

    session: Session
    schedule: Schedule

    def is_on(self, at: datetime) -> bool:
        return self.schedule.starts[0] <= at < self.schedule.end


class Plan:
    """A timetable without faults, date by date. Nothing in it ever changes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._zone = settings.zone
        self.book = DateBook(settings.calendar)
        self._rules = RuleBook(settings.overrides)
        self._early = {closing.on: closing for closing in settings.early}
        self._runs = _runs(settings)
        self._exams = _exams(settings.exams)
        self._names = _names(settings)
        self._weekdays = _weekdays(settings)
        self._extra = {
            rule.when.first for rule in settings.overrides if rule.when.rank is Rank.DATE
        }
        self._extra |= self._runs.keys()
        self._dates = self._dates_of_terms() if settings.calendar.terms else None

    def known(self, whose: Whose | None) -> Whose:
        """``whose``, without the names that nothing is said about."""
        if whose is None:
            return NOBODY
        person, year, form = whose
        people, years, forms = self._names
        if person not in people and year not in years and form not in forms:
            return NOBODY
        return Whose(
            person if person in people else "",
            year if year in years else "",
            form if form in forms else "",
        )

    def applies(self, on: date) -> bool:
        """Whether the school's rules on devices hold on that date."""
        start = self._settings.calendar.policy_from
        return start is None or on >= start

    def coming(self, on: date) -> Iterator[date]:
        """The dates after that one on which anybody's phase may change."""
        if self._dates is not None:
            for place in range(bisect_right(self._dates, on), len(self._dates)):
                yield self._dates[place]
            return
        for days in range(1, HORIZON):
            later = on + timedelta(days=days)
            if later.weekday() in self._weekdays or later in self._extra:
                yield later

    def resolve(self, on: date, whose: Whose) -> Resolved:
        """The day that somebody has on a date."""
        found = self._base(on)
        is_kept = False
        for rule in self._rules_for(on, whose):
            found = _ruled(found, rule)
            is_kept = is_kept or _keeps(rule)
        early = self._early.get(on)
        if early is None or found.day is None or is_kept:
            return found
        ended = ended_by(found.day, early.release, early.closed)
        return found if ended == found.day else found._replace(day=ended, reason=early.reason)

    def exam_release(self, on: date, person: str) -> datetime | None:
        """When somebody whose last exam of a date finishes their day may collect: on the wall."""
        exams = [exam for exam in self._exams.get(on, ()) if person in exam.candidates]
        last = max(exams, key=lambda exam: exam.end, default=None)
        return last.end if last and person in last.finished else None

    def release_end(self, on: date, whose: Whose) -> datetime | None:
        """When the release of somebody's own day ends (UTC); None where it lasts for as long as the
        kiosk is open: they have no day, or an exam kept them until then."""
        day, finish = self.resolve(on, whose).day, self.exam_release(on, whose.person)
        if day is None or (finish is not None and finish.time() >= day.closed):
            return None
        return instant(self._zone, datetime.combine(on, day.closed))

    def is_in_session(self, at: datetime, on: date, whose: Whose) -> bool:
        """Whether a session that they take part in runs at that instant of a date."""
        return any(session.participants.includes(whose) for session in self.running(at, on))

    def exams_on(self, on: date) -> tuple[Exam, ...]:
        """The exams of a date, in the order of their starts."""
        return self._exams.get(on, ())

    def running(self, at: datetime, on: date) -> tuple[Session, ...]:
        """The sessions that run at that instant of a date."""
        return tuple(run.session for run in self._runs.get(on, ()) if run.is_on(at))

    def schedule(self, on: date, whose: Whose) -> Schedule:
        """A date as somebody lives it: their day, and the sessions that they take part in."""
        start, end = midnight(self._zone, on), midnight(self._zone, on + timedelta(days=1))
        day = self._day(on, whose)
        runs = [run for run in self._runs.get(on, ()) if run.session.participants.includes(whose)]
        applies = self.applies(on)

        def phase(at: datetime) -> Phase:
            for run in reversed(runs):
                if run.is_on(at):
                    return run.schedule.phase(at) if applies else Phase.RELEASE
            return next((begun for begins, begun in reversed(day) if begins <= at), Phase.CLOSED)

        moments = [begins for begins, _ in day]
        moments += [at for run in runs for at in (*run.schedule.starts, run.schedule.end)]
        return make_schedule(start, end, moments, phase)

    def _dates_of_terms(self) -> list[date]:
        dates = {on for on in self.book.dates() if on.weekday() in self._weekdays}
        return sorted(dates | {on for on in self._extra if on is not None})

    def _base(self, on: date) -> Resolved:
        if not self.book.is_open(on):
            return Resolved(None, False, self.book.reason(on), False)
        fortnight = self._settings.calendar.fortnight
        is_b = fortnight is not None and self.book.is_week_b(on)
        week = fortnight.week_b if fortnight and is_b else self._settings.week
        day = week.get(on.weekday())
        return Resolved(day, day is not None, "", True)

    def _rules_for(self, on: date, whose: Whose) -> Iterator[Override]:
        """The rules that are for that date and person, the most specific last."""
        yield from self._rules.rules(Target(), on)
        for level, name in (
            (Level.YEAR, whose.year),
            (Level.FORM, whose.form),
            (Level.PERSON, whose.person),
        ):
            if name:
                yield from self._rules.rules(Target(level, name), on)

    def _day(self, on: date, whose: Whose) -> list[tuple[datetime, Phase]]:
        """The changes of somebody's school day, as instants (UTC)."""
        own, school = self.resolve(on, whose).day, self.resolve(on, NOBODY).day
        if own is None:
            return []
        opens = min(own.arrival, school.arrival) if school else own.arrival
        closes = max(own.closed, school.closed) if school else own.closed
        if not self.applies(on):
            changes = [(opens, Phase.RELEASE), (closes, Phase.CLOSED)]
        else:
            release = max(min(own.release, self._finish(on, whose.person)), opens)
            changes = [
                (opens, Phase.ARRIVAL),
                (own.locked, Phase.LOCKED),  # or nothing, if it is released before
                (release, Phase.RELEASE),
                (closes, Phase.CLOSED),
            ]
        return [(instant(self._zone, datetime.combine(on, at)), phase) for at, phase in changes]

    def _finish(self, on: date, person: str) -> time:
        end = self.exam_release(on, person)
        return end.time() if end else time.max


def _ruled(found: Resolved, rule: Override) -> Resolved:
    """What a rule makes of a day."""
    day, reason = found.day, rule.reason or found.reason
    if rule.times is None and rule.target.level is Level.SCHOOL:
        return Resolved(None, False, rule.reason or "No school", False)
    if rule.times is None:
        return found._replace(is_expected=False, reason=reason)
    if day is None and not _may_open(rule, found.is_open):
        return found
    day = rule.times.day() or (changed(day, rule.times) if day else None)
    return Resolved(day, True, reason, found.is_open) if day else found


def _may_open(rule: Override, is_open: bool) -> bool:
    """Whether a rule may make school of a day without: if it is for the very date; if it is for a
    weekday, only where school might be held at all."""
    return rule.when.rank is Rank.DATE or (is_open and rule.when.rank is not Rank.RANGE)


def _keeps(rule: Override) -> bool:
    """Whether a rule keeps somebody longer than an early closing."""
    is_own = rule.target.level is not Level.SCHOOL and rule.when.rank is Rank.DATE
    return is_own and rule.times is not None and rule.times.release is not None


def _runs(settings: Settings) -> Mapping[date, tuple[_Run, ...]]:
    found: defaultdict[date, list[_Run]] = defaultdict(list)
    for session in sorted(settings.sessions, key=lambda session: session.arrival):
        changes = {instant(settings.zone, at): phase for at, phase in session.changes()}
        *starts, end = sorted(changes)
        run = _Run(session, Schedule(tuple(starts), tuple(changes[at] for at in starts), end))
        for on in session.span.dates():
            found[on].append(run)
    return {on: tuple(runs) for on, runs in found.items()}


def _exams(exams: tuple[Exam, ...]) -> Mapping[date, tuple[Exam, ...]]:
    found: defaultdict[date, list[Exam]] = defaultdict(list)
    for exam in sorted(exams, key=lambda exam: (exam.start, exam.name)):
        found[exam.on].append(exam)
    return {on: tuple(exams) for on, exams in found.items()}


def _names(settings: Settings) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The people, years and forms that something is said about."""
    targets = [rule.target for rule in settings.overrides]
    parts = [session.participants for session in settings.sessions]
    people, years, forms = (
        {target.name for target in targets if target.level is level}
        for level in (Level.PERSON, Level.YEAR, Level.FORM)
    )
    people.update(*(part.people for part in parts), *(exam.finished for exam in settings.exams))
    years.update(*(part.years for part in parts))
    forms.update(*(part.forms for part in parts))
    return frozenset(people), frozenset(years), frozenset(forms)


def _weekdays(settings: Settings) -> frozenset[int]:
    """The weekdays on which anybody may have school without a rule for the very date."""
    fortnight = settings.calendar.fortnight
    days = {*settings.week, *(fortnight.week_b if fortnight else ())}
    return frozenset(days.union(*(rule.when.days for rule in settings.overrides)))
