"""What the doctor says of devices that somebody else has."""

from pathlib import Path

import pytest
from doctor_fixtures import BOARD, KEYBOARD, SIMULATED, Bench, found, only

from hardware.doctor.finding import Verdict
from hardware.doctor.holders import held_devices


@pytest.fixture
def pi(tmp_path: Path) -> Bench:
    return Bench.pi(tmp_path)


def test_what_nobody_has_is_no_finding(pi: Bench) -> None:
    pi.process(77, "bash", "/dev/null", "/dev/tty1")
    assert found(held_devices, pi.subject(BOARD)) == []


def test_a_program_that_has_the_port_open_is_a_fault_and_named(pi: Bench) -> None:
    pi.process(77, "minicom", "/dev/null", "/dev/ttyUSB0")
    words = "ttyUSB0 is open already: minicom (process 77)"
    assert found(held_devices, pi.subject(BOARD)) == [(Verdict.FAULT, words)]
    assert only(held_devices, pi.subject(BOARD)).name == "port of bank bank1"


def test_what_a_running_kiosk_has_is_its_own(pi: Bench) -> None:
    pi.process(77, "kiosk", "/dev/spidev0.0", "/dev/gpiochip0", "/dev/ttyUSB0")
    assert found(held_devices, pi.subject(BOARD, in_use=True)) == []


def test_another_program_on_the_readers_bus_is_a_fault(pi: Bench) -> None:
    pi.process(8, "read.py", "/dev/spidev0.0")
    finding = only(held_devices, pi.subject())
    assert (finding.name, finding.verdict) == ("SPI", Verdict.FAULT)


def test_another_program_on_the_header_is_a_warning_as_lines_may_be_shared_out(pi: Bench) -> None:
    pi.process(9, "fan", "/dev/gpiochip0")
    finding = only(held_devices, pi.subject())
    assert (finding.name, finding.verdict) == ("header", Verdict.WARNING)
    assert "fan (process 9)" in finding.words


def test_whoever_listens_to_the_keyboard_reader_is_named_but_for_the_login_manager(
    pi: Bench,
) -> None:
    pi.process(10, "systemd-logind", "/dev/input/event3")
    assert found(held_devices, pi.subject(BOARD, reader=KEYBOARD)) == []
    pi.process(11, "Xorg", "/dev/input/event3")
    finding = only(held_devices, pi.subject(BOARD, reader=KEYBOARD))
    assert (finding.name, finding.verdict) == ("card reader", Verdict.WARNING)
    assert "Xorg" in finding.words


def test_simulated_parts_have_no_device(pi: Bench) -> None:
    pi.process(12, "minicom", "/dev/ttyUSB0", "/dev/spidev0.0", "/dev/gpiochip0")
    assert found(held_devices, pi.subject(BOARD, reader=SIMULATED, simulated=True)) == []
