"""An expander's lines as gpiozero wants its pins, so that the header's coils work on them."""

from dataclasses import dataclass

from gpiozero import GPIOPinInUse

from hardware.expander.chip import Mcp23017


@dataclass(frozen=True, slots=True)
class LineInfo:
    """What gpiozero asks of a pin. ``name``: the line's number."""

    name: int


class LockPin:
    """A lock's line: as much of ``gpiozero.Pin`` as an output device uses."""

    def __init__(self, chip: Mcp23017, line: int) -> None:
        self.info = LineInfo(line)
        self._chip = chip
        self._level = False

    def output_with_state(self, state: bool) -> None:
        """The chip is set up as a whole, off: nothing is written here."""
        self._level = state

    @property
    def state(self) -> bool:
        """The level it was told."""
        return self._level

    @state.setter
    def state(self, level: bool) -> None:
        self._chip.drive(self.info.name, level)
        self._level = level

    def close(self) -> None:
        """It stays an output, and off: an input would float where no resistor pulls it."""


class LockPinFactory:
    """As much of a gpiozero pin factory as ``GpioLocks`` uses, for the locks of one chip."""

    def __init__(self, chip: Mcp23017) -> None:
        self._chip = chip
        self._taken: set[int] = set()

    def reserve_pins(self, requester: object, line: int) -> None:
        """Raises GPIOPinInUse if the line has a user."""
        if line in self._taken:
            raise GPIOPinInUse(f"line {line} is in use already")
        self._taken.add(line)

    def release_pins(self, reserver: object, line: int) -> None:
        """The line is free again."""
        self._taken.discard(line)

    def pin(self, line: int) -> LockPin:
        """The line."""
        return LockPin(self._chip, line)
