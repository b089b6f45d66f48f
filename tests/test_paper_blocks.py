"""The school's papers as it writes them: plain text with a few marks."""

from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest
from conftest import SCHOOL_DAY, make_rules
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import BadInput
from kiosk.paper.blocks import Block, Mark, blocks, filled, times
from kiosk.paper.papers import PAPERS, Papers
from kiosk.timetable import Day

TIMETABLE = make_rules().timetable
TEXT = """\
# Title
First line
second line.

## Part
- one
- two goes
  on here
Signed ____
"""


def test_marks_at_the_beginning_and_the_end_of_lines_say_what_they_are() -> None:
    assert blocks(TEXT) == (
        Block(Mark.TITLE, "Title"),
        Block(Mark.PARAGRAPH, "First line second line."),
        Block(Mark.HEADING, "Part"),
        Block(Mark.ITEM, "one"),
        Block(Mark.ITEM, "two goes on here"),
        Block(Mark.LINE, "Signed"),
    )


def test_an_empty_line_ends_a_paragraph_and_so_does_an_unindented_one_an_item() -> None:
    found = blocks("a\n\nb\n- c\nd")
    assert [(block.mark, block.text) for block in found] == [
        (Mark.PARAGRAPH, "a"),
        (Mark.PARAGRAPH, "b"),
        (Mark.ITEM, "c"),
        (Mark.PARAGRAPH, "d"),
    ]


@given(st.text())
def test_any_text_can_be_read_and_none_of_its_letters_is_lost(text: str) -> None:
    kept = "".join(block.text for block in blocks(text))
    assert {c for c in kept if c.isalnum()} == {c for c in text if c.isalnum()}
    assert kept.isprintable()


def test_places_are_filled_in_and_one_that_there_is_not_is_told() -> None:
    assert filled("At {school}.", {"school": "Oak"}, "x") == "At Oak."
    with pytest.raises(BadInput, match=r"own\.txt: there is no {scool}; there are {school}"):
        filled("{scool}", {"school": "Oak"}, "own.txt")


def test_days_with_the_same_times_are_told_together() -> None:
    assert times(TIMETABLE) == "- Monday to Friday: hand in from 08:20, collect from 15:10 to 16:30"
    friday = Day(time(8, 20), time(8, 50), time(14, 30), time(16, 0))
    week = {**dict.fromkeys(range(4), SCHOOL_DAY), 4: friday}
    assert times(replace(TIMETABLE, week=week)).splitlines() == [
        "- Monday to Thursday: hand in from 08:20, collect from 15:10 to 16:30",
        "- Friday: hand in from 08:20, collect from 14:30 to 16:00",
    ]


def test_a_school_without_a_week_has_no_times() -> None:
    assert times(replace(TIMETABLE, week={})) == ""


# papers


@pytest.mark.parametrize("name", PAPERS)
def test_ours_begin_with_a_title_and_have_every_place_filled(name: str) -> None:
    found = Papers().blocks(name, "Oak", TIMETABLE)
    assert found[0].mark is Mark.TITLE
    assert not [block for block in found if "{" in block.text]


def test_the_privacy_notice_says_how_long_things_are_kept() -> None:
    words = " ".join(b.text for b in Papers(None, 60, 1).blocks("privacy", "Oak", TIMETABLE))
    assert "60 days" in words
    assert "the school year, and one more." in words
    assert "the school year, and 4 more." in str(
        Papers(None, 60, 4).blocks("privacy", "Oak", TIMETABLE)
    )


def test_the_schools_own_takes_the_place_of_ours_and_the_others_stay(tmp_path: Path) -> None:
    (tmp_path / "notice.txt").write_text("# Ours at {school}\nWords.\n", encoding="utf-8")
    papers = Papers(tmp_path)
    assert papers.blocks("notice", "Oak", TIMETABLE)[0].text == "Ours at Oak"
    assert papers.blocks("staff", "Oak", TIMETABLE) == Papers().blocks("staff", "Oak", TIMETABLE)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"Words.\n", 'its first line is no title; begin it with "# "'),
        (b"", "its first line is no title"),
        (b"# A {b}", "there is no {b}; there are {school}, {times}, {taps_days}, {acts_years}"),
        (b"# \xff", "it is no UTF-8 text"),
        (b"# A\n" + b"a " * 30_000, "at most 50000 characters"),
    ],
    ids=["no title", "empty", "no such place", "no text", "too long"],
)
def test_one_that_cannot_be_used_says_why(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "notice.txt").write_bytes(content)
    with pytest.raises(BadInput, match=r"notice\.txt: ") as caught:
        Papers(tmp_path).blocks("notice", "Oak", TIMETABLE)
    assert words in str(caught.value)


def test_one_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "notice.txt").mkdir()
    with pytest.raises(BadInput, match=r"notice\.txt: Is a directory"):
        Papers(tmp_path).blocks("notice", "Oak", TIMETABLE)
