"""What the doctor says of the computer: supply, watchdog, clock."""

from pathlib import Path

import pytest
from doctor_fixtures import Bench, only

from hardware.doctor import Check
from hardware.doctor.computer import (
    clock_battery,
    clock_set,
    computer,
    supply,
    system,
    timespan,
    watchdog,
)
from hardware.doctor.finding import Verdict

RTC = "/sys/class/rtc/rtc0"


@pytest.fixture
def pi(tmp_path: Path) -> Bench:
    return Bench.pi(tmp_path)


def test_a_raspberry_pi_tells_its_model(pi: Bench) -> None:
    finding = only(computer, pi.subject())
    assert (finding.verdict, finding.words) == (Verdict.OK, "Raspberry Pi 4 Model B Rev 1.4")


@pytest.mark.parametrize("check", [computer, supply, watchdog])
def test_on_another_computer_it_says_what_it_cannot_check(tmp_path: Path, check: Check) -> None:
    finding = only(check, Bench(tmp_path).subject())
    assert finding.verdict is Verdict.UNKNOWN
    assert "no Raspberry Pi" in finding.words


@pytest.mark.parametrize(
    ("release", "verdict"),
    [
        ('ID=debian\nVERSION_ID="13"\n', Verdict.OK),
        ("ID=raspbian\nVERSION_ID='12'\n", Verdict.OK),
        ("ID=debian\n", Verdict.OK),  # testing has no number
        ('ID=debian\nVERSION_ID="11"\n', Verdict.WARNING),
        ('ID=fedora\nVERSION_ID="41"\n', Verdict.UNKNOWN),
        ("", Verdict.UNKNOWN),
    ],
)
def test_systems_that_the_kiosk_was_not_tried_on_are_told(
    pi: Bench, release: str, verdict: Verdict
) -> None:
    pi.write("/etc/os-release", release)
    finding = only(system, pi.subject())
    assert finding.verdict is verdict
    assert "6.12.25" in finding.words


@pytest.mark.parametrize(
    ("bits", "verdict", "words"),
    [
        ("0x0", Verdict.OK, "no under-voltage"),
        ("0x1", Verdict.FAULT, "now under-voltage"),
        ("0x50005", Verdict.FAULT, "now under-voltage, throttled; since the start under-voltage"),
        ("0x50000", Verdict.WARNING, "since the start under-voltage, throttled"),
        ("0xe0008", Verdict.WARNING, "now hot (soft temperature limit); since the start frequency"),
        ("0x20002", Verdict.WARNING, "now frequency capped; since the start frequency capped"),
    ],
)
def test_the_bits_of_the_supply_are_told_in_words(
    pi: Bench, bits: str, verdict: Verdict, words: str
) -> None:
    pi.answers["vcgencmd"] = f"throttled={bits}\n"
    finding = only(supply, pi.subject())
    assert finding.verdict is verdict
    assert finding.words.startswith(words)


def test_heat_is_not_blamed_on_the_supply(pi: Bench) -> None:
    pi.answers["vcgencmd"] = "throttled=0x80008\n"
    assert "air" in only(supply, pi.subject()).hint
    pi.answers["vcgencmd"] = "throttled=0x90008\n"
    assert "12 V" in only(supply, pi.subject()).hint


@pytest.mark.parametrize("answer", [None, "", "VCHI initialization failed\n", "throttled=0xZZ"])
@pytest.mark.parametrize(
    ("alarm", "verdict", "words"),
    [
        ("0", Verdict.OK, "no under-voltage now"),
        ("1", Verdict.FAULT, "now under-voltage"),
        (None, Verdict.UNKNOWN, "neither vcgencmd nor the kernel tells"),
        ("?", Verdict.UNKNOWN, "neither vcgencmd nor the kernel tells"),
    ],
)
def test_whoever_may_not_ask_the_firmware_hears_of_the_supply_from_the_kernel(
    pi: Bench, answer: str | None, alarm: str | None, verdict: Verdict, words: str
) -> None:
    """The kiosk's own service may not: to the firmware everything can be said."""
    pi.answers["vcgencmd"] = answer
    pi.write("/sys/class/hwmon/hwmon0/name", "cpu_thermal\n")
    pi.write("/sys/class/hwmon/hwmon0/in0_lcrit_alarm", "1\n")
    if alarm:
        pi.write("/sys/class/hwmon/hwmon1/name", "rpi_volt\n")
        pi.write("/sys/class/hwmon/hwmon1/in0_lcrit_alarm", f"{alarm}\n")
    finding = only(supply, pi.subject())
    assert (finding.verdict, finding.words.startswith(words)) == (verdict, True)


