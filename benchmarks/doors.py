"""Locks and doors that cost nothing; a simulation of a thousand would be most of what is timed."""

from collections.abc import Mapping

from hardware.ports import Door, LockLimits


class Doors:
    """A bank of as many locks as wanted. A door springs open at its pulse, and stays shut once it
    is pushed. Implements ``LockBank``."""

    limits = LockLimits()

    def __init__(self, cubbies: int) -> None:
        self._doors = dict.fromkeys(range(1, cubbies + 1), Door.CLOSED)
        self.cubbies = frozenset(self._doors)

    def shut(self, cubby: int) -> None:
        """Push a door shut."""
        self._doors[cubby] = Door.CLOSED

    def unlock(self, cubby: int) -> None:
        """The pulse is over at once."""
        self._doors[cubby] = Door.OPEN

    def doors(self) -> Mapping[int, Door]:
        """As they stand."""
        return self._doors

    def on(self) -> int:
        """No coil is on."""
        return 0

    def stuck(self) -> frozenset[int]:
        """None of them."""
        return frozenset()

    def busy(self) -> bool:
        """Never."""
        return False

    def all_off(self) -> None:
        """They are."""

    def close(self) -> None:
        """There is nothing to let go of."""
