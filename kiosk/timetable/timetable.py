"""The school's timetable: which phase a moment falls into, for whom, and what comes next. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from kiosk.timetable.calendar import Calendar, Term
from kiosk.timetable.days import Day, Phase
from kiosk.timetable.instants import instant
from kiosk.timetable.plan import Plan, Resolved
from kiosk.timetable.rules import BadTimetable, EarlyClosing, Override, Rank, Whose, clashes
from kiosk.timetable.schedule import ReleasedNow, Schedule, with_release_now
from kiosk.timetable.sessions import Exam, Session

Released = tuple[ReleasedNow, ...]

_REMEMBERED, _PEOPLE = 1024, 4096
"""How many dates of how many people are kept, of those asked for last, and of how many people what
is said about them: a few hundred bytes each."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """A timetable in the school's ``zone``. ``week``: weekday (Monday 0) to its day.

    A change stands at the same reading of the clock on the wall on both sides of a clock change;
    a reading that comes twice counts at its first, and one that is skipped when the clocks go on.

    Whose day it is: the most specific rule wins, person before form before year before school; for
    one target a date before weekdays in a range before a range before weekdays before the week.
    A rule for a date may make school of a day without; other rules change only what there is.

    A person's own rules say when they are expected and when they are released. They never keep
    them out: the kiosk is open to each from the school's arrival or their own, whichever is
    earlier, until the school's closing or their own, whichever is later (taking in is never
    restricted while the kiosk is open). Who is not expected and comes all the same has the day
    that they had without that rule.

    Before the policy holds, the kiosk takes in what is brought, and gives it back at any time:
    from arrival to closing it is release.

    ``whose`` is None for the school as such. ``released``: what was released today by staff.

    Raises:
        BadTimetable: it contradicts itself; every fault is listed, and of a clash both sides.
    """

    zone: ZoneInfo
    week: Mapping[int, Day]
    calendar: Calendar = field(default=Calendar())
    overrides: tuple[Override, ...] = ()
    early: tuple[EarlyClosing, ...] = ()
    sessions: tuple[Session, ...] = ()
    exams: tuple[Exam, ...] = ()
    _plan: Plan = field(init=False, repr=False, compare=False)
    _schedule: Callable[[date, Whose], Schedule] = field(init=False, repr=False, compare=False)
    _overlaid: Callable[[date, Whose, Released, str], Schedule] = field(
        init=False, repr=False, compare=False
    )
    _resolve: Callable[[date, Whose], Resolved] = field(init=False, repr=False, compare=False)
    _known: Callable[[Whose | None], Whose] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if faults := self._faults():
            raise BadTimetable(faults)
        plan = Plan(self)
        object.__setattr__(self, "_plan", plan)
        remembered = lru_cache(_REMEMBERED)
        object.__setattr__(self, "_schedule", remembered(plan.schedule))
        object.__setattr__(self, "_overlaid", remembered(self._with_release_now))
        object.__setattr__(self, "_resolve", remembered(plan.resolve))
        object.__setattr__(self, "_known", lru_cache(_PEOPLE)(plan.known))

    def __reduce__(self) -> tuple[type["Timetable"], tuple[object, ...]]:
        """What it is made of, to go to another process: what it remembers stays here."""
        made_of = (self.zone, self.week, self.calendar, self.overrides, self.early)
        return Timetable, (*made_of, self.sessions, self.exams)

    def local(self, at: datetime) -> datetime:
        """``at`` as the clock on the school's wall reads."""
        return at.astimezone(self.zone)

    def midnight_after(self, at: datetime) -> datetime:
        """When the day of that moment is over, on the school's wall."""
        return self.midnight(self.local(at).date() + timedelta(days=1))

    def midnight(self, on: date) -> datetime:
        """When that day begins, on the school's wall."""
        return datetime.combine(on, time(), tzinfo=self.zone)

    def day(self, on: date, whose: Whose | None = None) -> Day | None:
        """The school day that is expected of them on that date, or None."""
        found = self._resolve(on, self._known(whose))
        return found.day if found.is_expected else None

    def reason(self, on: date, whose: Whose | None = None) -> str:
        """Why that date is not as the week says, in the school's words; "" where it is."""
        return self._resolve(on, self._known(whose)).reason

    def is_school_day(self, on: date) -> bool:
        """Whether the school as such has school on that date."""
        return self.day(on) is not None

    def applies(self, on: date) -> bool:
        """Whether the school's rules on devices hold on that date: nobody is missed before."""
        return self._plan.applies(on)

    def term(self, on: date) -> Term | None:
        """The term that a date is in, half-term included; None outside terms."""
        return self._plan.book.term(on)

    def week_letter(self, on: date) -> str:
        """Whether that date is in a week "A" or "B"; "" where all weeks are alike."""
        if self.calendar.fortnight is None:
            return ""
        return "B" if self._plan.book.is_week_b(on) else "A"

    @property
    def ends(self) -> date | None:
        """The last date of the last term: beyond it nothing is known. None without terms."""
        return max((term.last for term in self.calendar.terms), default=None)

    def phase(self, at: datetime, whose: Whose | None = None, released: Released = ()) -> Phase:
        """The phase that ``at`` falls into; a change belongs to what it begins."""
        at = at.astimezone(UTC)
        return self._today(at, whose, released).phase(at)

    def next_release(
        self, at: datetime, whose: Whose | None = None, released: Released = ()
    ) -> datetime | None:
        """When taking is allowed next: today's release if still to come, else a later day's."""
        at = at.astimezone(UTC)
        soon = self._today(at, whose, released).next(at, Phase.RELEASE)
        if soon is None:
            changes = self._changes(at, whose, released)
            soon = next((start for start, begun in changes if begun is Phase.RELEASE), None)
        return soon.astimezone(self.zone) if soon else None

    def next_change(
        self, at: datetime, whose: Whose | None = None, released: Released = ()
    ) -> datetime | None:
        """The next change of phase after ``at``; None where no school day is left."""
        start, _ = next(self._changes(at.astimezone(UTC), whose, released), (None, None))
        return start.astimezone(self.zone) if start else None

    def release_of(self, on: date, whose: Whose | None = None) -> datetime | None:
        """The first release that begins on that date, or None."""
        schedule = self._schedule(on, self._known(whose))
        eve = schedule.starts[0]
        if schedule.phases[0] is Phase.RELEASE and not self._is_release_before(eve, whose):
            return eve.astimezone(self.zone)
        start = schedule.next(eve, Phase.RELEASE)
        return start.astimezone(self.zone) if start else None

    def has_session_left(
        self, at: datetime, whose: Whose | None = None, released: Released = ()
    ) -> bool:
        """Whether somebody who has collected today may have to hand in again today.

        So it is before a release; and while a day or session of theirs is still to begin. Before
        the policy holds, it is while the kiosk is open.
        """
        at = at.astimezone(UTC)
        schedule = self._today(at, whose, released)
        now = schedule.phase(at)
        if now in (Phase.ARRIVAL, Phase.LOCKED):
            return True
        if now is Phase.RELEASE and not self.applies(self.local(at).date()):
            return True
        return any(phase is not Phase.CLOSED for _, phase in schedule.after(at))

    def arrival_before(
        self, at: datetime, whose: Whose | None = None
    ) -> tuple[datetime, datetime] | None:
        """When they were last to arrive, on the date of ``at`` and up to it: from when to when
        (UTC); None where they were not."""
        at = at.astimezone(UTC)
        starts, phases, end = self._schedule(at.astimezone(self.zone).date(), self._known(whose))
        spans = zip(starts, (*starts[1:], end), phases, strict=True)
        begun = [(a, min(b, at)) for a, b, phase in spans if phase is Phase.ARRIVAL and a <= at]
        return begun[-1] if begun else None

    def is_release_over(
        self, at: datetime, whose: Whose | None = None, released: Released = ()
    ) -> bool:
        """Whether the last release of their day has ended, by their own closing; for as long as
        the kiosk stays open to them, as others' day goes on, they are merely not kept out.

        Not so while a session of theirs runs or a release of theirs is still to come, nor once
        staff have released them that day, nor before the policy holds.
        """
        at = at.astimezone(UTC)
        on, known = at.astimezone(self.zone).date(), self._known(whose)
        end = self._plan.release_end(on, known) if self.applies(on) else None
        if end is None or at < end or self._plan.is_in_session(at, on, known):
            return False
        form = whose.form if whose else ""
        given = (act.at for act in released if act.includes(form) and act.at <= at)
        if any(self.local(act).date() == on for act in given):
            return False
        return self._today(at, whose, released).next(at, Phase.RELEASE) is None

    def exam_release(self, at: datetime, person: str) -> datetime | None:
        """From when on a candidate (id) collects on the date of ``at``, because the last of their
        exams that day finishes it; None if none does. ``phase`` and ``next_release`` know it."""
        end = self._plan.exam_release(self.local(at).date(), person)
        return instant(self.zone, end).astimezone(self.zone) if end else None

    def exams_on(self, on: date) -> tuple[Exam, ...]:
        """The exams of that date, in the order of their starts."""
        return self._plan.exams_on(on)

    def sessions_running(self, at: datetime) -> tuple[Session, ...]:
        """The sessions that run at that moment: the kiosk is open to those who take part."""
        return self._plan.running(at.astimezone(UTC), self.local(at).date())

    def remarks(self) -> list[str]:
        """What is no fault, but probably not what was meant, in words."""
        idle = [
            f"{rule}: there is no school that day, so all four times are needed to change it"
            for rule in self.overrides
            if rule.when.rank is Rank.DATE and rule.when.first and rule.times is not None
            if rule.times.day() is None and not self.is_school_day(rule.when.first)
        ]
        return idle + [
            f"exam {exam.name}: there is no school on {exam.on}, so the kiosk may be closed"
            for exam in self.exams
            if not self.is_school_day(exam.on)
        ]

    def _today(self, at: datetime, whose: Whose | None, released: Released) -> Schedule:
        """The date of ``at`` (UTC) as they live it."""
        on, known = at.astimezone(self.zone).date(), self._known(whose)
        if released:
            return self._overlaid(on, known, released, whose.form if whose else "")
        return self._schedule(on, known)

    def _with_release_now(self, on: date, whose: Whose, released: Released, form: str) -> Schedule:
        return with_release_now(self._schedule(on, whose), released, form)

    def _changes(
        self, at: datetime, whose: Whose | None, released: Released
    ) -> Iterator[tuple[datetime, Phase]]:
        """Every change after ``at`` (UTC), and what it begins."""
        known = self._known(whose)
        today = self._today(at, whose, released)
        yield from today.after(at)
        phase, end = today.phases[-1], today.end
        for on in self._plan.coming(at.astimezone(self.zone).date()):
            schedule = self._schedule(on, known)
            if end < schedule.starts[0] and phase is not Phase.CLOSED:
                phase = Phase.CLOSED
                yield end, phase
            for start, begun in zip(schedule.starts, schedule.phases, strict=True):
                if begun is not phase:
                    phase = begun
                    yield start, phase
            end = schedule.end
        if phase is not Phase.CLOSED:
            yield end, Phase.CLOSED

    def _is_release_before(self, at: datetime, whose: Whose | None) -> bool:
        """Whether it is release just before that instant (UTC)."""
        return self.phase(at - at.resolution, whose) is Phase.RELEASE

    def _faults(self) -> list[str]:
        rules = [fault for rule in self.overrides for fault in rule.faults()]
        return [
            *self.calendar.faults(),
            *(rules or clashes(self.overrides, self.early)),
            *(fault for closing in self.early for fault in closing.faults()),
            *(fault for session in self.sessions for fault in session.faults()),
            *(fault for exam in self.exams for fault in exam.faults()),
        ]
