"""Files that are no roster, whatever they pretend to be, and what has to be said of each."""

import codecs
import gzip
import zipfile
from collections.abc import Callable
from typing import Any, NamedTuple

from openpyxl import Workbook
from roster_fixtures import (
    ANA_CELLS,
    BEN_CELLS,
    HEAD,
    MANIFEST,
    USERS,
    USERS_HEAD,
    csv_file,
    oneroster,
    raw,
    repacked,
    sheet_xml,
    user_line,
    xlsx,
    zipped,
)

SHEET = "xl/worksheets/sheet1.xml"


class Broken(NamedTuple):
    """A file, what has to be said of it, and the options it is imported with."""

    data: bytes | Callable[[], bytes]
    words: str
    options: tuple[str, ...] = ()


def edited(edit: Callable[[Workbook], Any]) -> bytes:
    return xlsx(ANA_CELLS, BEN_CELLS, edit=edit)


def two_sheets(book: Workbook) -> None:
    sheet = book.create_sheet("8B")
    sheet.append(HEAD)
    sheet.append(("7", "Ada", "Bell", "8B"))


def hide(book: Workbook) -> None:
    book.create_sheet("Notes")
    book.active.sheet_state = "hidden"
    book["Notes"].sheet_state = "visible"


def sheet(body: str) -> bytes:
    return repacked(xlsx(ANA_CELLS), {SHEET: sheet_xml(body)})


def spoiled(part: str, content: bytes) -> bytes:
    return repacked(xlsx(ANA_CELLS), {part: lambda _: content})


def locked() -> bytes:
    """An archive that says of a file that it is enciphered."""
    data = bytearray(xlsx(ANA_CELLS))
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def one_name_twice() -> bytes:
    return zipped({"users.csv": "a", "users.csx": "b"}).replace(b"users.csx", b"users.csv")


LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><workbook>&b;</workbook>'

