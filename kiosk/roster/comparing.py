"""A list of people compared with those on record: what importing it would change. Pure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from kiosk.model import CardStatus, Credential, Person, PersonKind, Roster
from kiosk.roster.faults import Fault
from kiosk.roster.rows import CardNumber, RosterRow

MANY = 5  # more than one pupil in so many leaving at once has to be confirmed
ALWAYS = ("forename", "surname")
SOMETIMES = ("form", "year", "kind", "no_device", "upn", "legal_name")


class Stop(StrEnum):
    """What somebody has to confirm, as it is more often a mistake."""

    MANY_LEAVERS = "many_leavers"
    LOST_ZEROS = "lost_zeros"


@dataclass(frozen=True, slots=True)
class Change:
    """One person, as they were and as they will be."""

    before: Person
    after: Person

    @property
    def fields(self) -> tuple[str, ...]:
        """What is another."""
        return tuple(
            name
            for name in (*ALWAYS, *SOMETIMES, "leaver")
            if getattr(self.before, name) != getattr(self.after, name)
        )

    @property
    def has_moved(self) -> bool:
        """Whether they are in another form."""
        return self.before.form != self.after.form

    @property
    def has_returned(self) -> bool:
        """Whether they had left, and are back."""
        return self.before.leaver and not self.after.leaver


@dataclass(frozen=True, slots=True)
class NewCard:
    """A card to enrol. ``is_beside``: its owner has another that works, and keeps it."""

    owner: Person
    credential: Credential
    is_beside: bool


@dataclass(frozen=True, slots=True)
class Diff:
    """What an import would do, its faulty rows left out. ``left``: leavers from now on.
    ``keeping``: the ids of those among them whose device is here. ``same``: how many stay as they
    are. ``stops``: what to confirm, in words. ``notes``: what else to know."""

    added: tuple[Person, ...] = ()
    changed: tuple[Change, ...] = ()
    left: tuple[Change, ...] = ()
    keeping: frozenset[str] = frozenset()
    cards: tuple[NewCard, ...] = ()
    same: int = 0
    faults: tuple[Fault, ...] = ()
    stops: Mapping[Stop, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody to be written, leavers among them."""
        return (*self.added, *(change.after for change in (*self.changed, *self.left)))

    @property
    def credentials(self) -> tuple[Credential, ...]:
        """The cards to be enrolled with them."""
        return tuple(card.credential for card in self.cards)


@dataclass(frozen=True, slots=True)
class Roll:
    """What is compared. ``fields``: what of a person the list speaks of; the rest stays.
    ``is_full``: it is the whole roll, so a pupil who is not in it has left. ``mentioned``: the
    admission numbers of rows that were left out of ``rows``, whose owners have not left."""

    rows: Sequence[RosterRow]
    fields: Collection[str]
    is_full: bool = False
    mentioned: Collection[str] = ()


def compare(
    roll: Roll,
    roster: Roster,
    *,
    new_id: Callable[[], str],
    card_key: Callable[[CardNumber], str],
    keeps: Collection[str] = (),
    sees_names: bool = True,
) -> Diff:
    """What importing a list would change. Nobody is ever removed.

    ``card_key``: the keyed digest of a card's number. ``keeps``: the ids of all whose device is
    here now. ``sees_names``: whether faults and notes may name people on record.
    """
    return _Comparison(roll, roster, new_id, card_key, sees_names).diff(frozenset(keeps))


