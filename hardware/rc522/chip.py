"""The package's ``MFRC522`` class with an exchange of our own that trusts the chip's timer.

The package's ``MFRC522_ToCard`` takes 2,013 SPI transfers to find nobody there, and calls a dead
chip, a bad frame and an empty field by one name. Here an exchange with no answer takes 11, and
the three are told apart. Bus, registers and initialisation stay the package's.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol, cast

from hardware.errors import BackendUnavailable, ReaderLost
from hardware.rc522 import health, registers
from hardware.rc522.faults import BadFrame, Cause, NoAnswer
from hardware.rc522.frames import Bits, to_bits
from hardware.rc522.loader import Library
from hardware.rc522.registers import Command, Register
from hardware.rc522.wiring import Wiring

ANSWER_WAIT_MS = 5
_RESET_LOW_S = 0.000_01  # the data sheet asks for 100 ns, boards with a filter for 2 us
_START_UP_S = 0.05
_SOFT_RESET_S = 0.001  # the crystal keeps running; 37.74 us by the data sheet
_FIELD_REST_S = 0.006  # 5 ms without a field, and 5 ms of it, by ISO 14443-3:2018, 5.2
_IRQ_STEP_S = 0.001
# Twice the timer: a chip silent for that long will not speak.
_IRQ_READS = 2 * ANSWER_WAIT_MS
# A reading that is wrong is repeated: one disturbed byte is no dead chip.
_READINGS = 4
_NOISE_READS = 64
_NOISE_LIMIT = 4  # of them; cards are hardly ever read whole through more
_LONGEST_ANSWER = 18  # 16 bytes of data and their CRC
_BCM = 11
_ERRORS = {
    registers.ERROR_OVERFLOW: Cause.LENGTH,
    registers.ERROR_PARITY: Cause.PARITY,
    registers.ERROR_PROTOCOL: Cause.FRAMING,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. ``collision`` is the position CollReg gave, 1-32, or None for a clean one.

    ``bits`` begin with the first bit received, not with the alignment asked for.
    """

    bits: Bits
    collision: int | None = None


class SpiDev(Protocol):
    """What we use of ``spidev.SpiDev`` ourselves."""

    def xfer2(self, data: list[int]) -> list[int]:
        """One transfer: as many bytes back as were sent."""

    def close(self) -> None:
        """Let go of the device."""


