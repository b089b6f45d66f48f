"""A school year on record, made quickly: real events through the real store, on a disk that does
not wait, a rotation each night."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from kiosk.events import SYSTEM, Event, EventType, Moment, Purpose, Reason, person_actor
from kiosk.journal import Hasty
from kiosk.keys import Keys
from kiosk.model import Credential, Person
from kiosk.state import (
    Collection,
    State,
)
from kiosk.store import Store

KEYS = Keys(b"c" * 32, b"k" * 32)
KIOSK = "bench"
PUPILS = 1_000
DAYS = 190  # of school in a year in England
FIRST_DAY = datetime(2026, 9, 1, 7, 30, tzinfo=UTC)
_LINE = 50  # events a line: what is stored is the same, and it is made sooner
_HANDED_IN = (
    EventType.TAPPED,
    EventType.PULSE_STARTED,
    EventType.DOOR_OPENED,
    EventType.DOOR_CLOSED,
    EventType.DEPOSITED,
)
_DOORS = (EventType.DOOR_OPENED, EventType.DOOR_CLOSED)
_TAKEN = (
    EventType.TAPPED,
    EventType.PULSE_STARTED,
    EventType.DOOR_OPENED,
    EventType.COLLECTED,
    EventType.DOOR_CLOSED,
)


def people() -> list[Person]:
    """The pupils, under invented names."""
    return [
        Person(f"{n:016x}", f"{n:05d}", f"Forename{n}", f"Surname{n}", f"{7 + n % 5}A")
        for n in range(1, PUPILS + 1)
    ]


def card_of(person: Person) -> Credential:
    """Each pupil's card."""
    return Credential(f"{int(person.id, 16):032x}", person.id)


def make_year(folder: Path, events: int, kiosk: str = KIOSK, keys: Keys = KEYS) -> date:
    """Fill ``folder`` with a record of about that many events, one day after another; the first
    date that has none."""
    store = Store(folder, kiosk=kiosk, keys=keys, system=Hasty())
    pupils = people()
    store.append(
        [Event(EventType.ROSTER_IMPORTED, 1, _moment(FIRST_DAY), data={"added": 0, "changed": 0})],
        [*pupils, *map(card_of, pupils)],
    )
    seq, state = 1, State(seq=1)
    day = FIRST_DAY
    while seq < events:
        for line in _lines(day, seq, pupils[: max(1, min(PUPILS, (events - seq) // 10))]):
            store.append(line)
            seq = line[-1].seq
        taken = {p.id: Collection(1 + n, _moment(day), seq) for n, p in enumerate(pupils)}
        state = state._replace(seq=seq, collections=taken, trusted_at=day)
        seq = _rotate(store, state, day)
        day += timedelta(days=1)
    store.close()
    return day.date()


def _rotate(store: Store, state: State, day: datetime) -> int:
    rotation = store.begin_rotation(state)
    rotation.write()
    rotated = Event(EventType.ROTATED, state.seq + 1, _moment(day), data=rotation.facts())
    store.finish_rotation(rotation, [rotated])
    return rotated.seq


def _lines(day: datetime, seq: int, pupils: list[Person]) -> Iterator[list[Event]]:
    line: list[Event] = []
    for types, at in ((_HANDED_IN, day), (_TAKEN, day + timedelta(hours=7))):
        for number, pupil in enumerate(pupils):
            line += _transaction(types, seq + 1, _moment(at + timedelta(seconds=number)), pupil)
            seq += len(types)
            if len(line) >= _LINE:
                yield line
                line = []
    if line:
        yield line


def _transaction(
    types: tuple[EventType, ...], seq: int, now: Moment, pupil: Person
) -> Iterator[Event]:
    """One opening: as the station makes them, field for field."""
    cubby = 1 + int(pupil.id, 16) % PUPILS
    for offset, type in enumerate(types):
        is_tap, is_pulse = type is EventType.TAPPED, type is EventType.PULSE_STARTED
        data = {"row": "11"} if is_tap else {}
        if is_pulse:
            data = {"purpose": Purpose.DEPOSIT.value, "attempt": 1}
        yield Event(
            type,
            seq + offset,
            now,
            SYSTEM if type in _DOORS else person_actor(pupil.id),
            person=pupil.id,
            cubby=cubby,
            granted=True if is_tap else None,
            reason=Reason.DEPOSIT if is_tap or is_pulse else None,
            cause=None if is_tap else seq,
            deposit=seq if type in (EventType.DEPOSITED, EventType.COLLECTED) else None,
            data=data,
        )


def _moment(at: datetime) -> Moment:
    return Moment(at, 12_345.678, "0b0c5a3e-8f7c-4d8b-9a57-4f3a5c2d1e0f")
