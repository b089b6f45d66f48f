"""The lock of a journal, which follows the name: whoever has it has the file of that name."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from kiosk.journal.errors import InUse
from kiosk.journal.system import System

_EXCLUSIVE = fcntl.LOCK_EX | fcntl.LOCK_NB


def open_locked(path: str, flags: int, system: System) -> int:
    """The file of that name, opened under an exclusive lock; its descriptor.

    One that lost its name to another file while we waited is let go, and that other is tried.

    Raises:
        InUse: somebody else holds it.
        OSError: it cannot be opened.
    """
    while True:
        descriptor = system.open(path, flags, 0o600)
        try:
            lock(descriptor, path, system)
            if _is_at(descriptor, path):
                return descriptor
        except BaseException:
            system.close(descriptor)
            raise
        system.close(descriptor)


def lock(descriptor: int, path: str, system: System) -> None:
    """Lock an open file. Raises InUse, OSError."""
    try:
        system.flock(descriptor, _EXCLUSIVE)
    except BlockingIOError:
        raise InUse(path) from None


@contextmanager
def held(path: str, system: System) -> Iterator[int]:
    """Hold the lock of a journal without reading it; made, empty, if it is not there."""
    descriptor = open_locked(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, system)
    try:
        yield descriptor
    finally:
        system.close(descriptor)


def _is_at(descriptor: int, path: str) -> bool:
    """Whether that open file is still the one that goes by this name."""
    try:
        there = os.stat(path)
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(descriptor), there)
