"""The 40-pin header: whether its lines may be used, and who else uses them."""

import re
from collections.abc import Iterator
from pathlib import Path

from hardware.doctor.access import WRITE, device
from hardware.doctor.config_txt import boot_parameters
from hardware.doctor.examination import Subject, on_a_pi
from hardware.doctor.finding import Finding
from hardware.doctor.machine import COMMAND_LIMIT_S, Machine
from hardware.doctor.packages import wants_lines, wants_rc522
from hardware.gpio.kernel import REMEDY, keeps_outputs
from hardware.gpio.pins import uses
from hardware.settings import GpioWiring
from hardware.wiring import wiring_faults

# What the drivers of the Pi's own lines call their chips: those of RP1 and of the BCM chips.
_OWN_CHIP = re.compile(r"rp1-gpio|bcm(?:2835|2711|7211)-gpio")
_CHIPS = "/sys/bus/gpio/devices"
_CHIP = "RPI_LGPIO_CHIP"
_HIGH_AT_START = 14  # TXD


def lines(subject: Subject) -> dict[int, str]:
    """Every line of the real header that the config names, and what for."""
    found: dict[int, str] = {}
    if wants_rc522(subject):
        found[subject.settings.reader.reset_pin] = "reset of the card reader"
    for bank in subject.real_banks:
        if type(bank.wiring) is GpioWiring:
            found |= dict(uses(bank.wiring))
    lights = subject.settings.lights
    if not lights.simulated:
        found |= dict.fromkeys(lights.lamp or (), "lamp")
        found |= {lights.buzzer: "buzzer"} if lights.buzzer is not None else {}
        found |= {pin: f"lamp of cubby {cubby}" for cubby, pin in lights.cubbies.items()}
    return found


def wiring(subject: Subject) -> Iterator[Finding]:
    """Whether the lines, boards and limits of the config can be used at all."""
    faults = wiring_faults(subject.settings)
    for fault in faults:
        yield Finding.fault("wiring", fault, "change it in the config; `kiosk check` checks it")
    if not faults:
        yield Finding.ok("wiring", "every lock and door has a line or lock number of its own")


def header_chip(machine: Machine) -> str:
    """The chip of the header, such as "gpiochip0": the one that the kernel says is the Pi's own,
    else the first. Numbers differ from kernel to kernel, and expanders have chips too."""
    chips = [name for name in machine.names("/dev") if re.fullmatch(r"gpiochip[0-9]+", name)]
    told = {chip: machine.read(f"{_CHIPS}/{chip}/of_node/compatible") or "" for chip in chips}
    own = [chip for chip, drivers in told.items() if _OWN_CHIP.search(drivers)]
    return next(iter([*own, *chips]), "gpiochip0")


@on_a_pi("header", wants_lines)
def header(subject: Subject) -> Iterator[Finding]:
    """Whether the user that the kiosk runs as may use the header."""
    path = f"/dev/{header_chip(subject.machine)}"
    missing = "update the kernel: sudo apt full-upgrade, then restart"
    yield device(subject.machine, subject.user, "header", path, "gpio", missing)


@on_a_pi("chip of RPi.GPIO", wants_rc522)
def chip_of_rpi_gpio(subject: Subject) -> Iterator[Finding]:
    """Whether RPI_LGPIO_CHIP turns the reader's RST to another chip than the header's."""
    unit = subject.unit if subject.is_the_units else None
    said = unit.environment(_CHIP) if unit else subject.machine.environ.get(_CHIP, "")
    right = header_chip(subject.machine)
    if said and f"gpiochip{said}" != right:
        words = f"{_CHIP}={said}, and the header is {right}: the reader cannot be reset"
        yield Finding.fault("chip of RPi.GPIO", words, f"take {_CHIP} out of the environment")


