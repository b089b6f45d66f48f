"""A file whose room on the disk is taken in advance, to record in while the disk is full."""

import errno
import logging
import os
from collections.abc import Sequence
from pathlib import Path

from kiosk.journal import System, frame

log = logging.getLogger(__name__)

FILE_NAME = "reserve"
BYTES = 2 << 20  # a release leaves some 1.8 KB: over a thousand of them
_NOTHING = b"0" * 32


class Reserve:
    """Lines like a journal's, written over zeros in place, which needs no more room on the disk.

    ``payloads`` holds what an earlier process left there. Without room for the file itself,
    ``add`` raises from the first.
    """

    def __init__(self, folder: Path, system: System, size: int = BYTES) -> None:
        self._path = folder / FILE_NAME
        self._system = system
        self._size = size
        self._at = 0
        self._head = _NOTHING
        self._descriptor: int | None = None
        self.payloads: Sequence[bytes] = ()
        try:
            self._open()
        except OSError as fault:
            self.close()
            log.warning("no reserve for a full disk: %s", fault)

    def add(self, payload: bytes) -> None:
        """Write one line, durable on return. Raises OSError; then it is not there."""
        if self._descriptor is None:
            raise OSError(errno.ENOSPC, "there is no reserve")
        line = frame.encode(payload, self._head)
        if self._at + len(line) > self._size:
            raise OSError(errno.ENOSPC, "the reserve is full")
        self._put(line, self._at)
        self._at += len(line)
        self._head = frame.digest(line)

    def clear(self) -> None:
        """Overwrite what was recorded, once it is in the journal. Raises OSError."""
        if self._descriptor is not None and self._at:
            self._put(bytes(self._at), 0)
        self._at, self._head, self.payloads = 0, _NOTHING, ()

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor is not None:
            self._system.close(self._descriptor)
            self._descriptor = None

    def _open(self) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        self._descriptor = self._system.open(str(self._path), flags, 0o600)
        with open(self._descriptor, "rb", closefd=False) as file:
            self._read(file.read())
        missing = self._size - os.fstat(self._descriptor).st_size
        if missing > 0:
            self._put(bytes(missing), self._size - missing)
            self._system.sync_directory(str(self._path.parent))

    def _read(self, data: bytes) -> None:
        payloads: list[bytes] = []
        while (end := data.find(b"\n", self._at) + 1) > 0:
            sound = frame.decode(data[self._at : end])
            if sound is None or sound.previous != self._head:
                break
            payloads.append(sound.payload)
            self._head = frame.digest(data[self._at : end])
            self._at = end
        self.payloads = tuple(payloads)

    def _put(self, data: bytes, offset: int) -> None:
        """Write and sync. After a failure nothing is written here any more."""
        descriptor = self._descriptor
        if descriptor is None:
            raise OSError(errno.EIO, "the reserve is closed")
        try:
            while data:
                done = self._system.pwrite(descriptor, data, offset)
                data, offset = data[done:], offset + done
            self._system.fdatasync(descriptor)
        except OSError:
            self.close()
            raise
