"""Deposits and collections a minute, and how long openings took."""

import statistics
from collections import Counter

import pytest
from cabinet import ANA, ANAS_CARD, BEN
from conftest import LONDON
from hypothesis import given
from hypothesis import strategies as st
from lists_fixtures import School
from reports_fixtures import LIVES, Lives, lived, look_at, rows, summary

from kiosk.events import Event, EventType
from kiosk.reports.spread import LONGEST_S, Spread

T = EventType


@pytest.fixture
def school() -> School:
    return School()


def test_throughput_counts_by_the_minute_and_times_each_opening(school: School) -> None:
    for person in (ANA, BEN):
        school.give_in(person)  # 4 s before each tap; then 1 s until it is open, 2 s until shut
    school.clock.to(15, 15)
    school.fetch(ANA)

    past = look_at(school)
    assert [tuple(row.values()) for row in rows(past, "throughput")] == [
        ("2026-03-02", "08:30", "arrival", 2, 0),
        ("2026-03-02", "15:15", "release", 0, 1),
    ]
    assert summary(past, "throughput") == {
        "handed in": 2,
        "handed in, most in a minute": 2,
        "collected": 1,
        "collected, most in a minute": 1,
        "handing in, seconds from tap to door open": 1.0,
        "handing in, seconds from tap to door shut": 3.0,
        "collecting, seconds from tap to door open": 1.0,
        "collecting, seconds from tap to door shut": 3.0,
    }


def test_opening_again_and_bringing_back_are_no_deposits(school: School) -> None:
    school.give_in(ANA)
    school.give_in(ANA)  # within the grace
    school.send_out(ANA)
    school.give_in(ANA)

    assert len([e for e in school.events if e.type is T.DEPOSITED]) == 3
    assert summary(look_at(school), "throughput")["handed in"] == 1


def test_a_door_that_opens_at_the_second_pulse_is_timed_from_the_tap(school: School) -> None:
    cubby = school.tap(ANAS_CARD).cubby
    assert cubby
    school.tick(5.1)
    school.open(cubby)

    assert (
        summary(look_at(school), "throughput")["handing in, seconds from tap to door open"] == 6.1
    )


def test_an_opening_that_a_restart_cut_off_is_not_timed(school: School) -> None:
    cubby = school.tap(ANAS_CARD).cubby
    assert cubby
    school.power_cut({})
    school.tap(ANAS_CARD)
    school.open(cubby)

    assert (
        summary(look_at(school), "throughput")["handing in, seconds from tap to door open"] is None
    )


@given(LIVES, st.integers(0, 2))
def test_throughput_agrees_with_plain_counts(lives: Lives, first: int) -> None:
    school = lived(lives)
    past = look_at(school, first)
    within = [event for event in school.events if event.now.at in past.days]
    new = [e for e in within if e.type is T.DEPOSITED and e.cause == e.deposit]
    gone = [e for e in within if e.type is T.COLLECTED]
    minutes = Counter(f"{e.now.at.astimezone(LONDON):%Y-%m-%d %H:%M}" for e in new)
    found, told = rows(past, "throughput"), summary(past, "throughput")

    assert {f"{r['day']} {r['minute']}": r["deposits"] for r in found if r["deposits"]} == minutes
    assert told["handed in"] == sum(int(str(row["deposits"])) for row in found) == len(new)
    assert told["collected"] == sum(int(str(row["collections"])) for row in found) == len(gone)
    assert told["handed in, most in a minute"] == max(minutes.values(), default=0)
    assert told["handing in, seconds from tap to door open"] == naive_median(within)


def naive_median(events: list[Event]) -> float | None:
    """Of openings by card for handing in, by going through the events for each."""
    times = []
    for opened in (e for e in events if e.type is T.DOOR_OPENED and e.cause):
        pulse = next(
            (e for e in events if e.type is T.PULSE_STARTED and e.cause == opened.cause), None
        )
        tap = next((e for e in events if e.seq == opened.cause and e.type is T.TAPPED), None)
        if tap and pulse and pulse.data["purpose"] == "deposit":
            times.append(round(opened.now.since(tap.now).total_seconds(), 1))
    return statistics.median(times) if times else None


@given(st.lists(st.floats(0, LONGEST_S), min_size=1))
def test_a_median_is_that_of_the_durations_to_the_tenth(durations: list[float]) -> None:
    spread = Spread()
    for seconds in durations:
        spread.add(seconds)

    assert spread.median() == pytest.approx(
        statistics.median(round(d * 10) / 10 for d in durations)
    )


def test_a_duration_beyond_all_others_takes_no_more_memory() -> None:
    spread = Spread()
    spread.add(1e9)

    assert spread.median() == LONGEST_S
    assert Spread().median() is None