@pytest.mark.parametrize(
    ("kernel", "span", "verdict"),
    [
        ("6.12", "10s", Verdict.OK),
        ("6.1", "15s", Verdict.OK),
        ("6.12", "0", Verdict.WARNING),
        ("6.1", "1min", Verdict.WARNING),  # refused whole: no watchdog at all
        ("6.12", "1min", Verdict.OK),  # bridged: what Raspberry Pi OS says
        ("6.12", "1min 40s", Verdict.WARNING),  # 100 % 16 = 4 s in the chip
        ("6.12", "32s", Verdict.WARNING),
        ("6.8", "24s", Verdict.WARNING),
        ("6.8", "25s", Verdict.OK),
        ("6.7", "25s", Verdict.WARNING),
        ("6.12", "nonsense", Verdict.UNKNOWN),
        ("6.12", "", Verdict.UNKNOWN),
    ],
)
def test_the_watchdog_is_fed_and_within_what_the_chip_counts(
    pi: Bench, kernel: str, span: str, verdict: Verdict
) -> None:
    pi.write("/proc/sys/kernel/osrelease", f"{kernel}.25+rpt")
    pi.answers["systemctl"] = f"RuntimeWatchdogUSec={span}\n"
    assert only(watchdog, pi.subject()).verdict is verdict


def test_a_missing_watchdog_is_a_warning_and_a_silent_systemd_unknown(pi: Bench) -> None:
    pi.answers["systemctl"] = None
    assert only(watchdog, pi.subject()).verdict is Verdict.UNKNOWN
    pi.remove("/dev/watchdog")
    assert only(watchdog, pi.subject()).verdict is Verdict.WARNING


@pytest.mark.parametrize(
    ("answer", "battery", "verdict"),
    [
        ("yes\n", False, Verdict.OK),
        ("no\n", False, Verdict.WARNING),
        ("no\n", True, Verdict.OK),
        (None, False, Verdict.UNKNOWN),
        ("perhaps\n", False, Verdict.UNKNOWN),
    ],
)
def test_a_clock_that_was_never_set_is_told(
    pi: Bench, answer: str | None, battery: bool, verdict: Verdict
) -> None:
    pi.answers["timedatectl"] = answer
    assert only(clock_set, pi.subject(rtc_battery=battery)).verdict is verdict


def test_what_timesyncd_leaves_behind_counts_too(pi: Bench) -> None:
    pi.answers["timedatectl"] = None
    pi.write("/run/systemd/timesync/synchronized")
    assert only(clock_set, pi.subject()).verdict is Verdict.OK


def test_a_machine_without_a_clock_chip_says_what_that_means(pi: Bench) -> None:
    finding = only(clock_battery, pi.subject())
    assert finding.verdict is Verdict.OK
    assert "until it is synchronised" in finding.words
    pi.write("/etc/fake-hwclock.data", "2026-03-02 08:00:00\n")
    assert "fake-hwclock" in only(clock_battery, pi.subject()).words


def test_a_battery_that_the_config_counts_on_must_be_there(pi: Bench) -> None:
    trusting = pi.subject(rtc_battery=True)
    assert only(clock_battery, trusting).verdict is Verdict.FAULT
    pi.write(f"{RTC}/name", "rtc-rpi rpi_rtc\n")
    pi.write(f"{RTC}/battery_voltage", "120000\n")
    finding = only(clock_battery, trusting)
    assert (finding.verdict, "0.1 V" in finding.words) == (Verdict.FAULT, True)
    pi.write(f"{RTC}/battery_voltage", "2000000\n")
    finding = only(clock_battery, trusting)
    assert (finding.verdict, finding.words) == (Verdict.OK, "rtc-rpi rpi_rtc")


@pytest.mark.parametrize("battery", [True, False])
def test_a_machine_whose_clock_is_its_hosts_is_unknown(tmp_path: Path, battery: bool) -> None:
    subject = Bench(tmp_path).subject(rtc_battery=battery)
    assert only(clock_battery, subject).verdict is Verdict.UNKNOWN


def test_a_clock_chip_that_the_config_does_not_count_on_is_mentioned(pi: Bench) -> None:
    pi.write(f"{RTC}/name", "rtc-ds1307 1-0068\n")
    finding = only(clock_battery, pi.subject())
    assert finding.verdict is Verdict.OK
    assert "rtc_battery = true" in finding.words
    assert "rtc_battery" not in only(clock_battery, pi.subject(rtc_battery=True)).words


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("15s", 15),
        ("1min 30s", 90),
        ("2h", 7200),
        ("500ms", 0.5),
        ("1.5s", 1.5),
        ("infinity", None),
        ("", None),
        ("10", None),
        ("1min x", None),
    ],
)
def test_times_are_read_as_systemd_writes_them(text: str, seconds: float | None) -> None:
    assert timespan(text) == seconds
