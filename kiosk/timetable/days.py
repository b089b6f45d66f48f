"""The four changes of a school day, and what a rule makes of them. Pure."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

LAST_MINUTE = 24 * 60 - 1


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


class Times(NamedTuple):
    """Some of a day's changes, in local time; None leaves the one that there is."""

    arrival: time | None = None
    locked: time | None = None
    release: time | None = None
    closed: time | None = None

    def given(self) -> list[time]:
        """Those that are said."""
        return [at for at in self if at is not None]

    def is_ordered(self) -> bool:
        """Whether each that is said is later than the one before."""
        return all(a < b for a, b in pairwise(self.given()))

    def day(self) -> Day | None:
        """A day of its own; None where a change is missing."""
        if self.arrival and self.locked and self.release and self.closed:
            return Day(self.arrival, self.locked, self.release, self.closed)
        return None


def changed(day: Day, times: Times) -> Day:
    """``day`` with the times that are given. The others give way just as far as they must.

    A phase for which no time is left lasts no time: who arrives at 10:00 is late from 10:00 on.
    But a release is never without time to collect: where it moves past the closing, the closing
    moves with it.
    """
    made: list[time] = []
    for place, (own, _) in enumerate(day.changes()):
        given = times[place]
        if given is None:
            later = next((at for at in times[place + 1 :] if at is not None), time.max)
            given = min(max([own, *made[-1:]]), later)
        made.append(given)
    if made[2] >= made[3]:
        made[3] = _later(made[2], _minutes(day.closed) - _minutes(day.release))
    return Day(*made)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _later(at: time, minutes: int) -> time:
    """That many minutes later, but on the same date; the last minute of it, if need be."""
    return max(at, time(*divmod(min(_minutes(at) + max(minutes, 1), LAST_MINUTE), 60)))


def ended_by(day: Day, release: time, closed: time) -> Day:
    """``day``, if it ends early: nothing is later than it was."""
    return changed(day, Times(release=min(day.release, release), closed=min(day.closed, closed)))
