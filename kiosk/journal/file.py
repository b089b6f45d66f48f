"""One journal file: opened, read back once, and appended to."""

import errno
import os
import weakref
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from kiosk.journal import frame
from kiosk.journal.errors import WriteFailed
from kiosk.journal.lines import Lines
from kiosk.journal.lock import lock, open_locked
from kiosk.journal.newfile import NewFile
from kiosk.journal.recovery import Recovered, set_aside
from kiosk.journal.system import System

_READ_BUFFER = 1 << 20
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC


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
        self.system = system
        self._broken = False
        self._hold(open_locked(path, _FLAGS, system))
        try:
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
        if self._broken or not self._is_open:
            self.check_writable()
        line = frame.encode(payload, self.head)
        self._write(line)
        # Broken until it is synced. A second try would prove nothing: after a failed one the kernel
        # takes the pages for clean, and the next sync succeeds without them.
        self._broken = True
        try:
            self.system.fdatasync(self._descriptor)
        except OSError as fault:
            raise WriteFailed.because(fault, self.path, broken=True) from fault
        self._broken = False
        self.size += len(line)
        self.head = frame.digest(line)
        self.lines += 1

    def replace(self, new: NewFile) -> None:
        """Go on in another file, which takes this one's name; durable when this returns.

        It mends a journal whose sync has failed: the new file was never part of that.

        Raises:
            WriteFailed: nothing was replaced; or, if it is ``broken``, only the next opening will
                tell which of the two files has the name.
        """
        self.check_open()
        try:
            lock(new.descriptor, self.path, self.system)
            new.sync()
        except OSError as fault:
            raise WriteFailed.because(fault, self.path, broken=self._broken) from fault
        try:
            new.take_name(self.path)
        except OSError as fault:
            if not os.path.lexists(new.path):  # renamed, but perhaps not for good
                self._go_on_in(new)
                self._broken = True
            raise WriteFailed.because(fault, self.path, broken=self._broken) from fault
        self._go_on_in(new)
        self._broken = False

    def _go_on_in(self, new: NewFile) -> None:
        let_go = self._closer
        self._hold(new.release())
        with suppress(OSError):  # it has no name any more, and nothing in it counts
            let_go()
        self.generation, self.lines = new.generation, new.lines
        self.size, self.head = new.size, new.head

    def take_back(self) -> None:
        """Cut the last line that was there at opening off again, and close: for an owner who knows
        that it was never acknowledged. Open it anew. Nothing may have been appended since.

        Raises:
            WriteFailed: it may be there still, or not.
        """
        self.check_writable()
        try:
            self.system.ftruncate(self._descriptor, self.size - self._last)
            self.system.fdatasync(self._descriptor)
        except OSError as fault:
            raise WriteFailed.because(fault, self.path, broken=True) from fault
        finally:
            self.close()

    @property
    def is_broken(self) -> bool:
        """Whether nothing can be written to this file any more."""
        return self._broken

    def check_open(self) -> None:
        """Raise ValueError if the journal is closed."""
        if not self._is_open:
            raise ValueError(f"{self.path}: the journal is closed")

    def check_writable(self) -> None:
        """Raise what ``append`` would raise before it tried: WriteFailed or ValueError."""
        self.check_open()
        if self._broken:
            fault = OSError(errno.EIO, "an earlier write or sync failed; open the journal anew")
            raise WriteFailed.because(fault, self.path, broken=True)

    def close(self) -> None:
        """Let go of the file and its lock. Closing twice is allowed."""
        self._is_open = False
        self._closer()

    def _hold(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._is_open = True
        # A journal that is dropped without being closed gives its lock back all the same.
        self._closer = weakref.finalize(self, self.system.close, descriptor)

    def _read(self, replay: Callable[[bytes], None]) -> None:
        with open(self._descriptor, "rb", _READ_BUFFER, closefd=False) as file:
            lines = Lines(self.path, file)
            for payload in lines:
                try:
                    replay(payload)
                except (ValueError, TypeError, AttributeError) as fault:
                    raise lines.damaged(f"its content makes no sense ({fault})") from fault
        self.generation, self.lines = lines.generation, lines.count
        self.size, self.head = lines.size, lines.head
        self._last = len(lines.last) if lines.count else 0
        try:
            self._settle(lines)
        except OSError as fault:
            raise WriteFailed.because(fault, self.path, broken=True) from fault

    def _settle(self, lines: Lines) -> None:
        """Make what was read durable before anybody relies on it.

        The owner before may have been killed between a write and its sync, or between making the
        file and syncing its name.
        """
        if lines.torn:
            recovered = self._set_aside(lines.torn)
            self.recovered = replace(recovered, is_one_line=lines.is_begun)
            self.system.ftruncate(self._descriptor, self.size)
        if self.size == 0:
            self._create()
        elif lines.last:
            self._write_again(lines.last)
        self.system.fdatasync(self._descriptor)
        self.system.sync_directory(os.path.dirname(self.path))

    def _write_again(self, line: bytes) -> None:
        """Write the last line over itself. If its sync has failed, the kernel holds it for written,
        and reads it back to us, though it is not on the disk: only a new write puts it there."""
        descriptor = self.system.open(self.path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            if self.system.pwrite(descriptor, line, self.size - len(line)) != len(line):
                raise OSError(errno.EIO, "only a part was written")
            self.system.fdatasync(descriptor)
        finally:
            self.system.close(descriptor)

    def _set_aside(self, torn: bytes) -> Recovered:
        """Keep a torn line's bytes; on a full disk they are let go, as they never counted."""
        try:
            return set_aside(self.path, self.size, torn, self.system)
        except OSError as fault:
            if fault.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            return Recovered(self.size, len(torn), "")

    def _create(self) -> None:
        self.generation = self.system.urandom(16).hex()
        line = frame.encode_header(self.generation)
        self._write(line)
        self._advance(line)

    def _advance(self, line: bytes) -> None:
        self.size += len(line)
        self.head = frame.digest(line)

    def _write(self, line: bytes) -> None:
        try:
            if self.system.write(self._descriptor, line) != len(line):
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
            self.system.ftruncate(self._descriptor, self.size)
        except OSError:
            return
        self._broken = False
