"""The MFRC522 as its registers behave, by its data sheet (NXP MFRC522, rev. 3.9).

It answers SPI transfers, keeps a FIFO and a timer, talks to the cards of a ``Field``, and can
fail in the ways that readers fail in.
"""

import random
import threading
from collections import deque
from collections.abc import Callable
from typing import Literal

from hardware.rc522 import registers
from hardware.rc522.frames import Bits, crc_a, to_bits, to_bytes
from hardware.rc522.registers import Command, Register
from hardware.simulated.clock import ChipClock
from hardware.simulated.field import Echo, Field
from hardware.simulated.noise import Noise

TRANSFER_S = 40e-6  # two bytes at 1 MHz and the kernel's share
AIR_BYTE_S = 85e-6  # eight bits and parity at 106 kbit/s
FRAME_DELAY_S = 86e-6  # a card answers 1172 carrier periods after the last pause
FIFO_BYTES = 64
_CARRIER_HZ = 13.56e6
_CRC_PRESETS = (0x0000, 0x6363, 0xA671, 0xFFFF)
_AUTHENTICATE_BYTES = 12
_COMMAND_BITS = 0x0F
_ANTICOLLISION_HEAD_BITS = 16

CollisionCount = Literal["frame", "fifo", "part"]

RESET_VALUES = {
    Register.COMMAND: 0x20,
    Register.COM_IRQ: 0x14,
    Register.CONTROL: 0x10,
    Register.COLL: 0xA0,
    Register.MODE: 0x3F,
    Register.TX_CONTROL: 0x80,
    Register.CRC_RESULT_H: 0xFF,
    Register.CRC_RESULT_L: 0xFF,
}


