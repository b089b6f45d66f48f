"""The lock bank on a board that times its own pulses, on a serial line."""

import threading
from collections.abc import Mapping

from hardware.boards.board import Board
from hardware.boards.bus import SerialBus
from hardware.boards.dialects import dialect_of, name_of
from hardware.boards.pulses import Pulses
from hardware.errors import LockBusy, LockFault, UnknownCubby
from hardware.gpio.pins import limit_faults
from hardware.ports import Door, LockLimits
from hardware.settings import BoardWiring

# How often the coils are looked at, where the board says which are on.
COILS_EVERY_S = 0.5


class BoardLocks:
    """One board's locks and doors. Implements ``LockBank``; owned by one thread.

    A pulse counts as on for ``limits.pulse_s`` from when the board said that it began, or was told
    to where it does not say. Kerong and 8A boards time it as was set on the board: ``pulse_s`` is
    to be that time, and nothing but the board ends it early. An unlock is sent once and never
    again, whatever comes back; a question is asked three times.

    ``bus`` may be shared by banks of the same language; its clock is theirs.

    Raises:
        ValueError: the limits cannot be promised, or the board has no such lock or address.
    """

    def __init__(self, wiring: BoardWiring, limits: LockLimits, bus: SerialBus) -> None:
        if faults := limit_faults(limits):
            raise ValueError("; ".join(faults))
        dialect = dialect_of(wiring, limits.pulse_s)
        self._wiring = wiring
        self._limits = limits
        self._bus = bus
        self._board = Board(name_of(wiring), bus, dialect)
        self._cubby_of = {channel: cubby for cubby, channel in wiring.channels.items()}
        self._pulses = Pulses(limits)
        self._one_at_a_time = threading.Lock()
        self._coils_at = float("-inf")
        self._closed = False
        bus.join()

    @property
    def cubbies(self) -> frozenset[int]:
        """The cubby numbers it drives."""
        return self._wiring.cubbies

    @property
    def limits(self) -> LockLimits:
        """What it promises never to exceed."""
        return self._limits

    def unlock(self, cubby: int) -> None:
        """Begin one pulse and return. See ``LockBank.unlock``.

        The board has to answer first, unless it did within the last second.

        Raises:
            BankLost: nobody answers, or the port is gone.
            LockFault: the board answers nonsense, or refuses. Where either message says that the
                lock may have been pulsed, the frame had been sent; the coil counts as on.
        """
        if cubby not in self._wiring.channels:
            raise UnknownCubby(f"there is no cubby {cubby}")
        if not self._one_at_a_time.acquire(blocking=False):
            raise LockBusy("another lock is being switched on")
        try:
            self._refuse(cubby)
            self._board.prove_lately(self._any_channel)
            self._pulse(cubby)
        finally:
            self._one_at_a_time.release()

    def on(self) -> int:
        """How many coils are energised now, or may be."""
        return len(self._pulses.on(self._bus.monotonic()))

    def stuck(self) -> frozenset[int]:
        """The cubbies whose coil the board called on for longer than any pulse lasts."""
        return self._pulses.stuck(self._bus.monotonic())

    def busy(self) -> bool:
        """Whether a further ``unlock`` would exceed the power budget now."""
        return self.on() >= self._limits.max_concurrent

    def doors(self) -> Mapping[int, Door]:
        """The state of every door, read now. See ``LockBank.doors``.

        A board at fault is asked again after a quarter of a second, then after doubling times,
        two seconds at most; in between this raises what it raised before.
        """
        if self._closed:
            raise LockFault("the locks are closed")
        self._board.check_patience()
        doors = self._read_doors()
        self._watch_coils()
        return doors

    def all_off(self) -> None:
        """Turn every coil off, at once, where the board can be told to. Never raises.

        A signal handler may call it. It waits for half a second for the line, and less for an
        answer. Without one, a pulse counts as on until its own end.
        """
        if not self._closed and self._board.all_off():
            self._pulses.all_ended(self._bus.monotonic())

    def close(self) -> None:
        """Turn every coil off that can be, and leave the line. A second call does nothing."""
        if self._closed:
            return
        self.all_off()
        self._closed = True
        self._bus.leave()

    @property
    def _any_channel(self) -> int:
        return min(self._cubby_of)

    def _refuse(self, cubby: int) -> None:
        if self._closed:
            raise LockFault("the locks are closed")
        if why := self._pulses.refusal(cubby, self._bus.monotonic()):
            raise LockBusy(why)

    def _pulse(self, cubby: int) -> None:
        """Counted from before the first byte to after the last, as it may begin in between."""
        self._pulses.begin(cubby, self._bus.monotonic())
        try:
            self._board.pulse(self._wiring.channels[cubby])
        finally:
            self._pulses.begin(cubby, self._bus.monotonic())

    def _read_doors(self) -> Mapping[int, Door]:
        if not self._wiring.sensors:
            self._board.prove(self._any_channel)
            return dict.fromkeys(self._wiring.channels, Door.UNKNOWN)
        bits = self._board.feedback(self._cubby_of.keys())
        return {
            cubby: Door.CLOSED if bits[channel] is self._wiring.closed_bit else Door.OPEN
            for cubby, channel in self._wiring.channels.items()
        }

    def _watch_coils(self) -> None:
        """A relay that stays on beyond the ceiling is told off, and reported."""
        now = self._bus.monotonic()
        if now - self._coils_at < COILS_EVERY_S and not self._pulses.strange:
            return
        channels = self._board.coils()
        self._coils_at = self._bus.monotonic()
        if channels is None:
            return
        on = [self._cubby_of[channel] for channel in channels if channel in self._cubby_of]
        self._pulses.saw(on, self._coils_at)
        if stuck := self._pulses.stuck(self._coils_at):
            self._board.all_off()
            cubbies = ", ".join(str(cubby) for cubby in sorted(stuck))
            raise self._board.stuck(f"the lock of cubby {cubbies} is stuck on")
