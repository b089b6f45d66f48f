"""Restoring from the command line: who was forgotten stays so, and nobody else's files are made."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from kiosk_process import KioskProcess

from kiosk.cli.record import _check_owner
from kiosk.errors import BadInput


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[KioskProcess]:
    process = KioskProcess(tmp_path)
    yield process
    process.close()


def test_who_was_forgotten_after_a_backup_is_forgotten_again_when_it_is_put_back(
    kiosk: KioskProcess,
) -> None:
    roster = kiosk.folder / "roster.csv"
    roster.write_text(
        "Admission Number,Forename,Surname,Form\n1001,Ana,Silva,7A\n1002,Ben,Lee,7B\n"
    )
    kiosk.cli("roster", "import", str(roster))
    kiosk.cli("backup", file := str(kiosk.folder / "backup.tar"))
    assert "is not replaced" in kiosk.cli("backup", file, status=2)
    kiosk.cli("person", "erase", "1001", "--yes")

    assert "put back" in kiosk.cli("restore", file)
    assert "nobody on the roster" in kiosk.cli("card", "block", "1001", status=2)
    assert "Ben Lee has no card" in kiosk.cli("card", "block", "1002")
    assert b"Silva" not in (kiosk.folder / "data" / "current.journal").read_bytes()
    assert "as it was written" in kiosk.cli("verify")


def test_a_restore_by_another_user_than_the_kiosks_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _check_owner(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)

    with pytest.raises(BadInput, match=r"belongs to .*run this as"):
        _check_owner(tmp_path)


def test_a_file_that_is_no_backup_is_refused_in_words(kiosk: KioskProcess) -> None:
    (kiosk.folder / "wrong.tar").write_text("a shopping list")

    said = kiosk.cli("restore", str(kiosk.folder / "wrong.tar"), status=2)
    assert "is no backup of a kiosk, or only a part of one" in said
