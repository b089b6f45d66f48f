"""Turning every lock of an expander off from outside, when the process that drove it is gone."""

from contextlib import closing

from hardware.errors import LockFault
from hardware.expander.bus import I2cBus, open_i2c
from hardware.expander.chip import Mcp23017
from hardware.settings import ExpanderWiring


def expander_off(wiring: ExpanderWiring) -> None:
    """Turn every lock off on a real bus.

    Raises:
        BackendUnavailable: this machine has no such bus, or no library for it.
        LockFault: the chip does not answer, or does not do as told.
    """
    with closing(open_i2c(wiring.bus)) as bus:
        drive_off(wiring, bus)


def drive_off(wiring: ExpanderWiring, bus: I2cBus) -> None:
    """Turn every lock off. ``bus`` stays open. Works while the owner lives, too.

    Raises:
        LockFault: the chip does not answer, or does not do as told.
    """
    chip = Mcp23017(bus, wiring)
    try:
        chip.set_up()
    except OSError as error:
        if chip.all_off():
            return
        raise LockFault(
            f"the expander at {wiring.address:#04x} on I2C bus {wiring.bus}"
            f" could not be turned off: {error}"
        ) from error
