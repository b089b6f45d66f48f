"""Backups that the pages make and check, and the record that they verify: in a process of its own,
one at a time.

A copy that leaves by a browser is sealed: whoever carries it off may look after users, and not read
what is on record of anybody. See docs/adr/0002-one-owner.md.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from kiosk.config import Config
from kiosk.copying import CHECK, LIMIT_S, MAKE, VERIFY
from kiosk.errors import BadInput, KioskError
from kiosk.store.folder import HISTORY, REFUSED, WAITING

Json = dict[str, Any]
RunOn = Callable[[Sequence[str], IO[bytes], float], bytes]

A_PIECE = 1 << 20  # bytes that are copied at once
_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
SPARE = 128 << 20  # bytes that stay free: the record itself needs room


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made. ``file``: it, with no name; whoever has it closes it. The rest as in
    ``kiosk.store.backup.Backup``."""

    file: IO[bytes]
    anchor: tuple[int, str]
    size: int
    sha256: str
    findings: tuple[str, ...]


class Backups(Protocol):
    """What an administrator may ask for on the pages."""

    def room(self, size: int) -> IO[bytes]:
        """A new file without a name, for so many bytes; gone when it is closed, and with the
        process. Raises KioskError: the disk has no room for it."""

    def make(self) -> Made:
        """A sealed copy of the record as it is now. Raises KioskError."""

    def check(self, file: IO[bytes]) -> Json:
        """What is in a backup. Raises BadInput: it is none that can be put back here, and why;
        KioskError: it could not be looked into."""

    def put_back_at_start(self, file: IO[bytes]) -> None:
        """Check a backup as ``check`` does, and keep it for the next start to put in the place of
        the record. Raises BadInput, KioskError: as ``check``; then none is kept."""

    def why_not_put_back(self) -> str:
        """What kept the last start from putting back the one that was kept for it; "" for
        nothing."""

    def verify(self) -> Json:
        """Whether the record is as it was written: ``events`` looked at, the ``anchor``, how many
        ``findings``, and the ``files`` that are damaged. Raises KioskError."""


def run_on(command: Sequence[str], file: IO[bytes], limit_s: float) -> bytes:
    """What a program prints that has the file as its standard input. Raises KioskError."""
    try:
        done = subprocess.run(command, stdin=file, capture_output=True, timeout=limit_s, check=True)
    except subprocess.TimeoutExpired:
        raise KioskError(f"no end within {limit_s:.0f} s") from None
    except (OSError, subprocess.CalledProcessError) as fault:
        raise KioskError(f"its process failed: {fault}") from fault
    return done.stdout


class OwnBackups:
    """The backups of a kiosk that runs by this config."""

    def __init__(self, config: Config, run: RunOn = run_on) -> None:
        self._data = config.kiosk.data
        self._place = (str(self._data), str(config.kiosk.key_dir), config.kiosk.id)
        self._run = run
        self._turn = threading.Lock()
        self._keeping = threading.Lock()

    def room(self, size: int) -> IO[bytes]:
        """See ``Backups.room``."""
        free = shutil.disk_usage(self._data).free
        if free < size + SPARE:
            raise KioskError(
                f"the disk has {free >> 20} MiB left, and this needs {(size + SPARE) >> 20}"
            )
        return tempfile.TemporaryFile(dir=self._data)

    def make(self) -> Made:
        """See ``Backups.make``."""
        file = self.room(_size_of(self._data))
        try:
            told = self._told(MAKE, file)
        except BaseException:
            file.close()
            raise
        seq, seal = told["anchor"]
        file.seek(0)
        return Made(file, (seq, seal), told["size"], told["sha256"], tuple(told["findings"]))

    def check(self, file: IO[bytes]) -> Json:
        """See ``Backups.check``."""
        file.flush()
        file.seek(0)
        return self._told(CHECK, file)

    def put_back_at_start(self, file: IO[bytes]) -> None:
        """See ``Backups.put_back_at_start``."""
        if not self._keeping.acquire(blocking=False):
            raise KioskError("another backup is being taken in")
        try:
            self.check(file)
            self._keep(file)
        finally:
            self._keeping.release()

    def _keep(self, file: IO[bytes]) -> None:
        file.seek(0)
        waiting = self._data / WAITING
        part = waiting.with_name(f"{WAITING}.part")
        try:
            with os.fdopen(os.open(part, _NEW, 0o600), "wb") as copy:
                shutil.copyfileobj(file, copy, A_PIECE)
                copy.flush()
                os.fsync(copy.fileno())
            part.replace(waiting)
            (self._data / REFUSED).unlink(missing_ok=True)
        except OSError as fault:
            part.unlink(missing_ok=True)
            raise KioskError(f"it could not be kept: {fault}") from fault

    def why_not_put_back(self) -> str:
        """See ``Backups.why_not_put_back``."""
        try:
            return (self._data / REFUSED).read_text(encoding="utf-8")
        except OSError:
            return ""

    def verify(self) -> Json:
        """See ``Backups.verify``."""
        with open(os.devnull, "rb") as nothing:
            return self._told(VERIFY, nothing)

    def _told(self, job: str, file: IO[bytes]) -> Json:
        if not self._turn.acquire(blocking=False):
            raise KioskError("another backup is being made or checked, or the record is")
        try:
            command = (sys.executable, "-I", "-m", "kiosk.copying", job, *self._place)
            told: Json = json.loads(self._run(command, file, LIMIT_S))
        finally:
            self._turn.release()
        if "fault" in told:
            raise BadInput(told["fault"])
        return told


def _size_of(folder: Path) -> int:
    """Bytes of the record, about."""
    files = (*folder.glob("*"), *folder.glob(f"{HISTORY}/*"))
    return sum(file.stat().st_size for file in files if file.is_file())
