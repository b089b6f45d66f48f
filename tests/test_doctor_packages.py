"""What the doctor says of the packages that drive the hardware."""

from dataclasses import replace
from pathlib import Path

import pytest
from doctor_fixtures import (
    BOARD,
    EXPANDER,
    KEYBOARD,
    LINES,
    RC522,
    SERIAL_READER,
    SIMULATED,
    Bench,
    found,
    hints,
    only,
    verdicts,
)

from hardware.doctor.finding import Verdict
from hardware.doctor.packages import (
    driver_modules,
    gpiozero,
    mfrc522,
    pin_factory,
    rpi_gpio,
    version_key,
    wants_lines,
)
from hardware.settings import LightSettings, ReaderSettings

RPI = "/usr/lib/python3/dist-packages/RPi/GPIO/__init__.py"
ORIGINAL = "from RPi._GPIO import *\n"


@pytest.fixture
def pi(tmp_path: Path) -> Bench:
    return Bench.pi(tmp_path)


@pytest.mark.parametrize(
    ("version", "verdict"),
    [
        ("2.0.1.post3", Verdict.OK),
        ("2.0.2", Verdict.OK),
        ("2.1", Verdict.OK),
        ("2.0.1", Verdict.FAULT),
        ("2.0.1.post1", Verdict.FAULT),  # withdrawn
        ("1.6.2", Verdict.FAULT),  # Debian 12's own
    ],
)
def test_gpiozero_has_to_be_new_enough(pi: Bench, version: str, verdict: Verdict) -> None:
    pi.packages["gpiozero"] = version
    assert only(gpiozero, pi.subject()).verdict is verdict


def test_gpiozero_has_to_be_there(pi: Bench) -> None:
    del pi.packages["gpiozero"]
    assert only(gpiozero, pi.subject()).verdict is Verdict.FAULT


def test_versions_are_compared_by_their_numbers() -> None:
    ordered = ["1.6.2", "2.0.1", "2.0.1.post1", "2.0.1.post3", "2.0.2", "2.0.10", "2.1"]
    assert sorted(reversed(ordered), key=version_key) == ordered


@pytest.mark.parametrize(
    ("packages", "verdict", "word"),
    [
        ({"mfrc522": "0.0.7"}, Verdict.OK, "0.0.7"),
        ({"mfrc522": "0.0.8"}, Verdict.WARNING, "tried with 0.0.7"),
        ({}, Verdict.FAULT, "missing"),
        ({"mfrc522-python": "0.0.9"}, Verdict.FAULT, "fork"),
        ({"mfrc522": "0.0.7", "mfrc522-python": "0.0.9"}, Verdict.FAULT, "fork"),
    ],
)
@pytest.mark.parametrize("reader", [RC522, SIMULATED])
def test_the_readers_package_has_to_be_the_one_that_was_tried(
    pi: Bench, reader: ReaderSettings, packages: dict[str, str], verdict: Verdict, word: str
) -> None:
    pi.packages = packages
    finding = only(mfrc522, pi.subject(reader=reader))
    assert finding.verdict is verdict
    assert word in finding.words
    assert verdict is Verdict.OK or "--no-deps" in finding.hint


def test_another_reader_needs_no_mfrc522(pi: Bench) -> None:
    pi.packages = {}
    assert found(mfrc522, pi.subject(reader=KEYBOARD)) == []
    assert found(rpi_gpio, pi.subject(reader=KEYBOARD)) == []


def test_rpi_lgpio_alone_is_right(pi: Bench) -> None:
    assert found(rpi_gpio, pi.subject()) == [(Verdict.OK, "rpi-lgpio 0.6")]


def test_both_packages_are_a_warning_and_a_fault_once_one_wrote_over_the_other(pi: Bench) -> None:
    pi.packages["rpi-gpio"] = "0.7.1"
    assert only(rpi_gpio, pi.subject()).verdict is Verdict.WARNING
    pi.write(RPI, ORIGINAL)
    finding = only(rpi_gpio, pi.subject())
    assert finding.verdict is Verdict.FAULT
    assert "written over" in finding.words


