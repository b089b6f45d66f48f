"""ISO 14443-3 type A as arithmetic: check bytes, frames, and what an answer says. Pure.

Bits go over the air least significant first; ``Bits`` holds them in that order.
A *part* is what one cascade level carries: four bytes and their BCC (ISO 14443-3, 6.5.3).
"""

from collections.abc import Sequence
from functools import reduce
from itertools import chain, product
from operator import xor

from hardware.rc522.faults import BadCheck, Cause

Bits = tuple[int, ...]

REQA = 0x26
WUPA = 0x52
SHORT_FRAME_BITS = 7
SELECT = (0x93, 0x95, 0x97)
CASCADE_TAG = 0x88
NVB_WHOLE = 0x70
PART_BITS = 40
UID_BITS = 32
_SAK_MORE = 0x04
_UID_BYTES = (4, 7, 10)

_BITS_OF = [bits[::-1] for bits in product((0, 1), repeat=8)]
_BYTE_OF = {bits: byte for byte, bits in enumerate(_BITS_OF)}


def to_bits(data: bytes) -> Bits:
    """The bits of ``data`` in the order they are sent."""
    return tuple(chain.from_iterable([_BITS_OF[byte] for byte in data]))


def to_bytes(bits: Bits) -> bytes:
    """The bytes that send ``bits``; a last incomplete byte is filled with zeros."""
    whole = bits + (0,) * (-len(bits) % 8)
    return bytes([_BYTE_OF[whole[start : start + 8]] for start in range(0, len(whole), 8)])


def crc_a(data: bytes, preset: int = 0x6363) -> bytes:
    """CRC_A, low byte first (ISO 14443-3, annex B; ``preset`` as ITU-T V.41 leaves it open)."""
    crc = preset
    for byte in data:
        low = (byte ^ crc) & 0xFF
        low = (low ^ low << 4) & 0xFF
        crc = crc >> 8 ^ low << 8 ^ low << 3 ^ low >> 4
    return crc.to_bytes(2, "little")


def with_crc(data: bytes) -> bytes:
    """``data`` followed by its CRC_A."""
    return data + crc_a(data)


def bcc(four: bytes) -> int:
    """The block check character: all bytes combined by exclusive or."""
    return reduce(xor, four, 0)


HLTA = with_crc(b"\x50\x00")
# What first-generation copies answer when asked by the short frame 40: the nibble A. The 43 that
# would follow opens them for writing: we never send it (miguelbalboa/rfid, MIFARE_OpenUidBackdoor).
BACK_DOOR = 0x40
ACK: Bits = (0, 1, 0, 1)


def anticollision_frame(level: int, known: Bits) -> bytes:
    """Asks all cards of cascade ``level`` (0-2) whose part begins with ``known`` for the rest.

    Of its last byte only ``len(known) % 8`` bits are to be sent, or all where that is 0.
    """
    whole, spare = divmod(len(known), 8)
    return bytes([SELECT[level], 2 + whole << 4 | spare]) + to_bytes(known)


def select_frame(level: int, part: bytes) -> bytes:
    """Selects the one card of cascade ``level`` (0-2) that has this whole part."""
    return with_crc(bytes([SELECT[level], NVB_WHOLE]) + part)


def checked_part(bits: Bits) -> bytes:
    """The part that these 40 bits make.

    Raises:
        BadCheck: not 40 bits, or the BCC does not fit.
    """
    part = to_bytes(bits)
    if len(bits) != PART_BITS or bcc(part) != 0:
        raise BadCheck(Cause.BCC)
    return part


def checked_sak(answer: bytes) -> int:
    """The SAK in the answer to a select.

    Raises:
        BadCheck: not three bytes, or the CRC does not fit.
    """
    if len(answer) != 3 or crc_a(answer[:1]) != answer[1:]:
        raise BadCheck(Cause.SAK)
    return answer[0]


def is_complete(sak: int) -> bool:
    """Whether the UID ends with this level. Bit 3 alone tells; a 4-byte UID may begin 88."""
    return not sak & _SAK_MORE


def uid_of(parts: Sequence[bytes]) -> bytes:
    """The UID that the parts of all levels carry, cascade tags and check bytes left out.

    Raises:
        BadCheck: a level before the last lacks its cascade tag.
    """
    if any(part[0] != CASCADE_TAG for part in parts[:-1]):
        raise BadCheck(Cause.LEVELS)
    return b"".join(part[1:4] for part in parts[:-1]) + parts[-1][:4]


def parts_of(uid: bytes) -> tuple[bytes, ...]:
    """The parts that carry a UID, one a level, with their cascade tags and check bytes.

    Raises:
        ValueError: the UID is not of 4, 7 or 10 bytes.
    """
    if len(uid) not in _UID_BYTES:
        raise ValueError(f"a UID has 4, 7 or 10 bytes, not {len(uid)}")
    above = [bytes([CASCADE_TAG]) + uid[at : at + 3] for at in range(0, len(uid) - 4, 3)]
    return tuple(four + bytes([bcc(four)]) for four in (*above, uid[-4:]))


def bits_before_collision(position: int, known: int) -> int:
    """How many bits of an answer surely came before the collision CollReg puts at ``position``.

    ``position``: 1-32; ``known``: bits that the reader sent, 0-31. The MFRC522 data sheet
    (9.3.1.15) counts in the received frame; drivers also count in the FIFO, where the frame is
    shifted to fit the known bits, or from the start of the part. We take the reading that makes
    the fewest bits. If it was another one the tree parts too early, at a bit that all cards
    share: one branch is then empty, and no card is missed.
    """
    counted_from = next(start for start in (known, known % 8, 0) if position > start)
    return position - 1 - counted_from
