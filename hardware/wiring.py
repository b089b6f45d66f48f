"""Whether the banks of a cabinet can be wired as the settings say. Pure; for factory and config."""

import math
from collections import Counter
from collections.abc import Iterator

from hardware.boards import ADDRESSES, CHANNELS
from hardware.expander.lines import input_faults
from hardware.gpio.pins import (
    HIGHEST_SIMULATED_PIN,
    double_uses,
    header_faults,
    limit_faults,
    part_pins,
    range_faults,
    reader_faults,
)
from hardware.lights.pins import light_pin_faults
from hardware.settings import (
    BankSettings,
    BoardWiring,
    ExpanderWiring,
    GpioWiring,
    HardwareSettings,
)

EXPANDER_ADDRESSES = range(0x20, 0x28)
HIGHEST_EXPANDER_LINE = 15


def wiring_faults(settings: HardwareSettings) -> list[str]:
    """Every reason why the banks cannot be used, one sentence each; empty is good."""
    several = len(settings.banks) > 1
    faults = [*reader_faults(settings.reader), *_cubbies_twice(settings), *_names_twice(settings)]
    for bank in settings.banks:
        where = f"bank {bank.name}: " if several else ""
        found = [*_bank_faults(bank, settings), *limit_faults(bank.limits)]
        faults += [where + fault for fault in found]
    faults += [*_shared_lines(settings), *_shared_addresses(settings), *_shared_port(settings)]
    faults += light_pin_faults(settings)
    if settings.max_concurrent < 1:
        faults.append(f"max_concurrent is {settings.max_concurrent}: it must be 1 or more")
    return faults


def _bank_faults(bank: BankSettings, settings: HardwareSettings) -> Iterator[str]:
    match bank.wiring:
        case ExpanderWiring() as wiring:
            yield from range_faults(wiring, HIGHEST_EXPANDER_LINE)
            yield from double_uses([wiring], "line")
            yield from input_faults(wiring)
            if wiring.address not in EXPANDER_ADDRESSES:
                yield f"address is {wiring.address:#x}: an MCP23017 has 0x20 to 0x27"
        case GpioWiring() as wiring if bank.simulated:
            yield from range_faults(wiring, HIGHEST_SIMULATED_PIN)
        case GpioWiring() as wiring:
            yield from header_faults(wiring, part_pins(settings))
        case BoardWiring() as wiring:
            yield from _board_faults(wiring)
            if wiring.protocol == "waveshare":
                yield from _tenths_faults(bank.limits.pulse_s)


def _board_faults(wiring: BoardWiring) -> Iterator[str]:
    locks, addresses = CHANNELS[wiring.protocol], ADDRESSES[wiring.protocol]
    for cubby, channel in sorted(wiring.channels.items()):
        if channel not in locks:
            yield f"lock {channel} (cubby {cubby}) is out of range: 1 to {locks[-1]}"
    for channel, times in sorted(Counter(wiring.channels.values()).items()):
        if times > 1:
            users = ", ".join(str(n) for n, c in sorted(wiring.channels.items()) if c == channel)
            yield f"lock {channel} is used {times} times: cubbies {users}"
    if wiring.address not in addresses:
        yield f"address is {wiring.address}: it must be {addresses[0]} to {addresses[-1]}"


def _tenths_faults(pulse_s: float) -> Iterator[str]:
    """The relay board's flash command counts tenths of a second (Waveshare's protocol manual)."""
    if math.isfinite(pulse_s) and not math.isclose(pulse_s * 10, round(pulse_s * 10)):
        yield f"pulse_s is {pulse_s}: a Waveshare board takes whole tenths of a second"


def _shared_port(settings: HardwareSettings) -> Iterator[str]:
    """A serial reader sends unasked: nothing else can be on its line."""
    reader = settings.reader
    if reader.simulated or reader.backend != "rdm6300":
        return
    for bank in settings.banks:
        match bank.wiring:
            case BoardWiring(port=port) if port == reader.path and not bank.simulated:
                yield f"bank {bank.name} and the card reader are both on {port}"


def _cubbies_twice(settings: HardwareSettings) -> Iterator[str]:
    banks: dict[int, list[str]] = {}
    for bank in settings.banks:
        for cubby in bank.wiring.cubbies:
            banks.setdefault(cubby, []).append(bank.name)
    for cubby, names in sorted(banks.items()):
        if len(names) > 1:
            yield f"cubby {cubby} is wired {len(names)} times: in banks {', '.join(names)}"


def _names_twice(settings: HardwareSettings) -> Iterator[str]:
    for name, times in Counter(bank.name for bank in settings.banks).items():
        if times > 1:
            yield f"{times} banks are called {name}"


def _shared_lines(settings: HardwareSettings) -> Iterator[str]:
    """Lines of the one header, real or simulated, that two cubbies want."""
    for simulated in (False, True):
        yield from double_uses(
            bank.wiring
            for bank in settings.banks
            if bank.simulated is simulated and type(bank.wiring) is GpioWiring
        )


def _shared_addresses(settings: HardwareSettings) -> Iterator[str]:
    """Two boards that would answer to one call; two languages on one line."""
    places: dict[tuple[object, ...], list[str]] = {}
    languages: dict[str, set[str]] = {}
    for bank in settings.banks:
        match bank.wiring:
            case ExpanderWiring(bus=bus, address=address):
                places.setdefault(("i2c", bus, address), []).append(bank.name)
            case BoardWiring(port=port, address=address, protocol=protocol):
                places.setdefault((port, address), []).append(bank.name)
                languages.setdefault(port, set()).add(protocol)
    for names in places.values():
        if len(names) > 1:
            yield f"banks {' and '.join(names)} have the same address on the same bus"
    for port, protocols in languages.items():
        if len(protocols) > 1:
            yield f"{port or 'one port'} is to speak {' and '.join(sorted(protocols))}: choose one"
