"""Which pins and limits can be used."""

import math
from pathlib import Path

import pytest

from hardware.gpio.pins import limit_faults, pin_faults, reader_pins
from hardware.ports import LockLimits
from hardware.settings import (
    SAFE_LOCK_PINS,
    HardwareSettings,
    LockPins,
    LockSettings,
    ReaderSettings,
)

RC522 = ReaderSettings("rc522")
SIMULATED = ReaderSettings("simulated")


def wired(*pins: LockPins, reader: ReaderSettings = RC522, backend: str = "gpio") -> list[str]:
    locks = LockSettings(backend, dict(enumerate(pins, 1)))  # type: ignore[arg-type]
    return pin_faults(HardwareSettings(reader, locks, Path("world")))


def test_every_safe_pin_may_drive_a_lock() -> None:
    assert wired(*map(LockPins, sorted(SAFE_LOCK_PINS))) == []


def test_an_unsafe_lock_pin_is_refused_with_the_safe_ones() -> None:
    assert wired(LockPins(4)) == [
        "GPIO 4 (lock of cubby 1) is not safe for a lock: use one of"
        " 12, 13, 16, 17, 18, 19, 20, 21, 22, 23, 24, 26, 27"
    ]


def test_a_pin_used_twice_is_refused_with_all_its_uses() -> None:
    assert wired(LockPins(17, 5), LockPins(17, 17)) == [
        "GPIO 17 is used 3 times: lock of cubby 1, lock of cubby 2, door of cubby 2"
    ]


@pytest.mark.parametrize("pin", [7, 8, 9, 10, 11, 25])
def test_a_pin_of_the_reader_is_refused(pin: int) -> None:
    assert wired(LockPins(17, pin)) == [f"GPIO {pin} (door of cubby 1) belongs to the card reader"]


def test_a_reset_line_on_a_safe_pin_takes_it_from_the_locks() -> None:
    reader = ReaderSettings("rc522", reset_pin=24)
    assert wired(LockPins(24), reader=reader) == [
        "GPIO 24 (lock of cubby 1) belongs to the card reader"
    ]


def test_a_reader_on_the_second_bus_takes_other_pins() -> None:
    assert reader_pins(ReaderSettings("rc522", bus=1)) == {*range(16, 22), 25}


def test_a_simulated_reader_leaves_its_pins_to_the_doors() -> None:
    assert wired(LockPins(17, 25), reader=SIMULATED) == []


@pytest.mark.parametrize("pin", [0, 1, 28, -1])
def test_a_door_pin_has_to_be_on_the_header(pin: int) -> None:
    assert wired(LockPins(17, pin)) == [
        f"GPIO {pin} (door of cubby 1) cannot read a door: use one of 2 to 27"
    ]


def test_all_faults_are_told_at_once() -> None:
    assert len(wired(LockPins(4, 8), LockPins(4, 40), LockPins(99))) == 6


def test_a_simulated_cabinet_may_use_any_numbers_but_none_twice() -> None:
    assert wired(LockPins(0, 4095), LockPins(8), backend="simulated") == []
    assert wired(LockPins(4096), LockPins(5, 5), backend="simulated") == [
        "pin 4096 (lock of cubby 1) is out of range: 0 to 4095",
        "GPIO 5 is used 2 times: lock of cubby 2, door of cubby 2",
    ]


def test_the_usual_limits_can_be_promised() -> None:
    assert limit_faults(LockLimits()) == []


@pytest.mark.parametrize(
    ("limits", "names"),
    [
        (LockLimits(pulse_s=1.1), ["pulse_s"]),
        (LockLimits(pulse_s=0), ["pulse_s"]),
        (LockLimits(pulse_s=math.nan), ["pulse_s"]),
        (LockLimits(ceiling_s=2.1), ["ceiling_s"]),
        (LockLimits(ceiling_s=math.inf), ["ceiling_s"]),
        (LockLimits(ceiling_s=0), ["ceiling_s", "pulse_s"]),
        (LockLimits(rest_s=-1), ["rest_s"]),
        (LockLimits(rest_s=math.inf), ["rest_s"]),
        (LockLimits(max_concurrent=0), ["max_concurrent"]),
    ],
)
def test_limits_that_cannot_be_promised_are_named(limits: LockLimits, names: list[str]) -> None:
    assert [fault.split()[0] for fault in limit_faults(limits)] == names
