"""Reports: days, arrangements, the register, and what holds for all of them."""

import gc
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from cabinet import ANA, BEN
from conftest import LONDON
from hypothesis import given
from lists_fixtures import CARDS, CID, DEE, School, past_of
from reports_fixtures import LIVES, MONDAY, Lives, lived, look_at, rows, summary

from kiosk.events import Event, EventType, Moment
from kiosk.messages.arrangements import (
    ApproveExemption,
    EndExemption,
    GrantExemption,
    SignExemption,
)
from kiosk.messages.commands import SaveUser
from kiosk.model import User
from kiosk.reports import REPORTS, Days
from kiosk.state.arrangements import Exemption, ExemptionEffect, ExemptionKind

T = EventType


@pytest.fixture
def school() -> School:
    return School()


# days


def test_days_are_those_of_the_wall_in_winter_and_summer() -> None:
    days = Days(date(2026, 3, 29), date(2026, 3, 29), LONDON)  # the clocks go on

    assert days.until - days.since == timedelta(hours=23)
    assert [days.since in days, days.until in days] == [True, False]
    assert str(days) == "2026-03-29"


# arrangements


def test_arrangements_are_told_with_whose_and_by_whom_and_never_the_need(school: School) -> None:
    school.take(SaveUser("console", User("duty", "Duty", "$argon2id$", ("teacher",))))
    today = school.clock.at.date()
    asked = Exemption(0, BEN.id, ExemptionKind.MEDICAL, ExemptionEffect.KEEP, today)
    school.take(GrantExemption("duty", asked))
    school.take(GrantExemption("duty", Exemption(0, CID.id, asked.kind, asked.effect, today)))
    first = min(school.standing.state.exemptions)
    school.take(ApproveExemption("lead", first))
    school.take(SignExemption("lead", first, today, "Eva Lister"))
    number = school.exempt(ANA, kind=ExemptionKind.ADJUSTMENT)
    school.take(EndExemption("lead", number))

    past = look_at(school)
    found = rows(past, "exemptions")
    assert {row.pop("when") for row in found} == {"2026-03-02 08:30"}
    assert [tuple(row.values()) for row in found] == [
        ("Arrangement made", first, "7B", "Ben Lister", "user:duty", ""),
        ("Arrangement made", first + 1, "7A", "Cid Moore", "user:duty", ""),
        ("Arrangement approved", first, "7B", "Ben Lister", "user:lead", ""),
        ("Arrangement agreed in writing", first, "7B", "Ben Lister", "user:lead", "2026-03-02"),
        ("Arrangement made, and approved", number, "7A", "Ana Silva", "user:lead", ""),
        ("Arrangement ended", number, "7A", "Ana Silva", "user:lead", ""),
    ]  # fmt: skip
    assert summary(past, "exemptions") == {
        "made": 3, "approved": 2, "ended": 1, "wait for approval now": 1,
    }  # fmt: skip
    told = repr(REPORTS["exemptions"].make(past))
    assert not [kind for kind in ExemptionKind if kind in told]
    assert not [effect for effect in ExemptionEffect if effect in told]


def test_arrangements_of_other_days_are_not_told(school: School) -> None:
    school.exempt(ANA)
    school.clock.to(9, 0, days=1)
    school.exempt(BEN)

    monday = Days(MONDAY, MONDAY, LONDON)
    found = rows(past_of(school.events, school, monday), "exemptions")
    assert [row["name"] for row in found] == ["Ana Silva"]


# the register


