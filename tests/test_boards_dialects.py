"""What is special to each language of lock boards, seen through the bank."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from board_fixtures import CHANNELS, CUBBIES, STEADY_S, Bench, bench, wiring

from hardware.errors import BankLost, LockBusy, LockFault
from hardware.ports import Door, LockLimits
from hardware.simulated.boards_8a import Simulated8a, Ways
from hardware.simulated.boards_kerong import SimulatedKerong

S = 1_000_000_000
ALL_SHUT = dict.fromkeys(CUBBIES, Door.CLOSED)


# -- Kerong ------------------------------------------------------------------------------------


def test_a_kerong_board_that_does_answer_an_unlock_confuses_nobody(tmp_path: Path) -> None:
    with bench(tmp_path, wiring("kerong")) as built:
        assert isinstance(built.board, SimulatedKerong)
        built.board.answers_unlock = True
        built.locks.unlock(1)
        built.clock.sleep(STEADY_S)
        assert built.locks.doors() == ALL_SHUT | {1: Door.OPEN}


def test_all_off_leaves_a_kerong_and_an_8a_board_to_their_own_timers(tmp_path: Path) -> None:
    for name in ("kerong", "board8a"):
        with bench(tmp_path, wiring(name)) as built:
            built.locks.unlock(1)
            asked = len(built.board.heard.frames)
            built.locks.all_off()
            assert built.locks.on() == 1
            assert len(built.board.heard.frames) == asked
            built.clock.sleep(2)


# -- 8A ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 2, 3, 7])
@pytest.mark.parametrize("low_first", [True, False])
@pytest.mark.parametrize("set_is_11", [True, False])
@pytest.mark.parametrize("reports", [True, False])
def test_the_doors_are_right_whichever_way_an_8a_board_tells_of_them(
    tmp_path: Path, size: int, low_first: bool, set_is_11: bool, reports: bool
) -> None:
    with bench(tmp_path, wiring("board8a")) as built:
        assert isinstance(built.board, Simulated8a)
        built.board.ways = Ways(size, low_first, set_is_11, reports)
        shut = dict(ALL_SHUT)
        for cubby in (1, 3, 4):
            for _ in range(6):
                assert built.locks.doors() == shut
                built.clock.sleep(STEADY_S)
            built.world.open_door(cubby, built.now_ns)
            built.clock.sleep(STEADY_S)
            shut[cubby] = Door.OPEN


def test_an_8a_board_that_answers_nothing_about_all_costs_one_silence_a_poll_at_most(
    tmp_path: Path,
) -> None:
    with bench(tmp_path, wiring("board8a")) as built:
        assert isinstance(built.board, Simulated8a)
        built.board.ways = Ways(status_bytes=0)
        assert built.locks.doors() == ALL_SHUT
        assert built.clock.now() < 1000.3


def test_an_8a_board_that_answers_nothing_about_all_is_not_asked_for_ever(tmp_path: Path) -> None:
    with bench(tmp_path, wiring("board8a")) as built:
        assert isinstance(built.board, Simulated8a)
        built.board.ways = Ways(status_bytes=0)
        built.settle()
        asked = len(built.board.heard.frames)
        assert built.locks.doors() == ALL_SHUT
        assert len(built.board.heard.frames) == asked + len(CUBBIES)


def power(built: Bench, gone: bool) -> None:
    built.board.lose_power(gone)


def cable(built: Bench, gone: bool) -> None:
    built.cable.unplug() if gone else built.cable.plug_in()


@pytest.mark.parametrize("meddle", [power, cable])
def test_another_8a_board_put_in_its_place_is_read_its_own_way(
    tmp_path: Path, meddle: Callable[[Bench, bool], None]
) -> None:
    with bench(tmp_path, wiring("board8a")) as built:
        assert isinstance(built.board, Simulated8a)
        built.world.open_door(1, built.now_ns)
        built.clock.sleep(STEADY_S)
        built.settle()
        meddle(built, True)
        with pytest.raises(BankLost):
            built.locks.unlock(1)
        meddle(built, False)
        built.board.ways = Ways(set_is_11=False)
        built.clock.sleep(3)
        assert built.locks.doors() == ALL_SHUT | {1: Door.OPEN}


# -- Waveshare ---------------------------------------------------------------------------------


@pytest.fixture
def relays(tmp_path: Path) -> Iterator[Bench]:
    with bench(tmp_path, wiring("waveshare")) as built:
        yield built


def test_a_relay_is_told_how_long_to_stay_on(tmp_path: Path) -> None:
    with bench(tmp_path, wiring("waveshare"), LockLimits(pulse_s=0.7)) as built:
        built.locks.unlock(2)
        assert built.board.heard.frames[-1] == bytes.fromhex("01 05 02 00 00 07 8D B0")
        assert built.world.pulses(2) == [(built.now_ns, built.now_ns + 7 * S // 10)]


def test_a_pulse_that_is_no_tenths_of_a_second_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(ValueError, match=r"pulse_s is 0\.25: a Waveshare board counts tenths"),
        bench(tmp_path, wiring("waveshare"), LockLimits(pulse_s=0.25)),
    ):
        pass


def test_all_off_turns_every_relay_off_at_once(relays: Bench) -> None:
    relays.locks.unlock(2)
    relays.locks.all_off()
    assert relays.board.heard.frames[-1] == bytes.fromhex("01 05 00 FF 00 00 FD FA")
    assert relays.lines_on == frozenset()
    assert relays.locks.on() == 0
    with pytest.raises(LockBusy, match="resting"):
        relays.locks.unlock(2)


def test_an_all_off_that_was_not_heard_is_sent_a_second_time(relays: Bench) -> None:
    relays.locks.unlock(2)
    relays.board.faults.deaf_to = 1
    relays.locks.all_off()
    assert relays.lines_on == frozenset()
    assert relays.locks.on() == 0


def test_closing_turns_every_relay_off(relays: Bench) -> None:
    relays.locks.unlock(2)
    relays.locks.close()
    assert relays.lines_on == frozenset()


def test_a_relay_that_somebody_switched_on_counts_as_on(relays: Bench) -> None:
    relays.settle()
    relays.board.hold(CHANNELS[4], True)
    assert relays.locks.doors()[4] is Door.OPEN
    assert relays.locks.busy() is True
    with pytest.raises(LockBusy, match="no more than 1"):
        relays.locks.unlock(1)
    with pytest.raises(LockBusy, match="cubby 4 is on"):
        relays.locks.unlock(4)


@pytest.mark.parametrize("sensors", [True, False])
def test_a_relay_that_stays_on_is_told_off_and_reported(tmp_path: Path, sensors: bool) -> None:
    with bench(tmp_path, wiring("waveshare", sensors=sensors)) as built:
        built.settle()
        built.board.hold(CHANNELS[4], True)
        built.locks.doors()
        built.clock.sleep(0.9)
        built.locks.doors()
        built.clock.sleep(0.2)
        with pytest.raises(
            LockFault, match="board 1 on /dev/line: the lock of cubby 4 is stuck on"
        ):
            built.locks.doors()
        assert built.lines_on == frozenset()
        built.locks.doors()
        assert built.locks.on() == 0


def test_a_pulse_of_ours_is_no_stuck_relay(relays: Bench) -> None:
    relays.settle()
    for _ in range(3):
        relays.locks.unlock(1)
        for _ in range(40):
            relays.locks.doors()
            assert relays.locks.on() <= 1
            relays.clock.sleep(0.05)
        assert relays.locks.on() == 0


def test_a_relay_that_the_board_does_not_have_is_a_fault_in_its_own_words(relays: Bench) -> None:
    relays.board.relays = 4  # type: ignore[attr-defined]
    with pytest.raises(
        LockFault, match=r"/dev/line: it refuses function 02, exception 2: has it inputs"
    ):
        relays.locks.doors()
