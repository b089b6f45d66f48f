"""Upkeep: when the record is rotated, dropped and tried again, and when it is left alone."""

import errno
import math
from datetime import timedelta
from pathlib import Path

import pytest
from cabinet import ANA, ANAS_CARD, BENS_CARD
from conftest import FakeClock
from journal_disk import MoodyDisk
from record_fixtures import AtOnce, Later, Recorded

from kiosk.background import Background
from kiosk.events import Alert, EventType
from kiosk.messages import Message
from kiosk.messages.forgetting import ErasePerson
from kiosk.messages.record import Repaired
from kiosk.retention import Series
from kiosk.store import FILE_NAME, Query
from kiosk.upkeep import Upkeep


def rounds(kiosk: Recorded, count: int = 3) -> None:
    for _ in range(count):
        kiosk.upkeep.round()


def count(kiosk: Recorded, type: EventType) -> int:
    return len(list(kiosk.core.history.oldest_first(Query(types=(type,)))))


def rotations(kiosk: Recorded) -> int:
    return count(kiosk, EventType.ROTATED)


@pytest.fixture
def kiosk(tmp_path: Path, disk: MoodyDisk) -> Recorded:
    """On its first day, which has events."""
    kiosk = Recorded(tmp_path, system=disk).furnish()
    rounds(kiosk)
    return kiosk


# when it rotates


def test_it_rotates_when_the_open_file_has_so_many_events(tmp_path: Path) -> None:
    kiosk = Recorded(tmp_path, rotate_at=12).furnish()
    assert len(kiosk.events) < 12
    rounds(kiosk)
    assert rotations(kiosk) == 0

    while len(kiosk.events) < 12:
        kiosk.tap("unknown")
    rounds(kiosk)
    assert (rotations(kiosk), len(kiosk.events)) == (1, 1)


def test_it_rotates_at_the_first_round_of_a_new_day_and_once(kiosk: Recorded) -> None:
    kiosk.clock.to(23, 59)
    rounds(kiosk)
    assert rotations(kiosk) == 0
    kiosk.clock.to(0, 1, days=1)
    rounds(kiosk)
    assert rotations(kiosk) == 1

    kiosk.tap(ANAS_CARD)
    rounds(kiosk)
    assert rotations(kiosk) == 1


def test_the_day_is_the_one_on_the_schools_wall(tmp_path: Path) -> None:
    clock = FakeClock()
    clock.advance(timedelta(days=90).total_seconds())  # in summer the wall is an hour ahead
    kiosk = Recorded(tmp_path, clock).furnish()
    clock.to(23, 59)
    rounds(kiosk)
    assert rotations(kiosk) == 0

    clock.advance(120)
    assert clock.at.hour == 23
    rounds(kiosk)
    assert rotations(kiosk) == 1


@pytest.mark.parametrize("message", [ErasePerson("console", ANA.id), Repaired({}, frozenset())])
def test_it_rotates_after_an_erasure_and_a_repair_and_once(
    kiosk: Recorded, message: Message
) -> None:
    before = (kiosk.folder / FILE_NAME).stat().st_ino
    kiosk.take(message)
    rounds(kiosk, 6)

    assert rotations(kiosk) == 1
    assert (kiosk.folder / FILE_NAME).stat().st_ino != before


def test_days_on_which_nothing_happens_make_no_files(kiosk: Recorded) -> None:
    for _ in range(5):
        kiosk.clock.to(8, 30, days=1)
        rounds(kiosk)

    assert (rotations(kiosk), len(kiosk.events)) == (1, 1)
    segments = kiosk.core.history.segments
    assert {row.series for row in segments} == {Series.TAPS, Series.ACTS}


def test_it_does_not_rotate_by_a_clock_that_nobody_trusts(kiosk: Recorded) -> None:
    kiosk.clock.reboot()
    kiosk.clock.trusted = False
    kiosk.clock.to(9, days=30)
    rounds(kiosk)
    assert rotations(kiosk) == 0

    kiosk.clock.trusted = True
    rounds(kiosk)
    assert rotations(kiosk) == 1


