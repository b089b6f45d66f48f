"""gpiozero's pins on lgpio: what reaches the kernel, recorded by a stand-in for lgpio."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from lgpio_fixtures import PULL_DOWN, PULL_UP, FakeLgpio, lgpio_is
from lock_fixtures import Time

from hardware.errors import BackendUnavailable, LockFault
from hardware.gpio.lgpio_factory import open_lgpio_factory
from hardware.gpio.locks import GpioLocks
from hardware.gpio.off import drive_off
from hardware.ports import Door, LockLimits
from hardware.settings import GpioWiring, LockPins


@pytest.fixture
def lgpio() -> Iterator[FakeLgpio]:
    fake = FakeLgpio()
    with lgpio_is(fake):
        yield fake
    assert fake.open_handles == set()


def two_locks(active_high: bool = True) -> GpioWiring:
    return GpioWiring({1: LockPins(17, 5), 2: LockPins(27)}, active_high=active_high)


@contextmanager
def bank(wiring: GpioWiring, **more: Any) -> Iterator[GpioLocks]:
    """A bank on this machine's own lines, let go of in the order of the kiosk."""
    with (
        closing(open_lgpio_factory()) as pins,
        closing(GpioLocks(wiring, LockLimits(), pins, **more)) as locks,
    ):
        yield locks


@pytest.mark.parametrize("active_high", [True, False])
def test_no_line_is_ever_active_at_start_or_stop(lgpio: FakeLgpio, active_high: bool) -> None:
    off = int(not active_high)
    with bank(two_locks(active_high)):
        pass
    assert {level for levels in lgpio.driven.values() for level in levels} == {off}
    assert set(lgpio.driven) == {17, 27}


@pytest.mark.parametrize(("active_high", "pull"), [(True, PULL_DOWN), (False, PULL_UP)])
def test_a_line_goes_back_pulled_to_off(lgpio: FakeLgpio, active_high: bool, pull: int) -> None:
    with bank(two_locks(active_high)):
        pass
    assert (lgpio.flags[17], lgpio.flags[27], lgpio.outputs) == (pull, pull, set())


def test_a_pulse_drives_its_line_and_no_other(lgpio: FakeLgpio) -> None:
    time = Time()
    with bank(two_locks(), after=time.after, monotonic=time.monotonic) as locks:
        locks.unlock(1)
        time.pass_by(1)
        assert lgpio.driven == {17: [0, 1, 0], 27: [0]}


def test_a_door_switch_is_an_input_with_a_pull_up(lgpio: FakeLgpio) -> None:
    with bank(two_locks()) as locks:
        assert lgpio.flags[5] == PULL_UP
        assert locks.doors() == {1: Door.OPEN, 2: Door.UNKNOWN}


@pytest.mark.parametrize("active_high", [True, False])
def test_a_stranger_can_drive_every_line_off(lgpio: FakeLgpio, active_high: bool) -> None:
    with closing(open_lgpio_factory()) as factory:
        drive_off(two_locks(active_high), factory)
    off = int(not active_high)
    assert lgpio.driven == {17: [off], 27: [off]}


def test_every_line_is_tried_and_each_failure_named(lgpio: FakeLgpio) -> None:
    lgpio.busy = {17}
    with (
        closing(open_lgpio_factory()) as factory,
        pytest.raises(LockFault, match=r"turned off: cubby 1 \(GPIO 17\): GPIO busy$"),
    ):
        drive_off(two_locks(), factory)
    assert lgpio.driven == {27: [0]}


def test_a_machine_without_lgpio_says_how_to_get_it() -> None:
    absent: Any = None
    with lgpio_is(absent), pytest.raises(BackendUnavailable, match="apt install python3-lgpio"):
        open_lgpio_factory()


def test_a_machine_without_a_chip_says_so(lgpio: FakeLgpio) -> None:
    lgpio.chips = 0
    with pytest.raises(BackendUnavailable, match=r"no GPIO chip.*can not open gpiochip"):
        open_lgpio_factory()


def test_a_machine_that_is_no_pi_says_so(lgpio: FakeLgpio, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_pi() -> Any:
        raise OSError("unable to locate Pi revision")

    monkeypatch.setattr("gpiozero.pins.local.get_pi_revision", no_pi)
    with pytest.raises(BackendUnavailable, match="takes a Raspberry Pi"):
        open_lgpio_factory()
