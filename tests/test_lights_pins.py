"""Which pins lights can be on."""

from pathlib import Path

import pytest

from hardware.lights.pins import light_pin_faults
from hardware.settings import (
    BankSettings,
    BoardWiring,
    ExpanderWiring,
    GpioWiring,
    HardwareSettings,
    LightSettings,
    LockPins,
    ReaderSettings,
)

HEADER = BankSettings("main", GpioWiring({1: LockPins(16, 20), 2: LockPins(17)}))
EXPANDER = BankSettings("more", ExpanderWiring({3: LockPins(0)}))
RC522 = ReaderSettings("rc522")


def faults(
    lights: LightSettings,
    *banks: BankSettings,
    reader: ReaderSettings = RC522,
) -> list[str]:
    settings = HardwareSettings(reader, banks or (HEADER,), Path("world"), lights=lights)
    return light_pin_faults(settings)


def test_lights_on_free_pins_are_good() -> None:
    assert faults(LightSettings((4, 5, 6), 12, {1: 13, 2: 26})) == []


def test_no_lights_are_good() -> None:
    assert faults(LightSettings()) == []


def test_a_pin_of_the_reader_is_refused() -> None:
    assert faults(LightSettings((8, 5, 25))) == [
        "GPIO 8 (red of the lamp) belongs to the card reader",
        "GPIO 25 (blue of the lamp) belongs to the card reader",
    ]


def test_pins_of_a_reader_that_is_not_there_are_free() -> None:
    lights = LightSettings((8, 5, 25))
    assert faults(lights, reader=ReaderSettings("rc522", simulated=True)) == []
    assert faults(lights, reader=ReaderSettings("keyboard", path="/dev/input/by-id/x")) == []


def test_a_pin_of_a_lock_or_a_door_is_refused() -> None:
    assert faults(LightSettings(buzzer=16, cubbies={2: 20})) == [
        "GPIO 16 (buzzer) belongs to the lock of cubby 1",
        "GPIO 20 (lamp of cubby 2) belongs to the door of cubby 1",
    ]


def test_pins_of_a_simulated_bank_are_free() -> None:
    bank = BankSettings("main", GpioWiring({1: LockPins(16, 20)}), simulated=True)
    assert faults(LightSettings(buzzer=16), bank) == []


@pytest.mark.parametrize("pin", [0, 1, 28, 99])
def test_a_pin_that_no_header_has_free_is_refused(pin: int) -> None:
    assert faults(LightSettings(buzzer=pin)) == [
        f"GPIO {pin} (buzzer) cannot be used for lights: use one of 2 to 27"
    ]


def test_one_pin_cannot_light_two_lamps() -> None:
    assert faults(LightSettings((4, 5, 6), 5, {1: 6})) == [
        "GPIO 5 is used 2 times: green of the lamp, buzzer",
        "GPIO 6 is used 2 times: blue of the lamp, lamp of cubby 1",
    ]


def test_the_lines_of_an_expanders_bus_are_taken() -> None:
    assert faults(LightSettings(buzzer=3), HEADER, EXPANDER) == [
        "GPIO 3 (buzzer) belongs to the expander's bus"
    ]
    assert faults(LightSettings(buzzer=3)) == []


def test_the_lines_of_a_serial_port_on_the_header_are_taken() -> None:
    board = BankSettings("board", BoardWiring("kerong", "/dev/serial0", 0, {1: 1}))
    usb = BankSettings("board", BoardWiring("kerong", "/dev/serial/by-id/x", 0, {1: 1}))
    reader = ReaderSettings("rdm6300", path="/dev/ttyAMA0")
    lights = LightSettings(buzzer=15)
    assert faults(lights, board) == ["GPIO 15 (buzzer) belongs to the lock board's port"]
    assert faults(lights, reader=reader) == ["GPIO 15 (buzzer) belongs to the card reader"]
    assert faults(lights, usb) == []


def test_a_lamp_for_a_cubby_that_is_not_there_is_refused() -> None:
    assert faults(LightSettings(cubbies={9: 4})) == ["cubby 9 has a lamp, but no lock"]


def test_simulated_lights_may_use_any_numbers_once() -> None:
    assert faults(LightSettings((8, 16, 500), simulated=True)) == []
    assert faults(LightSettings((8, 8, 5000), simulated=True)) == [
        "pin 5000 (blue of the lamp) is out of range: 0 to 4095",
        "GPIO 8 is used 2 times: red of the lamp, green of the lamp",
    ]
