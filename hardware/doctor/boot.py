"""What config.txt makes of the lines: from power-on, and for the kernel."""

import re
from collections.abc import Iterable, Iterator

from hardware.doctor.config_txt import boot_lines, held_levels
from hardware.doctor.examination import Subject, on_a_pi
from hardware.doctor.finding import Finding
from hardware.doctor.header import header_banks, lines
from hardware.doctor.packages import wants_lines

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


@on_a_pi("lines at power-up", lambda subject: bool(header_banks(subject)))
def lines_at_power_up(subject: Subject) -> Iterator[Finding]:
    """Whether the firmware holds every lock off before Linux runs.

    Until then a line is an input with a weak pull, which a long wire can overcome.
    """
    name, is_well = "lines at power-up", True
    held = held_levels(boot_lines(subject.machine))
    for wiring in header_banks(subject):
        off, on = ("dl", "dh") if wiring.active_high else ("dh", "dl")
        locks = {pins.lock for pins in wiring.pins.values()}
        burning = _numbers(pin for pin in locks if held.get(pin) == on)
        loose = _numbers(pin for pin in locks if pin not in held)
        if burning:
            is_well = False
            words = f"config.txt switches GPIO {burning} on, from power-on until the kiosk runs"
            yield Finding.fault(name, words, f"write gpio={burning}=op,{off} there, and restart")
        if loose:
            is_well = False
            words = f"nothing holds GPIO {loose} off from power-on until the kiosk runs"
            hint = f"add gpio={loose}=op,{off} to config.txt, after [all], and restart"
            yield Finding.warning(name, words, hint)
    if is_well:
        yield Finding.ok(name, "the firmware holds every lock off")


def _numbers(pins: Iterable[int]) -> str:
    return ",".join(map(str, sorted(pins)))


@on_a_pi("lines in config.txt", wants_lines)
def overlaid_lines(subject: Subject) -> Iterator[Finding]:
    """Whether config.txt gives a line to the kernel."""
    named = lines(subject)
    name, is_clear = "lines in config.txt", True
    for line in boot_lines(subject.machine):
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


CHECKS = (overlaid_lines, lines_at_power_up)
