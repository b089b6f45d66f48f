"""Rosters with one faulty row, and rolls that would do harm, and what has to be said of each."""

from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from roster_broken_files import Broken, edited
from roster_fixtures import ANA_CELLS, BEN_CELLS, HEAD, csv_file, raw, xlsx

FILES = Path(__file__).parent / "fixtures" / "rosters"
WITH_CARD = (*HEAD, "Card No")
WITH_UPN = (*HEAD, "UPN")
CARD = "946EBD28"


def row(*cells: str, head: tuple[str, ...] = HEAD) -> bytes:
    """A sound row, and in row 3 this one."""
    return csv_file((*BEN_CELLS, *[""] * (len(head) - 4)), cells, head=head)


def form(text: str) -> bytes:
    return row("7", "Ada", "Bell", text)


def name(text: str) -> bytes:
    return row("7", "Ada", text, "7A")


def number(text: str) -> bytes:
    return row(text, "Ada", "Bell", "7A")


def more(heading: str, text: str) -> bytes:
    return row("7", "Ada", "Bell", "7A", text, head=(*HEAD, heading))


def card(text: str) -> bytes:
    return more("Card No", text)


def put(place: str, value: Any) -> bytes:
    def edit(book: Workbook) -> None:
        book.active[place] = value

    return edited(edit)


