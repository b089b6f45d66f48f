"""Lists of who is not expected, and when. Pure.

Why somebody is away is in many such lists. It is not read: to the kiosk all of them are alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from kiosk.errors import BadInput
from kiosk.roster.cells import damage, tidy
from kiosk.roster.columns import ADMISSION, Headings, Needed
from kiosk.roster.dates import day_of
from kiosk.roster.faults import Fault, refusal
from kiosk.roster.sources import archive_in, headed_table
from kiosk.roster.table import MAX_ROWS, Cell, Line, is_blank, text_of_cell

LONGEST = 366  # days
HEADINGS: Headings = {
    "admission": ADMISSION,
    "first": (
        *("date", "day", "absencedate", "dateofabsence", "from", "first", "start", "startdate"),
        *("datefrom", "fromdate", "firstday", "begindate"),
    ),
    "last": ("to", "until", "last", "end", "enddate", "dateto", "todate", "lastday"),
}
NEEDED: Needed = {"admission": ("admission",), "date": ("first",)}


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is not expected from ``first`` to ``last``, both in it. ``row``: where in the list,
    as a spreadsheet counts."""

    admission: str
    first: date
    last: date
    row: int = field(default=0, compare=False)

    def to_record(self) -> dict[str, str]:
        """The absence as plain text, as the verbs take it."""
        return {
            "admission": self.admission,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "row": str(self.row),
        }


class AbsenceFile(NamedTuple):
    """What a file says: the absences in its sound rows, and what is wrong with the others."""

    absences: tuple[Absence, ...]
    faults: tuple[Fault, ...]


def read_absences(data: bytes) -> tuple[Absence, ...]:
    """The absences in a file, if there is no fault in it. See ``absence_file``.

    Raises:
        BadInput: it cannot be used; every fault is told by row and column.
    """
    file = absence_file(data)
    if file.faults:
        raise refusal(file.faults)
    return file.absences


def absence_file(data: bytes) -> AbsenceFile:
    """What a CSV file or a workbook says: an admission number and a date, or two, a row.

    Raises:
        BadInput: it is no list of absences at all.
    """
    table, heading = headed_table(data, archive_in(data), HEADINGS, NEEDED)
    lines = table.lines[heading.last + 1 :]
    if len(lines) > MAX_ROWS:
        raise BadInput(f"there are {len(lines)} rows; at most {MAX_ROWS} are taken")
    if not lines:
        raise BadInput("there is nobody in it")
    read = [_absence(line, heading.columns) for line in lines]
    return AbsenceFile(
        tuple(dict.fromkeys(each for each in read if isinstance(each, Absence))),
        tuple(fault for fault in read if isinstance(fault, Fault)),
    )


def unknown(row: int, admission: str) -> Fault:
    """That row is of somebody who is not on the roster."""
    return Fault(row, f'nobody on the roster has admission number "{admission}"', "admission")


def _absence(line: Line, columns: Mapping[str, int]) -> Absence | Fault:
    def cell(field: str) -> Cell:
        place = columns.get(field, len(line.cells))
        return line.cells[place] if place < len(line.cells) else ""

    admission = tidy("admission", text_of_cell(cell("admission")))
    if fault := damage("admission", cell("admission")):
        return Fault(line.number, fault, "admission")
    if not admission:
        return Fault(line.number, "admission is empty", "admission")
    first = day_of(cell("first"))
    last = first if is_blank(cell("last")) else day_of(cell("last"))
    if first is None or last is None:
        column = "first" if first is None else "last"
        return Fault(line.number, f"{column} day is no date, as 7/9/2026 or 2026-09-07", column)
    if not 0 <= (last - first).days < LONGEST:
        words = f"goes from {first} to {last}: at least a day, and at most {LONGEST}"
        return Fault(line.number, words, "last")
    return Absence(admission, first, last, line.number)
