"""What can go wrong with lights. The kiosk goes on without them."""

from hardware.errors import HardwareError


class LightFault(HardwareError):
    """A lamp or the buzzer did not do as told."""
