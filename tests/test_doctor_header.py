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
    header,
    lgpio_folder,
    lines,
    lines_at_power_up,
    low_active,
    muxed_lines,
    outputs_after_a_crash,
    overlaid_lines,
    taken_by,
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


@pytest.mark.parametrize("check", CHECKS[:5])
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


def test_a_kernel_that_keeps_outputs_driven_is_a_warning(pi: Bench) -> None:
    pi.write(PERSIST, "Y\n")
    pi.write(CONFIG, "dtparam=spi=on\n")
    finding = only(outputs_after_a_crash, pi.subject())
    assert finding.verdict is Verdict.WARNING
    assert "strict_gpiod" in finding.words
    pi.write(CONFIG, "dtparam=strict_gpiod\n")
    assert "has it already" in hints(outputs_after_a_crash, pi.subject())


def test_a_switch_that_cannot_be_read_is_unknown(pi: Bench) -> None:
    pi.write(PERSIST, b"\xff")
    assert verdicts(outputs_after_a_crash, pi.subject()) == [Verdict.UNKNOWN]


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


@pytest.mark.parametrize(
    ("line", "pins"),
    [
        ("dtoverlay=gpio-fan", {12}),
        ("dtoverlay=gpio-fan,gpiopin=17,temp=55000", {17}),
        ("dtoverlay=gpio-shutdown,gpio_pin=21", {21}),
        ("dtoverlay=audremap", {12, 13}),
        ("dtoverlay=audremap,pins_18_19", {18, 19}),
        ("dtoverlay=pwm-2chan,pin=12,func=4,pin2=13,func2=4", {12, 13}),
        ("dtoverlay=pwm-2chan,pin=12", {12, 18, 19}),
        ("dtoverlay=spi1-1cs,cs0_pin=26", {18, 19, 20, 21, 26}),
        ("dtoverlay=spi1-1cs", {18, 19, 20, 21}),
        ("dtparam=audio=on,i2s=on", {18, 19, 20, 21}),
        ("dtparam=spi=on", set()),
        ("dtoverlay=vc4-kms-v3d", set()),
        ("gpio=17=op,dl", set()),
        ("", set()),
    ],
)
def test_lines_that_config_txt_gives_away_are_known(line: str, pins: set[int]) -> None:
    assert taken_by(line) == pins


def test_a_line_in_config_txt_is_a_warning_unless_it_is_commented_out(pi: Bench) -> None:
    pi.write(CONFIG, "#dtoverlay=gpio-fan,gpiopin=17\ndtoverlay=w1-gpio,gpiopin=18 # a sensor\n")
    ((verdict, words),) = found(overlaid_lines, pi.subject())
    assert verdict is Verdict.WARNING
    assert words.startswith("dtoverlay=w1-gpio,gpiopin=18 takes GPIO 18 (lock of cubby 2)")


def test_an_older_system_has_config_txt_elsewhere(pi: Bench) -> None:
    pi.remove(CONFIG)
    pi.write("/boot/config.txt", "dtoverlay=gpio-ir\n")
    assert verdicts(overlaid_lines, pi.subject()) == [Verdict.WARNING]


def test_drivers_that_are_on_when_low_are_a_warning(pi: Bench) -> None:
    assert found(low_active, pi.subject()) == []
    inverted = replace(LINES, active_high=False)
    assert verdicts(low_active, pi.subject(inverted)) == [Verdict.WARNING]
    assert found(low_active, pi.subject(inverted, simulated=True)) == []


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("gpio=12,13,16-24=op,dl", ""),
        ("gpio=17=op,dl", "18"),
        ("gpio=17,18=op,dh", "17,18"),
        ("gpio=17,18=ip,pd", "17,18"),
        ("#gpio=17,18=op,dl", "17,18"),
        ("gpio=17-18-19=op,dl", "17,18"),
    ],
)
def test_locks_that_the_firmware_does_not_hold_off_are_named(
    pi: Bench, line: str, left: str
) -> None:
    pi.write(CONFIG, f"{line}\n")
    finding = only(lines_at_power_up, pi.subject())
    assert finding.verdict is (Verdict.WARNING if left else Verdict.OK)
    assert (f"add gpio={left}=op,dl" if left else "") in finding.hint


def test_a_driver_that_is_on_when_low_is_to_be_held_high(pi: Bench) -> None:
    inverted = replace(LINES, active_high=False)
    assert "gpio=17,18=op,dh" in only(lines_at_power_up, pi.subject(inverted)).hint
    pi.write(CONFIG, "gpio=17,18=op,dh\n")
    assert only(lines_at_power_up, pi.subject(inverted)).verdict is Verdict.OK


def test_boards_hold_their_locks_off_themselves(pi: Bench) -> None:
    assert found(lines_at_power_up, pi.subject(BOARD)) == []


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
