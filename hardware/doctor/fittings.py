"""What is fitted to the computer: the card reader, and banks of locks on other buses."""

import json
import sys
from collections.abc import Iterator

from hardware.doctor.access import device
from hardware.doctor.examination import Subject, on_a_pi
from hardware.doctor.finding import Finding
from hardware.doctor.packages import wants_rc522
from hardware.settings import ExpanderWiring
from hardware.wiring import wiring_faults

READER_LIMIT_S = 6.0
# VersionReg of chips that answer as an MFRC522 does (miguelbalboa/rfid, and reports from users).
GENUINE = {0x90: "MFRC522 version 0", 0x91: "MFRC522 version 1", 0x92: "MFRC522 version 2"}
CLONES = {0x88: "FM17522, a clone", 0x18: "a clone", 0xB2: "a clone", 0x82: "a clone"}
COUNTERFEIT = 0x12


def simulated_parts(subject: Subject) -> Iterator[Finding]:
    """What is software, and so always well."""
    if subject.settings.reader.simulated:
        yield Finding.ok("card reader", "simulated: nothing to check")
    for bank in subject.settings.banks:
        if bank.simulated:
            yield Finding.ok(f"bank {bank.name}", "simulated: nothing to check")


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


@on_a_pi("SPI", wants_rc522)
def spi(subject: Subject) -> Iterator[Finding]:
    """Whether the RC522's bus is there and may be used."""
    machine, reader = subject.machine, subject.settings.reader
    if reader.bus:
        hint = f"add dtoverlay=spi{reader.bus}-1cs to config.txt, and restart"
    elif "spi=on" in machine.boot_parameters():
        hint = "config.txt has dtparam=spi=on already: restart"
    else:
        hint = "turn SPI on: sudo raspi-config nonint do_spi 0, and restart"
    path = f"/dev/spidev{reader.bus}.{reader.device}"
    yield device(machine, subject.user, "SPI", path, "spi", hint)


@on_a_pi("card reader", wants_rc522)
def rc522(subject: Subject) -> Iterator[Finding]:
    """What the chip itself answers. Its field goes on for a moment, as it does when the kiosk runs.

    Not asked where a kiosk runs, which has it and tells of it; nor where the line to its RST may
    be a lock's.
    """
    name, reader = "card reader", subject.settings.reader
    if subject.in_use:
        return
    if subject.in_use is None:
        hint = "ask as root, or as the user that the kiosk runs as"
        yield Finding.unknown(name, "not asked: a running kiosk may have it", hint)
    elif wiring_faults(subject.settings):
        yield Finding.unknown(name, "not asked before the wiring is right")
    else:
        place = (str(reader.bus), str(reader.device), str(reader.reset_pin))
        command = (sys.executable, "-m", "hardware.doctor.ask_rc522", *place)
        yield answer_finding(subject.machine.run(command, READER_LIMIT_S))


def answer_finding(told: str | None) -> Finding:
    """What the answer of ``ask_rc522`` means."""
    name = "card reader"
    match _parsed(told):
        case {"fault": str(words)}:
            return Finding.fault(name, words, "all seven wires sit firmly, and are short?")
        case {"version": int(version)}:
            pass
        case _:
            return Finding.unknown(name, "it could not be asked: the program that asks it failed")
    known = {**GENUINE, **CLONES, COUNTERFEIT: "a counterfeit"}.get(version, "an unknown chip")
    words = f"it answers: {known} ({version:02X}); its field goes on, its bus is quiet"
    if version == COUNTERFEIT:
        return Finding.warning(name, words, "replace it if cards are read badly")
    return Finding.ok(name, words)


def keyboard(subject: Subject) -> Iterator[Finding]:
    """Whether a keyboard reader is there, and named by what does not change."""
    reader = subject.settings.reader
    if reader.backend != "keyboard" or reader.simulated:
        return
    name, machine = "card reader", subject.machine
    there = ", ".join(n for n in machine.names("/dev/input/by-id") if n.endswith("-event-kbd"))
    missing = f"plug it in; /dev/input/by-id has {there}" if there else "plug it in"
    yield device(machine, subject.user, name, reader.path, "input", missing)
    if "/by-id/" not in reader.path and "/by-path/" not in reader.path:
        yield Finding.warning(
            name,
            f"{reader.path} may be another device after the next start",
            "use a name of /dev/input/by-id",
        )
    elif not reader.path.endswith("-event-kbd"):
        words = f"{reader.path} is not the half of it that types"
        yield Finding.warning(name, words, "use the name that ends in -event-kbd")


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


def _parsed(told: str | None) -> object:
    try:
        return json.loads(told or "")
    except (ValueError, RecursionError):
        return None


CHECKS = (simulated_parts, door_sensors, spi, rc522, keyboard, expanders)
