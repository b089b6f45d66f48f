"""Past events: those of the open file in memory, older ones read from segments when asked for."""

import heapq
import logging
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import takewhile
from operator import attrgetter
from pathlib import Path
from typing import Any

from kiosk.events import Event, EventType, others_in
from kiosk.journal import Damaged
from kiosk.journal.changes import read_json
from kiosk.journal.segment import Segment, salvage_records
from kiosk.retention import SegmentRow, Series, series_with
from kiosk.state import State

log = logging.getLogger(__name__)

Document = Mapping[str, Any]
_SEQ = attrgetter("seq")


@dataclass(frozen=True, slots=True)
class Query:
    """Which events: those below ``before`` and above ``after``, of a person, ``about`` a person in
    whatever place they are named, of a cubby, one transaction (``cause``: the event of that seq,
    and all that came of it), of some types, and of a time from ``since`` on until before ``until``
    (with a zone)."""

    before: int | None = None
    after: int = 0
    person: str | None = None
    about: str | None = None
    cubby: int | None = None
    cause: int | None = None
    types: Collection[EventType] = ()
    since: datetime | None = None
    until: datetime | None = None

    @property
    def least(self) -> int:
        """The least seq that counts."""
        return max(self.after + 1, self.cause or 1)

    def fits(self, event: Event) -> bool:
        """Whether an event is one of them."""
        return (
            event.seq >= self.least
            and (self.before is None or event.seq < self.before)
            and (self.person is None or event.person == self.person)
            and (self.about is None or self.about in _named_in(event))
            and (self.cubby is None or event.cubby == self.cubby)
            and (self.cause is None or self.cause in (event.seq, event.cause))
            and (not self.types or event.type in self.types)
            and (self.since is None or event.now.at >= self.since)
            and (self.until is None or event.now.at < self.until)
        )

    def may_say(self, payload: bytes) -> bool:
        """Whether a record may say one of them, by a look at its bytes: it is not read yet."""
        return not self.types or _type_pattern(frozenset(self.types)).search(payload) is not None

    def series(self) -> frozenset[Series]:
        """The series that can hold any of them."""
        return series_with(self.types)

    def tag(self) -> str | None:
        """The tag that leads to them in a segment's index; the rarest, where there are several."""
        if self.cause is not None:
            return f"cause:{self.cause}"
        person = self.about if self.person is None else self.person
        if person is not None:
            return f"person:{person}"
        return f"cubby:{self.cubby}" if self.cubby is not None else None

    def may_be_in(self, row: SegmentRow) -> bool:
        """Whether a segment can hold any of them."""
        return (
            not row.is_dropped
            and row.last >= self.least
            and (self.before is None or row.first < self.before)
            and (self.since is None or datetime.fromisoformat(row.newest) >= self.since)
            and (self.until is None or datetime.fromisoformat(row.oldest) < self.until)
        )


@lru_cache(8)
def _type_pattern(types: frozenset[EventType]) -> re.Pattern[bytes]:
    """What a record of one of those types has in it."""
    either = b"|".join(sorted(re.escape(type.value.encode()) for type in types))
    return re.compile(rb'"type":\s*"(?:' + either + rb')"')


def _named_in(event: Event) -> Iterator[str | None]:
    yield event.person
    yield from others_in(event.type, event.data)


def tags(document: Document) -> Iterator[str]:
    """What an event is found by in the index of a segment."""
    if "person" in document:
        yield f"person:{document['person']}"
    for other in others_in(document.get("type", ""), document.get("data", {})):
        yield f"person:{other}"
    if "cubby" in document:
        yield f"cubby:{document['cubby']}"
    if "cause" in document:
        yield f"cause:{document['cause']}"


