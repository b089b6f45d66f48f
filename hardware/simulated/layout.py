"""The simulated cabinet's file, byte by byte: a header, what is energised, a record a cubby.

What is energised lies together, so that a reader sees with one look that nothing is.
"""

import ctypes
import mmap
from collections.abc import Collection
from pathlib import Path

from hardware.errors import BackendUnavailable
from hardware.simulated.physics import Broken, Cell, Position

MAGIC = b"CUBBIES\n"
VERSION = 2


class Header(ctypes.LittleEndianStructure):
    """``most_on``: coils on at once, ever; ``seen_ns``: the time of the latest act."""

    _fields_ = (
        ("magic", ctypes.c_char * 8),
        ("version", ctypes.c_uint32),
        ("count", ctypes.c_uint32),
        ("most_on", ctypes.c_uint32),
        ("supply_coils", ctypes.c_uint32),
        ("seen_ns", ctypes.c_int64),
        ("voltage", ctypes.c_uint8),
        ("_reserved", ctypes.c_uint8 * 7),
    )
    magic: bytes
    version: int
    count: int
    most_on: int
    supply_coils: int
    seen_ns: int
    voltage: int


class Record(ctypes.LittleEndianStructure):
    """One cubby, but for what energises it. Its fields are those of ``physics.Cell``."""

    _fields_ = (
        ("cubby", ctypes.c_uint32),
        ("position", ctypes.c_uint8),
        ("broken", ctypes.c_uint8),
        ("_reserved", ctypes.c_uint8 * 2),
        ("on_at_ns", ctypes.c_int64),
        ("off_at_ns", ctypes.c_int64),
        ("longest_ns", ctypes.c_int64),
        ("moved_at_ns", ctypes.c_int64),
        ("heat_at_ns", ctypes.c_int64),
        ("heat", ctypes.c_double),
        ("pulses", ctypes.c_uint32),
        ("forced", ctypes.c_uint32),
    )
    cubby: int
    position: int
    broken: int
    on_at_ns: int
    off_at_ns: int
    longest_ns: int
    moved_at_ns: int
    heat_at_ns: int
    heat: float
    pulses: int
    forced: int


_RECORDED = [name for name, *_ in Record._fields_ if name in Cell.__slots__]


class Mapped:
    """The file as it lies in memory. ``ends_at_ns`` and ``lines`` are in the records' order."""

    def __init__(self, memory: mmap.mmap) -> None:
        self.header = Header.from_buffer(memory)
        count = self.header.count
        self._memory = memory
        self._energised = slice(ctypes.sizeof(Header), _records_begin(count))
        self._nothing = bytes(_records_begin(count) - ctypes.sizeof(Header))
        self.ends_at_ns = (ctypes.c_int64 * count).from_buffer(memory, ctypes.sizeof(Header))
        self.lines = (ctypes.c_uint8 * count).from_buffer(
            memory, ctypes.sizeof(Header) + ctypes.sizeof(self.ends_at_ns)
        )
        self.records = (Record * count).from_buffer(memory, _records_begin(count))

    @property
    def is_anything_energised(self) -> bool:
        """Whether any coil is on, or was when somebody last looked."""
        return self._memory[self._energised] != self._nothing

    def read(self, place: int) -> Cell:
        """The cubby at that place of the file."""
        record = self.records[place]
        return Cell(
            line=bool(self.lines[place]),
            ends_at_ns=self.ends_at_ns[place],
            on_at_ns=record.on_at_ns,
            off_at_ns=record.off_at_ns,
            longest_ns=record.longest_ns,
            heat=record.heat,
            heat_at_ns=record.heat_at_ns,
            position=Position(record.position),
            moved_at_ns=record.moved_at_ns,
            broken=Broken(record.broken),
            pulses=record.pulses,
            forced=record.forced,
        )

    def write(self, place: int, was: Cell, cell: Cell) -> None:
        """Write what changed. That energises nothing, and ends no pulse begun since."""
        record = self.records[place]
        for name in _RECORDED:
            if getattr(cell, name) != getattr(was, name):
                setattr(record, name, getattr(cell, name))
        if not cell.ends_at_ns and self.ends_at_ns[place] == was.ends_at_ns:
            self.ends_at_ns[place] = 0


def new_file(cubbies: Collection[int], supply_coils: int) -> bytes:
    """A cabinet whose doors are all shut."""
    numbers = sorted(set(cubbies))
    header = Header(magic=MAGIC, version=VERSION, count=len(numbers), supply_coils=supply_coils)
    between = bytes(_records_begin(len(numbers)) - ctypes.sizeof(Header))
    return bytes(header) + between + b"".join(bytes(Record(cubby=n)) for n in numbers)


def check_shape(path: Path, start: bytes, size: int) -> None:
    """Raises BackendUnavailable unless a file that begins so is a cabinet of this version."""
    if len(start) < ctypes.sizeof(Header) or start[: len(MAGIC)] != MAGIC:
        raise BackendUnavailable(f"{path} is not a simulated cabinet.")
    header = Header.from_buffer_copy(start)
    if header.version != VERSION:
        raise BackendUnavailable(
            f"{path} is a simulated cabinet of version {header.version}, not {VERSION}:"
            " remove the file to begin a new one."
        )
    if size != _records_begin(header.count) + header.count * ctypes.sizeof(Record):
        raise BackendUnavailable(f"{path} is a simulated cabinet cut short or grown: remove it.")


def _records_begin(count: int) -> int:
    energised = count * (ctypes.sizeof(ctypes.c_int64) + 1)
    return ctypes.sizeof(Header) + -(-energised // 8) * 8
