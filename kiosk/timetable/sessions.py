"""What runs beside the school day: discos, parties, residentials; and exams. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from kiosk.timetable.calendar import Span
from kiosk.timetable.days import Phase
from kiosk.timetable.rules import Whose

MOST_DAYS = 31
"""How long a session may be, in days: beyond it, a date was mistyped."""


@dataclass(frozen=True, slots=True)
class Participants:
    """Who takes part: everyone, or whole years, whole forms and single people (their ids)."""

    years: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    everyone: bool = False

    def includes(self, whose: Whose) -> bool:
        """Whether that person takes part."""
        return (
            self.everyone
            or whose.person in self.people
            or whose.form in self.forms
            or whose.year in self.years
        )

    def faults(self) -> list[str]:
        """What is wrong with it, in words."""
        if "" in self.years | self.forms | self.people:
            return ["a participant has no name"]
        named = self.years or self.forms or self.people
        return [] if named or self.everyone else ["nobody takes part"]


@dataclass(frozen=True, slots=True)
class Session:
    """Something outside the day, with phases of its own for those who take part while it runs.

    Its four changes are readings of the clock on the wall, without a zone; they may pass midnight,
    and lie days apart. A ``locked`` at ``arrival`` is a session without time to arrive. Of two that
    run at once, whoever takes part in both has the phases of the one begun later.
    """

    name: str
    arrival: datetime
    locked: datetime
    release: datetime
    closed: datetime
    participants: Participants

    def changes(self) -> tuple[tuple[datetime, Phase], ...]:
        """The changes in order."""
        return (
            (self.arrival, Phase.ARRIVAL),
            (self.locked, Phase.LOCKED),
            (self.release, Phase.RELEASE),
            (self.closed, Phase.CLOSED),
        )

    @property
    def span(self) -> Span:
        """The dates on which it runs."""
        return Span(self.arrival.date(), self.closed.date())

    def faults(self) -> list[str]:
        """What is wrong with it, in words."""
        who = f"session {self.name}"
        times = [at for at, _ in self.changes()]
        faults = [f"{who}: {fault}" for fault in self.participants.faults()]
        if any(at.tzinfo for at in times):
            return [*faults, f"{who}: its times must be the wall clock's, without a zone"]
        is_ordered = self.arrival <= self.locked and all(a < b for a, b in pairwise(times[1:]))
        if not is_ordered:
            faults.append(f"{who}: arrival, locked, release and closed must follow one another")
        elif (self.closed - self.arrival).days >= MOST_DAYS:
            faults.append(f"{who}: is longer than {MOST_DAYS} days")
        return faults


@dataclass(frozen=True, slots=True)
class Exam:
    """An exam on one date, from ``start`` to ``end`` by the wall clock, without a zone.

    ``candidates``: ids of people. ``finished``: those of them who are free to go home after it.
    """

    name: str
    start: datetime
    end: datetime
    candidates: frozenset[str]
    finished: frozenset[str] = frozenset()

    @property
    def on(self) -> date:
        """Its date."""
        return self.start.date()

    def faults(self) -> list[str]:
        """What is wrong with it, in words."""
        who = f"exam {self.name}"
        if self.start.tzinfo or self.end.tzinfo:
            return [f"{who}: its times must be the wall clock's, without a zone"]
        faults = []
        if not self.start < self.end or self.end.date() != self.on:
            faults.append(f"{who}: must end after it starts, on the same date")
        if not self.finished <= self.candidates:
            faults.append(f"{who}: only its candidates can be finished for the day")
        if "" in self.candidates:
            faults.append(f"{who}: a candidate has no name")
        return faults
