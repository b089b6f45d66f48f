"""A MIFARE Classic 1K card: sixteen sectors of four blocks, each behind two keys.

The cipher is left out: the chip en- and deciphers by itself, so the reader's side never sees it.
"""

from hardware.rc522.frames import Bits, to_bits, with_crc
from hardware.simulated.cards import ACK, Card, State, Traits

BLOCKS = 64
_BLOCK_BYTES = 16
_READ, _WRITE = 0x30, 0xA0
_KEY_A, _KEY_B = 0x60, 0x61
FACTORY_KEY = b"\xff" * 6
_NAK: Bits = (0, 0, 1, 0)
_ACCESS = b"\xff\x07\x80\x69"


class ClassicCard(Card):
    """A Classic 1K with the factory's keys. ``blocks`` is its memory, 64 of 16 bytes."""

    def __init__(self, uid: bytes, traits: Traits | None = None) -> None:
        super().__init__(uid, sak=0x08, traits=traits)
        trailer = FACTORY_KEY + _ACCESS + FACTORY_KEY
        self.blocks = [trailer if n % 4 == 3 else bytes(_BLOCK_BYTES) for n in range(BLOCKS)]
        self._open_sector: int | None = None
        self._write_to: int | None = None

    def authenticate(self, key_type: int, block: int, key: bytes, uid: bytes) -> bool:
        """Opens the block's sector for reading and writing, if key and UID fit."""
        if self.state is not State.ACTIVE or self.has_left or block >= BLOCKS:
            return False
        trailer = self.blocks[block | 3]
        keys = {_KEY_A: trailer[:6], _KEY_B: trailer[10:]}
        if keys.get(key_type) != key or uid != self.uid[-4:]:
            self._fall_back()
            return False
        self._open_sector = block // 4
        return True

    def hear(self, frame: Bits) -> Bits | None:
        """The answer to a frame. What was unlocked is locked again by any new selection."""
        if self.state is not State.ACTIVE:
            self._open_sector = self._write_to = None
        return super().hear(frame)

    def hear_command(self, command: bytes) -> Bits | None:
        """READ answers 16 bytes with CRC; WRITE acknowledges block and data each."""
        if self._write_to is not None:
            return self._hear_data(command)
        if len(command) != 2 or self._open_sector != command[1] // 4:
            return _NAK
        if command[0] == _READ:
            return to_bits(with_crc(self.blocks[command[1]]))
        if command[0] == _WRITE:
            self._write_to = command[1]
            return ACK
        return _NAK

    def _hear_data(self, data: bytes) -> Bits:
        block, self._write_to = self._write_to, None
        if block is None or len(data) != _BLOCK_BYTES:
            return _NAK
        self.blocks[block] = data
        return ACK
