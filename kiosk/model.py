"""The nouns: people, credentials, users, cubbies. Pure values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

MOST_WRONG_PINS = 5  # so often a wrong one is typed before a PIN is locked


class CardStatus(StrEnum):
    """A blocked or lost card opens nothing, from the moment it is said. A lost one that is found
    works again, unless another took its place.

    BOUND: a claim whose card has been found; a second card that fits it is disputed.
    """

    ACTIVE = "active"
    BLOCKED = "blocked"
    LOST = "lost"
    BOUND = "bound"


LONGEST_PART = 60  # characters of a forename or a surname that staff type


class PersonKind(StrEnum):
    """What somebody is to the school."""

    PUPIL = "pupil"
    STAFF = "staff"
    VISITOR = "visitor"


class DeviceKind(StrEnum):
    """What is handed in. Source: the school's rules, "Devices"."""

    PHONE = "phone"
    WATCH = "watch"
    TABLET = "tablet"
    EARBUDS = "earbuds"
    CONSOLE = "console"
    OTHER = "other"


class CubbySize(StrEnum):
    """What goes into a cubby: a phone, or a tablet too."""

    STANDARD = "standard"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class Wishes:
    """Which cubbies somebody is to get where they may choose: these first, in this order; and one
    that is within reach (``accessible``), or that takes more (``large``)."""

    preferred: tuple[int, ...] = ()
    accessible: bool = False
    large: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A pupil, member of staff or visitor. ``id`` is opaque; ``admission`` is the import's key.

    ``no_device``: it is known that they bring none. ``upn`` and ``legal_name`` are kept only where
    the school wants them, and shown to few. ``language`` ("" is the school's) and ``low_sensory``:
    how the kiosk speaks to them; ``more_time``: how long it waits for them.
    ``agreed_on``, ``agreed_by``: when the home-school agreement was signed, and by whom;
    ``lead_first``: the duty lead is called before their device is handed to anybody else.
    ``pin_hash``: of the PIN that a member of staff types at the kiosk after their card; "": none.
    ``pin_wrong``: how often a wrong one was typed since the last right one.
    """

    id: str
    admission: str
    forename: str
    surname: str
    form: str = ""
    leaver: bool = False
    year: str = ""
    kind: PersonKind = PersonKind.PUPIL
    no_device: bool = False
    upn: str = ""
    legal_name: str = ""
    wishes: Wishes = Wishes()
    language: str = ""
    low_sensory: bool = False
    more_time: bool = False
    agreed_on: date | None = None
    agreed_by: str = ""
    lead_first: bool = False
    pin_hash: str = field(default="", repr=False)
    pin_wrong: int = 0

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Somebody back from the plain values that ``dataclasses.asdict`` gives."""
        wished = row.get("wishes") or {}
        wishes = Wishes(**{**wished, "preferred": tuple(wished.get("preferred", ()))})
        kind = PersonKind(row.get("kind", PersonKind.PUPIL))
        agreed = row.get("agreed_on")
        on = date.fromisoformat(agreed) if agreed else None
        return cls(**{**row, "kind": kind, "wishes": wishes, "agreed_on": on})

    @property
    def has_pin(self) -> bool:
        """Whether they have a PIN that is not locked."""
        return bool(self.pin_hash) and self.pin_wrong < MOST_WRONG_PINS

    @property
    def name(self) -> str:
        """As staff read it."""
        return f"{self.forename} {self.surname}".strip()


@dataclass(frozen=True, slots=True)
class Credential:
    """What a person presents. ``key`` is the keyed digest of its number, never the number.

    A ``kind`` that begins "claim:" is a number that has lost bits, as a list had it. ``look``: the
    card's make when it was enrolled or first tapped; "" while nobody has seen it. ``valid_from``,
    ``valid_until``: when one that is for a time begins and stops working; None: at once, never.
    """

    key: str
    person: str
    kind: str = "iso14443a"
    status: CardStatus = CardStatus.ACTIVE
    look: str = ""
    valid_until: datetime | None = None
    valid_from: datetime | None = None

    @property
    def is_claim(self) -> bool:
        """Whether it stands for a card whose whole number is not known yet."""
        return self.kind.startswith("claim:")


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who signs in. ``roles`` name sets of permissions (``kiosk.policy.roles``).

    ``person``: the member of staff that they are, whose card tells them at the kiosk. ``forms``:
    their own. ``valid_from`` and ``valid_to``: the first and the last day, on the school's wall,
    on which they may do anything; None: any. Nobody signs in with an empty ``password_hash``.
    ``signed_out``: the seq of the event that ended all their sessions, as their card was blocked.
    """

    id: str
    name: str
    password_hash: str
    roles: tuple[str, ...] = ()
    person: str = ""
    forms: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    signed_out: int = 0

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Somebody back from the plain values that a table has."""
        days = {name: row.get(name) for name in ("valid_from", "valid_to")}
        return cls(
            **{
                **row,
                "roles": tuple(row["roles"]),
                "forms": tuple(row.get("forms", ())),
                **{name: date.fromisoformat(day) if day else None for name, day in days.items()},
            }
        )


@dataclass(frozen=True, slots=True)
class Token:
    """What another program reads the kiosk with. ``digest`` is that of its secret, which nobody
    keeps here. ``scopes`` name what it may be told (``kiosk.policy.scopes``)."""

    id: str
    name: str
    digest: str
    scopes: tuple[str, ...] = ()

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """A token back from the plain values that a table has."""
        return cls(**{**row, "scopes": tuple(row["scopes"])})


@dataclass(frozen=True, slots=True)
class Cubby:
    """One numbered compartment, number as painted, from 1; ``row`` and ``column`` from 0.

    ``bank``: the bank of locks that it hangs on. ``cabinet``: the one it is in, of several.
    ``accessible``: within reach from a wheelchair.
    """

    number: int
    row: int = 0
    column: int = 0
    has_sensor: bool = True
    bank: str = "main"
    cabinet: str = ""
    accessible: bool = False
    size: CubbySize = CubbySize.STANDARD


def _has_all(person: Person, words: Iterable[str]) -> bool:
    """Whether their name, form and admission number have all these words (case folded)."""
    text = f"{person.name} {person.form} {person.admission}".casefold()
    return all(word in text for word in words)


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody the kiosk knows, by id, their cards, by key, and the tokens of programs, by id."""

    people: Mapping[str, Person] = field(default_factory=dict)
    credentials: Mapping[str, Credential] = field(default_factory=dict)
    users: Mapping[str, User] = field(default_factory=dict)
    tokens: Mapping[str, Token] = field(default_factory=dict)

    def matching(self, asked: str, form: str = "") -> list[Person]:
        """Everybody whose name, form or admission number has all the words asked for, in whatever
        case, by name; those who have left come last."""
        words = asked.casefold().split()
        found = (p for p in self.people.values() if not form or p.form == form)
        return sorted(
            (person for person in found if _has_all(person, words)),
            key=lambda p: (p.leaver, p.surname.casefold(), p.forename.casefold(), p.id),
        )
