"""config.txt, as the firmware reads it on this computer before Linux runs."""

import re
from collections.abc import Iterable, Iterator, Mapping

from hardware.doctor.machine import Machine

PLACES = ("/boot/firmware/config.txt", "/boot/config.txt")
# Which computers a section in brackets is for, by what they call themselves ("config.txt",
# conditional filters, of the Raspberry Pi documentation).
_MODELS: Mapping[str, str] = {
    "pi0": r"Zero",
    "pi0w": r"Zero (2 )?W",
    "pi02": r"Zero 2",
    "pi1": r"Pi Model [AB]|Compute Module Rev",
    "pi2": r"Pi 2 ",
    "pi3": r"Pi 3 |Compute Module 3",
    "pi3+": r"Pi 3 Model (A|B) Plus|Compute Module 3 Plus",
    "pi4": r"Pi 4 |Pi 400|Compute Module 4",
    "pi400": r"Pi 400",
    "pi5": r"Pi 5 |Pi 500|Compute Module 5",
    "pi500": r"Pi 500",
    "cm0": r"Compute Module 0",
    "cm1": r"Compute Module Rev",
    "cm3": r"Compute Module 3",
    "cm3+": r"Compute Module 3 Plus",
    "cm4": r"Compute Module 4 ",
    "cm4s": r"Compute Module 4S",
    "cm5": r"Compute Module 5",
}
_SET = re.compile(r"gpio=([0-9,-]+)=(\w\w(?:,\w\w)*)")


def boot_lines(machine: Machine) -> list[str]:
    """The lines of config.txt that count on this computer, spaces and comments taken away.

    A section for another model does not, nor one whose condition cannot be told from here: a
    screen, a line's level, a serial number.
    """
    text = next((told for place in PLACES if (told := machine.read(place)) is not None), "")
    found, conditions = [], dict[str, bool]()
    for line in (raw.partition("#")[0].strip() for raw in text.splitlines()):
        if section := re.fullmatch(r"\[(.*)\]", line):
            _enter(section[1].strip().lower(), machine.model, conditions)
        elif line and all(conditions.values()):
            found.append(line)
    return found


def _enter(section: str, model: str, conditions: dict[str, bool]) -> None:
    """A section's filter: of one kind the last counts, and each kind must fit; [all] ends all."""
    if section == "all":
        conditions.clear()
    elif section == "none" or section in _MODELS:
        conditions["model"] = bool(re.search(_MODELS.get(section, r"(?!)"), model))
    else:
        conditions[re.sub(r"[^a-z].*", "", section) or "serial"] = False


def boot_parameters(machine: Machine) -> set[str]:
    """Every dtparam that counts, such as "spi=on"."""
    pairs = (line.partition("=") for line in boot_lines(machine))
    return {word for key, _, value in pairs if key == "dtparam" for word in value.split(",")}


def held_levels(boot: Iterable[str]) -> dict[int, str]:
    """The level, "dl" or "dh", of each line that the firmware makes an output; the last word on a
    line counts."""
    said: dict[int, dict[str, str]] = {}
    for numbers, words in (found.groups() for line in boot if (found := _SET.fullmatch(line))):
        for pin in _pins(numbers):
            for word in words.split(","):
                what = "level" if word in ("dl", "dh") else "pull" if word[0] == "p" else "use"
                said.setdefault(pin, {})[what] = word
    return {pin: it["level"] for pin, it in said.items() if it.get("use") == "op" and "level" in it}


def _pins(numbers: str) -> Iterator[int]:
    for part in numbers.split(","):
        if re.fullmatch(r"\d+(-\d+)?", part):
            first, _, last = part.partition("-")
            yield from range(int(first), int(last or first) + 1)
