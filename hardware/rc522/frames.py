"""ISO 14443-3 type A as arithmetic: check bytes, frames, and what an answer says. Pure.

Bits go over the air least significant first; ``Bits`` holds them in that order.
A *part* is what one cascade level carries: four bytes and their BCC (ISO 14443-3, 6.5.3).
"""

from collections.abc import Sequence

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


class BadCheck(ValueError):
    """The check bytes do not fit: what was received is nobody's."""


def to_bits(data: bytes) -> Bits:
    """The bits of ``data`` in the order they are sent."""
    return tuple(byte >> place & 1 for byte in data for place in range(8))


def to_bytes(bits: Bits) -> bytes:
    """The bytes that send ``bits``; a last incomplete byte is filled with zeros."""
    bytewise = (bits[start : start + 8] for start in range(0, len(bits), 8))
    return bytes(sum(bit << place for place, bit in enumerate(byte)) for byte in bytewise)


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
    check = 0
    for byte in four:
        check ^= byte
    return check


HLTA = with_crc(b"\x50\x00")


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
        raise BadCheck("the BCC does not fit")
    return part


def checked_sak(answer: bytes) -> int:
    """The SAK in the answer to a select.

    Raises:
        BadCheck: not three bytes, or the CRC does not fit.
    """
    if len(answer) != 3 or crc_a(answer[:1]) != answer[1:]:
        raise BadCheck("the CRC of the SAK does not fit")
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
        raise BadCheck("the cascade tag is missing")
    return b"".join(part[1:4] for part in parts[:-1]) + parts[-1][:4]


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
