"""Rosters out of workbooks: what a spreadsheet shows is what is read, and nothing is worked out."""

import io
import re
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from roster_fixtures import (
    ANA_CELLS,
    BEN_CELLS,
    HEAD,
    read,
    refusal_of,
    repacked,
    sheet_xml,
    xlsx,
    zipped,
)

from kiosk.errors import BadInput
from kiosk.roster import RosterRow
from kiosk.roster import archive as archives
from kiosk.roster.archive import open_archive

ANAS_ROW = RosterRow("1001", "Ana", "Silva", "7A")


def test_numbers_are_read_as_text_and_a_blank_row_is_skipped() -> None:
    data = xlsx(("1001", "Ana", "Silva", "7A"), (), (1002, "Ben", "Lister", 7), (1003.0, "C", "D"))

    file = read(data)
    assert [(row.row, row.admission, row.form) for row in file.rows] == [
        (2, "1001", "7A"),
        (4, "1002", "7"),
        (5, "1003", ""),
    ]


def test_zeros_that_the_sheet_shows_are_read() -> None:
    def show_zeros(book: Workbook) -> None:
        book.active["A2"].number_format = "00000"

    assert read(xlsx((42, "A", "B", ""), edit=show_zeros)).rows[0].admission == "00042"


def test_titles_above_the_headings_and_notes_beside_the_list_do_no_harm() -> None:
    def add(book: Workbook) -> None:
        book.active.insert_rows(1, 2)
        book.active["A1"] = "Summer list"
        book.active.merge_cells("A1:D1")
        book.active["H4"] = "<- ask the office"

    assert read(xlsx(ANA_CELLS, edit=add)).rows == (ANAS_ROW,)


def test_cells_merged_beside_each_other_do_no_harm() -> None:
    data = xlsx(ANA_CELLS, edit=lambda book: book.active.merge_cells("E2:F2"))

    assert read(data).rows == (ANAS_ROW,)


def test_what_a_sheet_says_of_its_own_size_does_not_matter() -> None:
    def belittle(content: bytes) -> bytes:
        return re.sub(rb'<dimension ref="[A-Z0-9:]+"', b'<dimension ref="A1:B1"', content)

    data = repacked(xlsx(ANA_CELLS), {"xl/worksheets/sheet1.xml": belittle})
    assert read(data).rows == (ANAS_ROW,)


def test_the_one_sheet_with_a_list_is_found_and_hidden_ones_are_not_looked_at() -> None:
    def add(book: Workbook) -> None:
        book.create_sheet("Notes", 0)["A1"] = "nothing here"
        hidden = book.create_sheet("Old", 0)
        hidden.append(HEAD)
        hidden.append(BEN_CELLS)
        hidden.sheet_state = "hidden"

    assert read(xlsx(ANA_CELLS, edit=add)).rows == (ANAS_ROW,)


@pytest.mark.parametrize("heading", ["Leaving Date", "Date of leaving"])
@pytest.mark.parametrize("day", [datetime(2026, 9, 6), date(2026, 9, 6), "6.9.2026"])
def test_a_date_is_a_date_where_one_is_asked_for(heading: str, day: Any) -> None:
    assert read(xlsx((*ANA_CELLS, day), head=(*HEAD, heading))).rows[0].leaver is True


def test_yes_and_no_of_the_spreadsheets_own_are_taken() -> None:
    data = xlsx((*ANA_CELLS, True), (*BEN_CELLS, False), head=(*HEAD, "No device"))

    assert [row.no_device for row in read(data).rows] == [True, False]


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("A2", "=1000+1", "row 2: admission is a formula"),
        ("C2", '=HYPERLINK("http://x.example","Silva")', "row 2: surname is a formula"),
        ("D2", datetime(2026, 6, 5), "row 2: form is a date to the spreadsheet"),
        ("D2", datetime(2026, 6, 5).time(), "row 2: form is a date to the spreadsheet"),
        ("B2", True, "row 2: forename is yes or no to the spreadsheet"),
        ("A2", 10.5, "row 2: admission is a number with a fraction"),
        ("A2", 2.49e19, "row 2: admission has more digits than a spreadsheet keeps"),
        ("A2", -7, 'row 2: admission begins with "-", as a formula does'),
        ("D2", "#N/A", "row 2: form is #N/A, a spreadsheet's error"),
        ("E2", "=A2", "row 2: no device is a formula"),
        ("F2", "=TODAY()", "row 2: leaving date is no date"),
    ],
)
def test_a_cell_that_is_no_text_is_told(place: str, value: Any, words: str) -> None:
    def put(book: Workbook) -> None:
        book.active[place] = value

    data = xlsx(ANA_CELLS, head=(*HEAD, "No device", "Leaving date"), edit=put)
    assert any(str(fault).startswith(words) for fault in read(data).faults), read(data).faults


