"""Banks of locks on other buses than the header's, and what no bank tells."""

import sys
from collections.abc import Iterator

from hardware.doctor.access import device
from hardware.doctor.ask_bank import question
from hardware.doctor.examination import Subject, parsed, why_not_asked
from hardware.doctor.finding import Finding
from hardware.settings import BoardWiring, ExpanderWiring

# Three tries of a board that keeps silent, and a Pi Zero that takes its time to start Python.
ANSWER_LIMIT_S = 6.0
# What small solenoids are made for; their makers say 10 % or less, and no lock that we know more.
MOST_DUTY = 0.1
MOST_AT_ONCE = 2
_ROUNDED = 1e-9
# A cabinet with so many doors open in the middle of the day would have been seen.
_ODD = 3


def door_sensors(subject: Subject) -> Iterator[Finding]:
    """Which doors tell nothing."""
    for bank in subject.real_banks:
        silent = sorted(bank.wiring.cubbies - bank.wiring.sensed)
        if silent:
            yield Finding.ok(
                f"bank {bank.name}",
                f"{len(silent)} of {len(bank.wiring.cubbies)} doors have no sensor: their opening"
                " is presumed, and shown as unconfirmed",
            )


def duty(subject: Subject) -> Iterator[Finding]:
    """Coils that may be on for a greater part of the time than small ones are made for."""
    for bank in subject.real_banks:
        pulse_s, rest_s = bank.limits.pulse_s, bank.limits.rest_s
        share = pulse_s / (pulse_s + rest_s)
        if share > MOST_DUTY + _ROUNDED:
            yield Finding.warning(
                f"bank {bank.name}",
                f"a lock may be on for {share:.0%} of the time, and small coils bear"
                f" {MOST_DUTY:.0%}: they grow hot and burn out",
                f"rest_s = {pulse_s * (1 / MOST_DUTY - 1):.1f}, or what the lock's data sheet says",
            )


def several_at_once(subject: Subject) -> Iterator[Finding]:
    """What the supply of the locks has to give."""
    count = subject.settings.max_concurrent
    if not subject.real_banks or count == 1:
        return
    name = "supply of the locks"
    words = f"{count} locks may be on at once: 12 V has to give {count} times what one draws"
    if count > MOST_AT_ONCE:
        hint = "most supplies sold with locks are for one, 0.65 to 3 A: max_concurrent = 1"
        yield Finding.warning(name, words, hint)
    else:
        yield Finding.ok(name, words)


def expanders(subject: Subject) -> Iterator[Finding]:
    """Whether the bus of each MCP23017 is there, and the kernel leaves the chip alone."""
    machine = subject.machine
    for bank in subject.real_banks:
        wiring = bank.wiring
        if not isinstance(wiring, ExpanderWiring):
            continue
        name, hint = f"bank {bank.name}", "sudo raspi-config nonint do_i2c 0, and restart"
        yield device(machine, subject.user, name, f"/dev/i2c-{wiring.bus}", "i2c", hint)
        yield Finding.ok(
            name,
            "an MCP23017 keeps its outputs when this computer dies: each lock needs a limit of its"
            " own, such as a fuse that resets",
        )
        chip = f"/sys/bus/i2c/devices/{wiring.bus}-{wiring.address:04x}"
        if machine.exists(f"{chip}/driver"):
            yield Finding.fault(
                name,
                f"the kernel has the chip at {wiring.address:#04x} for itself",
                "take dtoverlay=mcp23017 out of config.txt, and restart",
            )


def banks(subject: Subject) -> Iterator[Finding]:
    """What each board and each expander answers. Nothing is pulsed.

    Not asked where a kiosk runs, which has them and tells of them.
    """
    if subject.in_use:
        return
    for bank in subject.real_banks:
        name, told = f"bank {bank.name}", question(bank)
        if told is None:
            continue
        if (why_not := why_not_asked(subject, name)) is not None:
            yield why_not
            continue
        command = (sys.executable, "-m", "hardware.doctor.ask_bank", told)
        is_board = isinstance(bank.wiring, BoardWiring)
        yield answer_finding(name, subject.machine.run(command, ANSWER_LIMIT_S), is_board)


def answer_finding(name: str, told: str | None, is_board: bool) -> Finding:
    """What the answer of ``ask_bank`` means."""
    match parsed(told):
        case {"words": str(words), "open": int(count), "doors": int(doors)} if (
            count == doors >= _ODD
        ):
            hint = "are they? Else turn closed_bit round in this bank's settings"
            return Finding.warning(name, f"{words}: every door seems to be open", hint)
        case {"words": str(words)}:
            return Finding.ok(name, words)
        case {"fault": str(words)} if is_board:
            hint = "look at its supply, at A and B (turned round?), and at its address switches"
            return Finding.fault(name, words, hint)
        case {"fault": str(words)}:
            hint = "look at SDA, SCL, its supply and its address pins; sudo i2cdetect -y 1 lists"
            return Finding.fault(name, words, f"{hint} who answers")
    return Finding.unknown(name, "it could not be asked: the program that asks it failed")


CHECKS = (door_sensors, duty, several_at_once, expanders, banks)
