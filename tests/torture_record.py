"""The whole record under torture: what a kiosk does in its life, from its first start to retention
and erasure, on the real store and core."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from hashlib import blake2b
from itertools import count, islice
from pathlib import Path
from typing import Any

from cabinet import ANA, ANAS_CARD, BEN, BENS_CARD
from conftest import FakeClock
from record_fixtures import Recorded, Refused, verified
from torture_disk import Acknowledge
from torture_workloads import Workload

from kiosk.acts import Note
from kiosk.errors import RecordFault
from kiosk.events import Event, EventType
from kiosk.journal import System
from kiosk.messages.commands import ImportRoster
from kiosk.messages.forgetting import ErasePerson
from kiosk.store import Query

RESERVE = 8 << 10  # bytes: enough for a few acts, so that it is met full as well
NOTE = "words that are to be forgotten"

Step = Callable[[Recorded], None]


def _erase(kiosk: Recorded) -> None:
    kiosk.take(ErasePerson("console", ANA.id, (Note("ab", ""),)))
    kiosk.rotate()


def _drop(kiosk: Recorded) -> None:
    kiosk.clock.advance(timedelta(days=100).total_seconds())
    kiosk.keep_up(8)
    kiosk.clock.to(8, 30)


def _afternoon(kiosk: Recorded) -> None:
    kiosk.clock.to(15, 20)


STEPS: tuple[Step, ...] = (
    lambda kiosk: kiosk.hand_in(ANAS_CARD) and None,
    lambda kiosk: kiosk.take(ImportRoster("console", (BEN,), 0, 1)),
    lambda kiosk: kiosk.open_by_staff(4, NOTE, "ab"),
    lambda kiosk: kiosk.rotate(),
    lambda kiosk: kiosk.hand_in(BENS_CARD) and None,
    _afternoon,
    lambda kiosk: kiosk.hand_in(ANAS_CARD) and None,
    lambda kiosk: kiosk.rotate(),
    _drop,
    _erase,
)


class WholeRecord(Workload):
    """A kiosk's life in ``steps``. A token is a digest of every event acknowledged so far.

    Whoever runs it again, after a fault, only taps: which leaves what there was as it was.
    """

    name = "record"
    window = 10**9  # how many of the last events a token speaks for
    refusals = (OSError, RecordFault, Refused)

    def __init__(self, steps: int | None = None) -> None:
        self._steps = steps

    def run(self, folder: Path, system: System, acknowledge: Acknowledge) -> None:
        kiosk = Recorded(folder, FakeClock(), system=system, mends=False, reserve_bytes=RESERVE)
        try:
            for step in self._steps_of(kiosk):
                step(kiosk)
                if not kiosk.core.store_fault:
                    acknowledge(_token(kiosk, self.window))
        finally:
            kiosk.close()

    def _steps_of(self, kiosk: Recorded) -> Iterator[Step]:
        if kiosk.core.standing.state.seq:
            yield lambda again: again.keep_up()
            yield from [lambda again: again.tap("unknown") and None] * 2
            return
        yield lambda fresh: fresh.furnish() and None
        yield from islice(STEPS, self._steps)

    def check(self, folder: Path, acknowledged: Sequence[Any]) -> str | None:
        try:
            kiosk = Recorded(folder, FakeClock(), reserve_bytes=RESERVE)
        except Exception as fault:
            return f"unreadable: {fault!r}"
        try:
            return _judged(kiosk, acknowledged[-1] if acknowledged else None, self.window)
        finally:
            kiosk.close()


class EndlessRecord(WholeRecord):
    """Two pupils at the reader, and a rotation now and then, for as long as it is let."""

    window = 30

    def _steps_of(self, kiosk: Recorded) -> Iterator[Step]:
        if not kiosk.core.standing.state.seq:
            yield lambda fresh: fresh.furnish() and None
        else:
            yield lambda again: again.start() and None
        for number in count():
            card = (ANAS_CARD, BENS_CARD)[number % 2]
            yield lambda kiosk, card=card: kiosk.tap(card) and None  # type: ignore[misc]
            if number % 5 == 4:
                yield lambda kiosk: kiosk.rotate()


def _token(kiosk: Recorded, window: int) -> tuple[int, str, bool]:
    """The last event, a digest of all that are kept up to it, whether Ana is forgotten."""
    newest = islice(kiosk.core.history.newest_first(Query()), window)
    events = list(newest)[::-1]
    is_forgotten = ANA.id not in kiosk.core.standing.roster.people
    return (events[-1].seq if events else 0, _digest(events), is_forgotten)


def _events(kiosk: Recorded) -> list[Event]:
    return list(kiosk.core.history.oldest_first(Query()))


def _digest(events: Sequence[Event]) -> str:
    hashing = blake2b(digest_size=8)
    for event in events:  # as they are written: what is left out there is not compared
        hashing.update(json.dumps(event.to_record(), sort_keys=True).encode())
    return hashing.hexdigest()


def _judged(kiosk: Recorded, last: tuple[int, str, bool] | None, window: int) -> str | None:
    findings = verified(kiosk.folder).findings
    if findings:
        return f"does not verify: {findings[0]}"
    if last is None:
        return None
    seq, digest, is_forgotten = last
    events = _events(kiosk)
    was_dropping = any(e.type is EventType.SEGMENT_DROPPED and e.seq > seq for e in events)
    if not events or events[-1].seq < seq:
        return f"an acknowledged event is lost: {seq}"
    if not was_dropping and _digest([e for e in events if e.seq <= seq][-window:]) != digest:
        return f"what was acknowledged up to event {seq} has changed"
    if is_forgotten and _names(kiosk.folder):
        return f"somebody forgotten is named in {_names(kiosk.folder)}"
    return None


def _names(folder: Path) -> list[str]:
    # The card as its row has it: its few letters alone may stand in any hash.
    words = [word.encode() for word in (ANA.surname, f'"key":"{ANAS_CARD}"', NOTE)]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [p.name for p in files if any(word in p.read_bytes() for word in words)]
