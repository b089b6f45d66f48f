"""A journal written anew: the same database in a smaller file, or the old one goes on."""

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from journal_disk import Disk, MoodyDisk, PowerCut
from tinydb import where

from kiosk.journal import InUse, JournalDB, JournalStorage, System, WriteFailed
from kiosk.journal.rewrite import Rewrite


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal"


def fill(db: JournalDB) -> JournalDB:
    """Tables in an order, rows in an order, one row gone, one table empty."""
    db.table("people").insert_multiple({"name": name} for name in ("Ana", "Ben", "Cy"))
    db.table("empty", persist_empty=True)
    db.insert({"n": 1})
    db.table("people").remove(doc_ids=[2])
    db.table("people").update({"here": True}, where("name") == "Cy")
    return db


def storage_of(db: JournalDB) -> JournalStorage:
    storage = db.storage
    assert isinstance(storage, JournalStorage)
    return storage


def in_order(db: JournalDB) -> list[tuple[str, list[tuple[str, Any]]]]:
    return [(name, list(rows.items())) for name, rows in (db.storage.read() or {}).items()]


def in_order_on_disk(path: Path) -> list[tuple[str, list[tuple[str, Any]]]]:
    with JournalDB(path) as db:
        return in_order(db)


def test_every_table_row_and_order_is_kept(path: Path) -> None:
    with fill(JournalDB(path)) as db:
        before = in_order(db)
        db.rewrite()
        assert in_order(db) == before
    assert in_order_on_disk(path) == before
    assert [name for name, _ in before] == ["people", "empty", "_default"]


@pytest.mark.parametrize("is_new_process", [False, True])
def test_numbering_goes_on_as_it_would_have(tmp_path: Path, is_new_process: bool) -> None:
    ids = []
    for rewrites in (False, True):
        path = tmp_path / str(rewrites)
        db = fill(JournalDB(path))
        db.table("people").remove(doc_ids=[3])  # the highest; only this process knows of it
        if rewrites:
            db.rewrite()
        if is_new_process:
            db.close()
            db = JournalDB(path)
        ids.append([db.table("people").insert({}), db.insert({}), db.table("new").insert({})])
        db.close()
    assert ids[0] == ids[1]


def test_tables_handed_out_before_go_on_with_it(path: Path) -> None:
    with fill(JournalDB(path)) as db:
        people = db.table("people")
        assert people.search(where("name") == "Ana") == [{"name": "Ana"}]
        db.rewrite()
        people.update({"name": "Ada"}, doc_ids=[1])

        assert people.search(where("name") == "Ana") == []
        assert people.get(doc_id=1) == {"name": "Ada"}
    assert dict(in_order_on_disk(path))["people"][0] == ("1", {"name": "Ada"})


def test_a_file_of_many_updates_becomes_a_line_a_row(path: Path) -> None:
    with JournalDB(path) as db:
        db.insert({"n": 0})
        for n in range(200):
            db.update({"n": n})
        before = path.stat().st_size
        db.rewrite()
        assert path.stat().st_size < before / 50
        file = storage_of(db).file
        assert (file.lines, file.size) == (2, path.stat().st_size)
        assert path.stat().st_mode & 0o777 == 0o600


def test_an_empty_journal_can_be_rewritten(path: Path) -> None:
    with JournalDB(path) as db:
        db.rewrite()
        assert db.storage.read() is None
        db.insert({"n": 1})
    assert in_order_on_disk(path) == [("_default", [("1", {"n": 1})])]


def test_words_that_were_removed_are_gone_from_the_file(path: Path) -> None:
    with JournalDB(path) as db:
        db.insert({"note": "secret-one"})
        db.insert({"note": "secret-two"})
        db.insert({"note": "kept"})
        db.remove(doc_ids=[1])
        db.update({"note": "other"}, doc_ids=[2])
        assert b"secret" in path.read_bytes()
        db.rewrite()
        assert b"secret" not in path.read_bytes()
        assert b"kept" in path.read_bytes()
    assert [entry.name for entry in path.parent.iterdir()] == ["journal"]


