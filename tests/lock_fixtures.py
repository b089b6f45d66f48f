"""A cabinet on the bench, one for each backend, and time that is turned by hand."""

from dataclasses import dataclass
from pathlib import Path

from hardware.ports import LockBank, LockLimits
from hardware.settings import (
    BankSettings,
    GpioWiring,
    HardwareSettings,
    LockPins,
    ReaderSettings,
)
from hardware.simulated.cabinet import simulated_gpio, simulated_world
from hardware.simulated.clock import VirtualClock
from hardware.simulated.world import World

CUBBIES = 4


class Time(VirtualClock):
    """Time that is turned by hand, from 1000 s on, in the words of those who wait for locks."""

    monotonic, pass_by = VirtualClock.now, VirtualClock.sleep

    def __init__(self) -> None:
        super().__init__(1000.0)


@dataclass(slots=True)
class Bench:
    """One bank with its cabinet and its clock. ``ends_pulses``: it can end one before its time."""

    locks: LockBank
    world: World
    time: Time
    ends_pulses: bool = True

    @property
    def now_ns(self) -> int:
        return round(self.time.now() * 1e9)

    @property
    def on(self) -> frozenset[int]:
        return self.world.lines_on(self.now_ns)

    @property
    def violations(self) -> list[str]:
        return self.world.violations(self.locks.limits, self.now_ns)

    def lengths(self, cubby: int) -> list[float]:
        """The seconds of its pulses."""
        return [round((off - on) / 1e9, 3) for on, off in self.world.pulses(cubby)]


def lock_settings(
    cubbies: int = CUBBIES,
    *,
    limits: LockLimits | None = None,
    active_high: bool = True,
    closed_is_low: bool = True,
    sensors: bool = True,
) -> BankSettings:
    """Simulated locks on pins 100 and up, switches on 2000 and up."""
    pins = {n: LockPins(100 + n, 2000 + n if sensors else None) for n in range(1, cubbies + 1)}
    wiring = GpioWiring(pins, active_high, closed_is_low)
    return BankSettings("main", wiring, limits or LockLimits(), simulated=True)


def hardware_settings(folder: Path, bank: BankSettings | None = None) -> HardwareSettings:
    bank = bank or lock_settings()
    reader = ReaderSettings("rc522", simulated=True)
    return HardwareSettings(reader, (bank,), folder / "world", bank.limits.max_concurrent)


def simulated_bench(folder: Path, bank: BankSettings) -> Bench:
    time = Time()
    world = simulated_world(hardware_settings(folder, bank))
    wiring = bank.wiring
    assert isinstance(wiring, GpioWiring)
    made = simulated_gpio(wiring, bank, world, after=time.after, monotonic=time.monotonic)
    return Bench(made.locks, world, time)
