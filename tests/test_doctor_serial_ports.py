"""What the doctor says of serial ports."""

from dataclasses import replace
from pathlib import Path

import pytest
from doctor_fixtures import (
    ADAPTER,
    BOARD,
    SERIAL_READER,
    SIMULATED,
    Bench,
    found,
    hints,
    only,
    verdicts,
)

from hardware.doctor.finding import Verdict
from hardware.doctor.serial_ports import other_users, serial_ports

UNIT = "/etc/systemd/system/kiosk.service"


@pytest.fixture
def pi(tmp_path: Path) -> Bench:
    return Bench.pi(tmp_path)


def test_a_port_by_its_lasting_name_is_well(pi: Bench) -> None:
    assert verdicts(serial_ports, pi.subject(BOARD)) == [Verdict.OK]
    assert found(other_users, pi.subject(BOARD)) == []


def test_two_boards_on_one_port_are_one_finding(pi: Bench) -> None:
    second = replace(BOARD, address=1, channels={3: 1})
    assert only(serial_ports, pi.subject(BOARD, second)).name == "port of bank bank1, bank2"


def test_a_port_shared_by_reader_and_board_is_a_fault(pi: Bench) -> None:
    reader = replace(SERIAL_READER, path=ADAPTER)
    assert Verdict.FAULT in verdicts(serial_ports, pi.subject(BOARD, reader=reader))


def test_an_adapter_that_is_unplugged_is_a_fault_that_names_those_there(pi: Bench) -> None:
    pi.link("/dev/serial/by-id/usb-other", "../../ttyUSB1")
    gone = replace(BOARD, port="/dev/serial/by-id/usb-gone")
    assert verdicts(serial_ports, pi.subject(gone)) == [Verdict.FAULT]
    assert "/dev/serial/by-id/usb-other" in hints(serial_ports, pi.subject(gone))


def test_without_any_adapter_the_hint_is_to_plug_one_in(pi: Bench) -> None:
    pi.remove(ADAPTER)
    assert "none now" in hints(serial_ports, pi.subject(BOARD))


def test_a_port_that_the_user_may_not_open_is_a_fault(pi: Bench) -> None:
    pi.write(UNIT, "[Service]\nUser=kiosk\nStateDirectory=kiosk\n")
    assert "dialout" in only(serial_ports, pi.subject(BOARD)).hint


def test_a_name_that_may_change_is_a_warning_with_the_better_one(pi: Bench) -> None:
    passing = pi.subject(replace(BOARD, port="/dev/ttyUSB0"))
    assert verdicts(serial_ports, passing) == [Verdict.OK, Verdict.WARNING]
    assert ADAPTER in hints(serial_ports, passing)
    pi.remove(ADAPTER)
    assert "use a name of /dev/serial/by-id" in hints(serial_ports, passing)


def test_the_uart_of_the_header_has_no_better_name(pi: Bench) -> None:
    assert verdicts(serial_ports, pi.subject(reader=SERIAL_READER)) == [Verdict.OK]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/proc/cmdline", "console=ttyS0,115200 console=tty1 root=/dev/sda"),
        ("/run/systemd/generator/getty.target.wants/serial-getty@ttyS0.service", ""),
        ("/etc/systemd/system/getty.target.wants/serial-getty@ttyS0.service", ""),
    ],
)
def test_a_console_or_login_on_the_readers_port_is_a_fault(pi: Bench, path: str, text: str) -> None:
    pi.write(path, text)
    finding = only(other_users, pi.subject(reader=SERIAL_READER))
    assert finding.verdict is Verdict.FAULT
    assert "do_serial_cons 1" in finding.hint


def test_a_console_elsewhere_is_none_of_ours(pi: Bench) -> None:
    pi.write("/proc/cmdline", "console=ttyAMA10,115200 console=tty1")
    assert found(other_users, pi.subject(reader=SERIAL_READER)) == []


def test_programs_that_try_every_adapter_are_a_warning(pi: Bench) -> None:
    pi.process(501, "ModemManager")
    assert verdicts(other_users, pi.subject(BOARD)) == [Verdict.WARNING]
    assert "modemmanager" in hints(other_users, pi.subject(BOARD))
    assert found(other_users, pi.subject(reader=SERIAL_READER)) == []  # no adapter


def test_no_port_no_findings(pi: Bench) -> None:
    pi.process(501, "ModemManager", "/dev/ttyUSB0")
    assert found(serial_ports, pi.subject()) == found(other_users, pi.subject()) == []
    simulated = pi.subject(BOARD, reader=SIMULATED, simulated=True)
    assert found(serial_ports, simulated) == found(other_users, simulated) == []
