"""What the factory needs to know to build the hardware. Filled from the config by bootstrap."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from hardware.ports import LockLimits

# Free for locks with the RC522 on SPI0, I2C, UART and the ID EEPROM kept, and pulled down at
# boot, so an active-high driver stays off (BCM2835 datasheet p. 102).
SAFE_LOCK_PINS = frozenset({12, 13, *range(16, 25), 26, 27})

ReaderBackend = Literal["rc522", "keyboard", "rdm6300"]
BoardProtocol = Literal["kerong", "kerong48", "board8a", "waveshare"]


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """The card reader.

    ``bus`` and ``device`` name an RC522's /dev/spidevB.D; ``reset_pin`` is a BCM number wired to
    its RST. ``path`` names the device of the others: /dev/input/by-id/… of a keyboard reader,
    /dev/serial/by-id/… of a serial one. ``profile`` is how a keyboard reader spells numbers.
    """

    backend: ReaderBackend
    simulated: bool = False
    bus: int = 0
    device: int = 0
    reset_pin: int = 25
    path: str = ""
    profile: str = "hex"


@dataclass(frozen=True, slots=True)
class LockPins:
    """One cubby's line to its lock driver, and to its door switch if it has one.

    BCM numbers on a Raspberry Pi's header; 0 to 15 (A0 to B7) on an expander.
    """

    lock: int
    door: int | None = None


@dataclass(frozen=True, slots=True)
class GpioWiring:
    """Locks on this machine's own header.

    ``pins`` by cubby number. ``active_high``: the driver turns the coil on with a high line.
    ``closed_is_low``: the switch pulls its line down while the door is shut.
    """

    pins: Mapping[int, LockPins]
    active_high: bool = True
    closed_is_low: bool = True

    @property
    def cubbies(self) -> frozenset[int]:
        """The cubbies wired here."""
        return frozenset(self.pins)

    @property
    def sensed(self) -> frozenset[int]:
        """Those of them whose door has a switch."""
        return frozenset(cubby for cubby, pins in self.pins.items() if pins.door is not None)


@dataclass(frozen=True, slots=True)
class ExpanderWiring(GpioWiring):
    """Locks on an MCP23017 at ``address`` (0x20-0x27) of /dev/i2c-``bus``. Lines 0 to 15."""

    bus: int = 1
    address: int = 0x20


@dataclass(frozen=True, slots=True)
class BoardWiring:
    """Locks on a board that times its own pulses, on a serial line.

    ``port``: /dev/serial/by-id/…; ``address``: the board's, as its switches say; ``channels``:
    the board's lock number, from 1, by cubby. ``closed_bit``: the feedback bit that means shut.
    ``sensors``: whether the locks' feedback is wired.
    """

    protocol: BoardProtocol
    port: str
    address: int
    channels: Mapping[int, int]
    closed_bit: bool = True
    sensors: bool = True

    @property
    def cubbies(self) -> frozenset[int]:
        """The cubbies wired here."""
        return frozenset(self.channels)

    @property
    def sensed(self) -> frozenset[int]:
        """Those of them whose door has feedback: all or none."""
        return self.cubbies if self.sensors else frozenset()


Wiring = GpioWiring | ExpanderWiring | BoardWiring


@dataclass(frozen=True, slots=True)
class BankSettings:
    """One bank of locks. ``name`` tells it apart; a ``simulated`` one may use any numbers."""

    name: str
    wiring: Wiring
    limits: LockLimits = field(default_factory=LockLimits)
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class LightSettings:
    """The kiosk's own lamp and buzzer, and a lamp for each cubby that has one: BCM numbers.

    ``lamp``: red, green and blue, one LED of three colours or three LEDs; ``buzzer``: a piezo.
    ``active_high``: an LED shines while its line is high. ``simulated``: shown, not wired.
    """

    lamp: tuple[int, int, int] | None = None
    buzzer: int | None = None
    cubbies: Mapping[int, int] = field(default_factory=dict)
    active_high: bool = True
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class HardwareSettings:
    """All of it. ``world`` is the file that a simulated cabinet lives in, and outlives it.

    ``max_concurrent``: coils on at once over all banks: what the supply can carry.
    """

    reader: ReaderSettings
    banks: tuple[BankSettings, ...]
    world: Path
    max_concurrent: int = 1
    lights: LightSettings = field(default_factory=LightSettings)

    @property
    def is_simulated(self) -> bool:
        """Whether any part of it is simulated."""
        return self.reader.simulated or any(bank.simulated for bank in self.banks)