FILES_AS_A_WHOLE = {
    "nothing": Broken(b"", "the file is empty"),
    "a mark of order and nothing": Broken(codecs.BOM_UTF8 + b"\r\n", "the file is empty"),
    "blank lines": Broken(b"\r\n \r\n", "the file is empty"),
    "commas": Broken(b",,,\r\n,,,\r\n", "the file is empty"),
    "headings alone": Broken(csv_file(), "nobody in it"),
    "no admission number": Broken(raw("Forename,Surname", "A,B"), "Row 1 has: Forename, Surname"),
    "no forename": Broken(
        raw("Adno,Surname", "1,B"),
        'has: Adno, Surname. No column is for the forename: give it the heading "Forename"',
    ),
    "no surname": Broken(
        raw("Adno,Forename", "1,A"),
        'No column is for the surname: give it the heading "Surname", or export it too',
    ),
    "no headings": Broken(raw("1001,Ana,Silva", "1002,Ben,Lister"), "must name the columns"),
    "whole names": Broken(raw("Adno,Pupil Name", "1,Silva Ana"), "cannot be taken apart"),
    "headings far down": Broken(
        raw(*["title"] * 25, "Adno,Forename,Surname", "1,A,B"), "must name the columns"
    ),
    "a heading twice": Broken(
        raw("Adno,Form,Forename,Surname,Form", "1,7A,A,B,7B"),
        'row 1: the heading "Form" stands there twice, in columns B and E',
    ),
    "the number twice": Broken(
        raw("x,", "Adno,Forename,Surname,Adno", "1,A,B,2"),
        'row 2: the heading "Adno" stands there twice, in columns A and D',
    ),
    "a quotation mark not closed": Broken(
        raw("Adno,Forename,Surname", "1,A,B", '2,"C,D', "3,E,F"),
        "row 3: this is no CSV file: a quotation mark opens a cell, and none closes it",
    ),
    "a quotation mark too many": Broken(
        raw("Adno,Forename,Surname", "1,A,B", '2,"C"x,D'), "row 3: this is no CSV file"
    ),
    "a cell without end": Broken(
        raw("Adno,Forename,Surname", '2,"C' + "x" * 140_000 + '",D'), "row 2: this is no CSV file"
    ),
    "a PDF": Broken(b"%PDF-1.7\n%\xe2\xe3\n", "but a PDF"),
    "an old Excel file": Broken(codecs.decode("d0cf11e0a1b11ae1", "hex"), "an old Excel file"),
    "a web page": Broken(b"\r\n<html><table><tr><td>Adno</td>", "a web page or"),
    "an XML sheet": Broken('<?xml version="1.0"?><Workbook/>'.encode("utf-16"), "a web page or"),
    "JSON": Broken(b'{"people": []}', "but JSON"),
    "gzip": Broken(lambda: gzip.compress(csv_file(ANA_CELLS)), "but a compressed file"),
    "7z": Broken(b"7z\xbc\xaf\x27\x1c", "but a compressed file"),
    "rar": Broken(b"Rar!\x1a\x07", "but a compressed file"),
    "a picture": Broken(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no CSV file"),
    "UTF-32": Broken("Adno,Forename,Surname\n1,A,B\n".encode("utf-32-be"), "no CSV file"),
    "too long": Broken(csv_file(*[(str(n), "A", "B", "") for n in range(5001)]), "at most 5000"),
    "longer still": Broken(
        csv_file(*[(str(n), "A", "B", "") for n in range(5100)]), "more than 5000 rows"
    ),
    "too large": Broken(lambda: csv_file(("1", "A", "B", "x" * 5_000_000)), "larger than 4 MiB"),
    "too wide": Broken(
        raw("Adno,Forename,Surname", "1,A,B" + ",x" * 600), "row 2 has 603 columns; at most 500"
    ),
    "too wide above": Broken(
        raw("x," * 600 + "y", "Adno,Forename,Surname", "1,A,B"), "row 1 has 601 columns"
    ),
}
ARCHIVES = {
    "a workbook cut short": Broken(lambda: xlsx(ANA_CELLS)[:2000], "the file is damaged"),
    "a zip of nothing known": Broken(zipped({"a.txt": b"x"}), "neither a workbook nor OneRoster"),
    "an empty zip": Broken(zipped({}), "neither a workbook nor OneRoster"),
    "a CSV in a zip": Broken(zipped({"list.csv": csv_file(ANA_CELLS)}), "neither a workbook nor"),
    "locked": Broken(locked, "locked by a password"),
    "a bomb": Broken(lambda: zipped({"xl/workbook.xml": bytes(2**25)}), "more than 20 MiB"),
    "a small bomb": Broken(lambda: zipped({"xl/workbook.xml": bytes(2**21)}), "100 times"),
    "a thousand files": Broken(lambda: zipped({str(n): b"" for n in range(1001)}), "1001 files"),
    "a name twice": Broken(one_name_twice, "two files of one name"),
    "packed strangely": Broken(
        zipped({"xl/workbook.xml": b"<x/>"}, zipfile.ZIP_LZMA), "packed in an unusual way"
    ),
    "OpenDocument": Broken(zipped({"mimetype": b"x", "content.xml": b"<x/>"}), "OpenDocument"),
    "XLSB": Broken(zipped({"xl/workbook.bin": b"x"}), "XLSB"),
    "macros": Broken(
        lambda: repacked(xlsx(ANA_CELLS), {"xl/vbaProject.bin": lambda _: b"x"}), "has macros"
    ),
    "links to other files": Broken(
        lambda: repacked(
            xlsx(ANA_CELLS), {"xl/externalLinks/externalLink1.xml": lambda _: b"<externalLink/>"}
        ),
        "takes values out of other files",
    ),
    "a billion laughs": Broken(lambda: spoiled("xl/workbook.xml", LAUGHS), "no spreadsheet does"),
    "laughs in the styles": Broken(lambda: spoiled("xl/styles.xml", LAUGHS), "no spreadsheet does"),
    "markup cut short": Broken(lambda: spoiled(SHEET, b"<worksheet><sheetData>"), "damaged"),
    "a sheet that is missing": Broken(lambda: repacked(xlsx(ANA_CELLS), {SHEET: None}), "no sheet"),
    "styles that are missing": Broken(
        lambda: spoiled(
            SHEET, b'<worksheet><sheetData><row><c s="x"/></row></sheetData></worksheet>'
        ),
        "file is empty",
    ),
    "a text that is missing": Broken(
        lambda: sheet('<row r="1"><c r="A1" t="s"><v>999</v></c></row>'), "damaged"
    ),
    "a column far out": Broken(
        lambda: sheet('<row r="1"><c r="ZZZ1"><v>1</v></c></row>'), "row 1 has 18278 columns"
    ),
    "a row that cannot be": Broken(lambda: sheet('<row r="0"/>'), "no number that a row can have"),
    "too many rows": Broken(
        lambda: xlsx(*[(str(n), "A", "B", "") for n in range(5001)]), "at most 5000"
    ),
    "no headings in a sheet": Broken(lambda: xlsx(head=("a", "b")), "Row 1 has: a, b"),
    "the list is hidden": Broken(lambda: edited(hide), "the file is empty"),
    "two lists": Broken(lambda: edited(two_sheets), "several sheets have a list (Sheet, 8B)"),
    "merged cells": Broken(
        lambda: edited(lambda book: book.active.merge_cells("D2:D3")),
        "(D2:D3): in the spreadsheet select them, choose Unmerge cells",
    ),
    "a heading twice in a sheet": Broken(
        lambda: xlsx((*ANA_CELLS, "7B"), head=(*HEAD, "FORM")), "in columns D and E"
    ),
    "a delta of OneRoster": Broken(
        oneroster(manifest=MANIFEST.replace("users,bulk", "users,delta")), "manifest.csv: this"
    ),
    "OneRoster without manifest": Broken(oneroster(manifest=None), "manifest.csv is missing"),
    "OneRoster of another version": Broken(
        oneroster(manifest=MANIFEST.replace("1.2", "1.0")), "manifest.csv: only OneRoster"
    ),
    "OneRoster without roles": Broken(oneroster(roles=None), "roles.csv is missing"),
    "OneRoster without users": Broken(oneroster(users=USERS_HEAD), "users.csv: there is nobody"),
    "OneRoster, somebody without number": Broken(
        oneroster(users=USERS.replace(",1002,", ",,")), "users.csv row 3: admission is empty"
    ),
    "OneRoster, a number twice": Broken(
        oneroster(users=USERS.replace(",1002,", ",1001,")), "users.csv row 2: admission number 1001"
    ),
    "OneRoster, a UPN that cannot be": Broken(
        oneroster(users="\r\n".join([USERS_HEAD, user_line("u1", "A", "B", "1", upn="X1")])),
        "users.csv row 2: upn is none",
    ),
}
