"""The school's week: which phase a moment falls into, and when taking is allowed again. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo


class Phase(StrEnum):
    """What part of the school day it is."""

    CLOSED = "closed"
    ARRIVAL = "arrival"
    LOCKED = "locked"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Day:
    """One school day's four changes, in local time, each later than the one before."""

    arrival: time
    locked: time
    release: time
    closed: time

    def changes(self) -> tuple[tuple[time, Phase], ...]:
        """The changes in order."""
        return (
            (self.arrival, Phase.ARRIVAL),
            (self.locked, Phase.LOCKED),
            (self.release, Phase.RELEASE),
            (self.closed, Phase.CLOSED),
        )

    def is_ordered(self) -> bool:
        """Whether each change is later than the one before."""
        times = [at for at, _ in self.changes()]
        return all(a < b for a, b in pairwise(times))


@dataclass(frozen=True, slots=True)
class Timetable:
    """A weekly timetable in the school's ``zone``: weekday (Monday 0) to its day.

    Comparisons are made on local wall time, so a change stands at the same reading of the clock
    on the wall on both sides of a clock change.
    """

    zone: ZoneInfo
    week: Mapping[int, Day]

    def local(self, at: datetime) -> datetime:
        """``at`` as the clock on the school's wall reads."""
        return at.astimezone(self.zone)

    def day(self, on: date) -> Day | None:
        """That date's school day, or None."""
        return self.week.get(on.weekday())

    def phase(self, at: datetime) -> Phase:
        """The phase that ``at`` falls into; a change belongs to what it begins."""
        local = self.local(at)
        day = self.day(local.date())
        phase = Phase.CLOSED
        if day is not None:
            for start, begun in day.changes():
                if start <= local.time():
                    phase = begun
        return phase

    def next_release(self, at: datetime) -> datetime | None:
        """When taking is allowed next: today's release if still to come, else a later day's."""
        return self._next(at, Phase.RELEASE)

    def next_change(self, at: datetime) -> datetime | None:
        """The next change of phase after ``at``; None where the week has no school day."""
        return self._next(at, None)

    def _next(self, at: datetime, wanted: Phase | None) -> datetime | None:
        today = self.local(at).date()
        for days in range(8):
            on = today + timedelta(days=days)
            day = self.day(on)
            for start, begun in day.changes() if day else ():
                moment = datetime.combine(on, start, tzinfo=self.zone)
                if moment > at and wanted in (None, begun):
                    return moment
        return None
