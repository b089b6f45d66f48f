"""The storages whose inserts are compared: each filled quickly, then used as in daily life."""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

from tinydb import TinyDB
from tinydb.middlewares import CachingMiddleware
from tinydb.storages import JSONStorage

from kiosk.journal import JournalDB

EVENT = {
    "seq": 123_456,
    "type": "tap_granted",
    "at": "2026-11-22T08:24:07.512Z",
    "kiosk": "north-entrance",
    "person": "p-7Q2M4KX9",
    "cubby": 12,
    "reason": "arrival",
    "rules": 7,
    "seal": "0123456789abcdef" * 4,
}
TABLE = "events"
_AT_ONCE = 10_000
_SQLITE_LOG_PAGES = 1_000  # its own default: then the log is written back and begun anew

_compact = json.JSONEncoder(separators=(",", ":")).encode


class Storage(Protocol):
    """A storage that is open and filled."""

    def insert(self) -> object:
        """Store one event."""

    def written(self, turns: int) -> float:
        """Bytes handed to the kernel for an insert; for the journal, over the last ``turns``."""

    def close(self) -> None:
        """Let go of the files."""


class Journal:
    """A JournalDB; what its file holds already is not filled in again."""

    def __init__(self, folder: Path, rows: int) -> None:
        self._path = folder / f"{rows}.journal"
        self._db = JournalDB(self._path)
        self._events = self._db.table(TABLE)
        for chunk in _chunks(rows - len(self._events)):
            self._events.insert_multiple(chunk)
        self.insert()  # the first looks over the ids of all
        self.line = written_by(self.insert, self._path)  # bytes
        self._start = self._path.stat().st_size

    def insert(self) -> object:
        """Durable on return."""
        return self._events.insert(EVENT)

    def written(self, turns: int) -> float:
        """What its file has grown by: it is only ever appended to."""
        return (self._path.stat().st_size - self._start) / turns

    def close(self) -> None:
        """Give the lock back."""
        self._db.close()


class Json:
    """TinyDB as it comes: the file is written again for each insert, then synced."""

    def __init__(self, folder: Path, rows: int) -> None:
        self._path = _written_json(folder / f"{rows}.json", rows)
        self._db = TinyDB(self._path)
        self._events = self._db.table(TABLE)
        self.insert()

    def insert(self) -> object:
        """Synced on return, though not whole at every moment before."""
        return self._events.insert(EVENT)

    def written(self, turns: int) -> float:
        """The whole file."""
        return self._path.stat().st_size

    def close(self) -> None:
        """Close the file."""
        self._db.close()


class Caching:
    """The same behind TinyDB's cache: nothing is written but at every 1,000th insert."""

    def __init__(self, folder: Path, rows: int) -> None:
        self._path = _written_json(folder / f"{rows}.cached.json", rows)
        cache: Any = CachingMiddleware
        self._every = int(cache.WRITE_CACHE_SIZE)
        self._db = TinyDB(self._path, storage=cache(JSONStorage))
        self._events = self._db.table(TABLE)
        self.insert()

    def insert(self) -> object:
        """In memory on return; a power cut takes it."""
        return self._events.insert(EVENT)

    def written(self, turns: int) -> float:
        """An insert's share of the whole file."""
        return self._path.stat().st_size / self._every

    def close(self) -> None:
        """Close the file, after writing it."""
        self._db.close()


class Sqlite:
    """SQLite with a write-ahead log that is synced at each commit: one row, one transaction."""

    def __init__(self, folder: Path, rows: int) -> None:
        self._log = folder / f"{rows}.sqlite-wal"
        self._db = sqlite3.connect(folder / f"{rows}.sqlite", isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, document TEXT NOT NULL)")
        self._fill(rows)
        self._db.execute("PRAGMA synchronous=FULL")

    def insert(self) -> object:
        """Durable on return."""
        return self._db.execute("INSERT INTO events (document) VALUES (?)", (_compact(EVENT),))

    def written(self, turns: int) -> float:
        """What its log grows by. Each page is written once more when the log is written back."""
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        inserts = 20
        for _ in range(inserts):
            self.insert()
        return self._log.stat().st_size / inserts

    def close(self) -> None:
        """Close the database, after writing its log back."""
        self._db.close()

    def _fill(self, rows: int) -> None:
        for chunk in _chunks(rows):
            self._db.execute("BEGIN")
            documents = ((_compact(event),) for event in chunk)
            self._db.executemany("INSERT INTO events (document) VALUES (?)", documents)
            self._db.execute("COMMIT")
        self._go_round_the_log()

    def _go_round_the_log(self) -> None:
        """Reach the state of every day: a log of full length, written over from its start.

        While it still grows, a sync takes longer.
        """
        for n in range(_SQLITE_LOG_PAGES + 100):
            self._db.execute(f"PRAGMA user_version={n}")


class Floor:
    """The least that makes ``line`` bytes durable at a file's end: an append and an fdatasync."""

    def __init__(self, folder: Path, rows: int, line: int) -> None:
        self._line = os.urandom(line)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._descriptor = os.open(folder / f"{rows}.floor", flags, 0o600)
        before = self._line * min(rows, _AT_ONCE)
        for _ in range(rows // _AT_ONCE or 1):
            os.write(self._descriptor, before)

    def insert(self) -> None:
        """Durable on return."""
        os.write(self._descriptor, self._line)
        os.fdatasync(self._descriptor)

    def written(self, turns: int) -> float:
        """The line."""
        return len(self._line)

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)


def written_by(work: Callable[[], object], path: Path) -> int:
    """The bytes by which ``work`` lengthens a file."""
    before = path.stat().st_size
    work()
    return path.stat().st_size - before


def _chunks(rows: int) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, rows, _AT_ONCE):
        yield [{**EVENT, "seq": n} for n in range(start, min(start + _AT_ONCE, rows))]


def _written_json(path: Path, rows: int) -> Path:
    events = (event for chunk in _chunks(rows) for event in chunk)
    path.write_text(json.dumps({TABLE: {str(n): event for n, event in enumerate(events, 1)}}))
    return path
