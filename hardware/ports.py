"""The seams between the kiosk and its hardware, and the values that cross them.

Behind each port stand its real and its simulated implementation; ``hardware.factory`` builds the
one the settings name. Nothing here imports a driver.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CardSeen:
    """One card in the field, its UID selected whole and checked.

    ``uid``: 4, 7 or 10 bytes for ISO 14443-A, in the order of the standard (UID0 first).
    ``sak``: 0-255; ``atqa``: 2 bytes as received. Both are 0 where the reader has no such thing.
    ``kind`` names the numbering the bytes belong to; equal bytes of two kinds are two cards.
    ``is_copy``: it answered the back door that first-generation copy cards have.
    """

    uid: bytes
    sak: int = 0
    atqa: bytes = b"\0\0"
    kind: str = "iso14443a"
    is_copy: bool = False

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

    def counts(self) -> Mapping[str, int]:
        """What it has counted since it was opened, each with words for a technician: cards read,
        and what was dropped as it could not be trusted. Any thread may ask."""

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
    """The locks on one board, header or bus, and their doors, owned by one thread.

    A cabinet has one or more of them.
    """

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
            MayBePulsed: the bank was told, and its answer makes no sense. It counts as on.
            LockFault: the bank did not do as told. The coil is off.
        """

    def on(self) -> int:
        """How many coils are energised now, or may be."""

    def stuck(self) -> frozenset[int]:
        """The cubbies whose coil should be off and may not be: it was told so in vain."""

    def busy(self) -> bool:
        """Whether a further ``unlock`` would exceed the power budget now."""

    def doors(self) -> Mapping[int, Door]:
        """The state of every door, read from levels now, never from edges.

        Also the proof that the bank answers, where no door has a sensor.

        Raises:
            BankLost: the board or its bus does not answer.
            LockFault: the sensors cannot be read.
        """

    def all_off(self) -> None:
        """Turn every coil off, at once. Never raises."""

    def close(self) -> None:
        """Turn every coil off and let go of the lines."""


class Colour(Enum):
    """What the kiosk's lamp shows; the names are those of the signs on the screen."""

    OFF = "off"
    WHITE = "white"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    BLUE = "blue"


class Lights(Protocol):
    """The kiosk's lamp and buzzer, and the cubbies' own lamps. What is not fitted does nothing.

    One thread asks; another may close, and what is asked afterwards does nothing.
    """

    @property
    def has_lamp(self) -> bool:
        """Whether the kiosk has a lamp."""

    @property
    def has_buzzer(self) -> bool:
        """Whether it has a buzzer."""

    @property
    def lit_cubbies(self) -> frozenset[int]:
        """The numbers of the cubbies that have a lamp."""

    def lamp(self, colour: Colour, brightness: float) -> None:
        """Let the lamp shine steadily. ``brightness``: 0, which is dark, to 1.

        Raises:
            ValueError: the brightness is out of range.
            HardwareError: the lamp did not do as told.
        """

    def cubby_lamps(self, lit: Collection[int]) -> None:
        """Let the lamps of exactly these cubbies shine. Numbers that have no lamp are ignored.

        Raises:
            HardwareError: a lamp did not do as told; the others did.
        """

    def tone(self, hz: float | None) -> None:
        """Begin a tone of 20 to 10,000 Hz, which ends the one before; None is silence.

        Raises:
            ValueError: the frequency is out of range.
            HardwareError: the buzzer did not do as told.
        """

    def check(self) -> None:
        """Look whether they can still be told anything; what shines and sounds stays.

        Raises:
            HardwareError: they cannot.
        """

    def close(self) -> None:
        """Make everything dark and silent, and let go of the lines. Never raises."""


@dataclass(frozen=True, slots=True)
class Shining:
    """What lamps and buzzer do at once. ``brightness``: 0-1, 0 while the lamp is off; ``lit``: the
    cubbies whose lamps shine; ``hz``: the tone, or None."""

    colour: Colour = Colour.OFF
    brightness: float = 0.0
    lit: frozenset[int] = frozenset()
    hz: float | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that can be wrong with one simulated part, and whether it is.

    ``part``: "reader", "cubby 7", "bank left", "lights", "supply". ``words`` follow the part's
    name: "cubby 7: its coil is burnt". Some happen and are over, and are never seen on.
    """

    part: str
    name: str
    words: str
    is_on: bool


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

    def leave_ajar(self, cubby: int) -> None:
        """Push an open door to, so that it looks shut, but does not latch."""

    def faults(self, part: str | None = None) -> Sequence[Fault]:
        """Everything that can be wrong, with ``part`` or with any, and whether it is."""

    def fault(self, part: str, name: str, on: bool = True) -> None:
        """Break a part in one of the ways that ``faults`` lists, or mend it.

        Raises:
            BackendUnavailable: the part is real.
            UnknownCubby: there is no such cubby.
            ValueError: there is no such part, or it cannot break so.
        """

    def shining(self) -> Shining | None:
        """What the simulated lights show; None where they are real, or none are fitted."""


@dataclass(slots=True)
class Hardware:
    """One cabinet's hardware, built by the factory and closed by its owner.

    ``banks`` by name; each cubby is in one of them. ``closes`` lets go of all of it.
    ``self_timed``: banks whose boards end their pulses by themselves, and are slow to answer.
    ``power_is_low``: whether the computer's own supply is too low now; None: it does not tell.
    """

    reader: CardReader
    banks: Mapping[str, LockBank]
    lights: Lights
    hands: Hands | None = None
    warnings: Sequence[str] = field(default=())
    closes: Callable[[], None] = lambda: None
    self_timed: frozenset[str] = frozenset()
    power_is_low: Callable[[], bool | None] = lambda: None

    @property
    def is_simulated(self) -> bool:
        """Whether any part of it is simulated."""
        return self.hands is not None

    def all_off(self) -> None:
        """Turn every coil off, those that we time ourselves at once and first. Never raises; a
        signal handler may call it, and waits for half a second at most for each board's line."""
        for name in sorted(self.banks, key=lambda name: name in self.self_timed):
            self.banks[name].all_off()

    def close(self) -> None:
        """Turn everything off and let go of it."""
        self.all_off()
        self.closes()
