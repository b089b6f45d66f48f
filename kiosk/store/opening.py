"""Opening the journal of a record: is it in use, is it whole, with which keys was it made."""

import errno
import logging
import os
from collections.abc import Mapping
from pathlib import Path

from kiosk.errors import AlreadyRunning, ConfigError, RecordDamaged, RecordFault
from kiosk.journal import Damaged, InUse, JournalDB, JournalStorage, System
from kiosk.journal.changes import Tables
from kiosk.journal.salvage import Repair, repair
from kiosk.store.checkpoint import from_rows
from kiosk.store.damage import damaged_words
from kiosk.store.folder import remove_half_done, remove_unfinished
from kiosk.store.made_with import others_in_words
from kiosk.store.tables import ABOUT, CHECKPOINT, FILE_NAME, about_of, segments_of

log = logging.getLogger(__name__)

_PROBE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC


def open_journal(folder: Path, system: System, *, mends: bool) -> tuple[JournalDB, Repair | None]:
    """Open or begin the open file in ``folder``; what a repair did, if there was one.

    Raises:
        AlreadyRunning: another process has it open.
        RecordDamaged: it is damaged, and ``mends`` is false.
        RecordFault: it cannot be read or made.
    """
    path = folder / FILE_NAME
    repaired = None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            return JournalDB(path, system=system), None
        except Damaged:
            if not mends:
                raise
        repaired = repair(str(path), system)
        return JournalDB(path, system=system), repaired if repaired.kept_as else None
    except InUse:
        raise AlreadyRunning(f"{folder} is in use: another kiosk has its record open") from None
    except Damaged as fault:
        raise RecordDamaged(damaged_words(fault)) from fault
    except OSError as fault:
        raise RecordFault(str(fault)) from fault


def storage_of(db: JournalDB) -> JournalStorage:
    """The storage below, which the record is written through."""
    storage = db.storage
    if not isinstance(storage, JournalStorage):
        raise TypeError("the record needs a JournalStorage")
    return storage


def check_keys(storage: JournalStorage, fingerprints: Mapping[str, str], where: Path) -> None:
    """With another key every card would be unknown, and every event look tampered with.

    Raises:
        ConfigError: the record was made with other keys.
    """
    made_with = about_of({ABOUT: dict(storage.rows(ABOUT) or {})})
    if faults := others_in_words(made_with, fingerprints):
        raise ConfigError(str(where), faults)


def look(folder: Path, system: System) -> None:
    """Ask, without writing, whether the file system takes writes. Raises OSError: it does not."""
    if system.statvfs(str(folder)).f_flag & os.ST_RDONLY:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(folder))


def probe(folder: Path, system: System) -> None:
    """Write, sync and remove a few bytes, where the file system takes writes. Raises OSError."""
    look(folder, system)
    path = str(folder / "probe")
    descriptor = system.open(path, _PROBE, 0o600)
    try:
        system.write(descriptor, bytes(4096))
        system.fsync(descriptor)
    finally:
        system.close(descriptor)
        system.unlink(path)


def tidy(folder: Path, tables: Tables, *, is_repaired: bool, system: System) -> None:
    """Remove what a stop in the middle of a rotation or a drop left behind."""
    rows = tables.get(CHECKPOINT, {}).values()
    is_certain = not is_repaired and any(row.get("kind") == "about" for row in rows)
    try:
        remove_half_done(folder, system)
        if is_certain:
            remove_unfinished(folder, from_rows(rows).seq, segments_of(tables), system)
    except OSError as fault:
        log.warning("%s: could not be tidied: %s", folder, fault)
