"""One journal file: opened, read back once, and appended to."""

import errno
import fcntl
import os
import weakref
from collections.abc import Callable
from typing import BinaryIO

from kiosk.journal import frame
from kiosk.journal.errors import Damaged, InUse, NewerFormat, WriteFailed
from kiosk.journal.recovery import Recovered, set_aside
from kiosk.journal.system import System

_READ_BUFFER = 1 << 20
_EXCLUSIVE = fcntl.LOCK_EX | fcntl.LOCK_NB


class JournalFile:
    """An append-only file of checksummed, chained lines, held by one owner.

    ``path``: the file, made with mode 0600 if it is not there. ``replay`` is called with each
    payload in the file, in order, while the file is opened; a ValueError, TypeError or
    AttributeError from it says that the payload makes no sense.

    Raises:
        InUse: it is open already, here or in another process.
        Damaged: it is no journal, or not whole. It was not changed.
        NewerFormat: a later version of this software wrote it.
        WriteFailed: it could not be made, mended or synced.
        OSError: it could not be opened or read.
    """

    def __init__(self, path: str, replay: Callable[[bytes], None], system: System) -> None:
        self.path = path
        self.generation = ""
        self.lines = 0  # operations, without the header
        self.size = 0  # bytes up to the end of the last good line
        self.head = b""  # the digest of that line
        self.recovered: Recovered | None = None
        self._system = system
        self._broken = False
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        self._descriptor = system.open(path, flags, 0o600)
        # A journal that is dropped without being closed gives its lock back all the same.
        self._closer = weakref.finalize(self, system.close, self._descriptor)
        try:
            self._lock()
            self._read(replay)
        except BaseException:
            self.close()
            raise

    def append(self, payload: bytes) -> None:
        """Add one line, with one write and one sync; durable when this returns.

        Raises:
            WriteFailed: the operation is not recorded. After a failed write the file is cut back
                to the last good byte. After a failed sync nobody knows what is on the disk: the
                file is never written again, and when next opened may or may not have the line.
            ValueError: the journal is closed.
        """
        self.check_writable()
        line = frame.encode(payload, self.head)
        self._write(line)
        self._sync()
        self._advance(line)
        self.lines += 1

    def check_open(self) -> None:
        """Raise ValueError if the journal is closed."""
        if not self._closer.alive:
            raise ValueError(f"{self.path}: the journal is closed")

    def check_writable(self) -> None:
        """Raise what ``append`` would raise before it tried: WriteFailed or ValueError."""
        self.check_open()
        if self._broken:
            fault = OSError(errno.EIO, "an earlier write or sync failed; open the journal anew")
            raise WriteFailed.because(fault, self.path, broken=True)

    def close(self) -> None:
        """Let go of the file and its lock. Closing twice is allowed."""
        self._closer()

    def _lock(self) -> None:
        try:
            self._system.flock(self._descriptor, _EXCLUSIVE)
        except BlockingIOError:
            raise InUse(self.path) from None

    def _read(self, replay: Callable[[bytes], None]) -> None:
        with open(self._descriptor, "rb", _READ_BUFFER, closefd=False) as lines:
            torn = self._read_lines(lines, replay)
        try:
            self._settle(torn)
        except OSError as fault:
            raise WriteFailed.because(fault, self.path, broken=True) from fault

    def _settle(self, torn: bytes) -> None:
        """Make what was read durable before anybody relies on it.

        The owner before may have been killed between a write and its sync, or between making the
        file and syncing its name.
        """
        if torn:
            self.recovered = set_aside(self.path, self.size, torn, self._system)
            self._system.ftruncate(self._descriptor, self.size)
        if self.size == 0:
            self._create()
        self._system.fdatasync(self._descriptor)
        self._system.sync_directory(os.path.dirname(self.path))

    def _create(self) -> None:
        self.generation = self._system.urandom(16).hex()
        line = frame.encode_header(self.generation)
        self._write(line)
        self._advance(line)

    def _read_lines(self, lines: BinaryIO, replay: Callable[[bytes], None]) -> bytes:
        """Replay the sound lines; the bytes of a torn tail, or none."""
        first = lines.readline()
        if not first:
            return b""
        header = frame.decode_header(first)
        if header is None:
            return self._torn_header(first + lines.read())
        if header.version > frame.VERSION:
            raise NewerFormat(self.path, header.version, frame.VERSION)
        self.generation = header.generation
        self._advance(first)
        for line in lines:
            sound = frame.decode(line)
            if sound is None:
                return self._torn_tail(line + lines.read())
            self._accept(sound, replay)
            self._advance(line)
            self.lines += 1
        return b""

    def _accept(self, sound: frame.Frame, replay: Callable[[bytes], None]) -> None:
        if sound.previous != self.head:
            raise self._damaged("it does not follow the line before it; the chain is broken")
        try:
            replay(sound.payload)
        except (ValueError, TypeError, AttributeError) as fault:
            raise self._damaged(f"its content makes no sense ({fault})") from fault

    def _torn_header(self, start: bytes) -> bytes:
        if frame.is_torn_header(start):
            return start
        raise Damaged(self.path, 1, 0, "this is not the first line of a journal")

    def _torn_tail(self, tail: bytes) -> bytes:
        """A bad line is a torn one only if it is the last thing that was written."""
        after = frame.find_sound(tail)
        if after is None:
            return tail
        where = f"byte {self.size + after}"
        raise self._damaged(f"its checksum or length is wrong, and a sound line follows at {where}")

    def _damaged(self, what: str) -> Damaged:
        return Damaged(self.path, self.lines + 2, self.size, what)

    def _advance(self, line: bytes) -> None:
        self.size += len(line)
        self.head = frame.digest(line)

    def _write(self, line: bytes) -> None:
        try:
            if self._system.write(self._descriptor, line) != len(line):
                raise OSError(errno.ENOSPC, "only a part was written")
        except BaseException as fault:
            self._cut_back()
            if isinstance(fault, OSError):
                raise WriteFailed.because(fault, self.path, broken=self._broken) from fault
            raise

    def _cut_back(self) -> None:
        # Broken until it is done: whatever interrupts the cut, no line may follow a torn one.
        self._broken = True
        try:
            self._system.ftruncate(self._descriptor, self.size)
        except OSError:
            return
        self._broken = False

    def _sync(self) -> None:
        # Broken until it is done. A second try would prove nothing: after a failed one the kernel
        # takes the pages for clean, and the next sync succeeds without them.
        self._broken = True
        try:
            self._system.fdatasync(self._descriptor)
        except OSError as fault:
            raise WriteFailed.because(fault, self.path, broken=True) from fault
        self._broken = False
