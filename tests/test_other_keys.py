"""Keys that are not the record's are told as that by every verb, and none are made beside one."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from kiosk_process import KioskProcess

from kiosk.keys import new_keys
from kiosk.store import Store
from kiosk.store.made_with import made_with, other_keys


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[KioskProcess]:
    process = KioskProcess(tmp_path)
    process.cli("user", "add", "office", "--role", "reception", "--password-stdin", stdin=PASSWORD)
    yield process
    process.close()


PASSWORD = "long enough pw\n"


def change_the_keys(kiosk: KioskProcess) -> None:
    shutil.rmtree(kiosk.folder / "keys")
    new_keys(kiosk.folder / "keys")


@pytest.mark.parametrize(
    ("verb", "status"),
    [("check", 2), ("verify", 2), ("backup", 2), ("run", 2), ("doctor", 1), ("status", 2)],
)
def test_a_verb_beside_other_keys_says_so_and_what_to_do(
    kiosk: KioskProcess, verb: str, status: int
) -> None:
    change_the_keys(kiosk)
    file = [str(kiosk.folder / "copy")] if verb == "backup" else []

    told = " ".join(kiosk.cli(verb, *file, status=status).split())

    assert "card.key is not the key that this record was made with" in told
    assert "chain.key is not the key that this record was made with" in told
    assert "bring back the copy of the one that was" in told
    assert "changed after the fact" not in told


def test_no_keys_are_made_beside_a_record_that_has_some(kiosk: KioskProcess) -> None:
    shutil.rmtree(kiosk.folder / "keys")

    told = kiosk.cli("key", "new", status=2)

    assert "cannot be used without them" in told
    assert "bring back their copy" in told
    assert not (kiosk.folder / "keys").exists()


def test_where_there_is_no_record_any_keys_will_do(tmp_path: Path) -> None:
    keys = new_keys(tmp_path / "keys")

    assert other_keys(tmp_path / "data", keys) == []
    Store(tmp_path / "data", kiosk="front", keys=keys).close()
    assert made_with(tmp_path / "data") == {}
