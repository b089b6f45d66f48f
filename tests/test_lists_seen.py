"""Who was not seen yet, by their device."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from cabinet import ANA, BEN
from lists_fixtures import CID, DEE, EVE, FAY, TOM, School

from kiosk.lists import Seen, register
from kiosk.messages.incidents import MarkNotExpected, NoteAbsences
from kiosk.state.arrangements import ExemptionEffect, ExemptionKind
from kiosk.state.incidents import Why
from kiosk.timetable import (
    Calendar,
    Level,
    Override,
    Participants,
    Session,
    Span,
    Target,
    Times,
    Timetable,
    When,
)


@pytest.fixture
def school() -> School:
    return School()


def test_not_seen_are_the_pupils_who_handed_nothing_in_by_form_and_surname(school: School) -> None:
    assert school.names("not-seen") == ["Cid", "Ana", "Eve", "Ben", "Dee", "Fay"]
    assert school.listing("not-seen").counts == (
        ("7A", 3), ("7B", 1), ("10C", 1), ("no form", 1), ("all forms", 6),
    )  # fmt: skip


def test_whoever_handed_in_is_out_or_collected_today_was_seen(school: School) -> None:
    for person in (ANA, BEN, CID):
        school.give_in(person)
    school.send_out(BEN)
    school.clock.to(15, 20)
    school.fetch(CID)

    assert school.names("not-seen") == ["Eve", "Dee", "Fay"]
    found = register(school.scene())
    assert [found[p.id] for p in (ANA, BEN, CID)] == [Seen.IN, Seen.OUT, Seen.COLLECTED]


def test_what_was_collected_yesterday_is_not_seen_today(school: School) -> None:
    school.give_in(ANA)
    school.clock.to(15, 20)
    school.fetch(ANA)
    school.clock.to(8, 30, days=1)

    assert "Ana" in school.names("not-seen")


def test_what_stayed_overnight_counts_as_in(school: School) -> None:
    school.give_in(ANA)
    school.clock.to(8, 30, days=1)

    assert "Ana" not in school.names("not-seen")


def test_what_was_handed_to_somebody_else_today_was_seen(school: School) -> None:
    school.give_in(ANA)
    school.hand_over(ANA)

    assert register(school.scene())[ANA.id] is Seen.COLLECTED
    assert "Ana" not in school.names("not-seen")


def test_nobody_is_missed_who_is_on_a_trip_since_yesterday(school: School) -> None:
    begins, ends = datetime(2026, 3, 2, 8), datetime(2026, 3, 4, 15)
    whole = Participants(forms=frozenset({"7A"}))
    trip = Session("coast", begins, begins, ends, ends + timedelta(hours=1), whole)
    timetable = replace(school.rules.timetable, sessions=(trip,))
    school.rules = replace(school.rules, timetable=timetable)
    assert school.names("not-seen")[0] == "Cid"  # they are to hand in before they leave
    school.clock.to(8, 30, days=1)

    assert school.names("not-seen") == ["Ben", "Dee", "Fay"]


def test_why_somebody_is_not_expected_is_not_told(school: School) -> None:
    school.change(replace(BEN, no_device=True), replace(CID, leaver=True))
    school.exempt(DEE)
    school.exempt(EVE, ExemptionEffect.KEEP, kind=ExemptionKind.MEDICAL)

    assert school.names("not-seen", absent={FAY.id}) == ["Ana"]
    found = register(school.scene(absent={FAY.id}))
    assert {found[p.id] for p in (BEN, DEE, EVE, FAY)} == {Seen.NOT_EXPECTED}
    assert CID.id not in found
    assert TOM.id not in found


def test_whoever_is_marked_or_absent_by_a_list_is_not_expected_today(school: School) -> None:
    today = date(2026, 3, 2)
    school.take(MarkNotExpected("lead", ANA.id, Why.LATE_BUS))
    school.take(MarkNotExpected("lead", BEN.id, Why.NONE_TODAY))
    school.take(NoteAbsences("console", {CID.id: (Span(today, today),)}))
    assert school.names("not-seen") == ["Eve", "Dee", "Fay"]
    school.clock.to(8, 30, days=1)
    assert len(school.names("not-seen")) == 6


def test_an_exemption_that_is_over_or_lets_one_only_take_it_out_is_none(school: School) -> None:
    school.exempt(DEE, begins=date(2026, 2, 1), ends=date(2026, 3, 1))
    school.exempt(EVE, ExemptionEffect.ALWAYS)

    assert {"Dee", "Eve"} <= set(school.names("not-seen"))


def test_nobody_is_missed_before_school_or_without_it(school: School) -> None:
    school.clock.to(8, 19)
    assert school.names("not-seen") == []
    school.clock.to(8, 20)
    assert len(school.names("not-seen")) == 6
    school.clock.to(10, 0, days=5)  # Saturday
    assert school.names("not-seen") == []


def test_nobody_is_missed_before_the_rule_holds(school: School) -> None:
    week = school.rules.timetable
    later = Calendar(policy_from=date(2026, 3, 3))
    school.rules = replace(school.rules, timetable=Timetable(week.zone, week.week, later))
    assert school.names("not-seen") == []
    school.clock.to(8, 30, days=1)
    assert len(school.names("not-seen")) == 6


def test_nobody_is_missed_before_their_own_day_begins(school: School) -> None:
    own = Override(
        Target(Level.PERSON, ANA.id), When(days=frozenset({0})), Times(time(11, 0)), "placement"
    )
    week = school.rules.timetable
    school.rules = replace(
        school.rules, timetable=Timetable(week.zone, week.week, overrides=(own,))
    )
    school.clock.to(10, 0)
    assert "Ana" not in school.names("not-seen")
    school.clock.to(11, 0)
    assert "Ana" in school.names("not-seen")


def test_whose_device_is_not_certain_was_seen(school: School) -> None:
    school.give_in(ANA)
    school.look_inside(ANA, None)

    assert register(school.scene())[ANA.id] is Seen.UNSURE
    assert "Ana" not in school.names("not-seen")
