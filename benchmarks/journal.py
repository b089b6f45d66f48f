"""One durable journal operation, beside an append and fdatasync of the same bytes."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figure import Figure, ratio
from kiosk.journal import JournalDB

BUDGET = 1.5
EVENT = {
    "seq": 123_456,
    "type": "tap_granted",
    "at": "2026-11-22T08:24:07.512Z",
    "person": "p-7Q2M4KX9",
    "cubby": 12,
    "reason": "arrival",
    "rules": 7,
    "mac": "0123456789abcdef" * 4,
}


def measure() -> list[Figure]:
    """An insert with 1,000 and with 100,000 rows stored, as a ratio to the floor."""
    # In this folder, not in /tmp: that may be memory, where a sync costs nothing.
    with TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as directory:
        return [_insert(Path(directory), rows) for rows in (1_000, 100_000)]


def _insert(directory: Path, rows: int) -> Figure:
    path = directory / f"{rows}.journal"
    with JournalDB(path) as db:
        events = db.table("events")
        events.insert_multiple(EVENT for _ in range(rows))
        before = path.stat().st_size
        events.insert(EVENT)
        line = os.urandom(path.stat().st_size - before)
        plain = os.open(directory / f"{rows}.plain", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            value = ratio(lambda: events.insert(EVENT), lambda: _append(plain, line))
        finally:
            os.close(plain)
    what = f"one durable insert at {rows:,} rows, {len(line)} bytes: ratio to append + fdatasync"
    return Figure(what, value, BUDGET)


def _append(descriptor: int, line: bytes) -> None:
    os.write(descriptor, line)
    os.fdatasync(descriptor)
