"""The only reader of clocks. Everybody else is handed a ``Moment``."""

import ctypes
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Protocol

from kiosk.events import Moment

log = logging.getLogger(__name__)

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_MAX_ERROR_US = 16_000_000  # the kernel's bound: above it the clock counts as not synchronised


class Clock(Protocol):
    """Wall and monotonic time, and whether the wall may be believed."""

    def now(self) -> Moment:
        """Now."""


class SystemClock:
    """The machine's clock.

    ``synchronised`` tells whether the kernel holds the wall clock for synchronised now; that it
    once did is remembered for the rest of the boot, here and in the fold. With ``rtc_battery``
    the machine has a clock of its own that survives power cuts, and is trusted unless it reads
    earlier than ``not_before``, the latest time that a trusted clock has shown.
    """

    def __init__(
        self,
        *,
        rtc_battery: bool = False,
        not_before: Callable[[], datetime | None] = lambda: None,
        synchronised: Callable[[], bool] | None = None,
        boot: str | None = None,
    ) -> None:
        self._rtc_battery = rtc_battery
        self._not_before = not_before
        self._synchronised = synchronised or kernel_synchronised
        self._was_synchronised = False
        self._boot = BOOT_ID.read_text().strip() if boot is None else boot

    def now(self) -> Moment:
        """Now, trusted or not (decision: a Pi has no clock battery)."""
        at = datetime.now(UTC)
        return Moment(at, time.monotonic(), self._boot, self._trusted(at))

    def _trusted(self, at: datetime) -> bool:
        # Once is enough for a boot; asked at every message, it would cost each tap a system call.
        self._was_synchronised = self._was_synchronised or self._synchronised()
        if self._was_synchronised:
            return True
        newest = self._not_before()
        return self._rtc_battery and (newest is None or at >= newest)


class SkippingClock:
    """A clock whose wall can be moved on, for the demo; the monotonic side is left alone."""

    def __init__(self, clock: Clock, start: datetime) -> None:
        self._clock = clock
        self._ahead = start - clock.now().at

    def now(self) -> Moment:
        """Now, as far ahead as was skipped; always trusted."""
        real = self._clock.now()
        return Moment(real.at + self._ahead, real.mono, real.boot, True)

    def skip_to(self, at: datetime) -> None:
        """Move on to ``at``; a time that has passed already changes nothing."""
        self._ahead += max(timedelta(0), at - self.now().at)


class TurnedClock:
    """A wall that shows ``start`` (UTC) now and goes by somebody else's seconds; always trusted."""

    BOOT = "turned"

    def __init__(self, monotonic: Callable[[], float], start: datetime) -> None:
        self._monotonic = monotonic
        self._zero = start - timedelta(seconds=monotonic())

    def now(self) -> Moment:
        """Now, by those seconds."""
        mono = self._monotonic()
        return Moment(self._zero + timedelta(seconds=mono), mono, self.BOOT, True)


class _Timex(ctypes.Structure):
    # struct timex of the kernel, as far as maxerror; the rest is room for it to write into.
    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("rest", ctypes.c_byte * 512),
    )


@cache
def _adjtimex() -> Callable[[object], int]:
    """The C library's call; looking it up anew costs more than the call."""
    found: Callable[[object], int] = ctypes.CDLL(None).adjtimex
    return found


@cache
def _complain() -> None:
    """Once: a sandbox that forbids the question would else look like a clock never set."""
    log.error("the kernel does not tell whether the clock is synchronised (adjtimex is refused)")


def kernel_synchronised() -> bool:
    """Whether the kernel's clock is disciplined by time synchronisation: adjtimex(2), the same
    question that ``timedatectl`` answers, whichever program does the synchronising."""
    timex = _Timex()
    state = _adjtimex()(ctypes.byref(timex))
    if state < 0:
        _complain()
    return bool(state >= 0 and timex.maxerror < _MAX_ERROR_US)
