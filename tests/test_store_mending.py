"""Damaged history comes back from a backup, byte for byte, or is said to be damaged still."""

import errno
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cabinet import ANA, BENS_CARD
from journal_disk import Disk, PowerCut
from pytest_mock import MockerFixture
from record_fixtures import KEYS, KIOSK, NOW, Recorded, verified
from torture_damage import destroy

from kiosk.errors import BadInput, RecordFault
from kiosk.journal import System
from kiosk.messages.forgetting import ErasePerson
from kiosk.store import mending
from kiosk.store.backup import copy_sealed, make_backup
from kiosk.store.folder import HISTORY
from kiosk.store.mending import Mended, mend


@pytest.fixture
def kiosk(tmp_path: Path) -> Recorded:
    """Two days, of which there is a backup, and a third."""
    kiosk = Recorded(tmp_path / "data").furnish().days(2)
    kiosk.rotate()
    make_backup(kiosk.folder, tmp_path / "backup.tar", KEYS, KIOSK, NOW)
    kiosk.clock.to(8, 40)
    kiosk.hand_in(BENS_CARD)
    kiosk.rotate()
    return kiosk


@pytest.fixture
def backup(kiosk: Recorded, tmp_path: Path) -> Path:
    return tmp_path / "backup.tar"


def segments(kiosk: Recorded) -> list[Path]:
    """The oldest first."""
    rows = sorted(kiosk.core.history.segments, key=lambda row: row.first)
    return [kiosk.folder / HISTORY / row.file_name for row in rows]


def unreadable(path: Path) -> None:
    """A file whose blocks the disk does not give back: every read of it is an EIO."""
    path.unlink()
    path.symlink_to("/proc/self/mem")


def contents(kiosk: Recorded) -> dict[str, bytes]:
    files = [path for path in kiosk.folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(kiosk.folder)): path.read_bytes() for path in files}


def test_a_damaged_and_a_missing_segment_come_back_while_the_kiosk_runs(
    kiosk: Recorded, backup: Path
) -> None:
    before = contents(kiosk)
    damaged, missing = segments(kiosk)[:2]
    destroy(damaged, 200, 100)
    missing.unlink()
    assert set(verified(kiosk.folder).files) == {damaged.name, missing.name}

    done = mend(backup, kiosk.folder, KEYS)

    assert done == Mended(tuple(sorted([damaged.name, missing.name])), ())
    assert verified(kiosk.folder).findings == []
    assert contents(kiosk) == before


def test_it_may_be_a_sealed_one(kiosk: Recorded, tmp_path: Path) -> None:
    with (tmp_path / "sealed").open("w+b") as file:
        copy_sealed(kiosk.folder, file, KEYS, KIOSK, NOW)
    damaged = segments(kiosk)[-1]
    destroy(damaged, 200, 100)
    assert mend(tmp_path / "sealed", kiosk.folder, KEYS) == Mended((damaged.name,), ())


def test_all_of_history_may_be_gone(kiosk: Recorded, tmp_path: Path) -> None:
    make_backup(kiosk.folder, tmp_path / "all.tar", KEYS, KIOSK, NOW)
    for path in segments(kiosk):
        path.unlink()
    (kiosk.folder / HISTORY).rmdir()
    assert mend(tmp_path / "all.tar", kiosk.folder, KEYS).still == ()
    assert verified(kiosk.folder).findings == []


def test_what_the_backup_does_not_have_is_said_to_be_damaged_still(
    kiosk: Recorded, backup: Path
) -> None:
    old, new = segments(kiosk)[0], segments(kiosk)[-1]
    destroy(old, 200, 100)
    destroy(new, 200, 100)
    assert mend(backup, kiosk.folder, KEYS) == Mended((old.name,), (new.name,))


def test_what_the_backup_has_damaged_too_is_left_as_it_is(kiosk: Recorded, tmp_path: Path) -> None:
    damaged = segments(kiosk)[0]
    destroy(damaged, 200, 100)
    make_backup(kiosk.folder, tmp_path / "late.tar", KEYS, KIOSK, NOW)
    before = contents(kiosk)
    assert mend(tmp_path / "late.tar", kiosk.folder, KEYS) == Mended((), (damaged.name,))
    assert contents(kiosk) == before


def test_where_all_is_well_nothing_is_done_and_no_backup_read(
    kiosk: Recorded, tmp_path: Path
) -> None:
    before = contents(kiosk)
    assert mend(tmp_path / "there-is-none", kiosk.folder, KEYS) == Mended((), ())
    assert contents(kiosk) == before


def test_what_the_disk_does_not_give_back_is_taken_from_the_backup_too(
    kiosk: Recorded, backup: Path
) -> None:
    sound = contents(kiosk)
    rotten = segments(kiosk)[0]
    unreadable(rotten)
    (finding,) = (found for found in verified(kiosk.folder).findings if found.file)
    assert (finding.file, "cannot be read: Input/output error" in finding.what) == (
        rotten.name,
        True,
    )

    assert mend(backup, kiosk.folder, KEYS) == Mended((rotten.name,), ())
    assert contents(kiosk) == sound


