"""Turning every lock off from outside: what is done when the process that drove them is gone."""

from typing import Any

from gpiozero import DigitalOutputDevice

from hardware.errors import LockFault
from hardware.settings import GpioWiring


def drive_off(wiring: GpioWiring, pin_factory: Any) -> None:
    """Claim every lock line with its driver off, and give it back. ``pin_factory`` stays open.

    Every line is tried, whatever happens to the others.

    Raises:
        LockFault: some could not be claimed; the message names them all.
    """
    faults = []
    for cubby, pins in sorted(wiring.pins.items()):
        try:
            DigitalOutputDevice(
                pins.lock, active_high=wiring.active_high, pin_factory=pin_factory
            ).close()
        except Exception as error:
            faults.append(f"cubby {cubby} (GPIO {pins.lock}): {error}")
    if faults:
        raise LockFault(f"could not be turned off: {'; '.join(faults)}")
