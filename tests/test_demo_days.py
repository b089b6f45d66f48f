"""Days of both example schools, played through the whole kiosk, and what the office was told:
counted by hand.

Who plays what follows from the rosters: the parts of ``kiosk.demo.cast`` go down the list. What is
expected here was reasoned from these lines, never copied from what the kiosk had said.

Hillside Primary, from Thursday 3 September 2026:
  4A  class box: Amina forgets on day 1; Callum is away on day 3 when the box is given back;
      Daisy and Edwin as usual; Freya has no phone
  5B  Arlo comes late on days 1 and 3; Bea by the late bus on day 2; Cormac forgets on days 2 and
      4; Dina has a pass on days 1 and 3, and is not back on day 3; Elias goes home early on day
      2; Fatou keeps hers; Gwen's is taken away on day 2
  6B  Hugo is held from day 3 until day 4; Ines leaves hers on days 1 and 5; Jonah is absent on
      days 3 and 4; Kezia brings none on day 4; Leo's door sticks on day 5; Maya and Niall as
      usual; Oona has no phone

River Lane, from Monday 7 September 2026; day 3 is a Wednesday, when year 11 leaves at noon:
  8 Willow  Adaeze late, Bram by bus, Carys forgets, Dev has the pass, Esme goes early, Finn keeps
  8 Oak     Greta's is taken away, Haris held, Isla leaves hers, Jakub absent, Kit none, Leila's
            door sticks
  11 Oak    Mo, Nell, Otis and Petra as usual; Quinn has no phone
"""

import json
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from kiosk.demo.school import read_school_of
from kiosk.demo.telling import week_json
from kiosk.demo.week import Played, PlayedDay, Week, play

EXAMPLES = Path(__file__).parent.parent / "examples"
FIRST = {"hillside-primary": date(2026, 9, 3), "river-lane": date(2026, 9, 7)}
SCHOOLS = pytest.mark.parametrize("name", FIRST)
DAYS = pytest.mark.parametrize("number", range(1, 6))


class Told(NamedTuple):
    """What the office is to be told on one day. Registers by form; lists by surname."""

    not_seen: str
    arrival: dict[str, str]
    noon_back: str
    noon_held: str
    overdue: str
    uncollected: str
    held: str
    closing: dict[str, str]
    handed_in: int
    collected: int
    most_taken: int