class Rc522Chip:
    """Mixed into the package's class by ``open_chip``, which provides what is only declared.

    ``transfers`` counts those on the bus, ``disturbed`` the bytes that a second reading put right.
    """

    spi: SpiDev
    MFRC522_Init: Callable[[], None]

    def __init__(self, wiring: Wiring, gpio: Any, sleep: Callable[[float], None]) -> None:
        self.transfers = 0
        self.disturbed = 0
        self._wiring = wiring
        self._gpio = gpio
        self._sleep = sleep
        self._wait_ms = ANSWER_WAIT_MS
        try:
            super().__init__(  # type: ignore[call-arg]  # the package's class is the next in line
                wiring.bus,
                wiring.device,
                pin_mode=_BCM,
                pin_rst=wiring.reset_pin,
                debugLevel="CRITICAL",
            )
        except Exception:
            if hasattr(self, "spi"):
                self.spi.close()
            raise

    def Write_MFRC522(self, address: int, value: int) -> None:  # noqa: N802
        """Write a register: one transfer."""
        self.transfers += 1
        super().Write_MFRC522(address, value)  # type: ignore[misc]

    def Read_MFRC522(self, address: int) -> int:  # noqa: N802
        """Read a register: one transfer."""
        self.transfers += 1
        read: int = super().Read_MFRC522(address)  # type: ignore[misc]
        return read

    def MFRC522_Reset(self) -> None:  # noqa: N802
        """Soft reset, and the wait that the package's leaves out."""
        self.Write_MFRC522(Register.COMMAND, Command.SOFT_RESET)
        self._sleep(_SOFT_RESET_S)

    def Close_MFRC522(self) -> None:  # noqa: N802
        """Field off, bus closed, nothing else: the package's lets go of every GPIO line."""
        with suppress(OSError):
            self.Write_MFRC522(Register.TX_CONTROL, registers.FIELD_OFF)
        self.spi.close()

    def exchange(
        self, frame: bytes, tx_bits: int = 0, rx_align: int = 0, wait_ms: int = ANSWER_WAIT_MS
    ) -> Answer:
        """Send a frame and return what cards answer within ``wait_ms``, 1 to 5.

        ``tx_bits``: how many bits of the last byte to send, 0 for all; ``rx_align``: bits of the
        first byte received that the sender already knew, 0-7.

        Raises:
            NoAnswer: nobody answered.
            BadFrame: somebody did, unintelligibly.
            ReaderLost: the chip is dead or the bus is stuck.
        """
        if wait_ms != self._wait_ms:
            self._set_wait(wait_ms)
        self._send(frame, rx_align << 4 | tx_bits)
        self._await_answer()
        return self._received(rx_align)

    def cycle_field(self) -> None:
        """Take the power from all cards, and give it back: 12 ms. They forget all but their UID."""
        for control in (registers.FIELD_OFF, registers.FIELD_ON):
            self.Write_MFRC522(Register.TX_CONTROL, control)
            self._sleep(_FIELD_REST_S)

    def check(self, doubt: bool = False) -> None:
        """Prove that the chip is alive, its settings are kept, its field is on.

        With ``doubt``, or where a byte was disturbed, also that the bus is quiet enough.

        Raises:
            ReaderLost: something is wrong; the message says what was seen, and what to look at.
        """
        before = self.disturbed
        self._check_version()
        self._check_settings()
        if doubt or self.disturbed > before:
            self._check_bus()

    def restart(self) -> None:
        """Reset by the RST line, initialise, check. Takes about 51 ms.

        Raises:
            ReaderLost: the chip stays dead.
        """
        self._hold_in_reset()
        self._end_reset()
        self.MFRC522_Init()
        self._set_up_exchange()
        self.check()

    def heeds_reset(self) -> bool:
        """Whether its RST is wired where it should be: held low it silences the chip.

        Leaves it reset: ``restart`` follows, or ``Close_MFRC522``.
        """
        self._hold_in_reset()
        is_silent = self.Read_MFRC522(Register.VERSION) not in health.KNOWN_VERSIONS
        self._end_reset()
        return is_silent

    def _hold_in_reset(self) -> None:
        self._gpio.output(self._wiring.reset_pin, 0)
        self._sleep(_RESET_LOW_S)

    def _end_reset(self) -> None:
        self._gpio.output(self._wiring.reset_pin, 1)
        self._sleep(_START_UP_S)

    def _set_up_exchange(self) -> None:
        self._set_wait(ANSWER_WAIT_MS)
        # Bits after a collision read as 0.
        self.Write_MFRC522(Register.COLL, 0)
        # The package sets two bits of what it read: one disturbed byte, and the rest is wrong.
        self.Write_MFRC522(Register.TX_CONTROL, registers.FIELD_ON)

    def _set_wait(self, wait_ms: int) -> None:
        self._wait_ms = wait_ms
        self.Write_MFRC522(Register.T_RELOAD_L, _reload(wait_ms))

    def _check_version(self) -> None:
        seen = self._read_until(Register.VERSION, health.KNOWN_VERSIONS.__contains__)
        if seen[-1] not in health.KNOWN_VERSIONS:
            raise ReaderLost(health.no_such_chip(seen, self._wiring))

    def _check_settings(self) -> None:
        lost = {
            setting: seen[-1]
            for setting in health.settings(_reload(self._wait_ms))
            if not setting.is_kept(
                (seen := self._read_until(setting.register, setting.is_kept))[-1]
            )
        }
        if lost:
            raise ReaderLost(health.lost(lost))

    def _read_until(self, register: Register, is_right: Callable[[int], bool]) -> list[int]:
        """The readings up to the first right one, or four wrong ones."""
        seen = [self.Read_MFRC522(register)]
        while not is_right(seen[-1]) and len(seen) < _READINGS:
            seen.append(self.Read_MFRC522(register))
        if is_right(seen[-1]):
            self.disturbed += len(seen) - 1
        return seen

    def _check_bus(self) -> None:
        reads = Counter(self.Read_MFRC522(Register.VERSION) for _ in range(_NOISE_READS))
        wrong = _NOISE_READS - max(reads.values())
        self.disturbed += wrong
        if wrong >= _NOISE_LIMIT:
            raise ReaderLost(health.disturbed(wrong, _NOISE_READS))

    def _send(self, frame: bytes, framing: int) -> None:
        write = self.Write_MFRC522
        write(Register.COMMAND, Command.IDLE)
        write(Register.COM_IRQ, registers.IRQ_ALL)
        write(Register.FIFO_LEVEL, registers.FIFO_FLUSH)
        self._write_fifo(frame)
        write(Register.COMMAND, Command.TRANSCEIVE)
        write(Register.BIT_FRAMING, registers.START_SEND | framing)

    def _await_answer(self) -> None:
        for count in range(_IRQ_READS):
            self._sleep(_IRQ_STEP_S)
            irq = self.Read_MFRC522(Register.COM_IRQ)
            if irq & registers.IRQ_SET:  # reads as 0 from a living chip
                self.check()
                self.disturbed += 1
                raise BadFrame(Cause.BUS)
            if irq & registers.IRQ_RX:
                return
            if irq & registers.IRQ_TIMER:
                raise NoAnswer
            if not irq and not count:  # the longest frame of ours is sent by then
                self.check()
        self.check()
        raise ReaderLost(health.hangs())

    def _received(self, rx_align: int) -> Answer:
        error = self.Read_MFRC522(Register.ERROR)
        for bit, cause in _ERRORS.items():
            if error & bit:
                raise BadFrame(cause)
        level = self.Read_MFRC522(Register.FIFO_LEVEL)
        if level > _LONGEST_ANSWER:
            raise BadFrame(Cause.LENGTH)
        data = self._read_fifo(level)
        last = self.Read_MFRC522(Register.CONTROL) & registers.RX_LAST_BITS
        bits = to_bits(data)[rx_align : len(data) * 8 - (8 - last if last else 0)]
        if not error & registers.ERROR_COLLISION:
            return Answer(bits)
        return Answer(bits, self._collision_position())

    def _write_fifo(self, data: bytes) -> None:
        """All in one transfer (data sheet, 8.1.2.2), where the package would make many."""
        self.transfers += 1
        self.spi.xfer2([Register.FIFO_DATA << 1, *data])

    def _read_fifo(self, count: int) -> bytes:
        """All in one transfer (data sheet, 8.1.2.1): each byte comes after its address."""
        if not count:
            return b""
        self.transfers += 1
        return bytes(self.spi.xfer2([0x80 | Register.FIFO_DATA << 1] * count + [0])[1:])

    def _collision_position(self) -> int:
        collision = self.Read_MFRC522(Register.COLL)
        if collision & registers.COLLISION_NOT_VALID:
            raise BadFrame(Cause.COLLISION)
        return collision & registers.COLLISION_POSITION or 32


