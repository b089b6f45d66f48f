"""What the hardware tells the station, and that time passes. Pure values.

Taps and doors go before commands.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Card:
    """One card of a presentation: the keyed digest of its number, never the number.

    ``is_new``: it came into the field with this presentation; others were lying there.
    ``look``: its make, as the reader sees it (SAK and ATQA in hex; "" where it sees none).
    ``is_copy``: it answers as first-generation copies do. ``claims``: the digests of the numbers
    that lists would know it by that have lost some of its bits.
    """

    key: str
    kind: str = "iso14443a"
    is_random: bool = False
    is_new: bool = True
    look: str = ""
    is_copy: bool = False
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Presented:
    """Cards newly held to the reader, with all that lie in its field."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A door's sensor turned to open."""

    cubby: int


@dataclass(frozen=True, slots=True)
class Closed:
    """A door's sensor turned to closed."""

    cubby: int


@dataclass(frozen=True, slots=True)
class Pulsed:
    """The lock bank has energised that lock now; its pulse may have waited for the budget."""

    cubby: int


@dataclass(frozen=True, slots=True)
class PulseRejected:
    """The lock bank could not pulse as commanded; no coil is on."""

    cubby: int
    cause: int


@dataclass(frozen=True, slots=True)
class PartLost:
    """The reader ("reader"), a bank of locks ("locks" and the bank's name) or the lamps and the
    buzzer ("lights") do not answer, or the computer's supply is too weak ("power").

    ``detail``: what was seen instead, in words for a technician.
    """

    part: str
    bank: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PartBack:
    """It answers again."""

    part: str
    bank: str = ""


@dataclass(frozen=True, slots=True)
class CoilOn:
    """A lock's coil may be on though it was told to go off; or (``is_over``) it is off."""

    cubby: int
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class CardLeft:
    """A card has been lying on the reader for long, or (``is_gone``) it does so no more."""

    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Started:
    """The daemon begins, with the doors as it found them (cubby to open).

    ``is_failing``: the record cannot be written from the start.
    """

    version: str
    is_simulated: bool
    doors: Mapping[int, bool]
    is_failing: bool = False


@dataclass(frozen=True, slots=True)
class Stopping:
    """The daemon ends in order; everything is off."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""


Sensed = (
    Presented
    | Opened
    | Closed
    | Pulsed
    | PulseRejected
    | PartLost
    | PartBack
    | CardLeft
    | CoilOn
    | Started
    | Stopping
    | Tick
)
