"""gpiozero devices on simulated pins."""

import gc
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from gpiozero import DigitalOutputDevice, GPIOPinInUse, InputDevice, PinInvalidPin
from lock_fixtures import lock_settings

from hardware.gpio.off import drive_off
from hardware.settings import GpioWiring
from hardware.simulated.physics import Broken
from hardware.simulated.pins import STATES, SimulatedFactory
from hardware.simulated.world import World


def wired(*, active_high: bool = True, closed_is_low: bool = True) -> GpioWiring:
    wiring = lock_settings(active_high=active_high, closed_is_low=closed_is_low).wiring
    assert isinstance(wiring, GpioWiring)
    return wiring


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World.create(tmp_path / "world", [1, 2, 3, 4])


@pytest.fixture
def pins(world: World) -> Iterator[SimulatedFactory]:
    with closing(SimulatedFactory(world, wired(), now_ns=lambda: 5)) as factory:
        yield factory


def test_an_output_drives_its_coil(pins: SimulatedFactory, world: World) -> None:
    with DigitalOutputDevice(102, pin_factory=pins) as line:
        line.on()
        assert world.lines_on() == {2}
        assert world.state(2).on_at_ns == 5


def test_a_line_given_back_is_pulled_off(pins: SimulatedFactory, world: World) -> None:
    with DigitalOutputDevice(102, initial_value=True, pin_factory=pins):
        assert world.lines_on() == {2}
    assert world.lines_on() == frozenset()


def test_an_active_low_output_starts_without_a_blip(world: World) -> None:
    with closing(SimulatedFactory(world, wired(active_high=False), now_ns=lambda: 5)) as pins:
        DigitalOutputDevice(101, active_high=False, pin_factory=pins).close()
    assert world.state(1).pulses == 0


def test_a_stranger_can_drive_every_line_off(pins: SimulatedFactory, world: World) -> None:
    world.switch(1, True, 1)
    world.switch(4, True, 1)
    drive_off(wired(), pins)
    assert world.lines_on() == frozenset()


@pytest.mark.parametrize("closed_is_low", [True, False])
def test_an_input_has_its_switchs_level(world: World, closed_is_low: bool) -> None:
    with (
        closing(SimulatedFactory(world, wired(closed_is_low=closed_is_low), now_ns=lambda: 5)) as p,
        InputDevice(2002, pull_up=True, pin_factory=p) as switch,
    ):
        assert switch.is_active is closed_is_low  # with a pull-up: active is low
        world.open_door(2)
        assert switch.is_active is not closed_is_low


@pytest.mark.parametrize("closed_is_low", [True, False])
def test_a_broken_wire_is_pulled_up_whatever_the_switch_is(
    world: World, closed_is_low: bool
) -> None:
    world.break_cubby(2, Broken.WIRE)
    with (
        closing(SimulatedFactory(world, wired(closed_is_low=closed_is_low), now_ns=lambda: 5)) as p,
        InputDevice(2002, pull_up=True, pin_factory=p) as switch,
    ):
        assert switch.is_active is False


@pytest.mark.parametrize("pin", [0, 28, 4095, "GPIO300"])
def test_any_number_is_a_pin(pins: SimulatedFactory, pin: int | str) -> None:
    with DigitalOutputDevice(pin, pin_factory=pins) as device:
        device.on()
        assert device.value == 1


@pytest.mark.parametrize("pin", [-1, 4096])
def test_a_number_out_of_range_is_none(pins: SimulatedFactory, pin: int) -> None:
    with pytest.raises(PinInvalidPin, match="0 to 4095"):
        DigitalOutputDevice(pin, pin_factory=pins)


def test_a_pin_is_reserved_until_the_factory_is_closed(pins: SimulatedFactory) -> None:
    first = DigitalOutputDevice(7, pin_factory=pins)
    with pytest.raises(GPIOPinInUse):
        DigitalOutputDevice(7, pin_factory=pins)
    pins.close()
    DigitalOutputDevice(7, pin_factory=pins).close()
    first.close()


def test_a_device_forgotten_by_everybody_turns_its_coil_off(
    pins: SimulatedFactory, world: World
) -> None:
    DigitalOutputDevice(103, initial_value=True, pin_factory=pins)
    gc.collect()
    assert world.lines_on() == frozenset()


def test_the_memory_of_a_pin_has_an_end(pins: SimulatedFactory) -> None:
    with DigitalOutputDevice(101, pin_factory=pins) as line:
        for _ in range(STATES):
            line.on()
            line.off()
        assert len(pins.pin(101).states) == STATES


def test_the_environment_changes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPIOZERO_MOCK_REVISION", "nonsense")
    monkeypatch.setenv("GPIOZERO_MOCK_PIN_CLASS", "nonsense")
    with closing(SimulatedFactory(world, wired(), now_ns=lambda: 5)) as pins:
        DigitalOutputDevice(101, pin_factory=pins).close()
