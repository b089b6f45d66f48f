"""A simulated MCP23017 on the bench, with four locks on A0 to A3 and their switches on B0 to B3."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lock_fixtures import CUBBIES, Bench, Time

from hardware.expander.chip import Mcp23017
from hardware.expander.locks import ExpanderLocks
from hardware.ports import LockLimits
from hardware.settings import BankSettings, ExpanderWiring, GpioWiring, LockPins
from hardware.simulated.expander import (
    SimulatedExpander,
    SimulatedI2cBus,
    SimulatedMcp23017,
    simulated_expander,
)
from hardware.simulated.world import World

ADDRESS = 0x21


def wired(
    pins: Mapping[int, LockPins] | None = None,
    *,
    cubbies: int = CUBBIES,
    active_high: bool = True,
    closed_is_low: bool = True,
) -> ExpanderWiring:
    pins = pins or {n: LockPins(n - 1, 7 + n) for n in range(1, cubbies + 1)}
    return ExpanderWiring(pins, active_high, closed_is_low, bus=1, address=ADDRESS)


def rewired(bank: BankSettings) -> BankSettings:
    """The same bank on an expander's lines: A0 and up for locks, B0 and up for switches."""
    on_header = bank.wiring
    assert isinstance(on_header, GpioWiring)
    pins = {
        cubby: LockPins(n, None if pins.door is None else 8 + n)
        for n, (cubby, pins) in enumerate(sorted(on_header.pins.items()))
    }
    wiring = wired(pins, active_high=on_header.active_high, closed_is_low=on_header.closed_is_low)
    return BankSettings(bank.name, wiring, bank.limits, bank.simulated)


@dataclass(slots=True)
class ExpanderBench:
    """A bank on a simulated expander, all there is around it, and the clock."""

    wiring: ExpanderWiring
    limits: LockLimits
    world: World
    time: Time
    expander: SimulatedExpander

    @classmethod
    def new(
        cls, folder: Path, wiring: ExpanderWiring | None = None, limits: LockLimits | None = None
    ) -> "ExpanderBench":
        wiring, limits = wiring or wired(), limits or LockLimits()
        time = Time()
        world = World.create(folder / "world", wiring.cubbies)
        bank = BankSettings("left", wiring, limits, simulated=True)
        expander = simulated_expander(
            wiring, bank, world, after=time.after, monotonic=time.monotonic
        )
        return cls(wiring, limits, world, time, expander)

    @property
    def locks(self) -> ExpanderLocks:
        return self.expander.locks

    @property
    def chip(self) -> SimulatedMcp23017:
        return self.expander.chip

    def bus(self) -> SimulatedI2cBus:
        """A bus object of one's own to the chip."""
        return SimulatedI2cBus({ADDRESS: self.chip})

    def driver(self) -> Mcp23017:
        """A driver of one's own, set up."""
        driver = Mcp23017(self.bus(), self.wiring)
        driver.set_up()
        return driver

    def reopen(self) -> ExpanderLocks:
        """The bank of a new process on the same chip."""
        return ExpanderLocks(
            self.wiring,
            self.limits,
            self.bus(),
            after=self.time.after,
            monotonic=self.time.monotonic,
        )

    @property
    def violations(self) -> list[str]:
        return self.world.violations(self.limits, round(self.time.now() * 1e9))


def expander_bench(folder: Path, bank: BankSettings) -> Bench:
    """For the contract of all lock banks: its bank, on an expander."""
    bench = ExpanderBench.new(folder, _expander(rewired(bank)), bank.limits)
    return Bench(bench.locks, bench.world, bench.time)


def _expander(bank: BankSettings) -> ExpanderWiring:
    assert isinstance(bank.wiring, ExpanderWiring)
    return bank.wiring
