"""What happens to the record itself: alerts, doubts, deposits said again, and people forgotten."""

from dataclasses import replace

import pytest
from cabinet import ANA, ANAS_CARD, BEN, BENS_CARD, SmallKiosk, types
from conftest import FakeClock, make_rules

from kiosk.acts import Forget, Note, Pulse, Row
from kiosk.custody import fold
from kiosk.drafting import Outcome, Rules
from kiosk.events import CONSOLE, Alert, Event, EventType, Reason
from kiosk.messages import Message
from kiosk.messages.commands import EnrolCard, StateCustody
from kiosk.messages.forgetting import Dropped, ErasePerson
from kiosk.messages.record import (
    BackupMade,
    Repaired,
    Restored,
    Rotated,
    StoreFailed,
    StoreRecovered,
)
from kiosk.model import Credential, Person
from kiosk.retention import SegmentRow, Series
from kiosk.roster import Imported
from kiosk.station import decide

FAILING, DAMAGED = (Alert.RECORD_FAILING, None), (Alert.RECORD_DAMAGED, None)


@pytest.fixture
def kiosk(rules: Rules, clock: FakeClock) -> SmallKiosk:
    """Ana's and Ben's devices are in cubbies 1 and 2."""
    kiosk = SmallKiosk(rules, clock)
    clock.to(8, 30)
    kiosk.hand_in(ANAS_CARD)
    kiosk.hand_in(BENS_CARD)
    return kiosk


def rows_of(kiosk: SmallKiosk, message: Message) -> tuple[Row, ...]:
    """The rows that a message would change."""
    return decide(kiosk.rules, kiosk.standing, message, kiosk.clock.now()).rows


def segment(first: int, last: int, series: Series = Series.TAPS) -> SegmentRow:
    return SegmentRow(series, first, last, last - first + 1, 9000, "ab" * 32, "", "")


def looked_into(kiosk: SmallKiosk) -> set[int | None]:
    """The cubbies that staff are to look into."""
    return {cubby for alert, cubby in kiosk.standing.state.alerts if alert is Alert.LOOK_INSIDE}


# the disk


def test_a_failing_record_is_an_alert_until_it_is_back(kiosk: SmallKiosk) -> None:
    failed = kiosk.take(StoreFailed("no space"))
    assert types(failed) == [EventType.STORE_FAILED, EventType.ALERT_RAISED]
    assert failed[0].data == {"why": "no space"}
    assert FAILING in kiosk.standing.state.alerts

    back = kiosk.take(StoreRecovered({"kept": 3}))
    assert types(back) == [EventType.STORE_RECOVERED, EventType.ALERT_CLEARED]
    assert back[0].data == {"kept": 3}
    assert FAILING not in kiosk.standing.state.alerts


def test_failing_twice_is_one_alert(kiosk: SmallKiosk) -> None:
    kiosk.take(StoreFailed("no space"))

    assert types(kiosk.take(StoreFailed("no space"))) == [EventType.STORE_FAILED]
    assert types(kiosk.take(StoreRecovered({}))) == [
        EventType.STORE_RECOVERED,
        EventType.ALERT_CLEARED,
    ]
    assert types(kiosk.take(StoreRecovered({}))) == [EventType.STORE_RECOVERED]


def test_while_the_record_fails_nothing_is_taken_in_and_all_is_given_back(
    kiosk: SmallKiosk,
) -> None:
    kiosk.clock.to(15, 20)
    kiosk.take(StoreFailed("no space"))

    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT
    assert [act for act in kiosk.acts if isinstance(act, Pulse)]
    kiosk.open(1)
    kiosk.close(1)
    kiosk.clock.to(8, 30, days=1)
    assert kiosk.tap(ANAS_CARD).reason is Reason.DISK_FAILING


def test_what_becomes_of_the_files_says_nothing_of_custody(kiosk: SmallKiosk) -> None:
    before = kiosk.standing.state._replace(seq=0, trusted_at=None)
    rotated = kiosk.take(Rotated({"through": 4}))
    made = kiosk.take(BackupMade(CONSOLE, 4, "ab", "cd"))

    assert (types(rotated), rotated[0].data) == ([EventType.ROTATED], {"through": 4})
    assert made[0].data == {"anchor": 4, "anchor_seal": "ab", "sha256": "cd"}
    assert made[0].actor == "user:console"
    assert kiosk.outcome == Outcome(True, seq=made[0].seq)
    assert kiosk.standing.state._replace(seq=0, trusted_at=None) == before


# damage


