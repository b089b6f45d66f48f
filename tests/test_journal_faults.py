"""A disk that fails at every call in turn, and a plug that is pulled at every call in turn."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from journal_disk import QUICK_DISK, Disk, PowerCut
from tinydb import where

from kiosk.journal import InUse, JournalDB, WriteFailed

State = Any


def work(db: JournalDB, states: list[State]) -> None:
    """Six operations; the state that each left behind, once it was acknowledged."""
    for step in (
        lambda: db.insert({"name": "Ana"}),
        lambda: db.table("cubbies").insert_multiple({"n": n} for n in (1, 2, 3)),
        lambda: db.update({"here": True}, where("name") == "Ana"),
        lambda: db.table("cubbies").remove(doc_ids=[2]),
        lambda: in_one(db),
        lambda: db.drop_table("cubbies"),
    ):
        step()
        states.append(db.storage.read())


def in_one(db: JournalDB) -> None:
    with db.transaction():
        db.table("events").insert({"type": "tap"})
        db.table("cubbies").update({"free": False}, doc_ids=[1])


@pytest.fixture
def quick_path() -> Iterator[Path]:
    with TemporaryDirectory(dir=QUICK_DISK) as directory:
        yield Path(directory)


def stored(path: Path) -> State:
    with JournalDB(path) as db:
        return db.storage.read()


def all_states(path: Path) -> list[State]:
    states: list[State] = [None]
    with JournalDB(path) as db:
        work(db, states)
    return states


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EIO, "short"])
@pytest.mark.parametrize("at", range(2, 8))
def test_a_failed_write_leaves_memory_and_file_as_before(
    tmp_path: Path, at: int, fault: int | str
) -> None:
    path = tmp_path / "journal"
    states: list[State] = [None]
    with JournalDB(path, system=Disk("write", at, fault)) as db:
        with pytest.raises(WriteFailed) as caught:
            work(db, states)
        assert (caught.value.broken, db.storage.read()) == (False, states[-1])
        db.insert({"after": "space was made"})
        states.append(db.storage.read())
    assert stored(path) == states[-1]


@pytest.mark.parametrize("at", range(2, 8))
def test_after_a_failed_sync_nothing_is_written_any_more(tmp_path: Path, at: int) -> None:
    path = tmp_path / "journal"
    states: list[State] = [None]
    disk = Disk("fdatasync", at)
    with JournalDB(path, system=disk) as db:
        with pytest.raises(WriteFailed) as caught:
            work(db, states)
        assert (caught.value.broken, caught.value.errno) == (True, errno.EIO)
        calls = disk.calls.copy()
        for refused in (lambda: db.insert({}), lambda: in_one(db), db.drop_tables, db.truncate):
            with pytest.raises(WriteFailed):
                refused()
        assert (disk.calls, db.storage.read()) == (calls, states[-1])
    # The operation that failed is wholly there, or wholly absent.
    assert stored(path) in (states[-1], all_states(tmp_path / "other")[len(states)])


def test_a_file_that_cannot_be_cut_back_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    disk = UncutDisk("write", 3, "short")
    with JournalDB(path, system=disk) as db:
        db.insert({"n": 1})
        with pytest.raises(WriteFailed) as caught:
            db.insert({"n": 2})
        assert caught.value.broken
        with pytest.raises(WriteFailed):
            db.insert({"n": 3})
        assert db.all() == [{"n": 1}]
    assert stored(path) == {"_default": {"1": {"n": 1}}}


class UncutDisk(Disk):
    """Also fails to cut a file back."""

    def ftruncate(self, descriptor: int, size: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))


@pytest.mark.parametrize("call", ["write", "fdatasync", "fsync"])
def test_a_journal_that_cannot_be_made_is_refused_and_can_be_made_later(
    tmp_path: Path, call: str
) -> None:
    path = tmp_path / "journal"
    with pytest.raises(WriteFailed):
        JournalDB(path, system=Disk(call, 1, errno.ENOSPC))
    assert stored(path) is None


@pytest.mark.parametrize("at", range(1, 5))
def test_a_fault_while_a_torn_tail_is_set_aside_loses_none_of_it(tmp_path: Path, at: int) -> None:
    path = tmp_path / "journal"
    expected = all_states(path)[-1]
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(b"torn")
    with pytest.raises(WriteFailed):
        JournalDB(path, system=Disk("any", at, errno.EIO))
    with JournalDB(path) as db:
        kept = tmp_path / f"journal.torn-{size}"
        assert (db.storage.read(), kept.read_bytes()) == (expected, b"torn")


@pytest.mark.parametrize("at", range(1, 20))
def test_a_pulled_plug_at_any_call_keeps_what_was_acknowledged(quick_path: Path, at: int) -> None:
    path = quick_path / "journal"
    states: list[State] = [None]
    disk = Disk("any", at, "cut")
    try:
        with JournalDB(path, system=disk) as db:
            work(db, states)
    except PowerCut:
        pass
    every = all_states(quick_path / "other")
    after = quick_path / "after"
    for content in set(disk.after_power_cut(str(path))):
        after.write_bytes(content)
        assert stored(after) in every[len(states) - 1 : len(states) + 1]


def test_killing_it_between_write_and_sync_leaves_a_line_that_is_synced_when_read(
    tmp_path: Path,
) -> None:
    path = tmp_path / "journal"
    with pytest.raises(PowerCut), JournalDB(path, system=Disk("fdatasync", 2, "cut")) as db:
        db.insert({"n": 1})
    disk = Disk()
    with JournalDB(path, system=disk) as db:
        assert (db.all(), disk.durable[str(path)]) == ([{"n": 1}], path.stat().st_size)


def test_a_second_opener_is_refused_until_the_first_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with JournalDB(path), pytest.raises(InUse, match=r"journal: is in use\."):
        JournalDB(path)
    JournalDB(path).close()


def test_another_process_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with JournalDB(path):
        child = os.fork()
        if child == 0:
            try:
                JournalDB(path)
            except InUse:
                os._exit(7)
            os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_a_journal_dropped_without_closing_gives_its_lock_back(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    JournalDB(path).insert({"n": 1})
    assert stored(path) == {"_default": {"1": {"n": 1}}}


def test_only_its_owner_may_read_the_file_and_what_was_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    JournalDB(path).close()
    with path.open("ab") as file:
        file.write(b"torn")
    JournalDB(path).close()
    assert [entry.stat().st_mode & 0o777 for entry in tmp_path.iterdir()] == [0o600, 0o600]
