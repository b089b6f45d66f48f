"""What is wrong with a list of people, row by row, and how it is told. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.errors import BadInput

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. ``row``: as a spreadsheet counts, from 1. ``column``: by our name for it, or "".
    ``file``: which of several, or ""."""

    row: int
    words: str
    column: str = ""
    file: str = ""

    def __str__(self) -> str:
        return f"{self.file} row {self.row}: {self.words}".lstrip()


def told(faults: Iterable[Fault]) -> list[str]:
    """The faults in the order of their rows: the first 200 of them, and how many more there are."""
    lines = [str(fault) for fault in sorted(faults, key=lambda fault: fault.row)]
    more = [f"and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return lines[:SHOWN] + more


def refusal(faults: Iterable[Fault]) -> BadInput:
    """The error that lists the faults."""
    return BadInput("\n".join(["nothing was imported:", *(f"  {line}" for line in told(faults))]))


def printable(text: str, length: int = 200) -> str:
    """What a file has, safe to print whatever it was."""
    return "".join(c if c.isprintable() else "?" for c in text[:length])
