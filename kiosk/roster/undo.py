"""An import taken back: within a day, and without undoing what happened since. Pure.

One row keeps what the last import replaced. It names people, so it is forgotten when its day is
over, when the next import comes, and ``without`` somebody who is erased.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, Self

from kiosk.events import Event, Moment, Reason
from kiosk.model import CardStatus, Credential, Person, Roster

VALID = timedelta(hours=24)
ROW_ID = "1"  # there is one at most


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import changed. ``seq``: its event. ``before`` and ``after``: those it changed, in
    the same order. ``added``: the ids of those it added; ``cards``: the keys of those it enrolled.
    ``at`` in ISO 8601, UTC; ``mono``, ``boot`` and ``trusted`` as in ``Moment``."""

    seq: int
    at: str
    mono: float
    boot: str
    trusted: bool
    before: tuple[Person, ...] = ()
    after: tuple[Person, ...] = ()
    added: tuple[str, ...] = ()
    cards: tuple[str, ...] = ()
    id: str = ROW_ID

    @property
    def people(self) -> frozenset[str]:
        """The ids of all whom it changed or added."""
        return frozenset((*self.added, *(person.id for person in self.after)))

    @property
    def moment(self) -> Moment:
        """When the import was made."""
        return Moment(datetime.fromisoformat(self.at), self.mono, self.boot, self.trusted)

    def without(self, person: str, cards: Collection[str] = ()) -> Self:
        """The same, and no word of somebody who is to be forgotten, with the keys of their
        cards."""
        return replace(
            self,
            before=tuple(each for each in self.before if each.id != person),
            after=tuple(each for each in self.after if each.id != person),
            added=tuple(id for id in self.added if id != person),
            cards=tuple(key for key in self.cards if key not in cards),
        )

    def to_row(self) -> dict[str, Any]:
        """As it is written."""
        return asdict(self)

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """The undo back from what was written. Raises KeyError, TypeError, ValueError."""
        return cls(
            **{
                **{each.name: row[each.name] for each in fields(cls)},
                "before": tuple(Person.from_row(each) for each in row["before"]),
                "after": tuple(Person.from_row(each) for each in row["after"]),
                "added": tuple(row["added"]),
                "cards": tuple(row["cards"]),
            }
        )


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What taking an import back comes to. ``people``: to be written. ``gone`` (ids) and ``cards``
    (keys): rows to be removed."""

    people: tuple[Person, ...]
    gone: tuple[str, ...]
    cards: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to take back."""
        return not (self.people or self.gone or self.cards)


def undo_of(
    people: Collection[Person],
    credentials: Collection[Credential],
    roster: Roster,
    seq: int,
    now: Moment,
) -> Imported:
    """What has to be kept of an import of these, before ``roster`` is changed by it."""
    changed = [person for person in people if person.id in roster.people]
    return Imported(
        seq=seq,
        at=now.at.isoformat(),
        mono=now.mono,
        boot=now.boot,
        trusted=now.trusted,
        before=tuple(roster.people[person.id] for person in changed),
        after=tuple(changed),
        added=tuple(person.id for person in people if person.id not in roster.people),
        cards=tuple(card.key for card in credentials if card.key not in roster.credentials),
    )


def undo_refusal(undo: Imported | None, now: Moment) -> Reason | None:
    """Why there is nothing to take back, or None: nothing was imported or its day is over, or
    nobody can say, as the clock is not trusted and the kiosk was started since."""
    if undo is None:
        return Reason.NOT_KNOWN
    made = undo.moment
    if made.boot != now.boot and not (made.trusted and now.trusted):
        return Reason.CLOCK_NOT_TRUSTED
    return Reason.NOT_KNOWN if now.since(made) >= VALID else None


def is_over(undo: Imported, now: Moment) -> bool:
    """Whether the row can be forgotten: its day is over for certain."""
    return undo_refusal(undo, now) is Reason.NOT_KNOWN


def take_back(undo: Imported, roster: Roster, recorded: Collection[str]) -> TakenBack:
    """What taking an import back would do to ``roster``.

    Where a field is no longer as the import made it, somebody has changed it since, and it stays.
    People it added vanish, with its cards. ``recorded``: the ids of people of whom something was
    recorded since, be it a tap: of those it added they become leavers, as does who was given
    another card since, or signs in; and they keep their cards, as a device may be here by them.
    A card that was blocked since stays as it is: it must not become unknown, and work again by the
    next list.
    """
    changed = [
        restored
        for before, after in zip(undo.before, undo.after, strict=True)
        if (now := roster.people.get(before.id)) is not None
        and (restored := _restored(before, after, now)) != now
    ]
    own = {c.person for c in roster.credentials.values() if c.key not in undo.cards}
    own |= {user.person for user in roster.users.values()}
    stays = {*recorded} | (own & {*undo.added})
    added = [roster.people[id] for id in undo.added if id in roster.people]
    left = [replace(person, leaver=True) for person in added if person.id in stays]
    return TakenBack(
        people=(*changed, *left),
        gone=tuple(person.id for person in added if person.id not in stays),
        cards=tuple(
            key
            for key in undo.cards
            if (card := roster.credentials.get(key)) is not None
            and card.person not in stays
            and (card.status is CardStatus.ACTIVE or card.person in undo.added)
        ),
    )


def people_in(event: Event) -> set[str]:
    """Every id that an event names: whom it is about, who did it, whoever else stands in it."""
    return {*_ids((event.person, event.actor, event.data))}


def _ids(value: Any) -> Iterator[str]:
    """Every word in it; of an actor, as person:ID, the id."""
    if isinstance(value, str):
        yield value.rpartition(":")[2]
    elif isinstance(value, Mapping):
        yield from _ids((*value.keys(), *value.values()))
    elif isinstance(value, Collection):
        for each in value:
            yield from _ids(each)


def _restored(before: Person, after: Person, now: Person) -> Person:
    return replace(
        now,
        **{
            each.name: getattr(before, each.name)
            for each in fields(Person)
            if getattr(now, each.name) == getattr(after, each.name)
        },
    )