@pytest.mark.parametrize(
    ("model", "verdict"),
    [("Raspberry Pi 5 Model B", Verdict.FAULT), ("Raspberry Pi 3 Model B", Verdict.WARNING)],
)
def test_the_original_rpi_gpio_fails_on_a_pi_5(pi: Bench, model: str, verdict: Verdict) -> None:
    pi.packages = {"rpi-gpio": "0.7.1"}
    pi.write(RPI, ORIGINAL)
    pi.write("/proc/device-tree/model", model)
    finding = only(rpi_gpio, pi.subject())
    assert finding.verdict is verdict
    assert "python3-rpi-lgpio" in finding.hint


def test_a_missing_rpi_gpio_is_a_fault(pi: Bench) -> None:
    del pi.modules["RPi"]
    assert only(rpi_gpio, pi.subject()).verdict is Verdict.FAULT
    pi.modules["RPi"] = "/nowhere"
    assert only(rpi_gpio, pi.subject()).verdict is Verdict.FAULT


@pytest.mark.parametrize(
    ("wiring", "reader", "modules"),
    [
        (LINES, RC522, ["lgpio", "spidev"]),
        (LINES, SIMULATED, ["lgpio"]),
        (BOARD, SIMULATED, ["serial"]),
        (BOARD, KEYBOARD, ["evdev", "serial"]),
        (EXPANDER, SERIAL_READER, ["serial", "smbus2"]),
    ],
)
def test_each_backend_wants_its_modules(
    pi: Bench, wiring: object, reader: ReaderSettings, modules: list[str]
) -> None:
    subject = pi.subject(wiring, reader=reader)  # type: ignore[arg-type]
    assert [f.name for f in driver_modules(subject)] == [f"module {name}" for name in modules]
    assert {verdict for verdict, _ in found(driver_modules, subject)} == {Verdict.OK}
    pi.modules = {}
    assert {verdict for verdict, _ in found(driver_modules, subject)} == {Verdict.FAULT}
    assert "install" in hints(driver_modules, subject)


@pytest.mark.parametrize(
    ("lights", "wanted"),
    [
        (LightSettings(lamp=(5, 6, 4)), True),
        (LightSettings(buzzer=13), True),
        (LightSettings(cubbies={1: 14}), True),
        (LightSettings(lamp=(5, 6, 4), simulated=True), False),
        (LightSettings(), False),
    ],
)
def test_lights_want_lines_too(pi: Bench, lights: LightSettings, wanted: bool) -> None:
    subject = pi.subject(BOARD, reader=KEYBOARD)
    subject = replace(subject, settings=replace(subject.settings, lights=lights))
    assert wants_lines(subject) is wanted


def test_simulated_parts_want_none(pi: Bench) -> None:
    pi.modules = {}
    assert found(driver_modules, pi.subject(reader=SIMULATED, simulated=True)) == []


def test_what_only_a_pi_can_have_is_no_fault_elsewhere(tmp_path: Path) -> None:
    bench = Bench(tmp_path, modules={})
    assert {v for v, _ in found(driver_modules, bench.subject())} == {Verdict.UNKNOWN}
    assert only(driver_modules, bench.subject(BOARD, reader=SIMULATED)).verdict is Verdict.FAULT


def test_the_pins_are_lgpios_whatever_the_environment_says(pi: Bench) -> None:
    assert verdicts(pin_factory, pi.subject()) == [Verdict.OK]
    pi.environ["GPIOZERO_PIN_FACTORY"] = "pigpio"
    assert "GPIOZERO_PIN_FACTORY=pigpio changes nothing" in only(pin_factory, pi.subject()).words


def test_pigpiod_beside_the_kiosk_is_a_warning(pi: Bench) -> None:
    pi.write("/proc/44/comm", "pigpiod\n")
    assert verdicts(pin_factory, pi.subject()) == [Verdict.WARNING, Verdict.OK]
    assert "disable --now pigpiod" in hints(pin_factory, pi.subject())
