"""The package's ``MFRC522`` class with an exchange of our own that trusts the chip's timer.

The package's ``MFRC522_ToCard`` takes 2,013 SPI transfers to find nobody there, and calls a dead
chip, a bad frame and an empty field by one name. Here an exchange with no answer takes 11, and
the three are told apart. Bus, registers and initialisation stay the package's.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol, cast

from hardware.errors import BackendUnavailable, ReaderLost
from hardware.rc522 import registers
from hardware.rc522.frames import Bits, to_bits
from hardware.rc522.loader import Library
from hardware.rc522.registers import Command, Register

# 0x91, 0x92: NXP 1.0 and 2.0; 0x90: 0.0; 0x88: FM17522; 0x12, 0x18, 0xB2, 0x82: other clones.
KNOWN_VERSIONS = frozenset({0x90, 0x91, 0x92, 0x88, 0x12, 0x18, 0xB2, 0x82})

ANSWER_WAIT_MS = 5
_RESET_LOW_S = 0.000_01  # the data sheet asks for 100 ns, boards with a filter for 2 us
_START_UP_S = 0.05
_SOFT_RESET_S = 0.001  # the crystal keeps running; 37.74 us by the data sheet
_IRQ_STEP_S = 0.001
# Twice the timer: a chip silent for that long will not speak.
_IRQ_READS = 2 * ANSWER_WAIT_MS
_LONGEST_ANSWER = 18  # 16 bytes of data and their CRC
_BCM = 11


class NoAnswer(Exception):
    """The chip's timer ran out: no card answered."""


class BadFrame(Exception):
    """Something answered, and it cannot be made sense of."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. ``collision`` is the position CollReg gave, 1-32, or None for a clean one.

    ``bits`` begin with the first bit received, not with the alignment asked for.
    """

    bits: Bits
    collision: int | None = None


@dataclass(frozen=True, slots=True)
class Wiring:
    """The chip is /dev/spidev``bus``.``device``, its RST is wired to BCM line ``reset_pin``."""

    bus: int
    device: int
    reset_pin: int


class SpiDev(Protocol):
    """What we use of ``spidev.SpiDev`` ourselves."""

    def close(self) -> None:
        """Let go of the device."""


