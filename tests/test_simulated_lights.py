"""Lights made of software: what they remember, and what the settings fit."""

from pathlib import Path

import pytest

from hardware.lights.errors import LightFault
from hardware.ports import Colour
from hardware.settings import (
    BankSettings,
    GpioWiring,
    HardwareSettings,
    LightSettings,
    LockPins,
    ReaderSettings,
)
from hardware.simulated.clock import VirtualClock
from hardware.simulated.lights import HISTORY, Shining, SimulatedLights, simulated_lights


@pytest.fixture
def time() -> VirtualClock:
    return VirtualClock(100)


def built(lights: LightSettings) -> SimulatedLights:
    bank = BankSettings("main", GpioWiring({n: LockPins(100 + n) for n in (1, 2)}), simulated=True)
    settings = HardwareSettings(ReaderSettings("rc522"), (bank,), Path("world"), lights=lights)
    return simulated_lights(settings, VirtualClock().now)


def test_every_change_is_remembered_with_its_time(time: VirtualClock) -> None:
    lights = SimulatedLights({1}, time.now)
    lights.lamp(Colour.RED, 1)
    time.advance(2)
    lights.tone(440)
    assert list(lights.history) == [
        (100, Shining(Colour.RED, 1)),
        (102, Shining(Colour.RED, 1, hz=440)),
    ]


def test_what_changes_nothing_is_not_remembered(time: VirtualClock) -> None:
    lights = SimulatedLights({1}, time.now)
    lights.lamp(Colour.OFF, 1)
    lights.cubby_lamps({2})
    lights.close()
    assert list(lights.history) == []


def test_it_does_not_remember_for_ever(time: VirtualClock) -> None:
    lights = SimulatedLights((), time.now)
    for n in range(HISTORY + 5):
        lights.tone(100 + n)
    assert len(lights.history) == HISTORY


def test_broken_lights_stay_as_they_are(time: VirtualClock) -> None:
    lights = SimulatedLights({1}, time.now)
    lights.lamp(Colour.RED, 1)
    lights.broken = True
    with pytest.raises(LightFault):
        lights.lamp(Colour.GREEN, 1)
    assert lights.shining.colour is Colour.RED


def test_where_no_pin_is_named_everything_is_fitted() -> None:
    lights = built(LightSettings(simulated=True))
    assert (lights.has_lamp, lights.has_buzzer, lights.lit_cubbies) == (True, True, {1, 2})


def test_where_pins_are_named_only_these_are_fitted() -> None:
    lights = built(LightSettings(cubbies={2: 30}, simulated=True))
    assert (lights.has_lamp, lights.has_buzzer, lights.lit_cubbies) == (False, False, {2})
