"""One coil, and the pulse that cannot stay on.

Three threads may touch a coil: its owner, a timer, and whoever was interrupted by a signal that
turns all off. So nothing here takes a lock. Each pulse is an object of its own instead, and its
flags only ever change one way: ``off`` says that the pulse is not wanted before it writes the line,
and ``pulse`` looks at that once more after writing it. Whichever comes last, the line ends off.
"""

import logging
import math
from collections.abc import Callable
from functools import partial
from typing import Protocol

from hardware.errors import LockFault
from hardware.gpio.timer import After, Handle
from hardware.ports import LockLimits

log = logging.getLogger(__name__)

# A coil that would not go off is told again this often until it does.
RETRY_S = 0.1


class Line(Protocol):
    """The driver's line: gpiozero's ``DigitalOutputDevice``, whose calls below take no lock."""

    def on(self) -> None:
        """Energise."""

    def off(self) -> None:
        """Let go."""

    def close(self) -> None:
        """Give the line back."""


class _Pulse:
    """One pulse and the timers that will end it."""

    def __init__(self, overdue_at: float, is_over: bool = False) -> None:
        self.overdue_at = overdue_at
        self.is_wanted = not is_over
        self.is_over = is_over
        self.is_stuck = False
        self.is_retried = False
        self.timers: list[Handle] = []

    def cancel_timers(self) -> None:
        for timer in self.timers:
            timer.cancel()


class Coil:
    """The coil of one cubby. ``off_at``: when it last went off, in seconds of ``monotonic``."""

    def __init__(
        self,
        name: str,
        line: Line,
        limits: LockLimits,
        *,
        after: After,
        monotonic: Callable[[], float],
    ) -> None:
        self.name = name
        self.off_at = -math.inf
        self._line = line
        self._limits = limits
        self._after = after
        self._monotonic = monotonic
        self._pulse = _Pulse(math.inf, is_over=True)
        self._closed = False

    @property
    def is_on(self) -> bool:
        """Whether it is on, or may be: about to go on, or told to go off in vain."""
        return not self._pulse.is_over

    @property
    def is_stuck(self) -> bool:
        """Whether it was told to go off and the line could not be written."""
        return self.is_on and self._pulse.is_stuck

    @property
    def is_overdue(self) -> bool:
        """Whether it should be off by now: stuck, or its timers are late."""
        return self.is_stuck or (self.is_on and self._monotonic() >= self._pulse.overdue_at)

    def pulse(self) -> None:
        """Begin one pulse: arm its end, then switch on.

        Raises:
            LockFault: its end could not be armed, or the line not be written, or it was turned
                off in the same moment. The coil is off.
        """
        pulse = self._pulse = _Pulse(self._monotonic() + self._limits.ceiling_s)
        try:
            self._arm(pulse)
            self._line.on()
            if not pulse.is_wanted:
                raise LockFault("it was turned off while it was being turned on")
        except BaseException as error:
            self._abandon(pulse)
            if isinstance(error, Exception):
                raise LockFault(f"{self.name} could not be pulsed: {error}") from error
            raise

    def off(self) -> None:
        """Switch off at once. Takes no lock, so a signal handler may call it.

        Raises:
            Exception: the line could not be written; ``is_stuck`` if it was on.
        """
        pulse = self._pulse
        pulse.is_wanted = False
        try:
            self._line.off()
        except BaseException:
            pulse.is_stuck = True
            raise
        if not pulse.is_over:
            self.off_at = self._monotonic()
            pulse.is_over = True

    def close(self) -> None:
        """Switch off, stop the timers and give the line back."""
        self._closed = True
        try:
            self.off()
        finally:
            self._pulse.cancel_timers()
            self._line.close()

    def _arm(self, pulse: _Pulse) -> None:
        """Two timers, the ceiling's first: one that is late or lost leaves the other."""
        for seconds in (self._limits.ceiling_s, self._limits.pulse_s):
            pulse.timers.append(self._after(seconds, partial(self._end, pulse)))

    def _abandon(self, pulse: _Pulse) -> None:
        try:
            self.off()
        except Exception:
            log.exception("%s could not be switched off", self.name)
        else:
            pulse.cancel_timers()

    def _end(self, pulse: _Pulse) -> None:
        """What the timers call. One that outlived its pulse must not shorten the next.

        A pulse that is over already is switched off once more: that costs nothing.
        """
        if self._closed or self._pulse is not pulse:
            return
        try:
            self.off()
        except Exception:
            self._try_again(pulse)
        else:
            pulse.cancel_timers()

    def _try_again(self, pulse: _Pulse) -> None:
        """One chain of retries, however many timers have ended in vain; its cause logged once."""
        if not pulse.is_retried:
            log.exception("%s could not be switched off; trying again and again", self.name)
            pulse.is_retried = True
            pulse.timers = [self._after(RETRY_S, partial(self._end_again, pulse))]

    def _end_again(self, pulse: _Pulse) -> None:
        if self._closed or self._pulse is not pulse:
            return
        try:
            self.off()
        except Exception:
            pulse.timers = [self._after(RETRY_S, partial(self._end_again, pulse))]
        else:
            log.info("%s is off", self.name)
