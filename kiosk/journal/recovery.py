"""What a crash leaves at a journal's end, put aside where it can be looked at."""

import os
from dataclasses import dataclass

from kiosk.journal.system import System


@dataclass(frozen=True, slots=True)
class Recovered:
    """What opening a journal set aside: ``size`` bytes that began at byte ``offset``.

    ``side_file``: where they are kept; "" if a full disk left no room for them. ``is_one_line``:
    they are certainly a part of one line that was never acknowledged. Else they may be more: a bad
    block at the very end looks alike.
    """

    offset: int
    size: int
    side_file: str
    is_one_line: bool = True


def set_aside(path: str, offset: int, torn: bytes, system: System) -> Recovered:
    """Keep the torn bytes in ``<path>.torn-<offset>``, durably.

    A side file that is already there is kept too: the new one then gets a number behind it.

    Raises:
        OSError: they could not be written; no side file of this call is left.
    """
    side_file = first = f"{path}.torn-{offset}"
    number = 0
    while os.path.lexists(side_file) and not _holds(side_file, torn):
        number += 1
        side_file = f"{first}.{number}"
    if os.path.lexists(side_file):
        _sync(side_file, system)  # whoever wrote it may have been stopped before that
    else:
        _write_new(side_file, torn, system)
    system.sync_directory(os.path.dirname(path))
    return Recovered(offset, len(torn), side_file)


def _sync(side_file: str, system: System) -> None:
    descriptor = system.open(side_file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        system.fsync(descriptor)
    finally:
        system.close(descriptor)


def _write_new(side_file: str, torn: bytes, system: System) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = system.open(side_file, flags, 0o600)
    try:
        rest = torn
        while rest:
            rest = rest[system.write(descriptor, rest) :]
        system.fsync(descriptor)
    except OSError:
        system.unlink(side_file)
        raise
    finally:
        system.close(descriptor)


def _holds(side_file: str, torn: bytes) -> bool:
    """Whether a crash between keeping these bytes and cutting the journal left them here."""
    with open(side_file, "rb") as kept:
        return kept.read() == torn
