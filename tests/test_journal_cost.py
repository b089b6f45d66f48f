"""What an operation costs, counted: bytes, system calls, and documents looked at."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from journal_disk import Disk
from tinydb import where
from tinydb.table import Document

from kiosk.journal import JournalDB
from kiosk.journal.storage import JournalStorage

ROWS = 5_000
EVENT = {"type": "tap_granted", "actor": "p0012", "cubby": 12, "at": "2026-11-22T08:24:00Z"}


class CountingRows(dict[str, Any]):
    """Rows that count how often one, or all, are asked for."""

    asked = 0

    def __getitem__(self, key: str) -> Any:
        self.asked += 1
        return super().__getitem__(key)

    def __iter__(self) -> Iterator[str]:
        self.asked += len(self)
        return super().__iter__()

    def items(self) -> Any:
        self.asked += len(self)
        return super().items()

    def keys(self) -> Any:
        self.asked += len(self)
        return super().keys()


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def db(tmp_path: Path, disk: Disk) -> Iterator[JournalDB]:
    with JournalDB(tmp_path / "journal", system=disk) as database:
        database.insert_multiple({"n": n} for n in range(ROWS))
        counted(database.storage)
        disk.written = 0
        yield database


def counted(storage: JournalStorage) -> CountingRows:
    rows = CountingRows(storage._tables["_default"])
    storage._tables["_default"] = rows
    return rows


def test_an_insert_writes_its_document_and_a_frame(db: JournalDB, disk: Disk) -> None:
    db.insert(EVENT)
    assert disk.written - len(json.dumps(EVENT, separators=(",", ":"))) < 100


def test_an_insert_looks_at_no_other_row(db: JournalDB) -> None:
    rows = counted(db.storage)
    db.insert(EVENT)
    db.upsert(Document({"n": 0}, doc_id=ROWS + 9))
    with db.transaction():
        db.insert_multiple([Document(EVENT, doc_id=ROWS + 20)])
    assert rows.asked == 0


def test_an_update_or_removal_by_id_looks_at_its_rows_alone(db: JournalDB) -> None:
    rows = counted(db.storage)
    assert db.update({"n": 0}, doc_ids=[7, 8, 99_999]) == [7, 8]
    db.remove(doc_ids=[9])
    assert (db.get(doc_id=7), rows.asked <= 10) == ({"n": 0}, True)


def test_only_the_documents_that_changed_are_written(db: JournalDB, disk: Disk) -> None:
    def zero_at_ten(document: Any) -> None:
        document["n"] = 0 if document["n"] == 10 else document["n"]

    assert len(db.update(zero_at_ten)) == ROWS
    assert disk.written < 120


def test_a_large_table_is_emptied_by_a_short_line(db: JournalDB, disk: Disk) -> None:
    db.truncate()
    assert disk.written < 100


def test_an_operation_that_changes_nothing_writes_nothing(db: JournalDB, disk: Disk) -> None:
    disk.calls.clear()
    db.update({"n": 3}, where("n") == 3)
    db.remove(where("n") == "nobody")
    db.storage.write(db.storage.read())
    assert dict(disk.calls) == {}


def test_each_operation_is_one_write_and_one_sync(db: JournalDB, disk: Disk) -> None:
    disk.calls.clear()
    db.insert_multiple([EVENT] * 50)
    assert dict(disk.calls) == {"write": 1, "fdatasync": 1, "any": 2}
