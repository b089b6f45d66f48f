"""A record in one file: made while a daemon writes, checked whole before it replaces anything.

The file is an uncompressed tar: ``manifest.json`` first, with every other file's size and SHA-256
and the anchor, sealed by the chain key; then the open file and the segments of history. Keys are
not in it. It may be wrapped so that only its own kiosk can read it (``sealed``).
"""

import hmac
import io
import json
import os
import tarfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, cast

from kiosk.errors import BadInput, ConfigError, RecordFault
from kiosk.journal import System
from kiosk.journal.segment import what_is_read
from kiosk.keys import Keys
from kiosk.store.folder import HISTORY
from kiosk.store.sealed import SealedReader, SealedWriter, is_sealed
from kiosk.store.snapshot import Snapshot, take_snapshot
from kiosk.store.tables import FILE_NAME, SCHEMA, about_of
from kiosk.store.verify import Anchor, Verified, chain_of, verify

FORMAT = 1
_MANIFEST = "manifest.json"
_CHUNK = 1 << 20
_MOST_MANIFEST = 16 << 20  # bytes; some years of segments are a few hundred kilobytes


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written: the anchor of its last event, its size and its SHA-256, and what
    is not as it was written in the record itself."""

    anchor: Anchor
    size: int
    sha256: str
    findings: tuple[str, ...] = ()


def make_backup(
    folder: Path, to: Path, keys: Keys, kiosk: str, at: datetime, system: System | None = None
) -> Backup:
    """Write the record in ``folder`` to one file, 0600, durably. ``at``: now.

    It is verified on the way. A record with findings is backed up all the same, as it may be the
    last chance; its manifest names them, and whoever restores it is told.

    Raises:
        RecordFault: its open file is damaged, or the file could not be made; then nothing has the
            name ``to`` that had it not before.
    """
    system = system or System()
    with take_snapshot(folder) as snapshot:
        verified = verify(snapshot, chain_of(keys, kiosk))
        part = to.with_name(f"{to.name}.part")
        try:
            with _new_file(part, system) as file:
                _write(file, snapshot, verified, keys, kiosk, at)
                file.flush()
                system.fsync(file.fileno())
            size, digest = part.stat().st_size, _hash_of(part)
            system.replace(str(part), str(to))
            system.sync_directory(str(to.absolute().parent))
        except OSError as fault:
            part.unlink(missing_ok=True)
            raise RecordFault(f"the backup could not be written: {fault}") from fault
    return Backup(verified.anchor, size, digest, tuple(map(str, verified.findings)))


def copy_sealed(folder: Path, file: BinaryIO, keys: Keys, kiosk: str, at: datetime) -> Backup:
    """The same to a file that is open for reading and writing, and sealed: nobody but this kiosk
    reads it. Raises RecordFault."""
    with take_snapshot(folder) as snapshot:
        verified = verify(snapshot, chain_of(keys, kiosk))
        try:
            with SealedWriter(file, keys) as sealed:
                _write(cast(BinaryIO, sealed), snapshot, verified, keys, kiosk, at)
            file.flush()
            size, digest = file.seek(0, os.SEEK_END), _hash(file)
        except OSError as fault:
            raise RecordFault(f"the backup could not be written: {fault}") from fault
    return Backup(verified.anchor, size, digest, tuple(map(str, verified.findings)))


class _Written(io.RawIOBase):
    """A new file for writing whose every call goes through the file layer."""

    def __init__(self, path: Path, system: System) -> None:
        self._system = system
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        self._descriptor = system.open(str(path), flags, 0o600)
        self._at = 0

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def write(self, data: Any) -> int:
        done = self._system.write(self._descriptor, bytes(data))
        self._at += done
        return done

    def tell(self) -> int:
        return self._at

    def close(self) -> None:
        if not self.closed:
            self._system.close(self._descriptor)
        super().close()


def _new_file(path: Path, system: System) -> BinaryIO:
    if path.exists():
        system.unlink(str(path))
    return io.BufferedWriter(_Written(path, system), _CHUNK)


def _write(
    file: BinaryIO,
    snapshot: Snapshot,
    verified: Verified,
    keys: Keys,
    kiosk: str,
    at: datetime,
) -> None:
    contents: dict[str, tuple[int, str, BinaryIO]] = {
        FILE_NAME: (len(snapshot.data), sha256(snapshot.data).hexdigest(), BytesIO(snapshot.data))
    }
    for row, segment in snapshot.files.items():
        contents[f"{HISTORY}/{row.file_name}"] = _as_far_as_read(segment)
    manifest = {
        "format": FORMAT,
        "schema": about_of(snapshot.tables).get("schema", 1),
        "kiosk": kiosk,
        "made_at": at.isoformat(timespec="seconds"),
        "anchor": list(verified.anchor),
        "keys": keys.fingerprints(),
        "findings": [str(finding) for finding in verified.findings],
        "files": {name: {"size": n, "sha256": h} for name, (n, h, _) in contents.items()},
    }
    text = json.dumps({**manifest, "seal": _seal(manifest, keys)}, indent=1).encode()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        _add(archive, _MANIFEST, len(text), BytesIO(text))
        for name, (size, _, content) in contents.items():
            content.seek(0)
            _add(archive, name, size, content)


def _as_far_as_read(segment: BinaryIO) -> tuple[int, str, BinaryIO]:
    """A segment's size, its SHA-256 and its bytes: one that the disk does not give back whole keeps
    no other from being copied."""
    try:
        return os.fstat(segment.fileno()).st_size, _hash(segment), segment
    except OSError:
        content = what_is_read(segment)
        return len(content), sha256(content).hexdigest(), BytesIO(content)


def _add(archive: tarfile.TarFile, name: str, size: int, content: BinaryIO) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    archive.addfile(entry, content)


def _seal(manifest: Mapping[str, Any], keys: Keys) -> str:
    text = json.dumps(manifest, sort_keys=True, separators=(",", ":"))
    return hmac.digest(keys.chain, b"backup\0" + text.encode(), "sha256")[:16].hex()


def unpack(file: Path, into: Path, keys: Keys, system: System) -> Mapping[str, Any]:
    """Check a backup whole and unpack it into a folder that is not there yet; its manifest.

    Raises:
        BadInput: it is no backup, or not as it was made; ``into`` may be left half filled.
        RecordFault: it could not be written.
        ConfigError: it was made with other keys.
    """
    try:
        with file.open("rb") as opened, _archive_in(opened, keys, file) as archive:
            entries = iter(archive)
            manifest = _manifest(archive, next(entries, None), file, keys)
            _make_folders(into, system)
            left = dict(manifest["files"])
            for entry in entries:
                expected = left.pop(entry.name, None)
                if expected is None or not entry.isfile():
                    raise BadInput(f"{file}: holds {entry.name}, which its manifest does not name")
                _unpack(archive, entry, into / entry.name, expected, file, system)
            if left:
                raise BadInput(f"{file}: {min(left)} is missing from it")
            return manifest
    except (tarfile.TarError, EOFError, OSError) as fault:
        raise _no_backup(file, fault) from fault


def _no_backup(file: Path, fault: Exception) -> BadInput:
    return BadInput(
        f"{file}: is no backup of a kiosk, or only a part of one: {fault}. Take another"
    )


def take_out(file: Path, names: Collection[str], into: Path, keys: Keys, system: System) -> None:
    """Unpack some files of a backup, which need not be whole: those of them that it has, up to
    where it is spoiled. Nothing of them is checked; ``into`` is a folder that is not there yet.

    Raises:
        BadInput: it is no backup.
        ConfigError: it was made with other keys.
        RecordFault: it could not be written.
    """
    is_one = False
    try:
        with file.open("rb") as opened, _archive_in(opened, keys, file) as archive:
            entries = iter(archive)
            _manifest(archive, next(entries, None), file, keys)
            is_one = True
            _make_folders(into, system)
            for entry in entries:
                if entry.name in names and entry.isfile():
                    _copy(archive, entry, into / entry.name, system)
    except (tarfile.TarError, EOFError, OSError) as fault:
        if not is_one:
            raise _no_backup(file, fault) from fault
    except BadInput:
        if not is_one:
            raise


def _make_folders(into: Path, system: System) -> None:
    with _our_disk():
        for folder in (into, into / HISTORY):
            system.mkdir(str(folder), 0o700)


@contextmanager
def _our_disk() -> Iterator[None]:
    """What fails here is no fault of the backup."""
    try:
        yield
    except OSError as fault:
        raise RecordFault(f"the backup could not be unpacked: {fault}") from fault


def _archive_in(opened: BinaryIO, keys: Keys, file: Path) -> tarfile.TarFile:
    """The archive in a backup, sealed or not; it is read from its beginning to its end."""
    if is_sealed(opened):
        sealed = cast(BinaryIO, SealedReader(opened, keys, str(file)))
        return tarfile.open(fileobj=sealed, mode="r|")
    return tarfile.open(fileobj=opened, mode="r:")


def _manifest(
    archive: tarfile.TarFile, entry: tarfile.TarInfo | None, file: Path, keys: Keys
) -> Mapping[str, Any]:
    is_manifest = entry is not None and entry.isfile() and entry.name == _MANIFEST
    text = archive.extractfile(entry) if entry and is_manifest else None
    if text is None or entry is None or entry.size > _MOST_MANIFEST:
        raise BadInput(f"{file}: does not begin with a manifest; it is no backup of a kiosk")
    try:
        manifest = json.loads(text.read())
        seal = manifest.pop("seal")
        version, schema, made_with = manifest["format"], manifest["schema"], manifest["keys"]
        if not all(_is_plain(name) for name in manifest["files"]):
            raise ValueError("it names files outside the record")
        others = [name for name, mark in keys.fingerprints().items() if made_with[name] != mark]
        is_later = version > FORMAT or schema > SCHEMA
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise BadInput(f"{file}: its manifest makes no sense: {fault}") from fault
    if is_later:
        raise BadInput(f"{file}: a later version of this software made it; use that")
    if others:
        faults = [f"{name} is not the key that this backup was made with" for name in others]
        raise ConfigError(str(file), faults)
    if not hmac.compare_digest(_seal(manifest, keys), str(seal)):
        raise BadInput(f"{file}: its manifest was changed after it was made")
    checked: Mapping[str, Any] = manifest
    return checked


def _is_plain(name: str) -> bool:
    folder, slash, rest = name.partition("/")
    is_segment = folder == HISTORY and rest.endswith(".segment") and "/" not in rest
    return name == FILE_NAME or (bool(slash) and is_segment)


def _unpack(
    archive: tarfile.TarFile,
    entry: tarfile.TarInfo,
    to: Path,
    expected: Mapping[str, Any],
    file: Path,
    system: System,
) -> None:
    if _copy(archive, entry, to, system) != (expected.get("size"), expected.get("sha256")):
        raise BadInput(
            f"{file}: {entry.name} is not as it was when the backup was made. Take another"
        )


def _copy(
    archive: tarfile.TarFile, entry: tarfile.TarInfo, to: Path, system: System
) -> tuple[int, str]:
    """Unpack one file, durably; its size and its SHA-256."""
    hashing, size = sha256(), 0
    with _our_disk(), _new_file(to, system) as out:
        for chunk in _read(archive.extractfile(entry)):
            hashing.update(chunk)
            size += len(chunk)
            out.write(chunk)
        out.flush()
        system.fsync(out.fileno())
    return size, hashing.hexdigest()


def _read(content: Any) -> Iterator[bytes]:
    """What fails here is the backup's fault, or its stick's."""
    try:
        yield from _chunks(content)
    except OSError as fault:
        raise tarfile.ReadError(str(fault)) from fault


def _chunks(file: Any) -> Iterator[bytes]:
    while file is not None and (chunk := file.read(_CHUNK)):
        yield chunk


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return _hash(file)


def _hash(file: BinaryIO) -> str:
    file.seek(0)
    hashing = sha256()
    for chunk in _chunks(file):
        hashing.update(chunk)
    return hashing.hexdigest()
