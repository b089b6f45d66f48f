"""The lock bank on boards: what it promises in every language, and what each makes of it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path

import pytest
from board_fixtures import (
    CHANNELS,
    CUBBIES,
    PROTOCOLS,
    STEADY_S,
    Bench,
    bench,
    now_ns,
    wiring,
)

from hardware.boards.board import PROOF_S
from hardware.boards.locks import BoardLocks
from hardware.errors import BankLost, LockBusy, LockFault, UnknownCubby
from hardware.ports import Door, LockLimits
from hardware.settings import BoardProtocol
from hardware.simulated.boards_fitted import simulated_board, simulated_bus
from hardware.simulated.boards_kerong import SimulatedKerong
from hardware.simulated.boards_kerong48 import SimulatedKerong48
from hardware.simulated.clock import VirtualClock
from hardware.simulated.physics import Broken
from hardware.simulated.world import World

S = 1_000_000_000
ALL_SHUT = dict.fromkeys(CUBBIES, Door.CLOSED)


@pytest.fixture(params=PROTOCOLS)
def protocol(request: pytest.FixtureRequest) -> BoardProtocol:
    return request.param


@pytest.fixture
def any_bench(protocol: BoardProtocol, tmp_path: Path) -> Iterator[Bench]:
    """A bench for each of the languages."""
    with bench(tmp_path, wiring(protocol)) as built:
        yield built
        assert built.violations == []


def test_an_unlock_energises_that_lock_and_no_other(any_bench: Bench) -> None:
    for cubby in CUBBIES:
        any_bench.locks.unlock(cubby)
        assert any_bench.lines_on == {cubby}
        any_bench.clock.sleep(2)


def test_the_board_ends_the_pulse_whatever_becomes_of_the_driver(any_bench: Bench) -> None:
    any_bench.locks.unlock(2)
    began, ended = any_bench.world.pulses(2)[0]
    assert (ended - began) / S == pytest.approx(0.4)


def test_the_doors_are_what_their_switches_say(any_bench: Bench) -> None:
    assert any_bench.locks.doors() == ALL_SHUT
    any_bench.locks.unlock(2)
    any_bench.world.open_door(4, any_bench.now_ns)
    any_bench.clock.sleep(STEADY_S)
    assert any_bench.locks.doors() == ALL_SHUT | {2: Door.OPEN, 4: Door.OPEN}
    any_bench.clock.sleep(1)
    any_bench.world.close_door(2, any_bench.now_ns)
    any_bench.clock.sleep(STEADY_S)
    assert any_bench.locks.doors() == ALL_SHUT | {4: Door.OPEN}


def test_a_switch_that_is_stuck_is_believed_as_it_is(any_bench: Bench) -> None:
    any_bench.world.break_cubby(3, Broken.SWITCH_OPEN)
    assert any_bench.locks.doors() == ALL_SHUT | {3: Door.OPEN}


def test_locks_that_make_contact_when_open_are_read_the_other_way(
    protocol: BoardProtocol, tmp_path: Path
) -> None:
    with bench(tmp_path, wiring(protocol, closed_bit=False)) as built:
        assert built.board.bit(3) is False
        built.world.open_door(2, built.now_ns)
        built.clock.sleep(STEADY_S)
        assert built.locks.doors() == ALL_SHUT | {2: Door.OPEN}


def test_without_sensors_no_door_is_known_and_the_board_has_to_answer_all_the_same(
    protocol: BoardProtocol, tmp_path: Path
) -> None:
    with bench(tmp_path, wiring(protocol, sensors=False)) as built:
        assert built.locks.doors() == dict.fromkeys(CUBBIES, Door.UNKNOWN)
        built.board.lose_power()
        with pytest.raises(BankLost):
            built.locks.doors()


def test_once_it_is_known_one_question_asks_for_all_doors(any_bench: Bench) -> None:
    any_bench.settle()
    any_bench.locks.doors()  # a Waveshare board is asked for its coils as well, now and then
    asked = len(any_bench.board.heard.frames)
    any_bench.locks.doors()
    assert len(any_bench.board.heard.frames) == asked + 1


def test_a_lock_that_is_on_or_resting_is_refused_and_nothing_is_sent(any_bench: Bench) -> None:
    any_bench.locks.unlock(2)
    with pytest.raises(LockBusy, match="cubby 2 is on"):
        any_bench.locks.unlock(2)
    any_bench.clock.sleep(0.9)
    with pytest.raises(LockBusy, match="cubby 2 is resting"):
        any_bench.locks.unlock(2)
    any_bench.clock.sleep(0.2)
    any_bench.locks.unlock(2)
    assert len(any_bench.board.heard.unlocks) == any_bench.world.state(2).pulses == 2


def test_no_more_are_on_at_once_than_the_budget_allows(
    protocol: BoardProtocol, tmp_path: Path
) -> None:
    with bench(tmp_path, wiring(protocol), LockLimits(max_concurrent=2)) as built:
        built.locks.unlock(1)
        assert (built.locks.on(), built.locks.busy()) == (1, False)
        built.locks.unlock(2)
        assert (built.locks.on(), built.locks.busy()) == (2, True)
        with pytest.raises(LockBusy, match="no more than 2"):
            built.locks.unlock(3)
        built.clock.sleep(0.4)
        assert (built.locks.on(), built.locks.busy()) == (0, False)


def test_an_unknown_cubby_is_an_error_and_nothing_is_sent(any_bench: Bench) -> None:
    with pytest.raises(UnknownCubby, match="no cubby 9"):
        any_bench.locks.unlock(9)
    assert any_bench.board.heard.frames == []


def test_it_says_what_it_drives_and_what_it_promises(any_bench: Bench) -> None:
    assert any_bench.locks.cubbies == frozenset(CUBBIES)
    assert any_bench.locks.limits == LockLimits()


def test_only_one_unlock_is_under_way(any_bench: Bench) -> None:
    with any_bench.locks._one_at_a_time, pytest.raises(LockBusy, match="another lock"):
        any_bench.locks.unlock(1)


def test_a_board_without_power_is_lost_and_its_doors_are_not_shut(any_bench: Bench) -> None:
    any_bench.settle()
    any_bench.board.lose_power()
    with pytest.raises(BankLost, match=r"board 1 on /dev/line: nobody answers, though the port"):
        any_bench.locks.doors()
    with pytest.raises(BankLost):
        any_bench.locks.unlock(1)
    assert any_bench.locks.on() == 0


def test_a_cable_that_was_pulled_is_told_apart_from_it(any_bench: Bench) -> None:
    any_bench.settle()
    any_bench.cable.unplug()
    with pytest.raises(BankLost, match=r"/dev/line: the simulated serial adapter was pulled out"):
        any_bench.locks.doors()
    any_bench.clock.sleep(1)
    with pytest.raises(BankLost, match="is not plugged in"):
        any_bench.locks.unlock(1)
    assert any_bench.locks.on() == 0


def test_it_takes_less_than_a_second_to_find_out(any_bench: Bench) -> None:
    any_bench.settle()
    any_bench.board.lose_power()
    before = any_bench.clock.now()
    with pytest.raises(BankLost):
        any_bench.locks.doors()
    assert any_bench.clock.now() - before < 1


@pytest.mark.parametrize("trouble", ["power", "cable", "address", "noise"])
def test_it_comes_back_by_itself(any_bench: Bench, trouble: str) -> None:
    any_bench.settle()
    meddle(any_bench, trouble, True)
    for _ in range(200):  # ten seconds, as the daemon polls
        with pytest.raises(LockFault):
            any_bench.locks.doors()
        any_bench.clock.sleep(0.05)
    meddle(any_bench, trouble, False)
    any_bench.clock.sleep(2)
    assert any_bench.locks.doors() == ALL_SHUT
    any_bench.locks.unlock(3)
    assert any_bench.lines_on == {3}


def meddle(built: Bench, trouble: str, on: bool) -> None:
    if trouble == "power":
        built.board.lose_power(on)
    elif trouble == "cable":
        built.cable.unplug() if on else built.cable.plug_in()
    elif trouble == "address":
        built.board.address = 7 if on else 1
    else:
        built.cable.noise_every = 1 if on else 0


def test_a_dead_board_does_not_keep_the_line_from_others(any_bench: Bench) -> None:
    any_bench.board.lose_power()
    with pytest.raises(BankLost):
        any_bench.locks.doors()
    before = any_bench.clock.now()
    with pytest.raises(BankLost, match="nobody answers"):
        any_bench.locks.doors()
    assert any_bench.clock.now() == before


def test_a_board_that_is_lost_is_asked_once_and_one_that_came_back_as_often_as_before(
    any_bench: Bench,
) -> None:
    any_bench.settle()
    any_bench.board.lose_power()
    with pytest.raises(BankLost):
        any_bench.locks.doors()
    any_bench.clock.sleep(3)
    before = any_bench.clock.now()
    with pytest.raises(BankLost):
        any_bench.locks.doors()
    assert any_bench.clock.now() - before < 0.5  # two questions at most, 200 ms each
    any_bench.board.lose_power(False)
    any_bench.clock.sleep(3)
    any_bench.settle()
    any_bench.board.faults.deaf_to = 2
    assert any_bench.locks.doors() == ALL_SHUT


def test_a_pulse_counts_before_its_first_byte_is_sent(any_bench: Bench) -> None:
    any_bench.locks.doors()
    on: list[int] = []
    board = any_bench.board
    hear = board.hear

    def hear_and_look(data: bytes) -> bytes:
        on.append(any_bench.locks.on())
        return hear(data)

    board.hear = hear_and_look  # type: ignore[method-assign]
    any_bench.locks.unlock(1)
    assert on == [1]


def test_a_question_that_is_not_heard_is_asked_again(any_bench: Bench) -> None:
    any_bench.settle()
    any_bench.board.faults.deaf_to = 2
    assert any_bench.locks.doors() == ALL_SHUT


def test_an_unlock_that_is_not_heard_is_not_sent_again(any_bench: Bench) -> None:
    any_bench.locks.doors()
    any_bench.board.faults.deaf_to = 1
    asked = len(any_bench.board.heard.frames)
    with unanswered(any_bench):
        any_bench.locks.unlock(1)
    assert len(any_bench.board.heard.frames) == asked + 1
    assert any_bench.board.heard.unlocks == []


def test_a_lock_that_may_have_been_pulsed_counts_as_on_and_rests(any_bench: Bench) -> None:
    any_bench.locks.doors()
    any_bench.board.faults.deaf_to = 1
    with unanswered(any_bench):
        any_bench.locks.unlock(1)
    assert any_bench.locks.on() == 1
    any_bench.clock.sleep(0.9)
    with pytest.raises(LockBusy, match="resting"):
        any_bench.locks.unlock(1)
    any_bench.clock.sleep(0.2)
    any_bench.locks.unlock(1)
    assert any_bench.lines_on == {1}


def unanswered(built: Bench) -> AbstractContextManager[object]:
    """A Kerong board answers no unlock, so nobody misses it; the others are missed."""
    if isinstance(built.board, SimulatedKerong | SimulatedKerong48):
        return nullcontext()
    return pytest.raises(BankLost, match="may have been pulsed")


@pytest.mark.parametrize("babble", [b"", b"\xff\x00\x80", b"\x02" * 30])
def test_a_board_that_is_busy_after_an_unlock_is_waited_for(
    any_bench: Bench, babble: bytes
) -> None:
    any_bench.settle()
    any_bench.board.faults.busy_ns = S // 4
    any_bench.board.faults.babble = babble
    any_bench.locks.unlock(2)
    assert any_bench.locks.doors() == ALL_SHUT | {2: Door.OPEN}
    assert any_bench.board.heard.unlocks == [CHANNELS[2]]


def test_one_that_stays_so_is_a_fault_and_no_door_is_shut(any_bench: Bench) -> None:
    any_bench.settle()
    any_bench.board.faults.busy_ns = 5 * S
    any_bench.board.faults.babble = b"\xff\x00\x80"
    any_bench.locks.unlock(2)
    with pytest.raises(LockFault, match="no sense in its answer: 3 bytes came") as fault:
        any_bench.locks.doors()
    assert not isinstance(fault.value, BankLost)
    any_bench.clock.sleep(6)
    assert any_bench.locks.doors() == ALL_SHUT | {2: Door.OPEN}


@pytest.mark.parametrize("glitch", [b"\0", b"\xff\xff", b"\xfa\xfd\x99\x99", b"\x02", b"\x80\x01"])
def test_bytes_that_the_line_makes_up_are_passed_over(any_bench: Bench, glitch: bytes) -> None:
    any_bench.cable.glitch = glitch
    any_bench.settle()
    assert any_bench.locks.doors() == ALL_SHUT
    any_bench.locks.unlock(1)
    assert any_bench.lines_on == {1}


def test_an_adapter_that_sends_back_what_it_is_given_is_no_board(any_bench: Bench) -> None:
    any_bench.cable.echoes = True
    any_bench.settle()
    any_bench.locks.unlock(1)
    assert any_bench.lines_on == {1}
    any_bench.clock.sleep(1)
    assert any_bench.locks.doors() == ALL_SHUT | {1: Door.OPEN}
    any_bench.board.faults.deaf_to = 1
    with unanswered(any_bench):
        any_bench.locks.unlock(2)
    any_bench.board.lose_power()
    any_bench.clock.sleep(3)
    for _ in range(3):  # an 8A board is lost once it is asked for single locks again
        with pytest.raises(LockFault) as fault:
            any_bench.locks.doors()
        any_bench.clock.sleep(3)
    assert isinstance(fault.value, BankLost)


def test_an_answer_that_comes_late_is_not_lost_if_it_comes_in_time(any_bench: Bench) -> None:
    any_bench.settle()
    any_bench.cable.late = 8
    assert any_bench.locks.doors() == ALL_SHUT


def test_a_board_is_asked_before_an_unlock_if_it_has_not_spoken_for_a_second(
    any_bench: Bench,
) -> None:
    any_bench.settle()
    any_bench.locks.doors()
    any_bench.clock.sleep(PROOF_S - 0.1)
    asked = len(any_bench.board.heard.frames)
    any_bench.locks.unlock(1)
    assert len(any_bench.board.heard.frames) == asked + 1
    any_bench.clock.sleep(PROOF_S)
    any_bench.locks.unlock(2)
    assert len(any_bench.board.heard.frames) == asked + 3


def test_after_the_port_was_opened_anew_it_is_asked_again(any_bench: Bench) -> None:
    any_bench.settle()
    any_bench.locks.doors()
    any_bench.cable.unplug()
    any_bench.cable.plug_in()
    with pytest.raises(BankLost):
        any_bench.locks.doors()
    any_bench.clock.sleep(0.25)
    asked = len(any_bench.board.heard.frames)
    any_bench.locks.unlock(1)
    assert len(any_bench.board.heard.frames) == asked + 2


def test_closed_locks_do_nothing_any_more(any_bench: Bench) -> None:
    any_bench.locks.close()
    any_bench.locks.close()
    for act in (any_bench.locks.doors, lambda: any_bench.locks.unlock(1)):
        with pytest.raises(LockFault, match="closed"):
            act()
    any_bench.locks.all_off()
    assert any_bench.board.heard.unlocks == []


def test_all_off_never_raises(any_bench: Bench) -> None:
    any_bench.locks.unlock(1)
    any_bench.cable.unplug()
    any_bench.locks.all_off()
    assert any_bench.locks.on() == 1
    any_bench.clock.sleep(1)
    assert any_bench.locks.on() == 0


def test_limits_that_cannot_be_promised_are_refused(
    protocol: BoardProtocol, tmp_path: Path
) -> None:
    with (
        pytest.raises(ValueError, match="ceiling_s"),
        bench(tmp_path, wiring(protocol), LockLimits(ceiling_s=9)),
    ):
        pass


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"channels": {1: 0}}, "is 0: it must be 1 to"),
        ({"channels": {1: 51}}, "is 51: it must be 1 to"),
        ({"channels": {}}, "no lock is wired"),
        ({"address": 248}, "address is 248"),
    ],
)
def test_a_lock_or_an_address_that_no_board_has_is_refused(
    protocol: BoardProtocol, changes: dict[str, object], words: str
) -> None:
    clock = VirtualClock()
    bus, _ = simulated_bus([], sleep=clock.sleep, monotonic=clock.now)
    with pytest.raises(ValueError, match=words):
        BoardLocks(wiring(protocol, **changes), LockLimits(), bus)


def test_two_boards_share_a_line_and_each_answers_for_itself(
    protocol: BoardProtocol, tmp_path: Path
) -> None:
    clock = VirtualClock(1000.0)
    first = wiring(protocol, 1)
    second = wiring(protocol, 2, channels={cubby + 4: n for cubby, n in CHANNELS.items()})
    world = World.create(tmp_path / "world", range(1, 9))
    boards = [
        simulated_board(w, LockLimits(), world, lambda: now_ns(clock)) for w in (first, second)
    ]
    bus, cable = simulated_bus(boards, sleep=clock.sleep, monotonic=clock.now)
    with closing(BoardLocks(first, LockLimits(), bus)) as one:
        with closing(BoardLocks(second, LockLimits(), bus)) as two:
            one.unlock(3)
            two.unlock(7)
            assert world.lines_on(now_ns(clock)) == {3, 7}
            clock.sleep(1)
            assert two.doors() == dict.fromkeys(range(5, 9), Door.CLOSED) | {7: Door.OPEN}
            boards[1].lose_power()
            with pytest.raises(BankLost, match="board 2"):
                two.doors()
            assert one.doors() == ALL_SHUT | {3: Door.OPEN}
        assert one.doors() == ALL_SHUT | {3: Door.OPEN}
    with closing(cable.open(clock.sleep)):
        pass  # the port was let go of
