"""The seams between the kiosk and its hardware, and the values that cross them.

Behind each port stand its real and its simulated implementation; ``hardware.factory`` builds the
one the settings name. Nothing here imports a driver.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CardSeen:
    """One card in the field, its UID selected whole and checked.

    ``uid``: 4, 7 or 10 bytes for ISO 14443-A, in the order of the standard (UID0 first).
    ``sak``: 0-255; ``atqa``: 2 bytes as received. Both are 0 where the reader has no such thing.
    ``kind`` names the numbering the bytes belong to; equal bytes of two kinds are two cards.
    """

    uid: bytes
    sak: int = 0
    atqa: bytes = b"\0\0"
    kind: str = "iso14443a"

    @property
    def is_random(self) -> bool:
        """A UID made anew at each power-up: four bytes that begin 08 (NXP AN10927)."""
        return self.kind == "iso14443a" and len(self.uid) == 4 and self.uid[0] == 0x08


class CardReader(Protocol):
    """A card reader, owned by one thread."""

    def read(self) -> Sequence[CardSeen]:
        """Every card in the field now, a card left lying included. Empty: nobody there.

        Returns within 0.5 s. A card pulled away in mid-exchange is not reported.

        Raises:
            ReaderLost: the reader is dead or the bus is stuck.
        """

    def check(self) -> None:
        """Prove the reader alive.

        Raises:
            ReaderLost: it is not, and the message says what was seen instead.
        """

    def reset(self) -> None:
        """Bring a lost reader back. Raises ReaderLost if it stays lost."""

    def close(self) -> None:
        """Let go of the device; the reader is of no more use."""


class Door(Enum):
    """What the sensor says of one door. UNKNOWN where there is none, or it cannot be read."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LockLimits:
    """What a bank promises never to exceed (I1).

    ``pulse_s``: length of one pulse; ``ceiling_s``: no coil is on longer, whatever is interrupted;
    ``rest_s``: least time between two pulses of one coil; ``max_concurrent``: coils on at once.
    """

    pulse_s: float = 0.4
    ceiling_s: float = 1.0
    rest_s: float = 0.6
    max_concurrent: int = 1


class LockBank(Protocol):
    """The locks of one cabinet, and their doors, owned by one thread."""

    @property
    def cubbies(self) -> frozenset[int]:
        """The cubby numbers it drives, as painted on the doors."""

    @property
    def limits(self) -> LockLimits:
        """What it promises never to exceed."""

    def unlock(self, cubby: int) -> None:
        """Begin one pulse and return. The pulse ends by itself, whatever the caller does next.

        Raises:
            LockBusy: that coil is on or resting, or the power budget is spent. Nothing was done.
            UnknownCubby: no such cubby. Nothing was done.
            LockFault: the bank did not do as told. The coil is off.
        """

    def busy(self) -> bool:
        """Whether a further ``unlock`` would exceed the power budget now."""

    def doors(self) -> Mapping[int, Door]:
        """The state of every door, read from levels now, never from edges.

        Raises:
            LockFault: the sensors cannot be read.
        """

    def all_off(self) -> None:
        """Turn every coil off, at once. Never raises."""

    def close(self) -> None:
        """Turn every coil off and let go of the lines."""


class Hands(Protocol):
    """What people do to a simulated cabinet. Real hardware has none."""

    def tap(self, uid: bytes) -> None:
        """Hold a card to the reader, and take it away once it was read (or after a second)."""

    def place(self, uid: bytes) -> None:
        """Lay a card on the reader and leave it there."""

    def lift(self, uid: bytes) -> None:
        """Take a card that was left lying away."""

    def open(self, cubby: int) -> None:
        """Pull a door open: an unlocked one by its handle, a locked one by force."""

    def close(self, cubby: int) -> None:
        """Push a door shut until it latches."""

    def jam(self, cubby: int, jammed: bool = True) -> None:
        """Let a door stick: it stays as it is, whatever the lock does."""

    def unplug_reader(self, unplugged: bool = True) -> None:
        """Pull the reader's cable out, or plug it in again."""


@dataclass(slots=True)
class Hardware:
    """One cabinet's hardware, built by the factory and closed by its owner."""

    reader: CardReader
    locks: LockBank
    hands: Hands | None = None
    warnings: Sequence[str] = field(default=())

    @property
    def is_simulated(self) -> bool:
        """Whether any part of it is simulated."""
        return self.hands is not None