class Mfrc522Chip:
    """One chip on an SPI bus, with the cards in ``field`` over its antenna.

    Faults to set: ``miso_stuck`` (00 or FF on every read), ``wedged`` (no interrupt ever; RST
    cures it), ``deaf`` (hears no card; any reset cures it), ``version`` (another chip, or none).

    Noise to set, 0 for none: every n-th byte is wrong on its way from the chip
    (``corrupt_miso_every``), to it, addresses too (``corrupt_mosi_every``), from cards
    (``corrupt_air_every``) and to them (``corrupt_to_cards_every``), and no parity bit tells;
    every n-th answer comes with a parity error (``parity_wrong_every``). Nothing but ``dice``
    makes it random, see ``Noise``.

    ``collision_counts_from``: where position 1 of CollReg lies. The data sheet (9.3.1.15) says
    the received "frame"; some drivers read it as the "fifo", alignment included, or the whole
    "part", the bits already known included.
    ``transfers`` counts SPI transfers. Hands may pull the cable from any thread.
    """

    def __init__(self, field: Field, clock: ChipClock, version: int = 0x92) -> None:
        self.transfers = 0
        self.miso_stuck: int | None = None
        self.wedged = False
        self.deaf = False
        self.corrupt_air_every = 0
        self.corrupt_miso_every = 0
        self.corrupt_mosi_every = 0
        self.corrupt_to_cards_every = 0
        self.parity_wrong_every = 0
        self.dice: random.Random | None = None
        self.collision_counts_from: CollisionCount = "frame"
        self.version = version
        self._field = field
        self._clock = clock
        self._air, self._to_cards, self._parity = Noise(), Noise(), Noise()
        self._miso, self._mosi = Noise(), Noise()
        self._guard = threading.RLock()
        self._in_reset = False
        self._unplugged = False
        self._writers: dict[int, Callable[[int], None]] = {
            Register.COMMAND: self._write_command,
            Register.COM_IRQ: lambda value: self._write_irq(Register.COM_IRQ, value),
            Register.DIV_IRQ: lambda value: self._write_irq(Register.DIV_IRQ, value),
            Register.STATUS2: self._write_status2,
            Register.FIFO_DATA: self._push,
            Register.FIFO_LEVEL: self._write_fifo_level,
            Register.BIT_FRAMING: self._write_bit_framing,
            Register.COLL: self._write_coll,
            Register.TX_CONTROL: self._write_tx_control,
            **dict.fromkeys((Register.ERROR, Register.CONTROL, Register.VERSION), _read_only),
        }
        self._reset_registers()

    # -- the pins ------------------------------------------------------------------------------

    def transfer(self, data: list[int]) -> list[int]:
        """One SPI transfer: an address byte, then data. Reads come back one byte later."""
        with self._guard:
            self.transfers += 1
            self._clock.advance(TRANSFER_S)
            is_dead = self._in_reset or self._unplugged
            answer = [0] * len(data) if is_dead else self._transfer(data)
        return answer if self.miso_stuck is None else [self.miso_stuck] * len(data)

    def _transfer(self, data: list[int]) -> list[int]:
        if self._due is not None:
            self._let_happen()
        if self.corrupt_mosi_every:
            data = list(self._mosi.disturb_all(data, self.corrupt_mosi_every, self.dice))
        if data[0] & 0x80:
            read = [self._read(byte >> 1 & 0x3F) for byte in data[:-1]]
            return [0, *self._miso.disturb_all(read, self.corrupt_miso_every, self.dice)]
        for value in data[1:]:
            self._write(data[0] >> 1, value)
        return [0] * len(data)

    def reset_line(self, high: bool) -> None:
        """RST: low holds the chip in reset, which clears every register."""
        with self._guard:
            self._in_reset = not high
            if self._in_reset:
                self.wedged = False
                self._reset_registers()

    def brown_out(self) -> None:
        """A dip of the supply: all settings lost, the field off, the chip alive."""
        with self._guard:
            self._reset_registers()

    def forget(self, *registers_: Register) -> None:
        """A dip that only some registers did not survive: they have their reset values again."""
        with self._guard:
            for register in registers_:
                self._registers[register] = RESET_VALUES.get(register, 0)
            self._field.power(self._has_field())

    def unplug(self) -> None:
        """Pull the cable out: no power, and MISO reads low."""
        with self._guard:
            self._unplugged = True
            self.wedged = False
            self._reset_registers()

    def plug_in(self) -> None:
        """Put the cable back; the chip comes up with its reset values."""
        with self._guard:
            self._unplugged = False

    # -- registers -----------------------------------------------------------------------------

    def _reset_registers(self) -> None:
        self._registers = [0] * 0x40
        for register, value in RESET_VALUES.items():
            self._registers[register] = value
        self._fifo: deque[int] = deque()
        self._due: tuple[float, Callable[[], None]] | None = None
        self.deaf = False
        self._field.power(False)

    def _read(self, address: int) -> int:
        if address == Register.FIFO_DATA:
            return self._fifo.popleft() if self._fifo else 0
        if address == Register.FIFO_LEVEL:
            return len(self._fifo)
        if address == Register.VERSION:
            return self.version
        return self._registers[address]

    def _write(self, address: int, value: int) -> None:
        writer = self._writers.get(address)
        if writer is not None:
            writer(value)
        else:
            self._registers[address] = value

    def _write_irq(self, register: Register, value: int) -> None:
        marked = value & registers.IRQ_ALL
        if value & registers.IRQ_SET:
            self._registers[register] |= marked
        else:
            self._registers[register] &= ~marked

    def _raise_irq(self, marked: int) -> None:
        if not self.wedged:
            self._registers[Register.COM_IRQ] |= marked

    def _write_status2(self, value: int) -> None:
        """Software can end the cipher, never begin it."""
        kept = self._registers[Register.STATUS2] & value & registers.CRYPTO1_ON
        self._registers[Register.STATUS2] = value & ~registers.CRYPTO1_ON | kept

    def _push(self, value: int) -> None:
        if len(self._fifo) >= FIFO_BYTES:
            self._registers[Register.ERROR] |= registers.ERROR_OVERFLOW
        else:
            self._fifo.append(value)

    def _write_fifo_level(self, value: int) -> None:
        if value & registers.FIFO_FLUSH:
            self._fifo.clear()
            self._registers[Register.ERROR] &= ~registers.ERROR_OVERFLOW

    def _write_bit_framing(self, value: int) -> None:
        self._registers[Register.BIT_FRAMING] = value
        command = self._registers[Register.COMMAND] & _COMMAND_BITS
        if value & registers.START_SEND and command == Command.TRANSCEIVE:
            self._send()

    def _write_coll(self, value: int) -> None:
        kept = self._registers[Register.COLL] & ~registers.VALUES_AFTER_COLLISION
        self._registers[Register.COLL] = kept | value & registers.VALUES_AFTER_COLLISION

    def _write_tx_control(self, value: int) -> None:
        self._registers[Register.TX_CONTROL] = value
        self._field.power(self._has_field())

    def _has_field(self) -> bool:
        return bool(self._registers[Register.TX_CONTROL] & registers.ANTENNA_ON)

    # -- commands ------------------------------------------------------------------------------

    def _write_command(self, value: int) -> None:
        command = value & _COMMAND_BITS
        if command == Command.SOFT_RESET:
            self._reset_registers()
            return
        self._registers[Register.COMMAND] = value
        self._due = None
        if command != Command.IDLE:
            self._registers[Register.ERROR] = 0
        if command == Command.CALC_CRC:
            self._calculate_crc()
        elif command == Command.AUTHENTICATE:
            self._authenticate()

    def _calculate_crc(self) -> None:
        preset = _CRC_PRESETS[self._registers[Register.MODE] & 0x03]
        low, high = crc_a(self._take_fifo(), preset)
        self._registers[Register.CRC_RESULT_L] = low
        self._registers[Register.CRC_RESULT_H] = high
        self._registers[Register.DIV_IRQ] |= registers.IRQ_CRC

    def _authenticate(self) -> None:
        data = self._take_fifo()
        sent_s = _AUTHENTICATE_BYTES * AIR_BYTE_S
        if len(data) == _AUTHENTICATE_BYTES and self._field.authenticate(
            data[0], data[1], data[2:8], data[8:]
        ):
            self._after(sent_s, self._end_authentication)
        else:
            self._after_timer(sent_s)

    def _end_authentication(self) -> None:
        self._registers[Register.STATUS2] |= registers.CRYPTO1_ON
        self._registers[Register.COMMAND] &= ~_COMMAND_BITS
        self._raise_irq(registers.IRQ_IDLE)

    def _send(self) -> None:
        bits = self._bits_to_send()
        sent_s = _bytes_on_air(bits) * AIR_BYTE_S
        echo = self._field.exchange(self._as_heard(bits)) if self._reaches_cards() else None
        self._raise_irq(registers.IRQ_TX)
        if echo is None or self.deaf:
            self._after_timer(sent_s)
            return
        known = max(0, len(bits) - _ANTICOLLISION_HEAD_BITS)
        answer_s = FRAME_DELAY_S + _bytes_on_air(echo.bits) * AIR_BYTE_S
        self._after(sent_s + answer_s, lambda: self._receive(echo, known))

    def _bits_to_send(self) -> Bits:
        bits = to_bits(self._take_fifo())
        unsent = -(self._registers[Register.BIT_FRAMING] & 0x07) % 8
        return bits[: len(bits) - unsent]

    def _as_heard(self, bits: Bits) -> Bits:
        every = self.corrupt_to_cards_every
        if not every:
            return bits
        heard = self._to_cards.disturb_all(to_bytes(bits), every, self.dice)
        return to_bits(bytes(heard))[: len(bits)]

    def _reaches_cards(self) -> bool:
        return bool(self._registers[Register.TX_ASK] & registers.FORCE_100_ASK)

    def _receive(self, echo: Echo, known: int) -> None:
        align = self._registers[Register.BIT_FRAMING] >> 4 & 0x07
        coll = self._registers[Register.COLL] & registers.VALUES_AFTER_COLLISION
        bits = echo.bits
        if echo.collision is None:
            self._registers[Register.COLL] = coll | registers.COLLISION_NOT_VALID
        else:
            offset = {"frame": 0, "fifo": align, "part": known}[self.collision_counts_from]
            self._note_collision(coll, offset + echo.collision + 1)
            bits = bits if coll else bits[: echo.collision]
        padded = (0,) * align + bits + (0,) * (len(echo.bits) - len(bits))
        for byte in self._air.disturb_all(to_bytes(padded), self.corrupt_air_every, self.dice):
            self._push(byte)
        if self._parity.disturb(0, self.parity_wrong_every, self.dice):
            self._registers[Register.ERROR] |= registers.ERROR_PARITY
        self._registers[Register.CONTROL] = 0x10 | len(padded) % 8
        self._raise_irq(registers.IRQ_RX)

    def _note_collision(self, coll: int, position: int) -> None:
        place = position % 32 if position <= 32 else registers.COLLISION_NOT_VALID
        self._registers[Register.COLL] = coll | place
        self._registers[Register.ERROR] |= registers.ERROR_COLLISION
        self._raise_irq(registers.IRQ_ERROR)

    # -- time ----------------------------------------------------------------------------------

    def _after_timer(self, sent_s: float) -> None:
        """No answer: the timer runs out, if it was told to start by itself."""
        mode = self._registers[Register.T_MODE]
        if not mode & registers.TIMER_AUTO:
            return
        prescaler = (mode & 0x0F) << 8 | self._registers[Register.T_PRESCALER]
        reload = self._registers[Register.T_RELOAD_H] << 8 | self._registers[Register.T_RELOAD_L]
        runs_s = (reload + 1) * (2 * prescaler + 1) / _CARRIER_HZ
        self._after(sent_s + runs_s, lambda: self._raise_irq(registers.IRQ_TIMER))

    def _after(self, seconds: float, happen: Callable[[], None]) -> None:
        self._due = (self._clock.now() + seconds, happen)

    def _let_happen(self) -> None:
        if self._due is not None and self._clock.now() >= self._due[0]:
            happen, self._due = self._due[1], None
            happen()

    def _take_fifo(self) -> bytes:
        data = bytes(self._fifo)
        self._fifo.clear()
        return data


def _bytes_on_air(bits: Bits) -> int:
    return -(-len(bits) // 8)


def _read_only(value: int) -> None:
    """What is written there is lost."""
