"""Which pins and limits can be used: pure checks, for ``hardware.wiring``."""

import math
from collections.abc import Iterable, Iterator, Mapping

from hardware.ports import LockLimits
from hardware.settings import (
    SAFE_LOCK_PINS,
    BoardWiring,
    ExpanderWiring,
    GpioWiring,
    HardwareSettings,
    ReaderSettings,
)

# Both chip selects are held by the kernel's SPI driver, whichever one the reader is on
# (BCM2835 datasheet, table 6-31).
SPI_PINS = {0: frozenset({7, 8, 9, 10, 11}), 1: frozenset(range(16, 22))}

# The header's first UART, and by which names it is known.
UART_PINS = frozenset({14, 15})
UARTS = frozenset({"/dev/serial0", "/dev/ttyAMA0", "/dev/ttyS0"})

# SDA and SCL of the bus on the header (BCM2835 datasheet, table 6-31).
I2C_PINS = {0: frozenset({0, 1}), 1: frozenset({2, 3})}

# GPIO 0 and 1 read the ID EEPROM of a HAT at boot; 28 and up are not on the 40-pin header.
DOOR_PINS = frozenset(range(2, 28))

# No cubby lock needs more, and a solenoid made for pulses burns if it gets much more.
HARD_CEILING_S = 2.0

# A simulated cabinet is not bound to a header, but a pin number is still no street number.
HIGHEST_SIMULATED_PIN = 4095


def reader_pins(reader: ReaderSettings) -> frozenset[int]:
    """The BCM numbers that the reader and its bus occupy; none if it is no RC522 or simulated."""
    if reader.simulated or reader.backend != "rc522":
        return frozenset()
    return SPI_PINS.get(reader.bus, frozenset()) | {reader.reset_pin}


def reader_faults(reader: ReaderSettings) -> Iterator[str]:
    """Why a real RC522 cannot have its reset line there, if it cannot."""
    if reader.simulated or reader.backend != "rc522":
        return
    if reader.reset_pin in SPI_PINS.get(reader.bus, frozenset()):
        yield f"reset_pin is {reader.reset_pin}: that line belongs to the reader's own SPI bus"
    elif reader.reset_pin not in DOOR_PINS:
        yield f"reset_pin is {reader.reset_pin}: use one of 2 to 27"


def part_pins(settings: HardwareSettings) -> Mapping[int, str]:
    """The lines of the header that the real reader, boards and expanders occupy, and which part
    each. Locks, doors and lights on lines of their own are not among them."""
    taken = dict.fromkeys(reader_pins(settings.reader), "the card reader")
    if not settings.reader.simulated and settings.reader.path in UARTS:
        taken |= dict.fromkeys(UART_PINS, "the card reader")
    for bank in settings.banks:
        match bank.wiring:
            case _ if bank.simulated:
                continue
            case ExpanderWiring(bus=bus):
                taken |= dict.fromkeys(I2C_PINS.get(bus, ()), "the expander's bus")
            case BoardWiring(port=port) if port in UARTS:
                taken |= dict.fromkeys(UART_PINS, "the lock board's port")
    return taken


def limit_faults(limits: LockLimits) -> list[str]:
    """Every reason why these limits cannot be promised, one sentence each; empty is good."""
    faults = []
    if not 0 < limits.ceiling_s <= HARD_CEILING_S:
        faults.append(
            f"ceiling_s is {limits.ceiling_s}: it must be above 0, at most {HARD_CEILING_S}"
        )
    if not 0 < limits.pulse_s <= limits.ceiling_s:
        faults.append(f"pulse_s is {limits.pulse_s}: it must be above 0, at most ceiling_s")
    if not 0 <= limits.rest_s < math.inf:
        faults.append(f"rest_s is {limits.rest_s}: it must be 0 or more")
    if limits.max_concurrent < 1:
        faults.append(f"max_concurrent is {limits.max_concurrent}: it must be 1 or more")
    return faults


def header_faults(wiring: GpioWiring, taken: Mapping[int, str]) -> Iterator[str]:
    """Every reason why lines of a real header cannot be used. ``taken``: as ``part_pins``."""
    for pin, use in uses(wiring):
        if pin in taken:
            yield f"GPIO {pin} ({use}) belongs to {taken[pin]}"
        elif use.startswith("lock") and pin not in SAFE_LOCK_PINS:
            safe = ", ".join(map(str, sorted(SAFE_LOCK_PINS)))
            yield f"GPIO {pin} ({use}) is not safe for a lock: use one of {safe}"
        elif use.startswith("door") and pin not in DOOR_PINS:
            yield f"GPIO {pin} ({use}) cannot read a door: use one of 2 to 27"


def range_faults(wiring: GpioWiring, highest: int) -> Iterator[str]:
    """Every line beyond 0 to ``highest``."""
    for pin, use in uses(wiring):
        if not 0 <= pin <= highest:
            yield f"pin {pin} ({use}) is out of range: 0 to {highest}"


def double_uses(wirings: Iterable[GpioWiring], name: str = "GPIO") -> Iterator[str]:
    """Every line of one header or chip that has two uses."""
    users: dict[int, list[str]] = {}
    for wiring in wirings:
        for pin, use in uses(wiring):
            users.setdefault(pin, []).append(use)
    for pin, names in sorted(users.items()):
        if len(names) > 1:
            yield f"{name} {pin} is used {len(names)} times: {', '.join(names)}"


def uses(wiring: GpioWiring) -> Iterator[tuple[int, str]]:
    """Every line of it, and what for."""
    for cubby, pins in sorted(wiring.pins.items()):
        yield pins.lock, f"lock of cubby {cubby}"
        if pins.door is not None:
            yield pins.door, f"door of cubby {cubby}"
