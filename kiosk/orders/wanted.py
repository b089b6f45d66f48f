"""What somebody wants made. Values that travel to another process."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.paper.blocks import Block


class Format(StrEnum):
    """As what: a table in JSON, a file for a spreadsheet, or a file to print."""

    TABLE = "table"
    CSV = "csv"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class ListWanted:
    """A list, of everybody or of one ``form``, as of now or of an earlier time of today (UTC).

    ``forms`` (case folded): those that whoever asks may see; None is all.
    """

    name: str
    form: str = ""
    at: datetime | None = None
    forms: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class ReportWanted:
    """A report, of the days from ``since`` to ``until``, as 2026-03-02, both in it; "" is for
    whoever makes it to choose. ``forms`` as in a list."""

    name: str
    since: str = ""
    until: str = ""
    forms: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class PaperWanted:
    """Words to print, in letters of ``size`` points. Only as PDF."""

    title: str
    blocks: tuple[Block, ...]
    size: float


Wanted = ListWanted | ReportWanted | PaperWanted


def is_light(wanted: Wanted, format: Format) -> bool:
    """Whether making it takes next to nothing: it reads no history and prints nothing."""
    return isinstance(wanted, ListWanted) and wanted.at is None and format is not Format.PDF
