"""What lies in the record's folder beside the open file: segments, leftovers, kept originals."""

from collections.abc import Iterator
from pathlib import Path

from kiosk.journal import System
from kiosk.retention import SegmentRow
from kiosk.store.tables import FILE_NAME

HISTORY = "history"
_SEGMENTS = "*.segment"
# What is put aside beside the open file: torn lines, damaged originals, records before a restore.
_ASIDE = (f"{FILE_NAME}.torn-*", f"{FILE_NAME}.damaged-*", "before-restore-*")


def remove_leftovers(
    folder: Path, through: int, listed: tuple[SegmentRow, ...], system: System
) -> None:
    """Remove what a stop in the middle of a rotation or a drop left: half-written files, segments
    that a rotation made which was never finished, and those that are past their age.

    ``through``: the last event that is history. Raises OSError.
    """
    dropped = {row.file_name for row in listed if row.is_dropped}
    for path in sorted(folder.glob("*")):
        is_half = path.name.endswith(".new")
        is_unfinished = path.suffix == ".segment" and _first(path) > through
        if is_half or is_unfinished or path.name in dropped:
            system.unlink(str(path))


def unlisted(folder: Path, through: int, listed: tuple[SegmentRow, ...]) -> Iterator[Path]:
    """Segments of history that the open file does not name: after damage, their rows are lost."""
    names = {row.file_name for row in listed}
    for path in sorted(folder.glob(_SEGMENTS)):
        if path.name not in names and _first(path) <= through:
            yield path


def put_aside(folder: Path) -> list[Path]:
    """What opening, repairing or restoring kept beside the record, files and folders."""
    return sorted(path for pattern in _ASIDE for path in folder.glob(pattern))


def _first(path: Path) -> int:
    """The number that a segment's name says it begins with."""
    try:
        return int(path.stem.split("-")[1])
    except (ValueError, IndexError):
        return 0
