"""What is counted, what is proposed, and who may read what."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from cabinet import ANA, BEN
from conftest import LONDON, SCHOOL_DAY
from hypothesis import given
from hypothesis import strategies as st

from kiosk.events import Event, EventType, Moment, Reason
from kiosk.policy.roles import CONSOLE_PERMISSIONS, ROLES, Permission
from kiosk.state.arrangements import PRIVATE_HOLDS, HoldKind
from kiosk.state.incidents import (
    LEAD_NOTES,
    NOT_HANDED_IN,
    READERS,
    Casebook,
    Incident,
    IncidentKind,
    Stage,
    Staging,
    labelled,
    may_read,
    propose,
)
from kiosk.state.outages import not_taken
from kiosk.timetable import Calendar, Span, Term, Timetable

MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
WEEK = dict.fromkeys(range(5), SCHOOL_DAY)
SPRING = Term("Spring", date(2026, 2, 23), date(2026, 3, 27))
IN_TERM = Timetable(LONDON, WEEK, Calendar(terms=(SPRING,)))
NO_TERMS = Timetable(LONDON, WEEK)
USED = IncidentKind.USED


def incident(number: int, at: datetime = MONDAY, kind: IncidentKind = USED) -> Incident:
    return Incident(number, ANA.id, kind, at, "user:pastoral")


def proposed(
    incidents: list[Incident], staging: Staging | None = None, timetable: Timetable = NO_TERMS
) -> str:
    stage, _ = propose(incidents, staging or Staging(), timetable, MONDAY)
    return stage.key if stage else ""


@pytest.mark.parametrize(
    ("count", "key"), [(0, ""), (1, "talk"), (2, "talk"), (3, "parents"), (9, "parents")]
)
def test_the_last_stage_that_is_reached_is_proposed(count: int, key: str) -> None:
    assert proposed([incident(n) for n in range(count)]) == key


def test_what_was_before_this_term_counts_no_more() -> None:
    before = datetime(2026, 2, 20, 10, tzinfo=UTC)
    since = datetime(2026, 2, 23, 9, tzinfo=UTC)

    assert proposed([incident(1, before)], timetable=IN_TERM) == ""
    assert proposed([incident(1, since)], timetable=IN_TERM) == "talk"


def test_outside_terms_and_by_days_the_window_is_counted_back() -> None:
    assert Staging().since(IN_TERM, MONDAY + timedelta(days=40)) == date(2026, 1, 11)
    assert Staging(days=7).since(IN_TERM, MONDAY) == date(2026, 2, 23)
    assert proposed([incident(1, MONDAY - timedelta(days=8))], Staging(days=7)) == ""
    assert proposed([incident(1, MONDAY - timedelta(days=7))], Staging(days=7)) == "talk"


def test_the_day_is_that_of_the_schools_wall() -> None:
    """Half past eleven at night in London is the next day in UTC, in summer."""
    summer = datetime(2026, 6, 9, 22, 30, tzinfo=UTC)
    just_after = datetime(2026, 6, 8, 23, 30, tzinfo=UTC)  # 00:30 on the 9th

    staging = Staging(days=0)
    assert propose([incident(1, just_after)], staging, NO_TERMS, summer).counted == (1,)


def test_what_is_still_to_come_does_not_count() -> None:
    assert proposed([incident(1, MONDAY + timedelta(minutes=1))]) == ""


def test_a_school_says_which_kinds_count() -> None:
    staging = Staging(kinds=frozenset({USED}))

    assert proposed([incident(1, kind=IncidentKind.EXAM)], staging) == ""
    assert proposed([incident(1, kind=USED)], staging) == "talk"


@pytest.mark.parametrize("kind", IncidentKind)
def test_what_could_not_be_handed_in_counts_against_nobody(kind: IncidentKind) -> None:
    excused = replace(incident(1, kind=kind), is_excused=True)
    on_that_day = propose(
        [incident(1, kind=kind)], Staging(), NO_TERMS, MONDAY, frozenset({date(2026, 3, 2)})
    )
    counts = kind not in NOT_HANDED_IN

    assert proposed([excused]) == ("talk" if counts else "")
    assert bool(on_that_day.counted) is counts


def test_forgetting_is_no_kind_of_incident() -> None:
    assert [kind.value for kind in IncidentKind] == ["refused", "kept", "used", "hidden", "exam"]


def tap(seq: int, reason: Reason, person: str = ANA.id) -> Event:
    return Event(
        EventType.TAPPED, seq, Moment(MONDAY, 1.0), person=person, granted=False, reason=reason
    )


@pytest.mark.parametrize(
    ("reason", "excuses"),
    [
        (Reason.FULL, True),
        (Reason.OUT_OF_ORDER, True),
        (Reason.DISK_FAILING, True),
        (Reason.BLOCKED_CARD, True),
        (Reason.LOST_CARD, True),
        (Reason.EARLY_CARD, True),
        (Reason.NOT_YET, False),
        (Reason.HELD, False),
        (Reason.NOTHING_HERE, False),
    ],
)
def test_a_pupil_who_came_in_vain_is_excused_that_day(reason: Reason, excuses: bool) -> None:
    days = not_taken([tap(1, reason)], NO_TERMS.local)

    assert days == (frozenset({date(2026, 3, 2)}) if excuses else frozenset())


@pytest.mark.parametrize("whose", [BEN.id, ""])
def test_a_tap_that_was_somebody_elses_excuses_nobody(whose: str) -> None:
    assert not_taken([tap(1, Reason.FULL)], NO_TERMS.local, {1: whose}) == frozenset()
    assert not_taken([tap(1, Reason.FULL)], NO_TERMS.local, {1: ANA.id}) != frozenset()


@pytest.mark.parametrize(
    "stages",
    [
        (Stage("a", 0, ""),),
        (Stage("a", 2, ""), Stage("b", 2, "")),
        (Stage("a", 2, ""), Stage("b", 1, "")),
        (Stage("a", 1, ""), Stage("a", 2, "")),
        (Stage("", 1, ""),),
    ],
)
def test_stages_that_contradict_themselves_are_refused(stages: tuple[Stage, ...]) -> None:
    with pytest.raises(ValueError, match="rising counts"):
        Staging(stages)


def test_a_school_may_propose_nothing_at_all() -> None:
    assert proposed([incident(n) for n in range(9)], Staging(())) == ""


TIMES = st.integers(-200, 2).map(lambda days: MONDAY + timedelta(days=days))
INCIDENTS = st.lists(
    st.builds(
        Incident,
        st.integers(1, 500),
        st.just(ANA.id),
        st.sampled_from(IncidentKind),
        TIMES,
        st.just("user:pastoral"),
        st.booleans(),
    ),
    max_size=12,
    unique_by=lambda one: one.id,
)


@given(INCIDENTS, INCIDENTS)
def test_one_more_incident_never_lowers_what_is_proposed(
    some: list[Incident], more: list[Incident]
) -> None:
    known = {one.id for one in some}
    all_of_them = some + [one for one in more if one.id not in known]
    few = propose(some, Staging(), NO_TERMS, MONDAY)
    many = propose(all_of_them, Staging(), NO_TERMS, MONDAY)

    assert set(few.counted) <= set(many.counted)
    assert (few.stage.count if few.stage else 0) <= (many.stage.count if many.stage else 0)
    assert few.stage is None or few.stage.count <= len(few.counted)


# who may read


def test_notes_for_the_lead_are_the_leads_alone() -> None:
    readers = {role for role, held in ROLES.items() if any(may_read(k, held) for k in LEAD_NOTES)}

    assert readers == {"dsl"}
    assert not any(may_read(kind, CONSOLE_PERMISSIONS) for kind in LEAD_NOTES)


def test_the_words_of_an_office_hold_are_read_by_those_who_read_a_private_ones() -> None:
    for role, held in ROLES.items():
        alike = {may_read(kind.value, held) for kind in PRIVATE_HOLDS | {HoldKind.OFFICE}}
        assert len(alike) == 1, role


def test_every_kind_of_words_has_its_readers_and_a_new_one_has_none() -> None:
    everything = frozenset(Permission)

    assert all(may_read(kind, everything) for kind in READERS)
    assert {kind.value for kind in HoldKind} | LEAD_NOTES < READERS.keys()
    assert not may_read("", everything)
    assert not may_read("gossip", everything)


def test_words_stand_behind_their_labels_and_empty_ones_are_left_out() -> None:
    assert (
        labelled({"Where": "Gym", "Note": "", "Found": "nothing"}) == "Where: Gym\nFound: nothing"
    )


def test_whoever_is_away_is_away_for_whatever_reason() -> None:
    on = date(2026, 3, 2)
    spans = {BEN.id: (Span(on, on + timedelta(days=1)), Span(date(2026, 3, 9), date(2026, 3, 9)))}
    book = Casebook(marked={ANA.id: on}, absences=spans)

    assert book.away_on(on) == {ANA.id, BEN.id}
    assert book.away_on(on + timedelta(days=1)) == {BEN.id}
    assert book.away_on(on + timedelta(days=2)) == frozenset()
    assert book.away_on(date(2026, 3, 9)) == {BEN.id}
