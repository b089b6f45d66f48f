"""What people do to a simulated cabinet, and what befalls it, from whatever thread it comes."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from hardware.errors import BackendUnavailable, UnknownCubby
from hardware.ports import Fault, Shining
from hardware.simulated.cards import card_of
from hardware.simulated.chip import Mfrc522Chip
from hardware.simulated.faults import (
    FAULTS,
    Breakable,
    Pluggable,
    cubby_breakables,
    lights_breakables,
    plug,
    rc522_breakables,
    shared_supply,
    supply_breakables,
)
from hardware.simulated.field import Field
from hardware.simulated.lights import SimulatedLights
from hardware.simulated.world import World


class ReaderHand(Protocol):
    """The end of a simulated reader that hands can get at, of whatever kind."""

    def tap(self, uid: bytes) -> None:
        """Hold a card to it until it was read, or for a second. ValueError: no such card."""

    def place(self, uid: bytes) -> None:
        """Lay a card on it. ValueError: no such card."""

    def lift(self, uid: bytes) -> None:
        """Take a card away that was left lying."""

    def breakables(self) -> Sequence[Breakable]:
        """How it can break: all of the part "reader"."""


@dataclass(frozen=True, slots=True)
class ReaderParts:
    """The ends of a simulated RC522. Implements ``ReaderHand``."""

    field: Field
    chip: Mfrc522Chip

    def tap(self, uid: bytes) -> None:
        """Hold a card to it until it was read, or for a second."""
        self.field.tap(card_of(uid))

    def place(self, uid: bytes) -> None:
        """Lay a card on it."""
        self.field.place(card_of(uid))

    def lift(self, uid: bytes) -> None:
        """Take a card away."""
        self.field.lift(uid)

    def breakables(self) -> Sequence[Breakable]:
        """How it can break."""
        return rc522_breakables(self.chip, self.field)


class PluggedReader(Pluggable, Protocol):
    """A simulated device that takes cards as it is: a keyboard reader, a serial module."""

    def tap(self, uid: bytes) -> None:
        """Hold a card to it."""

    def place(self, uid: bytes) -> None:
        """Lay a card on it."""

    def lift(self, uid: bytes) -> None:
        """Take a card away."""


@dataclass(frozen=True, slots=True)
class DeviceParts:
    """Such a device. Implements ``ReaderHand``. ``others``: how it breaks beside its cable."""

    device: PluggedReader
    others: tuple[Breakable, ...] = ()

    def tap(self, uid: bytes) -> None:
        """Hold a card to it."""
        self.device.tap(uid)

    def place(self, uid: bytes) -> None:
        """Lay a card on it."""
        self.device.place(uid)

    def lift(self, uid: bytes) -> None:
        """Take a card away."""
        self.device.lift(uid)

    def breakables(self) -> Sequence[Breakable]:
        """How it can break."""
        return [plug(self.device), *self.others]


class SimulatedHands:
    """Hands on the parts that are simulated. Implements ``Hands``.

    ``reader`` or ``world`` is None where that part is real: an act on it raises
    BackendUnavailable. One on a cubby that is not there raises UnknownCubby. ``others``: how
    banks can break. ``lights``: the simulated ones, if they are.
    """

    def __init__(
        self,
        reader: ReaderHand | None,
        world: World | None,
        others: Iterable[Breakable] = (),
        *,
        lights: SimulatedLights | None = None,
        now_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._hand = reader
        self._cabinet = world
        self._lights = lights
        self._now_ns = now_ns
        self._one_at_a_time = threading.Lock()
        parts = [*(reader.breakables() if reader else ()), *others]
        if lights is not None:
            parts += lights_breakables(lights)
        if world is not None:
            dips = (each for each in parts if each.name == "browned-out")
            parts += supply_breakables(world, now_ns)
            parts += [shared_supply(world, partial(dip.turn, True)) for dip in dips]
            parts += cubby_breakables(world, now_ns)
        self._parts = {(each.part, each.name): each for each in parts}

    def tap(self, uid: bytes) -> None:
        """Hold a card to the reader, and take it away once it was read (or after a second).

        Raises:
            ValueError: no card has a UID of that length.
        """
        with self._one_at_a_time:
            self._reader().tap(uid)

    def place(self, uid: bytes) -> None:
        """Lay a card on the reader and leave it there. Raises ValueError, see ``tap``."""
        with self._one_at_a_time:
            self._reader().place(uid)

    def lift(self, uid: bytes) -> None:
        """Take a card that was left lying away."""
        with self._one_at_a_time:
            self._reader().lift(uid)

    def open(self, cubby: int) -> None:
        """Pull a door open: an unlocked one by its handle, a locked one by force."""
        with self._one_at_a_time:
            self._world().open_door(cubby, self._now_ns())

    def close(self, cubby: int) -> None:
        """Push a door shut. It does not latch while its coil is energised, or if it is jammed."""
        with self._one_at_a_time:
            self._world().close_door(cubby, self._now_ns())

    def leave_ajar(self, cubby: int) -> None:
        """Push an open door to, so that it looks shut, but does not latch."""
        with self._one_at_a_time:
            self._world().leave_ajar(cubby, self._now_ns())

    def jam(self, cubby: int, jammed: bool = True) -> None:
        """Let a door stick as it is, or come loose."""
        self.fault(f"cubby {cubby}", "jammed", jammed)

    def unplug_reader(self, unplugged: bool = True) -> None:
        """Pull the reader's cable out, or plug it in again."""
        self.fault("reader", "unplugged", unplugged)

    def faults(self, part: str | None = None) -> list[Fault]:
        """Everything that can be wrong, with ``part`` or with any, and whether it is."""
        with self._one_at_a_time:
            return [each.look() for each in self._parts.values() if part in (None, each.part)]

    def fault(self, part: str, name: str, on: bool = True) -> None:
        """Break a part in one of the ways that ``faults`` lists, or mend it.

        Raises:
            BackendUnavailable: the part is real.
            UnknownCubby: there is no such cubby.
            ValueError: there is no such part, or it cannot break so.
        """
        breakable = self._parts.get((part, name))
        if breakable is None:
            raise self._unknown(part, name)
        with self._one_at_a_time:
            breakable.turn(on)

    def shining(self) -> Shining | None:
        """What the simulated lights show; None where they are real, or none are fitted."""
        return None if self._lights is None else self._lights.shining

    def _unknown(self, part: str, name: str) -> Exception:
        """Why a part cannot be broken so."""
        kind, _, which = part.partition(" ")
        names = [each for known, each in self._parts if known == part]
        if names:
            return ValueError(f"{part} cannot be {name}, only {', '.join(names)}")
        if kind == "reader" and self._hand is None:
            return BackendUnavailable(_REAL_READER)
        if kind in ("cubby", "supply") and self._cabinet is None:
            return BackendUnavailable(_REAL_DOORS)
        if kind == "cubby":
            return UnknownCubby(f"there is no cubby {which}")
        kinds = ", ".join(FAULTS)
        return ValueError(f"there is no simulated part {part}: a part is one of {kinds}")

    def _reader(self) -> ReaderHand:
        if self._hand is None:
            raise BackendUnavailable(_REAL_READER)
        return self._hand

    def _world(self) -> World:
        if self._cabinet is None:
            raise BackendUnavailable(_REAL_DOORS)
        return self._cabinet


_REAL_READER = "The card reader is real: hold a card to it."
_REAL_DOORS = "The doors are real: open and close them by hand."