def test_a_full_open_file_is_rotated_whatever_the_clock_says(tmp_path: Path) -> None:
    clock = FakeClock()
    clock.trusted = False
    kiosk = Recorded(tmp_path, clock, rotate_at=8).furnish()
    while len(kiosk.events) < 8:
        kiosk.tap("unknown")
    rounds(kiosk)

    assert rotations(kiosk) == 1


def test_it_does_not_rotate_while_the_disk_fails(kiosk: Recorded, disk: MoodyDisk) -> None:
    disk.worn_out()
    kiosk.tap(ANAS_CARD)
    kiosk.clock.to(8, 30, days=1)
    rounds(kiosk)
    assert rotations(kiosk) == 0

    disk.mend()
    kiosk.clock.advance(3)
    rounds(kiosk, 4)
    assert rotations(kiosk) == 1
    assert kiosk.again().kept == {}


# a rotation under way


@pytest.fixture
def later() -> Later:
    return Later()


@pytest.fixture
def slow(kiosk: Recorded, later: Later) -> Recorded:
    """On the second day, its upkeep with writing that takes its time."""
    kiosk.upkeep = upkeep(kiosk, background=later)
    kiosk.clock.to(8, 30, days=1)
    return kiosk


def upkeep(kiosk: Recorded, background: object = None, **how: object) -> Upkeep:
    background = background or AtOnce()
    return Upkeep(kiosk.core, kiosk.clock.monotonic, background=background, **how)  # type: ignore[arg-type]


def test_while_it_is_written_the_kiosk_goes_on(slow: Recorded, later: Later) -> None:
    rounds(slow, 5)
    assert later.work is not None
    assert slow.core.history.segments == ()
    slow.hand_in(BENS_CARD)
    later.end()
    rounds(slow)

    assert rotations(slow) == 1
    assert len(slow.kept) == 1
    assert slow.again().kept == slow.kept


def test_a_disk_that_fails_meanwhile_does_not_lose_what_was_kept(
    slow: Recorded, later: Later, disk: MoodyDisk
) -> None:
    rounds(slow)
    disk.worn_out()
    slow.tap("unknown")
    later.end()
    assert later.fault is not None
    disk.mend()
    for _ in range(4):
        slow.clock.advance(61)
        rounds(slow)
        later.end()

    assert (slow.core.store_fault, rotations(slow)) == ("", 1)
    again = slow.again()
    assert count(again, EventType.STORE_RECOVERED) == 1
    assert again.core.standing.state == slow.core.standing.state


# a rotation that fails


@pytest.mark.parametrize("call", ["open", "replace", "fsync"])
def test_a_rotation_that_failed_is_tried_again_after_a_minute_and_not_before(
    tmp_path: Path, disk: MoodyDisk, call: str
) -> None:
    kiosk = Recorded(tmp_path, system=disk, probe_every_s=math.inf).furnish()
    kiosk.clock.to(8, 30, days=1)
    disk.fails = {call: errno.ENOSPC}
    rounds(kiosk)
    tried = disk.calls[call]
    assert (rotations(kiosk), kiosk.core.store_fault) == (0, "")
    assert list(kiosk.folder.glob("*.new")) == []

    kiosk.clock.advance(59)
    rounds(kiosk)
    assert disk.calls[call] == tried
    kiosk.clock.advance(2)
    rounds(kiosk)
    assert disk.calls[call] > tried
    disk.mend()
    kiosk.clock.advance(61)
    rounds(kiosk)
    assert rotations(kiosk) == 1


def test_one_that_is_waited_for_says_so_itself(kiosk: Recorded, disk: MoodyDisk) -> None:
    disk.fails = {"replace": errno.ENOSPC}
    with pytest.raises(OSError, match="No space"):
        kiosk.upkeep.rotate_now()
    assert rotations(kiosk) == 0
    disk.mend()
    kiosk.upkeep.rotate_now()

    assert rotations(kiosk) == 1


def test_a_failed_rotation_does_not_hold_back_the_recovery_of_the_disk(
    kiosk: Recorded, disk: MoodyDisk
) -> None:
    kiosk.clock.to(8, 30, days=1)
    disk.full()
    rounds(kiosk)  # the rotation does not fit
    kiosk.tap("unknown")  # and then nothing does
    assert kiosk.core.store_fault
    disk.mend()
    kiosk.clock.advance(5)
    rounds(kiosk)

    assert kiosk.core.store_fault == ""


