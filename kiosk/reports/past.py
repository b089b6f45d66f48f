"""What reports are made from: a span of days, and the events of it. Pure."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from kiosk.drafting import Rules, Standing
from kiosk.events import Event, EventType, Moment
from kiosk.lists.table import Names

Events = Callable[[Collection[EventType]], Iterable[Event]]


@dataclass(frozen=True, slots=True)
class Days:
    """From ``first`` to ``last``, both in it, by the calendar on the wall in ``zone``."""

    first: date
    last: date
    zone: tzinfo

    @property
    def since(self) -> datetime:
        """The first moment, UTC."""
        return self._midnight(self.first)

    @property
    def until(self) -> datetime:
        """The first moment after it, UTC."""
        return self._midnight(self.last + timedelta(days=1))

    def __contains__(self, at: datetime) -> bool:
        return self.since <= at < self.until

    def __str__(self) -> str:
        return f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"

    def dates(self) -> Iterator[date]:
        """Each of them."""
        return (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))

    def _midnight(self, on: date) -> datetime:
        return datetime.combine(on, time(), self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Past:
    """One look at the past. ``events`` gives, each time it is called, every event of those types
    from the first of ``days`` until ``standing``, oldest first: also those after ``days``, as what
    was there before them follows from what is there now.

    ``granted``: the event that made an arrangement, by its number, however old; None where it is
    not kept. ``forms`` (case folded): nobody of any other form is named; None is all.
    """

    rules: Rules
    standing: Standing
    now: Moment
    days: Days
    events: Events
    names: Names
    granted: Callable[[int], Event | None] = lambda number: None
    forms: Collection[str] | None = None

    def local(self, at: datetime) -> datetime:
        """As the clock on the school's wall reads."""
        return self.rules.timetable.local(at)

    def tells_of(self, form: str) -> bool:
        """Whether somebody of that form may be named, or counted among the few."""
        return self.forms is None or form.casefold() in self.forms

    @property
    def today(self) -> date:
        """The date on the school's wall."""
        return self.local(self.now.at).date()
