"""Where the faults of a school file are, and a file to begin with."""

from dataclasses import replace
from pathlib import Path

import pytest
from conftest import make_rules
from hypothesis import given
from hypothesis import strategies as st

from kiosk.school.changing import first_file, with_its_line
from kiosk.school.school import check_school

TEXT = """# a comment
[calendar]
zone = "Mars"

[[week]]
days = ["mon"]
[[week]]
release = "x"

[roles.teacher]
also = ["fly"]
[texts]
full = "a"
"""


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        ("calendar.zone: no such zone", 3),
        ("week.0: is odd", 5),
        ("week.0.arrival: is missing", 5),
        ("week.1.release: write a time", 8),
        ("roles.teacher.also.0: no permission", 11),
        ("texts.full: too long", 13),
        ("this is no TOML: Expected '=' (at line 9, column 4)", 9),
    ],
)
def test_a_fault_is_told_with_its_line(fault: str, line: int) -> None:
    assert with_its_line(fault, TEXT) == f"Line {line}: {fault}"


@pytest.mark.parametrize("fault", ["week: is missing", "term Autumn: ends before", "", "a: b"])
def test_one_that_is_nowhere_to_be_found_is_told_without(fault: str) -> None:
    assert with_its_line(fault, "# nothing") == fault


@given(st.text(max_size=60), st.text(max_size=200))
def test_no_text_breaks_the_search(fault: str, text: str) -> None:
    assert with_its_line(fault, text).endswith(fault)


def test_the_file_to_begin_with_says_what_holds_and_nothing_else() -> None:
    rules = make_rules()
    timetable = check_school(first_file(rules), "it").timetable
    assert (timetable.week, timetable.zone) == (rules.timetable.week, rules.timetable.zone)
    assert not timetable.calendar.terms


def test_days_with_times_of_their_own_each_have_their_section() -> None:
    rules = make_rules()
    week = dict(rules.timetable.week)
    week.pop(4)
    text = first_file(replace(rules, timetable=replace(rules.timetable, week=week)))
    assert '["mon", "tue", "wed", "thu"]' in text


def test_every_example_of_it_that_is_commented_out_can_be_used() -> None:
    text = first_file(make_rules())
    used = text.replace("# [[", "[[").replace("# name", "name").replace("# half", "half")
    used = used.replace("# first", "first").replace("# last", "last").replace("# nation", "nation")
    assert check_school(used, "it").timetable.calendar.terms[0].name == "Autumn"
    assert (Path(__file__).parent.parent / "docs" / "school-file.md").exists()
