"""How many devices somebody has handed in, and which: staff say so, and it goes along with them."""

from dataclasses import replace

import pytest
from cabinet import ANA, ANAS_CARD, BEN, types
from cubbies_fixtures import HEAD, HUGOS_USER, OFFICE, SchoolKiosk

from kiosk.custody import fold
from kiosk.events import EventType, Purpose, Reason
from kiosk.lists import Scene, make_list
from kiosk.messages.arrangements import PlaceHold, TakeAlong, TakeIn
from kiosk.messages.commands import ImportRoster, StateCustody
from kiosk.messages.devices import NoteDevices
from kiosk.messages.record import Dropped
from kiosk.model import DeviceKind
from kiosk.policy.devices import devices_data, devices_words, kinds_of
from kiosk.policy.words import event_details
from kiosk.retention import SegmentRow, Series
from kiosk.state import Deposit
from kiosk.state.arrangements import HoldKind
from kiosk.store.checkpoint import from_rows, to_rows

PHONE, WATCH, TABLET = DeviceKind.PHONE, DeviceKind.WATCH, DeviceKind.TABLET
TWO = frozenset({PHONE, WATCH})


@pytest.fixture
def kiosk() -> SchoolKiosk:
    """Ana has handed in."""
    kiosk = SchoolKiosk()
    kiosk.hand_in(ANAS_CARD)
    return kiosk


def anas(kiosk: SchoolKiosk) -> Deposit:
    deposit = kiosk.state.deposit_of(ANA.id)
    assert deposit is not None
    return deposit


def note(kiosk: SchoolKiosk, by: str = OFFICE) -> None:
    kiosk.take(NoteDevices(by, anas(kiosk).id, 2, TWO))


def known(kiosk: SchoolKiosk) -> tuple[int, tuple[DeviceKind, ...]]:
    return anas(kiosk).count, anas(kiosk).kinds


def test_nothing_is_known_of_what_lies_in_a_cubby_until_staff_say_it(kiosk: SchoolKiosk) -> None:
    assert known(kiosk) == (0, ())
    note(kiosk)

    event = kiosk.events[-1]
    assert (event.type, event.person, event.cubby) == (EventType.DEVICES_NOTED, ANA.id, 1)
    assert event.data == {"count": 2, "kinds": ["phone", "watch"]}
    assert event_details(event) == "2: phone, smart watch"
    assert known(kiosk) == (2, (PHONE, WATCH))
    assert fold(kiosk.events) == kiosk.state


def test_it_stays_known_wherever_they_go(kiosk: SchoolKiosk) -> None:
    note(kiosk)
    kiosk.take(StateCustody(OFFICE, anas(kiosk).id, Reason.EMPTY))
    kiosk.take(TakeIn(OFFICE, ANA.id))
    assert known(kiosk) == (2, (PHONE, WATCH))
    kiosk.take(TakeAlong(OFFICE, frozenset({ANA.id}), HUGOS_USER))
    assert known(kiosk) == (2, (PHONE, WATCH))


def test_a_cubby_that_its_owner_opens_again_keeps_the_same_devices(kiosk: SchoolKiosk) -> None:
    note(kiosk)
    kiosk.clock.advance(20)
    reopened = kiosk.hand_in(ANAS_CARD)
    assert reopened is not None
    assert EventType.CUSTODY_UNKNOWN in types(kiosk.events)
    assert known(kiosk) == (2, (PHONE, WATCH))


def test_what_is_handed_in_anew_is_not_known(kiosk: SchoolKiosk) -> None:
    note(kiosk)
    kiosk.take(StateCustody(OFFICE, anas(kiosk).id, Reason.GIVEN))
    kiosk.clock.advance(600)
    kiosk.hand_in(ANAS_CARD)
    assert known(kiosk) == (0, ())


