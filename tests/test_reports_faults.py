"""What was wrong with the machine, how often and for how long."""

import pytest
from cabinet import ANA
from conftest import LONDON
from hypothesis import given
from hypothesis import strategies as st
from lists_fixtures import School, past_of
from reports_fixtures import LIVES, MONDAY, Lives, lived, look_at, rows, summary

from kiosk.custody import apply
from kiosk.events import Alert
from kiosk.messages.sensed import PartBack, PartLost
from kiosk.reports import Days
from kiosk.reports.faults import HARDWARE
from kiosk.state import State


@pytest.fixture
def school() -> School:
    return School()


def test_faults_tell_kind_place_times_and_minutes(school: School) -> None:
    for minutes in (3, 1):
        school.take(PartLost("locks", "main", "no answer"))
        school.clock.advance(minutes * 60)
        school.take(PartBack("locks", "main"))
        school.clock.advance(60)
    cubby = school.give_in(ANA)
    school.take(PartLost("reader"))
    school.clock.advance(30)

    assert [tuple(row.values()) for row in rows(look_at(school), "faults")] == [
        ("locks lost", None, "main", 2, 4.0, 3.0, ""),
        ("reader lost", None, "", 1, 0.5, 0.5, "up"),
    ]
    assert summary(look_at(school), "faults") == {"faults": 3, "up now": 1}
    assert cubby


def test_a_fault_that_began_earlier_or_is_up_still_counts_for_the_days_alone(
    school: School,
) -> None:
    school.take(PartLost("reader"))
    school.take(PartLost("locks", "main"))
    school.clock.to(1, 0, days=1)
    school.take(PartBack("reader"))
    school.clock.to(2, 0)

    found = {row["fault"]: row["minutes"] for row in rows(look_at(school, 1), "faults")}
    assert found == {"reader lost": 60.0, "locks lost": 120.0}
    monday = Days(MONDAY, MONDAY, LONDON)
    found = {
        row["fault"]: (row["times"], row["minutes"], row["now"])
        for row in rows(past_of(school.events, school, monday), "faults")
    }
    assert found == {"reader lost": (1, 930.0, ""), "locks lost": (1, 930.0, "up")}


def test_a_fault_that_is_up_again_keeps_its_earlier_times(school: School) -> None:
    school.take(PartLost("reader"))
    school.clock.advance(60)
    school.take(PartBack("reader"))
    school.take(PartLost("reader"))
    school.clock.advance(30)

    [row] = rows(look_at(school), "faults")
    assert (row["times"], row["minutes"], row["longest"], row["now"]) == (2, 1.5, 1.0, "up")


def test_an_end_that_is_told_twice_counts_once(school: School) -> None:
    school.take(PartLost("reader"))
    school.clock.advance(60)
    school.take(PartBack("reader"))
    school.events.append(school.events[-1])

    [row] = rows(look_at(school), "faults")
    assert (row["times"], row["minutes"]) == (1, 1.0)


def test_alerts_about_people_are_no_hardware_faults(school: School) -> None:
    school.give_in(ANA)
    school.send_out(ANA, minutes=5)
    school.clock.advance(600)
    school.tick()

    assert (Alert.OVERDUE, ANA.id) in school.standing.state.alerts
    assert rows(look_at(school), "faults") == []


@given(LIVES, st.integers(0, 2))
def test_faults_agree_with_what_was_up_each_minute(lives: Lives, first: int) -> None:
    school = lived(lives)
    past = look_at(school, first)
    found = rows(past, "faults")
    seconds = naive_seconds(school, past.days)

    told = {(r["fault"], r["cubby"], r["bank"]): r["minutes"] for r in found}
    assert told == {about: round(each / 60, 1) for about, each in seconds.items()}
    assert summary(past, "faults")["up now"] == len(
        [a for a in school.standing.state.alerts.values() if a.alert in HARDWARE]
    )


def naive_seconds(school: School, days: Days) -> dict[tuple[object, ...], float]:
    """How long each was up, by looking at the state between any two events."""
    seconds: dict[tuple[object, ...], float] = {}
    state = State()
    for event, later in zip(school.events, [*school.events[1:], None], strict=True):
        state = apply(state, event)
        begun = max(event.now.at, days.since)
        ended = min(later.now.at if later else school.clock.at, days.until)
        for raised in state.alerts.values():
            about = (raised.alert.replace("_", " "), raised.cubby, raised.bank or "")
            if raised.alert in HARDWARE and ended >= begun:
                seconds[about] = seconds.get(about, 0.0) + (ended - begun).total_seconds()
    return seconds
