"""Which pins and limits can be used, and how banks make up one cabinet."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from hardware.gpio.pins import limit_faults, reader_pins
from hardware.ports import LockLimits
from hardware.settings import (
    SAFE_LOCK_PINS,
    BankSettings,
    BoardWiring,
    ExpanderWiring,
    GpioWiring,
    HardwareSettings,
    LockPins,
    ReaderSettings,
    Wiring,
)
from hardware.wiring import wiring_faults

RC522 = ReaderSettings("rc522")
SIMULATED = ReaderSettings("rc522", simulated=True)


def wired(*pins: LockPins, reader: ReaderSettings = RC522, simulated: bool = False) -> list[str]:
    return faults_of(GpioWiring(dict(enumerate(pins, 1))), reader=reader, simulated=simulated)


def faults_of(
    *wirings: Wiring, reader: ReaderSettings = RC522, simulated: bool = False
) -> list[str]:
    """What is wrong with banks called a, b, c and so on."""
    banks = [BankSettings("abc"[n], w, simulated=simulated) for n, w in enumerate(wirings)]
    return wiring_faults(HardwareSettings(reader, tuple(banks), Path("world")))


def board(protocol: str, address: int, channels: dict[int, int], port: str = "p") -> BoardWiring:
    return BoardWiring(protocol, port, address, channels)  # type: ignore[arg-type]


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
    assert wired(LockPins(0, 4095), LockPins(8), simulated=True) == []
    assert wired(LockPins(4096), LockPins(5, 5), simulated=True) == [
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


def test_a_cubby_has_one_lock_in_one_bank() -> None:
    one, other = GpioWiring({7: LockPins(17)}), board("kerong", 0, {7: 1, 8: 2})
    assert faults_of(one, other) == ["cubby 7 is wired 2 times: in banks a, b"]


def test_a_lock_of_a_board_has_one_cubby() -> None:
    assert faults_of(board("kerong", 0, {1: 3, 2: 3, 4: 17})) == [
        "lock 17 (cubby 4) is out of range: 1 to 16",
        "lock 3 is used 2 times: cubbies 1, 2",
    ]


@pytest.mark.parametrize(
    ("protocol", "address", "words"),
    [
        ("kerong", 15, "0 to 14"),
        ("kerong48", 16, "0 to 15"),
        ("board8a", 0, "1 to 32"),
        ("waveshare", 0, "1 to 247"),
    ],
)
def test_an_address_that_no_board_can_have_is_refused(
    protocol: str, address: int, words: str
) -> None:
    assert faults_of(board(protocol, address, {1: 1})) == [
        f"address is {address}: it must be {words}"
    ]


def test_two_boards_on_one_line_have_two_addresses_and_one_language() -> None:
    assert faults_of(board("kerong", 1, {1: 1}), board("kerong", 2, {2: 1})) == []
    assert faults_of(board("kerong", 1, {1: 1}), board("kerong", 1, {2: 1})) == [
        "banks a and b have the same address on the same bus"
    ]
    assert faults_of(board("kerong", 1, {1: 1}), board("board8a", 2, {2: 1})) == [
        "p is to speak board8a and kerong: choose one"
    ]


def test_two_banks_on_the_header_may_not_share_a_line() -> None:
    assert faults_of(GpioWiring({1: LockPins(17)}), GpioWiring({2: LockPins(17)})) == [
        "GPIO 17 is used 2 times: lock of cubby 1, lock of cubby 2"
    ]


def test_an_expander_has_sixteen_lines_at_eight_addresses() -> None:
    assert faults_of(ExpanderWiring({1: LockPins(0, 8), 2: LockPins(15, 6)})) == []
    assert faults_of(ExpanderWiring({1: LockPins(16), 2: LockPins(3, 3)}, address=0x30)) == [
        "pin 16 (lock of cubby 1) is out of range: 0 to 15",
        "line 3 is used 2 times: lock of cubby 2, door of cubby 2",
        "address is 0x30: an MCP23017 has 0x20 to 0x27",
    ]


def test_two_lines_of_an_expander_can_read_no_door() -> None:
    assert faults_of(ExpanderWiring({1: LockPins(0, 7), 2: LockPins(1, 15)})) == [
        f"line {line} (door of cubby {cubby}) cannot read a door: on an MCP23017 lines 7 and 15 "
        "are for locks alone"
        for line, cubby in ((7, 1), (15, 2))
    ]


def test_a_fault_of_one_of_several_banks_names_the_bank() -> None:
    (fault,) = faults_of(GpioWiring({1: LockPins(17)}), GpioWiring({2: LockPins(4)}))
    assert fault.startswith("bank b: GPIO 4 (lock of cubby 2) is not safe")


@pytest.mark.parametrize(("pulse_s", "is_good"), [(0.3, True), (0.7, True), (0.45, False)])
def test_a_waveshare_board_pulses_for_whole_tenths_of_a_second(
    pulse_s: float, is_good: bool
) -> None:
    bank = BankSettings("a", board("waveshare", 1, {1: 1}), LockLimits(pulse_s))
    assert (wiring_faults(HardwareSettings(RC522, (bank,), Path("world"))) == []) is is_good


@pytest.mark.parametrize(
    ("pin", "other", "owner"),
    [
        (3, ExpanderWiring({2: LockPins(0)}), "the expander's bus"),
        (14, board("kerong", 0, {2: 1}, "/dev/serial0"), "the lock board's port"),
    ],
)
def test_a_door_on_the_lines_of_another_parts_bus_is_refused(
    pin: int, other: Wiring, owner: str
) -> None:
    wiring = GpioWiring({1: LockPins(17, pin)})
    assert faults_of(wiring) == []
    assert faults_of(wiring, other) == [
        f"bank a: GPIO {pin} (door of cubby 1) belongs to {owner}",
    ]


@pytest.mark.parametrize("pin", [8, 0, 28])
def test_a_reset_line_that_the_reader_cannot_have_is_refused(pin: int) -> None:
    reader = ReaderSettings("rc522", reset_pin=pin)
    (fault,) = wired(LockPins(17), reader=reader)
    assert fault.startswith(f"reset_pin is {pin}: ")
    assert wired(LockPins(17), reader=replace(reader, simulated=True)) == []


def test_a_serial_reader_and_a_lock_board_cannot_be_on_one_port() -> None:
    reader = ReaderSettings("rdm6300", path="/dev/ttyUSB0")
    assert faults_of(board("kerong", 0, {1: 1}, "/dev/ttyUSB1"), reader=reader) == []
    assert faults_of(board("kerong", 0, {1: 1}, "/dev/ttyUSB0"), reader=reader) == [
        "bank a and the card reader are both on /dev/ttyUSB0"
    ]
