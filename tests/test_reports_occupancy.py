"""How full the cabinet was, and that it agrees with folding all there is."""

from collections.abc import Iterator
from datetime import time, timedelta

import pytest
from cabinet import ANA, BEN
from conftest import LONDON
from hypothesis import given
from hypothesis import strategies as st
from lists_fixtures import TOM, School
from reports_fixtures import LIVES, Lives, lived, look_at, rows, summary

from kiosk.custody import apply
from kiosk.reports import REPORTS, Days
from kiosk.state import State

STEP = timedelta(minutes=15)


@pytest.fixture
def school() -> School:
    return School()


def test_occupancy_tells_what_is_taken_at_the_end_of_each_quarter_and_at_most(
    school: School,
) -> None:
    for person in (ANA, BEN):
        school.give_in(person)
    school.clock.to(15, 15)
    for person in (ANA, BEN):
        school.fetch(person)
    school.give_in(TOM)
    school.clock.to(16, 0)

    found = {row["time"]: (row["taken"], row["most"]) for row in rows(look_at(school), "occupancy")}
    assert found["08:30"] == (0, 0)
    assert found["08:45"] == found["15:15"] == (2, 2)
    assert found["15:30"] == (1, 2)
    assert next(iter(found)) == "08:30"
    assert list(found)[-1] == "16:00"
    assert summary(look_at(school), "occupancy") == {
        "cubbies": 6, "most taken": 2, "first so by": "2026-03-02 08:45",
    }  # fmt: skip


def test_what_was_inside_before_counts_from_the_first_quarter_on(school: School) -> None:
    school.give_in(ANA)
    school.give_in(BEN)
    school.clock.to(15, 15, days=1)
    school.fetch(ANA)

    found = rows(look_at(school, 1), "occupancy")
    assert found[0] == {"day": "2026-03-03", "time": "08:30", "taken": 2, "most": 2}
    assert (found[-1]["taken"], found[-1]["most"]) == (1, 2)


def naive_steps(school: School, days: Days) -> Iterator[tuple[str, str, int, int]]:
    """Each step with a change in it or in which the kiosk was open, by folding all there is."""
    counts = []
    state = State()
    for event in school.events:
        state = apply(state, event)
        counts.append((event.now.at, len(state.in_cubby)))
    start = days.since
    while start < min(days.until, school.clock.at):
        before = [0, *(count for at, count in counts if at < start)]
        within = [count for at, count in counts if start <= at < start + STEP]
        taken = [*before[-1:], *within]
        local, end = start.astimezone(LONDON), (start + STEP).astimezone(LONDON)
        is_open = local.weekday() < 5 and time(8, 15) <= local.time() < time(16, 30)
        if is_open or len(set(taken)) > 1:
            yield f"{local:%Y-%m-%d}", f"{end:%H:%M}", taken[-1], max(taken)
        start += STEP


@given(LIVES, st.integers(0, 3))
def test_occupancy_agrees_with_counting_all_that_ever_happened(lives: Lives, first: int) -> None:
    school = lived(lives)
    past = look_at(school, first)

    assert list(REPORTS["occupancy"].make(past).rows) == list(naive_steps(school, past.days))


def test_a_clock_that_was_put_back_does_not_lose_an_event(school: School) -> None:
    school.clock.to(12, 0)
    school.give_in(ANA)
    school.clock.at -= timedelta(hours=2)
    school.give_in(BEN)
    school.clock.to(13, 0)

    assert rows(look_at(school), "occupancy")[-1]["taken"] == 2
