"""Rosters out of text files: a whole file or nothing, with every fault told."""

import pickle
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from roster_fixtures import ANA_CELLS, BEN_CELLS, HEAD, TODAY, csv_file, raw, read, read_card

from kiosk.errors import BadInput
from kiosk.model import PersonKind
from kiosk.roster import Fault, RosterFile, RosterRow, read_roster, roster_rows
from kiosk.roster.columns import HEADINGS
from kiosk.roster.upn import check_letter, upn_fault

ROOT = Path(__file__).parent.parent
FILES = Path(__file__).parent / "fixtures" / "rosters"
ANAS_ROW = RosterRow("1001", "Ana", "Silva", "7A")
ZOE = RosterRow("7", "Zoë", "Núñez")
WITHOUT_FORM = "Adno,Forename,Surname"


def told(data: bytes) -> list[str]:
    """The faults of a file's rows."""
    return [str(fault) for fault in read(data).faults]


@pytest.mark.parametrize(
    "data",
    [
        b"Admission Number,Forename,Surname,Form\n1001,Ana,Silva,7A\n",
        b"\xef\xbb\xbfAdm No;Preferred Forename;Last Name;Reg Group\r\n1001;Ana;Silva;7A\r\n",
        b"surname\tform\tadmission no.\tfirst name\nSilva\t7A\t1001\tAna\n\n",
        b'"ADMISSION_NUMBER", "Known As", "Legal Surname", "Form Group"\r1001, "Ana", "Silva",7A',
        b"sep=;\r\nAdno;Forename;Surname;Tutor Group\r\n1001;Ana;Silva;7A\r\n",
        b"Summer report,,,\n,,,\nAdno,Forename,Surname,Class\n1001,Ana,Silva,7A\n",
        b"A list; of all\nAdno,Forename,Surname,Class\n1001,Ana,Silva,7A\n",
    ],
)
def test_the_usual_spellings_of_a_header_are_understood(data: bytes) -> None:
    assert read(data).rows == (ANAS_ROW,)


def test_a_row_is_counted_as_a_spreadsheet_does() -> None:
    file = read(raw("Report of today", "", WITHOUT_FORM, '1,"A', 'b",C', "", "2,,C"))

    assert [str(fault) for fault in file.faults] == [
        "row 4: forename holds a control character",
        "row 6: forename is empty",
    ]


def test_headings_in_two_rows_are_read_as_one() -> None:
    data = raw("Adno,Name,,Reg", ",Forename,Surname,", "1001,Ana,Silva,7A")

    assert read(data).rows == (ANAS_ROW,)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_file_keeps_its_accents_in_every_encoding_that_programs_write(encoding: str) -> None:
    assert read(f"{WITHOUT_FORM}\n7,Zoë,Núñez\n".encode(encoding)).rows == (ZOE,)


def test_letters_made_of_two_signs_are_composed_and_odd_spaces_are_plain() -> None:
    decomposed = "7,Zoe\u0308\u00a0,\u2003Nu\u0301n\u0303ez"

    assert read(raw(WITHOUT_FORM, decomposed)).rows == (ZOE,)


def test_names_of_any_script_and_shape_are_taken() -> None:
    names = ["O'Brien", "Núñez-Åström", "van der Berg", "李", "Ан", "ʻŌpūnui", "d’Arc", "Jr., Sam"]
    rows = [(str(n), "A", name, "7A") for n, name in enumerate(names, start=1)]

    assert [row.surname for row in read(csv_file(*rows)).rows] == names


def test_an_error_prints_nothing_that_a_terminal_would_obey() -> None:
    with pytest.raises(BadInput) as caught:
        read(b"\x1b[2J,x\n1,2\n")

    assert str(caught.value).isprintable()


def test_leading_zeros_of_an_admission_number_are_kept() -> None:
    rows = read(raw(WITHOUT_FORM, "0042,A,B", '"=""0043""",A,C', "'0044,A,D")).rows

    assert [row.admission for row in rows] == ["0042", "0043", "0044"]


def test_every_fault_is_told_by_row_and_column() -> None:
    file = read(raw(WITHOUT_FORM, "1,,B", "2,A,B", "2,C,D", "3,A\x07,B"))

    assert file.rows == ()
    with pytest.raises(BadInput) as caught:
        file.check()
    assert str(caught.value).splitlines() == [
        "nothing was imported:",
        "  row 2: forename is empty",
        "  row 3: admission number 2 stands in the file twice (rows 3, 4)",
        "  row 4: admission number 2 stands in the file twice (rows 3, 4)",
        "  row 5: forename holds a control character",
    ]
    assert [fault.column for fault in file.faults] == [
        "forename",
        "forename",
        "admission",
        "admission",
    ]


def test_two_hundred_faults_are_shown_and_the_rest_counted() -> None:
    with pytest.raises(BadInput) as caught:
        read(csv_file(*[(str(n), "", "B", "") for n in range(300)])).check()

    lines = str(caught.value).splitlines()
    assert (len(lines), lines[-1]) == (202, "  and 100 more")


