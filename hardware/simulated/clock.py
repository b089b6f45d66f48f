"""Time for simulated hardware: virtual in tests, the machine's own in the demo.

A simulated chip asks ``now()`` and tells the clock what its own work took by ``advance()``.
"""

from typing import Protocol


class ChipClock(Protocol):
    """A clock that can be told how long the chip's work took."""

    def now(self) -> float:
        """Seconds, never going back."""

    def advance(self, seconds: float) -> None:
        """Account for work of that length."""


class VirtualClock:
    """Seconds that pass only when somebody says so. ``now`` and ``sleep`` fit every driver."""

    def __init__(self, start_s: float = 0.0) -> None:
        self._now_s = start_s

    def now(self) -> float:
        """Seconds since some start; never goes back."""
        return self._now_s

    def sleep(self, seconds: float) -> None:
        """Let time pass, at once."""
        self._now_s += seconds

    def advance(self, seconds: float) -> None:
        """Account for work that took this long."""
        self._now_s += seconds