def test_it_mends_a_journal_whose_sync_has_failed(path: Path) -> None:
    disk = MoodyDisk()
    with fill(JournalDB(path, system=disk)) as db:
        before = in_order(db)
        disk.fails = {"fdatasync": errno.EIO}
        with pytest.raises(WriteFailed):
            db.insert({"n": "never acknowledged"})
        disk.mend()
        db.rewrite()
        assert in_order(db) == before
        db.table("people").insert({"name": "Di"})
        after = in_order(db)
    assert in_order_on_disk(path) == after


@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace"])
@pytest.mark.parametrize("is_broken", [False, True])
def test_the_old_file_goes_on_where_the_new_one_cannot_be_made(
    path: Path, call: str, is_broken: bool
) -> None:
    disk = MoodyDisk()
    with fill(JournalDB(path, system=disk)) as db:
        before = in_order(db)
        if is_broken:
            disk.fails = {"fdatasync": errno.EIO}
            with pytest.raises(WriteFailed):
                db.insert({"n": "never acknowledged"})
        disk.fails = {call: errno.EIO}
        with pytest.raises(WriteFailed) as caught:
            db.rewrite()
        assert (caught.value.broken, caught.value.errno) == (is_broken, errno.EIO)
        assert in_order(db) == before
        disk.mend()
        db.rewrite()
        assert [entry.name for entry in path.parent.iterdir()] == ["journal"]
        db.insert({"n": 2})
        after = in_order(db)
    assert in_order_on_disk(path) == after


@pytest.mark.parametrize("at", [2, 3])
def test_neither_of_its_two_syncs_may_fail(path: Path, at: int) -> None:
    with fill(JournalDB(path, system=Disk("fsync", at))) as db:
        before = in_order(db)
        with pytest.raises(WriteFailed) as caught:
            db.rewrite()
        assert not caught.value.broken
        db.insert({"n": 2})
        after = in_order(db)
        assert after != before
    assert in_order_on_disk(path) == after


def test_a_name_that_is_perhaps_not_durable_is_not_written_to(path: Path) -> None:
    with fill(JournalDB(path, system=Disk("fsync", 4))) as db:
        before = in_order(db)
        with pytest.raises(WriteFailed) as caught:
            db.rewrite()
        assert caught.value.broken
        assert in_order(db) == before
        with pytest.raises(WriteFailed):
            db.insert({"n": 2})
        db.rewrite()  # which mends this too
        db.insert({"n": 3})
        after = in_order(db)
    assert in_order_on_disk(path) == after


def test_a_pulled_plug_at_any_call_leaves_one_whole_file(tmp_path: Path) -> None:
    stops = 0
    for at in range(1, 100):
        path = tmp_path / str(at) / "journal"
        db = fill(JournalDB(path, True, system=(disk := Disk("any", 10_000, "cut"))))
        before = in_order(db)
        disk._fault = ("any", disk.calls["any"] + at, "cut")
        try:
            db.rewrite()
        except PowerCut:
            stops += 1
        del db
        assert in_order_on_disk(path) == before
        if stops < at:
            break
    assert stops >= 5  # header, rows, their sync, the last sync, the directory's


def test_it_is_refused_inside_a_transaction(path: Path) -> None:
    with fill(JournalDB(path)) as db:
        with db.transaction():
            db.insert({"n": 2})
            with pytest.raises(RuntimeError, match="inside a transaction"):
                db.rewrite()
        before = in_order(db)
    assert in_order_on_disk(path) == before


def test_a_closed_journal_is_not_rewritten(path: Path) -> None:
    db = fill(JournalDB(path))
    db.close()
    before = path.read_bytes()
    with pytest.raises(ValueError, match="closed"):
        db.rewrite()
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == ["journal"]


def meddle(db: JournalDB) -> None:
    """One of each kind of change."""
    db.table("people").insert({"name": "Di"})
    db.table("people").update({"here": False}, doc_ids=[1])
    db.table("people").remove(doc_ids=[3])
    with db.transaction():
        db.drop_table("empty")
        db.table("new").insert({"n": 1})
    db.truncate()


