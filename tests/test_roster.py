"""Rosters: a whole file or nothing, with every fault told."""

from contextlib import suppress

import pytest
from cabinet import ANA
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import BadInput
from kiosk.model import Person
from kiosk.roster import RosterRow, read_roster, roster_changes

ANAS_ROW = RosterRow("1001", "Ana", "Silva", "7A")


@pytest.mark.parametrize(
    "data",
    [
        b"Admission Number,Forename,Surname,Form\n1001,Ana,Silva,7A\n",
        b"\xef\xbb\xbfAdm No;Preferred Forename;Last Name;Reg Group\r\n1001;Ana;Silva;7A\r\n",
        b"surname\tform\tadmission no.\tfirst name\nSilva\t7A\t1001\tAna\n\n",
    ],
)
def test_the_usual_spellings_of_a_header_are_understood(data: bytes) -> None:
    assert read_roster(data) == (ANAS_ROW,)


def test_a_file_from_an_old_excel_keeps_its_accents() -> None:
    rows = read_roster("Adno,Forename,Surname\n7,Zoë,Núñez\n".encode("cp1252"))

    assert rows == (RosterRow("7", "Zoë", "Núñez", ""),)


def test_what_excel_calls_unicode_text_is_read() -> None:
    assert read_roster("Adno\tForename\tSurname\n7\tZoë\tÑ\n".encode("utf-16")) == (
        RosterRow("7", "Zoë", "Ñ", ""),
    )


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (b"1.00E+03,A,B", "row 2: admission number 1.00E+03 was shortened by a spreadsheet"),
        (b"1,A,B,C,D", "row 2: has 5 cells, the first line 3"),
    ],
)
def test_what_a_spreadsheet_does_to_a_row_is_told(row: bytes, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_roster(b"adno,forename,surname\n" + row + b"\n")

    assert words in str(caught.value)


def test_an_error_prints_nothing_that_a_terminal_would_obey() -> None:
    with pytest.raises(BadInput) as caught:
        read_roster(b"PK\x03\x04\x1b[2J,x\n1,2\n")

    assert str(caught.value).isprintable()


def test_leading_zeros_of_an_admission_number_are_kept() -> None:
    assert read_roster(b"adno,forename,surname\n0042,A,B\n")[0].admission == "0042"


def test_every_fault_is_told_by_row_and_column() -> None:
    with pytest.raises(BadInput) as caught:
        read_roster(b"adno,forename,surname\n1,,B\n2,A,B\n2,C,D\n3,A\x07,B\n")

    assert str(caught.value).splitlines() == [
        "nothing was imported:",
        "  row 2: forename is empty",
        "  row 4: admission number 2 stands in the file twice",
        "  row 5: forename holds a control character",
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"adno,forename,surname\n", "nobody in it"),
        (b"name,age\nAna,12\n", "missing: admission, forename, surname"),
        (b"PK\x03\x04\0\0", "no CSV file"),
        (b'adno,forename,surname\n1,"A,B\n', "no CSV file"),
        (b"adno,forename,surname\n" + b"1,A,B\n" * 5001, "at most 5000"),
    ],
)
def test_a_file_that_is_no_roster_is_told_so(data: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        read_roster(data)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_roster_or_a_clear_error(data: bytes) -> None:
    rows: tuple[RosterRow, ...] = ()
    with suppress(BadInput):
        rows = read_roster(b"adno,forename,surname\n" + data)

    assert all(row.admission and row.forename and row.surname for row in rows)


def test_people_are_matched_by_admission_number_and_nobody_is_removed() -> None:
    people = {ANA.id: ANA, "x": Person("x", "77", "Old", "Hand", "9C")}
    rows = [RosterRow("1001", "Ana", "Silva", "7B"), RosterRow("2", "Ben", "Lister", "7B")]

    change = roster_changes(rows, people, actor="office", new_id=lambda: "new")

    assert (change.added, change.changed) == (1, 1)
    assert change.people == (
        Person("new", "2", "Ben", "Lister", "7B"),
        Person(ANA.id, "1001", "Ana", "Silva", "7B"),
    )


def test_the_same_roster_again_changes_nothing() -> None:
    change = roster_changes([ANAS_ROW], {ANA.id: ANA}, actor="o", new_id=lambda: "new")

    assert (change.people, change.added, change.changed) == ((), 0, 0)
