"""An immutable file of records in ascending order of a number, with an index by tags.

A header (``tinydb-segment 2``), then lines framed and chained as a journal's: a record a line, and
the index. That begins with, for every 64th record, its number and the byte at which it begins.
Next come the tags, each in the line of its hash, with the bytes at which its records begin; then a
line that names the byte at which each of these lines begins; and last, of fixed length, one that
names the byte of that. So a tag is found by reading three short lines, however many there are.
Where what is asked for is not sound, the records can still be read one by one.

Version 1, which is read still, had one line of index, for the numbers and all tags.
"""

import os
import re
import zlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO

from kiosk.journal import frame
from kiosk.journal.errors import Damaged
from kiosk.journal.system import System

SPARSE = 64  # records between two entries of the index by number

_MAGIC = b"tinydb-segment 2\n"
_HEADERS = (_MAGIC, b"tinydb-segment 1\n")
_INDEX, _PARTS, _TRAILER = b"#index", b"#parts ", b"#at "
_TAGS_A_LINE = 64  # tags of some 80 bytes: a line is about as long as a page of the file
_TRAILER_LINE = 52 + len(_TRAILER) + 12 + 1 - 1
_CHUNK = 1 << 16
_BLOCK = 4096  # bytes that a disk loses at once
_RECORD = 1024  # bytes that hold nearly every record
_TAG = re.compile(r"[^\s=]+")


@dataclass(frozen=True, slots=True)
class Record:
    """One record to be written: its number, its payload (one line of text), and its tags."""

    number: int
    payload: bytes
    tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """What a segment holds: how many records, its size in bytes, and the SHA-256 of the file."""

    count: int
    size: int
    sha256: str


