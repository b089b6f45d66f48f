"""How fast it goes in the morning and at release: deposits and collections a minute. Pure."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from kiosk.events import Event, EventType, Moment, Purpose
from kiosk.lists.table import Cell, Column, Table
from kiosk.reports.past import Past
from kiosk.reports.spread import Spread
from kiosk.state import State
from kiosk.taps.facts import phase_for

TYPES = frozenset(
    {
        EventType.TAPPED,
        EventType.PULSE_STARTED,
        EventType.DOOR_OPENED,
        EventType.DOOR_CLOSED,
        EventType.DEPOSITED,
        EventType.COLLECTED,
    }
)
COLUMNS = (
    Column("day", "Day"),
    Column("minute", "Minute"),
    Column("phase", "Phase"),
    Column("deposits", "Handed in"),
    Column("collections", "Collected"),
)
MOST_WAITING = 1000  # taps followed at once: not all of them end with a door
_WORDS = {Purpose.DEPOSIT: "handing in", Purpose.COLLECT: "collecting"}


class _Minute(NamedTuple):
    """A minute of the clock on the wall; the two of an hour that comes twice are one."""

    day: date
    time: str
    phase: str


def throughput(past: Past) -> Table:
    """Each minute of ``past.days`` with a deposit or a collection, how many there were of each, and
    the median times of openings by card, from the tap until the door was open, and shut.

    A deposit is a device that came into our keeping; opening again and bringing back are none. What
    was out when the day ended was collected by nobody at the kiosk.
    """
    counts: Counter[tuple[_Minute, EventType]] = Counter()
    openings = _Openings()
    for event in past.events(TYPES):
        if event.now.at not in past.days:
            continue
        openings.follow(event)
        if _counts(event):
            counts[_minute(past, event.now.at), event.type] += 1
    minutes = sorted({minute for minute, _ in counts})
    rows = tuple(_row(minute, counts) for minute in minutes)
    summary = (*_totals(counts), *openings.summary())
    return Table("throughput", "Throughput", str(past.days), COLUMNS, rows, summary)


def _row(minute: _Minute, counts: Mapping[tuple[_Minute, EventType], int]) -> tuple[Cell, ...]:
    both = (counts[minute, type] for type in (EventType.DEPOSITED, EventType.COLLECTED))
    return (f"{minute.day}", minute.time, minute.phase, *both)


def _counts(event: Event) -> bool:
    if event.type is EventType.DEPOSITED:
        return event.deposit == event.cause
    return event.type is EventType.COLLECTED and event.cause is not None


def _minute(past: Past, at: datetime) -> _Minute:
    local = past.local(at)
    phase = phase_for(past.rules, State(), None, at)
    return _Minute(local.date(), f"{local:%H:%M}", phase.value)


def _totals(counts: Mapping[tuple[_Minute, EventType], int]) -> list[tuple[str, Cell]]:
    totals: list[tuple[str, Cell]] = []
    for type, word in ((EventType.DEPOSITED, "handed in"), (EventType.COLLECTED, "collected")):
        found = [count for (_, counted), count in counts.items() if counted is type]
        totals.append((word, sum(found)))
        totals.append((f"{word}, most in a minute", max(found, default=0)))
    return totals


class _Openings:
    """Openings under way, by what began them, and how long those that are over have taken."""

    def __init__(self) -> None:
        self._tapped: dict[int, Moment] = {}
        self._purposes: dict[int, Purpose] = {}
        self._spreads = {
            (purpose, type): Spread()
            for purpose in _WORDS
            for type in (EventType.DOOR_OPENED, EventType.DOOR_CLOSED)
        }

    def follow(self, event: Event) -> None:
        """Go on by one event."""
        if event.type is EventType.TAPPED:
            self._tap(event)
        elif event.type is EventType.PULSE_STARTED and event.cause in self._tapped:
            self._purposes[event.cause] = Purpose(event.data["purpose"])
        elif event.cause is not None:
            self._go_on(event, event.cause)

    def summary(self) -> list[tuple[str, Cell]]:
        """The medians, in seconds."""
        ends = {EventType.DOOR_OPENED: "open", EventType.DOOR_CLOSED: "shut"}
        return [
            (f"{_WORDS[purpose]}, seconds from tap to door {ends[type]}", spread.median())
            for (purpose, type), spread in self._spreads.items()
        ]

    def _tap(self, event: Event) -> None:
        if event.granted and event.cubby is not None:
            self._tapped[event.seq] = event.now
            if len(self._tapped) > MOST_WAITING:
                self._forget(next(iter(self._tapped)))

    def _go_on(self, event: Event, cause: int) -> None:
        tapped, purpose = self._tapped.get(cause), self._purposes.get(cause)
        if tapped is None or purpose is None:
            return
        spread = self._spreads.get((purpose, event.type))
        if spread is not None:
            spread.add(max(0.0, event.now.since(tapped).total_seconds()))
        if event.type is EventType.DOOR_CLOSED or event.data.get("presumed"):
            self._forget(cause)

    def _forget(self, cause: int) -> None:
        self._tapped.pop(cause, None)
        self._purposes.pop(cause, None)
