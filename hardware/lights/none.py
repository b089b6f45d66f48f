"""A kiosk that has no lights."""

from collections.abc import Collection

from hardware.lights.ranges import check_brightness, check_tone
from hardware.ports import Colour


class NoLights:
    """Does nothing. Implements ``Lights``."""

    @property
    def has_lamp(self) -> bool:
        """It has none."""
        return False

    @property
    def has_buzzer(self) -> bool:
        """It has none."""
        return False

    @property
    def lit_cubbies(self) -> frozenset[int]:
        """No cubby has a lamp."""
        return frozenset()

    def lamp(self, colour: Colour, brightness: float) -> None:
        """Nothing shines. See ``Lights.lamp``."""
        check_brightness(brightness)

    def cubby_lamps(self, lit: Collection[int]) -> None:
        """Nothing shines."""

    def tone(self, hz: float | None) -> None:
        """Nothing sounds. See ``Lights.tone``."""
        check_tone(hz)

    def check(self) -> None:
        """There is nothing to go wrong."""

    def close(self) -> None:
        """Nothing is to be closed."""
