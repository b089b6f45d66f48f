"""A record's files as they are at one moment, read without its lock: also while a daemon writes.

The open file only grows until another takes its name, and segments never change; so the sound
lines of the one that has the name now, with the segments they list, are the record at a moment.
"""

import io
import resource
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from kiosk.errors import RecordDamaged, RecordFault
from kiosk.journal import Damaged, NewerFormat
from kiosk.journal.changes import Tables, apply, parse
from kiosk.journal.lines import Lines
from kiosk.retention import SegmentRow
from kiosk.store.damage import damaged_words
from kiosk.store.folder import HISTORY
from kiosk.store.tables import EVENTS, FILE_NAME, segments_of

TRIES = 5
PAUSE_S = 0.05
SPARE_FILES = 128


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One moment of a record. ``data``: the sound bytes of the open file; ``payloads``: its lines,
    and the tables they make; ``files``: each segment, open; ``missing``: those that are not there;
    ``torn``: bytes after the last sound line that stayed there."""

    data: bytes
    payloads: tuple[bytes, ...]
    tables: Tables
    files: Mapping[SegmentRow, BinaryIO]
    missing: tuple[SegmentRow, ...]
    torn: int
    opened: ExitStack = field(repr=False)

    def __enter__(self) -> "Snapshot":
        return self

    def __exit__(self, *exception: object) -> None:
        self.opened.close()

    @property
    def listed(self) -> int:
        """How many events there are by what the record says of itself."""
        kept = sum(row.count for row in (*self.files, *self.missing))
        return kept + len(self.tables.get(EVENTS, {}))

    def documents(self) -> Iterator[Mapping[str, Any]]:
        """The events of the open file, oldest first."""
        yield from sorted(map(as_document, self.tables.get(EVENTS, {}).values()), key=number_of)


def as_document(value: Any) -> Mapping[str, Any]:
    """What stands where a document should: it, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def number_of(document: Mapping[str, Any]) -> int:
    """An event's seq; 0 for one that has none."""
    number = document.get("seq")
    return number if type(number) is int else 0


def take_snapshot(folder: Path) -> Snapshot:
    """The record in ``folder`` now.

    Raises:
        RecordDamaged: its open file is damaged.
        RecordFault: there is none, or it cannot be read.
    """
    for attempt in range(TRIES):
        snapshot = _take(folder)
        # A line being written, or a segment dropped just now, is no fault: look again.
        if attempt == TRIES - 1 or not (snapshot.torn or snapshot.missing):
            return snapshot
        snapshot.opened.close()
        time.sleep(PAUSE_S)
    raise RuntimeError("unreachable")


def _take(folder: Path) -> Snapshot:
    path = folder / FILE_NAME
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise RecordFault(f"there is no record at {path}") from None
    except OSError as fault:
        raise RecordFault(str(fault)) from fault
    lines = Lines(str(path), io.BytesIO(content))
    try:
        payloads, tables = _replayed(lines)
    except Damaged as fault:
        raise RecordDamaged(damaged_words(fault)) from fault
    except NewerFormat as fault:
        raise RecordDamaged(str(fault)) from fault
    return _with_segments(folder, content[: lines.size], payloads, tables, len(lines.torn))


def _replayed(lines: Lines) -> tuple[tuple[bytes, ...], Tables]:
    tables: Tables = {}
    payloads: list[bytes] = []
    for payload in lines:
        try:
            apply(tables, parse(payload.decode("ascii")))
        except (ValueError, TypeError, AttributeError) as fault:
            raise lines.damaged(f"its content makes no sense ({fault})") from fault
        payloads.append(payload)
    return tuple(payloads), tables


def _with_segments(
    folder: Path, data: bytes, payloads: tuple[bytes, ...], tables: Tables, torn: int
) -> Snapshot:
    opened = ExitStack()
    files: dict[SegmentRow, BinaryIO] = {}
    missing: list[SegmentRow] = []
    try:
        rows = [row for row in segments_of(tables) if not row.is_dropped]
    except (ValueError, TypeError, KeyError) as fault:
        raise RecordDamaged(f"the list of its segments makes no sense: {fault}") from fault
    _allow_files(len(rows))
    for row in rows:
        segment = folder / HISTORY / row.file_name
        if segment.is_file():
            files[row] = opened.enter_context(segment.open("rb"))
        else:
            missing.append(row)
    return Snapshot(data, payloads, tables, files, tuple(missing), torn, opened)


def _allow_files(count: int) -> None:
    """Some years of history are more files than a process may open unless it asks."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + SPARE_FILES
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
