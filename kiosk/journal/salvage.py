"""What is sound in a damaged journal, saved into a new one; the old one is kept."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kiosk.journal import frame
from kiosk.journal.lock import held
from kiosk.journal.newfile import NewFile
from kiosk.journal.system import System


@dataclass(frozen=True, slots=True)
class Gap:
    """A lost part: ``size`` bytes at byte ``offset`` of the damaged file, after ``lines`` sound
    lines. ``size`` 0: nothing is unreadable there, but lines are missing."""

    lines: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Salvage:
    """The payloads that are sound, in order, and what is lost between them."""

    payloads: tuple[bytes, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Repair:
    """What a repair did: how many lines it saved, what is lost, and where the original is kept;
    ``kept_as`` is "" where nothing had to be done."""

    lines: int
    gaps: tuple[Gap, ...]
    kept_as: str


def salvage(data: bytes, makes_sense: Callable[[bytes], bool] = lambda payload: True) -> Salvage:
    """Take the sound lines out of a journal's bytes, in spite of any damage. Pure.

    ``makes_sense`` may refuse a payload; its line then counts as lost.
    """
    payloads: list[bytes] = []
    gaps: list[Gap] = []
    head, at = _header(data)
    if at == 0:
        gaps.append(Gap(0, 0, at := _next_sound(data, 0)))
    while at < len(data):
        line = _line_at(data, at)
        sound = frame.decode(line)
        if sound is None or not makes_sense(sound.payload):
            after = _next_sound(data, at + 1) if sound is None else at + len(line)
            gaps.append(Gap(len(payloads), at, after - at))
            head, at = b"", after
            continue
        if head and sound.previous != head:
            gaps.append(Gap(len(payloads), at, 0))
        payloads.append(sound.payload)
        head, at = frame.digest(line), at + len(line)
    return Salvage(tuple(payloads), tuple(_joined(gaps)))


def repair(
    path: str, system: System, makes_sense: Callable[[bytes], bool] = lambda payload: True
) -> Repair:
    """Put a new journal of the sound lines in the place of a damaged one, durably.

    The original is kept as ``<path>.damaged-<n>``. A stop at any moment leaves the original under
    its own name or the other. The lock is held all the while: of two who would repair it the
    second is refused, or finds a sound journal, and leaves that as it is.

    Raises:
        InUse: somebody has it open.
        OSError: it could not be done, or not for certain; the original has one of the two names.
    """
    with held(path, system) as descriptor:
        with open(descriptor, "rb", closefd=False) as file:
            saved = salvage(file.read(), makes_sense)
        if not saved.gaps:
            return Repair(len(saved.payloads), (), "")
        new = NewFile(f"{path}.new", system)
        try:
            new.extend(saved.payloads)
            new.sync()
            kept_as = _free_name(path)
            system.link(path, kept_as)
            new.take_name(path)
        finally:
            new.close()
    return Repair(len(saved.payloads), saved.gaps, kept_as)


def _header(data: bytes) -> tuple[bytes, int]:
    """The digest of a sound header and where the lines begin; else nothing, and 0."""
    line = _line_at(data, 0)
    header = frame.decode_header(line)
    return (frame.digest(line), len(line)) if header is not None else (b"", 0)


def _line_at(data: bytes, at: int) -> bytes:
    """The line there: by its newline, which no sound line has anywhere else."""
    end = data.find(b"\n", at)
    return data[at : len(data) if end < 0 else end + 1]


def _next_sound(data: bytes, at: int) -> int:
    found = frame.find_sound(data, at)
    return len(data) if found is None else found


def _joined(gaps: list[Gap]) -> Iterator[Gap]:
    """Neighbouring gaps as one."""
    before: Gap | None = None
    for gap in gaps:
        if before is not None and before.lines == gap.lines:
            before = Gap(before.lines, before.offset, gap.offset + gap.size - before.offset)
            continue
        if before is not None:
            yield before
        before = gap
    if before is not None:
        yield before


def _free_name(path: str) -> str:
    number = 1
    while os.path.lexists(f"{path}.damaged-{number}"):
        number += 1
    return f"{path}.damaged-{number}"
