"""Where a reader hangs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wiring:
    """The chip is /dev/spidev``bus``.``device``, its RST is wired to BCM line ``reset_pin``."""

    bus: int
    device: int
    reset_pin: int

    @property
    def path(self) -> str:
        """The SPI device's file."""
        return f"/dev/spidev{self.bus}.{self.device}"
