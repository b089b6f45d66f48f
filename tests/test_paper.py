"""What is printed: whole, on A4, the same bytes each time, in letters that names are written in."""

import hashlib
import io
import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import make_rules
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from kiosk import paper
from kiosk.charts import Chart, Series
from kiosk.lists.table import Cell, Column, Table
from kiosk.paper.head import Head
from kiosk.paper.papers import PAPERS, Papers
from kiosk.paper.tables import MOST_ROWS, shared, table_pdf
from kiosk.paper.words import words_pdf

AT = datetime(2026, 3, 2, 8, 45, tzinfo=UTC)
HEAD = Head(
    "Oak Lane School",
    "Uncollected",
    made="2 March 2026, 08:45",
    at=AT,
    when="As of 2026-03-02 08:45",
    notices=("No roll call.", "Shred it."),
)
COLUMNS = (Column("form", "Form"), Column("name", "Name"), Column("note", "Note"))
FONTS = Path(paper.__file__).parent / "fonts"
MANIFEST = tomllib.loads((FONTS / "MANIFEST.toml").read_text())["file"]


def printed(rows: Sequence[tuple[Cell, ...]], head: Head = HEAD, *charts: Chart) -> PdfReader:
    table = Table("uncollected", head.title, "", COLUMNS, tuple(rows), (("7A", 1), ("all", None)))
    return PdfReader(io.BytesIO(table_pdf(table, charts, head)))


def text(pdf: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in pdf.pages)


def test_a_table_has_the_schools_name_its_notices_and_the_time_on_it() -> None:
    words = text(printed([("7A", "Ana Silva", "not certain")]))
    for wanted in ("Oak Lane School", "Uncollected", "As of 2026-03-02 08:45", "No roll call.",
                   "Shred it.", "Ana Silva", "Made 2 March 2026, 08:45", "Page 1 of 1",
                   "7A: 1", "all: none"):  # fmt: skip
        assert wanted in words


def test_it_is_a4_and_says_what_it_is_in_which_language() -> None:
    pdf = printed([])
    box = pdf.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (595, 842)
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Uncollected, Oak Lane School"
    assert pdf.metadata.creation_date == AT
    assert pdf.trailer["/Root"]["/Lang"] == "en-GB"
    assert "Nothing to show." in text(pdf)


def test_every_page_has_the_headings_again_the_notices_and_its_number() -> None:
    pdf = printed([("7A", f"Pupil {n}", "") for n in range(120)])
    count = len(pdf.pages)
    assert count > 2
    for number, page in enumerate(pdf.pages, 1):
        words = page.extract_text()
        assert f"Page {number} of {count}" in words
        assert "Form Name Note" in words
        assert "No roll call. Shred it." in words


def test_names_are_printed_in_the_letters_they_are_written_in() -> None:
    names = ["Łucja Żółć", "Åsa Öberg", "Δήμητρα", "Даша", "Nguyễn Thị", "O’Neill"]
    words = text(printed([("7A", name, "") for name in names]))
    assert [name for name in names if name not in words] == []


def test_a_letter_that_the_fonts_lack_and_a_mark_that_turns_words_round_do_no_harm() -> None:
    words = text(printed([("7A", "\u202e王 Ana\r\n\x1b[2J", "")]))
    assert "Ana" in words
    assert "\u202e" not in words


def test_a_very_long_cell_is_wrapped_within_the_page() -> None:
    pdf = printed([("7A", "Ana", "word " * 120), ("7A", "x" * 300, "")])
    assert text(pdf).count("word") == 120
    assert text(pdf).count("x") == 300
    assert "Ana" in text(pdf)


def test_the_same_content_is_the_same_file_byte_for_byte() -> None:
    chart = Chart("Taken", "Day", ("a", "b"), "Cubbies", (Series("most", (1, 2)),))
    table = Table("t", "T", "", COLUMNS, (("7A", "Łucja", 3),))
    assert table_pdf(table, [chart], HEAD) == table_pdf(table, [chart], HEAD)


def test_a_chart_is_printed_with_its_title_labels_and_numbers() -> None:
    upright = Chart("Taken", "Day", ("Mon", "Tue"), "", (Series("most", (31, 27)),))
    lying = Chart("Types", "Type", ("used",), "", (Series("times", (9,)),), is_across=True)
    words = text(printed([], HEAD, upright, lying))
    assert {"Taken", "Mon", "Tue", "31", "27", "Types", "used", "9"} <= set(words.split())


def test_what_is_too_much_to_print_is_said_to_be_left_out() -> None:
    pdf = printed([("7A", "A", "")] * (MOST_ROWS + 3))
    assert "And 3 more, which are too many to print: take the CSV." in text(pdf)


def test_an_anchor_and_a_simulated_kiosk_are_told_on_the_sheet() -> None:
    head = Head("S", "T", "now", AT, anchor="17:abcd", is_simulated=True)
    words = text(printed([], head))
    assert "Anchor 17:abcd." in words
    assert words.count("Simulated: no real doors.") == 2
    assert "Anchor" not in text(printed([]))


@given(st.lists(st.floats(1, 500), min_size=1, max_size=8), st.floats(20, 300))
def test_columns_share_the_room_and_none_has_more_than_it_needs(
    widths: list[float], room: float
) -> None:
    given_widths = shared(widths, room)
    assert sum(given_widths) <= room + 1e-6
    assert all(have <= need + 1e-9 for have, need in zip(given_widths, widths, strict=True))
    if sum(widths) <= room:
        assert given_widths == pytest.approx(widths)
    small = [n for n, need in enumerate(widths) if need <= room / len(widths)]
    assert all(given_widths[n] == widths[n] for n in small)


# the school's papers


@pytest.mark.parametrize("name", PAPERS)
def test_each_paper_fits_on_one_sheet_with_the_schools_name_and_times(name: str) -> None:
    title, *blocks = Papers().blocks(name, "Oak Lane School", make_rules().timetable)
    head = Head("Oak Lane School", title.text, "2 March 2026, 08:45", AT)
    pdf = PdfReader(io.BytesIO(words_pdf(blocks, head, PAPERS[name].size)))
    assert len(pdf.pages) == 1
    assert "Oak Lane School" in text(pdf)
    assert "{" not in text(pdf)
    if name != "privacy":
        assert "08:20" in text(pdf)


# what others made


@pytest.mark.parametrize("file", MANIFEST, ids=lambda file: file["name"])
def test_a_font_and_its_licence_are_as_the_manifest_says(file: dict[str, str]) -> None:
    for key in ("", "licence_"):
        content = (FONTS / file[f"{key}file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file[f"{key}sha256"]


def test_no_font_is_there_that_the_manifest_does_not_name() -> None:
    named = {file[key] for file in MANIFEST for key in ("file", "licence_file")}
    assert {path.name for path in FONTS.iterdir()} == {*named, "MANIFEST.toml"}
