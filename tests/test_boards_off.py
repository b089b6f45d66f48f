"""A board's locks turned off from outside."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from board_fixtures import CHANNELS, Bench, bench, wiring

from hardware.boards.off import board_off
from hardware.errors import BankLost, LockFault
from hardware.settings import BoardProtocol
from hardware.simulated.boards_fitted import simulated_bus


@pytest.fixture
def relays(tmp_path: Path) -> Iterator[Bench]:
    with bench(tmp_path, wiring("waveshare")) as built:
        built.locks.close()  # its process is dead
        built.board.hold(CHANNELS[1], True)
        yield built


def turn_off(built: Bench, protocol: BoardProtocol = "waveshare") -> None:
    clock = built.clock
    bus, built.cable = simulated_bus([built.board], sleep=clock.sleep, monotonic=clock.now)
    board_off(wiring(protocol), 0.4, bus)


def test_a_relay_that_was_left_on_is_turned_off(relays: Bench) -> None:
    turn_off(relays)
    assert relays.lines_on == frozenset()
    with_port = relays.cable.open(relays.clock.sleep)  # it was let go of
    with_port.close()


def test_it_may_be_done_twice(relays: Bench) -> None:
    turn_off(relays)
    turn_off(relays)
    assert relays.lines_on == frozenset()


def test_a_board_that_did_not_hear_is_told_again(relays: Bench) -> None:
    relays.board.faults.deaf_to = 2
    turn_off(relays)
    assert relays.lines_on == frozenset()


def test_a_board_that_nobody_hears_of_is_lost(relays: Bench) -> None:
    relays.board.lose_power()
    with pytest.raises(BankLost, match="nobody answers"):
        turn_off(relays)


def test_a_relay_that_stays_on_is_a_fault(relays: Bench) -> None:
    hold = relays.board.hold
    relays.board.hold = lambda channel, on: None if not on else hold(channel, on)  # type: ignore[method-assign]
    with pytest.raises(LockFault, match="lock 3 is stuck on"):
        turn_off(relays)


@pytest.mark.parametrize("protocol", ["kerong", "board8a"])
def test_boards_that_cannot_be_told_are_left_alone(protocol: BoardProtocol, tmp_path: Path) -> None:
    with bench(tmp_path, wiring(protocol)) as built:
        built.board.lose_power()
        turn_off(built, protocol)
        assert built.board.heard.frames == []
