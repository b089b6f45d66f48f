"""What kind of file it is, and the one table in it that has the headings. Pure."""

import zipfile
from collections.abc import Mapping

from kiosk.errors import BadInput
from kiosk.roster.archive import open_archive
from kiosk.roster.columns import Heading, Headings, Needed, find_heading, missing
from kiosk.roster.faults import printable
from kiosk.roster.table import Table
from kiosk.roster.text import layouts, parse, text_of
from kiosk.roster.workbook import workbook_tables

MAX_BYTES = 4 * 1024 * 1024
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_FOREIGN: Mapping[bytes, str] = {
    b"\xd0\xcf\x11\xe0": "an old Excel file, or one locked by a password: save it as XLSX, without",
    b"%pdf": "a PDF: export the list as CSV or XLSX",
    b"<": "a web page or XML, whatever its name says: open it in a spreadsheet, save it as XLSX",
    b"{": "JSON: export the list as CSV or XLSX",
    b"\x1f\x8b": "a compressed file: unpack it first",
    b"7z\xbc\xaf": "a compressed file: unpack it first",
    b"rar!": "a compressed file: unpack it first",
}


def archive_in(data: bytes) -> zipfile.ZipFile | None:
    """The zip archive that a file is, as a workbook is too; None for any other file.

    Raises:
        BadInput: it is too large, empty, or of a kind that is not read.
    """
    if len(data) > MAX_BYTES:
        raise BadInput(f"the file is larger than {MAX_BYTES // 1024 // 1024} MiB")
    if not data.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise BadInput("the file is empty; its first line must name the columns")
    if data.startswith(_ZIP):
        return open_archive(data)
    head = data.lstrip(b" \t\r\n\xef\xbb\xbf\xff\xfe")[:8].lower()
    for mark, words in _FOREIGN.items():
        if head.startswith(mark):
            raise BadInput(f"this is no CSV file but {words}")
    return None


def headed_table(
    data: bytes, archive: zipfile.ZipFile | None, headings: Headings, needed: Needed
) -> tuple[Table, Heading]:
    """The table with the headings, in a text or in a workbook.

    Raises:
        BadInput: there is none, or more than one, or it cannot be read.
    """
    return (
        _in_text(text_of(data), headings, needed)
        if archive is None
        else _in_workbook(data, archive, headings, needed)
    )


def _in_text(text: str, headings: Headings, needed: Needed) -> tuple[Table, Heading]:
    refusals: list[BadInput] = []
    for layout in layouts(text):
        try:
            table = parse(layout)
        except BadInput as fault:
            refusals.append(fault)
            continue
        if heading := find_heading(table, headings, needed):
            return table, heading
        refusals.append(missing(table, headings, needed))
    raise refusals[0]


def _in_workbook(
    data: bytes, archive: zipfile.ZipFile, headings: Headings, needed: Needed
) -> tuple[Table, Heading]:
    _check_is_workbook(archive)
    tables = workbook_tables(data, archive)
    if not tables:
        raise BadInput("no sheet of the workbook can be seen")
    found = [(t, heading) for t in tables if (heading := find_heading(t, headings, needed))]
    if not found:
        raise missing(max(tables, key=lambda table: len(table.lines)), headings, needed)
    if len(found) > 1:
        names = printable(", ".join(table.name for table, _ in found))
        raise BadInput(f"several sheets have a list ({names}): put all rows into one sheet")
    table, heading = found[0]
    _check_merges(table, heading)
    return table, heading


def _check_is_workbook(archive: zipfile.ZipFile) -> None:
    names = {*archive.namelist()}
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise BadInput("this is a binary workbook (XLSB): save it as XLSX")
    if "content.xml" in names:
        raise BadInput("this is an OpenDocument sheet: save it as XLSX or CSV")
    raise BadInput("this archive holds neither a workbook nor OneRoster's files")


def _check_merges(table: Table, heading: Heading) -> None:
    """Of merged cells all but the first are empty: whatever they stood for would be lost."""
    last = table.lines[heading.last].number
    merged = [merge for merge in table.merges if merge.last > last and merge.last > merge.first]
    if merged:
        ranges = printable(", ".join(merge.range for merge in merged[:10]))
        raise BadInput(
            f"cells are merged below the headings ({ranges}): in the spreadsheet select them, "
            "choose Unmerge cells, fill in the ones that are empty then, and save"
        )
