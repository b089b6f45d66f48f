"""Lights on the bench, one kind for each implementation, and what is to be seen of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from gpiozero.pins.mock import MockFactory, MockPin, MockPWMPin

from hardware.lights.gpio import MIXED, TONE_SHARE, GpioLights
from hardware.lights.none import NoLights
from hardware.ports import Colour, Lights
from hardware.settings import LightSettings
from hardware.simulated.clock import VirtualClock
from hardware.simulated.lights import Shining, SimulatedLights

RED, GREEN, BLUE, BUZZER = 5, 6, 13, 12
CUBBY_PINS = {1: 20, 2: 21, 3: 22}


class LampPin(MockPWMPin):
    """A pin that does nothing more while its factory says that it is broken.

    Given back, it stays at its level, as a line does that is pulled to where it was.
    """

    def close(self) -> None:
        self._frequency = None
        MockPin.close(self)

    def _get_function(self) -> str:
        self.factory.refuse(self._number)
        return str(super()._get_function())

    def _set_state(self, value: float) -> None:
        self.factory.refuse(self._number)
        super()._set_state(value)

    def _set_frequency(self, value: float | None) -> None:
        self.factory.refuse(self._number)
        super()._set_frequency(value)


class LampFactory(MockFactory):
    """Pins that can be pulsed, and break: those in ``broken``."""

    def __init__(self) -> None:
        super().__init__(pin_class=LampPin)
        self.broken: set[int] = set()

    def refuse(self, number: int) -> None:
        if number in self.broken:
            raise OSError(f"no answer from line {number}")

    def level(self, number: int) -> float:
        """How much of the time a line is high, 0-1."""
        return float(self.pin(number).state)

    def hz(self, number: int) -> float | None:
        frequency: float | None = self.pin(number).frequency
        return frequency


@dataclass(slots=True)
class Bench:
    """Lights, a way to look at them, and one to break them."""

    lights: Lights
    shining: Callable[[], Shining]
    break_all: Callable[[bool], None]


def light_settings(*, active_high: bool = True) -> LightSettings:
    return LightSettings((RED, GREEN, BLUE), BUZZER, CUBBY_PINS, active_high)


def gpio_bench(*, active_high: bool = True) -> Bench:
    pins = LampFactory()
    lights = GpioLights(light_settings(active_high=active_high), pins)

    def break_all(is_broken: bool) -> None:
        every = {RED, GREEN, BLUE, BUZZER, *CUBBY_PINS.values()}
        pins.broken = every if is_broken else set()

    return Bench(lights, lambda: seen_on(pins, active_high), break_all)


def seen_on(pins: LampFactory, active_high: bool) -> Shining:
    """What the levels of the lines mean to the eye and the ear."""

    def share(number: int) -> float:
        return round(pins.level(number) if active_high else 1 - pins.level(number), 6)

    shares = (share(RED), share(GREEN), share(BLUE))
    colours = {mixed: colour for colour, mixed in MIXED.items()}
    colour = colours[shares[0] > 0, shares[1] > 0, shares[2] > 0]
    assert {level for level in shares if level} in (set(), {max(shares)})
    lit = frozenset(cubby for cubby, pin in CUBBY_PINS.items() if share(pin) == 1)
    sounds = pins.level(BUZZER) == TONE_SHARE
    return Shining(colour, max(shares), lit, pins.hz(BUZZER) if sounds else None)


def simulated_bench() -> Bench:
    lights = SimulatedLights(CUBBY_PINS, VirtualClock().now)

    def break_all(is_broken: bool) -> None:
        lights.broken = is_broken

    return Bench(lights, lambda: lights.shining, break_all)


def no_lights_bench() -> Bench:
    return Bench(NoLights(), Shining, lambda is_broken: None)


# All lights are held to the same tests.
BACKENDS: Mapping[str, Callable[[], Bench]] = {
    "gpio": gpio_bench,
    "gpio, on when low": lambda: gpio_bench(active_high=False),
    "simulated": simulated_bench,
    "none": no_lights_bench,
}

COLOURS = tuple(Colour)


class FakeLgpio(ModuleType):
    """lgpio's functions on a made-up chip. ``calls``: all that reached the lines, by line."""

    SET_PULL_UP, SET_PULL_DOWN, SET_PULL_NONE = 32, 64, 128
    RISING_EDGE, FALLING_EDGE, BOTH_EDGES = 1, 2, 3

    class error(Exception):  # noqa: N801  # lgpio's own name
        pass

    def __init__(self) -> None:
        super().__init__("lgpio")
        self.calls: dict[int, list[tuple[Any, ...]]] = {}
        self.outputs: set[int] = set()

    def gpiochip_open(self, chip: int) -> int:
        return chip

    def gpiochip_close(self, handle: int) -> None:
        pass

    def gpio_claim_input(self, handle: int, gpio: int, flags: int = 0) -> None:
        self._call(gpio, "input", flags)
        self.outputs.discard(gpio)

    def gpio_claim_output(self, handle: int, gpio: int, level: int = 0, flags: int = 0) -> None:
        self._call(gpio, "output", level)
        self.outputs.add(gpio)

    def gpio_free(self, handle: int, gpio: int) -> None:
        self._call(gpio, "free")

    def gpio_get_mode(self, handle: int, gpio: int) -> int:
        return 2 if gpio in self.outputs else 0

    def gpio_write(self, handle: int, gpio: int, level: int) -> None:
        self._call(gpio, "write", int(level))

    def tx_pwm(self, handle: int, gpio: int, hz: float, percent: float) -> None:
        self._call(gpio, "pulse", hz, percent)

    def _call(self, gpio: int, *what: Any) -> None:
        self.calls.setdefault(gpio, []).append(what)
