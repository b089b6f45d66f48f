"""The lock bank on GPIO lines, real or simulated: that depends on the pin factory alone."""

import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from gpiozero import DigitalOutputDevice, InputDevice

from hardware.errors import LockBusy, LockFault, UnknownCubby
from hardware.gpio.coil import Coil
from hardware.gpio.pins import limit_faults
from hardware.gpio.timer import After, after_in_thread
from hardware.ports import Door, LockLimits
from hardware.settings import GpioWiring, LockPins


class GpioLocks:
    """One driver line a lock, one switch a door that has one. Implements ``LockBank``.

    ``pin_factory`` is gpiozero's; whoever opened it closes it after the bank.
    ``after`` starts the timers that end a pulse; ``monotonic`` counts seconds and never jumps.

    Doors are plain inputs: a device that watches edges would start a kernel alert for each door,
    and an edge that was missed is a lie for ever. The level is read whenever it is asked for.

    Raises:
        ValueError: the limits cannot be promised; every reason is in the message.
        LockFault: a line could not be claimed. Those claimed before it were given back.
    """

    def __init__(
        self,
        wiring: GpioWiring,
        limits: LockLimits,
        pin_factory: Any,
        *,
        after: After = after_in_thread,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        if faults := limit_faults(limits):
            raise ValueError("; ".join(faults))
        self._wiring = wiring
        self._limits = limits
        self._pin_factory = pin_factory
        self._after = after
        self._monotonic = monotonic
        self._coils: dict[int, Coil] = {}
        self._doors: dict[int, Any] = {}
        self._one_at_a_time = threading.Lock()
        self._closed = False
        self._claim_all()

    @property
    def cubbies(self) -> frozenset[int]:
        """The cubby numbers it drives."""
        return frozenset(self._coils)

    @property
    def limits(self) -> LockLimits:
        """What it promises never to exceed."""
        return self._limits

    def unlock(self, cubby: int) -> None:
        """Begin one pulse and return. See ``LockBank.unlock``."""
        if cubby not in self._coils:
            raise UnknownCubby(f"there is no cubby {cubby}")
        if not self._one_at_a_time.acquire(blocking=False):
            raise LockBusy("another lock is being switched on")
        try:
            self._end_overdue()
            self._refuse(cubby)
            self._coils[cubby].pulse()
        finally:
            self._one_at_a_time.release()

    def on(self) -> int:
        """How many coils are energised now, or may be."""
        self._end_overdue()
        return self._on()

    def stuck(self) -> frozenset[int]:
        """The cubbies whose coil could not be switched off."""
        return frozenset(cubby for cubby, coil in self._coils.items() if coil.is_stuck)

    def busy(self) -> bool:
        """Whether a further ``unlock`` would exceed the power budget now."""
        return self.on() >= self.limits.max_concurrent

    def doors(self) -> Mapping[int, Door]:
        """The state of every door, read from levels now. See ``LockBank.doors``."""
        self._end_overdue()
        return {cubby: self._door(cubby) for cubby in self._coils}

    def all_off(self) -> None:
        """Turn every coil off, at once. Never raises.

        Takes no lock, starts and cancels nothing and logs nothing, so a signal handler may call
        it whatever it interrupted. The timers of a pulse ended here run out without effect. A
        line that could not be written counts as on, and its timers try it again.
        """
        for coil in self._coils.values():
            with contextlib.suppress(Exception):
                coil.off()

    def close(self) -> None:
        """Turn every coil off and let go of the lines. A second call does nothing."""
        if self._closed:
            return
        self._closed = True
        for part in (*self._coils.values(), *self._doors.values()):
            with contextlib.suppress(Exception):  # the others are to be closed all the same
                part.close()

    def _claim_all(self) -> None:
        for cubby, pins in sorted(self._wiring.pins.items()):
            try:
                self._claim(cubby, pins)
            except Exception as error:
                self.close()
                message = f"the lines of cubby {cubby} cannot be claimed: {error}"
                raise LockFault(message) from error

    def _claim(self, cubby: int, pins: LockPins) -> None:
        line = DigitalOutputDevice(
            pins.lock, active_high=self._wiring.active_high, pin_factory=self._pin_factory
        )
        self._coils[cubby] = Coil(
            f"the lock of cubby {cubby}",
            line,
            self.limits,
            after=self._after,
            monotonic=self._monotonic,
        )
        if pins.door is not None:
            # A switch to ground: without the pull-up an open one would float.
            self._doors[cubby] = InputDevice(pins.door, pull_up=True, pin_factory=self._pin_factory)

    def _refuse(self, cubby: int) -> None:
        if self._closed:
            raise LockFault("the locks are closed")
        coil = self._coils[cubby]
        if coil.is_stuck:
            raise LockFault(f"{coil.name} cannot be switched off")
        if coil.is_on:
            raise LockBusy(f"{coil.name} is on")
        if self._monotonic() - coil.off_at < self.limits.rest_s:
            raise LockBusy(f"{coil.name} is resting")
        if self._on() >= self.limits.max_concurrent:
            raise LockBusy(f"no more than {self.limits.max_concurrent} may be on at once")

    def _on(self) -> int:
        return sum(coil.is_on for coil in self._coils.values())

    def _end_overdue(self) -> None:
        """The last resort of a process whose timer threads are late: its owner looks by itself."""
        for coil in self._coils.values():
            if coil.is_overdue:
                with contextlib.suppress(Exception):
                    coil.off()

    def _door(self, cubby: int) -> Door:
        if cubby not in self._doors:
            return Door.UNKNOWN
        try:
            # With a pull-up the device is active when its line is low.
            is_low = self._doors[cubby].is_active
        except Exception as error:
            raise LockFault(f"the door of cubby {cubby} cannot be read: {error}") from error
        return Door.CLOSED if is_low == self._wiring.closed_is_low else Door.OPEN
