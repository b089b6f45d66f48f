"""The school's week."""

from datetime import UTC, datetime, time

import pytest
from conftest import LONDON, SCHOOL_DAY
from hypothesis import given
from hypothesis import strategies as st

from kiosk.timetable import Day, Phase, Timetable

WEEK = Timetable(LONDON, dict.fromkeys(range(5), SCHOOL_DAY))


def wall(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("at", "phase"),
    [
        (wall(2, 0), Phase.CLOSED),
        (wall(2, 8, 19), Phase.CLOSED),
        (wall(2, 8, 20), Phase.ARRIVAL),
        (wall(2, 8, 49), Phase.ARRIVAL),
        (wall(2, 8, 50), Phase.LOCKED),
        (wall(2, 15, 9), Phase.LOCKED),
        (wall(2, 15, 10), Phase.RELEASE),
        (wall(2, 16, 30), Phase.CLOSED),
        (wall(7, 12), Phase.CLOSED),  # a Saturday
    ],
)
def test_a_change_belongs_to_the_phase_it_begins(at: datetime, phase: Phase) -> None:
    assert WEEK.phase(at.astimezone(UTC)) is phase


@pytest.mark.parametrize("day", [27, 30])  # the Friday before the clocks go on, the Monday after
def test_release_is_at_the_same_reading_of_the_wall_clock_on_both_sides_of_a_change(
    day: int,
) -> None:
    release = WEEK.next_release(wall(day, 9).astimezone(UTC))

    assert release == wall(day, 15, 10)
    assert release is not None
    assert release.astimezone(UTC).hour == (15 if day == 27 else 14)


def test_after_fridays_release_the_next_is_on_monday() -> None:
    assert WEEK.next_release(wall(6, 15, 10)) == wall(9, 15, 10)


def test_a_week_without_school_has_no_release() -> None:
    assert Timetable(LONDON, {}).next_release(wall(2, 9)) is None


def test_the_next_change_is_told_from_any_phase() -> None:
    assert WEEK.next_change(wall(2, 8, 20)) == wall(2, 8, 50)
    assert WEEK.next_change(wall(2, 16, 30)) == wall(3, 8, 20)


def test_a_day_whose_changes_do_not_follow_one_another_is_not_ordered() -> None:
    assert not Day(time(8), time(8), time(15), time(16)).is_ordered()
    assert SCHOOL_DAY.is_ordered()


@given(st.datetimes(datetime(2025, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC)))
def test_the_next_release_is_ahead_and_begins_a_release(at: datetime) -> None:
    release = WEEK.next_release(at)

    assert release is not None
    assert release > at
    assert WEEK.phase(release) is Phase.RELEASE
