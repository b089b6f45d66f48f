"""Time for simulated hardware: virtual in tests, the machine's own in the demo.

A simulated chip asks ``now()`` and tells the clock what its own work took by ``advance()``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class ChipClock(Protocol):
    """A clock that can be told how long the chip's work took."""

    def now(self) -> float:
        """Seconds, never going back."""

    def advance(self, seconds: float) -> None:
        """Account for work of that length."""


@dataclass(slots=True, eq=False)
class VirtualTimer:
    """A timer of a ``VirtualClock``: it waits for somebody to let time pass."""

    due_s: float
    callback: Callable[[], None]
    is_cancelled: bool = False

    def cancel(self) -> None:
        """Stop it; nothing happens if it has fired already."""
        self.is_cancelled = True


class VirtualClock:
    """Seconds that pass only when somebody says so. ``now``, ``sleep`` and ``after`` fit every
    driver. ``slack_s``: how late every timer fires. ``timers``: those that were started."""

    def __init__(self, start_s: float = 0.0, slack_s: float = 0.0) -> None:
        self.slack_s = slack_s
        self.timers: list[VirtualTimer] = []
        self._now_s = start_s

    def now(self) -> float:
        """Seconds since some start; never goes back."""
        return self._now_s

    def after(self, seconds: float, callback: Callable[[], None], /) -> VirtualTimer:
        """Call something back in so many seconds: from ``sleep`` or ``advance``, whichever lets
        them pass."""
        timer = VirtualTimer(self._now_s + seconds + self.slack_s, callback)
        self.timers.append(timer)
        return timer

    def sleep(self, seconds: float) -> None:
        """Let time pass, at once. What falls due on the way fires, each at its time."""
        end = self._now_s + seconds
        if self.timers:
            self._fire(end)
        self._now_s = max(self._now_s, end)

    def advance(self, seconds: float) -> None:
        """Account for work that took this long."""
        self.sleep(seconds)

    def waiting(self) -> list[VirtualTimer]:
        """The timers that have neither fired nor been stopped."""
        return [timer for timer in self.timers if not timer.is_cancelled]

    def _fire(self, end: float) -> None:
        while due := [timer for timer in self.waiting() if timer.due_s <= end]:
            timer = min(due, key=lambda each: each.due_s)
            self.timers.remove(timer)
            self._now_s = max(self._now_s, timer.due_s)
            timer.callback()
        self.timers = self.waiting()
