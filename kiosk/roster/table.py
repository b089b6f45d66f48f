"""A sheet of cells, wherever it came from. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from kiosk.errors import BadInput

MAX_ROWS = 5000
MAX_COLUMNS = 500


class Odd(NamedTuple):
    """A cell of a workbook that is no text. ``flaw``: why it cannot be taken for one, to be read
    after the name of its column. ``day``: if it is a date."""

    text: str
    flaw: str
    day: date | None = None


Cell = str | Odd


class Line(NamedTuple):
    """One row that is not blank, and its number as a spreadsheet counts, from 1."""

    number: int
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Merge:
    """Cells that were made one: from row ``first`` to row ``last``, and in spreadsheets' words."""

    first: int
    last: int
    range: str


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file that are not blank.

    ``shifts``: its cells are parted by signs, so that one sign too many moves all behind it.
    ``name``: of the sheet, or of the file in an archive; "" where there is but one.
    """

    lines: tuple[Line, ...]
    shifts: bool = False
    name: str = ""
    merges: tuple[Merge, ...] = ()


def text_of_cell(cell: Cell) -> str:
    """What the cell reads like."""
    return cell if isinstance(cell, str) else cell.text


def is_blank(cell: Cell) -> bool:
    """Whether there is nothing in it; a formula is something."""
    return not text_of_cell(cell).strip() and (isinstance(cell, str) or not cell.flaw)


def width(cells: Sequence[Cell]) -> int:
    """How many cells there are up to the last that has something in it."""
    return next((n for n in range(len(cells), 0, -1) if not is_blank(cells[n - 1])), 0)


def check_width(line: Line) -> None:
    """Raises BadInput: no list of people is so wide."""
    if (columns := width(line.cells)) > MAX_COLUMNS:
        raise BadInput(
            f"row {line.number} has {columns} columns; at most {MAX_COLUMNS} are taken: "
            "export only the columns that are needed"
        )


def column_letter(index: int) -> str:
    """The letter of a column, from 0."""
    letters = ""
    while index >= 0:
        letters = chr(ord("A") + index % 26) + letters
        index = index // 26 - 1
    return letters
