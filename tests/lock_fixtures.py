"""A cabinet on the bench, one for each backend, and time that is turned by hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hardware.gpio.timer import Handle
from hardware.ports import LockBank, LockLimits
from hardware.settings import HardwareSettings, LockPins, LockSettings, ReaderSettings
from hardware.simulated.cabinet import simulated_locks
from hardware.simulated.world import World

CUBBIES = 4


@dataclass(slots=True, eq=False)
class HandTimer:
    """A timer that waits for ``Time.pass_by``."""

    due: float
    callback: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass(slots=True)
class Time:
    """A clock and its timers. ``slack`` is how late every timer fires, in seconds."""

    now: float = 1000.0
    slack: float = 0.0
    timers: list[HandTimer] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def after(self, seconds: float, callback: Callable[[], None], /) -> Handle:
        timer = HandTimer(self.now + seconds + self.slack, callback)
        self.timers.append(timer)
        return timer

    def waiting(self) -> list[HandTimer]:
        return [timer for timer in self.timers if not timer.cancelled]

    def pass_by(self, seconds: float) -> None:
        """Let time pass, firing what falls due on the way, in its order."""
        end = self.now + seconds
        while due := [timer for timer in self.waiting() if timer.due <= end]:
            timer = min(due, key=lambda each: each.due)
            self.timers.remove(timer)
            self.now = max(self.now, timer.due)
            timer.callback()
        self.now = end
        self.timers = self.waiting()


@dataclass(slots=True)
class Bench:
    """One bank with its cabinet and its clock."""

    locks: LockBank
    world: World
    time: Time

    @property
    def violations(self) -> list[str]:
        return self.world.violations(self.locks.limits, round(self.time.now * 1e9))


def lock_settings(
    cubbies: int = CUBBIES,
    *,
    limits: LockLimits | None = None,
    active_high: bool = True,
    closed_is_low: bool = True,
    sensors: bool = True,
) -> LockSettings:
    """Simulated locks on pins 100 and up, switches on 2000 and up."""
    pins = {n: LockPins(100 + n, 2000 + n if sensors else None) for n in range(1, cubbies + 1)}
    return LockSettings("simulated", pins, limits or LockLimits(), active_high, closed_is_low)


def hardware_settings(folder: Path, locks: LockSettings | None = None) -> HardwareSettings:
    return HardwareSettings(ReaderSettings("simulated"), locks or lock_settings(), folder / "world")


def simulated_bench(folder: Path, locks: LockSettings) -> Bench:
    time = Time()
    settings = hardware_settings(folder, locks)
    bank, world = simulated_locks(settings, after=time.after, monotonic=time.monotonic)
    return Bench(bank, world, time)


# Every bank is held to the same tests. A new backend adds one line here: a function that builds
# it on a simulated cabinet.
BACKENDS: Mapping[str, Callable[[Path, LockSettings], Bench]] = {"gpio": simulated_bench}
