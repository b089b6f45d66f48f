"""A simulated chip as the modules ``spidev`` and ``RPi.GPIO`` would show it to a program."""

from collections import deque
from dataclasses import dataclass, field
from types import ModuleType

from hardware.simulated.chip import Mfrc522Chip
from hardware.simulated.clock import ChipClock

BOARD, BCM = 10, 11
_BOARD_TO_BCM = {22: 25}  # the one the mfrc522 package resets by
_DEVICE_NAME = "/dev/spidev{}.{}"


REMEMBERED = 64  # line changes; an idle reader resets its chip every few minutes, for years


@dataclass(frozen=True, slots=True)
class LineChange:
    """A GPIO output set: when (seconds of the chip's clock), its BCM number, and its level."""

    at_s: float
    pin: int
    level: int


@dataclass(slots=True)
class Wires:
    """What was done to the lines. ``cleaned_up``: how often GPIO.cleanup() let go of them all.

    ``closed``: whether the SPI device was.
    """

    mode: int | None = None
    changes: deque[LineChange] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    cleaned_up: int = 0
    closed: bool = False


class SimulatedSpiDev:
    """``spidev.SpiDev`` with a chip at the other end of one bus and device."""

    def __init__(self, chip: Mfrc522Chip, wires: Wires, name: str) -> None:
        self.max_speed_hz = 500_000
        self._chip = chip
        self._wires = wires
        self._name = name

    def open(self, bus: int, device: int) -> None:
        """Raises FileNotFoundError where there is no such device."""
        name = _DEVICE_NAME.format(bus, device)
        if name != self._name:
            raise FileNotFoundError(2, "No such file or directory", name)
        self._wires.closed = False

    def xfer2(self, data: list[int]) -> list[int]:
        """One transfer, chip select held throughout."""
        if self._wires.closed:
            raise OSError(9, "Bad file descriptor")
        return self._chip.transfer(data)

    def close(self) -> None:
        """Transfers fail from now on."""
        self._wires.closed = True


class SimulatedGpio(ModuleType):
    """``RPi.GPIO`` with the chip's RST on one line."""

    BOARD, BCM = BOARD, BCM
    OUT, IN = 0, 1
    LOW, HIGH = 0, 1

    def __init__(self, chip: Mfrc522Chip, wires: Wires, clock: ChipClock, reset_pin: int) -> None:
        super().__init__("RPi.GPIO")
        self._chip = chip
        self._wires = wires
        self._clock = clock
        self._reset_pin = reset_pin

    def getmode(self) -> int | None:
        """How lines are numbered: BOARD, BCM, or None while nobody has said."""
        return self._wires.mode

    def setmode(self, mode: int) -> None:
        """Raises ValueError if another mode was set before."""
        if self._wires.mode not in (None, mode):
            raise ValueError("A different mode has already been set!")
        self._wires.mode = mode

    def setup(self, pin: int, direction: int) -> None:
        """Claim a line."""

    def output(self, pin: int, level: int) -> None:
        """Drive a line; the one wired to RST resets the chip while low."""
        bcm = pin if self._wires.mode == BCM else _BOARD_TO_BCM.get(pin, -1)
        self._wires.changes.append(LineChange(self._clock.now(), bcm, level))
        if bcm == self._reset_pin:
            self._chip.reset_line(bool(level))

    def cleanup(self) -> None:
        """Let go of every line of this process."""
        self._wires.cleaned_up += 1
        self._wires.mode = None


@dataclass(frozen=True, slots=True)
class Modules:
    """What a loader needs, and what was done to it."""

    spidev: ModuleType
    rpi: ModuleType
    wires: Wires


def modules_for(
    chip: Mfrc522Chip, clock: ChipClock, bus: int = 0, device: int = 0, reset_pin: int = 25
) -> Modules:
    """Modules through which a program reaches ``chip`` and nothing else."""
    wires = Wires()
    name = _DEVICE_NAME.format(bus, device)
    spidev, rpi = ModuleType("spidev"), ModuleType("RPi")
    vars(spidev)["SpiDev"] = lambda: SimulatedSpiDev(chip, wires, name)
    vars(rpi)["GPIO"] = SimulatedGpio(chip, wires, clock, reset_pin)
    return Modules(spidev, rpi, wires)
