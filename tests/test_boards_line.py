"""Lock boards at the end of a real serial port: pyserial on a pseudo-terminal."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from board_fixtures import CHANNELS, CUBBIES, PROTOCOLS, STEADY_S, now_ns, wiring

from hardware.boards import BoardLocks, open_serial_bus
from hardware.errors import BankLost
from hardware.ports import Door, LockLimits
from hardware.settings import BoardProtocol
from hardware.simulated.boards import SimulatedBoard
from hardware.simulated.boards_cable import SimulatedCable
from hardware.simulated.boards_fitted import simulated_board
from hardware.simulated.boards_line import SimulatedLine
from hardware.simulated.clock import VirtualClock
from hardware.simulated.world import World

ALL_SHUT = dict.fromkeys(CUBBIES, Door.CLOSED)


@dataclass(slots=True)
class LineBench:
    """``clock`` is all but the port's own: a read waits for real, for 20 ms, if nothing comes."""

    locks: BoardLocks
    line: SimulatedLine
    board: SimulatedBoard
    world: World
    clock: VirtualClock

    @property
    def lines_on(self) -> frozenset[int]:
        return self.world.lines_on(now_ns(self.clock))


@contextmanager
def line_bench(folder: Path, protocol: BoardProtocol) -> Iterator[LineBench]:
    clock = VirtualClock(1000.0)
    path = folder / "lock-boards"
    fitted = wiring(protocol, port=str(path))
    world = World.create(folder / "world", CUBBIES)
    board = simulated_board(fitted, LockLimits(), world, lambda: now_ns(clock))
    with closing(SimulatedLine(SimulatedCable([board]), folder)) as line:
        assert line.path == path
        bus = open_serial_bus(str(path), protocol, sleep=clock.sleep, monotonic=clock.now)
        with closing(BoardLocks(fitted, LockLimits(), bus)) as locks:
            yield LineBench(locks, line, board, world, clock)


@pytest.fixture(params=PROTOCOLS)
def it(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LineBench]:
    with line_bench(tmp_path, request.param) as built:
        yield built
        assert built.world.violations(LockLimits(), now_ns(built.clock)) == []


def poll(it: LineBench) -> object:
    """Read the doors until the driver knows the board."""
    for _ in range(5):
        doors = it.locks.doors()
        it.clock.sleep(STEADY_S)
    return doors


def test_locks_open_and_doors_are_read_over_a_real_port(it: LineBench) -> None:
    assert poll(it) == ALL_SHUT
    for cubby in CUBBIES:
        it.locks.unlock(cubby)
        it.locks.doors()  # a Kerong board answers no unlock; having answered this, it heard that
        assert it.board.heard.unlocks[-1] == CHANNELS[cubby]
        assert it.lines_on == {cubby}
        it.clock.sleep(2)
    assert poll(it) == dict.fromkeys(CUBBIES, Door.OPEN)


def test_an_adapter_that_is_pulled_is_gone_and_comes_back_by_itself(it: LineBench) -> None:
    poll(it)
    it.line.unplug()
    assert not it.line.path.exists()
    with pytest.raises(BankLost, match=f"serial port {it.line.path} failed"):
        it.locks.doors()
    it.clock.sleep(1)
    with pytest.raises(BankLost, match=f"serial port {it.line.path} is not there"):
        it.locks.doors()
    with pytest.raises(BankLost):
        it.locks.unlock(1)
    it.line.plug_in()
    it.clock.sleep(2)
    assert poll(it) == ALL_SHUT
    it.locks.unlock(1)
    it.locks.doors()
    assert it.lines_on == {1}


def test_one_that_was_pulled_and_plugged_in_unnoticed_is_opened_anew(it: LineBench) -> None:
    poll(it)
    it.line.unplug()
    it.line.plug_in()
    with pytest.raises(BankLost):
        it.locks.doors()
    it.clock.sleep(0.25)
    assert it.locks.doors() == ALL_SHUT


def test_an_adapter_that_is_plugged_in_after_the_start_is_found(tmp_path: Path) -> None:
    with line_bench(tmp_path, "kerong") as it:
        it.line.unplug()
        with pytest.raises(BankLost, match="is not there"):
            it.locks.doors()
        it.line.plug_in()
        it.clock.sleep(0.25)
        assert it.locks.doors() == ALL_SHUT


def test_a_board_without_power_is_told_apart_from_a_pulled_cable(tmp_path: Path) -> None:
    with line_bench(tmp_path, "kerong") as it:
        it.board.lose_power()
        with pytest.raises(BankLost, match="nobody answers, though the port works"):
            it.locks.doors()
        it.board.lose_power(False)
        it.clock.sleep(1)
        assert it.locks.doors() == ALL_SHUT


def test_garbage_on_a_real_port_is_passed_over(it: LineBench) -> None:
    it.line.cable.glitch = b"\x02\x80\x11\x13\x03\xff"  # among them what terminals eat
    assert poll(it) == ALL_SHUT


def test_a_name_that_a_killed_process_left_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / "lock-boards").symlink_to("/dev/pts/9999")
    with line_bench(tmp_path, "kerong") as it:
        assert it.locks.doors() == ALL_SHUT


def test_a_file_of_that_name_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "lock-boards").write_text("precious")
    with pytest.raises(FileExistsError, match="in the way"):
        SimulatedLine(SimulatedCable([]), tmp_path)
    assert (tmp_path / "lock-boards").read_text() == "precious"


def test_a_closed_line_leaves_nothing_behind(tmp_path: Path) -> None:
    threads = threading.active_count()
    line = SimulatedLine(SimulatedCable([]), tmp_path)
    line.plug_in()
    line.close()
    line.close()
    assert list(tmp_path.iterdir()) == []
    assert threading.active_count() == threads
