"""Locks and door switches on an MCP23017, a chip with 16 lines on the I2C bus."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from hardware.gpio.timer import After
from hardware.ports import LockLimits
from hardware.settings import ExpanderWiring

if TYPE_CHECKING:
    from hardware.expander.locks import ExpanderLocks


def open_expander(
    wiring: ExpanderWiring, limits: LockLimits, after: After, monotonic: Callable[[], float]
) -> "ExpanderLocks":
    """The locks on one chip of a real bus, all off. A chip that does not answer is no error here.

    Raises:
        BackendUnavailable: this machine has no such bus, or no library for it.
        ValueError: the limits cannot be promised.
        LockFault: two cubbies share a line.
    """
    # Here, because it brings gpiozero with it, which the guard can do without.
    from hardware.expander.bus import open_i2c
    from hardware.expander.locks import ExpanderLocks

    bus = open_i2c(wiring.bus)
    try:
        return ExpanderLocks(wiring, limits, bus, after=after, monotonic=monotonic)
    except BaseException:
        bus.close()
        raise
