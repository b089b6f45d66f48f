"""Whether the unit's sandbox lets the kiosk have the devices that the config names."""

from collections.abc import Iterator

from hardware.doctor.examination import Subject
from hardware.doctor.finding import Finding
from hardware.doctor.packages import wants_keyboard, wants_lines, wants_rc522
from hardware.doctor.serial_ports import ports
from hardware.settings import ExpanderWiring

_YES = {"yes", "true", "on", "1"}


def wanted_devices(subject: Subject) -> dict[str, frozenset[str]]:
    """Every device that the config names, and the ways in which DeviceAllow may say so.

    A class is called as /proc/devices has it: "char-spi" is that of spidev.
    """
    machine, reader = subject.machine, subject.settings.reader
    found: dict[str, frozenset[str]] = {}
    if wants_lines(subject):
        found["char-gpiochip"] = frozenset({"/dev/gpiochip0"})
    if wants_rc522(subject):
        found[f"/dev/spidev{reader.bus}.{reader.device}"] = frozenset({"char-spi"})
    if wants_keyboard(subject):
        found["char-input"] = frozenset({reader.path, str(machine.target(reader.path))})
    for port in ports(subject):
        device = str(machine.target(port))
        kind = f"char-{device.removeprefix('/dev/').rstrip('0123456789')}"
        found[kind] = found.get(kind, frozenset()) | {device, port}
    for bank in subject.real_banks:
        if isinstance(bank.wiring, ExpanderWiring):
            found["char-i2c"] = frozenset({f"/dev/i2c-{bank.wiring.bus}"})
    return found


def allowed_devices(subject: Subject) -> Iterator[Finding]:
    """Whether the unit allows each of them."""
    unit = subject.unit
    wanted = wanted_devices(subject)
    if unit is None or not subject.is_the_units or not wanted:
        return
    name = "devices of the unit"
    if unit.last("PrivateDevices").lower() in _YES:
        words = f"{unit.path} has PrivateDevices: the kiosk sees no device at all"
        yield Finding.fault(name, words, "take PrivateDevices out of the unit")
        return
    said = {value.split()[0] for value in unit.settings.get("DeviceAllow", ())}
    if not said and unit.last("DevicePolicy") not in ("closed", "strict"):
        yield Finding.ok(name, "the unit forbids none")
        return
    missing = [device for device, others in wanted.items() if not said & {device, *others}]
    for device in missing:
        yield Finding.fault(
            name,
            f"the unit does not allow {device}, which the config names",
            f"sudo systemctl edit kiosk: [Service] and DeviceAllow={device} rw; then restart it",
        )
    if not missing:
        yield Finding.ok(name, f"the unit allows {', '.join(wanted)}")


CHECKS = (allowed_devices,)
