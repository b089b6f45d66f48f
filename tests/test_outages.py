"""Forgetting, a full or a broken kiosk never count: it matters how the kiosk was at the time that
an incident is about, not while somebody notes it."""

from datetime import UTC, datetime, timedelta

import pytest
from arranging_fixtures import at
from cabinet import ANA, ANAS_CARD, BEN, SmallKiosk
from conftest import make_rules
from hypothesis import given
from hypothesis import strategies as st
from incident_fixtures import done, staffed_kiosk

from kiosk.custody import fold
from kiosk.events import Alert, Event, EventType, Moment, Reason
from kiosk.messages.commands import ImportRoster
from kiosk.messages.cubbies import AssignBox, AssignCubby
from kiosk.messages.incidents import NoteIncident
from kiosk.messages.record import StoreFailed, StoreRecovered
from kiosk.messages.sensed import PartBack, PartLost, Stopping
from kiosk.model import Person
from kiosk.state.incidents import IncidentKind
from kiosk.state.outages import MOST, REMEMBERED, SHORTEST, Outage, not_taken, with_outage
from kiosk.store.checkpoint import from_rows, to_rows

KEPT, REFUSED, USED = IncidentKind.KEPT, IncidentKind.REFUSED, IncidentKind.USED
EIGHT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
BROKEN = [
    (PartLost("reader"), PartBack("reader")),
    (PartLost("locks", "main"), PartBack("locks", "main")),
    (StoreFailed("no room"), StoreRecovered({})),
]


@pytest.fixture
def kiosk() -> SmallKiosk:
    """At 08:30, while pupils arrive: until 08:50."""
    return staffed_kiosk()


def breaks(kiosk: SmallKiosk, minutes: int, part: int = 0) -> None:
    """It takes nothing for so long."""
    lost, back = BROKEN[part]
    kiosk.take(lost)
    kiosk.clock.advance(60 * minutes)
    kiosk.take(back)


def is_excused(
    kiosk: SmallKiosk, hour: int, minute: int = 0, kind: IncidentKind = KEPT, person: str = BEN.id
) -> bool:
    number = done(kiosk, NoteIncident("pastoral", person, kind, at(kiosk, hour, minute)))
    return kiosk.standing.state.casebook.incidents[number].is_excused


@pytest.mark.parametrize("part", range(len(BROKEN)))
def test_it_was_broken_on_arrival_and_works_when_it_is_noted(kiosk: SmallKiosk, part: int) -> None:
    breaks(kiosk, 5, part)
    kiosk.clock.to(11)
    assert is_excused(kiosk, 8, 40)
    assert is_excused(kiosk, 8, 40, REFUSED)
    assert is_excused(kiosk, 11)  # found on them later: it was to be handed in on arrival
    assert not is_excused(kiosk, 8, 29)


def test_it_worked_on_arrival_and_is_broken_when_it_is_noted(kiosk: SmallKiosk) -> None:
    kiosk.clock.to(11)
    kiosk.take(PartLost("reader"))
    assert not is_excused(kiosk, 8, 40)
    assert is_excused(kiosk, 11, kind=REFUSED)  # that is about this very moment
    kiosk.clock.to(11, 30)
    assert is_excused(kiosk, 11, 10)
    assert not is_excused(kiosk, 10, 59)


def test_what_has_nothing_to_do_with_handing_in_counts(kiosk: SmallKiosk) -> None:
    breaks(kiosk, 5)
    assert not is_excused(kiosk, 8, 32, USED)


def test_what_broke_after_the_arrival_excuses_nobody_who_came_on_time(kiosk: SmallKiosk) -> None:
    kiosk.clock.to(9)
    breaks(kiosk, 30)
    kiosk.clock.to(11)
    assert not is_excused(kiosk, 11)
    assert is_excused(kiosk, 9, 15)  # somebody who came late


def test_what_was_well_again_within_a_minute_kept_nobody(kiosk: SmallKiosk) -> None:
    breaks(kiosk, 0)
    kiosk.clock.advance(30)
    assert not is_excused(kiosk, 8, 30)
    kiosk.take(PartLost("reader"))
    kiosk.clock.advance(40)
    kiosk.take(PartBack("reader"))
    kiosk.clock.to(11)
    assert not is_excused(kiosk, 11)


def test_a_part_that_comes_and_goes_is_one_outage(kiosk: SmallKiosk) -> None:
    for _ in range(3):
        kiosk.take(PartLost("reader"))
        kiosk.clock.advance(20)
        kiosk.take(PartBack("reader"))
        kiosk.clock.advance(20)
    (one,) = kiosk.standing.state.casebook.outages
    assert one.ends - one.begins == timedelta(seconds=100)
    assert is_excused(kiosk, 8, 31)


def full_kiosk() -> SmallKiosk:
    """One cubby, with Ana's phone since the arrival."""
    kiosk = staffed_kiosk(make_rules(1))
    kiosk.hand_in(ANAS_CARD)
    kiosk.tick(60)
    return kiosk


def test_a_full_kiosk_is_told_once_and_remembered_when_it_is_full_no_more() -> None:
    kiosk = full_kiosk()
    assert (Alert.FULL, None) in kiosk.standing.state.alerts
    assert kiosk.tick(1) == []

    kiosk.clock.to(15, 20)
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    kiosk.close(1)
    kiosk.tick()

    assert (Alert.FULL, None) not in kiosk.standing.state.alerts
    assert is_excused(kiosk, 8, 40)


