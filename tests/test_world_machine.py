"""Whatever is done to a cabinet of two banks, no coil is on too long, and none but the one asked.

Commands, time, faults, hands, late timers and killed processes come in any order.
"""

import tempfile
from contextlib import closing, suppress
from pathlib import Path

import scale
from expander_fixtures import ADDRESS
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from lock_fixtures import Time

from hardware.errors import BankLost, LockBusy, LockFault
from hardware.expander.locks import ExpanderLocks
from hardware.expander.off import drive_off
from hardware.gpio.locks import GpioLocks
from hardware.ports import LockBank, LockLimits
from hardware.settings import BankSettings, ExpanderWiring, GpioWiring, LockPins
from hardware.simulated.cabinet import simulated_gpio
from hardware.simulated.expander import SimulatedI2cBus, SimulatedMcp23017
from hardware.simulated.physics import Broken, Voltage
from hardware.simulated.world import World
from hardware.supply import Supply

MAX_ON = 2
# What timers may be late, and the guard after a kill, fits between the pulse and its ceiling.
LIMITS = LockLimits(pulse_s=0.4, ceiling_s=0.5, rest_s=0.6, max_concurrent=MAX_ON)
LATE = st.sampled_from([0.0, 0.02, 0.05])
GPIO = GpioWiring({n: LockPins(100 + n, 200 + n) for n in range(1, 5)})
EXPANDER = ExpanderWiring(
    {n: LockPins(n - 5, n + 3) for n in range(5, 9)}, active_high=False, address=ADDRESS
)
CUBBIES = st.integers(1, 8)
SELDOM = st.sampled_from([False, False, False, True])  # or little would work for long
VOLTAGES = st.sampled_from([*[Voltage.RIGHT] * 3, Voltage.LOW, Voltage.HIGH])
FAULTS = st.sampled_from([each for each in Broken if each])


class Cabinet(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.time = Time()
        cubbies = [*GPIO.pins, *EXPANDER.pins]
        self.world = World.create(Path(self.folder.name) / "world", cubbies, supply_coils=MAX_ON)
        self.chip = SimulatedMcp23017(self.world, EXPANDER, now_ns=lambda: self.now_ns)
        self.dead: list[LockBank] = []  # kept: gpiozero turns a forgotten device off
        self.began: dict[int, float] = {}
        self.pulses = dict.fromkeys(cubbies, 0)
        self.start()

    def start(self) -> None:
        """A process opens both banks."""
        bank = BankSettings("right", GPIO, LIMITS, simulated=True)
        clock = {"after": self.time.after, "monotonic": self.time.monotonic}
        self.gpio: GpioLocks = simulated_gpio(GPIO, bank, self.world, **clock).locks
        bus = SimulatedI2cBus({ADDRESS: self.chip})
        self.expander = ExpanderLocks(EXPANDER, LIMITS, bus, **clock)
        supply = Supply(MAX_ON)
        self.banks = [supply.feed(self.gpio), supply.feed(self.expander)]

    @property
    def now_ns(self) -> int:
        return round(self.time.now() * 1e9)

    @property
    def on(self) -> frozenset[int]:
        return self.world.lines_on(self.now_ns)

    @rule(cubby=CUBBIES)
    def unlock(self, cubby: int) -> None:
        before = self.on
        bank = next(bank for bank in self.banks if cubby in bank.cubbies)
        try:
            bank.unlock(cubby)
        except LockBusy:
            assert self.on == before
        except BankLost:
            assert before - set(EXPANDER.pins) <= self.on <= before
        else:
            assert cubby not in before
            assert self.on == before | {cubby}
            self.began[cubby] = self.time.now()
            self.pulses[cubby] += 1

    @rule(seconds=st.sampled_from([0.0, 0.01, 0.1, 0.39, 0.41, 0.6, 1.0, 30.0]), late=LATE)
    def time_passes(self, seconds: float, late: float) -> None:
        before, self.time.slack_s = self.on, late
        self.time.pass_by(seconds)
        assert self.on <= before

    @rule()
    def all_off(self) -> None:
        for bank in self.banks:
            bank.all_off()
        assert not self.on & set(GPIO.pins)
        assert not self.on or self.chip.is_silent

    @rule(late=LATE)
    def the_process_is_killed_and_the_guard_acts(self, late: float) -> None:
        self.time.timers.clear()
        self.dead += [self.gpio, self.expander]
        self.time.pass_by(late)
        self.world.all_off(self.now_ns, GPIO.cubbies)
        with suppress(LockFault):
            drive_off(EXPANDER, SimulatedI2cBus({ADDRESS: self.chip}))
        assert not self.on
        self.start()

    @rule()
    def the_process_ends_in_good_order_and_starts_again(self) -> None:
        self.gpio.close()
        self.expander.close()
        self.time.timers.clear()
        assert not self.on
        self.start()

    @rule()
    def doors_are_read(self) -> None:
        for bank in self.banks:
            with suppress(BankLost):
                doors = bank.doors()
                assert doors == {n: self.world.door_level(n, self.now_ns) for n in doors}

    @rule(cubby=CUBBIES, what=FAULTS, on=st.booleans())
    def something_breaks_or_is_mended(self, cubby: int, what: Broken, on: bool) -> None:
        self.world.break_cubby(cubby, what, on, self.now_ns)

    @rule(voltage=VOLTAGES)
    def the_supply_is_set(self, voltage: Voltage) -> None:
        self.world.set_voltage(voltage, self.now_ns)

    @rule(cubby=CUBBIES, hand=st.sampled_from(["open_door", "close_door", "leave_ajar"]))
    def a_hand_moves_a_door(self, cubby: int, hand: str) -> None:
        getattr(self.world, hand)(cubby, self.now_ns)

    @rule()
    def the_expander_is_reset(self) -> None:
        self.chip.reset()

    @rule(unplugged=SELDOM)
    def the_expander_is_unplugged_or_plugged_in(self, unplugged: bool) -> None:
        self.chip.is_unplugged = unplugged

    @precondition(lambda self: not self.on & set(EXPANDER.pins))
    @rule(silent=SELDOM)
    def the_bus_fails_or_works(self, silent: bool) -> None:
        """Not in mid-pulse: an expander latches, and against that no software helps."""
        self.chip.is_silent = silent

    @invariant()
    def no_promise_was_broken(self) -> None:
        assert self.world.violations(LIMITS, self.now_ns) == []

    @invariant()
    def whatever_is_on_was_asked_for_just_now(self) -> None:
        for cubby in self.on:
            assert self.time.now() - self.began[cubby] <= LIMITS.ceiling_s

    @invariant()
    def no_coil_ever_went_on_unasked(self) -> None:
        assert {n: self.world.state(n).pulses for n in self.pulses} == self.pulses

    @invariant()
    def no_bank_thinks_that_fewer_are_on(self) -> None:
        for bank in self.banks:
            assert len(self.on & bank.cubbies) <= bank.on()

    def teardown(self) -> None:
        with closing(self.gpio), closing(self.expander):
            self.chip.is_silent = self.chip.is_unplugged = False
            self.time.slack_s = 0.0
            self.time.pass_by(2)
            assert not self.on
        self.folder.cleanup()


TestCabinet = Cabinet.TestCase
TestCabinet.settings = settings(max_examples=scale.of(200), stateful_step_count=50)
