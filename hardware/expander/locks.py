"""The lock bank on an expander: the coils are those of the header, on other lines."""

import time
from collections.abc import Callable, Mapping

from hardware.errors import BankLost, LockBusy, LockFault, UnknownCubby
from hardware.expander.bus import I2cBus
from hardware.expander.chip import Mcp23017
from hardware.expander.pins import LockPinFactory
from hardware.gpio.locks import GpioLocks
from hardware.gpio.timer import After, after_in_thread
from hardware.ports import Door, LockLimits
from hardware.settings import ExpanderWiring, GpioWiring, LockPins


class ExpanderLocks:
    """One MCP23017 with its locks and door switches. Implements ``LockBank``.

    ``bus`` belongs to the bank from here on, and to no other. ``after`` starts the timers that
    end a pulse; ``monotonic`` counts seconds and never jumps.

    A chip that does not answer is no error here: ``doors`` and ``unlock`` say so. It latches its
    outputs, whatever becomes of this process or of the bus: only a hardware limit helps then.

    Raises:
        ValueError: the limits cannot be promised; every reason is in the message.
        LockFault: two cubbies share a line.
    """

    def __init__(
        self,
        wiring: ExpanderWiring,
        limits: LockLimits,
        bus: I2cBus,
        *,
        after: After = after_in_thread,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wiring = wiring
        self._name = f"the expander at {wiring.address:#04x} on I2C bus {wiring.bus}"
        self._chip = Mcp23017(bus, wiring)
        self._closed = False
        lines = GpioWiring(
            {cubby: LockPins(pins.lock) for cubby, pins in wiring.pins.items()},
            wiring.active_high,
        )
        pins = LockPinFactory(self._chip)
        self._coils = GpioLocks(lines, limits, pins, after=after, monotonic=monotonic)
        self._is_ready = self._try_to_set_up()

    @property
    def cubbies(self) -> frozenset[int]:
        """The cubby numbers it drives."""
        return self._coils.cubbies

    @property
    def limits(self) -> LockLimits:
        """What it promises never to exceed."""
        return self._coils.limits

    def unlock(self, cubby: int) -> None:
        """Begin one pulse and return. See ``LockBank.unlock``.

        Raises:
            BankLost: the chip does not answer, or had been reset. The coil is off.
        """
        if cubby not in self.cubbies:
            raise UnknownCubby(f"there is no cubby {cubby}")
        self._check()
        try:
            self._coils.unlock(cubby)
        except LockBusy:
            raise
        except LockFault as fault:
            if isinstance(fault.__cause__, OSError):
                raise BankLost(f"{self._name}: {fault}") from fault
            raise

    def on(self) -> int:
        """How many coils are energised now, or may be."""
        return self._coils.on()

    def stuck(self) -> frozenset[int]:
        """The cubbies whose coil could not be switched off."""
        return self._coils.stuck()

    def busy(self) -> bool:
        """Whether a further ``unlock`` would exceed the power budget now."""
        return self._coils.busy()

    def doors(self) -> Mapping[int, Door]:
        """The state of every door, from one reading of all lines. See ``LockBank.doors``."""
        self._coils.on()  # ends what is overdue
        self._check()
        try:
            levels = self._chip.levels()
        except OSError as error:
            raise self._lost(error) from error
        return {cubby: self._door(pins, levels) for cubby, pins in self._wiring.pins.items()}

    def all_off(self) -> None:
        """Turn every coil off, at once. Never raises.

        Takes no lock and starts nothing, so a signal handler may call it. If the chip does not
        answer, the coils that are on count as on, and their timers try it again.
        """
        if self._chip.all_off():
            self._coils.all_off()

    def close(self) -> None:
        """Turn every coil off and let go of the bus. A second call does nothing."""
        if self._closed:
            return
        self._closed = True
        self._chip.all_off()
        self._coils.close()
        self._chip.close()

    def _check(self) -> None:
        """Set the chip up again if it was reset: its outputs had turned into inputs, and off."""
        if self._closed:
            raise LockFault("the locks are closed")
        try:
            is_ready = self._is_ready and self._chip.is_set_up()
            if not is_ready:
                self._chip.set_up()
        except OSError as error:
            raise self._lost(error) from error
        was_ready, self._is_ready = self._is_ready, True
        if was_ready and not is_ready:
            raise BankLost(f"{self._name} had been reset: it is set up again")

    def _try_to_set_up(self) -> bool:
        try:
            self._chip.set_up()
        except OSError:
            return False
        return True

    def _lost(self, error: OSError) -> BankLost:
        return BankLost(f"{self._name} does not answer: {error}")

    def _door(self, pins: LockPins, levels: int) -> Door:
        if pins.door is None:
            return Door.UNKNOWN
        is_low = not levels >> pins.door & 1
        return Door.CLOSED if is_low == self._wiring.closed_is_low else Door.OPEN