class Rc522Chip:
    """Mixed into the package's class by ``open_chip``, which provides what is only declared."""

    spi: SpiDev
    Write_MFRC522: Callable[[int, int], None]
    Read_MFRC522: Callable[[int], int]
    MFRC522_Init: Callable[[], None]
    AntennaOff: Callable[[], None]

    def __init__(self, wiring: Wiring, gpio: Any, sleep: Callable[[float], None]) -> None:
        self._reset_pin = wiring.reset_pin
        self._gpio = gpio
        self._sleep = sleep
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

    def MFRC522_Reset(self) -> None:  # noqa: N802
        """Soft reset, and the wait that the package's leaves out."""
        self.Write_MFRC522(Register.COMMAND, Command.SOFT_RESET)
        self._sleep(_SOFT_RESET_S)

    def Close_MFRC522(self) -> None:  # noqa: N802
        """Field off, bus closed, nothing else: the package's lets go of every GPIO line."""
        with suppress(OSError):
            self.AntennaOff()
        self.spi.close()

    def exchange(self, frame: bytes, tx_bits: int = 0, rx_align: int = 0) -> Answer:
        """Send a frame and return what cards answer within 5 ms.

        ``tx_bits``: how many bits of the last byte to send, 0 for all; ``rx_align``: bits of the
        first byte received that the sender already knew, 0-7.

        Raises:
            NoAnswer: nobody answered.
            BadFrame: somebody did, unintelligibly.
            ReaderLost: the chip is dead or the bus is stuck.
        """
        self._send(frame, rx_align << 4 | tx_bits)
        self._await_answer()
        return self._received(rx_align)

    def check(self) -> None:
        """Prove the chip alive and its field on.

        Raises:
            ReaderLost: it is not.
        """
        version = self.Read_MFRC522(Register.VERSION)
        if version not in KNOWN_VERSIONS:
            version = self.Read_MFRC522(Register.VERSION)  # one disturbed byte is no dead chip
        if version not in KNOWN_VERSIONS:
            raise ReaderLost(f"The card reader does not answer (version read as {version:02X}).")
        control = self.Read_MFRC522(Register.TX_CONTROL)
        if control & registers.ANTENNA_ON != registers.ANTENNA_ON:
            raise ReaderLost("The card reader has lost its settings: its field is off.")

    def restart(self) -> None:
        """Reset by the RST line, initialise, check. Takes about 51 ms.

        Raises:
            ReaderLost: the chip stays dead.
        """
        self._gpio.output(self._reset_pin, 0)
        self._sleep(_RESET_LOW_S)
        self._gpio.output(self._reset_pin, 1)
        self._sleep(_START_UP_S)
        self.MFRC522_Init()
        self._set_up_exchange()
        self.check()

    def _set_up_exchange(self) -> None:
        # The package's prescaler makes a tick of 0.5 ms; the timer runs reload + 1 ticks.
        self.Write_MFRC522(Register.T_RELOAD_L, 2 * ANSWER_WAIT_MS - 1)
        # Bits after a collision read as 0.
        self.Write_MFRC522(Register.COLL, 0)

    def _send(self, frame: bytes, framing: int) -> None:
        write = self.Write_MFRC522
        write(Register.COMMAND, Command.IDLE)
        write(Register.COM_IRQ, registers.IRQ_ALL)
        write(Register.FIFO_LEVEL, registers.FIFO_FLUSH)
        for byte in frame:
            write(Register.FIFO_DATA, byte)
        write(Register.COMMAND, Command.TRANSCEIVE)
        write(Register.BIT_FRAMING, registers.START_SEND | framing)

    def _await_answer(self) -> None:
        for _ in range(_IRQ_READS):
            self._sleep(_IRQ_STEP_S)
            irq = self.Read_MFRC522(Register.COM_IRQ)
            if irq & registers.IRQ_SET:  # reads as 0 from a living chip
                self.check()
                raise BadFrame("a disturbed byte on the bus")
            if irq & registers.IRQ_RX:
                return
            if irq & registers.IRQ_TIMER:
                raise NoAnswer
        raise ReaderLost("The card reader does not answer (no interrupt after an exchange).")

    def _received(self, rx_align: int) -> Answer:
        error = self.Read_MFRC522(Register.ERROR)
        if error & (registers.ERROR_OVERFLOW | registers.ERROR_PARITY | registers.ERROR_PROTOCOL):
            raise BadFrame(f"error register {error:02X}")
        level = self.Read_MFRC522(Register.FIFO_LEVEL)
        if level > _LONGEST_ANSWER:
            raise BadFrame(f"{level} bytes where at most {_LONGEST_ANSWER} belong")
        data = bytes(self.Read_MFRC522(Register.FIFO_DATA) for _ in range(level))
        last = self.Read_MFRC522(Register.CONTROL) & registers.RX_LAST_BITS
        bits = to_bits(data)[rx_align : len(data) * 8 - (8 - last if last else 0)]
        if not error & registers.ERROR_COLLISION:
            return Answer(bits)
        return Answer(bits, self._collision_position())

    def _collision_position(self) -> int:
        collision = self.Read_MFRC522(Register.COLL)
        if collision & registers.COLLISION_NOT_VALID:
            raise BadFrame("a collision at no known place")
        return collision & registers.COLLISION_POSITION or 32


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
    device = f"/dev/spidev{wiring.bus}.{wiring.device}"
    try:
        with _no_new_log_handlers():
            return cast(Rc522Chip, cast(Any, made)(wiring, library.gpio, sleep))
    except FileNotFoundError as error:
        raise BackendUnavailable(
            f"There is no {device}: turn SPI on with dtparam=spi=on in config.txt."
        ) from error
    except PermissionError as error:
        raise BackendUnavailable(
            f"{device} may not be opened: the user must be in the groups spi and gpio."
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