class _Comparison:
    def __init__(
        self,
        roll: Roll,
        roster: Roster,
        new_id: Callable[[], str],
        card_key: Callable[[CardNumber], str],
        sees_names: bool,
    ) -> None:
        self._roll = roll
        self._sees_names = sees_names
        self._roster = roster
        self._new_id = new_id
        self._card_key = card_key
        people = roster.people.values()
        self._known = {person.admission: person for person in people}
        self._bare = {_bare(person.admission): person for person in people}
        self._by_upn = {p.upn: p for p in people if p.upn and not p.leaver}
        cards = roster.credentials.values()
        self._with_card = {card.person for card in cards if card.status is CardStatus.ACTIVE}
        self._added: list[Person] = []
        self._changed: list[Change] = []
        self._left: list[Change] = []
        self._cards: list[NewCard] = []
        self._same = 0
        self._faults: list[Fault] = []
        self._notes: list[str] = []
        self._zeros: list[str] = []

    def diff(self, keeps: frozenset[str]) -> Diff:
        for row in self._roll.rows:
            self._take(row)
        if self._roll.is_full:
            self._let_others_leave()
        return Diff(
            added=tuple(self._added),
            changed=tuple(self._changed),
            left=tuple(self._left),
            keeping=keeps & {change.after.id for change in self._left},
            cards=tuple(self._cards),
            same=self._same,
            faults=tuple(self._faults),
            stops=self._stops(),
            notes=tuple(self._notes),
        )

    def _take(self, row: RosterRow) -> None:
        before = self._known.get(row.admission)
        if before is None and row.leaver:
            return  # left before they were ever here
        after = self._after(row, before)
        card = None if row.leaver else self._card(row, after)
        if isinstance(card, Fault):
            self._faults.append(card)
            return
        if card is not None:
            self._cards.append(card)
        if before is None:
            self._look_twice(row)
            self._added.append(after)
        elif after == before:
            self._same += 1
        else:
            is_leaving = after.leaver and not before.leaver
            (self._left if is_leaving else self._changed).append(Change(before, after))

    def _after(self, row: RosterRow, before: Person | None) -> Person:
        given = [*ALWAYS, *(name for name in SOMETIMES if name in self._roll.fields)]
        values = {name: getattr(row, name) for name in given}
        if before is None:
            return Person(self._new_id(), row.admission, **values)
        return replace(before, leaver=row.leaver, **values)

    def _card(self, row: RosterRow, owner: Person) -> NewCard | Fault | None:
        """Their card, if it is new. One that is blocked or lost stays so, whatever is said."""
        if row.number is None or "card" not in self._roll.fields:
            return None
        kind = row.number[0]
        key = self._card_key(row.number)
        owned = self._roster.credentials.get(key)
        if owned is None:
            return NewCard(owner, Credential(key, owner.id, kind), owner.id in self._with_card)
        if owned.person != owner.id:
            other = self._roster.people.get(owned.person)
            whose = self._named(other) if other else "somebody else"
            return Fault(row.row, f"card belongs to {whose} already", "card")
        if owned.status in (CardStatus.BLOCKED, CardStatus.LOST):
            how = owned.status.value
            words = f"row {row.row}: the card of {row.name} was {how} here, and stays {how}"
            self._notes.append(words)
        return None

    def _look_twice(self, row: RosterRow) -> None:
        """Somebody new may be somebody known whose number was changed, or damaged."""
        like = self._bare.get(_bare(row.admission))
        if like is not None:
            self._zeros.append(f"{like.admission} for {row.admission} in row {row.row}")
        same = self._by_upn.get(row.upn) if row.upn else None
        if same is not None:
            self._notes.append(
                f"row {row.row}: {row.name} has the UPN of {self._named(same)} on record: has "
                "their admission number changed?"
            )

    def _named(self, person: Person) -> str:
        """Somebody on record, for whoever may know who is on it."""
        return f"{person.name} ({person.admission})" if self._sees_names else "somebody else"

    def _let_others_leave(self) -> None:
        there = {row.admission for row in self._roll.rows} | {*self._roll.mentioned}
        self._left += [
            Change(person, replace(person, leaver=True))
            for person in self._roster.people.values()
            if _is_active_pupil(person) and person.admission not in there
        ]

    def _stops(self) -> Mapping[Stop, str]:
        stops = {}
        active = sum(_is_active_pupil(person) for person in self._roster.people.values())
        leaving = sum(_is_active_pupil(change.before) for change in self._left)
        if leaving * MANY > active:
            stops[Stop.MANY_LEAVERS] = (
                f"{leaving} of {active} pupils would leave, more than one in {MANY}: is it the "
                "whole roll?"
            )
        if self._zeros:
            one = len(self._zeros) == 1
            numbers = (
                "1 admission number is" if one else f"{len(self._zeros)} admission numbers are"
            )
            stops[Stop.LOST_ZEROS] = (
                f"{numbers} on record with other zeros before {'it' if one else 'them'}, "
                f"{'' if one else 'such as '}{self._zeros[0]}: a spreadsheet takes zeros off. "
                f"{'Is this somebody else' if one else 'Are these other people'}?"
            )
        return stops


def _bare(admission: str) -> str:
    return admission.lstrip("0") or admission


def _is_active_pupil(person: Person) -> bool:
    return person.kind is PersonKind.PUPIL and not person.leaver
