"""What lies in the record's folder beside the open file: segments, leftovers, kept originals."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from kiosk.journal import System
from kiosk.retention import SegmentRow
from kiosk.store.tables import FILE_NAME

HISTORY = "history"
STAGING = "restore.new"
WAITING = "restore-at-start.backup"  # sent to the pages at the first run
REFUSED = "restore-at-start.refused"  # why the last one of them was not put back
# What is put aside beside the open file: torn lines, damaged originals, records before a restore.
_REPAIRED = (f"{FILE_NAME}.torn-*", f"{FILE_NAME}.damaged-*")
_ASIDE = (*_REPAIRED, "before-restore-*")


def remove_half_done(folder: Path, system: System) -> None:
    """Remove what a stop left half written: nobody refers to it. Raises OSError."""
    for staging in folder.glob(f"{STAGING}*"):
        shutil.rmtree(staging, ignore_errors=True)
    half = [
        folder / f"{FILE_NAME}.new",
        folder / f"{WAITING}.part",
        folder / "probe",
        *(folder / HISTORY).glob("*.new"),
    ]
    for path in half:
        if path.exists():
            system.unlink(str(path))


def remove_unfinished(
    folder: Path, through: int, listed: Iterable[SegmentRow], system: System
) -> None:
    """Remove the segments of a rotation that was never finished, and those past their age.

    ``through``: the last event that is history, which must be certain: what is listed and not
    dropped stays whatever it is. Raises OSError.
    """
    rows = {row.file_name: row for row in listed}
    for path in sorted((folder / HISTORY).glob("*.segment")):
        row = rows.get(path.name)
        is_dropped = row is not None and row.is_dropped
        if is_dropped or (row is None and _first(path) > through):
            system.unlink(str(path))


def has_history(folder: Path) -> bool:
    """Whether there are segments at all."""
    return any((folder / HISTORY).glob("*.segment"))


def left_of_repairs(folder: Path) -> list[Path]:
    """What opening and repairing kept of this very open file."""
    return sorted(path for pattern in _REPAIRED for path in folder.glob(pattern))


def put_aside(folder: Path) -> list[Path]:
    """What opening, repairing or restoring kept beside the record, files and folders."""
    return sorted(path for pattern in _ASIDE for path in folder.glob(pattern))


def remove_past(history: Path, listed: Iterable[SegmentRow], system: System) -> None:
    """Remove the files of segments that are past their age. Raises OSError."""
    for row in listed:
        path = history / row.file_name
        if row.is_dropped and path.exists():
            system.unlink(str(path))
            system.sync_directory(str(history))


def remove_put_aside(folder: Path, before: float, system: System) -> list[str]:
    """Remove what was put aside and is older (seconds since the epoch); the names. Raises
    OSError."""
    found = [path for path in put_aside(folder) if path.stat().st_mtime < before]
    for path in found:
        shutil.rmtree(path) if path.is_dir() else system.unlink(str(path))
    return [path.name for path in found]


def _first(path: Path) -> int:
    """The number that a segment's name says it begins with; 0 if it says none."""
    try:
        return int(path.stem.split("-")[1])
    except (ValueError, IndexError):
        return 0
