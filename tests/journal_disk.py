"""A disk under the journal that counts, fails at a chosen call, and can lose its power."""

import errno
import os
from collections import Counter
from collections.abc import Iterator

from kiosk.journal import System

# In memory where there is such a place: thousands of syncs would take a minute on a busy disk.
QUICK_DISK = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


class PowerCut(BaseException):
    """The plug is pulled; nothing after this reaches the disk."""


class Disk(System):
    """Real files, with hands on them.

    ``fault``: what happens at the ``at``-th ``call`` (from 1): an errno, "short", or "cut", which
    pulls the plug before that call, for good. With ``call`` "any" every call of them is counted.
    """

    def __init__(self, call: str = "", at: int = 0, fault: int | str = errno.EIO) -> None:
        self.calls: Counter[str] = Counter()
        self.written = 0
        self.durable: dict[str, int] = {}  # bytes that a power cut cannot take, by path
        self._fault = (call, at, fault)
        self._is_dead = False

    def write(self, descriptor: int, data: bytes) -> int:
        if self._meets_fault("write") == "short":
            return os.write(descriptor, data[: len(data) // 2])
        self.written += len(data)
        return os.write(descriptor, data)

    def fdatasync(self, descriptor: int) -> None:
        self._meets_fault("fdatasync")
        self.durable[_path(descriptor)] = os.fstat(descriptor).st_size

    def fsync(self, descriptor: int) -> None:
        self._meets_fault("fsync")
        self.durable[_path(descriptor)] = os.fstat(descriptor).st_size

    def ftruncate(self, descriptor: int, size: int) -> None:
        self._meets_fault("ftruncate")
        os.ftruncate(descriptor, size)

    def pwrite(self, descriptor: int, data: bytes, offset: int) -> int:
        self._meets_fault("pwrite")
        return os.pwrite(descriptor, data, offset)

    def replace(self, old: str, new: str) -> None:
        self._meets_fault("replace")
        os.replace(old, new)

    def link(self, old: str, new: str) -> None:
        self._meets_fault("link")
        os.link(old, new)

    def unlink(self, path: str) -> None:
        self._meets_fault("unlink")
        os.unlink(path)

    def mkdir(self, path: str, mode: int = 0o777) -> None:
        self._meets_fault("mkdir")
        os.mkdir(path, mode)

    def after_power_cut(self, path: str) -> Iterator[bytes]:
        """What the file may hold when the power is back: some of what was not synced is lost."""
        with open(path, "rb") as file:
            content = file.read()
        safe = self.durable.get(path, 0)
        for kept in range(safe, len(content) + 1):
            yield content[:kept]
            yield content[:kept] + bytes(len(content) - kept)
            yield content[:safe] + bytes(kept - safe) + content[kept:]

    def _meets_fault(self, call: str) -> str:
        """Count a call, and raise what is due at it; "short" is left to the caller."""
        self.calls.update((call, "any"))
        faulty, at, fault = self._fault
        if self._is_dead:
            raise PowerCut
        if faulty not in (call, "any") or self.calls[faulty] != at:
            return ""
        if fault == "cut":
            self._is_dead = True
            raise PowerCut
        if isinstance(fault, int):
            raise OSError(fault, os.strerror(fault))
        return str(fault)


class MoodyDisk(System):
    """A disk whose calls fail while they are told to: ``fails`` has an errno for each."""

    def __init__(self) -> None:
        self.fails: dict[str, int] = {}
        self.calls: Counter[str] = Counter()

    def full(self) -> None:
        """No room: nothing new can be written; what has its room already can."""
        self.fails = {"write": errno.ENOSPC}

    def worn_out(self) -> None:
        """Whatever is written is lost on its way."""
        self.fails = dict.fromkeys(("write", "pwrite", "fdatasync", "fsync"), errno.EIO)

    def read_only(self) -> None:
        """As a file system turns when it finds its own damage."""
        calls = ("open", "write", "pwrite", "ftruncate", "replace", "unlink", "mkdir", "link")
        self.fails = dict.fromkeys(calls, errno.EROFS)

    def mend(self) -> None:
        self.fails = {}

    def open(self, path: str, flags: int, mode: int = 0o777) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR):
            self._meet("open")
        return os.open(path, flags, mode)

    def write(self, descriptor: int, data: bytes) -> int:
        self._meet("write")
        return os.write(descriptor, data)

    def pwrite(self, descriptor: int, data: bytes, offset: int) -> int:
        self._meet("pwrite")
        return os.pwrite(descriptor, data, offset)

    def statvfs(self, path: str) -> os.statvfs_result:
        self._meet("statvfs")
        told = os.statvfs(path)
        if self.fails.get("open") != errno.EROFS:
            return told
        return os.statvfs_result((*told[:8], told.f_flag | os.ST_RDONLY, told.f_namemax))

    def fdatasync(self, descriptor: int) -> None:
        self._meet("fdatasync")
        os.fdatasync(descriptor)

    def fsync(self, descriptor: int) -> None:
        self._meet("fsync")
        os.fsync(descriptor)

    def ftruncate(self, descriptor: int, size: int) -> None:
        self._meet("ftruncate")
        os.ftruncate(descriptor, size)

    def replace(self, old: str, new: str) -> None:
        self._meet("replace")
        os.replace(old, new)

    def unlink(self, path: str) -> None:
        self._meet("unlink")
        os.unlink(path)

    def _meet(self, call: str) -> None:
        self.calls[call] += 1
        if call in self.fails:
            raise OSError(self.fails[call], os.strerror(self.fails[call]))


def _path(descriptor: int) -> str:
    return os.readlink(f"/proc/self/fd/{descriptor}")
