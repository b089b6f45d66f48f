"""The simulated cabinet, put together: the real lock code on simulated pins and chips."""

from collections.abc import Callable
from dataclasses import dataclass

from hardware.gpio.locks import GpioLocks
from hardware.gpio.timer import After
from hardware.settings import BankSettings, GpioWiring, HardwareSettings
from hardware.simulated.faults import Breakable
from hardware.simulated.pins import SimulatedFactory
from hardware.simulated.world import World


def simulated_world(settings: HardwareSettings, supply_coils: int | None = None) -> World:
    """The world that all simulated banks are in: as it was left, or new if there is none yet.

    ``supply_coils``: how many coils at once its supply carries; None: as it was, or all of them.

    Raises:
        BackendUnavailable: the file is something else, or a cabinet of other cubbies.
    """
    banks = [bank for bank in settings.banks if bank.simulated]
    cubbies = frozenset[int]().union(*(bank.wiring.cubbies for bank in banks))
    return World.open_or_create(settings.world, cubbies, supply_coils)


@dataclass(frozen=True, slots=True)
class SimulatedHeader:
    """The locks, and the pins that they are on."""

    locks: GpioLocks
    pins: SimulatedFactory

    def breakables(self, bank: str) -> list[Breakable]:
        """How it can break. ``bank``: its name."""
        return [Breakable.of(f"bank {bank}", "silent", self.pins, "is_silent")]


def simulated_gpio(
    wiring: GpioWiring,
    bank: BankSettings,
    world: World,
    *,
    after: After,
    monotonic: Callable[[], float],
) -> SimulatedHeader:
    """Locks on a simulated header.

    Claiming the lines turns off what an earlier process left on, as it does on a Pi.

    Raises:
        ValueError: the limits cannot be promised.
        LockFault: a line could not be claimed.
    """

    def now_ns() -> int:
        return round(monotonic() * 1e9)

    pins = SimulatedFactory(world, wiring, now_ns=now_ns)
    locks = GpioLocks(wiring, bank.limits, pins, after=after, monotonic=monotonic)
    return SimulatedHeader(locks, pins)