class LateSync(MoodyDisk):
    """From a rename of the open file on, nothing is synced any more."""

    def replace(self, old: str, new: str) -> None:
        super().replace(old, new)
        if new.endswith(FILE_NAME):
            self.fails = {"fsync": errno.EIO, "fdatasync": errno.EIO}


@pytest.mark.parametrize("is_mended", [True, False])
def test_a_release_after_a_rotation_that_is_perhaps_not_durable_is_kept(
    tmp_path: Path, is_mended: bool
) -> None:
    kiosk = Recorded(tmp_path, system=(disk := LateSync())).furnish()
    kiosk.hand_in()
    kiosk.clock.to(15, 20, days=1)
    rounds(kiosk)
    disk.fails.pop("fdatasync", None)  # the reserve has its place, and can be written
    kiosk.hand_in()
    assert kiosk.kept == {}
    if is_mended:
        disk.mend()
        kiosk.clock.advance(61)
        rounds(kiosk)
    kiosk.store.close()

    assert Recorded(tmp_path, kiosk.clock).kept == {}


# a disk that fails


def test_the_disk_is_tried_every_two_seconds(kiosk: Recorded, disk: MoodyDisk) -> None:
    disk.full()
    kiosk.tap("unknown")
    probes = []
    for _ in range(8):
        before = disk.calls["open"]
        rounds(kiosk)
        probes.append(disk.calls["open"] - before)
        kiosk.clock.advance(1)

    assert probes == [1, 0, 1, 0, 1, 0, 1, 0]


def test_it_is_tried_at_once_when_it_begins_and_after_it_was_back(
    kiosk: Recorded, disk: MoodyDisk
) -> None:
    for _ in range(2):
        disk.full()
        kiosk.tap("unknown")
        disk.mend()
        rounds(kiosk, 1)
        assert kiosk.core.store_fault == ""
    assert count(kiosk, EventType.STORE_RECOVERED) == 2


def test_a_disk_that_turns_read_only_is_told_of_within_five_seconds_though_nobody_taps(
    kiosk: Recorded, disk: MoodyDisk
) -> None:
    rounds(kiosk)
    assert disk.calls["statvfs"] == 1
    disk.read_only()
    opened = disk.calls["open"]
    for _ in range(5):
        kiosk.clock.advance(1)
        rounds(kiosk, 1)
    assert "Read-only file system" in kiosk.core.store_fault
    assert (Alert.RECORD_FAILING, None) in kiosk.core.standing.state.alerts
    disk.mend()
    kiosk.clock.advance(2)
    rounds(kiosk, 1)
    assert kiosk.core.store_fault == ""
    assert disk.calls["open"] > opened  # it is back once it was written to, not before


@pytest.mark.parametrize("fault", ["full", "worn_out"])
def test_a_disk_that_looks_well_and_is_not_is_told_of_within_ten_minutes(
    kiosk: Recorded, disk: MoodyDisk, fault: str
) -> None:
    rounds(kiosk)
    getattr(disk, fault)()
    kiosk.clock.advance(599)
    rounds(kiosk)
    assert kiosk.core.store_fault == ""
    kiosk.clock.advance(2)
    rounds(kiosk)
    assert kiosk.core.store_fault
    assert count(kiosk, EventType.STORE_FAILED) == 1


def test_a_disk_that_cannot_even_be_asked_is_failing(kiosk: Recorded, disk: MoodyDisk) -> None:
    disk.fails = {"statvfs": errno.EIO}
    kiosk.clock.advance(2)
    rounds(kiosk)
    assert "Input/output error" in kiosk.core.store_fault


# the thread


def test_background_work_is_done_and_its_fault_is_kept() -> None:
    background = Background()
    assert not background.is_done()
    done: list[int] = []
    background.start(lambda: done.append(1))
    background._thread.join(10)  # type: ignore[union-attr]
    assert (background.is_done(), background.fault, done) == (True, None, [1])

    background.start(lambda: 1 // 0)  # type: ignore[arg-type,return-value]
    background._thread.join(10)  # type: ignore[union-attr]
    assert isinstance(background.fault, ZeroDivisionError)
    background.start(lambda: None)
    background._thread.join(10)  # type: ignore[union-attr]
    assert background.fault is None