def test_it_outlasts_the_events_that_said_it_and_a_new_file(kiosk: SchoolKiosk) -> None:
    note(kiosk)
    last = kiosk.state.seq
    kiosk.take(Dropped(SegmentRow(Series.TAPS, 1, last, last, 1, "0" * 64, "", "")))
    carried = [event for event in kiosk.events if event.type is EventType.CARRIED_FORWARD]

    assert fold(carried).deposits == kiosk.state.deposits
    assert from_rows(to_rows(kiosk.state).values()) == kiosk.state


@pytest.mark.parametrize(
    ("count", "kinds", "why"),
    [
        (0, frozenset(), Reason.INCOMPLETE),
        (1, TWO, Reason.INCOMPLETE),
        (10, frozenset(), Reason.INCOMPLETE),
        (2, TWO, Reason.ALREADY_SO),
    ],
)
def test_what_makes_no_sense_changes_nothing(
    kiosk: SchoolKiosk, count: int, kinds: frozenset[DeviceKind], why: Reason
) -> None:
    note(kiosk)
    before = kiosk.state
    kiosk.take(NoteDevices(OFFICE, anas(kiosk).id, count, kinds))
    assert kiosk.outcome is not None
    assert (kiosk.outcome.reason, kiosk.state) == (why, before)


def test_of_a_device_that_nobody_keeps_nothing_is_noted(kiosk: SchoolKiosk) -> None:
    kiosk.take(NoteDevices(OFFICE, 999, 1, frozenset({PHONE})))
    assert kiosk.outcome is not None
    assert kiosk.outcome.reason is Reason.NOT_KNOWN


def lines(kiosk: SchoolKiosk, name: str) -> list[str]:
    scene = Scene(kiosk.rules, kiosk.standing, kiosk.clock.now())
    return [entry.note for entry in make_list(name, scene).entries]


def test_the_lists_say_what_it_is_and_of_what_is_held_no_more_than_of_any_other(
    kiosk: SchoolKiosk,
) -> None:
    note(kiosk)
    assert lines(kiosk, "holders") == ["2: phone, smart watch"]
    kiosk.take(ImportRoster("office", (replace(ANA, leaver=True),), 0, 1))
    assert lines(kiosk, "leavers") == ["2: phone, smart watch"]
    kiosk.take(PlaceHold(HEAD, anas(kiosk).id, HoldKind.SAFEGUARDING))
    assert lines(kiosk, "held") == ["Held: call the duty lead; 2: phone, smart watch"]
    assert lines(kiosk, "holders") == [""]


@pytest.mark.parametrize(
    ("count", "kinds", "words"),
    [
        (0, (), ""),
        (1, (), "1 device"),
        (3, (), "3 devices"),
        (1, (TABLET,), "tablet"),
        (2, (TABLET,), "2: tablet"),
        (2, (WATCH, PHONE), "2: phone, smart watch"),
    ],
)
def test_it_reads_in_a_few_words(count: int, kinds: tuple[DeviceKind, ...], words: str) -> None:
    assert devices_words(count, kinds) == words
    data = devices_data(count, kinds)
    assert kinds_of(data.get("kinds", ())) == tuple(sorted(kinds, key=list(DeviceKind).index))


def test_a_second_device_needs_no_second_cubby(kiosk: SchoolKiosk) -> None:
    note(kiosk)
    kiosk.hand_in("bbbb")
    assert {d.person: d.cubby for d in kiosk.state.deposits.values()}.keys() == {ANA.id, BEN.id}
    assert len(kiosk.state.in_cubby) == 2
    assert all(t.purpose is not Purpose.DEPOSIT for t in kiosk.state.transactions.values())


@pytest.mark.parametrize(
    ("count", "kinds", "words", "data"),
    [
        (0, (), "", {}),
        (1, (), "1 device", {"count": 1}),
        (2, (), "2 devices", {"count": 2}),
        (0, (DeviceKind.PHONE,), "phone", {"kinds": ["phone"]}),
        (2, (DeviceKind.PHONE,), "2: phone", {"count": 2, "kinds": ["phone"]}),
    ],
)
def test_what_was_not_said_is_neither_told_nor_written(count, kinds, words, data) -> None:
    assert devices_words(count, kinds) == words
    assert devices_data(count, kinds) == data
