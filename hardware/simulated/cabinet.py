"""The simulated cabinet, put together: the real lock code on simulated pins."""

from collections.abc import Callable

from hardware.gpio.locks import GpioLocks
from hardware.gpio.timer import After
from hardware.settings import HardwareSettings
from hardware.simulated.pins import SimulatedFactory
from hardware.simulated.world import World


def simulated_locks(
    settings: HardwareSettings, *, after: After, monotonic: Callable[[], float]
) -> tuple[GpioLocks, World]:
    """The locks, and the world they are in: as it was left, or new if there is none yet.

    Claiming the lines turns off what an earlier process left on, as it does on a Pi.

    Raises:
        BackendUnavailable: the world's file is something else, or a cabinet of other cubbies.
        ValueError: the limits cannot be promised.
    """

    def now_ns() -> int:
        return round(monotonic() * 1e9)

    world = World.open_or_create(settings.world, settings.locks.pins.keys())
    pins = SimulatedFactory(world, settings.locks, now_ns=now_ns)
    return GpioLocks(settings.locks, pins, after=after, monotonic=monotonic), world
