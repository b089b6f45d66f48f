"""What the config says of the hardware, as the hardware wants it said. A part of bootstrap."""

from hardware.keyboard import POLL_S as TYPED_POLL_S
from hardware.ports import LockLimits
from hardware.settings import (
    BankSettings,
    BoardWiring,
    ExpanderWiring,
    GpioWiring,
    HardwareSettings,
    LightSettings,
    LockPins,
    ReaderSettings,
    Wiring,
)
from hardware.wiring import wiring_faults
from kiosk.config import Config
from kiosk.errors import ConfigError
from kiosk.fittings import AnyBank, BoardBank, ExpanderBank, LightsSection, LocksSection

WORLD_FILE = "simulated-world"


def hardware_settings(config: Config) -> HardwareSettings:
    """What the hardware factory is told."""
    reader = config.reader
    return HardwareSettings(
        ReaderSettings(
            reader.backend,
            reader.simulated,
            reader.bus,
            reader.device,
            reader.reset_pin,
            reader.path,
            reader.profile,
        ),
        tuple(_bank(bank, config.locks) for bank in config.locks.banks),
        config.kiosk.data / WORLD_FILE,
        config.locks.max_concurrent,
        _lights(config.lights),
    )


def poll_s(config: Config) -> float:
    """Seconds between two looks at the reader. The kernel keeps few events of one that types."""
    reader = config.reader
    return min(reader.poll_s, TYPED_POLL_S) if reader.backend == "keyboard" else reader.poll_s


def check_wiring(config: Config, where: str) -> None:
    """Raises ConfigError listing every line and limit that cannot be used as the config says."""
    if faults := wiring_faults(hardware_settings(config)):
        raise ConfigError(where, faults)


def _bank(bank: AnyBank, locks: LocksSection) -> BankSettings:
    limits = LockLimits(
        locks.pulse_s if bank.pulse_s is None else bank.pulse_s,
        locks.ceiling_s if bank.ceiling_s is None else bank.ceiling_s,
        locks.rest_s if bank.rest_s is None else bank.rest_s,
        locks.max_concurrent,
    )
    return BankSettings(bank.name, _wiring(bank), limits, bank.simulated)


def _wiring(bank: AnyBank) -> Wiring:
    if isinstance(bank, BoardBank):
        port = bank.port or f"simulated-{bank.name}"  # a real one has a port
        return BoardWiring(
            bank.backend, port, bank.address, bank.wired, bank.closed_bit, bank.sensors
        )
    pins = {number: LockPins(pair.lock, pair.door) for number, pair in bank.wired.items()}
    if isinstance(bank, ExpanderBank):
        return ExpanderWiring(pins, bank.active_high, bank.closed_is_low, bank.bus, bank.address)
    return GpioWiring(pins, bank.active_high, bank.closed_is_low)


def _lights(lights: LightsSection) -> LightSettings:
    lamp = lights.lamp
    return LightSettings(
        (lamp[0], lamp[1], lamp[2]) if lamp else None,
        lights.buzzer or None,
        lights.cubbies,
        lights.active_high,
        lights.simulated,
    )
