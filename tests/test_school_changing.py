"""A school file to begin with."""

from dataclasses import replace
from pathlib import Path

from conftest import make_rules

from kiosk.school.changing import first_file
from kiosk.school.school import check_school


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
