"""Simulated lock boards, byte for byte: what all have in common. One module a language.

They read and write their frames by themselves, not by the drivers' code: a fault shared by both
would be seen by nobody. What a board does to its locks, it does to the ``World``.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hardware.ports import Door
from hardware.simulated.world import World


@dataclass(frozen=True, slots=True)
class Fitting:
    """How a board is fitted into the cabinet.

    ``cubbies``: by the board's lock number, from 1; ``now_ns``: CLOCK_MONOTONIC; ``pulse_ns``:
    what its own timer is set to; ``shut_makes``: the locks' feedback contact is closed, and their
    bit set, while the door is shut.
    """

    world: World
    cubbies: Mapping[int, int]
    now_ns: Callable[[], int]
    pulse_ns: int = 400_000_000
    shut_makes: bool = True


@dataclass(slots=True)
class BoardFaults:
    """What is wrong with a board, to be set at any moment.

    ``is_dead``: it has no power, so pulses under way end; ``busy_ns``: for so long after an unlock
    it answers ``babble`` to everything and does nothing; empty, it is deaf. ``deaf_to``: how many
    questions more it does not hear.
    """

    is_dead: bool = False
    busy_ns: int = 0
    babble: bytes = b""
    deaf_to: int = 0


@dataclass(slots=True)
class Heard:
    """What a board was told, and when, for tests to look at."""

    frames: list[bytes] = field(default_factory=list)
    unlocks: list[int] = field(default_factory=list)


class SimulatedBoard(ABC):
    """One board on a line. ``address`` is what its switches say; they can be turned."""

    def __init__(self, address: int, fitting: Fitting) -> None:
        self.address = address
        self.fitting = fitting
        self.faults = BoardFaults()
        self.heard = Heard()
        self._held = b""
        self._busy_until_ns = 0

    def hear(self, data: bytes) -> bytes:
        """What the board says to these bytes; often nothing."""
        if self.faults.is_dead:
            self._held = b""
            return b""
        self._held += data
        said = b""
        while self._held:
            size = self._size(self._held)
            if size > len(self._held):
                break
            frame, rest = self._held[:size], self._held[size:]
            is_whole = size > 0 and self._is_right(frame)
            self._held = rest if is_whole else self._held[1:]
            if is_whole:
                said += self._answer(frame)
        return said

    def _answer(self, frame: bytes) -> bytes:
        if not self._is_for_us(frame):
            return b""
        self.heard.frames.append(frame)
        if self.fitting.now_ns() < self._busy_until_ns:
            return self.faults.babble
        if self.faults.deaf_to:
            self.faults.deaf_to -= 1
            return b""
        return self._obey(frame)

    def pulse(self, channel: int, pulse_ns: int | None = None) -> None:
        """Energise a lock until the board's own timer ends that. A lock not wired does nothing."""
        now_ns = self.fitting.now_ns()
        self.heard.unlocks.append(channel)
        self._busy_until_ns = now_ns + self.faults.busy_ns
        if channel in self.fitting.cubbies:
            until_ns = now_ns + (self.fitting.pulse_ns if pulse_ns is None else pulse_ns)
            self.fitting.world.board_pulse(self.fitting.cubbies[channel], now_ns, until_ns)

    def hold(self, channel: int, on: bool) -> None:
        """Switch a lock on for good, or off: a pulse under way ends at once."""
        world, now_ns = self.fitting.world, self.fitting.now_ns()
        if (cubby := self.fitting.cubbies.get(channel)) is None:
            return
        world.switch(cubby, on, now_ns)
        if not on and world.state(cubby, now_ns).is_on:
            world.board_pulse(cubby, now_ns, now_ns)

    def lose_power(self, lost: bool = True) -> None:
        """Take its power away, which lets every lock go, or give it back."""
        self.faults.is_dead = lost
        self._busy_until_ns = 0
        for channel in self.fitting.cubbies if lost else ():
            self.hold(channel, False)

    def bit(self, channel: int) -> bool:
        """A lock's feedback: whether its contact is made. One without wires never is."""
        if (cubby := self.fitting.cubbies.get(channel)) is None:
            return False
        now_ns, shut_makes = self.fitting.now_ns(), self.fitting.shut_makes
        level = self.fitting.world.door_level(cubby, now_ns, shut_makes=shut_makes)
        return (level is Door.CLOSED) is shut_makes

    def is_on(self, channel: int) -> bool:
        """Whether a lock's coil is energised."""
        cubby = self.fitting.cubbies.get(channel)
        now_ns = self.fitting.now_ns()
        return cubby is not None and self.fitting.world.state(cubby, now_ns).is_on

    def bits(self, of: Callable[[int], bool], size: int, first: int = 1) -> bytes:
        """So many bytes of bits, the lowest bit of the first byte for the ``first`` lock."""
        word = sum(of(first + n) << n for n in range(8 * size))
        return word.to_bytes(size, "little")

    @abstractmethod
    def _size(self, data: bytes) -> int:
        """How long the frame is that begins so; 0: none."""

    @abstractmethod
    def _is_right(self, frame: bytes) -> bool:
        """Whether its check bytes fit."""

    @abstractmethod
    def _is_for_us(self, frame: bytes) -> bool:
        """Whether the board feels spoken to."""

    @abstractmethod
    def _obey(self, frame: bytes) -> bytes:
        """Do it, and say what is to be said."""