# A device that is stored counts as in; whoever has none, keeps it, is absent or excused is not
# expected. Handed in: what newly came in. Collected: what its owner took by card, so neither what
# the class was given back out of its box, nor what the office gave Leo. Taken cubbies: one for
# each device and one for the box; nobody leaves before the last has come.
HILLSIDE = (
    Told(
        "Bello, Finch",
        {
            "4A": "3 in, 1 not expected, 1 not seen",
            "5B": "5 in, 1 not expected, 1 not seen",
            "6B": "7 in, 1 not expected",
        },
        noon_back="Haddad",
        noon_held="",
        overdue="",
        uncollected="Carvalho",
        held="",
        closing={
            "4A": "3 collected, 1 not expected, 1 not seen",
            "5B": "6 collected, 1 not expected",
            "6B": "1 in, 6 collected, 1 not expected",
        },
        handed_in=3 + 6 + 7,
        collected=6 + 6,
        most_taken=1 + 6 + 7,
    ),
    Told(
        "Walsh",
        {
            "4A": "4 in, 1 not expected",
            "5B": "4 in, 2 not expected, 1 not seen",  # Bea's bus is known
            "6B": "7 in, 1 not expected",  # Ines's since yesterday
        },
        noon_back="",
        noon_held="Pritchard",
        overdue="",
        uncollected="",
        held="",
        closing={
            "4A": "4 collected, 1 not expected",
            "5B": "5 collected, 1 not expected, 1 not seen",
            "6B": "7 collected, 1 not expected",
        },
        handed_in=4 + 5 + 6,
        collected=5 + 7,
        most_taken=1 + 5 + 7,
    ),
    Told(
        "Finch",
        {
            "4A": "4 in, 1 not expected",
            "5B": "5 in, 1 not expected, 1 not seen",
            "6B": "6 in, 2 not expected",
        },
        noon_back="Haddad",
        noon_held="Almeida",
        overdue="Haddad",
        uncollected="Reid, Almeida",
        held="Almeida",
        closing={
            "4A": "1 in, 3 collected, 1 not expected",
            "5B": "6 collected, 1 not expected",
            "6B": "1 in, 5 collected, 2 not expected",
        },
        handed_in=4 + 6 + 6,
        collected=6 + 5,
        most_taken=1 + 6 + 6,
    ),
    Told(
        "Walsh",
        {
            "4A": "4 in, 1 not expected",
            "5B": "5 in, 1 not expected, 1 not seen",
            "6B": "5 in, 3 not expected",
        },
        noon_back="",
        noon_held="Almeida",
        overdue="",
        uncollected="",
        held="",
        closing={
            "4A": "4 collected, 1 not expected",
            "5B": "5 collected, 1 not expected, 1 not seen",
            "6B": "5 collected, 3 not expected",
        },
        handed_in=3 + 5 + 4,  # Callum's and Hugo's are there already
        collected=5 + 5,
        most_taken=1 + 5 + 5,
    ),
    Told(
        "",
        {
            "4A": "4 in, 1 not expected",
            "5B": "6 in, 1 not expected",
            "6B": "7 in, 1 not expected",
        },
        noon_back="",
        noon_held="",
        overdue="",
        uncollected="Carvalho",
        held="",
        closing={
            "4A": "4 collected, 1 not expected",
            "5B": "6 collected, 1 not expected",
            "6B": "1 in, 6 collected, 1 not expected",
        },
        handed_in=4 + 6 + 7,
        collected=6 + 5,
        most_taken=1 + 6 + 7,
    ),
)
RIVER_LANE = (
    Told(
        "Nwosu",
        {
            "8 Oak": "6 in",
            "8 Willow": "4 in, 1 not expected, 1 not seen",
            "11 Oak": "4 in, 1 not expected",
        },
        noon_back="Malhotra",
        noon_held="",
        overdue="",
        uncollected="Munro",
        held="",
        closing={
            "8 Oak": "1 in, 5 collected",
            "8 Willow": "5 collected, 1 not expected",
            "11 Oak": "4 collected, 1 not expected",
        },
        handed_in=6 + 5 + 4,
        collected=5 + 5 + 4,
        most_taken=15,
    ),
    Told(
        "Bevan",
        {
            "8 Oak": "6 in",
            "8 Willow": "3 in, 2 not expected, 1 not seen",
            "11 Oak": "4 in, 1 not expected",
        },
        noon_back="",
        noon_held="Sommer",
        overdue="",
        uncollected="",
        held="",
        closing={
            "8 Oak": "6 collected",
            "8 Willow": "4 collected, 1 not expected, 1 not seen",
            "11 Oak": "4 collected, 1 not expected",
        },
        handed_in=5 + 4 + 4,
        collected=6 + 4 + 4,
        most_taken=6 + 4 + 4,
    ),
    Told(
        "Nwosu",
        {
            "8 Oak": "5 in, 1 not expected",
            "8 Willow": "4 in, 1 not expected, 1 not seen",
            "11 Oak": "4 in, 1 not expected",
        },
        noon_back="Malhotra",
        noon_held="Begic",
        overdue="Malhotra",
        uncollected="Begic",
        held="Begic",
        closing={
            "8 Oak": "1 in, 4 collected, 1 not expected",
            "8 Willow": "5 collected, 1 not expected",
            "11 Oak": "4 collected, 1 not expected",
        },
        handed_in=5 + 5 + 4,
        collected=4 + 5 + 4,
        most_taken=14,
    ),
    Told(
        "Bevan",
        {
            "8 Oak": "4 in, 2 not expected",
            "8 Willow": "4 in, 1 not expected, 1 not seen",
            "11 Oak": "4 in, 1 not expected",
        },
        noon_back="",
        noon_held="Begic",
        overdue="",
        uncollected="",
        held="",
        closing={
            "8 Oak": "4 collected, 2 not expected",
            "8 Willow": "4 collected, 1 not expected, 1 not seen",
            "11 Oak": "4 collected, 1 not expected",
        },
        handed_in=3 + 4 + 4,
        collected=4 + 4 + 4,
        most_taken=4 + 4 + 4,
    ),
    Told(
        "",
        {
            "8 Oak": "6 in",
            "8 Willow": "5 in, 1 not expected",
            "11 Oak": "4 in, 1 not expected",
        },
        noon_back="",
        noon_held="",
        overdue="",
        uncollected="Munro",
        held="",
        closing={
            "8 Oak": "1 in, 5 collected",
            "8 Willow": "5 collected, 1 not expected",
            "11 Oak": "4 collected, 1 not expected",
        },
        handed_in=15,
        collected=4 + 5 + 4,  # neither Isla nor Leila
        most_taken=15,
    ),
)
EXPECTED = {"hillside-primary": HILLSIDE, "river-lane": RIVER_LANE}