class _Index:
    def __init__(self) -> None:
        self.tags: dict[str, list[int]] = {}
        self.sparse: list[tuple[int, int]] = []
        self._count = 0

    def add(self, number: int, offset: int, tags: Iterable[str]) -> None:
        if self._count % SPARSE == 0:
            self.sparse.append((number, offset))
        self._count += 1
        for tag in dict.fromkeys(tags):
            if not _TAG.fullmatch(tag) or tag == "@":
                raise ValueError(f"not a tag: {tag!r}")
            self.tags.setdefault(tag, []).append(offset)

    def payloads(self) -> Iterator[bytes]:
        """The index as the payloads of its lines: the numbers', then the tags'."""
        sparse = ",".join(f"{number}:{offset}" for number, offset in self.sparse)
        yield b"%b @=%b" % (_INDEX, sparse.encode())
        lines = [[_INDEX] for _ in range(1 + len(self.tags) // _TAGS_A_LINE)]
        for tag, offsets in self.tags.items():
            entry = f"{tag}={','.join(map(str, offsets))}".encode()
            lines[_hash(tag, len(lines))].append(entry)
        yield from map(b" ".join, lines)


def _hash(tag: str, lines: int) -> int:
    """In which of so many lines a tag stands."""
    return zlib.crc32(tag.encode()) % lines


def write_segment(
    folder: str, records: Iterable[Record], name: Callable[[Written], str], system: System
) -> Written:
    """Make a segment, durably, under the name that ``name`` makes of what was written.

    Raises:
        OSError: it could not be made, or not for certain: it may have its name.
        ValueError: a tag has a space or an equals sign, or is "@"; a payload begins with "#".
    """
    temporary = os.path.join(folder, "segment.new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
    descriptor = system.open(temporary, flags, 0o600)
    try:
        written = _write(descriptor, records, system)
        system.fsync(descriptor)
        system.replace(temporary, os.path.join(folder, name(written)))
    except BaseException:
        with suppress(OSError):
            system.unlink(temporary)  # its room may be what is missing
        raise
    finally:
        system.close(descriptor)
    system.sync_directory(folder)
    return written


def _write(descriptor: int, records: Iterable[Record], system: System) -> Written:
    hashing, size, count = sha256(), 0, 0
    buffer: list[bytes] = []
    pending = 0
    for line, is_record in _lines(records):
        hashing.update(line)
        buffer.append(line)
        size += len(line)
        count += is_record
        pending += len(line)
        if pending >= _CHUNK:
            _write_all(descriptor, b"".join(buffer), system)
            buffer, pending = [], 0
    _write_all(descriptor, b"".join(buffer), system)
    return Written(count, size, hashing.hexdigest())


def _write_all(descriptor: int, data: bytes, system: System) -> None:
    while data:
        data = data[system.write(descriptor, data) :]


def _lines(records: Iterable[Record]) -> Iterator[tuple[bytes, bool]]:
    """Every line of the file, and whether it is a record's."""
    index = _Index()
    line, offset = _MAGIC, 0
    yield line, False
    for record in records:
        if record.payload.startswith(b"#"):
            raise ValueError("a record may not begin as the index does")
        offset += len(line)
        index.add(record.number, offset, record.tags)
        line = frame.encode(record.payload, frame.digest(line))
        yield line, True
    starts: list[int] = []
    for payload in index.payloads():
        offset += len(line)
        starts.append(offset)
        line = frame.encode(payload, frame.digest(line))
        yield line, False
    offset += len(line)
    line = frame.encode(_PARTS + b",".join(b"%d" % start for start in starts), frame.digest(line))
    yield line, False
    yield frame.encode(_TRAILER + b"%012d" % offset, frame.digest(line)), False


class Segment:
    """One segment, opened to be read; close it. Raises FileNotFoundError, Damaged."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._file: BinaryIO = open(path, "rb", buffering=1 << 16)  # noqa: SIM115
        try:
            self._parts, self._whole = self._read_index()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> "Segment":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def oldest_first(self, start: int = 0) -> Iterator[bytes]:
        """The payloads from number ``start`` on, sparsely sought: a few before it may come too.

        Raises:
            Damaged: one of them is not sound.
        """
        sparse = self._sparse()
        at = bisect_left(sparse, (start + 1,)) - 1
        yield from self._between(sparse[max(at, 0)][1] if sparse else len(_MAGIC), self._end_at)

    def newest_first(self, before: int | None = None, tag: str | None = None) -> Iterator[bytes]:
        """The payloads, those with ``tag`` alone if it is given; ``before``: a number below which
        all that counts is, so that what is surely above may be left out. Raises Damaged."""
        if tag is not None:
            end = self._end_at if before is None else self._end(self._sparse(), before)
            for offset in reversed(self._tagged(tag)):
                if offset < end:
                    yield self._at(offset)
            return
        sparse = self._sparse()
        starts = [offset for _, offset in sparse]
        ends = [*starts[1:], self._end_at]
        first = len(sparse) if before is None else bisect_left(sparse, (before,))
        for start, end in zip(reversed(starts[:first]), reversed(ends[:first]), strict=True):
            yield from reversed(list(self._between(start, end)))

    def _end(self, sparse: list[tuple[int, int]], before: int) -> int:
        at = bisect_left(sparse, (before,))
        return sparse[at][1] if at < len(sparse) else self._end_at

    @property
    def _end_at(self) -> int:
        """Where the records end."""
        return self._parts[0]

    def _tagged(self, tag: str) -> list[int]:
        entry = self._entry(tag)
        return [int(offset) for offset in entry.split(b",")] if entry else []

    def _sparse(self) -> list[tuple[int, int]]:
        pairs = (pair.split(b":") for pair in self._entry("@").split(b",") if pair)
        return [(int(number), int(offset)) for number, offset in pairs]

    def _entry(self, tag: str) -> bytes:
        index = self._whole or self._index_line(tag)
        mark = f" {tag}=".encode()
        found = index.find(mark)
        if found < 0:
            return b""
        start = found + len(mark)
        end = index.find(b" ", start)
        return index[start : len(index) if end < 0 else end]

    def _index_line(self, tag: str) -> bytes:
        """The line of the index that has that tag, if any has; "@" stands for the numbers."""
        lines = len(self._parts) - 2  # of tags: without the numbers', and without the end
        number = 0 if tag == "@" else 1 + _hash(tag, lines)
        start, end = self._parts[number : number + 2]
        line = frame.decode(os.pread(self._file.fileno(), end - start, start))
        if line is None or not line.payload.startswith(_INDEX):
            raise Damaged(self.path, 0, start, "its index is not sound")
        return line.payload

    def _at(self, offset: int) -> bytes:
        """One record. Not through the file's buffer, which would read a hundred others with it."""
        size = _RECORD
        while True:
            data = os.pread(self._file.fileno(), size, offset)
            end = data.find(b"\n") + 1
            if end or len(data) < size:
                return self._sound(data[: end or len(data)], offset).payload
            size *= 8

    def _between(self, start: int, end: int) -> Iterator[bytes]:
        at = start
        self._file.seek(at)
        while at < end:
            line = self._file.readline()
            yield self._sound(line, at).payload
            at += len(line)
            if self._file.tell() != at:  # somebody else has read on the way
                self._file.seek(at)

    def _sound(self, line: bytes, offset: int) -> frame.Frame:
        sound = frame.decode(line)
        if sound is None:
            raise Damaged(self.path, 0, offset, "a record's checksum or length is wrong")
        return sound

    def _read_index(self) -> tuple[list[int], bytes]:
        """Where the lines of the index begin, and where the last of them ends; the index itself, if
        it is all in one line. Raises Damaged."""
        descriptor = self._file.fileno()
        size = os.fstat(descriptor).st_size
        end = max(0, size - _TRAILER_LINE)
        trailer = frame.decode(os.pread(descriptor, _TRAILER_LINE, end))
        if trailer is not None and trailer.payload.startswith(_TRAILER):
            at = int(trailer.payload[len(_TRAILER) :])
            # In one piece: a long line would come through the file's buffer bit by bit.
            index = frame.decode(os.pread(descriptor, max(0, end - at), at))
            if index is not None and index.payload.startswith(_PARTS):
                starts = index.payload[len(_PARTS) :].split(b",")
                return [*map(int, starts), at], b""
            if index is not None and index.payload.startswith(_INDEX):
                return [at], index.payload
        raise Damaged(self.path, 0, size, "its index is not sound")


def check_lines(name: str, file: BinaryIO) -> Written:
    """Read a whole segment, checking each line and the chain of them; what it holds.

    Raises:
        Damaged: names the first bad byte.
        OSError: it cannot be read.
    """
    hashing, count, at, head = sha256(), 0, 0, b""
    for line in file:
        hashing.update(line)
        if at == 0 and line not in _HEADERS:
            raise Damaged(name, 1, 0, "this is not the first line of a segment")
        if at:
            sound = frame.decode(line)
            if sound is None or sound.previous != head:
                raise Damaged(name, count + 2, at, "a line is not sound, or not in its place")
            count += not sound.payload.startswith(b"#")
        head = frame.digest(line)
        at += len(line)
    return Written(count, at, hashing.hexdigest())


def _lines_read(file: BinaryIO) -> Iterator[bytes]:
    at = file.tell()
    try:
        for line in file:
            at += len(line)
            yield line
    except OSError:
        yield from BytesIO(what_is_read(file, at))


def what_is_read(file: BinaryIO, at: int = 0) -> bytes:
    """A file from there on, with zeros for the blocks that the disk does not give back."""
    descriptor = file.fileno()
    parts, size = [], os.fstat(descriptor).st_size
    while at < size:
        wanted = min(size, (at // _BLOCK + 1) * _BLOCK) - at
        try:
            part = os.pread(descriptor, wanted, at)
        except OSError:
            part = b""
        parts.append(part.ljust(wanted, b"\0"))
        at += wanted
    return b"".join(parts)


def salvage_records(file: BinaryIO) -> Iterator[bytes]:
    """The payloads of a segment's sound records, oldest first, in spite of any damage: what the
    disk does not give back of it is passed over."""
    for line in _lines_read(file):
        sound = frame.decode(line)
        if sound is None:  # perhaps a newline is gone, and a sound line begins within this one
            start = frame.find_sound(line)
            sound = None if start is None else frame.decode(line[start:])
        if sound is not None and not sound.payload.startswith(b"#"):
            yield sound.payload