def test_sound_rows_are_there_beside_faulty_ones_and_who_was_left_out_is_known() -> None:
    file = read(csv_file(ANA_CELLS, ("7", "", "X", ""), ("1E+3", "A", "B", ""), ("", "C", "D", "")))

    assert file.rows == (ANAS_ROW,)
    assert file.mentioned == {"7"}
    assert file.unnamed == 2
    with pytest.raises(BadInput, match="2 faulty rows have no admission number"):
        file.check_whole_roll()


def test_a_row_whose_cells_have_shifted_is_nobodys() -> None:
    file = read(raw(WITHOUT_FORM, "1,A,B,C", "2,A,B"))

    assert told_of(file) == ["row 2: has 4 cells, the first line 3"]
    assert (file.mentioned, file.unnamed) == (frozenset(), 1)


def told_of(file: RosterFile) -> list[str]:
    return [str(fault) for fault in file.faults]


def test_the_name_in_use_is_taken_and_the_legal_one_only_if_wanted() -> None:
    head = ("Adno", "Forename", "Preferred Forename", "Legal Surname", "Preferred Surname")
    data = csv_file(
        ("1", "Samantha", "Sam", "Ode", ""),
        ("2", "Ada", "", "Ray", "Rey"),
        ("3", "Cy", "Cy", "O", ""),
        head=head,
    )

    without, kept = read(data), read(data, keep_legal=True)
    assert [row.name for row in without.rows] == ["Sam Ode", "Ada Rey", "Cy O"]
    assert {row.legal_name for row in without.rows} == {""}
    assert "legal_name" not in without.fields
    assert [row.legal_name for row in kept.rows] == ["Samantha Ode", "Ada Ray", ""]
    assert "legal_name" in kept.fields


def test_a_list_speaks_of_what_it_has_columns_for_and_of_nothing_else() -> None:
    assert read(raw(WITHOUT_FORM, "1,A,B")).fields == {"admission", "forename", "surname"}
    head = "adno,forename,surname,Yr,NC Year,Card No,Leaving Date,UPN,Type,No Device,Date of Birth"
    assert read(raw(head, "1,A,B,,,,,,,,")).fields == {
        *("admission", "forename", "surname", "year", "card", "leaver", "upn", "no_device"),
    }


def test_a_card_column_is_left_alone_where_nobody_asked_for_cards() -> None:
    data = csv_file((*ANA_CELLS, "no number"), head=(*HEAD, "RFID"))

    file = read_roster(data, today=TODAY)
    assert (file.faults, file.rows[0].card) == ((), "")
    assert "card" not in file.fields


@pytest.mark.parametrize(
    ("cell", "year"),
    [
        ("Year 7", "7"),
        ("Yr 07", "7"),
        ("Y10", "10"),
        ("7", "7"),
        ("R", "R"),
        ("Reception", "Reception"),
    ],
)
def test_a_year_group_is_its_number(cell: str, year: str) -> None:
    data = csv_file((*ANA_CELLS, cell), head=(*HEAD, "Year Group"))

    assert read(data).rows[0].year == year


@pytest.mark.parametrize(
    ("heading", "cell", "leaver"),
    [
        ("Leaver", "Y", True),
        ("Leaver", "", False),
        ("Status", "Leaver", True),
        ("Enrolment Status", "Current - Single Registration", False),
        ("On Roll", "no", True),
        ("On Roll", "yes", False),
        ("On Roll", "", False),
        ("Leaving Date", "06/09/2026", True),
        ("Leaving Date", "2026-09-07", False),
        ("Leaving Date", "31 Aug 2026", True),
        ("Leaving Date", "", False),
    ],
)
def test_who_has_left_is_said_in_several_ways(heading: str, cell: str, leaver: bool) -> None:
    file = read(csv_file((*ANA_CELLS, cell), head=(*HEAD, heading)))

    assert file.rows[0].leaver is leaver
    assert "leaver" in file.fields


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("", PersonKind.PUPIL),
        ("Student", PersonKind.PUPIL),
        ("Teacher", PersonKind.STAFF),
        ("visitor", PersonKind.VISITOR),
    ],
)
def test_staff_and_visitors_can_be_in_it(cell: str, kind: PersonKind) -> None:
    assert read(csv_file((*ANA_CELLS, cell), head=(*HEAD, "Role"))).rows[0].kind is kind


@pytest.mark.parametrize("upn", ["A123456789012", "B801200005001", "M80120000500A"])
def test_a_upn_that_fits_its_check_letter_is_taken(upn: str) -> None:
    assert upn_fault(upn) == ""
    assert read(csv_file((*ANA_CELLS, f" {upn.lower()}"), head=(*HEAD, "UPN"))).rows[0].upn == upn


