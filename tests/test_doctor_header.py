"""What the doctor says of the lines of the header."""

from dataclasses import replace
from pathlib import Path

import pytest
from doctor_fixtures import (
    BOARD,
    KIOSK,
    LINES,
    SIMULATED,
    Bench,
    found,
    hints,
    only,
    verdicts,
)

from hardware.doctor import Check, Subject
from hardware.doctor.finding import Verdict
from hardware.doctor.header import (
    CHECKS,
    chip_of_rpi_gpio,
    header,
    high_at_start,
    lgpio_folder,
    lines,
    low_active,
    muxed_lines,
    outputs_after_a_crash,
    wiring,
)
from hardware.doctor.machine import Node
from hardware.settings import GpioWiring, LightSettings, LockPins

PERSIST = "/sys/module/pinctrl_bcm2835/parameters/persist_gpio_outputs"
CONFIG = "/boot/firmware/config.txt"
UNIT = "/etc/systemd/system/kiosk.service"


@pytest.fixture
def pi(tmp_path: Path) -> Bench:
    return Bench.pi(tmp_path)


def lit(subject: Subject, lights: LightSettings) -> Subject:
    return replace(subject, settings=replace(subject.settings, lights=lights))


@pytest.mark.parametrize("check", CHECKS[:3])
def test_on_a_good_pi_all_is_well(pi: Bench, check: Check) -> None:
    assert verdicts(check, pi.subject()) == [Verdict.OK]


def test_every_line_is_known_with_its_use(pi: Bench) -> None:
    lights = LightSettings(lamp=(5, 6, 4), buzzer=13, cubbies={1: 14})
    assert lines(lit(pi.subject(), lights)) == {
        25: "reset of the card reader",
        17: "lock of cubby 1",
        20: "door of cubby 1",
        18: "lock of cubby 2",
        21: "door of cubby 2",
        5: "lamp",
        6: "lamp",
        4: "lamp",
        13: "buzzer",
        14: "lamp of cubby 1",
    }


def test_simulated_parts_and_boards_use_no_lines(pi: Bench) -> None:
    lights = LightSettings(lamp=(5, 6, 4), simulated=True)
    subject = lit(pi.subject(BOARD, reader=SIMULATED), lights)
    assert lines(subject) == {}
    assert all(found(check, subject) == [] for check in CHECKS[1:])


def test_every_wrong_line_is_a_fault(pi: Bench) -> None:
    wrong = GpioWiring({1: LockPins(4), 2: LockPins(25)})
    assert found(wiring, pi.subject(wrong))[0][1].startswith("GPIO 4 (lock of cubby 1) is not safe")
    assert verdicts(wiring, pi.subject(wrong)) == [Verdict.FAULT, Verdict.FAULT]


def test_a_user_outside_the_group_may_not_use_the_header(pi: Bench) -> None:
    pi.write(UNIT, "[Service]\nUser=kiosk\nStateDirectory=kiosk\n")
    finding = only(header, pi.subject())
    assert finding.verdict is Verdict.FAULT
    assert "gpio" in finding.hint


def test_a_kernel_without_gpio_is_a_fault(pi: Bench) -> None:
    pi.remove("/dev/gpiochip0")
    assert only(header, pi.subject()).words == "/dev/gpiochip0 is not there"


def test_a_pi_5_may_number_its_chip_otherwise(pi: Bench) -> None:
    pi.remove("/dev/gpiochip0")
    pi.write("/dev/gpiochip4")
    pi.nodes["/dev/gpiochip4"] = Node(0, 986, 0o660)
    assert "/dev/gpiochip4" in only(header, pi.subject()).words


def test_the_header_is_the_pis_own_chip_however_many_there_are(pi: Bench) -> None:
    pi.write("/sys/bus/gpio/devices/gpiochip0/of_node/compatible", "nxp,pca9555\0")
    pi.write("/dev/gpiochip10")
    pi.write("/sys/bus/gpio/devices/gpiochip10/of_node/compatible", "raspberrypi,rp1-gpio\0")
    assert "/dev/gpiochip10" in only(header, pi.subject()).words


def test_a_reader_that_is_reset_through_another_chip_is_a_fault(pi: Bench) -> None:
    assert found(chip_of_rpi_gpio, pi.subject()) == []
    pi.environ["RPI_LGPIO_CHIP"] = "0"
    assert found(chip_of_rpi_gpio, pi.subject(unit=None)) == []
    pi.environ["RPI_LGPIO_CHIP"] = "4"
    assert verdicts(chip_of_rpi_gpio, pi.subject(unit=None)) == [Verdict.FAULT]
    assert found(chip_of_rpi_gpio, pi.subject()) == []  # the unit has its own environment
    pi.add(UNIT, "Environment=RPI_LGPIO_CHIP=4\n")
    assert "RPI_LGPIO_CHIP=4" in only(chip_of_rpi_gpio, pi.subject()).words
    assert found(chip_of_rpi_gpio, pi.subject(reader=SIMULATED)) == []


