"""Stores that are known to lose something, and must be caught at it: or the harness is blind."""

import json
import os
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from itertools import count, islice
from pathlib import Path
from typing import Any

from tinydb import TinyDB
from tinydb.storages import JSONStorage, Storage
from tinydb.table import Document
from torture_disk import Acknowledge
from torture_workloads import CUBBIES, Workload, cubby, event

from kiosk.journal import System

FIRST_ROWS = 20


class SystemJSONStorage(JSONStorage):
    """TinyDB's JSONStorage, its calls in the same order, but through a System."""

    def __init__(self, path: Path, system: System) -> None:
        Storage.__init__(self)
        self._system = system
        self._descriptor = system.open(str(path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._handle = os.fdopen(self._descriptor, "r+", encoding="utf-8", closefd=False)

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Over the old content from its start; synced; then cut to size."""
        content = json.dumps(data).encode()
        self._system.pwrite(self._descriptor, content, 0)
        self._system.fsync(self._descriptor)
        self._system.ftruncate(self._descriptor, len(content))

    def close(self) -> None:
        """Let go of the file."""
        self._handle.close()
        self._system.close(self._descriptor)


class JsonUpdates(Workload):
    """TinyDB as it comes: cubbies are held, and free again, which makes the file shorter."""

    name = "TinyDB's JSONStorage"

    def __init__(self, steps: int | None = None) -> None:
        self._steps = steps

    def prepare(self, folder: Path) -> None:
        with TinyDB(folder / "db.json") as db:
            db.table("events").insert_multiple(event(n) for n in range(1, FIRST_ROWS + 1))

    def run(self, folder: Path, system: System, acknowledge: Acknowledge) -> None:
        with TinyDB(storage=lambda: SystemJSONStorage(folder / "db.json", system)) as db:
            first = db.table("done").get(doc_id=1) or {"n": 0}
            for number in islice(count(first["n"] + 1), self._steps):
                db.table("done").upsert(Document({"n": number}, doc_id=1))
                key = number % CUBBIES + 1
                db.table("cubbies").upsert(Document(cubby(number), doc_id=key))
                acknowledge(number)

    def check(self, folder: Path, acknowledged: Sequence[Any]) -> str | None:
        try:
            with TinyDB(folder / "db.json") as db:
                done = (db.table("done").get(doc_id=1) or {"n": 0})["n"]
        except (ValueError, OSError) as fault:
            return f"unreadable: {fault!r}"
        if done < max(acknowledged, default=0):
            return f"operation {max(acknowledged)} was acknowledged, and {done} are left"
        return None


class SqliteInserts(Workload):
    """SQLite with a write-ahead log. With NORMAL it does not sync what it acknowledges.

    It does not go through a System: it is for real power cuts.
    """

    refusals = (sqlite3.Error,)

    def __init__(self, synchronous: str) -> None:
        self.name = f"SQLite, WAL, synchronous={synchronous}"
        self._synchronous = synchronous

    def prepare(self, folder: Path) -> None:
        with closing(self._open(folder)) as db:
            db.execute("CREATE TABLE events (n INTEGER PRIMARY KEY, text TEXT)")

    def run(self, folder: Path, system: System, acknowledge: Acknowledge) -> None:
        with closing(self._open(folder)) as db:
            for number in count(self._done(db) + 1):
                db.execute("INSERT INTO events VALUES (?, ?)", (number, "x" * 100))
                acknowledge(number)

    def check(self, folder: Path, acknowledged: Sequence[Any]) -> str | None:
        try:
            with closing(self._open(folder)) as db:
                done = self._done(db)
        except sqlite3.Error as fault:
            return f"unreadable: {fault!r}"
        if done < max(acknowledged, default=0):
            return f"operation {max(acknowledged)} was acknowledged, and {done} are left"
        return None

    def _open(self, folder: Path) -> sqlite3.Connection:
        db = sqlite3.connect(folder / "db.sqlite", isolation_level=None)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute(f"PRAGMA synchronous={self._synchronous}")
        return db

    def _done(self, db: sqlite3.Connection) -> int:
        return int(db.execute("SELECT coalesce(max(n), 0) FROM events").fetchone()[0])


class Replaces(Workload):
    """A small file, replaced as a whole. ``skip``: what is left out of doing it safely.

    "file": the new file is not synced; "folder": the folder is not synced after the rename.
    """

    name = "replace"

    def __init__(self, steps: int = 4, skip: str = "") -> None:
        self._steps = steps
        self._skip = skip

    def run(self, folder: Path, system: System, acknowledge: Acknowledge) -> None:
        for number in range(1, self._steps + 1):
            self._replace(str(folder / "state"), f"{number:09}".encode() * 100, system)
            acknowledge(number)

    def check(self, folder: Path, acknowledged: Sequence[Any]) -> str | None:
        path = folder / "state"
        content = path.read_bytes() if path.exists() else b"0" * 900
        if len(content) != 900 or content != content[:9] * 100:
            return f"a file that is neither the old nor the new one, of {len(content)} bytes"
        if int(content[:9]) < max(acknowledged, default=0):
            return f"operation {max(acknowledged)} was acknowledged, and {int(content[:9])} is left"
        return None

    def _replace(self, path: str, content: bytes, system: System) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        descriptor = system.open(path + ".new", flags, 0o600)
        try:
            system.write(descriptor, content)
            if self._skip != "file":
                system.fsync(descriptor)
        finally:
            system.close(descriptor)
        system.replace(path + ".new", path)
        if self._skip != "folder":
            system.sync_directory(os.path.dirname(path))


class SlowSync(System):
    """Takes as long for a sync as a card does."""

    def fsync(self, descriptor: int) -> None:
        os.fsync(descriptor)
        time.sleep(0.003)
