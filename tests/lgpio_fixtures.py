"""A stand-in for lgpio, and gpiozero's real pins on it: alone, or as the lines of a cabinet."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from lock_fixtures import Bench, Time, hardware_settings

from hardware.gpio.lgpio_factory import open_lgpio_factory
from hardware.gpio.locks import GpioLocks
from hardware.settings import BankSettings, GpioWiring, LockPins
from hardware.simulated.cabinet import simulated_world
from hardware.simulated.pins import SimulatedFactory

PI_3B = 0xA02082

PULL_UP, PULL_DOWN, PULL_NONE = 32, 64, 128


class FakeLgpio(ModuleType):
    """lgpio's functions on a made-up chip. ``driven``: each level put on a line, by line."""

    SET_PULL_UP, SET_PULL_DOWN, SET_PULL_NONE = PULL_UP, PULL_DOWN, PULL_NONE
    RISING_EDGE, FALLING_EDGE, BOTH_EDGES = 1, 2, 3

    class error(Exception):  # noqa: N801  # lgpio's own name
        pass

    def __init__(self) -> None:
        super().__init__("lgpio")
        self.chips = 1
        self.open_handles: set[int] = set()
        self.busy: set[int] = set()
        self.driven: dict[int, list[int]] = {}
        self.flags: dict[int, int] = {}
        self.outputs: set[int] = set()

    def gpiochip_open(self, chip: int) -> int:
        if chip >= self.chips:
            raise self.error("can not open gpiochip")
        self.open_handles.add(chip)
        return chip

    def gpiochip_close(self, handle: int) -> None:
        self.open_handles.remove(handle)

    def gpio_claim_input(self, handle: int, gpio: int, flags: int = 0) -> None:
        if gpio in self.busy:
            raise self.error("GPIO busy")
        self.outputs.discard(gpio)
        self.flags.setdefault(gpio, flags)  # a claimed line keeps its flags

    def gpio_claim_output(self, handle: int, gpio: int, level: int = 0, flags: int = 0) -> None:
        self.outputs.add(gpio)
        self.driven.setdefault(gpio, []).append(level)

    def gpio_free(self, handle: int, gpio: int) -> None:
        self.outputs.discard(gpio)
        self.flags.pop(gpio)

    def gpio_get_mode(self, handle: int, gpio: int) -> int:
        return self.flags[gpio] | (2 if gpio in self.outputs else 0)

    def gpio_write(self, handle: int, gpio: int, level: int) -> None:
        self.driven[gpio].append(int(level))

    def gpio_read(self, handle: int, gpio: int) -> int:
        return int(self.flags[gpio] == PULL_UP)


class CabinetLgpio(FakeLgpio):
    """lgpio on a header that a simulated cabinet is wired to."""

    def __init__(self, cabinet: SimulatedFactory) -> None:
        super().__init__()
        self._cabinet = cabinet

    def gpio_claim_input(self, handle: int, gpio: int, flags: int = 0) -> None:
        super().gpio_claim_input(handle, gpio, flags)
        self._cabinet.let_go(gpio)

    def gpio_claim_output(self, handle: int, gpio: int, level: int = 0, flags: int = 0) -> None:
        super().gpio_claim_output(handle, gpio, level, flags)
        self._cabinet.drive(gpio, bool(level))

    def gpio_write(self, handle: int, gpio: int, level: int) -> None:
        super().gpio_write(handle, gpio, level)
        self._cabinet.drive(gpio, bool(level))

    def gpio_read(self, handle: int, gpio: int) -> int:
        level = self._cabinet.sense(gpio)
        return super().gpio_read(handle, gpio) if level is None else int(level)


@contextmanager
def lgpio_is(fake: ModuleType) -> Iterator[None]:
    """A Raspberry Pi with that for lgpio; gpiozero's module on it is imported anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "gpiozero.pins.lgpio", ModuleType("absent"))
        patch.delitem(sys.modules, "gpiozero.pins.lgpio")
        patch.setitem(sys.modules, "lgpio", fake)
        patch.setattr("gpiozero.pins.local.get_pi_revision", lambda: PI_3B)
        yield


def lgpio_bench(folder: Path, bank: BankSettings) -> Bench:
    """The bank on lines of a real header, as gpiozero drives it through lgpio."""
    wiring = bank.wiring
    assert isinstance(wiring, GpioWiring)
    pins = {
        cubby: LockPins(16 + n, None if pins.door is None else 4 + n)
        for n, (cubby, pins) in enumerate(sorted(wiring.pins.items()))
    }
    time, wired = Time(), replace(wiring, pins=pins)
    world = simulated_world(hardware_settings(folder, bank))
    cabinet = SimulatedFactory(world, wired, now_ns=lambda: round(time.now() * 1e9))
    with lgpio_is(CabinetLgpio(cabinet)):
        factory = open_lgpio_factory()
        assert factory.board_info.model == "3B"  # it asks once, and remembers
    locks = _Owner(
        factory.close, wired, bank.limits, factory, after=time.after, monotonic=time.monotonic
    )
    return Bench(locks, world, time)


class _Owner(GpioLocks):
    """Locks that let go of their pins too, as all pins of a process are in one table."""

    def __init__(self, let_go: Callable[[], None], *given: Any, **more: Any) -> None:
        self._let_go = let_go
        super().__init__(*given, **more)

    def close(self) -> None:
        super().close()
        self._let_go()
