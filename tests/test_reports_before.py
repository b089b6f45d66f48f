"""How things stood before a span of events follows from the events and what is so now."""

from dataclasses import replace
from datetime import timedelta
from itertools import takewhile

import pytest
from cabinet import ANA, BEN
from hypothesis import given
from hypothesis import strategies as st
from lists_fixtures import CARDS, CID, School
from reports_fixtures import LIVES, MONDAY, Lives, carry_on, days_of, lived, look_at

from kiosk.custody import apply, fold
from kiosk.events import Event, EventType, Reason
from kiosk.lists.seen import Scene, Seen, is_here, register
from kiosk.messages.arrangements import ApproveExemption, EndExemption, GrantExemption
from kiosk.messages.commands import SaveUser
from kiosk.messages.incidents import CorrectUse
from kiosk.model import User
from kiosk.reports.before import FOLDED, state_at, state_before
from kiosk.state import Place, State
from kiosk.state.arrangements import Exemption, ExemptionEffect, ExemptionKind

T = EventType


@pytest.fixture
def school() -> School:
    return School()


@given(LIVES, st.integers(0, 3))
def test_how_things_stood_follows_from_what_came_after(lives: Lives, first: int) -> None:
    school = lived(lives)
    since = days_of(school, first).since
    after = [event for event in school.events if event.now.at >= since]
    really = fold(event for event in school.events if event.now.at < since)

    def granted(number: int) -> Event:
        return school.events[number - 1]

    folded = [event for event in after if event.type in FOLDED]
    before = state_before(folded, school.standing.state, granted)

    assert kept(before) == kept(really)
    assert before.in_cubby == really.in_cubby
    assert dict(before.exemptions) == dict(really.exemptions)


def kept(state: State) -> dict[int, tuple[str, int | None, bool]]:
    return {d.id: (d.person, d.cubby, d.place is Place.OUT) for d in state.deposits.values()}


@given(LIVES, st.integers(0, 24 * 60))
def test_who_was_not_seen_by_an_earlier_time_of_the_day_is_told_as_it_was_then(
    lives: Lives, minute: int
) -> None:
    school = lived(lives)
    past = school.past()
    at = min(past.days.since + timedelta(minutes=minute), school.clock.at)
    really = fold(takewhile(lambda event: event.now.at <= at, school.events))
    # that somebody was marked or absent is as known now
    really = really._replace(casebook=school.standing.state.casebook)

    def not_seen(state: State) -> set[str]:
        standing = school.standing._replace(state=state)
        found = register(Scene(school.rules, standing, replace(school.clock.now(), at=at)))
        return {person for person, seen in found.items() if seen is Seen.NOT_SEEN}

    assert not_seen(state_at(past, at)) == not_seen(really)


@given(LIVES)
def test_nothing_that_reports_leave_out_moves_a_device(lives: Lives) -> None:
    school = lived(lives)
    state = State()
    for event in school.events:
        after = apply(state, event)
        if event.type not in FOLDED:
            assert after.deposits == state.deposits
            assert after.exemptions == state.exemptions
        state = after


def test_an_arrangement_whose_making_is_not_kept_any_more_is_left_out(school: School) -> None:
    number = school.exempt(ANA)
    school.take(EndExemption("lead", number))
    ended = school.events[-1]

    assert not state_before([ended], school.standing.state, lambda _: None).exemptions
    before = state_before([ended], school.standing.state, lambda n: school.events[n - 1])
    assert list(before.exemptions) == [number]


def before_tuesday(school: School) -> State:
    """How things stood at the beginning of the second day, by what came after."""
    folded = [e for e in look_at(school, 1).events(FOLDED)]
    return state_before(folded, school.standing.state, lambda n: school.events[n - 1])


def test_what_was_out_overnight_is_told_by_its_being_brought_back_or_let_go(
    school: School,
) -> None:
    for person in (ANA, BEN, CID):
        school.give_in(person)
    for person in (ANA, BEN):
        school.send_out(person)
    school.clock.to(9, 0, days=1)
    school.give_in(ANA)
    school.clock.to(15, 20)
    assert school.tap(CARDS[BEN.id]).reason is Reason.OUT_AT_RELEASE
    school.fetch(CID)

    before = before_tuesday(school)
    places = {d.person: d.place for d in before.deposits.values()}
    assert places == {ANA.id: Place.OUT, BEN.id: Place.OUT, CID.id: Place.CUBBY}


def test_what_was_in_the_office_and_what_was_missing_are_told_apart(school: School) -> None:
    for person in (ANA, BEN, CID):
        school.give_in(person)
    school.take_in(ANA)
    school.take_in(CID)
    school.look_inside(BEN, Reason.EMPTY)
    school.clock.to(9, 0, days=1)
    school.hand_over(ANA)
    school.take_in(BEN)
    carry_on(school, CID)

    before = before_tuesday(school)
    here = {d.person: is_here(d) for d in before.deposits.values()}
    assert here == {ANA.id: True, BEN.id: False, CID.id: True}


def test_a_device_that_was_out_and_is_said_again_was_out(school: School) -> None:
    school.give_in(ANA)
    school.send_out(ANA)
    school.clock.to(9, 0, days=1)
    carry_on(school, ANA)
    school.give_in(ANA)

    [before] = before_tuesday(school).deposits.values()
    assert before.place is Place.OUT


def test_what_was_collected_before_was_not_there_though_it_is_missing_since(
    school: School,
) -> None:
    school.give_in(ANA)
    school.clock.to(15, 20)
    school.fetch(ANA)
    collected = school.events[-2]
    assert collected.type is T.COLLECTED
    tap = collected.cause or 0
    school.clock.to(9, 0, days=1)
    school.take(CorrectUse("lead", tap, ANA.id, BEN.id, collected.deposit, collected.seq))

    assert school.standing.state.deposit_of(ANA.id) is not None
    assert not before_tuesday(school).deposits


def test_an_arrangement_that_was_approved_since_was_not_before(school: School) -> None:
    school.take(SaveUser("console", User("duty", "Duty", "$argon2id$", ("teacher",))))
    on = MONDAY + timedelta(days=1)
    asked = Exemption(0, BEN.id, ExemptionKind.MEDICAL, ExemptionEffect.KEEP, on)
    school.take(GrantExemption("duty", asked))
    school.clock.to(9, 0, days=1)
    school.take(ApproveExemption("lead", school.events[-1].seq))

    [before] = before_tuesday(school).exemptions.values()
    assert not before.is_approved
