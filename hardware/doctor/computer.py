"""The computer itself: which one, its supply, its watchdog and its clock."""

import re
from collections.abc import Iterator, Sequence

from hardware.doctor.examination import Subject, on_a_pi
from hardware.doctor.finding import Finding
from hardware.doctor.machine import COMMAND_LIMIT_S, Machine
from hardware.power import HWMON, under_voltage

# `vcgencmd get_throttled`: bits 0 to 3 are now, the same 16 higher are since the start
# (Raspberry Pi documentation, "vcgencmd").
THROTTLED = ("under-voltage", "frequency capped", "throttled", "hot (soft temperature limit)")
_SINCE_START = 16
_UNDER_VOLTAGE = 1

_STRONGER_SUPPLY = (
    "a stronger supply and a short cable; the locks' 12 V from a supply of their own:"
    " a card reader goes deaf at under-voltage"
)

# The watchdog of BCM2835 and later counts 20 bits of 1/65536 s (bcm2835_wdt.c).
CHIP_WATCHDOG_S = 15
_CHIP_TURN_S = 16
_KERNEL_PING_S = 8  # the kernel's own pings, at half of what the chip can count
_BRIDGES_LONGER = (6, 8)  # raspberrypi/linux #5838; before it, a longer time is refused whole

# Below that a lithium cell of 3 V is empty, or not there.
_BATTERY_LEAST_UV = 2_000_000
_RTC = "/sys/class/rtc"

_UNITS_S = {"us": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600, "d": 86400}
_SPAN = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(us|ms|s|min|h|d)")


def computer(subject: Subject) -> Iterator[Finding]:
    """Which one it is."""
    machine = subject.machine
    if machine.is_pi:
        yield Finding.ok("computer", machine.model)
    else:
        yield Finding.unknown(
            "computer", "this is no Raspberry Pi: what only one has cannot be checked"
        )


def system(subject: Subject) -> Iterator[Finding]:
    """Which Linux, and which Python."""
    machine = subject.machine
    release = dict(
        (key, value.strip("\"'"))
        for key, _, value in (
            line.partition("=") for line in (machine.read("/etc/os-release") or "").splitlines()
        )
    )
    words = (
        f"{release.get('PRETTY_NAME', 'a Linux without a name')}, "
        f"kernel {machine.read('/proc/sys/kernel/osrelease') or 'unknown'}, "
        f"Python {'.'.join(map(str, machine.python))}"
    )
    version = release.get("VERSION_ID", "")
    if release.get("ID") not in ("debian", "raspbian"):
        yield Finding.unknown("system", f"{words}: the kiosk is tried on Debian alone")
    elif version[:4].isascii() and version[:4].isdigit() and int(version[:4]) < 12:
        yield Finding.warning(
            "system",
            f"{words}: older than what the kiosk is tried on",
            "install Raspberry Pi OS of 2023 (Debian 12) or later afresh",
        )
    else:
        yield Finding.ok("system", words)


@on_a_pi("supply")
def supply(subject: Subject) -> Iterator[Finding]:
    """Whether the supply holds, now and since the start."""
    told = subject.machine.run(("vcgencmd", "get_throttled"), COMMAND_LIMIT_S) or ""
    found = re.search(r"throttled=0x([0-9a-fA-F]{1,8})\b", told)
    if found is None:
        yield _supply_now(subject.machine)
        return
    bits = int(found[1], 16)
    now = [words for bit, words in enumerate(THROTTLED) if bits >> bit & 1]
    before = [words for bit, words in enumerate(THROTTLED) if bits >> bit + _SINCE_START & 1]
    if not now and not before:
        yield Finding.ok("supply", "no under-voltage and no throttling since the start")
        return
    parts = [f"now {', '.join(now)}"] if now else []
    parts += [f"since the start {', '.join(before)}"] if before else []
    words = "; ".join(parts)
    hint = (
        _STRONGER_SUPPLY
        if bits & (_UNDER_VOLTAGE | _UNDER_VOLTAGE << _SINCE_START)
        else "let air to the computer"
    )
    make = Finding.fault if bits & _UNDER_VOLTAGE else Finding.warning
    yield make("supply", words, hint)


def _supply_now(machine: Machine) -> Finding:
    """As the kernel sees it, which tells everybody. The firmware's memory is for root's eyes."""
    hint = "sudo kiosk doctor tells of all since the start"
    is_low = under_voltage(machine.at(HWMON))
    if is_low:
        return Finding.fault("supply", f"now {THROTTLED[0]}", _STRONGER_SUPPLY)
    if is_low is not None:
        return Finding.ok("supply", f"no under-voltage now; {hint}")
    return Finding.unknown("supply", "neither vcgencmd nor the kernel tells", hint)