def test_what_is_changed_between_its_beginning_and_its_end_is_there(path: Path) -> None:
    with fill(JournalDB(path)) as db, fill(JournalDB(path.with_name("other"))) as other:
        storage = storage_of(db)
        rewrite = storage.begin_rewrite()
        meddle(db)
        rewrite.write()
        db.table("new").insert({"n": 2})
        storage.finish_rewrite(rewrite, ['{"put":{"new":{"set":{"9":{"n":9}}}}}'])
        meddle(other)
        other.table("new").insert_multiple([{"n": 2}])
        storage_of(other).write_text('{"put":{"new":{"set":{"9":{"n":9}}}}}')
        expected = in_order(other)
        assert in_order(db) == expected
    assert in_order_on_disk(path) == expected


def test_what_is_changed_meanwhile_is_durable_before_its_end(path: Path) -> None:
    db = fill(JournalDB(path))
    storage_of(db).begin_rewrite().write()
    meddle(db)
    expected = in_order(db)
    del db  # and with it, unfinished, the rewrite

    assert in_order_on_disk(path) == expected


def test_other_tables_can_be_put_into_the_new_file(path: Path) -> None:
    with fill(JournalDB(path)) as db:
        storage = storage_of(db)
        assert db.table("people").search(where("name") == "Ed") == []
        rewrite = storage.begin_rewrite({"people": {"7": {"name": "Ed"}}})
        rewrite.write()
        storage.finish_rewrite(rewrite)
        assert db.table("people").search(where("name") == "Ed") == [{"name": "Ed"}]
        assert db.tables() == {"people"}
    assert in_order_on_disk(path) == [("people", [("7", {"name": "Ed"})])]


def test_its_lines_and_their_hash_are_those_of_the_tables_alone(path: Path) -> None:
    with fill(JournalDB(path)) as db:
        storage = storage_of(db)
        first = storage.begin_rewrite()
        meddle(db)
        first.write()
        lines, digest = first.lines, first.sha256
        storage.finish_rewrite(first)
        assert (first.lines, first.sha256) == (lines, digest) == (4, digest)
        assert storage.file.lines > lines


ENDS: dict[str, Callable[[JournalStorage, Rewrite], object]] = {
    "given up": lambda storage, rewrite: storage.give_up_rewrite(),
    "followed by another": lambda storage, rewrite: storage.begin_rewrite(),
    "closed": lambda storage, rewrite: storage.close(),
    "finished": lambda storage, rewrite: storage.finish_rewrite(rewrite),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_a_rewrite_that_came_to_an_end_cannot_be_finished(
    path: Path, end: Callable[[JournalStorage, Rewrite], object]
) -> None:
    db = fill(JournalDB(path))
    before, storage = in_order(db), storage_of(db)
    rewrite = storage.begin_rewrite()
    rewrite.write()
    end(storage, rewrite)
    with pytest.raises(ValueError, match="given up"):
        storage.finish_rewrite(rewrite)
    storage.give_up_rewrite()
    storage.close()
    assert in_order_on_disk(path) == before
    assert not path.with_name("journal.new").exists()


def test_a_new_file_that_an_earlier_try_left_is_replaced(path: Path) -> None:
    path.with_name("journal.new").write_bytes(b"half of something" * 1000)
    with fill(JournalDB(path)) as db:
        db.rewrite()
        before = in_order(db)
    assert in_order_on_disk(path) == before


class Slow(System):
    """Something happens between its opening the file and its having the lock."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        self._meanwhile = [meanwhile]

    def flock(self, descriptor: int, operation: int) -> None:
        while self._meanwhile:
            self._meanwhile.pop()()
        System.flock(descriptor, operation)


def test_an_opener_that_waited_on_the_replaced_file_finds_the_new_one_in_use(path: Path) -> None:
    with fill(JournalDB(path)) as db:
        before = path.stat().st_ino
        with pytest.raises(InUse):
            JournalDB(path, system=Slow(db.rewrite))
        assert path.stat().st_ino != before


def test_an_opener_that_waited_on_the_replaced_file_gets_the_new_one(path: Path) -> None:
    db = fill(JournalDB(path))

    def replaced_and_let_go() -> None:
        db.rewrite()
        db.insert({"n": "new"})
        db.close()

    with JournalDB(path, system=Slow(replaced_and_let_go)) as late:
        assert {"n": "new"} in late.all()
