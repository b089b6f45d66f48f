"""Which pins lights can be on: pure checks, for the factory and for the config."""

from collections.abc import Iterator, Mapping

from hardware.gpio.pins import DOOR_PINS, HIGHEST_SIMULATED_PIN, part_pins, uses
from hardware.settings import (
    GpioWiring,
    HardwareSettings,
    LightSettings,
)

# Whatever can read a door can light a lamp: the header less the two lines of a HAT's EEPROM.
LIGHT_PINS = DOOR_PINS


def light_pin_faults(settings: HardwareSettings) -> list[str]:
    """Every reason why the lights cannot be wired so, one sentence each; empty is good."""
    lights = settings.lights
    faults = [*_double_uses(lights), *_strangers(settings)]
    if lights.simulated:
        return [*_beyond_simulation(lights), *faults]
    return [*_header_faults(settings), *faults]


def _header_faults(settings: HardwareSettings) -> Iterator[str]:
    taken = _taken(settings)
    for pin, use in _uses(settings.lights):
        if pin in taken:
            yield f"GPIO {pin} ({use}) belongs to {taken[pin]}"
        elif pin not in LIGHT_PINS:
            yield f"GPIO {pin} ({use}) cannot be used for lights: use one of 2 to 27"


def _beyond_simulation(lights: LightSettings) -> Iterator[str]:
    for pin, use in _uses(lights):
        if not 0 <= pin <= HIGHEST_SIMULATED_PIN:
            yield f"pin {pin} ({use}) is out of range: 0 to {HIGHEST_SIMULATED_PIN}"


def _double_uses(lights: LightSettings) -> Iterator[str]:
    users: dict[int, list[str]] = {}
    for pin, use in _uses(lights):
        users.setdefault(pin, []).append(use)
    for pin, names in sorted(users.items()):
        if len(names) > 1:
            yield f"GPIO {pin} is used {len(names)} times: {', '.join(names)}"


def _strangers(settings: HardwareSettings) -> Iterator[str]:
    known = frozenset[int]().union(*(bank.wiring.cubbies for bank in settings.banks))
    for cubby in sorted(settings.lights.cubbies.keys() - known):
        yield f"cubby {cubby} has a lamp, but no lock"


def _taken(settings: HardwareSettings) -> Mapping[int, str]:
    """The lines of the header that other real parts occupy, and which part each."""
    taken = dict(part_pins(settings))
    for bank in settings.banks:
        if type(bank.wiring) is GpioWiring and not bank.simulated:
            taken |= {pin: f"the {use}" for pin, use in uses(bank.wiring)}
    return taken


def _uses(lights: LightSettings) -> Iterator[tuple[int, str]]:
    if lights.lamp is not None:
        for pin, part in zip(lights.lamp, ("red", "green", "blue"), strict=True):
            yield pin, f"{part} of the lamp"
    if lights.buzzer is not None:
        yield lights.buzzer, "buzzer"
    for cubby, pin in sorted(lights.cubbies.items()):
        yield pin, f"lamp of cubby {cubby}"
