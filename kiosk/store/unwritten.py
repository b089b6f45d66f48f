"""What could not be written to the open file yet: held in memory, and in the reserve if it can."""

import logging
from collections.abc import Mapping
from typing import Any

from kiosk.journal import JournalStorage
from kiosk.journal.changes import dumps, parse
from kiosk.store.chain import merged
from kiosk.store.reserve import Reserve
from kiosk.store.tables import EVENTS

log = logging.getLogger(__name__)

Events = Mapping[str, Mapping[str, Any]]


class Kept:
    """Changes that were acknowledged while the disk failed, oldest first."""

    def __init__(self, reserve: Reserve) -> None:
        self._reserve = reserve
        self.texts: list[str] = []

    def add(self, text: str) -> None:
        """Keep one: in the reserve, or else its events in the system log; and in memory."""
        try:
            self._reserve.add(text.encode("ascii"))
        except OSError:
            # Events alone, which hold ids: never rows, which hold names.
            log.critical("kept in this log alone: %s", dumps(list(events_of(text).values())))
        self.texts.append(text)

    def in_reserve(self) -> list[str]:
        """What an earlier process left in the reserve."""
        return [payload.decode("ascii") for payload in self._reserve.payloads]

    def take_in(self, stored: Events, through: int, cut_off: str = "") -> None:
        """Keep again what an earlier process left in the reserve, as far as it is not ``stored``,
        nor history, which ends with the event ``through``. ``cut_off``: the seal before a line
        that was cut off just now.

        What does not follow the last stored event was left by another record, and is let go.
        """
        texts = self.in_reserve()
        new = [text for text in texts if not events_of(text).keys() <= stored.keys()]
        new = [text for text in new if last_seq(events_of(text)) > through]
        follows = {cut_off or "", _seal_before(events_of(new[0]), stored) if new else ""}
        if new and link_of(events_of(new[0])) not in follows:
            log.error("the reserve was left by another record: %d changes let go", len(new))
            new = []
        self.texts = new

    def write(self, storage: JournalStorage) -> None:
        """Put them on record. What a failure leaves is still kept. Raises WriteFailed."""
        texts = list(merged(self.texts))
        while texts:
            self.texts = texts  # each is durable before the next is begun
            storage.write_text(texts[0])
            texts = texts[1:]
        self.texts = []

    def let_go(self) -> None:
        """All of it is on record."""
        self.texts = []
        try:
            self._reserve.clear()
        except OSError as fault:
            log.warning("the reserve cannot be used any more: %s", fault)

    def close(self) -> None:
        """Let go of the reserve's file."""
        self._reserve.close()


def events_of(text: str) -> Events:
    """The events that a change puts on record."""
    events: Events = parse(text).get("put", {}).get(EVENTS, {}).get("set", {})
    return events


def last_seq(events: Events) -> int:
    """The greatest number among events; 0 for none."""
    return max((event.get("seq", 0) for event in events.values()), default=0)


def last_seal(events: Events) -> str:
    """The seal of the last of them; "" for none."""
    last: Mapping[str, Any] = max(events.values(), key=lambda e: e.get("seq", 0), default={})
    return str(last.get("seal", ""))


def is_other(text: str, stored: Events) -> bool:
    """Whether there is another event under the number of one in the change."""
    return any(key in stored and stored[key] != event for key, event in events_of(text).items())


def link_of(events: Events) -> str:
    """The seal before the first of them, which is kept with it."""
    first: Mapping[str, Any] = min(events.values(), key=lambda e: e.get("seq", 0), default={})
    return str(first.get("link", ""))


def _seal_before(events: Events, stored: Events) -> str:
    first = min((event.get("seq", 0) for event in events.values()), default=0)
    return last_seal({k: e for k, e in stored.items() if e.get("seq", 0) < first})
