"""The Python packages that drive the hardware: which are there, and which stand in the way."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hardware.doctor.examination import Subject, on_a_pi
from hardware.doctor.finding import Finding
from hardware.settings import BoardWiring, ExpanderWiring, GpioWiring

# The first that finds the right chip on a Raspberry Pi 5 with any kernel, and was not withdrawn.
GPIOZERO_LEAST = "2.0.1.post3"
MFRC522_TRIED = "0.0.7"
_MFRC522_HINT = "pip install --no-deps --require-hashes -r requirements/mfrc522.txt"


def wants_rc522(subject: Subject) -> bool:
    """Whether a real RC522 is to be driven."""
    return subject.settings.reader.backend == "rc522" and not subject.settings.reader.simulated


def wants_lines(subject: Subject) -> bool:
    """Whether lines of this machine's header are to be driven."""
    lights = subject.settings.lights
    return (
        wants_rc522(subject)
        or any(type(bank.wiring) is GpioWiring for bank in subject.real_banks)
        or (not lights.simulated and bool(lights.lamp or lights.buzzer or lights.cubbies))
    )


def wants_serial(subject: Subject) -> bool:
    """Whether a serial port is to be spoken to."""
    reader = subject.settings.reader
    return (reader.backend == "rdm6300" and not reader.simulated) or any(
        isinstance(bank.wiring, BoardWiring) for bank in subject.real_banks
    )


def wants_keyboard(subject: Subject) -> bool:
    """Whether a keyboard reader is to be listened to."""
    return subject.settings.reader.backend == "keyboard" and not subject.settings.reader.simulated


def wants_expander(subject: Subject) -> bool:
    """Whether an MCP23017 is to be driven."""
    return any(isinstance(bank.wiring, ExpanderWiring) for bank in subject.real_banks)


@dataclass(frozen=True, slots=True)
class Need:
    """A module that a backend imports, when that is, and how it is installed."""

    module: str
    install: str
    wanted: Callable[[Subject], bool]
    only_on_a_pi: bool = False


# The machine's own packages are seen from a venv made with --system-site-packages alone.
_SEEN = "; a venv must be made with --system-site-packages to see it"
NEEDS = (
    Need("lgpio", f"sudo apt install python3-lgpio{_SEEN}", wants_lines, only_on_a_pi=True),
    Need("spidev", f"sudo apt install python3-spidev{_SEEN}", wants_rc522, only_on_a_pi=True),
    Need("evdev", f"sudo apt install python3-evdev{_SEEN}", wants_keyboard),
    Need("serial", "pip install pyserial", wants_serial),
    Need("smbus2", "pip install smbus2", wants_expander),
)


def driver_modules(subject: Subject) -> Iterator[Finding]:
    """Whether every module that the chosen backends import is there."""
    for need in NEEDS:
        if not need.wanted(subject):
            continue
        name = f"module {need.module}"
        if subject.machine.module(need.module) is not None:
            yield Finding.ok(name, "installed")
        elif need.only_on_a_pi and not subject.machine.is_pi:
            yield Finding.unknown(name, "missing, as it may be: this is no Raspberry Pi")
        else:
            yield Finding.fault(name, "missing", need.install)


def gpiozero(subject: Subject) -> Iterator[Finding]:
    """Whether gpiozero is new enough."""
    version = _versions(subject).get("gpiozero")
    hint = f'pip install "gpiozero>={GPIOZERO_LEAST}"'
    if version is None:
        yield Finding.fault("package gpiozero", "missing", hint)
    elif version_key(version) < version_key(GPIOZERO_LEAST):
        words = f"{version}: it may drive the wrong chip on a Raspberry Pi 5, or fail to load"
        yield Finding.fault("package gpiozero", words, hint)
    else:
        yield Finding.ok("package gpiozero", version)


def mfrc522(subject: Subject) -> Iterator[Finding]:
    """Whether it is the right package for the RC522; it drives the simulated chip too."""
    if subject.settings.reader.backend != "rc522":
        return
    name, versions = "package mfrc522", _versions(subject)
    if "mfrc522-python" in versions:
        yield Finding.fault(
            name,
            "its fork mfrc522-python is installed: both have the same files, with other names in",
            f"pip uninstall mfrc522-python mfrc522, then {_MFRC522_HINT}",
        )
    elif (version := versions.get("mfrc522")) is None:
        yield Finding.fault(name, "missing", _MFRC522_HINT)
    elif version != MFRC522_TRIED:
        words = f"{version}: the kiosk is tried with {MFRC522_TRIED}"
        yield Finding.warning(name, words, _MFRC522_HINT)
    else:
        yield Finding.ok(name, version)


@on_a_pi("pins", wants_lines)
def pin_factory(subject: Subject) -> Iterator[Finding]:
    """By what the lines are driven, and whether something else drives them beside it."""
    machine = subject.machine
    if "pigpiod" in machine.processes().values():
        words = "pigpiod runs: it drives lines without asking the kernel whose they are"
        yield Finding.warning("pins", words, "sudo systemctl disable --now pigpiod")
    said = machine.environ.get("GPIOZERO_PIN_FACTORY")
    ignored = f"; GPIOZERO_PIN_FACTORY={said} changes nothing here" if said else ""
    yield Finding.ok("pins", f"the kiosk drives them by gpiozero's lgpio factory{ignored}")


@on_a_pi("RPi.GPIO", wants_rc522)
def rpi_gpio(subject: Subject) -> Iterator[Finding]:
    """Which of the two packages that call themselves RPi.GPIO the reader's package will get."""
    name, machine, versions = "RPi.GPIO", subject.machine, _versions(subject)
    install = "sudo apt install python3-rpi-lgpio, which takes python3-rpi.gpio away"
    both = "rpi-gpio" in versions and "rpi-lgpio" in versions
    folder = machine.module("RPi")
    text = None if folder is None else machine.read(folder / "GPIO" / "__init__.py")
    if text is None:
        yield Finding.fault(name, "missing", install)
    elif "lgpio" in text and both:
        yield Finding.warning(
            name,
            "RPi.GPIO and rpi-lgpio are both installed; rpi-lgpio is used, until an update"
            " writes over it",
            "pip uninstall RPi.GPIO; install mfrc522 with --no-deps only",
        )
    elif "lgpio" in text:
        yield Finding.ok(name, f"rpi-lgpio {versions.get('rpi-lgpio', '')}".rstrip())
    elif both:
        yield Finding.fault(
            name,
            "RPi.GPIO and rpi-lgpio are both installed, and RPi.GPIO has written over the other",
            "pip uninstall RPi.GPIO rpi-lgpio, then sudo apt install python3-rpi-lgpio",
        )
    elif "Raspberry Pi 5" in machine.model:
        yield Finding.fault(name, "the original: it does not run on a Raspberry Pi 5", install)
    else:
        words = "the original: it takes lines from others without asking the kernel"
        yield Finding.warning(name, words, install)


def version_key(version: str) -> tuple[int, ...]:
    """What two versions of one package are compared by: every number in them, in order.

    Enough for 2.0.1 < 2.0.1.post3 < 2.0.2 < 2.1; a first candidate counts as its release.
    """
    return tuple(int(number) for number in re.findall(r"[0-9]{1,9}", version))


def _versions(subject: Subject) -> dict[str, str]:
    """Each package's version; of one installed twice, that which Python finds first."""
    found: dict[str, str] = {}
    for package in subject.machine.packages():
        found.setdefault(package.name, package.version)
    return found


CHECKS = (gpiozero, pin_factory, mfrc522, rpi_gpio, driver_modules)
