"""ISO 14443-3 type A cards, as a state machine that hears frames and answers them.

States and transitions are those of the standard's figure 7. A card is no thread-safe thing: its
``Field`` guards it.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from hardware.rc522.frames import (
    HLTA,
    PART_BITS,
    REQA,
    SELECT,
    SHORT_FRAME_BITS,
    WUPA,
    Bits,
    crc_a,
    parts_of,
    to_bits,
    to_bytes,
    with_crc,
)

GEN1A_WAKE = 0x40
GEN1A_UNLOCK: Bits = to_bits(b"\x43")
_SAK_MORE = 0x04
ACK: Bits = (0, 1, 0, 1)  # the nibble A, least significant bit first
NAK: Bits = (0, 0, 1, 0)
# Sizes of UID by the two upper bits of the ATQA's first byte (ISO 14443-3, table 3).
_ATQA = {4: b"\x04\x00", 7: b"\x44\x00", 10: b"\x84\x00"}
_SAK = {4: 0x08, 7: 0x00, 10: 0x20}


class State(Enum):
    """Where a card stands in its selection."""

    OFF = "off"
    IDLE = "idle"
    READY = "ready"
    ACTIVE = "active"
    HALT = "halt"
    BACK_DOOR = "back door"


@dataclass(frozen=True, slots=True)
class Traits:
    """How a card differs from a plain one.

    ``random_uid``: a new UID 08 xx xx xx at each power-up, as phones have. ``leaves_after``:
    out of the field after that many frames heard. ``bad_bcc``: its check bytes are wrong.
    ``gen1a``: a first-generation copy, see ``Card``. ``answers_halt``: it obeys HLTA and says so
    nevertheless, as some copies do (Proxmark/proxmark3, pull request 349).
    """

    random_uid: bool = False
    leaves_after: int | None = None
    bad_bcc: bool = False
    gen1a: bool = False
    answers_halt: bool = False


class Card:
    """One card. ``sak`` and ``atqa`` are those usual for the length where none is given.

    A first-generation copy answers the short frame ``40`` when idle or halted, and then stands in
    its back door. What it hears there is an assumption, after public emulators of such cards
    (ChameleonMini's MIFARE Classic application): ``43`` it acknowledges, HLTA sends it to sleep,
    and to all else, a WUPA too, it is deaf until it loses its power. Others may be less stubborn.

    Raises:
        ValueError: the UID is not of 4, 7 or 10 bytes.
    """

    def __init__(
        self,
        uid: bytes,
        sak: int | None = None,
        atqa: bytes | None = None,
        traits: Traits | None = None,
        draw: Callable[[int], bytes] = random.randbytes,
    ) -> None:
        self.uid, self._parts = uid, parts_of(uid)
        self.sak = _SAK[len(uid)] if sak is None else sak
        self.atqa = _ATQA[len(uid)] if atqa is None else atqa
        self.traits = traits or Traits()
        self._draw = draw
        self.state = State.OFF
        self.was_read = False
        self._level = 0
        self._star = False  # woken from HALT, and so falls back to it
        self._heard = 0

    @property
    def has_left(self) -> bool:
        """Whether it is out of the field for good, by its trait."""
        limit = self.traits.leaves_after
        return limit is not None and self._heard >= limit

    def power(self, on: bool) -> None:
        """The field comes or goes. All that was agreed is forgotten."""
        if on and self.state is State.OFF and self.traits.random_uid:
            self.uid = b"\x08" + self._draw(3)
            self._parts = parts_of(self.uid)
        if on != (self.state is not State.OFF):
            self.state = State.IDLE if on else State.OFF
        if not on:
            self._star = False

    def hear(self, frame: Bits) -> Bits | None:
        """The answer to a frame, or None for silence."""
        if self.state is State.OFF or self.has_left:
            return None
        self._heard += 1
        if self.state is State.BACK_DOOR:
            return self._hear_back_door(frame)
        if len(frame) == SHORT_FRAME_BITS:
            return self._hear_short(to_bytes(frame)[0])
        if self.state in (State.IDLE, State.HALT):
            return None
        if self.state is State.READY:
            return self._hear_ready(frame)
        return self._hear_active(frame)

    def _hear_short(self, code: int) -> Bits | None:
        if code == GEN1A_WAKE and self.traits.gen1a and self.state in (State.IDLE, State.HALT):
            self.state = State.BACK_DOOR
            return ACK
        wakes = self.state is State.IDLE and code in (REQA, WUPA)
        wakes_halted = self.state is State.HALT and code == WUPA
        if not (wakes or wakes_halted):
            return self._fall_back()
        self._star = wakes_halted
        self.state, self._level = State.READY, 0
        return to_bits(self.atqa)

    def _hear_back_door(self, frame: Bits) -> Bits | None:
        if frame == to_bits(HLTA):
            self.state = State.HALT
        return ACK if frame == GEN1A_UNLOCK else None

    def _fall_back(self) -> Bits | None:
        """An unexpected frame: back to where it was woken from, without a word."""
        if self.state in (State.READY, State.ACTIVE):
            self.state = State.HALT if self._star else State.IDLE
        return None

    def _hear_ready(self, frame: Bits) -> Bits | None:
        data = to_bytes(frame)
        if len(data) < 2 or data[0] != SELECT[self._level]:
            return self._fall_back()
        part = to_bits(self._part(self._level))
        if data[1] == 0x70:
            return self._hear_select(data)
        known = frame[16:]
        whole, spare = divmod(len(known), 8)
        if data[1] != (2 + whole << 4 | spare) or len(known) >= PART_BITS:
            return self._fall_back()
        if known != part[: len(known)]:
            return self._fall_back()
        return part[len(known) :]

    def _hear_select(self, data: bytes) -> Bits | None:
        chosen = bytes([SELECT[self._level], 0x70]) + self._part(self._level)
        if data != with_crc(chosen):
            return self._fall_back()
        if self._level < len(self.uid) // 3 - 1:
            self._level += 1
            return to_bits(with_crc(bytes([_SAK_MORE])))
        self.state = State.ACTIVE
        return to_bits(with_crc(bytes([self.sak])))

    def _part(self, level: int) -> bytes:
        part = self._parts[level]
        return part[:4] + bytes([part[4] ^ (0xFF if self.traits.bad_bcc else 0)])

    def _hear_active(self, frame: Bits) -> Bits | None:
        data = to_bytes(frame)
        if data == HLTA:
            self.state, self.was_read = State.HALT, True
            return NAK if self.traits.answers_halt else None
        if len(data) < 3 or crc_a(data[:-2]) != data[-2:]:
            return self._fall_back()
        return self.hear_command(data[:-2])

    def hear_command(self, command: bytes) -> Bits | None:
        """The answer to what a selected card is asked, its CRC already checked. None by default."""
        return self._fall_back()

    def authenticate(self, key_type: int, block: int, key: bytes, uid: bytes) -> bool:
        """Whether this card, being selected, accepts the key. A plain card knows no keys."""
        return False


def card_of(uid: bytes) -> Card:
    """The card that a hand would hold: a UID of four bytes that begins 08 is a phone's."""
    is_phone = len(uid) == 4 and uid[0] == 0x08
    return Card(uid, traits=Traits(random_uid=is_phone))
