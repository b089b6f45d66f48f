"""Records and backups of every format that was ever released can be opened, and go on."""

import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from cabinet import ANA, ANAS_CARD, BEN
from conftest import FakeClock
from journal_disk import Disk, PowerCut
from record_fixtures import KEYS, KIOSK, Recorded, verified

from kiosk.core import Core
from kiosk.errors import RecordFault
from kiosk.journal import JournalDB
from kiosk.messages.record import Restored
from kiosk.store import FILE_NAME, Query, Store
from kiosk.store.restore import restore
from kiosk.store.tables import ABOUT, SCHEMA

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """A record of schema 1: two deposits, an opening with a note."""
    return Path(shutil.copytree(FIXTURES / "record-1", tmp_path / "data"))


def schema_of(folder: Path) -> object:
    with JournalDB(folder / FILE_NAME) as db:
        return db.table(ABOUT).all()[0].get("schema", 1)


def test_a_record_of_schema_1_is_brought_to_this_one_and_goes_on(first: Path) -> None:
    assert schema_of(first) == 1
    kiosk = Recorded(first)
    assert kiosk.kept == {ANA.id: 1, BEN.id: 2}
    assert kiosk.core.notes == {"ab": "a note kept since"}
    assert [event.seq for event in kiosk.events] == list(range(1, 17))

    kiosk.clock.to(15, 20)
    kiosk.hand_in(ANAS_CARD)
    kiosk.rotate()
    again = kiosk.again()
    assert again.kept == {BEN.id: 2}
    again.close()
    assert schema_of(first) == SCHEMA
    assert verified(first).findings == []


def test_a_migration_that_is_stopped_at_any_call_leaves_the_old_or_the_new(first: Path) -> None:
    seen = set()
    for at in range(1, 60):
        folder = Path(shutil.copytree(first, first.parent / str(at)))
        with suppress(PowerCut):
            Recorded(folder, system=Disk("any", at, "cut")).close()
        seen.add(schema_of(folder))
        again = Recorded(folder)
        assert again.kept == {ANA.id: 1, BEN.id: 2}
        again.close()
    assert seen == {1, SCHEMA}


def test_a_record_of_a_version_to_come_is_refused_in_words(first: Path) -> None:
    with JournalDB(first / FILE_NAME) as db:
        db.table(ABOUT).update({"schema": SCHEMA + 1})
    before = (first / FILE_NAME).read_bytes()

    with pytest.raises(RecordFault, match=f"schema {SCHEMA + 1}.*a later one"):
        Recorded(first)
    assert (first / FILE_NAME).read_bytes() == before


@pytest.mark.parametrize("name", ["backup-1.tar"])
def test_a_backup_of_every_format_can_be_put_back(tmp_path: Path, name: str) -> None:
    def complete(folder: Path) -> None:
        store = Store(folder, kiosk=KIOSK, keys=KEYS, reserve_bytes=0)
        rules = Recorded(tmp_path / "other").core.rules
        Core(store, rules, FakeClock()).take(Restored("u", {"file": name}))
        store.close()

    restore(FIXTURES / name, tmp_path / "data", KEYS, KIOSK, complete)

    kiosk = Recorded(tmp_path / "data")
    assert list(kiosk.kept) == [BEN.id]
    assert kiosk.core.notes == {"ab": "a note kept since"}
    seqs = numbers(list(kiosk.core.history.oldest_first(Query())))
    assert seqs == list(range(1, len(seqs) + 1))
    assert verified(tmp_path / "data").findings == []
    kiosk.close()


def numbers(events: Sequence[object]) -> list[int]:
    return [event.seq for event in events]  # type: ignore[attr-defined]
