"""The nouns: people, credentials, users, cubbies. Pure values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class CardStatus(StrEnum):
    """A blocked or lost card opens nothing, from the moment it is said.

    BOUND: a claim whose card has been found; a second card that fits it is disputed.
    """

    ACTIVE = "active"
    BLOCKED = "blocked"
    BOUND = "bound"


@dataclass(frozen=True, slots=True)
class Person:
    """A pupil, member of staff or visitor. ``id`` is opaque; ``admission`` is the import's key."""

    id: str
    admission: str
    forename: str
    surname: str
    form: str = ""
    leaver: bool = False

    @property
    def name(self) -> str:
        """As staff read it."""
        return f"{self.forename} {self.surname}".strip()


@dataclass(frozen=True, slots=True)
class Credential:
    """What a person presents. ``key`` is the keyed digest of its number, never the number.

    A ``kind`` that begins "claim:" is a number that has lost bits, as a list had it. ``look``: the
    card's make when it was enrolled or first tapped; "" while nobody has seen it.
    """

    key: str
    person: str
    kind: str = "iso14443a"
    status: CardStatus = CardStatus.ACTIVE
    look: str = ""

    @property
    def is_claim(self) -> bool:
        """Whether it stands for a card whose whole number is not known yet."""
        return self.kind.startswith("claim:")


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who signs in. ``roles`` name sets of permissions (``kiosk.policy.roles``)."""

    id: str
    name: str
    password_hash: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cubby:
    """One numbered compartment, number as painted, from 1; ``row`` and ``column`` from 0.

    ``bank``: the bank of locks that it hangs on.
    """

    number: int
    row: int = 0
    column: int = 0
    has_sensor: bool = True
    bank: str = "main"


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody the kiosk knows, by id, and their cards, by key."""

    people: Mapping[str, Person] = field(default_factory=dict)
    credentials: Mapping[str, Credential] = field(default_factory=dict)
    users: Mapping[str, User] = field(default_factory=dict)
