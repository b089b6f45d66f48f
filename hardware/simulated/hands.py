"""What people do to a simulated cabinet, from whatever thread they come."""

import threading
from dataclasses import dataclass

from hardware.errors import BackendUnavailable
from hardware.simulated.cards import card_of
from hardware.simulated.chip import Mfrc522Chip
from hardware.simulated.field import Field
from hardware.simulated.world import World


@dataclass(frozen=True, slots=True)
class ReaderParts:
    """The ends of a simulated reader that hands can get at."""

    field: Field
    chip: Mfrc522Chip


class SimulatedHands:
    """Hands on the parts that are simulated. Implements ``Hands``.

    ``reader`` or ``world`` is None where that part is real: an act on it raises
    BackendUnavailable. One on a cubby that is not there raises UnknownCubby.
    """

    def __init__(self, reader: ReaderParts | None, world: World | None) -> None:
        self._parts = reader
        self._cabinet = world
        self._one_at_a_time = threading.Lock()

    def tap(self, uid: bytes) -> None:
        """Hold a card to the reader, and take it away once it was read (or after a second).

        Raises:
            ValueError: no card has a UID of that length.
        """
        with self._one_at_a_time:
            self._reader().field.tap(card_of(uid))

    def place(self, uid: bytes) -> None:
        """Lay a card on the reader and leave it there. Raises ValueError, see ``tap``."""
        with self._one_at_a_time:
            self._reader().field.place(card_of(uid))

    def lift(self, uid: bytes) -> None:
        """Take a card that was left lying away."""
        with self._one_at_a_time:
            self._reader().field.lift(uid)

    def open(self, cubby: int) -> None:
        """Pull a door open: an unlocked one by its handle, a locked one by force."""
        with self._one_at_a_time:
            self._world().open_door(cubby)

    def close(self, cubby: int) -> None:
        """Push a door shut. It does not latch while its coil is energised, or if it is jammed."""
        with self._one_at_a_time:
            self._world().close_door(cubby)

    def jam(self, cubby: int, jammed: bool = True) -> None:
        """Let a door stick as it is, or come loose."""
        with self._one_at_a_time:
            self._world().jam(cubby, jammed)

    def unplug_reader(self, unplugged: bool = True) -> None:
        """Pull the reader's cable out, or plug it in again."""
        with self._one_at_a_time:
            chip = self._reader().chip
            if unplugged:
                chip.unplug()
            else:
                chip.plug_in()

    def _reader(self) -> ReaderParts:
        if self._parts is None:
            raise BackendUnavailable("The card reader is real: hold a card to it.")
        return self._parts

    def _world(self) -> World:
        if self._cabinet is None:
            raise BackendUnavailable("The doors are real: open and close them by hand.")
        return self._cabinet
