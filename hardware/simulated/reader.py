"""A card reader whose driver and package are the real ones, and only the chip is simulated."""

from typing import Protocol

from hardware.rc522 import Rc522Reader, Wiring, open_rc522
from hardware.rc522.loader import load
from hardware.simulated.chip import Mfrc522Chip
from hardware.simulated.clock import ChipClock
from hardware.simulated.spi import modules_for


class DriverClock(ChipClock, Protocol):
    """A clock that the driver waits by and the chip works by."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


def simulated_reader(
    chip: Mfrc522Chip, clock: DriverClock, wiring: Wiring | None = None
) -> Rc522Reader:
    """The reader of ``open_rc522``, wired to ``chip``. ``clock`` must be the chip's own."""
    wiring = wiring or Wiring(bus=0, device=0, reset_pin=25)
    modules = modules_for(chip, clock, wiring.bus, wiring.device, wiring.reset_pin)
    library = load(modules.spidev, modules.rpi)
    return open_rc522(wiring, clock.sleep, clock.now, library)
