"""The example schools: their files can be used as they are, and say what they mean to say."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kiosk.school.calendar import timetable_of
from kiosk.school.school import read_school
from kiosk.timetable import Phase, Timetable, Whose

EXAMPLES = Path(__file__).parent.parent / "examples"
LONDON = ZoneInfo("Europe/London")
SCHOOLS = sorted(EXAMPLES.glob("*.toml"))


def timetable(name: str) -> Timetable:
    file = EXAMPLES / f"{name}.toml"
    return timetable_of(read_school(file.read_text(encoding="utf-8"), file.name), lambda _: None)


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=LONDON)  # type: ignore[arg-type]


@pytest.mark.parametrize("file", SCHOOLS, ids=lambda file: file.stem)
def test_each_file_can_be_used_and_has_nothing_odd_in_it(file: Path) -> None:
    assert timetable(file.stem).remarks() == []


def test_before_the_policy_holds_nothing_is_kept_from_anybody() -> None:
    school = timetable("river-lane")
    assert school.phase(at(2026, 6, 30, 11)) is Phase.RELEASE
    assert school.phase(at(2026, 7, 1, 11)) is Phase.LOCKED


def test_a_placement_a_slower_form_and_an_early_end() -> None:
    school = timetable("river-lane")
    assert school.phase(at(2026, 9, 16, 12, 30), Whose("p", "11", "11 Oak")) is Phase.RELEASE
    assert school.phase(at(2026, 9, 16, 12, 30), Whose("q", "8", "8 Oak")) is Phase.LOCKED
    assert school.phase(at(2026, 9, 17, 14, 10), Whose("r", "8", "8 Willow")) is Phase.RELEASE
    assert school.phase(at(2026, 12, 18, 12, 45)) is Phase.RELEASE


@pytest.mark.parametrize(
    "day",
    [date(2026, 9, 2), date(2026, 10, 28), date(2026, 12, 25), date(2027, 3, 29), date(2026, 8, 3)],
    ids=["INSET", "half-term", "Christmas", "Easter Monday", "holiday"],
)
def test_days_without_school(day: date) -> None:
    assert not timetable("river-lane").is_school_day(day)


def test_a_disco_is_for_those_who_take_part() -> None:
    school = timetable("hillside-primary")
    during = at(2026, 12, 11, 19)
    assert school.phase(during, Whose("p", "6", "6B")) is not Phase.CLOSED
    assert school.phase(during, Whose("q", "5", "5B")) is Phase.CLOSED
    assert school.phase(at(2026, 12, 11, 20, 10), Whose("p", "6", "6B")) is Phase.RELEASE
