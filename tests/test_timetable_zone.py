"""The zone of the machine itself is nothing to the school's time."""

import os
import pickle
import time as clock
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from conftest import LONDON, SCHOOL_DAY

from kiosk.events import Moment, Reason
from kiosk.policy.facts import Facts
from kiosk.policy.tap import decide_tap
from kiosk.state import Collection, Deposit
from kiosk.timetable import (
    Calendar,
    Day,
    Exam,
    Participants,
    Phase,
    ReleasedNow,
    Session,
    Timetable,
    Whose,
)
from kiosk.timetable.instants import instant

MON = datetime(2026, 3, 2)
ANA = Whose("ana", "9", "9A")
EXAM = Exam(
    "Maths", MON.replace(hour=10), MON.replace(hour=11), frozenset({"ana"}), frozenset({"ana"})
)
DISCO = Session(
    "disco",
    MON.replace(hour=18),
    MON.replace(hour=18, minute=30),
    MON.replace(hour=21),
    MON.replace(hour=22),
    Participants(everyone=True),
)
TABLE = Timetable(
    LONDON,
    dict.fromkeys(range(5), SCHOOL_DAY),
    Calendar(closed={}),
    sessions=(DISCO,),
    exams=(EXAM,),
)


@pytest.fixture(params=["UTC", "Pacific/Chatham", "America/St_Johns"])
def zone_of_the_machine(request: pytest.FixtureRequest) -> Iterator[str]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    clock.tzset()
    yield request.param
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    clock.tzset()


pytestmark = pytest.mark.usefixtures("zone_of_the_machine")


def at(hour: int, minute: int = 0) -> datetime:
    return MON.replace(hour=hour, minute=minute, tzinfo=LONDON).astimezone(UTC)


def test_phases_and_what_comes_next_are_the_schools() -> None:
    assert TABLE.phase(at(12)) is Phase.LOCKED
    assert TABLE.next_release(at(12)) == at(15, 10)
    assert str(TABLE.next_release(at(12))) == "2026-03-02 15:10:00+00:00"
    assert TABLE.next_release(at(22, 30)) == at(15, 10) + timedelta(days=1)
    assert TABLE.next_change(at(8, 30)) == at(8, 50)
    assert TABLE.has_session_left(at(19))
    assert not TABLE.has_session_left(at(21))
    assert TABLE.midnight_after(at(12)).isoformat() == "2026-03-03T00:00:00+00:00"


def test_times_are_told_on_the_schools_wall() -> None:
    release = TABLE.exam_release(at(9), "ana")
    assert release is not None
    assert release.isoformat() == "2026-03-02T11:00:00+00:00"
    assert TABLE.exam_release(at(9), "ben") is None
    assert TABLE.phase(at(11), ANA) is Phase.RELEASE


def test_what_runs_is_found_by_the_schools_clock() -> None:
    assert TABLE.sessions_running(at(18)) == (DISCO,)
    assert TABLE.sessions_running(at(22)) == ()
    assert TABLE.sessions_running(at(12) + timedelta(days=4)) == ()  # a day without any


def test_a_moment_is_told_in_utc_and_to_the_second_even_where_the_clocks_skip_it() -> None:
    assert str(instant(LONDON, MON.replace(hour=9))) == "2026-03-02 09:00:00+00:00"
    for minute in range(60):
        skipped = datetime(2026, 3, 29, 1, minute)
        assert str(instant(LONDON, skipped)) == "2026-03-29 01:00:00+00:00"


def test_the_first_release_of_a_date_is_told_on_the_schools_wall() -> None:
    assert str(TABLE.release_of(MON.date())) == "2026-03-02 15:10:00+00:00"
    overnight = Session(
        "camp",
        MON.replace(hour=18),
        MON.replace(hour=18, minute=30),
        MON.replace(day=3, hour=0),
        MON.replace(day=3, hour=7),
        Participants(everyone=True),
    )
    table = Timetable(LONDON, {}, sessions=(overnight,))
    assert str(table.release_of(date(2026, 3, 3))) == "2026-03-03 00:00:00+00:00"


def test_what_was_released_on_the_evening_before_is_over_at_midnight() -> None:
    said = (ReleasedNow(at(0) - timedelta(hours=1)),)
    assert TABLE.phase(at(0) - timedelta(minutes=30), None, said) is Phase.RELEASE
    assert TABLE.phase(at(0, 30), None, said) is Phase.CLOSED


def test_a_release_now_counts_from_its_own_moment_in_whatever_zone_it_was_said() -> None:
    said = (ReleasedNow(at(11).astimezone(LONDON)),)
    assert TABLE.phase(at(10, 59), None, said) is Phase.LOCKED
    assert TABLE.phase(at(11), None, said) is Phase.RELEASE


@pytest.mark.parametrize(("hours", "reason"), [(2, Reason.NOT_YET), (20, Reason.ALREADY_IN)])
def test_today_is_today_at_the_school(hours: int, reason: Reason) -> None:
    now = Moment(at(12), 100_000.0, "boot")
    then = replace(now, at=now.at - timedelta(hours=hours), mono=now.mono - hours * 3600)
    local = now.at.astimezone(LONDON)
    facts = Facts(now, local, Phase.LOCKED, deposit=Deposit(1, "p", 3, then))
    assert decide_tap(facts).reason is reason


def test_collected_today_is_today_at_the_school_in_summer_too() -> None:
    """At 23:30 UTC it is tomorrow already on the wall."""
    now = Moment(datetime(2026, 7, 6, 23, 40, tzinfo=UTC), 100_000.0, "boot")
    taken = replace(now, at=now.at - timedelta(minutes=50), mono=now.mono - 3000)
    facts = Facts(
        now, now.at.astimezone(LONDON), Phase.RELEASE, collection=Collection(5, taken), free=7
    )
    assert decide_tap(facts).reason is Reason.DEPOSIT


def test_a_timetable_is_the_same_after_its_way_to_another_process() -> None:
    again = pickle.loads(pickle.dumps(TABLE))
    assert again == TABLE
    assert (again.sessions, again.exams) == ((DISCO,), (EXAM,))
    assert again.phase(at(19)) is Phase.LOCKED
    assert again.day(date(2026, 3, 2)) == Day(time(8, 20), time(8, 50), time(15, 10), time(16, 30))
