"""Devices that another program has open already, as far as whoever asks may see."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from hardware.doctor.examination import Subject
from hardware.doctor.finding import Finding
from hardware.doctor.header import header_chip
from hardware.doctor.machine import Machine
from hardware.doctor.packages import wants_keyboard, wants_lines, wants_rc522
from hardware.doctor.serial_ports import ports

# It opens every keyboard that has a key to turn the computer off, and takes nothing from it.
_HARMLESS = "systemd-logind"


@dataclass(frozen=True, slots=True)
class _Device:
    """``name``: whose it is; ``is_shared``: several may have it open, and get in each other's way
    only where they want the same of it; ``hint``: what to do about another."""

    name: str
    is_shared: bool
    hint: str


def devices(subject: Subject) -> dict[str, _Device]:
    """Every device that the config names, by its path when links are followed."""
    machine, reader = subject.machine, subject.settings.reader
    one_user = "end that program: a port has one user"
    found = {
        str(machine.target(path)): _Device(f"port of {owner}", False, one_user)
        for path, owner in ports(subject).items()
    }
    if wants_rc522(subject):
        path = f"/dev/spidev{reader.bus}.{reader.device}"
        found[path] = _Device("SPI", False, "end that program: the card reader has one user")
    if wants_keyboard(subject):
        hint = "end it, or let it leave this device alone: it may take what cards are typed"
        found[str(machine.target(reader.path))] = _Device("card reader", True, hint)
    if wants_lines(subject):
        hint = "end it, unless it leaves the kiosk's lines alone: a line has one user"
        found[f"/dev/{header_chip(machine)}"] = _Device("header", True, hint)
    return found


def held_devices(subject: Subject) -> Iterator[Finding]:
    """Which of them somebody else has. Where a kiosk runs, that is the kiosk."""
    wanted = devices(subject)
    if subject.in_use or not wanted:
        return
    for path, who in holders(subject.machine, wanted).items():
        device = wanted[path]
        words = f"{path.removeprefix('/dev/')} is open already: {who}"
        tell = Finding.warning if device.is_shared else Finding.fault
        yield tell(device.name, words, device.hint)


def holders(machine: Machine, paths: Collection[str]) -> dict[str, str]:
    """Which process has each of these devices open: "minicom (process 77)"."""
    found: dict[str, str] = {}
    for process, name in machine.processes().items():
        for descriptor in machine.names(f"/proc/{process}/fd"):
            path = machine.link(f"/proc/{process}/fd/{descriptor}")
            if path in paths and name != _HARMLESS:
                found[path] = f"{name} (process {process})"
    return found


CHECKS = (held_devices,)
