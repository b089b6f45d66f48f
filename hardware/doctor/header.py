"""The 40-pin header: whether its lines may be used, and who else uses them."""

import re
from collections.abc import Iterator
from pathlib import Path

from hardware.doctor.access import WRITE, device
from hardware.doctor.examination import Subject, on_a_pi
from hardware.doctor.finding import Finding
from hardware.doctor.machine import COMMAND_LIMIT_S
from hardware.doctor.packages import wants_lines, wants_rc522
from hardware.gpio.kernel import output_warnings
from hardware.gpio.pins import uses
from hardware.settings import GpioWiring
from hardware.wiring import wiring_faults

# Overlays that take lines for themselves where config.txt names no others ("The Overlay and
# Parameter Reference" of the Raspberry Pi kernel). Those on the bus of the reader are not here.
_OVERLAYS: dict[str, frozenset[int]] = {
    "audremap": frozenset({12, 13}),
    "gpio-fan": frozenset({12}),
    "gpio-ir": frozenset({18}),
    "gpio-led": frozenset({19}),
    "gpio-poweroff": frozenset({26}),
    "gpio-shutdown": frozenset({3}),
    "pwm": frozenset({18}),
    "pwm-2chan": frozenset({18, 19}),
    "spi1-1cs": frozenset({18, 19, 20, 21}),
    "spi1-2cs": frozenset({17, 18, 19, 20, 21}),
    "spi1-3cs": frozenset({16, 17, 18, 19, 20, 21}),
    "w1-gpio": frozenset({4}),
}
_I2S = frozenset({18, 19, 20, 21})
# How those overlays are told other lines.
_PIN_PARAMETER = re.compile(r"(?:gpio|gpiopin|gpio_pin|pin2?|cs[0-2]_pin)=([0-9]{1,2})")


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


@on_a_pi("header", wants_lines)
def header(subject: Subject) -> Iterator[Finding]:
    """Whether the user that the kiosk runs as may use the header."""
    chips = [n for n in subject.machine.names("/dev") if re.fullmatch(r"gpiochip[0-9]+", n)]
    path = f"/dev/{chips[0]}" if chips else "/dev/gpiochip0"
    missing = "update the kernel: sudo apt full-upgrade, then restart"
    yield device(subject.machine, subject.user, "header", path, "gpio", missing)


@on_a_pi("outputs after a crash", wants_lines)
def outputs_after_a_crash(subject: Subject) -> Iterator[Finding]:
    """Whether the kernel lets go of a line whose process is gone."""
    name = "outputs after a crash"
    try:
        warnings = output_warnings(subject.machine.at("/sys/module"))
    except UnicodeDecodeError as error:
        yield Finding.unknown(name, f"the kernel's switch cannot be read: {error}")
        return
    is_set = "strict_gpiod" in subject.machine.boot_parameters()
    hint = "config.txt has it already: restart" if is_set else "restart afterwards"
    for words in warnings:
        yield Finding.warning(name, words, hint)
    if not warnings:
        yield Finding.ok(name, "the kernel lets go of them")


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


@on_a_pi("lines in config.txt", wants_lines)
def overlaid_lines(subject: Subject) -> Iterator[Finding]:
    """Whether config.txt gives a line to the kernel."""
    named = lines(subject)
    name, is_clear = "lines in config.txt", True
    for line in subject.machine.boot_config():
        for pin in sorted(taken_by(line) & named.keys()):
            is_clear = False
            words = f"{line} takes GPIO {pin} ({named[pin]}), unless it is told another"
            yield Finding.warning(name, words, "take it out of config.txt, or use another line")
    if is_clear:
        yield Finding.ok(name, "none is given to the kernel")


def taken_by(line: str) -> frozenset[int]:
    """The lines that one line of config.txt gives to the kernel; only common ones are known."""
    key, _, value = line.partition("=")
    overlay, *parameters = value.split(",")
    if key == "dtparam" and "i2s=on" in (overlay, *parameters):
        return _I2S
    if key != "dtoverlay" or overlay not in _OVERLAYS:
        return frozenset()
    if "pins_18_19" in parameters:
        return frozenset({18, 19})
    said = frozenset(int(pin) for pin in _PIN_PARAMETER.findall(value))
    usual = _OVERLAYS[overlay]
    return said if len(said) >= len(usual) else said | usual


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


@on_a_pi("lines at power-up", lambda subject: bool(header_banks(subject)))
def lines_at_power_up(subject: Subject) -> Iterator[Finding]:
    """Whether the firmware holds every lock off before Linux runs.

    Until then a line is an input with a weak pull, which a long wire can overcome.
    """
    name, lines = "lines at power-up", subject.machine.boot_config()
    loose = False
    for wiring in header_banks(subject):
        level = "dl" if wiring.active_high else "dh"
        held = {pin for line in lines for pin in set_by_firmware(line, level)}
        left = sorted({pins.lock for pins in wiring.pins.values()} - held)
        if left:
            loose, numbers = True, ",".join(map(str, left))
            words = f"nothing holds GPIO {numbers} off from power-on until the kiosk runs"
            hint = f"add gpio={numbers}=op,{level} to config.txt, and restart"
            yield Finding.warning(name, words, hint)
    if not loose:
        yield Finding.ok(name, "the firmware holds every lock off")


def header_banks(subject: Subject) -> list[GpioWiring]:
    """The banks of locks on lines of the real header."""
    return [bank.wiring for bank in subject.real_banks if type(bank.wiring) is GpioWiring]


def set_by_firmware(line: str, level: str) -> frozenset[int]:
    """The lines that one line of config.txt makes outputs of that level, "dl" or "dh"."""
    found = re.fullmatch(rf"gpio=([0-9,-]+)=op,{level}(?:,\w\w)*", line)
    if not found:
        return frozenset()
    parts = (part.split("-") for part in found[1].split(",") if re.fullmatch(r"\d+(-\d+)?", part))
    return frozenset(pin for part in parts for pin in range(int(part[0]), int(part[-1]) + 1))


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
    muxed_lines,
    overlaid_lines,
    low_active,
    lines_at_power_up,
    lgpio_folder,
)
