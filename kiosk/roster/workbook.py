"""Workbooks (XLSX): the cells of every sheet that can be seen, as text. Pure.

Formulas are not worked out and links are not followed; a cell that has one is told as such.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from kiosk.errors import BadInput
from kiosk.roster.markup import look_through
from kiosk.roster.table import MAX_ROWS, Cell, Line, Odd, Table, check_width, is_blank
from kiosk.roster.text import HEAD_LINES

MAX_SHEETS = 200
_EXACT = 10**15  # a cell keeps 15 digits of a number
_ZEROS = re.compile("0+")
_AGAIN = "make the column text, and type it again"
_FORMULA = "is a formula: copy the column, and paste its values"
_DATE = f"is a date to the spreadsheet, which makes one of such as 5/6 or 7-9: {_AGAIN}"
_TRUTH = f"is yes or no to the spreadsheet: {_AGAIN}"
_ROUNDED = f"has more digits than a spreadsheet keeps of a number: {_AGAIN}"
_FRACTION = f"is a number with a fraction: {_AGAIN}"


def workbook_tables(data: bytes, archive: zipfile.ZipFile) -> tuple[Table, ...]:
    """Every sheet that is not hidden.

    Raises:
        BadInput: it has macros or links to other files, holds too much, or cannot be read.
    """
    names = archive.namelist()
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise BadInput("the workbook has macros in it: save it as XLSX, without them")
    if any("/externallinks/" in f"/{name}".lower() for name in names):
        raise BadInput("the workbook takes values out of other files: paste them as values")
    merges = look_through(archive)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of ornaments that the library does not know
            return tuple(
                Table(tuple(_lines(sheet)), name=str(sheet.title), merges=merges.get(path, ()))
                for sheet, path in _sheets(data)
            )
    except BadInput:
        raise
    except Exception:  # the library raises whatever a broken workbook makes of it
        raise BadInput("the workbook is damaged: open it in a spreadsheet, and save it") from None


def _sheets(data: bytes) -> Iterator[tuple[Any, str]]:
    """Each visible sheet, and the name of its file."""
    from openpyxl import load_workbook  # takes memory, and is seldom needed

    book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    if len(book.worksheets) > MAX_SHEETS:
        raise BadInput(f"the workbook has {len(book.worksheets)} sheets; {MAX_SHEETS} are taken")
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            sheet.reset_dimensions()  # what it says of its own size may be wrong
            yield sheet, sheet._worksheet_path  # noqa: SLF001  # no other way to its merged cells


def _lines(sheet: Any) -> Iterator[Line]:
    count = 0
    for number, row in enumerate(sheet.iter_rows(), start=1):
        line = Line(number, tuple(_cell(cell) for cell in row))
        if all(is_blank(cell) for cell in line.cells):
            continue
        check_width(line)
        count += 1
        if count > MAX_ROWS + HEAD_LINES:
            raise BadInput(f"the sheet has more than {MAX_ROWS} rows; that many are taken")
        yield line


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return Odd("", _FORMULA)
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return Odd("yes" if value else "no", _TRUTH)
    if isinstance(value, int | float):
        return _number(value, cell.number_format)
    if isinstance(value, datetime):
        return Odd(value.isoformat(sep=" "), _DATE, value.date())
    return Odd(str(value), _DATE, value if isinstance(value, date) else None)


def _number(value: float, format: str) -> Cell:
    """A number as the sheet shows it, where it shows zeros that the number has not."""
    if abs(value) >= _EXACT:
        return Odd("", _ROUNDED)
    if value != int(value):
        return Odd(repr(value), _FRACTION)
    digits = str(int(value))
    return digits.zfill(len(format)) if _ZEROS.fullmatch(format or "") else digits