def week_of(name: str, days: int = 5, seed: int | None = None) -> Week:
    school = read_school_of(
        EXAMPLES / f"{name}.toml", EXAMPLES / f"{name}.csv", Random(1), today=FIRST[name]
    )
    return Week(school, days, seed, FIRST[name])


def played(week: Week) -> dict[str, Any]:
    """All of it, as a program is told."""
    steps = list(play(week))
    days = [step for step in steps if isinstance(step, PlayedDay)]
    (end,) = (step for step in steps if isinstance(step, Played))
    return dict(json.loads(json.dumps(week_json(week, days, end))))


@cache
def five_days(name: str) -> dict[str, Any]:
    return played(week_of(name))


class Asked:
    """What the office was told on one day."""

    def __init__(self, name: str, number: int) -> None:
        self.day = five_days(name)["days"][number - 1]

    def table(self, when: str, name: str) -> dict[str, Any]:
        (asked,) = (each for each in self.day["asked"] if each["when"] == when)
        return next(table for table in asked["tables"] if table["name"] == name)

    def surnames(self, when: str, name: str) -> str:
        return ", ".join(row["name"].split()[-1] for row in self.table(when, name)["rows"])

    def forms(self, when: str) -> dict[str, str]:
        counts = dict(self.table(when, "register")["summary"])
        return {form: words for form, words in counts.items() if form != "all forms"}


@SCHOOLS
@DAYS
def test_lists_and_registers_are_those_counted_by_hand(name: str, number: int) -> None:
    asked, expected = Asked(name, number), EXPECTED[name][number - 1]

    assert asked.surnames("after arrival", "not-seen") == expected.not_seen
    assert asked.forms("after arrival") == expected.arrival
    assert asked.surnames("in the middle of the day", "expected-back") == expected.noon_back
    assert asked.surnames("in the middle of the day", "held") == expected.noon_held
    assert asked.surnames("in the afternoon", "overdue") == expected.overdue
    assert asked.surnames("after closing", "uncollected") == expected.uncollected
    assert asked.surnames("after closing", "held") == expected.held
    assert asked.forms("after closing") == expected.closing


@SCHOOLS
@DAYS
def test_the_days_figures_are_those_counted_by_hand(name: str, number: int) -> None:
    asked, expected = Asked(name, number), EXPECTED[name][number - 1]

    throughput = asked.table("after closing", "throughput")["summary"]
    assert (throughput["handed in"], throughput["collected"]) == (
        expected.handed_in,
        expected.collected,
    )
    assert asked.table("after closing", "occupancy")["summary"]["most taken"] == expected.most_taken


def test_who_is_on_a_placement_has_gone_by_the_afternoon() -> None:
    assert Asked("river-lane", 3).forms("in the afternoon")["11 Oak"] == (
        "4 collected, 1 not expected"
    )
    assert Asked("river-lane", 2).forms("in the afternoon")["11 Oak"] == "4 in, 1 not expected"


@SCHOOLS
def test_the_record_of_it_is_sound_and_one_door_stuck(name: str) -> None:
    all_days = five_days(name)

    assert all_days["record"]["findings"] == []
    figures = {table["name"]: table for table in all_days["figures"]}
    assert figures["faults"]["summary"] == {"faults": 1, "up now": 0}
    assert figures["exemptions"]["summary"]["made"] == 1
    assert figures["compliance"]["summary"]["school days"] == 5


@SCHOOLS
def test_everything_in_the_script_could_be_done(name: str) -> None:
    told = [line for day in five_days(name)["days"] for line in day["told"]]

    assert [line for line in told if "not done" in line or "nothing is kept" in line] == []


def test_a_hold_is_told_as_a_hold_and_no_more() -> None:
    (held,) = Asked("hillside-primary", 3).table("after closing", "held")["rows"]

    assert held["note"] == "Held: call the duty lead"
    told = [line for line in Asked("hillside-primary", 3).day["told"] if "Hugo" in line]
    assert told[-1].endswith('it says "Ask the office"')