class History:
    """Everything that happened, from any thread: what it refers to is immutable or only grows.

    ``recent``: the events of the open file; ``begun``: the fold of all that went before them.
    """

    def __init__(
        self,
        folder: Path,
        segments: Sequence[SegmentRow],
        recent: list[Event] | None = None,
        begun: State | None = None,
    ) -> None:
        self.folder = folder
        self.segments = tuple(segments)
        self.recent: list[Event] = [] if recent is None else recent
        self.begun = begun or State()

    def until(self, seq: int) -> "History":
        """The same up to that number, for good: it grows no more."""
        end = bisect_right(self.recent, seq, key=_SEQ)
        return History(self.folder, self.segments, self.recent[:end], self.begun)

    def newest_first(self, query: Query) -> Iterator[Event]:
        """The events that fit, read as they are asked for; unreadable ones are left out."""
        yield from self._recent(query)
        series = [self._series(name, query) for name in query.series()]
        yield from heapq.merge(*series, key=_SEQ, reverse=True)

    def oldest_first(self, query: Query) -> Iterator[Event]:
        """The same the other way round."""
        series = [self._series(name, query, is_ascending=True) for name in query.series()]
        yield from heapq.merge(*series, key=_SEQ)
        yield from reversed(list(self._recent(query)))

    def in_segment(self, row: SegmentRow) -> Iterator[Event]:
        """The events of one segment, oldest first."""
        path = str(self.folder / row.file_name)
        yield from _events(path, _ascending(path, Query()))

    def _recent(self, query: Query) -> Iterator[Event]:
        recent = self.recent
        end = len(recent)
        if query.before is not None:
            end = bisect_left(recent, query.before, 0, end, key=_SEQ)
        start = bisect_right(recent, query.least - 1, 0, end, key=_SEQ)
        for index in range(end - 1, start - 1, -1):
            if query.fits(recent[index]):
                yield recent[index]

    def _series(self, name: Series, query: Query, *, is_ascending: bool = False) -> Iterator[Event]:
        rows = [row for row in self.segments if row.series is name and query.may_be_in(row)]
        for row in rows if is_ascending else reversed(rows):
            path = str(self.folder / row.file_name)
            payloads = _ascending(path, query) if is_ascending else _descending(path, query)
            events = _events(path, filter(query.may_say, payloads))
            if not is_ascending:
                events = takewhile(lambda event: event.seq >= query.least, events)
            yield from filter(query.fits, events)


def event_of(payload: bytes) -> Event:
    """The event that a segment's record says. Raises ValueError, KeyError."""
    return Event.from_record(read_json(payload.decode("ascii")))


def _events(path: str, payloads: Iterable[bytes]) -> Iterator[Event]:
    """The events that records say; one of a version that is not known here is left out."""
    for payload in payloads:
        try:
            yield event_of(payload)
        except (ValueError, KeyError) as fault:
            log.error("%s: a record is of another version: %s", path, fault)


def _descending(path: str, query: Query) -> Iterator[bytes]:
    return _read(path, lambda segment: _newest_first(segment, query), reversed)


def _ascending(path: str, query: Query) -> Iterator[bytes]:
    def read(segment: Segment) -> Iterable[bytes]:
        if query.tag() is None:
            return segment.oldest_first(query.least)
        return reversed(list(_newest_first(segment, query)))

    return _read(path, read, iter)


def _newest_first(segment: Segment, query: Query) -> Iterator[bytes]:
    """What may fit, by the index. The event that a transaction is named by has no tag of it, as
    nearly every event would have one of its own then; it is found by its number."""
    last = None
    for last in segment.newest_first(query.before, query.tag()):
        yield last
    if query.cause is not None:
        own = _numbered(segment, query.cause)
        if own is not None and own != last:
            yield own


def _numbered(segment: Segment, number: int) -> bytes | None:
    for payload in segment.oldest_first(number):
        found = read_json(payload.decode("ascii")).get("seq")
        if found >= number:
            return payload if found == number else None
    return None


def _read(
    path: str,
    read: Callable[[Segment], Iterable[bytes]],
    salvaged: Callable[[list[bytes]], Iterable[bytes]],
) -> Iterator[bytes]:
    """What ``read`` finds in a segment: in the sound part of a damaged one, nowhere if dropped."""
    last: bytes | None = None
    try:
        with Segment(path) as segment:
            for last in read(segment):
                yield last
    except FileNotFoundError:
        return
    except (Damaged, OSError) as fault:
        log.error("%s: %s", path, fault)
        payloads = list(salvaged(_sound_records(path)))
        yield from payloads[payloads.index(last) + 1 if last in payloads else 0 :]


def _sound_records(path: str) -> list[bytes]:
    try:
        with open(path, "rb") as file:
            return list(salvage_records(file))
    except OSError as fault:
        log.error("%s: %s", path, fault)
        return []