TEXT_ROWS = {
    "no number": Broken(number(""), "row 3: admission is empty"),
    "no forename": Broken(row("7", " ", "Bell", ""), "row 3: forename is empty"),
    "no surname": Broken(name(""), "row 3: surname is empty"),
    "a number twice": Broken(number("1002"), "row 3: admission number 1002 stands in"),
    "a row twice": Broken(row(*BEN_CELLS), "row 2: admission number 1002 stands in the file twice"),
    "thrice": Broken(
        csv_file(ANA_CELLS, ANA_CELLS, ANA_CELLS), "row 4: admission number 1001 stands in"
    ),
    "zeros taken off": Broken(number("01002"), "row 3: admission number 01002 differs from 1002"),
    "a number shortened": Broken(number("2.49E+09"), "row 3: admission number 2.49E+09 was"),
    "a number as an amount": Broken(number("1,001"), "row 3: admission number 1,001 was"),
    "a number with a fraction": Broken(number("1003.0"), "row 3: admission number 1003.0 was"),
    "a number made a date": Broken(number("3-Apr"), "row 3: admission 3-Apr is a date"),
    "a form made a date": Broken(form("7-Sep"), "row 3: form 7-Sep is a date"),
    "a mixed class made a date": Broken(form("05-Jun"), "row 3: form 05-Jun is a date"),
    "a month and a year": Broken(form("Sep-26"), "row 3: form Sep-26 is a date"),
    "a whole date": Broken(form("07/09/2026"), "row 3: form 07/09/2026 is a date"),
    "a date with a time": Broken(form("2026-09-07 00:00:00"), "row 3: form 2026-09-07"),
    "a year made a date": Broken(more("Year", "07-Aug"), "row 3: year 07-Aug is a date"),
    "a command": Broken(name("=cmd|' /C calc'!A0"), 'row 3: surname begins with "="'),
    "a plus": Broken(name("+1+1"), 'row 3: surname begins with "+"'),
    "an at": Broken(name("@SUM(A1)"), 'row 3: surname begins with "@"'),
    "a minus": Broken(name("-2+3"), 'row 3: surname begins with "-"'),
    "a sum as a number": Broken(number("=1+1"), 'row 3: admission begins with "="'),
    "a negative number": Broken(number("-7"), 'row 3: admission begins with "-"'),
    "a form that is a formula": Broken(form("=7A"), 'row 3: form begins with "="'),
    "a tabulator": Broken(name("Be\tll"), "row 3: surname holds a control character"),
    "two lines in a cell": Broken(name("Be\nll"), "row 3: surname holds a control character"),
    "a bell": Broken(name("Be\x07ll"), "row 3: surname holds a control character"),
    "a zero": Broken(name("Be\0ll"), "no CSV file"),
    "letters of no width": Broken(name("Be\u200bll"), "row 3: surname holds a control character"),
    "letters turned round": Broken(name("\u202ellB"), "row 3: surname holds a control character"),
    "a name too long": Broken(name("B" * 61), "row 3: surname is longer than 60 characters"),
    "a number too long": Broken(number("1" * 61), "row 3: admission is longer than 60"),
    "a value not available": Broken(form("#N/A"), "row 3: form is #N/A, a spreadsheet's error"),
    "a lost reference": Broken(name("#REF!"), "row 3: surname is #REF!, a spreadsheet's error"),
    "a column too narrow": Broken(number("#####"), "row 3: admission is #####"),
    "letters read wrongly": Broken(name("NÃ±ez"), "row 3: surname"),
    "letters lost": Broken(name("N\ufffdez"), "row 3: surname lost letters"),
    "columns shifted": Broken(row("7", "Bell", "1010", ""), "row 3: surname 1010 has no letter"),
    "a comma too many": Broken(
        raw("Adno,Forename,Surname,Form", "1,A,B,7A", "2,C,,D,7A"), "row 3: has 5 cells, the first"
    ),
    "a comma missing": Broken(raw("Adno,Forename,Surname", "1,A,B", "2,C D"), "row 3: surname is"),
    "a file cut short": Broken((b"Adno,Forename,Surname\n1,A,B\n2,Zo\xc3"), "row 3: surname is"),
    "headings on each page": Broken(row(*HEAD), "row 3: the headings stand here again"),
    "a line of totals": Broken(row("Total: 250", "", "", ""), "row 3: forename is empty"),
    "a status nobody knows": Broken(more("Status", "resting"), "row 3: status is neither active"),
    "a day that is none": Broken(
        more("Leaving Date", "31/02/2026"), "row 3: leaving date is no date"
    ),
    "the month first": Broken(more("Leaving Date", "07/31/2026"), "row 3: leaving date is no date"),
    "perhaps": Broken(more("No Device", "maybe"), "row 3: no device is neither yes nor no"),
    "half a leaver": Broken(more("Leaver", "2027"), "row 3: leaver is neither yes nor no"),
    "a dragon": Broken(more("Role", "dragon"), "row 3: kind is none of pupil, staff, visitor"),
    "a UPN too short": Broken(more("UPN", "A12345"), "row 3: upn is none"),
    "a UPN mistyped": Broken(more("UPN", "A123456789013"), "row 3: upn does not fit its own check"),
    "a UPN twice": Broken(
        csv_file(*[(*c, "A123456789012") for c in (ANA_CELLS, BEN_CELLS)], head=WITH_UPN),
        "row 3: upn stands in the file twice (rows 2, 3)",
    ),
    "an odd count of digits": Broken(card("946EBD2"), "row 3: card: the number has an odd count"),
    "a card shortened": Broken(card("2.49E+09"), "row 3: card: a spreadsheet has rounded"),
    "a card of no bytes": Broken(card("00000000"), "row 3: card: the number is zero"),
    "a telephone as a card": Broken(card("08A1B2C3"), "row 3: card: it is made up anew"),
    "a card twice": Broken(
        csv_file((*ANA_CELLS, "11223344"), (*BEN_CELLS, "11:22:33:44"), head=WITH_CARD),
        "row 3: card stands in the file twice (rows 2, 3)",
    ),
    "a card of another profile": Broken(card("94EBD28A"), "row 3: card:", ("--profile", "dec")),
    "a card of somebody else": Broken(card(CARD), "row 3: card belongs to Ana Silva"),
}
SHEET_ROWS = {
    "a formula": Broken(lambda: put("C2", "=A2"), "row 2: surname is a formula"),
    "a link": Broken(lambda: put("B3", '=HYPERLINK("x")'), "row 3: forename is a formula"),
    "a date as a form": Broken(lambda: put("D3", datetime(2026, 9, 7)), "row 3: form is a date"),
    "a truth as a name": Broken(lambda: put("C3", True), "row 3: surname is yes or no"),
    "a fraction": Broken(lambda: put("A3", 10.25), "row 3: admission is a number with a fraction"),
    "a division": Broken(lambda: put("D3", "#DIV/0!"), "row 3: form is #DIV/0!"),
    "a shortened text": Broken(lambda: put("A3", "1E+3"), "row 3: admission number 1E+3 was"),
    "a card of sixteen digits": Broken(
        lambda: xlsx((*ANA_CELLS, 2490285352123456), head=WITH_CARD),
        "row 2: card has more digits than a spreadsheet keeps",
    ),
}
WHOLE_ROLLS = {
    "most have left": Broken(csv_file(ANA_CELLS), "9 of 10 pupils would leave", ("--full",)),
    "zeros before a number on record": Broken(csv_file(("01001", "A", "B", "")), "1001 for 01001"),
    "rows of nobody": Broken(
        csv_file(ANA_CELLS, ("", "C", "D", "")),
        "1 faulty rows have no admission number",
        ("--full", "--skip-faulty"),
    ),
    "none is sound": Broken(
        csv_file(("1", "", "B", ""), ("", "C", "D", "")), "row 2: forename", ("--skip-faulty",)
    ),
    "a fixture cut in two": Broken((FILES / "bad-cut-off.csv").read_bytes(), "row 4: surname is"),
}
