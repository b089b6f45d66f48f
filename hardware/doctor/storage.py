"""The file systems that data and keys are on: whether they last, and have room."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hardware.doctor.examination import Subject
from hardware.doctor.finding import Finding
from hardware.doctor.machine import Machine

MIB = 1 << 20
# A new generation of the record is written beside the old one: room for both has to be there.
ROOM_LEAST = 50 * MIB
ROOM_WANTED = 500 * MIB
INODES_LEAST = 100
_IN_MEMORY = {"tmpfs", "ramfs"}
# No owners and modes, or no telling when a write is on the disk.
_UNFIT = {"vfat", "exfat", "ntfs", "ntfs3", "nfs", "nfs4", "cifs", "smb3", "9p"}
_WORN_OUT = 0x0A  # of eMMC: 90 % or more of its life is used (JEDEC JESD84-B51, 7.4.33)


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of /proc/self/mountinfo. ``device``: its numbers, as "179:2"."""

    point: Path
    kind: str
    device: str
    options: frozenset[str]


def mount_of(machine: Machine, folder: Path) -> Mount | None:
    """The file system that a folder is on, or will be on; None if that cannot be told."""
    real = machine.target(folder)
    found = None
    for line in (machine.read("/proc/self/mountinfo") or "").splitlines():
        left, dash, right = line.partition(" - ")
        fields, kinds = left.split(), right.split()
        if not dash or len(fields) < 6 or len(kinds) < 3:
            continue
        point = Path(_unescaped(fields[4]))
        if real.is_relative_to(point) and (found is None or point.is_relative_to(found.point)):
            options = frozenset({*fields[5].split(","), *kinds[2].split(",")})
            found = Mount(point, kinds[0], fields[2], options)
    return found


def file_systems(subject: Subject) -> Iterator[Finding]:
    """Whether what is written there is there after the next start."""
    for what, folder in (("data", subject.data), ("keys", subject.keys)):
        name, mount = f"disk of the {what}", mount_of(subject.machine, folder)
        if mount is None:
            yield Finding.unknown(name, f"it cannot be told what {folder} is on")
        elif mount.kind in _IN_MEMORY:
            yield Finding.warning(
                name,
                f"{folder} is in memory ({mount.kind}): it is gone at the next start",
                "keep it on a disk",
            )
        elif mount.kind == "overlay":
            yield Finding.warning(
                name,
                f"{folder} is on an overlay: with the overlay file system of raspi-config it is"
                " gone at the next start",
                "put it on a partition of its own, mounted read-write",
            )
        elif "ro" in mount.options and what == "data":
            yield Finding.fault(
                name,
                f"{mount.point} is read-only: nothing can be recorded",
                "mount it read-write; if it was so, it had errors: fsck, and a new card",
            )
        elif mount.kind in _UNFIT:
            words = f"{folder} is on {mount.kind}, which keeps no owners or is not this machine's"
            yield Finding.warning(name, words, "keep it on ext4 on this machine")
        else:
            yield Finding.ok(name, _words(mount))


def room(subject: Subject) -> Iterator[Finding]:
    """Whether the data's disk has room."""
    name, machine, folder = "room", subject.machine, subject.data
    while not machine.exists(folder) and folder != folder.parent:
        folder = folder.parent
    told = machine.room(machine.at(folder))
    if told is None:
        yield Finding.unknown(name, "the disk does not tell its room")
        return
    words = f"{told.free // MIB} of {told.size // MIB} MiB free"
    hint = "sudo apt clean; sudo journalctl --vacuum-size=50M; then see what else fills it (du -x)"
    if told.free < ROOM_LEAST:
        yield Finding.fault(name, words, hint)
    elif told.free < ROOM_WANTED:
        yield Finding.warning(name, words, hint)
    elif told.inodes and told.free_inodes < INODES_LEAST:
        words = f"only {told.free_inodes} more files can be made, whatever room there is"
        yield Finding.fault(name, words, "remove what makes so many files (df -i, du --inodes)")
    else:
        yield Finding.ok(name, words)


def log(subject: Subject) -> Iterator[Finding]:
    """Where systemd keeps the log. What happened to devices is in the kiosk's record, not there."""
    machine = subject.machine
    if machine.names("/var/log/journal"):
        words = "on the disk; Storage=volatile in /etc/systemd/journald.conf would save writes"
        yield Finding.ok("log", words)
    elif machine.names("/run/log/journal"):
        yield Finding.ok("log", "in memory: nothing is written to the disk, and a restart ends it")


def wear(subject: Subject) -> Iterator[Finding]:
    """How much of its life the data's disk has used, where it says so: eMMC does."""
    machine, mount = subject.machine, mount_of(subject.machine, subject.data)
    if mount is None or mount.device.startswith("0:"):
        return
    partition = machine.target(f"/sys/dev/block/{mount.device}")
    told = next((t for disk in (partition, partition.parent) if (t := _life(machine, disk))), None)
    if told is None:
        if partition.name.startswith("mmcblk"):
            yield Finding.ok("wear", "an SD card: it does not tell its own; keep a spare")
        return
    used = max(int(part, 16) for part in told.split())
    if used >= _WORN_OUT:
        words = "the memory has used nine tenths of its life, or more"
        yield Finding.warning("wear", words, "make a backup, and replace it")
    else:
        yield Finding.ok("wear", f"at most {used * 10} % of its life is used")


def _life(machine: Machine, disk: Path) -> str | None:
    told = machine.read(disk / "device" / "life_time")
    return told if told and re.fullmatch(r"0x[0-9a-fA-F]{2}( 0x[0-9a-fA-F]{2})?", told) else None


def _words(mount: Mount) -> str:
    advice = "" if "noatime" in mount.options else "; noatime in /etc/fstab would save writes"
    return f"{mount.kind} on {mount.point}{advice}"


def _unescaped(text: str) -> str:
    """Spaces and the like are octal there (proc(5))."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


CHECKS = (file_systems, room, log, wear)
