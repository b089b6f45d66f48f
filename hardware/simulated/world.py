"""The simulated cabinet's file: its lines, coils and doors, in memory that outlives the process.

A process that is killed leaves a Raspberry Pi's outputs as they were. So the simulated lines
live in a file that every process may map: the guard can turn them off, and a test can see it.
Times are nanoseconds of CLOCK_MONOTONIC, which all processes share, and always an argument.
"""

import ctypes
import mmap
import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from hardware.errors import BackendUnavailable, UnknownCubby
from hardware.ports import Door, LockLimits

MAGIC = b"CUBBIES\n"
VERSION = 1

# Pulses remembered in the process, a cubby: enough for any test, too little to fill memory.
REMEMBERED = 100


class _Header(ctypes.LittleEndianStructure):
    _fields_ = (
        ("magic", ctypes.c_char * 8),
        ("version", ctypes.c_uint32),
        ("count", ctypes.c_uint32),
        ("most_on", ctypes.c_uint32),
        ("_reserved", ctypes.c_uint32),
    )
    magic: bytes
    version: int
    count: int
    most_on: int


class _Record(ctypes.LittleEndianStructure):
    _fields_ = (
        ("cubby", ctypes.c_uint32),
        ("line", ctypes.c_uint8),
        ("door_open", ctypes.c_uint8),
        ("jammed", ctypes.c_uint8),
        ("_reserved", ctypes.c_uint8),
        ("on_at_ns", ctypes.c_int64),
        ("off_at_ns", ctypes.c_int64),
        ("longest_ns", ctypes.c_int64),
        ("pulses", ctypes.c_uint32),
        ("forced", ctypes.c_uint32),
    )
    cubby: int
    line: int
    door_open: int
    jammed: int
    on_at_ns: int
    off_at_ns: int
    longest_ns: int
    pulses: int
    forced: int


@dataclass(frozen=True, slots=True)
class SimulatedCubby:
    """One cubby as the file has it. ``on_at_ns``, ``off_at_ns``: the last of each, 0 for never;
    ``pulses``, ``forced``: how often its coil went on, its locked door was forced;
    ``longest_ns``: its longest pulse that has ended."""

    is_on: bool
    door: Door
    is_jammed: bool
    on_at_ns: int
    off_at_ns: int
    pulses: int
    longest_ns: int
    forced: int


