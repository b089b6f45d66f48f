"""Putting a record back from a backup: unpacked and verified aside, then one name is changed."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.errors import AlreadyRunning, BadInput, RecordFault
from kiosk.journal import InUse, System
from kiosk.journal.lock import held
from kiosk.keys import Keys
from kiosk.store.backup import unpack
from kiosk.store.folder import HISTORY, STAGING, left_of_repairs
from kiosk.store.reserve import FILE_NAME as RESERVE
from kiosk.store.snapshot import Snapshot, take_snapshot
from kiosk.store.tables import CREDENTIALS, FILE_NAME, PEOPLE, USERS
from kiosk.store.verify import Finding, Verified, chain_of, verify

KEPT = "before-restore"
_COUNTED = {"people": PEOPLE, "cards": CREDENTIALS, "users": USERS}


@dataclass(frozen=True, slots=True)
class Checked:
    """What is in a backup that is as it was made: which kiosk's it is, when it was made (ISO 8601,
    UTC), its events verified, and how many there are of what."""

    kiosk: str
    made_at: str
    verified: Verified
    counts: Mapping[str, int]


def look_into(file: Path, beside: Path, keys: Keys, kiosk: str) -> Checked:
    """The same as ``check_backup``, and what is in it. In a folder of its own: another check may
    be under way."""
    staging = beside / f"{STAGING}.{os.getpid()}"
    with _staged(file, staging, keys, kiosk, System()) as (manifest, snapshot, verified):
        counts = {name: len(snapshot.tables.get(table, {})) for name, table in _COUNTED.items()}
        made_at = str(manifest.get("made_at", ""))
        return Checked(str(manifest.get("kiosk", "")), made_at, verified, counts)


def check_backup(file: Path, beside: Path, keys: Keys, kiosk: str) -> Verified:
    """Read a backup whole, every checksum and every seal, and leave nothing behind.

    ``beside``: a folder on a disk with room for it. Raises BadInput, ConfigError, RecordFault.
    """
    return look_into(file, beside, keys, kiosk).verified


def restore(
    file: Path,
    folder: Path,
    keys: Keys,
    kiosk: str,
    complete: Callable[[Path], None],
    system: System | None = None,
) -> Path | None:
    """Put the record of a backup in the place of the one in ``folder``; where that one is kept.

    ``complete`` is given the unpacked record, to write into it that it was restored. Nothing of
    the old record is touched before the new one is verified and complete; then its open file
    changes, by one rename. A stop at any moment leaves the one or the other.

    Raises:
        AlreadyRunning: a daemon has the record open.
        BadInput, ConfigError: the backup cannot be used.
        RecordFault: it could not be written.
    """
    system = system or System()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with (
            held(str(folder / FILE_NAME), system),
            _staged(file, folder / STAGING, keys, kiosk, system),
        ):
            complete(staging := folder / STAGING)
            is_new = (folder / FILE_NAME).stat().st_size == 0
            kept = None if is_new else _keep(folder, system)
            _move_in(staging, folder, system)
            if kept is not None:
                _take_along(folder, kept, system)
    except InUse:
        raise AlreadyRunning(
            f"{folder} is in use: stop the kiosk before restoring; while it runs,"
            " `kiosk restore --check` tells whether the backup is sound"
        ) from None
    except OSError as fault:
        raise RecordFault(f"the record could not be put back: {fault}") from fault
    return kept


@contextmanager
def _staged(
    file: Path, staging: Path, keys: Keys, kiosk: str, system: System
) -> Iterator[tuple[Mapping[str, Any], Snapshot, Verified]]:
    shutil.rmtree(staging, ignore_errors=True)
    try:
        manifest = unpack(file, staging, keys, system)
        with take_snapshot(staging) as snapshot:
            verified = verify(snapshot, chain_of(keys, kiosk))  # of its files: they are closed then
        known = tuple(manifest.get("findings", ()))
        new = [finding for finding in verified.findings if not _is_known(finding, known)]
        if new:
            raise BadInput(f"{file}: the record in it is not as it was: {new[0]}")
        if list(verified.anchor) != manifest["anchor"]:
            raise BadInput(f"{file}: does not end where its manifest says")
        yield manifest, snapshot, verified
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _is_known(finding: Finding, known: Sequence[str]) -> bool:
    """Whether the backup says it itself. What could not be read of a segment is zeros in it, and
    is found as something else then."""
    of_its_file = finding.file and any(finding.file in each for each in known)
    return bool(of_its_file) or str(finding) in known


def _keep(folder: Path, system: System) -> Path:
    """The old record under other names, which cost no room; durable."""
    number = 1
    while (kept := folder / f"{KEPT}-{number}").exists():
        number += 1
    for made in (kept, kept / HISTORY):
        system.mkdir(str(made), 0o700)
    old = [folder / FILE_NAME, folder / RESERVE, *sorted((folder / HISTORY).glob("*.segment"))]
    for path in old:
        if path.exists():
            system.link(str(path), str(kept / path.relative_to(folder)))
    for made in (kept / HISTORY, kept, folder):
        system.sync_directory(str(made))
    return kept


def _move_in(staging: Path, folder: Path, system: System) -> None:
    """The segments first: until the open file has its name, nobody asks for them."""
    if not (folder / HISTORY).is_dir():
        system.mkdir(str(folder / HISTORY), 0o700)
        system.sync_directory(str(folder))
    for segment in sorted((staging / HISTORY).glob("*.segment")):
        system.replace(str(segment), str(folder / HISTORY / segment.name))
    system.sync_directory(str(folder / HISTORY))
    system.replace(str(staging / FILE_NAME), str(folder / FILE_NAME))
    system.sync_directory(str(folder))
    if (folder / RESERVE).exists():  # what it may hold follows the old record, and is kept there
        system.unlink(str(folder / RESERVE))


def _take_along(folder: Path, kept: Path, system: System) -> None:
    """What repairs left of the old record goes with it: beside the new one it would tell of a
    repair that nobody has put on record, and of cubbies that are not certain. Last, as that is the
    safe mistake if this does not come to its end."""
    for path in left_of_repairs(folder):
        system.replace(str(path), str(kept / path.name))
    for changed in (kept, folder):
        system.sync_directory(str(changed))