def test_a_lamp_on_the_line_of_the_console_is_a_warning(pi: Bench) -> None:
    assert found(high_at_start, pi.subject()) == []
    lights = LightSettings(buzzer=14)
    assert "GPIO 14 (buzzer)" in only(high_at_start, lit(pi.subject(), lights)).words
    assert found(high_at_start, lit(pi.subject(), replace(lights, active_high=False))) == []


def test_a_kernel_that_keeps_outputs_driven_is_a_warning(pi: Bench) -> None:
    pi.write(PERSIST, "Y\n")
    pi.write(CONFIG, "dtparam=spi=on\n")
    finding = only(outputs_after_a_crash, pi.subject())
    assert finding.verdict is Verdict.WARNING
    assert "strict_gpiod" in finding.hint
    pi.write(CONFIG, "dtparam=strict_gpiod\n")
    assert "has it already" in hints(outputs_after_a_crash, pi.subject())


@pytest.mark.parametrize("text", [b"\xff", b"", None])
def test_a_kernel_that_does_not_tell_is_unknown_unless_config_txt_asks_it_to_let_go(
    pi: Bench, text: bytes | None
) -> None:
    pi.remove(PERSIST) if text is None else pi.write(PERSIST, text)
    assert verdicts(outputs_after_a_crash, pi.subject()) == [Verdict.OK]
    pi.write(CONFIG, "dtparam=spi=on\n")
    finding = only(outputs_after_a_crash, pi.subject())
    assert finding.verdict is Verdict.UNKNOWN
    assert "dtparam=strict_gpiod" in finding.hint


def test_a_line_that_is_something_else_is_a_fault_with_what_it_is(pi: Bench) -> None:
    pi.answers["pinctrl"] = (
        "17: ip    pd | lo // GPIO17 = input\n"
        "18: a5    pd | lo // GPIO18 = PWM0_0\n"
        "19: a5    pd | lo // GPIO19 = PWM0_1\n"
        "25: op dh pn | hi // GPIO25 = output\n"
    )
    words = "GPIO 18 (lock of cubby 2) is PWM0_0"
    assert found(muxed_lines, pi.subject()) == [(Verdict.FAULT, words)]
    assert pi.asked == [("pinctrl", "get", "17,18,20,21,25")]


def test_without_pinctrl_that_is_unknown(pi: Bench) -> None:
    pi.answers["pinctrl"] = None
    assert verdicts(muxed_lines, pi.subject()) == [Verdict.UNKNOWN]


def test_drivers_that_are_on_when_low_are_a_warning(pi: Bench) -> None:
    assert found(low_active, pi.subject()) == []
    inverted = replace(LINES, active_high=False)
    assert verdicts(low_active, pi.subject(inverted)) == [Verdict.WARNING]
    assert found(low_active, pi.subject(inverted, simulated=True)) == []


def test_lgpio_has_the_folder_that_the_unit_makes(pi: Bench) -> None:
    assert only(lgpio_folder, pi.subject()).words == "/run/kiosk, which the unit makes"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("RuntimeDirectory=kiosk\nWorkingDirectory=%t/kiosk\n", Verdict.OK),
        ("WorkingDirectory=/srv\n", Verdict.FAULT),
        ("RuntimeDirectory=kiosk\n", Verdict.FAULT),  # it works in / then
        ("WorkingDirectory=/srv/own\n", Verdict.OK),
    ],
)
def test_a_unit_whose_folder_lgpio_cannot_write_in_is_a_fault(
    pi: Bench, text: str, verdict: Verdict
) -> None:
    pi.nodes["/srv/own"] = Node(KIOSK, KIOSK, 0o700)
    pi.write(UNIT, f"[Service]\nUser=kiosk\nStateDirectory=kiosk\n{text}")
    assert only(lgpio_folder, pi.subject()).verdict is verdict


def test_without_a_unit_the_folder_of_whoever_asks_counts(pi: Bench) -> None:
    pi.remove(UNIT)
    assert only(lgpio_folder, pi.subject()).verdict is Verdict.FAULT
    pi.nodes["/home/technician"] = Node(KIOSK, KIOSK, 0o755)
    assert only(lgpio_folder, pi.subject()).verdict is Verdict.OK
    pi.write(UNIT, "[Service]\nStateDirectory=other\nWorkingDirectory=/srv\n")
    assert only(lgpio_folder, pi.subject()).verdict is Verdict.OK  # that one is not about us
    pi.environ["LG_WD"] = "/elsewhere"
    assert only(lgpio_folder, pi.subject()).verdict is Verdict.FAULT
