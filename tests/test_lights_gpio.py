"""Lights on lines of the header: what reaches the lines."""

import sys
from contextlib import closing
from types import ModuleType

import pytest
from gpiozero import DigitalOutputDevice
from lights_fixtures import (
    BLUE,
    BUZZER,
    CUBBY_PINS,
    GREEN,
    RED,
    FakeLgpio,
    LampFactory,
    light_settings,
    seen_on,
)

from hardware.gpio.lgpio_factory import open_lgpio_factory
from hardware.lights.errors import LightFault
from hardware.lights.gpio import LAMP_HZ, GpioLights
from hardware.ports import Colour
from hardware.settings import LightSettings
from hardware.simulated.lights import Shining


@pytest.fixture
def pins() -> LampFactory:
    return LampFactory()


@pytest.fixture
def lgpio(monkeypatch: pytest.MonkeyPatch) -> FakeLgpio:
    fake = FakeLgpio()
    monkeypatch.setitem(sys.modules, "gpiozero.pins.lgpio", ModuleType("absent"))
    monkeypatch.delitem(sys.modules, "gpiozero.pins.lgpio")
    monkeypatch.setitem(sys.modules, "lgpio", fake)
    monkeypatch.setattr("gpiozero.pins.local.get_pi_revision", lambda: 0xA02082)
    return fake


def test_a_lamp_is_pulsed_only_while_it_is_dimmed(pins: LampFactory) -> None:
    with closing(GpioLights(light_settings(), pins)) as lights:
        lights.lamp(Colour.RED, 0.5)
        assert (pins.hz(RED), pins.hz(GREEN)) == (LAMP_HZ, None)
        lights.lamp(Colour.RED, 1)
        assert (pins.hz(RED), pins.level(RED)) == (None, 1)


def test_three_separate_leds_show_amber_as_red_and_green(pins: LampFactory) -> None:
    with closing(GpioLights(light_settings(), pins)) as lights:
        lights.lamp(Colour.AMBER, 1)
        assert (pins.level(RED), pins.level(GREEN), pins.level(BLUE)) == (1, 1, 0)


def test_a_broken_line_leaves_the_others_doing_as_told(pins: LampFactory) -> None:
    with closing(GpioLights(light_settings(), pins)) as lights:
        pins.broken = {CUBBY_PINS[1]}
        with pytest.raises(LightFault, match=r"^the lamp of cubby 1: no answer from line 20$"):
            lights.cubby_lamps({1, 2})
        assert seen_on(pins, active_high=True).lit == {2}
        pins.broken = set()


def test_a_line_that_is_taken_is_named_and_the_others_are_given_back(pins: LampFactory) -> None:
    wanted = r"^GPIO 21 \(lamp of cubby 2\) cannot be claimed: "
    taken = DigitalOutputDevice(CUBBY_PINS[2], pin_factory=pins)
    with closing(taken), pytest.raises(LightFault, match=wanted) as caught:
        GpioLights(light_settings(), pins)
    with closing(GpioLights(light_settings(), pins)):
        assert seen_on(pins, active_high=True) == Shining()
    assert caught.tb  # it keeps the half-built lights from being swept up, and closed by that


def test_what_is_not_fitted_does_nothing(pins: LampFactory) -> None:
    with closing(GpioLights(LightSettings(buzzer=BUZZER), pins)) as lights:
        lights.lamp(Colour.RED, 1)
        lights.cubby_lamps({1})
        assert seen_on(pins, active_high=True) == Shining()
        assert (lights.has_lamp, lights.lit_cubbies, lights.has_buzzer) == (False, set(), True)


def test_the_buzzer_rests_low_whatever_the_leds_do(pins: LampFactory) -> None:
    with closing(GpioLights(light_settings(active_high=False), pins)) as lights:
        lights.tone(440)
        lights.tone(None)
        assert (pins.level(BUZZER), pins.level(RED)) == (0, 1)


def test_closing_leaves_the_lines_of_others_alone(pins: LampFactory) -> None:
    with DigitalOutputDevice(16, initial_value=True, pin_factory=pins) as lock:
        GpioLights(light_settings(), pins).close()
        assert lock.value == 1


@pytest.mark.parametrize("active_high", [True, False])
def test_on_lgpio_no_line_is_on_before_it_is_asked_for(lgpio: FakeLgpio, active_high: bool) -> None:
    settings = light_settings(active_high=active_high)
    with closing(open_lgpio_factory()) as pins, closing(GpioLights(settings, pins)):
        assert lgpio.calls[RED][1:] == [("output", int(not active_high))]
        assert lgpio.calls[BUZZER][1:] == [("output", 0)]


def test_on_lgpio_pulses_end_before_the_level_is_set(lgpio: FakeLgpio) -> None:
    with closing(open_lgpio_factory()) as pins, closing(GpioLights(light_settings(), pins)) as it:
        lgpio.calls.clear()
        it.tone(440)
        it.tone(880)
        it.tone(None)
        assert lgpio.calls[BUZZER] == [
            ("pulse", 440, 0),
            ("pulse", 440, 50),
            ("pulse", 880, 50),
            ("pulse", 880, 50),
            ("pulse", 0, 0),
            ("write", 0),
        ]


@pytest.mark.parametrize(("active_high", "pull"), [(True, 64), (False, 32)])
def test_on_lgpio_a_dimmed_line_goes_back_pulled_to_off(
    lgpio: FakeLgpio, active_high: bool, pull: int
) -> None:
    with closing(open_lgpio_factory()) as pins:
        lights = GpioLights(light_settings(active_high=active_high), pins)
        lights.lamp(Colour.RED, 0.5)
        lgpio.calls.clear()
        lights.close()
        off = int(not active_high)
        assert lgpio.calls[RED] == [("pulse", 0, 0), ("write", off), ("free",), ("input", pull)]
