"""The kiosk's unit, as systemd would read it: the first file found, and its drop-ins."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hardware.doctor.machine import Machine

UNIT = "kiosk.service"
# The order of systemd.unit(5), as far as packages and people use it.
FOLDERS = (
    "/etc/systemd/system",
    "/run/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
)
_SPECIFIERS = {"%t": "/run", "%S": "/var/lib", "%%": "%"}


@dataclass(frozen=True, slots=True)
class Unit:
    """``path``: its file; ``settings``: every value by key, in the order they count."""

    path: str
    settings: Mapping[str, Sequence[str]]

    def last(self, key: str) -> str:
        """What a key was last set to; "" if never."""
        return next(reversed(self.settings.get(key, ())), "")

    def words(self, key: str) -> list[str]:
        """Every word of a key that may be set more than once."""
        return [word for value in self.settings.get(key, ()) for word in value.split()]

    def environment(self, name: str) -> str:
        """A variable that it sets; "" if it does not."""
        pairs = (word.strip("\"'").partition("=") for word in self.words("Environment"))
        return next((value for key, _, value in reversed(list(pairs)) if key == name), "")


def find_unit(machine: Machine, name: str = UNIT) -> Unit | None:
    """The unit of that name; None where there is none."""
    paths = [f"{folder}/{name}" for folder in FOLDERS]
    path = next((path for path in paths if machine.read(path)), None)
    if path is None:
        return None
    drop_ins = {  # of two with one name, the one of the folder that comes first counts
        drop_in: f"{folder}.d/{drop_in}"
        for folder in reversed(paths)
        for drop_in in machine.names(f"{folder}.d")
        if drop_in.endswith(".conf")
    }
    settings: dict[str, list[str]] = {}
    for part in (path, *(drop_ins[drop_in] for drop_in in sorted(drop_ins))):
        for key, value in _assignments(machine.read(part) or ""):
            if value:
                settings.setdefault(key, []).append(value)
            else:
                settings[key] = []  # an empty value forgets what was before
    return Unit(path, settings)


def _assignments(text: str) -> Iterator[tuple[str, str]]:
    for line in text.replace("\\\n", " ").splitlines():
        if line.lstrip().startswith(("#", ";", "[")):
            continue
        key, equals, value = line.partition("=")
        if equals:
            for specifier, meaning in _SPECIFIERS.items():
                value = value.replace(specifier, meaning)
            yield key.strip(), value.strip()