@pytest.mark.parametrize("certain", [set(), {1}, {2, 3}, {1, 2, 3, 4, 5, 6}, {1, 99}])
def test_a_repair_doubts_exactly_the_cubbies_that_are_not_certain(
    kiosk: SmallKiosk, certain: set[int]
) -> None:
    events = kiosk.take(Repaired({"lost": 1}, frozenset(certain)))
    state = kiosk.standing.state

    assert (events[0].type, events[0].data) == (EventType.RECORD_REPAIRED, {"lost": 1})
    assert DAMAGED in state.alerts
    doubted = {d.cubby for d in state.deposits.values() if d.doubt is Reason.RECORD_DAMAGED}
    assert doubted == {1, 2} - certain
    assert looked_into(kiosk) == {3, 4, 5, 6} - certain


def test_a_device_that_was_in_doubt_already_keeps_its_reason(kiosk: SmallKiosk) -> None:
    kiosk.override(2, BEN.id)
    kiosk.open(2)
    kiosk.close(2)
    before = kiosk.standing.state.deposit_in(2)
    assert before is not None
    assert before.doubt is Reason.OPENED_BY_STAFF
    kiosk.take(Repaired({}, frozenset()))

    assert kiosk.standing.state.deposit_in(2) == before


def test_a_doubted_device_is_still_its_owners_since_when_it_was(kiosk: SmallKiosk) -> None:
    before = kiosk.standing.state.deposit_of(ANA.id)
    kiosk.clock.advance(3600)
    kiosk.take(Repaired({}, frozenset()))
    assert before is not None
    assert kiosk.standing.state.deposit_of(ANA.id) == replace(before, doubt=Reason.RECORD_DAMAGED)


def test_an_empty_cubby_in_doubt_is_given_to_nobody(rules: Rules, clock: FakeClock) -> None:
    kiosk = SmallKiosk(rules, clock)
    clock.to(8, 30)
    kiosk.take(Repaired({}, frozenset({4})))

    assert kiosk.tap(ANAS_CARD).cubby == 4
    kiosk.open(4)
    kiosk.close(4)
    assert kiosk.tap(BENS_CARD).reason is Reason.FULL


def test_a_second_repair_says_nothing_twice(kiosk: SmallKiosk) -> None:
    kiosk.take(Repaired({}, frozenset()))

    assert types(kiosk.take(Repaired({}, frozenset()))) == [EventType.RECORD_REPAIRED]


def test_a_restored_record_is_certain_of_nothing(kiosk: SmallKiosk) -> None:
    events = kiosk.take(Restored(CONSOLE, {"through": 4}))

    assert (events[0].type, events[0].actor) == (EventType.RECORD_RESTORED, f"user:{CONSOLE}")
    assert events[0].data == {"through": 4}
    doubts = [deposit.doubt for deposit in kiosk.standing.state.deposits.values()]
    assert doubts == [Reason.RECORD_RESTORED] * 2
    assert looked_into(kiosk) == {3, 4, 5, 6}


# what is past its age


def ids(kiosk: SmallKiosk) -> list[int]:
    return sorted(kiosk.standing.state.deposits)


@pytest.mark.parametrize("count", [0, 1, 2])
@pytest.mark.parametrize("first", [1, 4])
def test_what_began_in_a_dropped_segment_or_before_it_is_said_once_more(
    kiosk: SmallKiosk, count: int, first: int
) -> None:
    begun = ids(kiosk)[:count]
    last = max(begun, default=ids(kiosk)[0] - 1)
    events = kiosk.take(Dropped(segment(first, last)))

    assert [e.deposit for e in events if e.type is EventType.CARRIED_FORWARD] == begun
    assert events[-1].type is EventType.SEGMENT_DROPPED
    assert events[-1].data == {
        "series": "taps",
        "first": first,
        "last": last,
        "count": last - first + 1,
    }


def carried(kiosk: SmallKiosk) -> list[Event]:
    return [
        event
        for event in kiosk.take(Dropped(segment(1, max(ids(kiosk)))))
        if event.type is EventType.CARRIED_FORWARD
    ]


def in_doubt(kiosk: SmallKiosk) -> None:
    kiosk.take(Repaired({}, frozenset()))


def nowhere(kiosk: SmallKiosk) -> None:
    kiosk.take(StateCustody("u1", ids(kiosk)[0], Reason.EMPTY))


@pytest.mark.parametrize("happen", [lambda kiosk: None, in_doubt, nowhere])
def test_what_is_said_once_more_folds_to_the_deposits_that_were(
    kiosk: SmallKiosk, happen: object
) -> None:
    happen(kiosk)  # type: ignore[operator]
    before = kiosk.standing.state
    kiosk.clock.advance(90 * 86400)
    again = fold(carried(kiosk))

    assert dict(again.deposits) == dict(before.deposits)
    assert (again.in_cubby, again.of_person) == (before.in_cubby, before.of_person)
    assert kiosk.standing.state.deposits == before.deposits


