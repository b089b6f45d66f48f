"""gpiozero pins on the simulated cabinet, so that the real lock code runs on it unchanged."""

import errno
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gpiozero import PinInvalidPin
from gpiozero.pins import BoardInfo, HeaderInfo, PinInfo
from gpiozero.pins.mock import MockFactory, MockPin
from gpiozero.pins.pi import PiBoardInfo

from hardware.ports import Door
from hardware.settings import GpioWiring, LockPins
from hardware.simulated.world import World

# Any model of Pi would do: its header is replaced by one without end.
REVISION = "a02082"
PINS = 4096

# Level changes that a pin remembers. gpiozero's own mock never forgets, for years.
STATES = 32


class SimulatedPin(MockPin):  # type: ignore[misc]  # gpiozero is untyped
    """A pin that drives a coil of the world, or reads one of its doors, or neither."""

    states: Any

    def clear_states(self) -> None:
        """Forget the level changes."""
        super().clear_states()
        self.states = deque(self.states, STATES)

    def output_with_state(self, state: bool) -> None:
        """Become an output at this level at once, as the real pins do: no blip."""
        self._function = "output"
        self.state = state

    def _set_function(self, value: str) -> None:
        super()._set_function(value)
        if value == "input":
            self.factory.let_go(self._number)

    def _set_state(self, value: bool) -> None:
        super()._set_state(value)
        self.factory.drive(self._number, bool(value))

    def _get_state(self) -> bool:
        level: bool | None = None
        if self._function == "input":
            level = self.factory.sense(self._number)
        return bool(super()._get_state()) if level is None else level


class SimulatedFactory(MockFactory):  # type: ignore[misc]  # gpiozero is untyped
    """Pins 0 to 4095, wired to the world's coils and switches.

    ``now_ns``: CLOCK_MONOTONIC in nanoseconds. The world stays open when the factory is closed.

    ``is_silent``: the kernel's driver fails; lines stay as they are, and none can be read.
    """

    _info: Any

    def __init__(self, world: World, wiring: GpioWiring, *, now_ns: Callable[[], int]) -> None:
        super().__init__(revision=REVISION, pin_class=SimulatedPin)
        self.is_silent = False
        self._world = world
        self._now_ns = now_ns
        self._active_high = wiring.active_high
        self._closed_is_low = wiring.closed_is_low
        self._locks = _wired(wiring.pins, lambda pins: pins.lock)
        self._doors = _wired(wiring.pins, lambda pins: pins.door)

    def drive(self, pin: int, level: bool) -> None:
        """An output's level has been written."""
        if pin in self._locks:
            self._check()
            is_on = level == self._active_high
            self._world.switch(self._locks[pin], is_on, self._now_ns())

    def let_go(self, pin: int) -> None:
        """An output has become an input: the driver's resistor turns its coil off."""
        if pin in self._locks:
            self._world.switch(self._locks[pin], False, self._now_ns())

    def sense(self, pin: int) -> bool | None:
        """The level of a door switch now; None if no door is wired to the pin."""
        if pin not in self._doors:
            return None
        self._check()
        door = self._world.door_level(
            self._doors[pin], self._now_ns(), shut_makes=self._closed_is_low
        )
        return (door is Door.CLOSED) != self._closed_is_low

    def _check(self) -> None:
        if self.is_silent:
            raise OSError(errno.EIO, "Input/output error")

    def close(self) -> None:
        """Give every pin back. gpiozero's mock would keep the reservations."""
        super().close()
        self.reset()

    def _get_board_info(self) -> BoardInfo:
        if self._info is None:
            self._info = _EndlessBoard(*PiBoardInfo.from_revision(int(REVISION, 16)))
        return self._info


class _EndlessBoard(BoardInfo):  # type: ignore[misc]  # gpiozero is untyped
    """A board whose header has as many pins as anybody asks for."""

    __slots__ = ()

    def find_pin(self, name: int | str) -> Iterator[tuple[HeaderInfo, PinInfo]]:
        """The one pin with this number, or with a name like GPIO7."""
        number = int(str(name).removeprefix("GPIO"))
        if not 0 <= number < PINS:
            raise PinInvalidPin(f"{name} is not a simulated pin: 0 to {PINS - 1}")
        names = frozenset({number, str(number), f"GPIO{number}"})
        yield (
            HeaderInfo("SIM", PINS, 1, {}),
            PinInfo(number, f"GPIO{number}", names, "", number, 1, frozenset({"gpio"})),
        )


def _wired(pins: Mapping[int, LockPins], which: Callable[[LockPins], int | None]) -> dict[int, int]:
    """Cubby numbers by pin, for the locks or the doors."""
    return {pin: cubby for cubby, both in pins.items() if (pin := which(both)) is not None}