def test_one_that_is_rotten_in_the_backup_keeps_no_other_from_coming_back(
    kiosk: Recorded, backup: Path, tmp_path: Path
) -> None:
    first, second = segments(kiosk)[:2]
    for path in (first, second):
        destroy(path, 200, 100)
    whole = backup.read_bytes()
    at = whole.index(b"\0" * 12, whole.index(f"{HISTORY}/{first.name}\0".encode()))
    spoilt = whole.index(b"tinydb-segment", at) + 200
    (tmp_path / "rotten.tar").write_bytes(whole[:spoilt] + b"XXXX" + whole[spoilt + 4 :])
    done = mend(tmp_path / "rotten.tar", kiosk.folder, KEYS)
    assert done == Mended((second.name,), (first.name,))


def test_of_a_backup_that_is_cut_off_what_is_whole_in_it_is_taken(
    kiosk: Recorded, tmp_path: Path
) -> None:
    make_backup(kiosk.folder, tmp_path / "cut", KEYS, KIOSK, NOW)
    for path in segments(kiosk):
        destroy(path, 200, 100)
    content = (tmp_path / "cut").read_bytes()
    (tmp_path / "cut").write_bytes(content[: len(content) * 2 // 3])
    done = mend(tmp_path / "cut", kiosk.folder, KEYS)
    assert done.back
    assert set(verified(kiosk.folder).files) == set(done.still) != set()


def test_a_stick_that_cannot_be_read_is_not_called_a_full_disk(kiosk: Recorded) -> None:
    destroy(segments(kiosk)[0], 200, 100)
    with pytest.raises(BadInput, match=r"Input/output error\. Take another"):
        mend(Path("/proc/self/mem"), kiosk.folder, KEYS)


def test_what_was_dropped_for_its_age_meanwhile_does_not_come_back(
    kiosk: Recorded, backup: Path, mocker: MockerFixture
) -> None:
    old = next(path for path in segments(kiosk) if path.name.startswith("taps"))
    destroy(old, 200, 100)
    real = mending.take_out

    def a_slow_stick(*args: Any) -> None:
        real(*args)
        kiosk.clock.advance(timedelta(days=100).total_seconds())
        kiosk.keep_up(20)
        kiosk.rotate()
        assert old.name not in [row.file_name for row in kiosk.core.history.segments]

    mocker.patch.object(mending, "take_out", a_slow_stick)
    mend(backup, kiosk.folder, KEYS)
    assert not old.exists()
    assert verified(kiosk.folder).findings == []


def test_what_is_no_backup_is_refused_and_nothing_changed(kiosk: Recorded, tmp_path: Path) -> None:
    destroy(segments(kiosk)[0], 200, 100)
    before = contents(kiosk)
    (tmp_path / "letter.txt").write_text("Dear parents")
    with pytest.raises(BadInput, match="no backup of a kiosk"):
        mend(tmp_path / "letter.txt", kiosk.folder, KEYS)
    assert contents(kiosk) == before


def test_a_segment_from_a_backup_brings_back_nothing_of_whom_was_forgotten_since(
    kiosk: Recorded, backup: Path
) -> None:
    kiosk.take(ErasePerson("console", ANA.id))
    kiosk.rotate()
    destroy(segments(kiosk)[0], 200, 100)
    mend(backup, kiosk.folder, KEYS)

    assert verified(kiosk.folder).findings == []
    assert not any(ANA.surname.encode() in content for content in contents(kiosk).values())


@pytest.mark.parametrize("fault", ["cut", errno.EIO, errno.ENOSPC])
def test_a_power_cut_or_an_error_at_any_call_leaves_each_as_it_was_or_mended(
    kiosk: Recorded, backup: Path, fault: int | str
) -> None:
    sound, broken = contents(kiosk), segments(kiosk)[:2]
    for path in broken:
        destroy(path, 200, 100)
    damaged = contents(kiosk)
    for at in range(1, 100):
        for path in broken:
            path.write_bytes(damaged[f"{HISTORY}/{path.name}"])
        with suppress(PowerCut, RecordFault):
            mend(backup, kiosk.folder, KEYS, Disk("any", at, fault))
        left = contents(kiosk)
        for path in broken:
            name = f"{HISTORY}/{path.name}"
            assert left[name] in (sound[name], damaged[name])
        rest = {name for name in left if name.startswith(("history", "current"))}
        assert rest == {name for name in sound if name.startswith(("history", "current"))}
        if left == sound:
            break
    assert 5 < at < 99


def test_a_disk_that_is_full_is_told_and_leaves_all_as_it_was(
    kiosk: Recorded, backup: Path
) -> None:
    class Full(System):
        @staticmethod
        def write(descriptor: int, data: bytes) -> int:
            raise OSError(28, "No space left on device")

    destroy(segments(kiosk)[0], 200, 100)
    before = contents(kiosk)
    with pytest.raises(RecordFault, match=r"could not be unpacked.*No space left"):
        mend(backup, kiosk.folder, KEYS, Full())
    assert contents(kiosk) == before
