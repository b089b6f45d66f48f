"""What of the record each role may be shown."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.events import Event, EventType, Moment, Reason
from kiosk.policy.disclosure import SHOWN_TO, as_seen
from kiosk.policy.roles import CONSOLE_PERMISSIONS, ROLES, Permission

NOW = Moment(datetime(2026, 3, 2, 9, 0, tzinfo=UTC), 10.0, "boot")
EVERYTHING = frozenset(Permission)
APPROVERS = {"headteacher", "dsl"}
OTHERS = [role for role in ROLES if role not in APPROVERS]


def event(type: EventType, **fields: Any) -> Event:
    return Event(type, 7, NOW, **{"person": "p1", **fields})


def tap(reason: Reason, row: str) -> Event:
    return event(EventType.TAPPED, granted=True, reason=reason, cubby=3, data={"row": row})


def grant(kind: str, effect: str, **more: Any) -> Event:
    data = {"kind": kind, "effect": effect, "begins": "2026-03-02", **more}
    return event(EventType.EXEMPTION_GRANTED, note="words", data=data)


OF_THE_ROSTER = (EventType.SIGNS_ADAPTED, EventType.PERSON_NOTED)


@pytest.mark.parametrize("type", [t for t in SHOWN_TO if t not in OF_THE_ROSTER])
def test_an_incident_or_a_search_leaves_no_line_for_who_may_not_know(type: EventType) -> None:
    noted = event(type, data={"kind": "used"})
    for role in ("reception", "teacher", "technician", "admin"):
        assert as_seen(noted, ROLES[role]) is None
    assert as_seen(noted, CONSOLE_PERMISSIONS) is None
    is_leads = type is EventType.PERSON_EXPORTED
    assert (as_seen(noted, ROLES["pastoral"]) == noted) is not is_leads
    assert as_seen(noted, ROLES["headteacher"]) == as_seen(noted, ROLES["dsl"]) == noted


@pytest.mark.parametrize("type", OF_THE_ROSTER)
def test_what_is_adapted_or_agreed_is_for_those_who_keep_the_roster(type: EventType) -> None:
    adapted = event(type)
    told = {role for role, may_see in ROLES.items() if as_seen(adapted, may_see)}
    assert told == {"reception", "headteacher", "admin"}


def test_a_withdrawn_incident_leaves_no_line_and_another_correction_does() -> None:
    withdrawn = event(EventType.CORRECTION_MADE, cause=3, data={"what": "withdrawn"})
    damaged = event(EventType.CORRECTION_MADE, data={"what": "damaged"})
    assert as_seen(withdrawn, ROLES["reception"]) is None
    assert as_seen(withdrawn, ROLES["pastoral"]) == withdrawn
    assert as_seen(damaged, ROLES["reception"]) == damaged


@pytest.mark.parametrize("role", OTHERS)
def test_medical_access_reads_like_any_arrangement(role: str) -> None:
    medical, arranged = tap(Reason.MEDICAL_ACCESS, "2"), tap(Reason.OUT, "14")
    assert as_seen(medical, ROLES[role]) == as_seen(arranged, ROLES[role]) == arranged


@pytest.mark.parametrize("role", OTHERS)
def test_collecting_by_medical_access_reads_like_any_collecting(role: str) -> None:
    ordinary = tap(Reason.COLLECT, "17")
    assert as_seen(tap(Reason.COLLECT, "2"), ROLES[role]) == ordinary


@pytest.mark.parametrize("role", OTHERS)
def test_no_arrangement_says_what_it_is_or_why(role: str) -> None:
    medical = grant("medical", "access", windows=[["12:00", "12:30"]])
    other = grant("other", "early")
    told = as_seen(medical, ROLES[role])
    assert told == as_seen(other, ROLES[role])
    assert told is not None
    assert told.data == {"begins": "2026-03-02"}
    assert told.note is None


@pytest.mark.parametrize("role", sorted(APPROVERS))
def test_whoever_approves_arrangements_sees_them_whole(role: str) -> None:
    granted = grant("medical", "access", windows=[["12:00", "12:30"]])
    assert as_seen(granted, ROLES[role]) == granted
    medical = tap(Reason.MEDICAL_ACCESS, "2")
    assert as_seen(medical, ROLES[role]) == medical


def test_a_hold_does_not_say_that_there_is_a_need() -> None:
    hold = event(EventType.HOLD_PLACED, cubby=3, deposit=1, note="n", data={"kind": "office"})
    meeting = replace(hold, data={**hold.data, "need_met": True})
    for role in OTHERS:
        assert as_seen(meeting, ROLES[role]) == hold
    assert as_seen(meeting, ROLES["dsl"]) == meeting


def test_why_a_door_was_opened_is_for_those_who_open_doors() -> None:
    opened = event(EventType.OVERRIDDEN, granted=True, cubby=3, reason=Reason.MEDICAL, note="n")
    told = as_seen(opened, ROLES["technician"])
    assert told == as_seen(replace(opened, reason=Reason.OTHER, note=None), ROLES["technician"])
    assert as_seen(opened, ROLES["teacher"]) == opened


def test_why_somebody_is_not_expected_is_for_those_who_say_so() -> None:
    marks = [
        event(EventType.NOT_EXPECTED, data={"on": "2026-03-02", "why": why})
        for why in ("none_today", "late_bus")
    ]
    assert as_seen(marks[0], ROLES["teacher"]) == as_seen(marks[1], ROLES["teacher"])
    assert [as_seen(mark, ROLES["reception"]) for mark in marks] == marks


def test_an_absence_list_names_nobody_to_who_keeps_none() -> None:
    noted = event(EventType.ABSENCES_NOTED, person=None, data={"absent": {"p1": []}})
    told = as_seen(noted, ROLES["teacher"])
    assert told is not None
    assert "absent" not in told.data


EVENTS = st.builds(
    event,
    st.sampled_from(EventType),
    reason=st.sampled_from([None, *Reason]),
    granted=st.sampled_from([None, True, False]),
    cubby=st.sampled_from([None, 3]),
    data=st.dictionaries(
        st.sampled_from(["row", "kind", "effect", "need_met", "why", "what", "absent", "windows"]),
        st.sampled_from(["2", "14", "medical", "withdrawn", True]),
    ),
)


@given(EVENTS)
def test_whoever_may_do_everything_sees_every_event_as_it_is(one: Event) -> None:
    assert as_seen(one, EVERYTHING) == one


@given(EVENTS, st.sets(st.sampled_from(Permission)), st.sets(st.sampled_from(Permission)))
def test_more_rights_never_show_less(
    one: Event, few: set[Permission], more: set[Permission]
) -> None:
    if as_seen(one, frozenset(few)) is not None:
        assert as_seen(one, frozenset(few | more)) is not None


@given(EVENTS, st.sets(st.sampled_from(Permission)))
def test_what_was_told_once_says_nothing_more_when_it_is_told_again(
    one: Event, held: set[Permission]
) -> None:
    told = as_seen(one, frozenset(held))
    assert told is None or as_seen(told, frozenset(held)) == told


@given(EVENTS)
def test_nobody_but_an_approver_is_told_of_a_medical_need_by_a_tap(one: Event) -> None:
    told = as_seen(one, EVERYTHING - {Permission.APPROVE})
    assert told is None or told.reason is not Reason.MEDICAL_ACCESS


@pytest.mark.parametrize("role", OTHERS)
def test_what_is_said_again_tells_no_more_than_it_did_at_first(role: str) -> None:
    data = {"kind": "medical", "effect": "always", "begins": "2026-03-02", "approved": True}
    said = event(EventType.ARRANGEMENT_CARRIED, note="words", data={**data, "what": "exemption"})
    seen = as_seen(said, ROLES[role])
    assert seen is not None
    assert (seen.note, seen.data.keys()) == (None, {"begins", "approved", "what"})
    held = {"kind": "office", "need_met": True, "what": "hold", "by": "user:u1"}
    seen = as_seen(event(EventType.ARRANGEMENT_CARRIED, data=held), ROLES[role])
    assert seen is not None
    assert seen.data == {"kind": "office", "what": "hold", "by": "user:u1"}


def test_nobody_is_told_how_many_rows_there_are() -> None:
    facts = {"through": 4, "tables": {"lines": 40, "sha256": "ab"}}
    seen = as_seen(event(EventType.ROTATED, data=facts), EVERYTHING)
    assert seen is not None
    assert seen.data == {"through": 4}
