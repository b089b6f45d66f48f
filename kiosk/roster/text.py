"""Text files of cells: CSV as programs write it, in the encodings and with the signs they use.
Pure."""

import codecs
import csv
import io
from typing import NamedTuple

from kiosk.errors import BadInput
from kiosk.roster.table import MAX_ROWS, Line, Table, check_width, is_blank

DELIMITERS = ",;\t"
HEAD_LINES = 20  # what is above the headings, and the headings, stand in so many lines


def text_of(data: bytes) -> str:
    """The text of a file: UTF-16 as Excel's "Unicode text" has it, UTF-8, else Windows-1252.

    Raises:
        BadInput: this is no text.
    """
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return data.decode("utf-16", errors="replace")
    head = data[:200]
    if len(head) > 3 and not any(head[1::2]) and all(head[::2]):
        return data.decode("utf-16-le", errors="replace")
    if b"\0" in data:
        raise BadInput("this is no CSV file; save the sheet as CSV or XLSX first")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


class Layout(NamedTuple):
    """One way to read a text: its rows, the sign that parts their cells, the first one's number."""

    text: str
    delimiter: str
    first_row: int = 1


def layouts(text: str) -> list[Layout]:
    """The ways to read a text, likeliest first. It may say itself, in Excel's first line sep=;"""
    first, _, rest = text.partition("\n")
    said = first.strip().strip('"')
    if len(said) == 5 and said.casefold().startswith("sep="):
        return [Layout(rest, said[-1], first_row=2)]
    head = "\n".join(text.splitlines()[:HEAD_LINES])
    return [Layout(text, each) for each in sorted(DELIMITERS, key=head.count, reverse=True)]


def parse(layout: Layout, most: int = MAX_ROWS + HEAD_LINES) -> Table:
    """The rows of a text. Raises BadInput: it is no such text, or has too many; it says where."""
    text, delimiter, first_row = layout
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True
    )
    lines: list[Line] = []
    number = first_row - 1
    try:
        for number, cells in enumerate(reader, start=first_row):
            line = Line(number, cells)
            if not all(is_blank(cell) for cell in cells):
                check_width(line)
                lines.append(line)
            if len(lines) > most:
                raise BadInput(f"the file has more than {MAX_ROWS} rows; that many are taken")
    except csv.Error as fault:
        raise BadInput(f"row {number + 1}: this is no CSV file: {_words(fault)}") from None
    return Table(tuple(lines), shifts=True)


def _words(fault: csv.Error) -> str:
    text = str(fault)
    if "end of data" in text or "field limit" in text:
        return "a quotation mark opens a cell, and none closes it"
    if "expected after" in text:
        return "a quotation mark stands where none may"
    return text
