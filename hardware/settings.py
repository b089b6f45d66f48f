"""What the factory needs to know to build the hardware. Filled from the config by bootstrap."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from hardware.ports import LockLimits

# Free for locks with the RC522 on SPI0, I2C, UART and the ID EEPROM kept, and pulled down at
# boot, so an active-high driver stays off (BCM2835 datasheet p. 102).
SAFE_LOCK_PINS = frozenset({12, 13, *range(16, 25), 26, 27})


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """``backend`` is "rc522" or "simulated". ``bus`` and ``device`` name /dev/spidevB.D;
    ``reset_pin`` is a BCM number wired to RST."""

    backend: Literal["rc522", "simulated"]
    bus: int = 0
    device: int = 0
    reset_pin: int = 25


@dataclass(frozen=True, slots=True)
class LockPins:
    """BCM numbers of one cubby's lock driver, and of its door switch if it has one."""

    lock: int
    door: int | None = None


@dataclass(frozen=True, slots=True)
class LockSettings:
    """``backend`` is "gpio" or "simulated"; ``pins`` by cubby number. A simulated bank may use any
    numbers. ``closed_is_low``: the switch pulls its line down while the door is shut.
    ``active_high``: the driver turns the coil on with a high line."""

    backend: Literal["gpio", "simulated"]
    pins: Mapping[int, LockPins]
    limits: LockLimits = field(default_factory=LockLimits)
    active_high: bool = True
    closed_is_low: bool = True


@dataclass(frozen=True, slots=True)
class HardwareSettings:
    """All of it. ``world`` is the file that a simulated cabinet lives in, and outlives it."""

    reader: ReaderSettings
    locks: LockSettings
    world: Path
