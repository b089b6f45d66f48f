"""The audit chain: how events are sealed, and how the line is made that carries them.

``seal`` is HMAC-SHA256 (128 bits) by the chain key over the seal before and the event's canonical
text. It does not restart when a file does. ``link`` is the seal before, kept with an event whose
predecessor may one day not be there; ``rows`` is a hash of the rows that the same line changes, so
that they cannot be changed alone.
"""

import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from kiosk.events import Event
from kiosk.journal.changes import RowChange, dumps, make_dumps
from kiosk.store.tables import EVENTS

_CANONICAL = make_dumps(sort_keys=True)
_NOT_SEALED = ("seal", "link")
_SEAL = 32  # hex digits: 128 bits


@dataclass(frozen=True, slots=True)
class Draft:
    """A line's text, and the seal of the last event in it."""

    text: str
    seal: str


class Chain:
    """Seals events, one after another, with the key of one kiosk."""

    def __init__(self, key: bytes, kiosk: str) -> None:
        self._kiosk = kiosk
        # Made once and copied: a tap seals two events, and to set one up takes longer than to seal.
        self._mac = hmac.new(key, digestmod="sha256")

    def draft(self, before: str, events: Sequence[Event], rows: Mapping[str, RowChange]) -> Draft:
        """The change that puts events and rows on record. ``before``: the seal before them."""
        seal, parts = before, []
        rows_text = dumps(rows) if rows else ""
        for index, event in enumerate(events):
            record = event.to_record(self._kiosk)
            if index == 0 and rows:
                record["rows"] = rows_hash(rows_text)
            text = _CANONICAL(record)
            linked = f',"link":"{seal}"' if index == 0 else ""
            seal = self._seal(seal, text)
            parts.append(f'"{event.seq}":{text[:-1]}{linked},"seal":"{seal}"}}')
        tables = [f'"{EVENTS}":{{"set":{{{",".join(parts)}}}}}'] if parts else []
        if rows:
            tables.append(rows_text[1:-1])
        return Draft(f'{{"put":{{{",".join(tables)}}}}}', seal)

    def is_sealed(self, before: str, document: Mapping[str, Any]) -> bool:
        """Whether an event is as it was sealed, after that seal."""
        text = _CANONICAL({k: v for k, v in document.items() if k not in _NOT_SEALED})
        return hmac.compare_digest(self._seal(before, text), str(document.get("seal", "")))

    def _seal(self, before: str, text: str) -> str:
        mac = self._mac.copy()
        mac.update((before + text).encode())
        return mac.hexdigest()[:_SEAL]


def merged(texts: Sequence[str], at_most: int = 100) -> Iterator[str]:
    """Changes made one after another as fewer ones: each begins with one that has rows, or may,
    and takes in those after it that have none, so that ``rows`` still says what stands beside it.
    """
    batch: dict[str, Any] = {}
    for text in texts:
        put = json.loads(text)["put"]
        events = put.get(EVENTS, {}).get("set", {})
        if batch and put.keys() <= {EVENTS} and len(batch[EVENTS]["set"]) < at_most:
            batch[EVENTS]["set"].update(events)
            continue
        if batch:
            yield dumps({"put": batch})
        batch = {EVENTS: {"set": dict(events)}, **{k: v for k, v in put.items() if k != EVENTS}}
    if batch:
        yield dumps({"put": batch})


def rows_hash(text: str) -> str:
    """The hash of a line's rows, 128 bits; ``text`` is their JSON as the line has it."""
    return sha256(text.encode()).hexdigest()[:32]
