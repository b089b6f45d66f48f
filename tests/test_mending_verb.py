"""History that is damaged, as whoever has to mend it meets it: on a running kiosk, and at rest."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from kiosk_process import KioskProcess
from torture_damage import destroy


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[KioskProcess]:
    """With history: an erasure moves all that was before it there."""
    process = KioskProcess(tmp_path)
    roster = process.folder / "roster.csv"
    roster.write_text(
        "Admission Number,Forename,Surname,Form\n1001,Ana,Silva,7A\n1002,Ben,Lee,7B\n"
    )
    process.cli("roster", "import", str(roster))
    process.cli("person", "erase", "1001", "--yes")
    yield process
    process.close()


def backup_of(kiosk: KioskProcess) -> str:
    kiosk.cli("backup", file := str(kiosk.folder / "backup.tar"))
    return file


def spoil(kiosk: KioskProcess) -> Path:
    """A bad block in the oldest segment."""
    segment = min((kiosk.folder / "data" / "history").glob("acts-*.segment"))
    destroy(segment, 60, 40)
    return segment


@pytest.mark.parametrize("runs", [True, False])
def test_damaged_history_is_taken_from_a_backup_and_the_alert_is_over(
    kiosk: KioskProcess, runs: bool
) -> None:
    file = backup_of(kiosk)
    if runs:
        kiosk.start()
    segment = spoil(kiosk)
    other = kiosk.folder / "other.tar"
    kiosk.cli("backup", str(other), status=1)  # of what is damaged

    said = kiosk.cli("repair", "--from", str(other), status=1)
    assert f"does not have {segment.name} as they were written: take another" in said
    said = kiosk.cli("status")
    assert ("record not as it was written" in said, segment.name in said) == (True, True)
    assert kiosk.status()["health"]["history"] == "not as it was written"

    assert kiosk.cli("repair", "--from", file) == f"{segment.name} is back, as it was written.\n"
    assert kiosk.status()["health"]["history"] == "ok"
    assert kiosk.status()["alerts"] == []
    assert "as it was written" in kiosk.cli("verify")


def test_history_that_is_whole_is_left_alone(kiosk: KioskProcess) -> None:
    said = kiosk.cli("repair", "--from", backup_of(kiosk))
    assert said == "Every segment of history is as it was written; nothing was done.\n"


def test_the_backup_has_to_be_there(kiosk: KioskProcess) -> None:
    assert "does not exist" in kiosk.cli("repair", "--from", "nowhere.tar", status=2)


def test_history_that_the_disk_does_not_give_back_is_named_and_what_helps(
    kiosk: KioskProcess,
) -> None:
    file = backup_of(kiosk)
    segment = spoil(kiosk)
    segment.unlink()
    segment.symlink_to("/proc/self/mem")  # every read of it is an EIO
    said = kiosk.cli("verify", status=1)
    assert f"history/{segment.name}, events 1 to 1: cannot be read: Input/output error" in said
    assert "and `kiosk repair --from` a backup" in said
    kiosk.cli("events")

    assert f"{segment.name} is back" in kiosk.cli("repair", "--from", file)
    assert "as it was written" in kiosk.cli("verify")
