"""The GPIO bank where it differs from others: its timers, its lines, its failures."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory, MockPin
from lock_fixtures import Time, lock_settings, simulated_bench

from hardware.errors import LockBusy, LockFault
from hardware.gpio.coil import RETRY_S
from hardware.gpio.locks import GpioLocks
from hardware.ports import Door, LockLimits
from hardware.settings import GpioWiring, LockPins

TWO = GpioWiring({1: LockPins(17, 5), 2: LockPins(27)})


class FaultyPin(MockPin):  # type: ignore[misc]
    """A pin whose writes fail while ``broken`` says so, and may be interrupted."""

    broken: frozenset[bool] = frozenset()
    before_write: Callable[[bool], None] = staticmethod(lambda value: None)

    def _set_state(self, value: bool) -> None:
        if bool(value) in self.broken:
            raise OSError("line lost")
        type(self).before_write(bool(value))
        super()._set_state(value)


@pytest.fixture
def pin_class() -> type[FaultyPin]:
    return type("OwnFaultyPin", (FaultyPin,), {})


@pytest.fixture
def pins(pin_class: type[FaultyPin]) -> Iterator[MockFactory]:
    factory = MockFactory(revision="a02082", pin_class=pin_class)
    yield factory
    factory.reset()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def locks(pins: MockFactory, time: Time) -> Iterator[GpioLocks]:
    with closing(
        GpioLocks(TWO, LockLimits(), pins, after=time.after, monotonic=time.monotonic)
    ) as locks:
        yield locks


def levels(pins: MockFactory, pin: int) -> list[bool]:
    return [state.state for state in pins.pin(pin).states]


def test_a_pulse_is_one_rise_and_one_fall(locks: GpioLocks, pins: MockFactory, time: Time) -> None:
    locks.unlock(1)
    time.pass_by(1)
    assert (levels(pins, 17), levels(pins, 27)) == ([False, True, False], [False])


def test_an_active_low_driver_is_pulled_low_for_the_pulse_alone(tmp_path: Path) -> None:
    bench = simulated_bench(tmp_path, lock_settings(active_high=False))
    with closing(bench.locks):
        assert bench.world.state(1).pulses == 0
        bench.locks.unlock(1)
        assert bench.world.lines_on() == {1}
        bench.time.pass_by(1)
    assert [bench.world.state(n).pulses for n in (1, 2, 3, 4)] == [1, 0, 0, 0]


@pytest.mark.parametrize("closed_is_low", [True, False])
def test_switches_of_either_kind_tell_the_truth(tmp_path: Path, closed_is_low: bool) -> None:
    bench = simulated_bench(tmp_path, lock_settings(2, closed_is_low=closed_is_low))
    with closing(bench.locks):
        bench.world.open_door(2)
        assert bench.locks.doors() == {1: Door.CLOSED, 2: Door.OPEN}


def test_an_input_is_pulled_up_so_that_a_broken_wire_reads_open(
    locks: GpioLocks, pins: MockFactory
) -> None:
    assert pins.pin(5).pull == "up"
    assert locks.doors() == {1: Door.OPEN, 2: Door.UNKNOWN}


def test_it_never_asks_for_the_default_pin_factory(locks: GpioLocks) -> None:
    locks.unlock(1)
    assert Device.pin_factory is None


def test_the_end_is_armed_before_the_coil_goes_on(
    locks: GpioLocks, time: Time, pin_class: type[FaultyPin]
) -> None:
    armed: list[list[float]] = []
    pin_class.before_write = lambda value: armed.append([each.due_s for each in time.timers])
    locks.unlock(1)
    assert armed == [[1001.0, 1000.4]]


@pytest.mark.parametrize("failing", [1, 2])
def test_nothing_is_energised_if_its_end_cannot_be_armed(
    pins: MockFactory, time: Time, failing: int
) -> None:
    calls = iter(range(1, 9))

    def after(seconds: float, callback: Callable[[], None], /) -> Any:
        if next(calls) == failing:
            raise RuntimeError("can't start new thread")
        return time.after(seconds, callback)

    with closing(
        GpioLocks(TWO, LockLimits(), pins, after=after, monotonic=time.monotonic)
    ) as locks:
        with pytest.raises(LockFault, match="cubby 1 could not be pulsed: can't start"):
            locks.unlock(1)
        assert (levels(pins, 17), time.waiting(), locks.busy()) == ([False], [], False)


def test_the_ceiling_ends_a_pulse_whose_timer_was_lost(
    locks: GpioLocks, pins: MockFactory, time: Time
) -> None:
    locks.unlock(1)
    end_of_pulse = min(time.timers, key=lambda timer: timer.due_s)
    end_of_pulse.cancel()
    time.pass_by(0.9)
    assert levels(pins, 17) == [False, True]
    time.pass_by(0.1)
    assert levels(pins, 17) == [False, True, False]


@pytest.mark.parametrize("look", [GpioLocks.busy, GpioLocks.doors])
def test_the_owner_ends_a_pulse_whose_timers_are_all_late(
    locks: GpioLocks, pins: MockFactory, time: Time, look: Callable[[GpioLocks], object]
) -> None:
    time.slack_s = 60
    locks.unlock(1)
    time.pass_by(1)
    look(locks)
    assert levels(pins, 17) == [False, True, False]


def test_a_coil_that_cannot_be_switched_on_is_off_and_a_fault(
    locks: GpioLocks, pins: MockFactory, time: Time, pin_class: type[FaultyPin]
) -> None:
    pin_class.broken = frozenset({True})
    with pytest.raises(LockFault, match="could not be pulsed: line lost") as caught:
        locks.unlock(1)
    assert not isinstance(caught.value, LockBusy)
    assert (levels(pins, 17), time.waiting(), locks.busy()) == ([False], [], False)


def test_a_coil_that_cannot_be_switched_off_is_told_again_until_it_is(
    locks: GpioLocks,
    pins: MockFactory,
    time: Time,
    pin_class: type[FaultyPin],
    caplog: pytest.LogCaptureFixture,
) -> None:
    locks.unlock(1)
    pin_class.broken = frozenset({False})
    time.pass_by(5)
    assert caplog.text.count("the lock of cubby 1 could not be switched off") == 1
    assert len(time.waiting()) == 1  # one chain of retries, and its timers do not pile up
    with pytest.raises(LockFault, match="cubby 1 cannot be switched off"):
        locks.unlock(1)
    with pytest.raises(LockBusy, match="no more than 1"):
        locks.unlock(2)
    pin_class.broken = frozenset()
    time.pass_by(RETRY_S)
    assert (levels(pins, 17), locks.busy(), time.waiting()) == ([False, True, False], False, [])


def test_all_off_raises_nothing_and_tries_every_coil(
    pins: MockFactory, time: Time, pin_class: type[FaultyPin]
) -> None:
    limits = LockLimits(max_concurrent=2)
    with closing(GpioLocks(TWO, limits, pins, after=time.after, monotonic=time.monotonic)) as locks:
        locks.unlock(1)
        locks.unlock(2)
        pins.pin(17).broken = frozenset({False})
        locks.all_off()
        assert (levels(pins, 17)[-1], levels(pins, 27)[-1]) == (True, False)
        pins.pin(17).broken = frozenset()
        assert locks.busy() is False


def test_a_signal_in_the_moment_of_switching_on_wins(
    locks: GpioLocks, pins: MockFactory, time: Time, pin_class: type[FaultyPin]
) -> None:
    def interrupt(value: bool) -> None:
        pin_class.before_write = lambda value: None
        locks.all_off()

    pin_class.before_write = interrupt
    with pytest.raises(LockFault, match="turned off while it was being turned on"):
        locks.unlock(1)
    assert levels(pins, 17)[-1] is False
    assert (time.waiting(), locks.busy()) == ([], False)


def test_an_interrupt_in_the_moment_of_switching_on_leaves_the_coil_off(
    locks: GpioLocks, pins: MockFactory, pin_class: type[FaultyPin]
) -> None:
    def interrupt(value: bool) -> None:
        pin_class.before_write = lambda value: None
        raise KeyboardInterrupt

    pin_class.before_write = interrupt
    with pytest.raises(KeyboardInterrupt):
        locks.unlock(1)
    assert (levels(pins, 17), locks.busy()) == ([False], False)


def test_a_second_caller_in_the_moment_of_switching_on_is_refused(
    locks: GpioLocks, pins: MockFactory, pin_class: type[FaultyPin]
) -> None:
    refusals = []

    def intrude(value: bool) -> None:
        pin_class.before_write = lambda value: None
        with pytest.raises(LockBusy) as caught:
            locks.unlock(2)
        refusals.append(str(caught.value))

    pin_class.before_write = intrude
    locks.unlock(1)
    assert refusals == ["another lock is being switched on"]
    assert (levels(pins, 17), levels(pins, 27)) == ([False, True], [False])


def test_a_line_that_cannot_be_claimed_names_its_cubby_and_frees_the_others(
    pins: MockFactory, time: Time
) -> None:
    double = GpioWiring({1: LockPins(17), 2: LockPins(17)})
    with pytest.raises(LockFault, match="lines of cubby 2 cannot be claimed: pin GPIO17 is"):
        GpioLocks(double, LockLimits(), pins)
    GpioLocks(TWO, LockLimits(), pins).close()  # its lines are free again


def test_a_sensor_that_cannot_be_read_is_a_fault(
    locks: GpioLocks, pins: MockFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(pin: MockPin) -> bool:
        raise OSError("line lost")

    monkeypatch.setattr(pins.pin_class, "_get_state", lost)
    with pytest.raises(LockFault, match="door of cubby 1 cannot be read: line lost"):
        locks.doors()


def test_closed_locks_do_nothing_more(locks: GpioLocks) -> None:
    locks.close()
    with pytest.raises(LockFault, match="closed"):
        locks.unlock(1)


@pytest.mark.parametrize("limits", [LockLimits(pulse_s=1.1), LockLimits(max_concurrent=0)])
def test_limits_that_cannot_be_promised_are_refused(pins: MockFactory, limits: LockLimits) -> None:
    with pytest.raises(ValueError, match="must be"):
        GpioLocks(TWO, limits, pins)


def test_sixty_cubbies_with_sensors_fit_a_simulated_header(tmp_path: Path) -> None:
    bench = simulated_bench(tmp_path, lock_settings(60))
    with closing(bench.locks):
        assert len(bench.locks.doors()) == 60
        assert bench.violations == []
