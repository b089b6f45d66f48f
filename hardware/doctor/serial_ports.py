"""Serial ports, of lock boards and of serial readers: there, named well, and nobody else's."""

import re
from collections.abc import Iterator
from pathlib import Path

from hardware.doctor.access import device
from hardware.doctor.examination import Subject
from hardware.doctor.finding import Finding
from hardware.doctor.machine import Machine
from hardware.settings import BoardWiring

BY_ID = "/dev/serial/by-id"
# What opens any serial port that is plugged in, to see whether it is a modem or a Braille display.
_CURIOUS = {
    "ModemManager": "sudo apt purge modemmanager",
    "brltty": "sudo apt purge brltty",
}
_LOST_BY_NAME = re.compile(r"/dev/tty(?:USB|ACM)[0-9]+")


def ports(subject: Subject) -> dict[str, str]:
    """Every serial port that the config names, and whose it is."""
    found: dict[str, str] = {}
    reader = subject.settings.reader
    if reader.backend == "rdm6300" and not reader.simulated:
        found[reader.path] = "card reader"
    for bank in subject.real_banks:
        if isinstance(bank.wiring, BoardWiring):
            port = bank.wiring.port
            found[port] = f"{found[port]}, {bank.name}" if port in found else f"bank {bank.name}"
    return found


def serial_ports(subject: Subject) -> Iterator[Finding]:
    """Each port: there, open to the user, named by what does not change."""
    machine = subject.machine
    for path, owner in ports(subject).items():
        name = f"port of {owner}"
        missing = _what_is_there(machine)
        yield device(machine, subject.user, name, path, "dialout", missing)
        if machine.stat(path) is not None and _LOST_BY_NAME.fullmatch(path):
            yield Finding.warning(
                name,
                f"{path} may be another adapter after the next start",
                _better_name(machine, path),
            )
        if owner.startswith("card reader,"):
            words = f"{path} is the card reader's and a lock board's"
            yield Finding.fault(name, words, "give each an adapter of its own")


def other_users(subject: Subject) -> Iterator[Finding]:
    """Consoles and login prompts on a port, and programs that try every one."""
    machine = subject.machine
    wanted = {machine.target(path).name: owner for path, owner in ports(subject).items()}
    if not wanted:
        return
    consoles = re.findall(r"\bconsole=(\w+)", machine.read("/proc/cmdline") or "")
    logins = re.findall(r"serial-getty@(\w+)\.service", "\n".join(_getty_units(machine)))
    for tty, owner in wanted.items():
        if tty in consoles or tty in logins:
            yield Finding.fault(
                f"port of {owner}",
                f"{tty} is this computer's serial console: it talks to whatever is wired there",
                "sudo raspi-config nonint do_serial_cons 1, then restart",
            )
    if any(tty.startswith(("ttyUSB", "ttyACM")) for tty in wanted):
        yield from _curious(machine)


def _what_is_there(machine: Machine) -> str:
    there = machine.names(BY_ID)
    if not there:
        return "plug the adapter in: there is none now"
    return f"plug it in, or write another in the config: {', '.join(f'{BY_ID}/{n}' for n in there)}"


def _better_name(machine: Machine, path: str) -> str:
    same = [n for n in machine.names(BY_ID) if machine.target(f"{BY_ID}/{n}") == Path(path)]
    return f"write {BY_ID}/{same[0]} in the config" if same else f"use a name of {BY_ID}"


def _getty_units(machine: Machine) -> Iterator[str]:
    for folder in ("/run/systemd/generator", "/etc/systemd/system"):
        yield from machine.names(f"{folder}/getty.target.wants")


def _curious(machine: Machine) -> Iterator[Finding]:
    running = set(machine.processes().values())
    for program, hint in _CURIOUS.items():
        if program in running:
            words = f"{program} runs, and writes to every serial adapter that is plugged in"
            yield Finding.warning("serial ports", words, hint)


CHECKS = (serial_ports, other_users)
