"""A table as CSV, safe to open in a spreadsheet. Pure: text from values."""

import io
import unicodedata

from defusedcsv import csv

from kiosk.lists.table import Cell, Table, clean

_SIGNS = ("=", "+", "-", "@")


def as_csv(table: Table) -> str:
    """A header and a line a row. A cell that a spreadsheet would take for a formula begins with an
    apostrophe; what cannot be printed is not in it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.key for column in table.columns])
    writer.writerows([[_disarmed(cell) for cell in row] for row in table.rows])
    return out.getvalue()


def _disarmed(cell: Cell) -> Cell:
    """``csv.writer`` disarms plain signs at the very beginning. Some programs look behind spaces,
    and take the wide forms of a sign for the same."""
    if not isinstance(cell, str):
        return cell
    text = clean(cell)
    first = text[:1]
    is_wide = first not in _SIGNS and unicodedata.normalize("NFKC", first) in _SIGNS
    return f"'{text}" if is_wide else text
