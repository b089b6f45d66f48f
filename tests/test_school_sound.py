"""The faults of a school file's shape and of its meaning are told in one go."""

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import ConfigError
from kiosk.model import Person, Roster
from kiosk.school.school import check_school
from kiosk.school.sound import sound_part

WEEK = """[[week]]
days = ["mon", "tue"]
arrival = "08:20"
locked = "08:50"
release = "15:10"
closed = "16:30"
"""
ROSTER = Roster({"p1": Person("p1", "1001", "Ana", "Silva", "7A", year="7")})
SHAPE = "[[overrides]]\ndate = 2026-03-02\nrelease = 5\n"  # line 7
NOBODY = '[[overrides]]\nperson = "9999"\ndate = 2026-03-03\nclosed = true\n'


def told(text: str) -> list[str]:
    with pytest.raises(ConfigError) as wrong:
        check_school(text, "a file", ROSTER)
    return wrong.value.faults


def test_a_fault_of_shape_hides_none_of_meaning_and_each_has_its_line() -> None:
    assert told(WEEK + SHAPE + NOBODY) == [
        'Line 9: overrides 1, release: write a time as "08:20"',
        'Line 11: overrides 2, person: nobody has the admission number "9999"',
    ]


@pytest.mark.parametrize(
    "misshapen",
    [
        "[calendar]\nzone = 'Mars'\n",
        "[[terms]]\nname = 'Autumn'\n",
        "[[exams]]\nname = 5\n",
        "[roles.teacher]\nalso = ['fly']\n",
        "[texts]\nfull = ''\n",
        "colours = 5\n",
        "[reasons]\nopen = []\n",
    ],
)
def test_whatever_is_misshapen_people_who_are_not_there_are_told_too(misshapen: str) -> None:
    words = told(misshapen + WEEK + NOBODY)
    assert len(words) > 1
    assert "nobody has the admission number" in words[-1]


def test_without_a_sound_calendar_nothing_is_said_of_what_would_follow_from_it() -> None:
    calendar = "[calendar]\nzone = 'Mars'\nweek_a_from = [2026-09-07]\ncount_holidays = false\n"
    (only,) = told(calendar + WEEK.replace("[[week]]", '[[week]]\nweek = "B"'))
    assert "no time zone" in only


def test_roles_that_cannot_be_read_leave_nobody_without_a_right() -> None:
    (only,) = told(WEEK + '[roles.admin]\nwithout = ["users"]\nalso = ["fly"]\n')
    assert only.startswith("Line 9: roles.admin.also 1: Input should be")


def test_texts_without_their_fault_are_looked_at_one_by_one() -> None:
    texts = "[texts]\nclosed = ''\nfull = 'far too many words for any child'\n"
    assert [fault.partition(": ")[2].partition(":")[0] for fault in told(WEEK + texts)] == [
        "texts.closed",
        "texts.full",
    ]


def test_an_entry_keeps_its_number_when_one_before_it_is_left_out() -> None:
    sound = sound_part({"exams": ["a", "b", "c"]}, [("exams", 0, "name")])
    assert sound.sections == {"exams": ["b", "c"]}
    assert sound.counted("exams 2, candidates: nobody") == "exams 3, candidates: nobody"
    assert sound.counted("terms A and B overlap") == "terms A and B overlap"


EXAMPLE = tomllib.loads(
    (Path(__file__).parent.parent / "examples" / "river-lane.toml").read_text(encoding="utf-8")
)


@given(st.data())
def test_no_mangled_file_breaks_the_check(data: st.DataObject) -> None:
    raw = copy.deepcopy(EXAMPLE)
    for _ in range(3):
        _mangle(raw, data)
    with pytest.raises(ConfigError):
        check_school(f"odd = 1\n{_toml(raw)}", "a file", ROSTER)


def _mangle(raw: Any, data: st.DataObject) -> None:
    keys = sorted(raw) if isinstance(raw, dict) else list(range(len(raw)))
    if not keys:
        return
    key = data.draw(st.sampled_from(keys))
    if isinstance(raw[key], dict | list) and data.draw(st.booleans()):
        _mangle(raw[key], data)
    else:
        raw[key] = data.draw(st.sampled_from([5, "x", [], {}, [5], {"a": 1}, True]))


def _toml(value: Any) -> str:
    """As TOML's inline tables, so that any shape can be written."""
    return "".join(f"{key} = {_inline(one)}\n" for key, one in value.items())


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_inline(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)