def test_a_presumed_deposit_is_still_presumed_when_said_once_more(clock: FakeClock) -> None:
    kiosk = SmallKiosk(make_rules(has_sensor=False), clock)
    kiosk.tap(ANAS_CARD)
    kiosk.tick(11)
    before = kiosk.standing.state.deposits
    assert [deposit.presumed for deposit in before.values()] == [True]

    assert fold(carried(kiosk)).deposits == before


@pytest.mark.parametrize("series", [Series.ACTS, Series.MARKS])
def test_other_series_have_no_deposits_to_carry(kiosk: SmallKiosk, series: Series) -> None:
    events = kiosk.take(Dropped(segment(1, 10_000, series)))

    assert types(events) == [EventType.SEGMENT_DROPPED]


def test_what_was_collected_is_not_said_again(kiosk: SmallKiosk) -> None:
    kiosk.clock.to(15, 20)
    kiosk.hand_in(ANAS_CARD)

    assert [event.person for event in carried(kiosk)] == [BEN.id]


def test_the_row_says_that_it_is_dropped_and_the_notes_go(kiosk: SmallKiosk) -> None:
    row = segment(1, 3)

    assert rows_of(kiosk, Dropped(row, ("ab", "cd"))) == (
        row.dropped(),
        Forget(Note, "ab"),
        Forget(Note, "cd"),
    )


# forgetting people


def test_nobody_is_forgotten_whose_device_is_here(kiosk: SmallKiosk) -> None:
    before = kiosk.standing

    assert kiosk.take(ErasePerson("u1", ANA.id)) == []
    assert kiosk.outcome == Outcome(False, Reason.STILL_KEPT)
    assert (kiosk.standing, rows_of(kiosk, ErasePerson("u1", ANA.id))) == (before, ())


def test_nobody_is_forgotten_whose_door_is_being_opened(rules: Rules, clock: FakeClock) -> None:
    kiosk = SmallKiosk(rules, clock)
    clock.to(8, 30)
    assert kiosk.tap(ANAS_CARD).granted
    assert kiosk.standing.state.deposit_of(ANA.id) is None

    assert kiosk.take(ErasePerson("u1", ANA.id)) == []
    assert kiosk.outcome == Outcome(False, Reason.STILL_KEPT)


@pytest.mark.parametrize("person", ["", "nobody", ANAS_CARD])
def test_nobody_is_forgotten_who_is_not_known(kiosk: SmallKiosk, person: str) -> None:
    assert kiosk.take(ErasePerson("u1", person)) == []
    assert kiosk.outcome == Outcome(False, Reason.NOT_KNOWN)


@pytest.fixture
def away(kiosk: SmallKiosk) -> SmallKiosk:
    """Ana has collected, and has two cards."""
    kiosk.clock.to(15, 20)
    kiosk.hand_in(ANAS_CARD)
    kiosk.take(EnrolCard("office", Credential("a2a2", ANA.id), replaces=False))
    return kiosk


def test_a_forgotten_person_leaves_roster_and_rows_with_cards_and_notes(away: SmallKiosk) -> None:
    command = ErasePerson("u1", ANA.id, (Note("ab", "words"),))
    rows = set(rows_of(away, command))
    events = away.take(command)
    roster = away.standing.roster

    assert types(events) == [EventType.PERSON_ERASED]
    assert (events[0].person, events[0].actor) == (ANA.id, "user:u1")
    assert away.outcome == Outcome(True, seq=events[0].seq)
    assert dict(roster.people) == {BEN.id: BEN}
    assert [card.person for card in roster.credentials.values()] == [BEN.id]
    assert {row for row in rows if isinstance(row, Forget)} == {
        Forget(Person, ANA.id),
        Forget(Credential, ANAS_CARD),
        Forget(Credential, "a2a2"),
        Forget(Note, "ab"),
    }


def test_taking_the_last_import_back_brings_no_forgotten_person_back(away: SmallKiosk) -> None:
    assert away.standing.imported is not None
    assert ANA.id in away.standing.imported.people
    command = ErasePerson("u1", ANA.id)

    (kept,) = (row for row in rows_of(away, command) if isinstance(row, Imported))
    away.take(command)
    assert away.standing.imported == kept
    assert kept.people == {BEN.id}


def test_a_forgotten_persons_card_is_an_unknown_card(away: SmallKiosk) -> None:
    away.take(ErasePerson("u1", ANA.id))

    tapped = away.tap(ANAS_CARD)
    assert (tapped.reason, tapped.person) == (Reason.UNKNOWN_CARD, None)
    assert away.take(ErasePerson("u1", ANA.id)) == []
    assert away.outcome == Outcome(False, Reason.NOT_KNOWN)


def test_forgetting_somebody_changes_no_other_device(away: SmallKiosk) -> None:
    before = away.standing.state.deposits
    away.take(ErasePerson("u1", ANA.id))

    assert away.standing.state.deposits == before
    assert away.tap(BENS_CARD).reason is Reason.COLLECT