class World:
    """The file, mapped. Get one from ``create``, ``open`` or ``open_or_create``.

    Nothing here takes a lock, so that a signal handler may turn lines off. Every act may be done
    twice; two processes may both turn a line off. The map is let go with the object.
    """

    def __init__(self, memory: mmap.mmap) -> None:
        self._header = _Header.from_buffer(memory)
        records = (_Record * self._header.count).from_buffer(memory, ctypes.sizeof(_Header))
        self._records = {record.cubby: record for record in records}
        self._pulses: dict[int, dict[int, int]] = {cubby: {} for cubby in self._records}

    @classmethod
    def create(cls, path: Path, cubbies: Collection[int]) -> "World":
        """A new cabinet, all doors shut, in a new file of mode 0600 that appears whole.

        Raises:
            OSError: it cannot be written.
        """
        header = _Header(MAGIC, VERSION, len(set(cubbies)), 0)
        records = b"".join(bytes(_Record(cubby=cubby)) for cubby in sorted(set(cubbies)))
        unborn = path.with_name(f"{path.name}.{os.getpid()}")
        fd = os.open(unborn, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(bytes(header) + records)
        os.replace(unborn, path)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> "World":
        """The cabinet as it was left.

        Raises:
            FileNotFoundError: there is none.
            BackendUnavailable: the file is something else.
        """
        fd = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
        try:
            _check_shape(path, os.pread(fd, ctypes.sizeof(_Header), 0), os.fstat(fd).st_size)
            return cls(mmap.mmap(fd, 0))
        finally:
            os.close(fd)

    @classmethod
    def open_or_create(cls, path: Path, cubbies: Collection[int]) -> "World":
        """The cabinet with these cubbies, as it was left, or new if there is none yet.

        Raises:
            BackendUnavailable: the file is something else, or a cabinet of other cubbies.
        """
        if not path.exists():
            return cls.create(path, cubbies)
        world = cls.open(path)
        if world.cubbies == frozenset(cubbies):
            return world
        raise BackendUnavailable(
            f"{path} is a simulated cabinet with {len(world.cubbies)} cubbies, not with the"
            f" {len(set(cubbies))} that are set: remove the file to begin a new one."
        )

    @property
    def cubbies(self) -> frozenset[int]:
        """The cubby numbers in the file."""
        return frozenset(self._records)

    def state(self, cubby: int) -> SimulatedCubby:
        """One cubby, as it is now. Raises UnknownCubby."""
        record = self._record(cubby)
        return SimulatedCubby(
            is_on=bool(record.line),
            door=Door.OPEN if record.door_open else Door.CLOSED,
            is_jammed=bool(record.jammed),
            on_at_ns=record.on_at_ns,
            off_at_ns=record.off_at_ns,
            pulses=record.pulses,
            longest_ns=record.longest_ns,
            forced=record.forced,
        )

    def lines_on(self) -> frozenset[int]:
        """The cubbies whose coil is energised."""
        return frozenset(cubby for cubby, record in self._records.items() if record.line)

    def pulses(self, cubby: int) -> list[tuple[int, int]]:
        """When its coil went on and off, in ns, oldest first: the last hundred that ended here."""
        self._record(cubby)
        return list(self._pulses[cubby].items())

    def violations(self, limits: LockLimits, now_ns: int) -> list[str]:
        """Every promise of ``limits`` that was broken in this file's life, one sentence each."""
        ceiling_ns = round(limits.ceiling_s * 1e9)
        found = [
            f"cubby {cubby} was energised for {longest_ns / 1e9:.3f} s"
            for cubby, record in self._records.items()
            if (longest_ns := _longest_ns(record, now_ns)) > ceiling_ns
        ]
        if self._header.most_on > limits.max_concurrent:
            found.append(f"{self._header.most_on} coils were energised at once")
        return found

    def switch(self, cubby: int, on: bool, at_ns: int) -> None:
        """Drive a coil's line. An energised coil lets the door spring open, unless it is jammed.

        Raises:
            UnknownCubby: there is no such cubby.
        """
        record = self._record(cubby)
        if on and not record.line:
            self._energise(record, at_ns)
        elif not on and record.line:
            self._let_go(record, at_ns)

    def all_off(self, at_ns: int) -> None:
        """Drive every line off."""
        for cubby in self._records:
            self.switch(cubby, False, at_ns)

    def open_door(self, cubby: int) -> None:
        """Pull it open: by its handle, or by force if it is locked. A jammed one stays."""
        record = self._record(cubby)
        if record.jammed or record.door_open:
            return
        record.forced += not record.line
        record.door_open = 1

    def close_door(self, cubby: int) -> None:
        """Push it shut. It latches unless its coil is energised; a jammed one stays."""
        record = self._record(cubby)
        if not record.jammed and not record.line:
            record.door_open = 0

    def jam(self, cubby: int, jammed: bool = True) -> None:
        """Let it stick as it is, or come loose: then an energised coil opens it."""
        record = self._record(cubby)
        record.jammed = jammed
        if not jammed and record.line:
            record.door_open = 1

    def _record(self, cubby: int) -> _Record:
        try:
            return self._records[cubby]
        except KeyError:
            raise UnknownCubby(f"there is no cubby {cubby}") from None

    def _energise(self, record: _Record, at_ns: int) -> None:
        record.on_at_ns = at_ns
        record.line = 1
        record.pulses += 1
        self._header.most_on = max(self._header.most_on, len(self.lines_on()))
        if not record.jammed:
            record.door_open = 1

    def _let_go(self, record: _Record, at_ns: int) -> None:
        record.line = 0  # first of all
        record.off_at_ns = at_ns
        record.longest_ns = _longest_ns(record, at_ns, was_on=True)
        remembered = self._pulses[record.cubby]
        remembered.setdefault(record.on_at_ns, at_ns)
        if len(remembered) > REMEMBERED:
            del remembered[next(iter(remembered))]


def _longest_ns(record: _Record, now_ns: int, was_on: bool = False) -> int:
    """A coil still on counts up to now. The clock begins anew at boot: no pulse is negative."""
    is_on = bool(record.line) or was_on
    return max(record.longest_ns, now_ns - record.on_at_ns) if is_on else record.longest_ns


def _check_shape(path: Path, start: bytes, size: int) -> None:
    if len(start) < ctypes.sizeof(_Header) or start[: len(MAGIC)] != MAGIC:
        raise BackendUnavailable(f"{path} is not a simulated cabinet.")
    header = _Header.from_buffer_copy(start)
    if header.version != VERSION:
        raise BackendUnavailable(
            f"{path} is a simulated cabinet of version {header.version}, not {VERSION}:"
            " remove the file to begin a new one."
        )
    if size != ctypes.sizeof(_Header) + header.count * ctypes.sizeof(_Record):
        raise BackendUnavailable(f"{path} is a simulated cabinet cut short or grown: remove it.")
