"""Whether the unit's sandbox lets the kiosk have its devices."""

from dataclasses import replace
from pathlib import Path

import pytest
from doctor_fixtures import (
    BOARD,
    DATA,
    EXPANDER,
    KEYBOARD,
    LINES,
    SERIAL_READER,
    SIMULATED,
    Bench,
    found,
    hints,
    only,
    verdicts,
)

from hardware.doctor.finding import Verdict
from hardware.doctor.sandbox import allowed_devices
from hardware.settings import ReaderSettings

UNIT = "/etc/systemd/system/kiosk.service"
HEAD = "[Service]\nUser=kiosk\nStateDirectory=kiosk\n"


@pytest.fixture
def pi(tmp_path: Path) -> Bench:
    return Bench.pi(tmp_path)


@pytest.mark.parametrize("wiring", [LINES, BOARD, EXPANDER])
@pytest.mark.parametrize("reader", [KEYBOARD, ReaderSettings("rc522")])
def test_a_unit_that_allows_every_device_is_well(
    pi: Bench, wiring: object, reader: ReaderSettings
) -> None:
    subject = pi.subject(wiring, reader=reader)  # type: ignore[arg-type]
    assert verdicts(allowed_devices, subject) == [Verdict.OK]


def test_each_device_that_the_unit_does_not_allow_is_a_fault(pi: Bench) -> None:
    pi.write(UNIT, f"{HEAD}DevicePolicy=closed\nDeviceAllow=char-gpiochip rw\n")
    subject = pi.subject(BOARD, LINES)
    words = [words for _, words in found(allowed_devices, subject)]
    assert words == [
        "the unit does not allow /dev/spidev0.0, which the config names",
        "the unit does not allow char-ttyUSB, which the config names",
    ]
    assert "DeviceAllow=char-ttyUSB rw" in hints(allowed_devices, subject)


def test_a_class_or_the_device_itself_will_do(pi: Bench) -> None:
    head = f"{HEAD}DevicePolicy=closed\nDeviceAllow=/dev/gpiochip0 rw\n"
    pi.write(UNIT, f"{head}DeviceAllow=char-spi rw\nDeviceAllow=/dev/ttyS0 rw\n")
    assert only(allowed_devices, pi.subject()).verdict is Verdict.OK
    assert only(allowed_devices, pi.subject(reader=SERIAL_READER)).verdict is Verdict.OK


def test_a_unit_without_a_policy_forbids_nothing(pi: Bench) -> None:
    pi.write(UNIT, HEAD)
    finding = only(allowed_devices, pi.subject())
    assert (finding.verdict, finding.words) == (Verdict.OK, "the unit forbids none")


def test_a_unit_that_allows_some_forbids_the_others(pi: Bench) -> None:
    pi.write(UNIT, f"{HEAD}DeviceAllow=char-gpiochip rw\n")
    assert verdicts(allowed_devices, pi.subject()) == [Verdict.FAULT]
    pi.write(UNIT, f"{HEAD}DevicePolicy=strict\n")
    assert verdicts(allowed_devices, pi.subject()) == [Verdict.FAULT] * 2


def test_private_devices_hide_them_all(pi: Bench) -> None:
    pi.add(UNIT, "PrivateDevices=yes\n")
    assert only(allowed_devices, pi.subject()).verdict is Verdict.FAULT


def test_a_drop_in_counts(pi: Bench) -> None:
    pi.write(f"{UNIT}.d/devices.conf", "[Service]\nDeviceAllow=\nDeviceAllow=char-input r\n")
    assert Verdict.FAULT in verdicts(allowed_devices, pi.subject())


def test_without_devices_or_unit_there_is_nothing_to_say(pi: Bench) -> None:
    assert found(allowed_devices, pi.subject(reader=SIMULATED, simulated=True)) == []
    elsewhere = replace(pi.subject(), data=DATA / "mine")
    assert found(allowed_devices, elsewhere) == []
    pi.remove(UNIT)
    assert found(allowed_devices, pi.subject()) == []
