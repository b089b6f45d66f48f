from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from journal_disk import Disk
from tinydb import TinyDB, where
from tinydb.middlewares import CachingMiddleware
from tinydb.storages import MemoryStorage

from kiosk.journal import JournalDB, JournalStorage, WriteFailed


class Mistake(Exception):
    """Leaves a transaction."""


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def db(tmp_path: Path, disk: Disk) -> Iterator[JournalDB]:
    with JournalDB(tmp_path / "journal", system=disk) as database:
        database.insert({"name": "Ana"})
        disk.calls.clear()
        yield database


@contextmanager
def abandoned(db: JournalDB) -> Iterator[None]:
    """A transaction that an exception leaves at its end."""
    with suppress(Mistake), db.transaction():
        yield
        raise Mistake


def lines(db: JournalDB) -> int:
    return db.storage.file.lines


def test_a_transaction_is_one_line_and_one_sync(db: JournalDB, disk: Disk) -> None:
    with db.transaction():
        db.insert({"name": "Ben"})
        db.table("events").insert({"type": "tap"})
        db.table("cubbies").insert_multiple([{"n": 1}, {"n": 2}])
    assert (lines(db), dict(disk.calls)) == (2, {"write": 1, "fdatasync": 1, "any": 2})


def test_reads_inside_see_what_is_pending(db: JournalDB) -> None:
    assert db.count(where("name") == "Ben") == 0
    with db.transaction():
        db.insert({"name": "Ben"})
        db.drop_table("events")
        db.table("events").insert({"type": "tap"})
        assert db.count(where("name") == "Ben") == 1
        assert (len(db), db.tables()) == (2, {"_default", "events"})
        assert db.get(doc_id=2) == {"name": "Ben"}


def test_an_exception_inside_takes_everything_back(db: JournalDB, disk: Disk) -> None:
    before = db.storage.read()
    with abandoned(db):
        db.update({"name": "Cy"}, where("name") == "Ana")
        assert db.count(where("name") == "Ana") == 0
        db.insert({"name": "Ben"})
        db.table("events").insert({"type": "tap"})
    assert (db.storage.read(), dict(disk.calls)) == (before, {})
    assert db.count(where("name") == "Ana") == 1
    assert (db.insert({"name": "Ben"}), db.table("events").insert({})) == (2, 1)


def test_a_dropped_table_is_back_after_an_exception(db: JournalDB) -> None:
    table = db.table("_default")
    with abandoned(db):
        db.drop_tables()
    assert (db.table("_default") is table, table.all()) == (True, [{"name": "Ana"}])


def test_an_empty_transaction_writes_nothing(db: JournalDB, disk: Disk) -> None:
    with db.transaction():
        db.update({"name": "Ana"})
        doc_id = db.insert({"name": "Ben"})
        db.remove(doc_ids=[doc_id])
    assert dict(disk.calls) == {}


def test_a_transaction_inside_another_joins_it(db: JournalDB) -> None:
    with db.transaction():
        db.insert({"name": "Ben"})
        with db.transaction():
            db.insert({"name": "Cy"})
        assert lines(db) == 1
        db.insert({"name": "Dee"})
    assert (lines(db), [row["name"] for row in db]) == (2, ["Ana", "Ben", "Cy", "Dee"])


def test_a_mistake_in_the_inner_one_takes_back_the_inner_one_alone(db: JournalDB) -> None:
    with db.transaction():
        db.insert({"name": "Ben"})
        with abandoned(db):
            db.truncate()
        assert db.insert({"name": "Cy"}) == 3
    assert [row["name"] for row in db] == ["Ana", "Ben", "Cy"]


@pytest.mark.parametrize("call", ["write", "fdatasync"])
def test_a_transaction_that_does_not_reach_the_disk_is_taken_back(
    tmp_path: Path, call: str
) -> None:
    with JournalDB(tmp_path / "other", system=Disk(call, 2)) as db:
        with pytest.raises(WriteFailed), db.transaction():
            db.insert({"name": "Ben"})
        assert (db.all(), db.tables(), db.storage.in_transaction) == ([], set(), False)


def test_a_transaction_needs_the_journal_itself(tmp_path: Path) -> None:
    storage = CachingMiddleware(JournalStorage)
    with JournalDB(tmp_path / "other", storage=storage) as db:
        with pytest.raises(TypeError, match="not a middleware"), db.transaction():
            pass
        db.insert({"n": 1})
        assert (db.tables(), db.recovered) == ({"_default"}, None)
        db.drop_table("_default")
        db.table("t").insert({"n": 2})
    with JournalDB(tmp_path / "other") as db:
        assert db.storage.read() == {"t": {"1": {"n": 2}}}


def test_another_storage_makes_it_a_plain_tinydb() -> None:
    db = JournalDB(storage=MemoryStorage)
    assert (db.insert({"n": 1}), db.recovered, isinstance(db, TinyDB)) == (1, None, True)
