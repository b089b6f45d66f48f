"""Lock boards on the bench: the driver, a line, simulated boards, a cabinet, and a clock."""

import itertools
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from hardware.boards.bus import SLICE_S
from hardware.boards.locks import BoardLocks
from hardware.ports import LockLimits
from hardware.settings import BoardProtocol, BoardWiring
from hardware.simulated.boards import SimulatedBoard
from hardware.simulated.boards_cable import SimulatedCable
from hardware.simulated.boards_fitted import simulated_board, simulated_bus
from hardware.simulated.clock import VirtualClock
from hardware.simulated.world import World

PROTOCOLS: tuple[BoardProtocol, ...] = ("kerong", "kerong48", "board8a", "waveshare")
CUBBIES = range(1, 5)

# Cubby n is on another number of the board, so that the two cannot be taken for one another.
CHANNELS = {1: 3, 2: 1, 3: 8, 4: 6}

STEADY_S = 0.2  # by then a door's switch has stopped chattering, even a worn one


def wiring(protocol: BoardProtocol, address: int = 1, **changes: object) -> BoardWiring:
    return replace(BoardWiring(protocol, "/dev/line", address, CHANNELS), **changes)  # type: ignore[arg-type]


@dataclass(slots=True)
class Bench:
    """One board and its bank."""

    locks: BoardLocks
    board: SimulatedBoard
    cable: SimulatedCable
    world: World
    clock: VirtualClock

    @property
    def now_ns(self) -> int:
        return now_ns(self.clock)

    @property
    def lines_on(self) -> frozenset[int]:
        return self.world.lines_on(self.now_ns)

    @property
    def violations(self) -> list[str]:
        return self.world.violations(self.locks.limits, self.now_ns)

    def settle(self) -> None:
        """Poll as the daemon does until the driver knows the board, and every pulse is over."""
        for _ in range(4):
            self.locks.doors()
            self.clock.sleep(STEADY_S)
        self.clock.sleep(2)


def now_ns(clock: VirtualClock) -> int:
    return round(clock.now() * 1e9)


@contextmanager
def bench(folder: Path, fitted: BoardWiring, limits: LockLimits | None = None) -> Iterator[Bench]:
    """A bench whose time passes only by waiting: 20 ms for each read that finds nothing."""
    limits = limits or LockLimits()
    clock = VirtualClock(1000.0)
    world = World.open_or_create(folder / "world", fitted.cubbies)
    board = simulated_board(fitted, limits, world, lambda: now_ns(clock))
    bus, cable = simulated_bus([board], sleep=clock.sleep, monotonic=clock.now)
    locks = BoardLocks(fitted, limits, bus)
    try:
        yield Bench(locks, board, cable, world, clock)
    finally:
        locks.close()


@dataclass(slots=True)
class ScriptedPort:
    """A port that answers from a list: for each frame that is written, the next of ``answers``."""

    answers: Sequence[bytes]
    clock: VirtualClock
    written: list[bytes] = field(default_factory=list)
    is_closed: bool = False
    _came: bytes = b""

    def write(self, data: bytes, /) -> int:
        self._came += (
            self.answers[len(self.written)] if len(self.written) < len(self.answers) else b""
        )
        self.written.append(data)
        return len(data)

    def read(self, size: int, /) -> bytes:
        data, self._came = self._came[:size], self._came[size:]
        if len(data) < size:
            self.clock.sleep(SLICE_S)
        return data

    def reset_input_buffer(self) -> None:
        self._came = b""

    def close(self) -> None:
        self.is_closed = True


def corruptions(frame: bytes) -> Iterator[bytes]:
    """Every frame that differs from this one in one byte."""
    for index, value in itertools.product(range(len(frame)), range(256)):
        if frame[index] != value:
            yield frame[:index] + bytes([value]) + frame[index + 1 :]


def pieces(data: bytes, seed: int) -> list[bytes]:
    """The same bytes, torn at random."""
    lots = random.Random(seed)
    cuts = sorted(lots.choices(range(len(data) + 1), k=3))
    return [data[a:b] for a, b in itertools.pairwise([0, *cuts, len(data)])]
