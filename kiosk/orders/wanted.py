"""What somebody wants made. Values that travel to another process."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.drafting import Versions
from kiosk.paper.blocks import Block
from kiosk.policy.roles import Permission


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


@dataclass(frozen=True, slots=True)
class RehearsalWanted:
    """The taps from ``since`` on (UTC) put to the school file ``text``, as far as whoever has the
    permissions ``may_see`` may know. Only as a table."""

    text: str
    since: datetime
    may_see: frozenset[Permission]


@dataclass(frozen=True, slots=True)
class ExplanationWanted:
    """Why a person's tap was granted or refused at a past moment (UTC), as far as whoever has the
    permissions ``may_see`` may know; of a tap on record before ``until``, if there is one. Only as
    a table."""

    person: str
    at: datetime
    until: datetime
    may_see: frozenset[Permission]
    versions: Versions


Wanted = ListWanted | ReportWanted | PaperWanted | RehearsalWanted | ExplanationWanted


def is_light(wanted: Wanted, format: Format) -> bool:
    """Whether making it takes next to nothing: it reads no history and prints nothing."""
    return isinstance(wanted, ListWanted) and wanted.at is None and format is not Format.PDF
