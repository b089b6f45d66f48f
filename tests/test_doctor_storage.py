"""What the doctor says of the disks of data and keys."""

from pathlib import Path

import pytest
from doctor_fixtures import DATA, MIB, Bench, found, only, verdicts

from hardware.doctor.finding import Verdict
from hardware.doctor.machine import Room
from hardware.doctor.storage import file_systems, log, mount_of, room, wear

MOUNTS = "/proc/self/mountinfo"


@pytest.fixture
def pi(tmp_path: Path) -> Bench:
    return Bench.pi(tmp_path)


def mount(bench: Bench, point: str, kind: str, options: str = "rw,noatime") -> None:
    bench.add(MOUNTS, f"99 22 8:1 / {point} {options} shared:9 - {kind} {kind} rw\n")


def test_data_and_keys_on_a_disk_are_well(pi: Bench) -> None:
    assert found(file_systems, pi.subject()) == [(Verdict.OK, "ext4 on /")] * 2


def test_saving_writes_is_advice_and_no_more(pi: Bench) -> None:
    mount(pi, "/var", "ext4", "rw,relatime")
    assert found(file_systems, pi.subject())[0] == (
        Verdict.OK,
        "ext4 on /var; noatime in /etc/fstab would save writes",
    )


@pytest.mark.parametrize(
    ("kind", "options", "verdict", "word"),
    [
        ("tmpfs", "rw", Verdict.WARNING, "in memory"),
        ("overlay", "rw", Verdict.WARNING, "overlay"),
        ("vfat", "rw", Verdict.WARNING, "vfat"),
        ("nfs4", "rw", Verdict.WARNING, "nfs4"),
        ("ext4", "ro,noatime", Verdict.FAULT, "read-only"),
    ],
)
def test_a_disk_that_does_not_keep_the_data_is_told(
    pi: Bench, kind: str, options: str, verdict: Verdict, word: str
) -> None:
    mount(pi, "/var/lib", kind, options)
    (data, keys) = found(file_systems, pi.subject())
    assert data[0] is verdict
    assert word in data[1]
    assert keys[0] is Verdict.OK


def test_keys_that_are_lost_at_the_next_start_are_told_too(pi: Bench) -> None:
    mount(pi, "/", "overlay")
    mount(pi, "/var/lib", "ext4")
    assert verdicts(file_systems, pi.subject()) == [Verdict.OK, Verdict.WARNING]


def test_read_only_keys_are_no_harm(pi: Bench) -> None:
    mount(pi, "/etc", "ext4", "ro")
    assert verdicts(file_systems, pi.subject())[1] is Verdict.OK


def test_the_innermost_and_last_mount_counts(pi: Bench) -> None:
    mount(pi, "/var/lib", "tmpfs")
    mount(pi, "/var/lib", "xfs")
    mount(pi, "/var", "btrfs")
    mount(pi, "/var/library", "vfat")
    found = mount_of(pi.machine(), DATA)
    assert found is not None
    assert found.kind == "xfs"


def test_a_mount_that_is_shared_with_nobody_has_a_field_less(pi: Bench) -> None:
    pi.add(MOUNTS, "99 22 8:1 / /var/lib rw - f2fs /dev/sda1 rw\n")
    assert found(file_systems, pi.subject())[0][1].startswith("f2fs on /var/lib")


def test_a_link_leads_to_another_disk(pi: Bench) -> None:
    mount(pi, "/mnt/a\\040disk", "ext4")
    pi.write("/mnt/a disk/kiosk/current.journal")
    pi.link("/var/lib/kiosk", "../../mnt/a disk/kiosk")
    found = mount_of(pi.machine(), DATA)
    assert found is not None
    assert found.point == Path("/mnt/a disk")


def test_without_mountinfo_that_is_unknown(pi: Bench) -> None:
    pi.write(MOUNTS, "nonsense\n22 1 179:2 / / - ext4\n22 1 179:2 / - ext4 /dev/root rw\n")
    assert verdicts(file_systems, pi.subject()) == [Verdict.UNKNOWN] * 2
    assert found(wear, pi.subject()) == []


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        (Room(600 * MIB, 900 * MIB, 1000, 2000), Verdict.OK),
        (Room(600 * MIB, 900 * MIB, 0, 0), Verdict.OK),  # btrfs counts none
        (Room(500 * MIB, 900 * MIB, 100, 2000), Verdict.OK),
        (Room(499 * MIB, 900 * MIB, 1000, 2000), Verdict.WARNING),
        (Room(50 * MIB, 900 * MIB, 1000, 2000), Verdict.WARNING),
        (Room(49 * MIB, 900 * MIB, 1000, 2000), Verdict.FAULT),
        (Room(600 * MIB, 900 * MIB, 99, 2000), Verdict.FAULT),
        (None, Verdict.UNKNOWN),
    ],
)
def test_room_is_told_before_it_runs_out(pi: Bench, told: Room | None, verdict: Verdict) -> None:
    pi.room = told
    assert only(room, pi.subject()).verdict is verdict


def test_a_folder_that_is_not_there_yet_has_the_room_of_what_it_will_be_in(pi: Bench) -> None:
    pi.write("/var/cache/x")
    only(room, pi.subject())
    pi.write(f"{DATA}/x")
    only(room, pi.subject())
    assert pi.room_asked == [pi.at("/var"), pi.at(DATA)]


def test_a_log_that_wears_the_disk_is_told_of(pi: Bench) -> None:
    assert found(log, pi.subject()) == []
    pi.write("/run/log/journal/4f/system.journal")
    assert found(log, pi.subject())[0][1].startswith("in memory")
    pi.write("/var/log/journal/4f/system.journal")
    assert "Storage=volatile" in found(log, pi.subject())[0][1]


def test_a_card_that_tells_nothing_of_its_wear_is_well(pi: Bench) -> None:
    pi.write("/sys/devices/mmc0/block/mmcblk0/mmcblk0p2/partition", "2")
    pi.link("/sys/dev/block/179:2", "../../devices/mmc0/block/mmcblk0/mmcblk0p2")
    finding = only(wear, pi.subject())
    assert finding.verdict is Verdict.OK
    assert finding.words.startswith("an SD card")


@pytest.mark.parametrize(
    ("told", "verdict"),
    [("0x01 0x02", Verdict.OK), ("0x0A 0x01", Verdict.WARNING), ("0x0b", Verdict.WARNING)],
)
def test_memory_that_wears_out_is_told(pi: Bench, told: str, verdict: Verdict) -> None:
    pi.write("/sys/devices/mmc0/block/mmcblk0/mmcblk0p2/partition", "2")
    pi.write("/sys/devices/mmc0/block/mmcblk0/device/life_time", told)
    pi.link("/sys/dev/block/179:2", "../../devices/mmc0/block/mmcblk0/mmcblk0p2")
    assert only(wear, pi.subject()).verdict is verdict