def test_the_register_has_every_pupil_by_form_and_what_is_known_of_their_device(
    school: School,
) -> None:
    for person in (ANA, BEN, CID):
        school.give_in(person)
    school.exempt(DEE)
    school.hold(ANA)
    school.send_out(BEN)

    past = look_at(school)
    assert [tuple(row.values()) for row in rows(past, "register")] == [
        ("7A", "Cid Moore", "in"),
        ("7A", "Ana Silva", "in"),
        ("7A", "Eve Silva", "not seen"),
        ("7B", "Ben Lister", "out"),
        ("10C", "Dee Abara", "not expected"),
        ("", "Fay Noon", "not seen"),
    ]
    assert summary(past, "register") == {
        "7A": "2 in, 1 not seen",
        "7B": "1 out",
        "10C": "1 not expected",
        "no form": "1 not seen",
        "all forms": "2 in, 1 out, 1 not expected, 2 not seen",
    }
    assert "No attendance record." in REPORTS["register"].make(past).notices


@given(LIVES)
def test_every_pupil_is_one_thing_in_the_register(lives: Lives) -> None:
    school = lived(lives)
    found = rows(look_at(school), "register")

    assert len(found) == 6
    not_seen = [row["name"] for row in found if row["device"] == "not seen"]
    assert not_seen == [row["name"] for row in school.table("not-seen").to_json()["rows"]]


# all of them


@given(LIVES)
def test_a_report_of_days_that_are_over_stays_as_it_was(lives: Lives) -> None:
    school = lived(lives)
    today = school.clock.at.astimezone(LONDON).date()
    days = Days(date(2026, 3, 2), today - timedelta(days=1), LONDON)
    before = {name: figures(school, name, days) for name in ("occupancy", "throughput")}
    for person in (ANA, BEN, CID):
        school.clock.advance(300)
        school.tap(CARDS[person.id])
        school.tick(20)

    assert {name: figures(school, name, days) for name in before} == before


def figures(school: School, name: str, days: Days) -> object:
    return REPORTS[name].make(past_of(school.events, school, days)).rows


def test_an_empty_past_has_no_figures(school: School) -> None:
    school.events.clear()
    for name, report in REPORTS.items():
        if name != "register":
            assert all(row[2] == 0 for row in report.make(look_at(school)).rows), name


def synthetic(school: School, days: int) -> Iterator[Event]:
    """Made one by one: each day one device comes and goes, its door and the reader with it."""
    seq = school.standing.state.seq
    for day in range(days):
        for hour in (9, 16):
            now = Moment(datetime(2026, 3, 2, hour, tzinfo=UTC) + timedelta(days=day), 0.0, "b")
            tap = seq + 1
            about: dict[str, object] = {"person": ANA.id, "cubby": 1}
            deposit = tap if hour == 9 else tap - 6
            moved = T.DEPOSITED if hour == 9 else T.COLLECTED
            purpose = {"purpose": "deposit" if hour == 9 else "collect", "attempt": 1}
            for type, more in (
                (T.TAPPED, {"granted": True}),
                (T.PULSE_STARTED, {"cause": tap, "data": purpose}),
                (T.DOOR_OPENED, {"cause": tap}),
                (moved, {"cause": tap, "deposit": deposit}),
                (T.DOOR_CLOSED, {"cause": tap}),
                (T.ALERT_RAISED, {"data": {"alert": "reader_lost"}}),
            ):
                seq += 1
                yield Event(type, seq, now, f"person:{ANA.id}", **about, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["occupancy", "throughput", "compliance", "faults"])
def test_a_report_never_has_more_than_a_few_events_in_memory(school: School, name: str) -> None:
    alive: list[int] = []

    def events(types: Collection[EventType]) -> Iterator[Event]:
        for number, event in enumerate(synthetic(school, 200)):
            if number % 400 == 399:
                alive.append(sum(type(one) is Event for one in gc.get_objects()) - before)
            if event.type in types:
                yield event

    school.clock.to(17, 0, days=200)
    days = Days(MONDAY, MONDAY + timedelta(days=200), LONDON)
    past = replace(look_at(school), days=days, events=events)
    gc.collect()
    before = sum(type(one) is Event for one in gc.get_objects())
    table = REPORTS[name].make(past)

    assert table.rows
    assert len(alive) >= 5
    assert max(alive) < 20
