"""One date as one person lives it: instants, and the phase that each begins. Pure."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from kiosk.timetable.days import Phase


class Schedule(NamedTuple):
    """From ``starts[n]`` on (UTC) it is ``phases[n]``; the last lasts until ``end``.

    The first start is midnight; the starts ascend, and no phase follows itself.
    """

    starts: tuple[datetime, ...]
    phases: tuple[Phase, ...]
    end: datetime

    def phase(self, at: datetime) -> Phase:
        """The phase at that instant (UTC) of the date."""
        return self.phases[bisect_right(self.starts, at) - 1]

    def after(self, at: datetime) -> Iterator[tuple[datetime, Phase]]:
        """The changes after that instant (UTC), and what each begins."""
        place = bisect_right(self.starts, at)
        return zip(self.starts[place:], self.phases[place:], strict=True)

    def next(self, at: datetime, wanted: Phase) -> datetime | None:
        """When ``wanted`` begins next after that instant (UTC), on this date."""
        return next((start for start, phase in self.after(at) if phase is wanted), None)


def make_schedule(
    start: datetime,
    end: datetime,
    moments: Iterable[datetime],
    phase: Callable[[datetime], Phase],
) -> Schedule:
    """The schedule of a date that changes, if at all, at some of these moments (UTC)."""
    starts: list[datetime] = []
    phases: list[Phase] = []
    for moment in sorted({start, *(at for at in moments if start < at < end)}):
        begun = phase(moment)
        if not phases or begun is not phases[-1]:
            starts.append(moment)
            phases.append(begun)
    return Schedule(tuple(starts), tuple(phases), end)


@dataclass(frozen=True, slots=True)
class ReleasedNow:
    """An act of staff at ``at``: these forms may collect from now on; None is the whole school."""

    at: datetime
    forms: frozenset[str] | None = None

    def includes(self, form: str) -> bool:
        """Whether it is for that form; "" is for those in no form."""
        return self.forms is None or form in self.forms


def with_release_now(
    schedule: Schedule, released: Sequence[ReleasedNow], form: str = ""
) -> Schedule:
    """``schedule`` with what was released that day.

    A release lasts until that day's work, or the session that is running, closes. Given while the
    kiosk is closed it lasts until the next change. It never outlasts its date.
    """
    spans = [
        (at, _until(schedule, at))
        for at in (act.at.astimezone(UTC) for act in released if act.includes(form))
        if schedule.starts[0] <= at < schedule.end
    ]
    if not spans:
        return schedule

    def phase(moment: datetime) -> Phase:
        is_released = any(first <= moment < last for first, last in spans)
        return Phase.RELEASE if is_released else schedule.phase(moment)

    moments = {*schedule.starts, *(moment for span in spans for moment in span)}
    return make_schedule(schedule.starts[0], schedule.end, moments, phase)


def _until(schedule: Schedule, at: datetime) -> datetime:
    is_closed = schedule.phase(at) is Phase.CLOSED
    ends = (start for start, phase in schedule.after(at) if is_closed or phase is Phase.CLOSED)
    return next(ends, schedule.end)