@on_a_pi("watchdog")
def watchdog(subject: Subject) -> Iterator[Finding]:
    """Whether the computer starts again by itself when its kernel hangs."""
    machine = subject.machine
    hint = (
        f"write [Manager] and RuntimeWatchdogSec={CHIP_WATCHDOG_S}s to"
        " /etc/systemd/system.conf.d/99-kiosk.conf, and restart"
    )
    if not machine.exists("/dev/watchdog"):
        yield Finding.warning(
            "watchdog", "there is no /dev/watchdog: a computer that hangs stays so", hint
        )
        return
    told = machine.run(("systemctl", "show", "--property=RuntimeWatchdogUSec"), COMMAND_LIMIT_S)
    seconds = timespan((told or "").strip().removeprefix("RuntimeWatchdogUSec="))
    if told is None or seconds is None:
        yield Finding.unknown("watchdog", "systemd does not tell whether it feeds it", hint)
    elif seconds == 0:
        yield Finding.warning(
            "watchdog", "nobody feeds the watchdog: a computer that hangs stays so", hint
        )
    elif trouble := _too_long(seconds, machine):
        yield Finding.warning("watchdog", trouble, hint)
    else:
        yield Finding.ok("watchdog", f"the computer starts again if it hangs for {seconds:g} s")


def _too_long(seconds: float, machine: Machine) -> str:
    """Why this time is more than the chip can do; "" if it is not.

    Kernels before 6.8 refuse it (systemd #27427); later ones bridge it, but until the middle of
    2026 set the chip to the rest of a division by 16 (raspberrypi/linux #7432).
    """
    if seconds <= CHIP_WATCHDOG_S:
        return ""
    if machine.kernel < _BRIDGES_LONGER:
        return f"{seconds:g} s is more than the chip counts: this kernel leaves it off"
    if seconds % _CHIP_TURN_S <= _KERNEL_PING_S:
        return f"{seconds:g} s is more than the chip counts: some kernels then reset too early"
    return ""


def clock_set(subject: Subject) -> Iterator[Finding]:
    """Whether the clock has been set by the network."""
    machine = subject.machine
    told = machine.run(
        ("timedatectl", "show", "--property=NTPSynchronized", "--value"), COMMAND_LIMIT_S
    )
    answer = (told or "").strip()
    if answer == "yes" or machine.exists("/run/systemd/timesync/synchronized"):
        yield Finding.ok("clock", "synchronised")
    elif answer != "no":
        yield Finding.unknown("clock", "nobody tells whether it is synchronised")
    elif subject.rtc_battery:
        yield Finding.ok("clock", "not synchronised; trusted by its battery, as the config says")
    else:
        yield Finding.warning(
            "clock",
            "not synchronised: if it was not since the start, nobody collects by card until staff"
            " confirm the time",
            "let the network pass NTP to a time server, or fit a clock with a battery",
        )


def clock_battery(subject: Subject) -> Iterator[Finding]:
    """Whether a clock runs on while the power is off, and the config knows."""
    name, machine = "clock battery", subject.machine
    chips = {clock: machine.read(f"{_RTC}/{clock}/name") for clock in machine.names(_RTC)}
    voltages = [machine.read(f"{_RTC}/{clock}/battery_voltage") for clock in chips]
    empty = [v for v in map(_microvolts, voltages) if v is not None and v < _BATTERY_LEAST_UV]
    if not chips and not machine.is_pi:
        yield Finding.unknown(name, "no clock chip is shown, as in a virtual machine")
    elif not chips or empty:
        yield _no_battery(name, subject, empty)
    else:
        words = ", ".join(chip for chip in chips.values() if chip) or "a clock chip"
        told = "" if subject.rtc_battery else "; with a battery in it, set rtc_battery = true"
        yield Finding.ok(name, f"{words}{told}")


def _no_battery(name: str, subject: Subject, empty: Sequence[int]) -> Finding:
    """No clock that outlasts the power: right or wrong, as the config has it."""
    if not subject.rtc_battery:
        has_fake = subject.machine.exists("/etc/fake-hwclock.data")
        fake = " (fake-hwclock starts it at the time it went off)" if has_fake else ""
        words = f"none: after a power cut the time is wrong until it is synchronised{fake}"
        return Finding.ok(name, words)
    if empty:
        return Finding.fault(
            name,
            "the config says rtc_battery = true, and the battery is empty or missing"
            f" ({empty[0] / 1e6:.1f} V)",
            "put a battery in, and charge a rechargeable one (dtparam=rtc_bbat_vchg=3000000)",
        )
    return Finding.fault(
        name,
        "the config says rtc_battery = true, and this machine has no clock of its own",
        "set rtc_battery = false, or fit a DS3231 (dtoverlay=i2c-rtc,ds3231)",
    )


def timespan(text: str) -> float | None:
    """Seconds of what systemd prints as a time, such as "1min 30s" or "0"; None if it is none."""
    if text == "0":
        return 0.0
    parts = text.split()
    found = [_SPAN.fullmatch(part) for part in parts]
    if not parts or None in found:
        return None
    return sum(float(part[1]) * _UNITS_S[part[2]] for part in found if part)


def _microvolts(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else None


CHECKS = (computer, system, supply, watchdog, clock_set, clock_battery)
