"""What the doctor says of config.txt: its sections, and what it makes of the lines."""

from dataclasses import replace
from pathlib import Path

import pytest
from doctor_fixtures import BOARD, LINES, Bench, found, only, verdicts

from hardware.doctor import Check
from hardware.doctor.boot import CHECKS, lines_at_power_up, overlaid_lines, taken_by
from hardware.doctor.config_txt import boot_lines, boot_parameters, held_levels
from hardware.doctor.finding import Verdict

CONFIG = "/boot/firmware/config.txt"
EVERY = "pi0 pi0w pi02 pi1 pi2 pi3 pi3+ pi4 pi400 pi5 pi500 cm1 cm3 cm4 cm4s cm5 none"
MODEL = "/proc/device-tree/model"


@pytest.fixture
def pi(tmp_path: Path) -> Bench:
    return Bench.pi(tmp_path)


@pytest.mark.parametrize("check", CHECKS)
def test_on_a_good_pi_all_is_well(pi: Bench, check: Check) -> None:
    assert verdicts(check, pi.subject()) == [Verdict.OK]


# the file


def test_parameters_may_share_a_line(pi: Bench) -> None:
    assert boot_parameters(pi.machine()) == {"spi=on", "strict_gpiod"}
    assert boot_parameters(Bench(pi.root / "nothing").machine()) == set()


@pytest.mark.parametrize(
    ("model", "sections"),
    [
        ("Raspberry Pi Zero 2 W Rev 1.0", "pi0 pi0w pi02"),
        ("Raspberry Pi Zero W Rev 1.1", "pi0 pi0w"),
        ("Raspberry Pi Zero Rev 1.3", "pi0"),
        ("Raspberry Pi Model B Plus Rev 1.2", "pi1"),
        ("Raspberry Pi 2 Model B Rev 1.1", "pi2"),
        ("Raspberry Pi 3 Model B Rev 1.2", "pi3"),
        ("Raspberry Pi 3 Model B Plus Rev 1.3", "pi3 pi3+"),
        ("Raspberry Pi 4 Model B Rev 1.4", "pi4"),
        ("Raspberry Pi 400 Rev 1.0", "pi4 pi400"),
        ("Raspberry Pi Compute Module 4 Rev 1.0", "pi4 cm4"),
        ("Raspberry Pi Compute Module 4S Rev 1.0", "pi4 cm4s"),
        ("Raspberry Pi 5 Model B Rev 1.0", "pi5"),
        ("Raspberry Pi 500 Rev 1.0", "pi5 pi500"),
        ("Raspberry Pi Compute Module 5 Rev 1.0", "pi5 cm5"),
    ],
)
def test_a_section_counts_on_the_models_it_is_for(pi: Bench, model: str, sections: str) -> None:
    pi.write(MODEL, f"{model}\0")
    pi.write(CONFIG, "".join(f"[{name}]\nfor={name}\n" for name in EVERY.split()))
    assert boot_lines(pi.machine()) == [f"for={name}" for name in sections.split()]


def test_conditions_of_two_kinds_must_both_hold_until_all_ends_them(pi: Bench) -> None:
    pi.write(
        CONFIG,
        "first\n[pi4]\nfour\n[gpio4=1]\na line's level\n[pi4]\nstill\n[EDID=x]\nno\n[all]\nlast\n"
        "[0x1234abcd]\nof one serial number\n",
    )
    assert boot_lines(pi.machine()) == ["first", "four", "last"]


@pytest.mark.parametrize(
    ("told", "held"),
    [
        (["gpio=4,6-8=op,dl"], {4: "dl", 6: "dl", 7: "dl", 8: "dl"}),
        (["gpio=4=op,pd,dh"], {4: "dh"}),
        (["gpio=4=op,dl", "gpio=4=dh"], {4: "dh"}),
        (["gpio=4=op,dl", "gpio=4=ip"], {}),
        (["gpio=4=op,dl", "gpio=4=pu"], {4: "dl"}),
        (["gpio=4=op"], {}),
        (["gpio=4-6-7=op,dl", "gpio=x=op,dl", "dtparam=spi=on"], {}),
    ],
)
def test_the_last_word_on_a_line_counts(told: list[str], held: dict[int, str]) -> None:
    assert held_levels(told) == held


# what it makes of the lines


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


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("gpio=12,13,16-24=op,dl", ""),
        ("gpio=17=op,dl", "18"),
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


def test_a_lock_that_the_firmware_switches_on_is_a_fault(pi: Bench) -> None:
    pi.write(CONFIG, "gpio=17,18=op,dl\ngpio=17=op,dh\n")
    finding = only(lines_at_power_up, pi.subject())
    assert (finding.verdict, "gpio=17=op,dl" in finding.hint) == (Verdict.FAULT, True)
    assert "switches GPIO 17 on" in finding.words


def test_what_holds_the_locks_off_must_be_for_this_model(pi: Bench) -> None:
    pi.write(CONFIG, "[pi5]\ngpio=17,18=op,dl\n")
    assert verdicts(lines_at_power_up, pi.subject()) == [Verdict.WARNING]
    pi.write(MODEL, "Raspberry Pi 5 Model B Rev 1.0\0")
    assert verdicts(lines_at_power_up, pi.subject()) == [Verdict.OK]