@on_a_pi("outputs after a crash", wants_lines)
def outputs_after_a_crash(subject: Subject) -> Iterator[Finding]:
    """Whether the kernel lets go of a line whose process is gone."""
    name = "outputs after a crash"
    is_set = "strict_gpiod" in boot_parameters(subject.machine)
    hint = "config.txt has it already: restart" if is_set else f"{REMEDY}, and restart"
    match keeps_outputs(subject.machine.at("/sys/module")):
        case True:
            yield Finding.warning(name, "the kernel keeps them driven", hint)
        case False:
            yield Finding.ok(name, "the kernel lets go of them")
        case None if is_set:
            yield Finding.ok(name, "config.txt has strict_gpiod; the kernel does not tell of it")
        case None:
            words = "the kernel does not tell whether it keeps them driven"
            yield Finding.unknown(name, words, hint)


@on_a_pi("lines used elsewhere", wants_lines)
def muxed_lines(subject: Subject) -> Iterator[Finding]:
    """Whether a line belongs to some other function of the chip."""
    named = lines(subject)
    name = "lines used elsewhere"
    wanted = ",".join(map(str, sorted(named)))
    told = subject.machine.run(("pinctrl", "get", wanted), COMMAND_LIMIT_S)
    if told is None:
        hint = "sudo apt install raspi-utils, and ask as a user in the group gpio"
        yield Finding.unknown(name, "pinctrl does not tell", hint)
        return
    # A line such as: 18: a5    pd | lo // GPIO18 = PWM0_0
    rows = re.findall(r"(?m)^\s*([0-9]{1,2}): a[0-9]\b.*?(?:= *(.*))?$", told)
    taken = [(int(pin), function.strip()) for pin, function in rows if int(pin) in named]
    for pin, function in taken:
        yield Finding.fault(
            name,
            f"GPIO {pin} ({named[pin]}) is {function or 'an alternate function'}",
            "take the dtoverlay or dtparam for it out of config.txt, and restart",
        )
    if not taken:
        yield Finding.ok(name, f"none of {len(named)}")


def high_at_start(subject: Subject) -> Iterator[Finding]:
    """A lamp or a buzzer on the line of the serial console, which is high while it starts."""
    what = lines(subject).get(_HIGH_AT_START)
    if what and subject.settings.lights.active_high:
        words = f"GPIO {_HIGH_AT_START} ({what}) is high while the computer starts, so it is on"
        yield Finding.warning("lines", words, "use another line for it")


def low_active(subject: Subject) -> Iterator[Finding]:
    """Drivers that are on while their line is low, as every line is while a computer starts."""
    for bank in subject.real_banks:
        if type(bank.wiring) is GpioWiring and not bank.wiring.active_high:
            yield Finding.warning(
                f"bank {bank.name}",
                "its drivers are on while their line is low: from power-up until the kiosk runs"
                " every coil is on",
                "use drivers that are on when high; at least 12 V that is switched on late",
            )


def header_banks(subject: Subject) -> list[GpioWiring]:
    """The banks of locks on lines of the real header."""
    return [bank.wiring for bank in subject.real_banks if type(bank.wiring) is GpioWiring]


@on_a_pi("folder of lgpio", wants_lines)
def lgpio_folder(subject: Subject) -> Iterator[Finding]:
    """Whether lgpio can make its pipe, without which it does not load."""
    name, machine, unit = "folder of lgpio", subject.machine, subject.unit
    if unit and subject.is_the_units:
        said = unit.environment("LG_WD") or unit.last("WorkingDirectory")
        if said and any(said == f"/run/{made}" for made in unit.words("RuntimeDirectory")):
            yield Finding.ok(name, f"{said}, which the unit makes")
            return
        folder = Path(said or "/")
    else:
        folder = Path(machine.environ.get("LG_WD") or machine.folder)
    node = machine.stat(folder)
    if node is not None and subject.user.may(node, WRITE):
        yield Finding.ok(name, f"{folder}, where {subject.user.name} may write")
    else:
        yield Finding.fault(
            name,
            f"{subject.user.name} may not write in {folder}: lgpio does not load",
            "in the unit RuntimeDirectory=kiosk and Environment=LG_WD=%t/kiosk; by hand LG_WD=/tmp",
        )


CHECKS = (
    wiring,
    header,
    outputs_after_a_crash,
    chip_of_rpi_gpio,
    muxed_lines,
    high_at_start,
    low_active,
    lgpio_folder,
)
