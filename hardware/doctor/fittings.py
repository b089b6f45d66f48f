"""The card reader that is fitted to the computer; and whatever is simulated."""

import sys
from collections.abc import Iterator

from hardware.doctor.access import device
from hardware.doctor.config_txt import boot_parameters
from hardware.doctor.examination import Subject, on_a_pi, parsed, why_not_asked
from hardware.doctor.finding import Finding
from hardware.doctor.packages import wants_rc522

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


@on_a_pi("SPI", wants_rc522)
def spi(subject: Subject) -> Iterator[Finding]:
    """Whether the RC522's bus is there and may be used."""
    machine, reader = subject.machine, subject.settings.reader
    if reader.bus:
        hint = f"add dtoverlay=spi{reader.bus}-1cs to config.txt, and restart"
    elif "spi=on" in boot_parameters(machine):
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
    if (why_not := why_not_asked(subject, name)) is not None:
        yield why_not
    else:
        place = (str(reader.bus), str(reader.device), str(reader.reset_pin))
        command = (sys.executable, "-m", "hardware.doctor.ask_rc522", *place)
        yield answer_finding(subject.machine.run(command, READER_LIMIT_S))


def answer_finding(told: str | None) -> Finding:
    """What the answer of ``ask_rc522`` means."""
    name = "card reader"
    match parsed(told):
        case {"fault": str(words)}:
            return Finding.fault(name, words, "all seven wires sit firmly, and are short?")
        case {"version": int(version), "heeds_reset": bool(heeds_reset)}:
            pass
        case _:
            return Finding.unknown(name, "it could not be asked: the program that asks it failed")
    known = {**GENUINE, **CLONES, COUNTERFEIT: "a counterfeit"}.get(version, "an unknown chip")
    words = f"it answers: {known} ({version:02X}); its field goes on, its bus is quiet"
    if version == COUNTERFEIT:
        return Finding.warning(name, words, "replace it if cards are read badly")
    if not heeds_reset:
        return Finding.warning(
            name,
            f"{words}; its RST does not obey: if it hangs, only its supply can bring it back",
            "wire RST to the line that reader.reset_pin names",
        )
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


CHECKS = (simulated_parts, spi, rc522, keyboard)
