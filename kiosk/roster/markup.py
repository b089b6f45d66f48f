"""The XML in a workbook, looked through before anything is built from it. Pure.

A library makes an object of every element; so they are counted first. A document type, by which XML
is made to grow or to reach for files, is in no workbook that a spreadsheet writes.
"""

import zipfile
from collections.abc import Mapping
from xml.parsers import expat

from kiosk.errors import BadInput
from kiosk.roster.archive import read_member
from kiosk.roster.table import Merge

MAX_ELEMENTS = 1_000_000  # 5,000 rows of 100 cells
MAX_IN_ROW = 16_384  # cells; a worksheet is no wider
MAX_OTHER_ELEMENTS = 50_000  # styles, links, all that is neither row, cell nor text
LAST_ROW = 1_048_576  # of a worksheet
_TOO_MUCH = "the workbook holds too much: export only the rows and columns that are needed"
_CELLS = frozenset({"v", "f", "si", "t", "is"})


def look_through(archive: zipfile.ZipFile) -> Mapping[str, tuple[Merge, ...]]:
    """The merged cells in each file of a workbook that is XML.

    Raises:
        BadInput: it holds too much, or what no spreadsheet writes.
    """
    look = _Look()
    for name in archive.namelist():
        look.through(read_member(archive, name), is_xml=name.endswith((".xml", ".rels")))
        look.merges[name] = tuple(look.found)
    return look.merges


class _Look:
    def __init__(self) -> None:
        self.merges: dict[str, tuple[Merge, ...]] = {}
        self.found: list[Merge] = []
        self._all = self._others = self._in_row = 0

    def through(self, data: bytes, *, is_xml: bool) -> None:
        """Look through one file; one that need not be XML may be anything."""
        self.found = []
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._element
        parser.StartDoctypeDeclHandler = _document_type
        try:
            parser.Parse(data, True)
        except expat.ExpatError:
            if is_xml:
                raise BadInput("the workbook is damaged: save it again") from None

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        self._all += 1
        if local == "row":
            self._in_row = 0
            _check_row(attributes.get("r", "1"))
        elif local == "c":
            self._in_row += 1
        elif local not in _CELLS:
            self._others += 1
            if local == "mergeCell":
                self.found.append(_merge(attributes.get("ref", "")))
        if (
            self._all > MAX_ELEMENTS
            or self._others > MAX_OTHER_ELEMENTS
            or self._in_row > MAX_IN_ROW
        ):
            raise BadInput(_TOO_MUCH)


def _document_type(*_: object) -> None:
    raise BadInput("the workbook declares what no spreadsheet does: save it again as XLSX")


def _check_row(number: str) -> None:
    if not number.isdecimal() or not 1 <= int(number[:10]) <= LAST_ROW:
        raise BadInput("the workbook is damaged: a row of it has no number that a row can have")


def _merge(range: str) -> Merge:
    rows = ["".join(c for c in part if c.isdecimal())[:7] for part in range.split(":")]
    numbers = [int(row) for row in rows if row]
    return Merge(min(numbers, default=0), max(numbers, default=0), range[:20])
