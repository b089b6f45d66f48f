"""The record: what was appended is there again, and a change after the fact is found."""

import json
from pathlib import Path

import pytest
from cabinet import ANA, ANAS_CARD, SmallKiosk
from conftest import FakeClock, make_rules

from kiosk.acts import Note
from kiosk.core import Core
from kiosk.custody import fold
from kiosk.errors import AlreadyRunning, ConfigError, RecordDamaged, RecordFault
from kiosk.events import Event, EventType, Moment, Reason
from kiosk.journal import JournalDB
from kiosk.keys import Keys
from kiosk.messages.commands import EnrolCard, ImportRoster, Override
from kiosk.messages.sensed import Card, Presented
from kiosk.model import CardStatus, Credential, Person, User
from kiosk.store import FILE_NAME, Store
from kiosk.store.tables import EVENTS

KEYS = Keys(b"c" * 32, b"k" * 32)


def open_store(folder: Path, keys: Keys = KEYS) -> Store:
    return Store(folder, kiosk="front", keys=keys)


@pytest.fixture
def events(clock: FakeClock) -> list[Event]:
    kiosk = SmallKiosk(make_rules(), clock)
    kiosk.hand_in()
    kiosk.override(1, ANA.id, note="n", note_id="ab")
    return kiosk.events


def test_events_come_back_as_they_were(tmp_path: Path, events: list[Event]) -> None:
    store = open_store(tmp_path)
    store.append(events)
    store.close()

    again = open_store(tmp_path)

    assert again.history.recent == events
    assert fold(again.history.recent, again.checkpoint()) == fold(events)
    again.close()


def test_rows_come_back_and_a_changed_row_replaces_its_former_self(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    card = Credential("ab" * 16, "a1")
    user = User("c3", "office", "$argon2id$", ("reception",))
    store.append([], [Person("a1", "1", "Ana", "Silva", "7A"), card, user, Note("d4", "words")])
    moved = Person("a1", "1", "Ana", "Silva", "7B")
    store.append([], [moved])
    store.close()

    again = open_store(tmp_path)

    roster = again.roster()
    assert (roster.people, roster.credentials, roster.users) == (
        {"a1": moved},
        {card.key: card},
        {"c3": user},
    )
    assert roster.credentials[card.key].status is CardStatus.ACTIVE
    assert again.words() == {"d4": Note("d4", "words")}
    again.close()


def test_one_tap_is_one_line_of_the_journal(tmp_path: Path, clock: FakeClock) -> None:
    store = open_store(tmp_path)
    core = Core(store, make_rules(), clock)
    core.take(ImportRoster("console", (ANA,), 1, 0))
    core.take(EnrolCard("console", Credential(ANAS_CARD, ANA.id)))
    before = (tmp_path / FILE_NAME).read_bytes()

    acts, _ = core.take(Presented((Card(ANAS_CARD),)))

    added = (tmp_path / FILE_NAME).read_bytes().removeprefix(before)
    assert added.count(b"\n") == 1
    assert len(added) < 2048
    assert (b"tapped" in added, b"pulse_started" in added, len(acts)) == (True, True, 2)
    store.close()


def test_no_name_note_or_card_number_is_in_any_event(tmp_path: Path, clock: FakeClock) -> None:
    store = open_store(tmp_path)
    core = Core(store, make_rules(), clock)
    core.take(ImportRoster("console", (ANA,), 1, 0))
    core.take(EnrolCard("console", Credential(ANAS_CARD, ANA.id)))
    core.take(Override("console", 2, None, Reason.OTHER, note="private words", note_id="ab"))

    text = json.dumps([event.to_record("front") for event in store.history.recent])

    for secret in (ANA.surname, ANA.forename, "private words", ANAS_CARD):
        assert secret not in text
    assert core.notes == {"ab": "private words"}
    store.close()


@pytest.mark.parametrize(
    ("keys", "name"),
    [(Keys(b"x" * 32, KEYS.chain), "card.key"), (Keys(KEYS.card, b"x" * 32), "chain.key")],
)
def test_a_record_made_with_other_keys_is_refused_and_left_as_it_is(
    tmp_path: Path, events: list[Event], keys: Keys, name: str
) -> None:
    store = open_store(tmp_path)
    store.append(events)
    store.close()
    before = (tmp_path / FILE_NAME).read_bytes()

    with pytest.raises(ConfigError, match=f"{name} is not the key"):
        open_store(tmp_path, keys)

    assert (tmp_path / FILE_NAME).read_bytes() == before
    open_store(tmp_path).close()


def test_a_second_kiosk_is_refused_the_same_record(tmp_path: Path) -> None:
    store = open_store(tmp_path)

    with pytest.raises(AlreadyRunning, match="in use"):
        open_store(tmp_path)
    store.close()


def test_an_event_of_a_version_to_come_is_refused_not_guessed_at(
    tmp_path: Path, events: list[Event]
) -> None:
    store = open_store(tmp_path)
    store.append(events)
    store.close()
    with JournalDB(tmp_path / FILE_NAME) as db:
        db.table(EVENTS).update({"type": "teleported"}, doc_ids=[3])

    with pytest.raises(RecordFault, match="event 3 is of another version"):
        open_store(tmp_path)


def test_a_damaged_record_is_told_so(tmp_path: Path, events: list[Event]) -> None:
    store = open_store(tmp_path)
    for event in events:
        store.append([event])
    store.close()
    file = tmp_path / FILE_NAME
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([*lines[:3], b"x" + lines[3][1:], *lines[4:]]))

    with pytest.raises(RecordDamaged, match=r"line 4.*kiosk repair"):
        open_store(tmp_path)


def test_a_moment_compares_within_a_boot_by_the_monotonic_clock(clock: FakeClock) -> None:
    first = clock.now()
    clock.advance(10)
    jumped = Moment(first.at.replace(year=2020), clock.mono, clock.boot)

    assert jumped.since(first).total_seconds() == 10
    assert EventType("tapped") is EventType.TAPPED