def test_a_formula_in_a_column_that_is_not_read_does_no_harm() -> None:
    file = read(xlsx((*ANA_CELLS, "=LEN(C2)"), head=(*HEAD, "Length")))

    assert (file.rows, file.faults) == ((ANAS_ROW,), ())


def hostile(name: str = "xl/worksheets/sheet1.xml", **parts: Any) -> bytes:
    return repacked(xlsx(ANA_CELLS), {name: parts["change"]}, zipfile.ZIP_STORED)


def test_cells_far_out_or_down_cost_nothing() -> None:
    for body, words in (
        ('<row r="1"><c r="ZZZ1" t="str"><v>x</v></c></row>', "columns; at most 500"),
        ('<row r="1"><c r="AAAAAA1"><v>1</v></c></row>', "damaged"),
        ('<row r="99999999999"><c><v>1</v></c></row>', "no number that a row can have"),
        ('<row r="1048576"><c><v>1</v></c></row>', "must name the columns"),
        ('<row r="1">' + "<c/>" * 16_385 + "</row>", "holds too much"),
        (("<row>" + "<c/>" * 10_000 + "</row>") * 101, "holds too much"),
    ):
        with pytest.raises(BadInput, match=words):
            read(hostile(change=sheet_xml(body)))


def test_a_flood_of_styles_is_not_made_into_objects() -> None:
    flood = b"<styleSheet>" + b"<xf/>" * 50_001 + b"</styleSheet>"

    with pytest.raises(BadInput, match="holds too much"):
        read(hostile("xl/styles.xml", change=lambda _: flood))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_however_it_is_encoded(encoding: str) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'.encode(encoding)

    for name in ("xl/sharedStrings.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
        with pytest.raises(BadInput, match="declares what no spreadsheet does"):
            read(hostile(name, change=lambda _: bomb))


def test_an_archive_that_lies_about_a_size_is_damaged_not_a_bomb() -> None:
    data = bytearray(zipped({"xl/workbook.xml": b"a" * 5000}, zipfile.ZIP_STORED))
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (100).to_bytes(4, "little")

    with pytest.raises(BadInput, match="damaged"):
        read(bytes(data))


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a.xml": bytes(30 * 1024 * 1024)}, "unpacks to more than 20 MiB"),
        ({"a.xml": bytes(2 * 1024 * 1024)}, "more than 100 times its size"),
        ({f"{n}": b"" for n in range(1001)}, "1001 files in it"),
        ({"content.xml": b"<x/>", "mimetype": b"y"}, "OpenDocument"),
        ({"xl/workbook.bin": b"y"}, "XLSB"),
        ({"a.txt": b"hello"}, "neither a workbook nor"),
    ],
)
def test_an_archive_that_is_no_workbook_is_told_so(files: dict[str, bytes], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        read(zipped(files))


def test_the_largest_that_is_allowed_is_opened() -> None:
    size = archives.SMALL

    assert open_archive(zipped({"a": bytes(size)})).namelist() == ["a"]
    with pytest.raises(BadInput, match="100 times"):
        open_archive(zipped({"a": bytes(size + 1)}))


@given(st.integers(0), st.integers(0, 255), st.booleans())
def test_a_workbook_with_a_flipped_byte_is_read_or_refused(place: int, by: int, cut: bool) -> None:
    data = bytearray(WHOLE)
    place %= len(data)
    data[place] ^= by
    assert is_read_or_refused(bytes(data[:place] if cut else data))


@given(st.integers(0), st.binary(min_size=1, max_size=6), st.sampled_from(range(8)))
def test_a_workbook_with_wrong_markup_is_read_or_refused(
    place: int, junk: bytes, which: int
) -> None:
    name = zipfile.ZipFile(io.BytesIO(WHOLE)).namelist()[which]

    def spoil(content: bytes) -> bytes:
        at = place % (len(content) + 1)
        return content[:at] + junk + content[at + len(junk) // 2 :]

    assert is_read_or_refused(repacked(WHOLE, {name: spoil}))


def is_read_or_refused(data: bytes) -> bool:
    """In one line that can be printed, if it is refused."""
    words = refusal_of(data)
    return words.isprintable() if words else all(row.admission for row in read(data).rows)


WHOLE = xlsx(ANA_CELLS, BEN_CELLS)
