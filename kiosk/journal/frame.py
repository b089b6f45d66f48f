"""The lines of a journal file: how one is made, and how one is known to be sound. Pure.

The header line:  ``tinydb-journal 1 <generation: 32 hex> <crc: 8 hex>\\n``
Every other line: ``<length: 8 hex> <crc: 8 hex> <hash of the line before: 32 hex> <payload>\\n``

``length`` counts the payload's bytes. ``crc`` is the CRC-32 of zlib over the rest of the line: the
fields before it and after it, without the newline. The hash is the first 16 bytes of the SHA-256
over the whole line before, its newline included; so the chain begins at the header.
"""

import re
import zlib
from dataclasses import dataclass
from hashlib import sha256

VERSION = 1
MAGIC = b"tinydb-journal "

_EMPTY = sha256()
_HEADER = re.compile(rb"tinydb-journal (\d+) ([0-9a-f]{32}) ([0-9a-f]{8})\n")
_HEADER_LENGTH = len(MAGIC) + len(b"1 ") + 32 + 1 + 8 + 1
_CRC_AT, _HASH_AT, _PAYLOAD_AT = 9, 18, 51
_FRAME_START = re.compile(rb"(?=([0-9a-f]{8}) [0-9a-f]{8} [0-9a-f]{32} )")


@dataclass(frozen=True, slots=True)
class Header:
    """Who a file is: its format version, and a random id that no other journal has."""

    version: int
    generation: str


@dataclass(frozen=True, slots=True)
class Frame:
    """One sound line: the hash of the line before it, and its payload."""

    previous: bytes
    payload: bytes


def encode_header(generation: str) -> bytes:
    """The first line of a new journal. ``generation``: 32 hex digits."""
    start = MAGIC + f"{VERSION} {generation} ".encode("ascii")
    return start + b"%08x\n" % zlib.crc32(start)


def decode_header(line: bytes) -> Header | None:
    """What a header line says, of any version; None if it is no sound header."""
    match = _HEADER.fullmatch(line)
    if match is None or match[3] != b"%08x" % zlib.crc32(line[: match.start(3)]):
        return None
    return Header(int(match[1]), match[2].decode("ascii"))


def is_torn_header(start: bytes) -> bool:
    """Whether these first bytes of a file are what a crash leaves of a header being written.

    That is a part of it without its end, or zeros where the data never came.
    """
    is_ours = all(byte in (0, magic) for byte, magic in zip(start, MAGIC, strict=False))
    is_torn = 0 in start or not start.endswith(b"\n")
    return is_ours and is_torn and len(start) <= _HEADER_LENGTH


def encode(payload: bytes, previous: bytes) -> bytes:
    """One line. ``payload`` has no newline; ``previous`` is the digest of the line before."""
    length = b"%08x " % len(payload)
    rest = b"%b %b" % (previous, payload)
    return b"%b%08x %b\n" % (length, zlib.crc32(rest, zlib.crc32(length)), rest)


def decode(line: bytes) -> Frame | None:
    """A line, newline included, taken apart; None if it is not sound in itself."""
    if len(line) <= _PAYLOAD_AT or line[-1:] != b"\n":
        return None
    length, rest = line[:_CRC_AT], line[_HASH_AT:-1]
    if length != b"%08x " % (len(line) - _PAYLOAD_AT - 1):
        return None
    if line[_CRC_AT:_HASH_AT] != b"%08x " % zlib.crc32(rest, zlib.crc32(length)):
        return None
    if line[_PAYLOAD_AT - 1 : _PAYLOAD_AT] != b" ":
        return None
    return Frame(line[_HASH_AT : _PAYLOAD_AT - 1], line[_PAYLOAD_AT:-1])


def announced(start: bytes, previous: bytes) -> int | None:
    """How long the line is that begins so, newline included, by what it says of itself; None if
    it does not begin as the line after ``previous`` does."""
    begun = _FRAME_START.match(start)
    if begun is None or start[_HASH_AT : _PAYLOAD_AT - 1] != previous:
        return None
    return _PAYLOAD_AT + int(begun[1], 16) + 1


def digest(line: bytes) -> bytes:
    """The hash by which the next line names this one: 32 hex digits."""
    hashing = _EMPTY.copy()  # looking the algorithm up anew would take longer than hashing
    hashing.update(line)
    return hashing.hexdigest()[:32].encode("ascii")


def find_sound(data: bytes, start: int = 0) -> int | None:
    """Where the first sound line in ``data`` from ``start`` on begins; None if there is none.

    It does not rely on newlines: the damage may have hit the one before a sound line.
    """
    for match in _FRAME_START.finditer(data, start):
        end = match.start() + _PAYLOAD_AT + int(match[1], 16) + 1
        if end <= len(data) and decode(data[match.start() : end]) is not None:
            return match.start()
    return None
