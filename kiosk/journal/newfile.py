"""A journal file that is made beside the one it will replace."""

import os
import weakref
from collections.abc import Iterable
from contextlib import suppress

from kiosk.journal import frame
from kiosk.journal.system import System

_CHUNK = 1 << 16  # bytes written at a time, so that no write keeps other threads waiting for long


class NewFile:
    """A file of sound lines under ``path``, which nobody relies on until it is given its name.

    A file of that name is one that an earlier try left, and is replaced. Everything raises OSError.
    """

    def __init__(self, path: str, system: System) -> None:
        self.path = path
        self.generation = system.urandom(16).hex()
        self.size = 0
        self.lines = 0
        self.head = b""
        self._system = system
        if os.path.lexists(path):
            system.unlink(path)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        self.descriptor = system.open(path, flags, 0o600)
        # One that is dropped without an end gives its descriptor, and its lock, back all the same.
        self._closer = weakref.finalize(self, system.close, self.descriptor)
        self._put(frame.encode_header(self.generation))

    def extend(self, payloads: Iterable[bytes]) -> None:
        """Add a line for each payload. They are durable after ``sync`` only."""
        chunk: list[bytes] = []
        length = 0
        for payload in payloads:
            line = frame.encode(payload, self.head)
            self.head = frame.digest(line)
            self.lines += 1
            self.size += len(line)
            chunk.append(line)
            length += len(line)
            if length >= _CHUNK:
                self._write(b"".join(chunk))
                chunk, length = [], 0
        self._write(b"".join(chunk))

    def sync(self) -> None:
        """Make its content durable."""
        self._system.fsync(self.descriptor)

    def take_name(self, name: str) -> None:
        """Put it in the place of the file called ``name``, durably. It must be synced."""
        self._system.replace(self.path, name)
        self._system.sync_directory(os.path.dirname(name))

    def close(self) -> None:
        """Let go of the file."""
        self._closer()

    def release(self) -> int:
        """Its descriptor, which is the caller's to close from now on."""
        self._closer.detach()
        return self.descriptor

    def discard(self) -> None:
        """Give it up. What cannot be removed is replaced by the next one of that name."""
        # Not closed here: a thread may be writing into it, and the number would soon be another
        # file's. It is closed when nobody holds it any more.
        with suppress(OSError):
            self._system.unlink(self.path)

    def _put(self, line: bytes) -> None:
        self._write(line)
        self.size += len(line)
        self.head = frame.digest(line)

    def _write(self, data: bytes) -> None:
        while data:
            data = data[self._system.write(self.descriptor, data) :]