def _reload(wait_ms: int) -> int:
    """For the package's prescaler: a tick of 0.5 ms, and the timer runs one more than this."""
    return 2 * wait_ms - 1


def open_chip(library: Library, wiring: Wiring, sleep: Callable[[float], None]) -> Rc522Chip:
    """The chip at ``wiring``, not yet reset.

    Raises:
        BackendUnavailable: the device cannot be opened, or GPIO numbers mean something else here.
    """
    if library.gpio.getmode() not in (None, _BCM):
        raise BackendUnavailable(
            "Another part of this program numbers GPIO lines by board position: the card reader's"
            " RST line would be a wrong one."
        )
    made = type("Mfrc522", (Rc522Chip, library.chip_class), {})
    try:
        with _no_new_log_handlers():
            return cast(Rc522Chip, cast(Any, made)(wiring, library.gpio, sleep))
    except FileNotFoundError as error:
        raise BackendUnavailable(
            f"There is no {wiring.path}: turn SPI on with dtparam=spi=on in config.txt."
        ) from error
    except PermissionError as error:
        raise BackendUnavailable(
            f"{wiring.path} may not be opened: the user must be in the groups spi and gpio."
        ) from error
    except (OSError, RuntimeError) as error:
        raise BackendUnavailable(f"The card reader cannot be opened: {error}") from error


@contextmanager
def _no_new_log_handlers() -> Iterator[None]:
    """The package adds a handler that writes to stderr each time a chip is opened."""
    log = logging.getLogger("mfrc522Logger")
    before = list(log.handlers)
    try:
        yield
    finally:
        for handler in set(log.handlers).difference(before):
            log.removeHandler(handler)
