"""What is kept for how long: every type in one series, every segment to its own age."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cabinet import ANA
from journal_disk import MoodyDisk
from record_fixtures import AtOnce, Recorded, verified

from kiosk.events import EventType
from kiosk.retention import (
    Retention,
    SegmentRow,
    Series,
    expired,
    series_in,
    series_of,
    series_with,
)
from kiosk.store import Query
from kiosk.timetable import Term
from kiosk.timetable.years import first_month
from kiosk.upkeep import Upkeep

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
MARKS = {
    EventType.ROTATED,
    EventType.SEGMENT_DROPPED,
    EventType.PERSON_ERASED,
    EventType.BACKUP_MADE,
    EventType.STORE_FAILED,
    EventType.STORE_RECOVERED,
    EventType.RECORD_REPAIRED,
    EventType.RECORD_RESTORED,
}


def row(series: Series, age: timedelta, first: int = 1) -> SegmentRow:
    """A segment whose newest event is that old."""
    newest = (NOW - age).isoformat(timespec="milliseconds")
    return SegmentRow(series, first, first + 9, 10, 4000, "ab" * 32, newest, newest)


@pytest.mark.parametrize("type", EventType)
def test_every_type_is_of_one_series(type: EventType) -> None:
    assert series_of(type) in Series
    assert (series_of(type) is Series.MARKS) == (type in MARKS)


def test_what_pupils_and_doors_do_goes_with_the_taps_and_what_staff_do_with_the_acts() -> None:
    taps = (EventType.TAPPED, EventType.DOOR_OPENED, EventType.COLLECTED, EventType.CARRIED_FORWARD)
    acts = (EventType.OVERRIDDEN, EventType.SIGNED_IN, EventType.ROSTER_IMPORTED)

    assert {series_of(type) for type in taps} == {Series.TAPS}
    assert {series_of(type) for type in acts} == {Series.ACTS}


def test_the_marks_are_kept_for_good() -> None:
    assert Series.MARKS not in Retention().ages
    assert expired([row(Series.MARKS, timedelta(days=40_000))], Retention(), NOW) == []


@pytest.mark.parametrize(("series", "days"), [(Series.TAPS, 90), (Series.VISITORS, 30)])
def test_a_segment_is_past_its_age_when_its_newest_event_is(series: Series, days: int) -> None:
    age, moment = timedelta(days=days), timedelta(milliseconds=1)

    assert expired([row(series, age - moment)], Retention(), NOW) == []
    assert expired([row(series, age)], Retention(), NOW) == []
    old = row(series, age + moment)
    assert expired([old], Retention(), NOW) == [old]


def test_one_young_event_keeps_its_whole_segment() -> None:
    young = row(Series.TAPS, timedelta(days=1))
    mixed = replace(young, oldest=row(Series.TAPS, timedelta(days=400)).oldest)

    assert expired([mixed], Retention(), NOW) == []


def act(on: str) -> SegmentRow:
    """A segment of acts, the last of them at noon of that day."""
    at = f"{on}T12:00:00.000+00:00"
    return SegmentRow(Series.ACTS, 1, 9, 9, 4000, "ab" * 32, at, at)


@pytest.mark.parametrize(
    ("happened", "last_kept"),
    [
        ("2025-09-01", "2027-08-31"),
        ("2026-03-02", "2027-08-31"),
        ("2026-08-31", "2027-08-31"),
        ("2026-09-01", "2028-08-31"),
        ("2024-02-29", "2025-08-31"),
    ],
)
def test_an_act_is_kept_until_the_school_year_after_its_own_is_over(
    happened: str, last_kept: str
) -> None:
    evening = datetime.fromisoformat(f"{last_kept}T23:59:59+01:00")

    assert expired([act(happened)], Retention(), evening) == []
    assert expired([act(happened)], Retention(), evening + timedelta(seconds=1)) != []
    years = Retention(years={Series.ACTS: 0})
    assert expired([act(happened)], years, evening.replace(year=evening.year - 1)) == []


def test_a_school_year_begins_with_the_month_of_the_autumn_term() -> None:
    def term(first: date) -> Term:
        return Term("a term", first, first + timedelta(days=60))

    english = [term(date(2026, 9, 3)), term(date(2027, 1, 5)), term(date(2027, 4, 12))]
    scottish = [term(date(2026, 8, 18)), term(date(2027, 1, 6))]
    assert (first_month(english), first_month(scottish)) == (9, 8)
    assert first_month([]) == first_month(english[1:]) == 9
    in_august = act("2026-08-20")
    on = datetime(2027, 9, 1, tzinfo=UTC)
    assert expired([in_august], Retention(), on, 9) == [in_august]
    assert expired([in_august], Retention(), on, 8) == []


def test_on_which_day_it_was_is_said_by_the_clock_on_the_wall() -> None:
    at = "2026-08-31T23:30:00.000+00:00"  # the first of September in London
    row = replace(act("2026-08-31"), newest=at)
    on = datetime(2027, 9, 1, 9, tzinfo=ZoneInfo("Europe/London"))

    assert expired([row], Retention(), on) == []


def test_what_visitors_do_is_in_a_series_of_its_own() -> None:
    for type in EventType:
        own = series_in(type, "v1", {"v1"})
        assert own is (Series.MARKS if type in MARKS else Series.VISITORS)
        assert series_in(type, "a1", {"v1"}) is series_in(type, None, {"v1"}) is series_of(type)
        assert {own, series_of(type)} <= series_with({type})
    assert series_with(()) == set(Series)


def test_what_was_dropped_is_not_dropped_again() -> None:
    old = row(Series.TAPS, timedelta(days=91))

    assert expired([old.dropped()], Retention(), NOW) == []
    assert replace(old.dropped(), is_dropped=False) == old


def test_each_series_has_its_own_age() -> None:
    rows = [row(series, timedelta(days=days)) for series in Series for days in (3, 100, 800)]
    retention = Retention({Series.ACTS: timedelta(days=2)})

    assert expired(rows, retention, NOW) == [r for r in rows if r.series is Series.ACTS]
    ages = [(r.series, (NOW - datetime.fromisoformat(r.newest)).days) for r in rows]
    past = {(Series.ACTS, 800), *product((Series.TAPS, Series.VISITORS), (100, 800))}
    assert expired(rows, Retention(), NOW) == [
        r for r, a in zip(rows, ages, strict=True) if a in past
    ]
    assert expired(rows, Retention({}, {}), NOW) == []


def test_the_zone_of_the_asking_clock_does_not_matter() -> None:
    old = row(Series.TAPS, timedelta(days=90, minutes=1))
    assert expired([old], Retention(), NOW.astimezone(ZoneInfo("Asia/Tokyo"))) == [old]


def test_no_two_segments_have_a_key_or_a_file_name_in_common() -> None:
    rows = [
        row(series, timedelta(), first)
        for series, first in product(Series, [*range(1, 40), 10**12, 10**12 + 1])
    ]

    assert len({row.key for row in rows}) == len({row.file_name for row in rows}) == len(rows)
    assert all(row.key.isdecimal() for row in rows)


def test_a_file_is_named_by_series_number_and_content_and_so_it_stays() -> None:
    one = row(Series.TAPS, timedelta(), 4711)

    assert one.file_name == "taps-000000004711-abababab.segment"
    assert (one.dropped().file_name, one.dropped().key) == (one.file_name, one.key)
    assert replace(one, sha256="cd" * 32).file_name != one.file_name


# a whole kiosk that forgets


def forgetful(kiosk: Recorded) -> Upkeep:
    """Its upkeep, by which taps are past their age after twenty hours."""
    retention = Retention({Series.TAPS: timedelta(hours=20)})
    background: Any = AtOnce()
    return Upkeep(kiosk.core, kiosk.clock.monotonic, retention=retention, background=background)


def rounds(kiosk: Recorded) -> None:
    for _ in range(3):
        kiosk.upkeep.round()


def count(kiosk: Recorded, type: EventType) -> int:
    return len(list(kiosk.core.history.oldest_first(Query(types=(type,)))))


@pytest.fixture
def aged(tmp_path: Path, disk: MoodyDisk) -> Recorded:
    """Two days of history, the first past its age at noon of the second."""
    kiosk = Recorded(tmp_path, system=disk).furnish()
    kiosk.upkeep = forgetful(kiosk)
    kiosk.clock.to(15, 20)
    kiosk.hand_in()
    kiosk.clock.to(8, 30, days=1)
    rounds(kiosk)
    return kiosk


def test_it_looks_for_what_is_past_its_age_once_a_day(aged: Recorded) -> None:
    assert count(aged, EventType.SEGMENT_DROPPED) == 0
    aged.clock.to(12)
    rounds(aged)
    assert count(aged, EventType.SEGMENT_DROPPED) == 0

    aged.clock.to(8, 30, days=1)
    rounds(aged)
    assert count(aged, EventType.SEGMENT_DROPPED) == 1
    rounds(aged)
    assert count(aged, EventType.SEGMENT_DROPPED) == 1


def test_a_new_process_looks_at_once(aged: Recorded) -> None:
    aged.clock.to(12)
    aged.upkeep = forgetful(aged)
    rounds(aged)

    assert count(aged, EventType.SEGMENT_DROPPED) == 1


def test_no_segment_is_removed_before_it_is_on_record_that_it_is(
    aged: Recorded, disk: MoodyDisk
) -> None:
    aged.clock.to(8, 30, days=1)
    disk.worn_out()
    rounds(aged)
    assert aged.core.store_fault
    aged.store.close()  # the power goes; what is in memory alone is lost

    assert verified(aged.folder).findings == []


def test_a_device_that_is_never_collected_is_known_from_what_is_left(tmp_path: Path) -> None:
    kiosk = Recorded(tmp_path).furnish()
    kiosk.hand_in()
    for _ in range(6):
        kiosk.clock.to(8, 30, days=50)
        rounds(kiosk)

    carried = list(kiosk.core.history.oldest_first(Query(types=(EventType.CARRIED_FORWARD,))))
    assert {event.person for event in carried} == {ANA.id}
