"""The core: takes one message, decides, records, and only then hands out the acts.

Daemon and command line both work through it; it knows no threads and no hardware.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kiosk.acts import Act, Note, Row
from kiosk.clock import Clock
from kiosk.custody import fold
from kiosk.drafting import Outcome, Rules, Standing
from kiosk.errors import RecordFault
from kiosk.events import Event, EventType
from kiosk.messages import Message
from kiosk.station import decide
from kiosk.store import Store

log = logging.getLogger(__name__)


class Core:
    """One kiosk's state and record. One thread calls ``take``; others may read what it hands out.

    ``standing`` is replaced whole and ``history`` only grows, so a reader never sees half an act.
    """

    def __init__(self, store: Store, rules: Rules, clock: Clock) -> None:
        self._store = store
        self.rules = rules
        self.clock = clock
        self.history: list[Event] = list(store.events())
        self.standing = Standing(state=fold(self.history), roster=store.roster())
        self.notes: dict[str, str] = store.notes()
        self.store_fault = ""

    def take(self, message: Message) -> tuple[Sequence[Act], Outcome | None]:
        """Decide one message, make its events durable, and return what is to be done now.

        Raises:
            RecordFault: nothing could be written, so nothing happened and nothing is to be done.
        """
        step = decide(self.rules, self.standing, message, self.clock.now())
        if step.events or step.rows:
            self._append(step.events, step.rows)
        self.history.extend(step.events)
        for event in step.events:
            level = _LEVELS.get(event.type, logging.DEBUG)
            if log.isEnabledFor(level):
                log.log(level, "%s", _in_short(event))
        self.notes.update({row.id: row.text for row in step.rows if isinstance(row, Note)})
        self.standing = step.standing
        if step.events and self.store_fault:
            self._disk_failing("")
        return step.acts, step.outcome

    def _append(self, events: Sequence[Event], rows: Sequence[Row]) -> None:
        try:
            self._store.append(events, rows)
        except RecordFault as fault:
            self._disk_failing(str(fault))
            raise

    def _disk_failing(self, fault: str) -> None:
        self.store_fault = fault
        memory = replace(self.standing.memory, disk_failing=bool(fault))
        self.standing = replace(self.standing, memory=memory)


# One line a tap for the operator: the events are the record, the log is not.
_LEVELS: Mapping[EventType, int] = {
    EventType.TAPPED: logging.INFO,
    EventType.OVERRIDDEN: logging.INFO,
    EventType.ALERT_RAISED: logging.WARNING,
    EventType.ALERT_CLEARED: logging.INFO,
}


def _in_short(event: Event) -> str:
    """An event without anybody in it."""
    parts = [f"event {event.seq} {event.type}", event.reason, event.data.get("alert")]
    if event.cubby is not None:
        parts.append(f"cubby {event.cubby}")
    return ", ".join(str(part) for part in parts if part)


def find_events(
    history: Sequence[Event],
    *,
    before: int | None = None,
    after: int = 0,
    limit: int = 50,
    person: str | None = None,
    cubby: int | None = None,
    cause: int | None = None,
) -> list[Event]:
    """Newest first, at most ``limit``. ``cause`` gives one transaction whole."""
    found: list[Event] = []
    # seq counts from 1 without gaps, so an event stands at its own index.
    last = len(history) if before is None else min(len(history), before - 1)
    for index in range(last - 1, max(after, (cause or 1) - 1) - 1, -1):
        event = history[index]
        if person is not None and event.person != person:
            continue
        if cubby is not None and event.cubby != cubby:
            continue
        if cause is not None and cause not in (event.seq, event.cause):
            continue
        found.append(event)
        if len(found) >= limit:
            break
    return found
