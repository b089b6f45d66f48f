"""Who plays what in the days of a demo, on which dates, and who is invented."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from random import Random

import pytest

from kiosk.demo.cast import PARTS, Deed, Part, Today, cues_of, deal
from kiosk.demo.invented import people_for
from kiosk.demo.school import read_school_of, school_days
from kiosk.demo.week import Week
from kiosk.errors import BadInput
from kiosk.model import Person
from kiosk.school.sections import make_school_calendar
from kiosk.timetable import Day

EXAMPLES = Path(__file__).parent.parent / "examples"


def week_of(name: str, first: date) -> Week:
    files = (EXAMPLES / f"{name}.toml", EXAMPLES / f"{name}.csv")
    return Week(read_school_of(*files, Random(1), today=first), 5, None, first)


def test_the_same_seed_is_the_same_in_another_process() -> None:
    files = [str(EXAMPLES / f"river-lane.{kind}") for kind in ("toml", "csv")]
    asked = ["--school", files[0], "--roster", files[1], "--fast", "--days", "1", "--seed", "7"]
    runs = [
        subprocess.run(
            [sys.executable, "-m", "kiosk", "demo", *asked, "--json"],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert json.loads(runs[0])["days"][0]["date"] == "2026-07-01"  # when the policy begins


def test_a_seed_deals_the_parts_by_lot_and_none_deals_them_down_the_roster() -> None:
    week = week_of("hillside-primary", date(2026, 9, 3))
    people = [person for person in week.school.pupils if person.form in ("5B", "6B")]

    dealt = [week.parts()[person.id] for person in people[: len(PARTS)]]
    assert dealt == list(PARTS)
    by_lot = replace(week, seed=3).parts()
    assert by_lot == replace(week, seed=3).parts() != week.parts()
    assert sorted(part.name for part in by_lot.values()) == sorted(
        part.name for part in week.parts().values()
    )


def test_days_are_school_days_and_there_are_only_so_many() -> None:
    week = week_of("river-lane", date(2026, 10, 23))

    assert [str(on) for on in replace(week, days=2).dates()][:2] == ["2026-10-23", "2026-11-02"]
    with pytest.raises(BadInput, match="has only 2 school days from 2027-03-24 on"):
        replace(week, first=date(2027, 3, 24), days=3).dates()


def test_a_school_without_terms_begins_today() -> None:
    school = read_school_of(None, EXAMPLES / "river-lane.csv", Random(1), today=date(2026, 9, 5))

    assert Week(school, 1, today=date(2026, 9, 5)).dates()[0] == date(2026, 9, 7)
    assert list(school_days(school.timetable)) == []


LONG = Day(time(8), time(9), time(15), time(16))
SHORT = Day(time(8), time(9), time(12), time(13))


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
@pytest.mark.parametrize("number", range(1, 7))
def test_what_needs_the_whole_day_is_not_played_by_who_leaves_at_noon(
    part: Part, number: int
) -> None:
    on, after = date(2026, 9, 7), date(2026, 9, 8)
    today = Today("p", number, on, after, SHORT, LONG, Random(1))

    deeds = {cue.deed for cue in cues_of(part, today)}
    assert not deeds & {Deed.PASS, Deed.GOING_HOME, Deed.CONFISCATE, Deed.HOLD, Deed.LIFT}
    whole = replace(today, own=LONG)
    assert all(cue.at.date() == today.on for cue in cues_of(part, whole))


def test_whom_the_rules_name_is_among_those_who_are_invented() -> None:
    week = [
        {
            "days": ["mon"],
            "arrival": "08:00",
            "locked": "09:00",
            "release": "15:00",
            "closed": "16:00",
        }
    ]
    calendar = make_school_calendar(
        {
            "week": week,
            "overrides": [
                {"person": "0815", "release": "12:00"},
                {"form": "3 Elm", "release": "14:00"},
                {"year": "11", "release": "14:00"},
            ],
        },
        "test",
    )
    rows = people_for(calendar)

    assert "0815" in {row.admission for row in rows}
    assert {(row.form, row.year) for row in rows} == {("3 Elm", "3"), ("11A", "11"), ("3A", "3")}
    assert len({row.name for row in rows}) == len(rows) == 24


def test_everybody_has_a_part_and_who_has_no_phone_plays_none() -> None:
    pupils = [Person(f"{n}", f"{n}", "A", "B", "7A", no_device=n == 0) for n in range(3)]

    parts = deal(pupils, [])
    assert [parts[person.id].name for person in pupils] == ["no device", "late", "late bus"]
    assert deal([], []) == {}
