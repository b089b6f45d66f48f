"""Dates as lists write them, the day before the month. Pure."""

import re
from datetime import date

from kiosk.roster.table import Cell, Odd, text_of_cell

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?: \d{1,2}:\d{2}.*)?")
_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-/. ]([a-z]{3,9})\.?,?[-/. ](\d{4}|\d{2})")


def day_of(cell: Cell) -> date | None:
    """The day in a cell: of a workbook's own kind, or 2026-09-07, 7/9/2026, 7 September 2026.

    A year of two digits is one of this century. None: there is no such day.
    """
    if isinstance(cell, Odd) and cell.day is not None:
        return cell.day
    text = text_of_cell(cell).strip().casefold()
    try:
        if found := _ISO.fullmatch(text):
            return date(*(int(part) for part in found.groups()))
        if found := _DAY_FIRST.fullmatch(text):
            day, month, year = (int(part) for part in found.groups())
            return date(_full(year), month, day)
        if found := _NAMED.fullmatch(text):
            return date(_full(int(found[3])), _MONTHS.index(found[2][:3]) + 1, int(found[1]))
    except ValueError:
        pass
    return None


def _full(year: int) -> int:
    return 2000 + year if year < 100 else year
