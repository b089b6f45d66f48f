"""What the events add up to: deposits, openings, rounds, alerts. Pure values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from kiosk.events import Alert, Event, Moment, Purpose, Reason
from kiosk.model import DeviceKind
from kiosk.state.arrangements import Exemption, Hold, Pass, Released
from kiosk.state.cubbies import Cabinet
from kiosk.state.incidents import Casebook
from kiosk.state.users import RoleRequest

PULSES_A_CUBBY = 2  # one retry after reading the sensor, then a fault


class Place(StrEnum):
    """Where a device in our keeping is, as far as anybody knows."""

    CUBBY = "cubby"
    OUT = "out"
    OFFICE = "office"
    CARRIED = "carried"


@dataclass(frozen=True, slots=True)
class Deposit:
    """A device in our keeping. ``cubby`` is None when nobody knows where it is, or it is in the
    office, or staff carry it (``keeper``: the actor who does); while it is out with its owner,
    ``cubby`` is kept for it, and ``due`` says till when.

    ``doubt`` says why its place is not certain; the cubby stays reserved for its owner.
    ``presumed``: no sensor has seen the door. ``back``: when it was last put in again after it had
    been out; ``since`` is when it came. ``count`` and ``kinds``: how many devices lie together, and
    which, where staff have said so; 0 and none otherwise.
    """

    id: int
    person: str
    cubby: int | None
    since: Moment
    doubt: Reason | None = None
    presumed: bool = False
    place: Place = Place.CUBBY
    due: datetime | None = None
    back: Moment | None = None
    keeper: str = ""
    count: int = 0
    kinds: tuple[DeviceKind, ...] = ()

    @property
    def put_in(self) -> Moment:
        """When its owner put it in: at first, or again after it had been out."""
        return self.back or self.since


@dataclass(frozen=True, slots=True)
class Transaction:
    """One opening, from the pulse until the door is shut again. ``cause`` names it."""

    cause: int
    cubby: int
    purpose: Purpose
    actor: str
    person: str | None
    deposit: int | None
    attempt: int
    pulsed: Moment
    opened: Moment | None = None
    due: datetime | None = None

    def may_retry(self) -> bool:
        """Whether the same door may be pulsed once more: each gets two pulses."""
        return self.attempt % PULSES_A_CUBBY != 0

    def is_of(self, person: str) -> bool:
        """Whether it is that person's own doing, and not staff's."""
        return self.person == person and self.purpose is not Purpose.OVERRIDE


@dataclass(frozen=True, slots=True)
class Collection:
    """The last time a person took a device out; ``seq`` of the event that says so."""

    cubby: int
    taken: Moment
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Round:
    """Many cubbies being opened one after another. ``cause`` names it; ``left`` are to come,
    ``failed`` were tried and did not open. ``purpose``: of each opening, for their owners to
    collect, or for staff to empty the cabinet."""

    cause: int
    actor: str
    reason: Reason | None
    cubbies: tuple[int, ...]
    left: tuple[int, ...]
    is_paused: bool = False
    failed: tuple[int, ...] = ()
    purpose: Purpose = Purpose.OVERRIDE


# What an alert is about: a cubby, a bank of locks by its name, a person by their id, or none.
Subject = int | str | None


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert that was not cleared yet, and what it is about.

    ``detail``: what was seen, in words for a technician.
    """

    alert: Alert
    cubby: int | None
    since: Moment
    seq: int
    acknowledged_by: str | None = None
    bank: str | None = None
    person: str | None = None
    detail: str = ""

    @property
    def subject(self) -> Subject:
        """What tells it apart from others of its kind."""
        return subject_of(self.cubby, self.bank, self.person)


class State(NamedTuple):
    """Everything the events say, at one sequence number. Immutable: pages read it as it stands.

    ``trusted_boot``: the boot in which the clock was last trusted; once trusted, it stays so until
    the next. ``trusted_at``: the latest time that a trusted clock has shown. ``role_requests``: the
    one that waits for each user, by their id.

    A named tuple, as it is made anew at each event, which takes a third of a dataclass's time.
    """

    seq: int = 0
    deposits: Mapping[int, Deposit] = MappingProxyType({})
    of_person: Mapping[str, int] = MappingProxyType({})
    in_cubby: Mapping[int, int] = MappingProxyType({})
    transactions: Mapping[int, Transaction] = MappingProxyType({})
    open_doors: frozenset[int] = frozenset()
    last_used: Mapping[int, int] = MappingProxyType({})
    collections: Mapping[str, Collection] = MappingProxyType({})
    alerts: Mapping[tuple[Alert, Subject], Raised] = MappingProxyType({})
    requests: Mapping[str, Event] = MappingProxyType({})
    trusted_boot: str = ""
    trusted_at: datetime | None = None
    round: Round | None = None
    rules_version: int = 0
    passes: Mapping[str, Pass] = MappingProxyType({})
    going_home: Mapping[str, Moment] = MappingProxyType({})
    released: tuple[Released, ...] = ()
    exemptions: Mapping[int, Exemption] = MappingProxyType({})
    holds: Mapping[int, Hold] = MappingProxyType({})
    casebook: Casebook = Casebook()
    cabinet: Cabinet = Cabinet()
    role_requests: Mapping[str, RoleRequest] = MappingProxyType({})

    def exemptions_of(self, person: str) -> list[Exemption]:
        """What was arranged for that person."""
        return [e for e in self.exemptions.values() if e.person == person]

    def holds_on(self, deposit: int) -> list[Hold]:
        """The holds on that device, those that have ended by themselves included."""
        return [hold for hold in self.holds.values() if hold.deposit == deposit]

    def holds_in_force(self, deposit: int, now: Moment) -> list[Hold]:
        """The holds on that device, without those that have ended by themselves."""
        return [h for h in self.holds_on(deposit) if h.is_in_force(now.at, now.trusted)]

    def deposit_of(self, person: str) -> Deposit | None:
        """What we keep for that person."""
        deposit = self.of_person.get(person)
        return None if deposit is None else self.deposits[deposit]

    def deposit_in(self, cubby: int) -> Deposit | None:
        """What is in that cubby, or may be; of several the one that came first."""
        deposit = self.in_cubby.get(cubby)
        return None if deposit is None else self.deposits[deposit]

    def deposits_in(self, cubby: int) -> tuple[Deposit, ...]:
        """All that is in that cubby, or may be: a class's box takes many, and one that is owned by
        several takes one of each."""
        first = self.deposit_in(cubby)
        if first is None:
            return ()
        return (first, *(self.deposits[id] for id in self.cabinet.beside.get(cubby, ())))

    def transaction_of(self, person: str) -> Transaction | None:
        """The opening that the person's own card has under way."""
        if not self.transactions:
            return None
        return next((t for t in self.transactions.values() if t.is_of(person)), None)


def subject_of(cubby: int | None, bank: str | None, person: str | None) -> Subject:
    """What an alert is about: one of the three, or none."""
    return cubby if cubby is not None else bank or person