@given(st.integers(min_value=0, max_value=10**12 - 1), st.integers(1, 12), st.integers(1, 9))
def test_a_upn_with_one_digit_mistyped_is_refused(number: int, place: int, by: int) -> None:
    digits = f"{number:012}"
    upn = check_letter("A" + digits) + digits
    wrong = upn[:place] + str((int(upn[place]) + by) % 10) + upn[place + 1 :]

    assert upn_fault(upn) == ""
    assert "check letter" in upn_fault(wrong)


def test_no_fault_quotes_a_upn_or_the_number_of_a_card() -> None:
    head = (*HEAD, "UPN", "Card No")
    twice = [(str(n), "A", "B", "", "A123456789012", "946EBD28") for n in (1, 2)]
    bad = [("3", "A", "B", "", "B123456789012", "08A1B2C3D4"), ("4", "A", "B", "", "X1", "946EBD2")]

    lines = "\n".join(told(csv_file(*twice, *bad, head=head)))
    assert len(lines.splitlines()) == 7
    assert not any(secret in lines for secret in ("123456789012", "946EBD2", "A1B2", "X1"))


def test_a_card_number_says_what_the_profile_says() -> None:
    row = read(csv_file((*ANA_CELLS, "94:6e:bd:28"), head=(*HEAD, "Card No"))).rows[0]

    assert row.number == ("iso14443a", bytes.fromhex("946EBD28"))


def test_rows_of_text_are_the_rows_they_were_written_from() -> None:
    head = (*HEAD, "Year", "UPN", "Card", "Role", "No device", "Leaver")
    cells = [
        (*ANA_CELLS, "7", "A123456789012", "946EBD28", "staff", "yes", "no"),
        (*BEN_CELLS, *[""] * 6),
    ]
    file = read(csv_file(*cells, head=head))

    again = roster_rows([row.to_record() for row in file.rows], read_card=read_card)
    assert again == file.rows
    assert [(row.row, row.number) for row in again] == [(row.row, row.number) for row in file.rows]


def test_a_file_can_be_read_in_another_process() -> None:
    task = pickle.dumps(partial(read_roster, today=TODAY, read_card=read_card))
    file = pickle.loads(task)(csv_file(ANA_CELLS, ("2", "", "B", "")))

    assert pickle.loads(pickle.dumps(file)) == file
    assert file.faults == (Fault(3, "forename is empty", "forename"),)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_roster_or_a_clear_error(data: bytes) -> None:
    for head in (b"", b"adno,forename,surname\n"):
        rows: tuple[RosterRow, ...] = ()
        with suppress(BadInput):
            rows = read(head + data).rows

        assert all(row.admission and row.forename and row.surname for row in rows)


@given(st.lists(st.lists(st.text(max_size=8), min_size=3, max_size=3), min_size=1, max_size=8))
def test_every_row_is_taken_or_told(cells: list[list[str]]) -> None:
    file: RosterFile | None = None
    with suppress(BadInput):
        file = read(csv_file(*cells, head=HEAD[:3]))

    if file is not None:
        numbers = [row.row for row in file.rows] + [fault.row for fault in file.faults]
        blank = [n for n, row in enumerate(cells, start=2) if not "".join(row).strip()]
        assert {*numbers} | {*blank} >= {*range(2, len(cells) + 2)} or "\r" in repr(cells)


def test_five_thousand_rows_are_taken_and_one_more_is_not() -> None:
    rows = [(str(n), "A", "B", "7A") for n in range(5000)]

    assert len(read(csv_file(*rows)).rows) == 5000
    with pytest.raises(BadInput, match="at most 5000"):
        read(csv_file(*rows, ("5000", "A", "B", "7A")))


@pytest.mark.parametrize("path", sorted(FILES.glob("good-*")), ids=lambda path: path.name)
def test_the_exports_kept_as_samples_are_read(path: Path) -> None:
    file = read(path.read_bytes())

    assert [row.admission for row in file.rows] == ["0412", "0413", "0507"]
    assert [row.forename for row in file.rows] == ["Zoë", "Li", "Sam"]
    assert [row.form for row in file.rows] == ["7S", "7S", "8N"]


def test_the_example_is_read_and_so_is_every_heading_that_the_manual_names() -> None:
    example = read((ROOT / "examples" / "roster.csv").read_bytes())
    assert len(example.rows) == 8
    assert example.faults == ()
    manual = (ROOT / "docs" / "rosters.md").read_text(encoding="utf-8")
    table = manual.partition("## The columns")[2].partition("\n## ")[0]
    cells = [row.split("|")[2] for row in table.splitlines() if row.startswith("| ")][1:]
    names = [name.strip() for cell in cells for name in cell.split(",")]
    known = {spelling for spellings in HEADINGS.values() for spelling in spellings}
    assert len(names) > 30
    assert {"".join(c for c in name.casefold() if c.isalnum()) for name in names} <= known
