"""Everything held on one person, item by item, for somebody to look through before it goes out.

Pure. Other people's names are replaced by what they are to the school. What staff wrote is marked:
it may be about somebody else, or come from them, and goes out only once the reviewer says so.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from kiosk.acts import Note
from kiosk.days_in_words import written_day
from kiosk.drafting import Standing
from kiosk.events import Event, EventType
from kiosk.model import CardStatus, Person, PersonKind, Wishes
from kiosk.naming import everybody_but
from kiosk.policy.devices import devices_words
from kiosk.policy.words import REASONS
from kiosk.state import Place
from kiosk.state.arrangements import HoldKind
from kiosk.state.incidents import (
    CORRECTION_WORDS,
    INCIDENT_WORDS,
    SEARCH_WORDS,
    SIGNED_WORDS,
)
from kiosk.subject.telling import Section, Telling, section_of, told

REVIEW = "Staff wrote this. Take out what is about somebody else or comes from them; then say true."
# The private rows whose words may be told. Of a hold only where its event says the same kind.
_TOLD_WORDS = frozenset({SIGNED_WORDS, INCIDENT_WORDS, SEARCH_WORDS, CORRECTION_WORDS})
_TOLD_HOLDS = frozenset(
    {HoldKind.CONFISCATED.value, HoldKind.PARENT_COLLECTION.value, HoldKind.DISPUTED.value}
)
_UNTOLD = frozenset({"id", "pin_hash", "pin_wrong"})  # that there is a PIN is told
_CARDS = {
    **dict.fromkeys(CardStatus, "A card that does not work"),
    CardStatus.ACTIVE: "A card that works",
    CardStatus.LOST: "A card that was reported lost",
}
_PLACES = {Place.CUBBY: "in cubby", Place.OUT: "out; kept for it: cubby", Place.OFFICE: "office"}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is held. ``at``: when, as the clock on the school's wall reads. ``words``:
    what staff wrote with it."""

    section: Section
    what: str
    at: datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """What a draft is made from. ``events``: all that are about the person, oldest first;
    ``note`` and ``private``: the words of a note, and the private row of an event."""

    person: Person
    standing: Standing
    events: Iterable[Event]
    note: Callable[[str], str]
    private: Callable[[int], Note | None]
    local: Callable[[datetime], datetime]
    stages: Mapping[str, str]


def items_of(held: Held) -> list[Item]:
    """Everything, by section, oldest first."""
    order = list(Section)
    items = [*_profile(held), *_cards(held), *_now(held), *_past(held)]
    return sorted(items, key=lambda item: order.index(item.section))


def to_json(items: Iterable[Item]) -> list[dict[str, Any]]:
    """As the reviewer gets them: with a number each, and whether they are to go out."""
    return [
        {
            "item": number,
            "section": item.section.value,
            "at": item.at.isoformat(timespec="minutes") if item.at else "",
            "what": item.what,
            "words": item.words,
            "review": REVIEW if item.words else "",
            "release": not item.words,
        }
        for number, item in enumerate(items, start=1)
    ]


def _profile(held: Held) -> Iterator[Item]:
    """Whatever stands in their row: a field that is added later is told too."""
    for field in fields(Person):
        value = getattr(held.person, field.name)
        if field.name not in _UNTOLD and value and value != Wishes():
            label = field.name.replace("_", " ").capitalize()
            yield Item(Section.PROFILE, f"{label}: {_plain(value)}")
    if held.person.pin_hash:
        yield Item(Section.CARDS, "A PIN, which is kept as a digest that nobody can read")
    for user in held.standing.roster.users.values():
        if user.person == held.person.id:
            yield Item(Section.PROFILE, f"Signs in as {user.name}: {', '.join(user.roles)}")


def _plain(value: Any) -> str:
    if isinstance(value, Wishes):
        wished = {field.name: getattr(value, field.name) for field in fields(Wishes)}
        return ", ".join(f"{name} {_plain(one)}" for name, one in wished.items() if one)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return str(value)


def _cards(held: Held) -> Iterator[Item]:
    """Without their numbers, which are not kept, and without what stands for them."""
    for card in held.standing.roster.credentials.values():
        if card.person == held.person.id:
            span = ((", from", card.valid_from), (", until", card.valid_until))
            times = "".join(f"{word} {written_day(held.local(at))}" for word, at in span if at)
            yield Item(Section.CARDS, f"{_CARDS[card.status]}{times}")


def _now(held: Held) -> Iterator[Item]:
    state, id = held.standing.state, held.person.id
    deposit = state.deposit_of(id)
    if deposit is not None:
        where = f"{_PLACES[deposit.place]} {deposit.cubby or ''}".strip()
        doubt = f"; not certain: {REASONS[deposit.doubt]}" if deposit.doubt else ""
        known = where if deposit.cubby or deposit.place is Place.OFFICE else "nobody knows where"
        said = devices_words(deposit.count, deposit.kinds)
        what = f"A device ({said})" if said else "A device"
        yield Item(Section.NOW, f"{what}: {known}{doubt}", held.local(deposit.since.at))
    if (own := state.cabinet.owned.get(id)) is not None:
        yield Item(Section.NOW, f"A cubby of their own: {own}")
    for span in state.casebook.absences.get(id, ()):
        yield Item(Section.DAYS, f"Absent by the list that counts now: {span}")


def _past(held: Held) -> Iterator[Item]:
    telling = Telling(held.person.id, held.local, held.stages)
    roster, pupil = held.standing.roster, PersonKind.PUPIL
    said_of = {
        pupil: "another pupil" if held.person.kind is pupil else "a pupil",
        PersonKind.STAFF: "a member of staff",
        PersonKind.VISITOR: "a visitor",
    }
    others = everybody_but(held.person, roster, said_of)
    for event in held.events:
        words = others.taken_out(_words(held, event))
        at = held.local(event.now.at)
        yield Item(section_of(event), told(event, telling), at, words)


def _words(held: Held, event: Event) -> str:
    """What staff wrote with it. The row of a hold is not even looked at where the event says
    "office": there may be more behind it."""
    public = held.note(event.note) if event.note else ""
    return "\n".join(filter(None, (public, _private_words(held, event))))


def _private_words(held: Held, event: Event) -> str:
    is_hold = event.type is EventType.HOLD_PLACED or event.data.get("what") == "hold"
    kinds = {event.data["kind"]} & _TOLD_HOLDS if is_hold else _TOLD_WORDS
    is_carried = event.type is EventType.ARRANGEMENT_CARRIED
    row = held.private((event.cause or 0) if is_carried else event.seq) if kinds else None
    return row.text if row is not None and row.kind in kinds else ""
