"""Segments of history that are damaged or gone, put back from a backup: running or not, as a
segment never changes, and nobody is in the middle of one that takes its name."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import RecordFault
from kiosk.journal import System
from kiosk.keys import Keys
from kiosk.retention import SegmentRow
from kiosk.store.backup import take_out
from kiosk.store.folder import HISTORY, STAGING
from kiosk.store.snapshot import Snapshot, take_snapshot
from kiosk.store.verify import is_sound


@dataclass(frozen=True, slots=True)
class Mended:
    """The names of the segments that are back, byte for byte as they were made, and of those that
    are still damaged or gone: that backup does not have them, or has them damaged too."""

    back: tuple[str, ...]
    still: tuple[str, ...]


def unsound(snapshot: Snapshot) -> list[SegmentRow]:
    """The segments that are not there, or not as they were made."""
    damaged = [row for row, file in snapshot.files.items() if not is_sound(row, file)]
    return sorted([*damaged, *snapshot.missing], key=lambda row: row.file_name)


def mend(file: Path, folder: Path, keys: Keys, system: System | None = None) -> Mended:
    """Take what is damaged or missing of the history in ``folder`` from a backup.

    Each is verified against the record's own sealed word of it before it takes its name, by one
    rename; a stop at any moment leaves the old one or the new one. The damaged ones are not kept:
    whatever was sound in them is in the others. What the backup has damaged too is left.

    Raises:
        BadInput, ConfigError: the backup cannot be used.
        RecordFault: they could not be written, or the open file is damaged.
    """
    system = system or System()
    with take_snapshot(folder) as snapshot:
        wanted = unsound(snapshot)
    if not wanted:
        return Mended((), ())
    staging = folder / f"{STAGING}.{os.getpid()}"
    try:
        take_out(file, {f"{HISTORY}/{row.file_name}" for row in wanted}, staging, keys, system)
        back = [row for row in wanted if _is_it(row, staging / HISTORY / row.file_name)]
        _move_in(back, staging, folder, system)
    except OSError as fault:
        raise RecordFault(f"history could not be put back: {fault}") from fault
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    names = {row.file_name for row in back}
    still = [row.file_name for row in wanted if row.file_name not in names]
    return Mended(tuple(sorted(names)), tuple(still))


def _is_it(row: SegmentRow, path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return is_sound(row, file)


def _move_in(rows: Sequence[SegmentRow], staging: Path, folder: Path, system: System) -> None:
    """A kiosk that runs may have dropped one of them for its age meanwhile, and forgotten it: then
    nothing would ever remove its file again."""
    history = folder / HISTORY
    if rows and not history.is_dir():
        system.mkdir(str(history), 0o700)
        system.sync_directory(str(folder))
    for row in rows:
        system.replace(str(staging / HISTORY / row.file_name), str(history / row.file_name))
    with take_snapshot(folder) as snapshot:
        listed = {row.file_name for row in (*snapshot.files, *snapshot.missing)}
    for row in rows:
        if row.file_name not in listed:
            system.unlink(str(history / row.file_name))
    if rows:
        system.sync_directory(str(history))
