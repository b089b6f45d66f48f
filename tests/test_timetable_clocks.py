"""The timetable on the nights when clocks change, at midnight, and on rare dates."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from conftest import LONDON

from kiosk.timetable import Day, Participants, Phase, Session, Timetable
from kiosk.timetable.instants import instant

NIGHT = Day(time(0, 30), time(1), time(1, 30), time(4))
NIGHTS = Timetable(LONDON, dict.fromkeys(range(7), NIGHT))


def utc(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def test_a_release_that_the_clocks_skip_comes_when_they_go_on() -> None:
    # 29 March 2026: after 00:59 GMT the wall reads 02:00.
    assert NIGHTS.phase(utc(3, 29, 0, 59)) is Phase.ARRIVAL
    assert NIGHTS.phase(utc(3, 29, 1)) is Phase.RELEASE
    assert NIGHTS.next_release(utc(3, 29, 0)) == utc(3, 29, 1)
    assert NIGHTS.next_change(utc(3, 29, 1)) == utc(3, 29, 3)


def test_a_release_that_the_clocks_show_twice_comes_once() -> None:
    # 25 October 2026: 01:30 is read at 00:30 and at 01:30 UTC; between, 01:00 is read again.
    release = NIGHTS.next_release(utc(10, 25, 0))

    assert release is not None
    assert release.astimezone(UTC) == utc(10, 25, 0, 30)
    assert NIGHTS.phase(utc(10, 25, 0, 29)) is Phase.LOCKED
    for minute in range(30, 240):
        assert NIGHTS.phase(utc(10, 25, 0) + timedelta(minutes=minute)) is Phase.RELEASE
    assert NIGHTS.phase(utc(10, 25, 4)) is Phase.CLOSED


def test_it_does_not_matter_in_which_zone_a_moment_is_said() -> None:
    again = datetime(2026, 10, 25, 1, 15, fold=1, tzinfo=LONDON)

    assert NIGHTS.phase(again) is NIGHTS.phase(again.astimezone(UTC)) is Phase.RELEASE
    assert NIGHTS.next_release(again) == NIGHTS.next_release(again.astimezone(UTC))
    assert NIGHTS.next_change(again.replace(fold=0)) == utc(10, 25, 0, 30).astimezone(LONDON)


@pytest.mark.parametrize(
    ("zone", "wall", "expected"),
    [
        # At midnight the clocks of Santiago go on to 01:00, and back to 23:00.
        ("America/Santiago", datetime(2026, 9, 6), utc(9, 6, 4)),
        ("America/Santiago", datetime(2026, 4, 4, 23, 30), utc(4, 5, 2, 30)),
        ("America/Santiago", datetime(2026, 4, 5), utc(4, 5, 4)),
        ("Australia/Lord_Howe", datetime(2026, 10, 4, 2, 15), utc(10, 3, 15, 30)),
        ("Europe/London", datetime(2026, 7, 1, 15, 10), utc(7, 1, 14, 10)),
    ],
)
def test_a_reading_of_the_wall_is_an_instant(zone: str, wall: datetime, expected: datetime) -> None:
    assert instant(ZoneInfo(zone), wall) == expected


def test_a_date_lasts_while_the_clock_shows_its_last_hour_again() -> None:
    zone = ZoneInfo("America/Santiago")
    late = Timetable(zone, {5: Day(time(8), time(9), time(22), time(23, 30))})

    assert late.phase(utc(4, 5, 2, 29)) is Phase.RELEASE
    assert late.phase(utc(4, 5, 2, 30)) is Phase.CLOSED
    assert late.phase(utc(4, 5, 3, 15)) is Phase.CLOSED  # the wall reads 23:15 once more


def test_a_phase_may_begin_at_midnight() -> None:
    timetable = Timetable(LONDON, {3: Day(time(0), time(1), time(2), time(23, 59))})

    assert timetable.phase(utc(12, 30, 23, 59)) is Phase.CLOSED
    assert timetable.phase(utc(12, 31, 0)) is Phase.ARRIVAL
    assert timetable.next_change(utc(12, 30, 12)) == utc(12, 31, 0)


def test_a_release_that_begins_at_midnight_is_found_and_belongs_to_the_new_date() -> None:
    session = Session(
        "new year",
        datetime(2027, 12, 31, 20),
        datetime(2027, 12, 31, 21),
        datetime(2028, 1, 1),
        datetime(2028, 1, 1, 1),
        Participants(everyone=True),
    )
    timetable = Timetable(LONDON, {}, sessions=(session,))

    assert timetable.next_release(utc(12, 31, 23, year=2027)) == utc(1, 1, 0, year=2028)
    assert timetable.release_of(date(2028, 1, 1)) == utc(1, 1, 0, year=2028)
    assert timetable.release_of(date(2027, 12, 31)) is None


def test_a_leap_day_is_a_day_like_others() -> None:
    timetable = Timetable(LONDON, {1: NIGHT})

    assert timetable.release_of(date(2028, 2, 29)) == utc(2, 29, 1, 30, year=2028)
    assert timetable.next_release(utc(2, 28, 12, year=2028)) == utc(2, 29, 1, 30, year=2028)


@pytest.mark.parametrize(
    ("at", "midnight"),
    [
        (datetime(2026, 3, 2, 0, 0, tzinfo=UTC), datetime(2026, 3, 3, 0, 0, tzinfo=UTC)),
        (datetime(2026, 3, 28, 12, 0, tzinfo=UTC), datetime(2026, 3, 29, 0, 0, tzinfo=UTC)),
        (datetime(2026, 3, 29, 12, 0, tzinfo=UTC), datetime(2026, 3, 29, 23, 0, tzinfo=UTC)),
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), datetime(2026, 7, 2, 23, 0, tzinfo=UTC)),
        (datetime(2026, 12, 31, 12, 0, tzinfo=UTC), datetime(2027, 1, 1, 0, 0, tzinfo=UTC)),
    ],
)
def test_a_day_is_over_at_midnight_on_the_wall(at: datetime, midnight: datetime) -> None:
    assert NIGHTS.midnight_after(at) == midnight