def test_a_full_kiosk_takes_what_has_a_place_of_its_own() -> None:
    kiosk = staffed_kiosk(make_rules(3))
    cal = Person("c3", "1003", "Cal", "Reed", "8C")
    kiosk.take(ImportRoster("console", (cal,), 1, 0))
    done(kiosk, AssignCubby("reception", 2, BEN.id))
    done(kiosk, AssignBox("reception", 3, "8C"))
    assert (Alert.FULL, None) not in kiosk.standing.state.alerts
    kiosk.hand_in(ANAS_CARD)
    kiosk.tick()
    kiosk.clock.to(8, 40)
    assert (Alert.FULL, None) in kiosk.standing.state.alerts
    assert not is_excused(kiosk, 8, 35, REFUSED)  # Ben's cubby is his own
    assert not is_excused(kiosk, 8, 35, REFUSED, cal.id)  # and Cal's goes into the box
    assert is_excused(kiosk, 8, 35, REFUSED, ANA.id)


def test_where_all_cubbies_are_somebodys_own_it_is_never_full() -> None:
    kiosk = staffed_kiosk(make_rules(1))
    done(kiosk, AssignCubby("reception", 1, ANA.id))
    kiosk.hand_in(ANAS_CARD)
    kiosk.tick(60)
    assert (Alert.FULL, None) not in kiosk.standing.state.alerts


def test_a_kiosk_that_was_off_took_nothing(kiosk: SmallKiosk) -> None:
    kiosk.take(Stopping())
    kiosk.clock.to(8, 45)
    kiosk.power_cut()
    kiosk.clock.to(11)
    assert is_excused(kiosk, 11)
    assert fold(kiosk.events) == kiosk.standing.state


def test_by_a_clock_that_is_not_trusted_it_is_over_when_time_was_last_certain(
    kiosk: SmallKiosk,
) -> None:
    kiosk.take(PartLost("reader"))
    kiosk.clock.trusted = False
    kiosk.power_cut()
    kiosk.clock.at = datetime(2031, 1, 1, tzinfo=UTC)
    kiosk.take(PartBack("reader"))
    assert kiosk.standing.state.casebook.outages == ()


def test_what_began_at_a_wrong_time_began_as_long_ago_as_the_kiosk_has_counted(
    kiosk: SmallKiosk,
) -> None:
    kiosk.clock.trusted = False
    kiosk.power_cut()
    kiosk.clock.at = datetime(1970, 1, 1, tzinfo=UTC)
    kiosk.take(PartLost("reader"))
    kiosk.clock.advance(300)
    kiosk.clock.at, kiosk.clock.trusted = EIGHT + timedelta(minutes=40), True
    kiosk.take(PartBack("reader"))
    (outage,) = kiosk.standing.state.casebook.outages
    assert outage == Outage(EIGHT + timedelta(minutes=35), EIGHT + timedelta(minutes=40))


def test_it_is_known_after_a_restart_and_when_its_events_are_history(kiosk: SmallKiosk) -> None:
    breaks(kiosk, 5)
    state = kiosk.standing.state
    assert state.casebook.outages
    assert from_rows(to_rows(state).values()) == state
    kiosk.power_cut()
    kiosk.clock.to(11)
    assert is_excused(kiosk, 8, 40)
    assert fold(kiosk.events) == kiosk.standing.state


def test_a_pupil_whose_door_did_not_open_for_them_came_in_vain() -> None:
    now = Moment(EIGHT, 1.0)
    tap = Event(EventType.TAPPED, 1, now, person=ANA.id, granted=True, reason=Reason.DEPOSIT)
    failed = Event(EventType.PULSE_FAILED, 2, now, person=ANA.id, cause=1, reason=Reason.NOT_OPENED)
    assert not_taken([tap, failed], lambda at: at) == {EIGHT.date()}
    assert not_taken([tap], lambda at: at) == frozenset()
    assert not_taken([failed], lambda at: at) == frozenset()  # to take something out
    assert not_taken([tap, failed], lambda at: at, {1: BEN.id}) == frozenset()


def test_a_fortnight_is_remembered_and_never_more_than_so_many() -> None:
    first = Outage(EIGHT, EIGHT + timedelta(hours=1))
    later = first.ends + REMEMBERED
    last = Outage(later, later + timedelta(seconds=1))
    assert with_outage((first,), last) == (last,)
    many: tuple[Outage, ...] = ()
    for n in range(MOST + 5):
        begins = EIGHT + timedelta(minutes=3 * n)
        many = with_outage(many, Outage(begins, begins + SHORTEST))
    assert len(many) == MOST


MINUTES = st.integers(0, 200).map(lambda n: EIGHT + timedelta(minutes=n))
OUTAGES = st.lists(
    st.builds(
        lambda begins, lasts, is_full: Outage(begins, begins + timedelta(minutes=lasts), is_full),
        MINUTES,
        st.integers(0, 60),
        st.booleans(),
    ),
    max_size=8,
)


@given(OUTAGES, MINUTES)
def test_whatever_is_remembered_as_one_covers_what_happened(
    happened: list[Outage], moment: datetime
) -> None:
    known: tuple[Outage, ...] = ()
    for one in happened:
        known = with_outage(known, one)
    for is_full in (True, False):
        was = any(
            o.begins < o.ends and o.is_full is is_full and o.meets(moment, moment) for o in happened
        )
        if was:
            assert any(o.is_full is is_full and o.meets(moment, moment) for o in known)
