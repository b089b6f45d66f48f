"""Simulated lock boards, byte for byte, and what they do to the cabinet."""

from pathlib import Path

import pytest
from board_fixtures import STEADY_S, now_ns

from hardware.boards.bus import SLICE_S, PortGone
from hardware.ports import Door, LockLimits
from hardware.settings import BoardProtocol, BoardWiring
from hardware.simulated.boards import Fitting, SimulatedBoard
from hardware.simulated.boards_8a import Simulated8a, Ways
from hardware.simulated.boards_cable import SimulatedCable
from hardware.simulated.boards_fitted import simulated_board, simulated_bus
from hardware.simulated.boards_kerong import SimulatedKerong
from hardware.simulated.boards_kerong48 import SimulatedKerong48
from hardware.simulated.boards_waveshare import SimulatedWaveshare
from hardware.simulated.clock import VirtualClock
from hardware.simulated.world import World

S = 1_000_000_000


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(1000.0)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World.create(tmp_path / "world", [11, 12, 13])


@pytest.fixture
def fitting(world: World, clock: VirtualClock) -> Fitting:
    """Locks 1, 2 and 10 of a board, on cubbies 11, 12 and 13."""
    return Fitting(world, {1: 11, 2: 12, 10: 13}, lambda: now_ns(clock))


@pytest.fixture
def kerong(fitting: Fitting) -> SimulatedKerong:
    return SimulatedKerong(0, fitting)


@pytest.fixture
def board8a(fitting: Fitting) -> Simulated8a:
    return Simulated8a(1, fitting)


@pytest.fixture
def relays(fitting: Fitting) -> SimulatedWaveshare:
    return SimulatedWaveshare(1, fitting, relays=16)


@pytest.fixture(params=["kerong", "board8a", "relays"])
def board(request: pytest.FixtureRequest) -> SimulatedBoard:
    found: SimulatedBoard = request.getfixturevalue(request.param)
    return found


def said(board: SimulatedBoard, question: str) -> str:
    return board.hear(bytes.fromhex(question)).hex(" ")


def lines_on(board: SimulatedBoard) -> frozenset[int]:
    return board.fitting.world.lines_on(board.fitting.now_ns())


UNLOCK_1 = {
    SimulatedKerong: "02 00 31 03 36",
    Simulated8a: "8A 01 01 11 9B",
    SimulatedWaveshare: "01 05 02 00 00 04 CD B1",
}


# -- all of them -------------------------------------------------------------------------------


def test_an_unlock_is_ended_by_the_boards_own_timer(
    board: SimulatedBoard, world: World, clock: VirtualClock
) -> None:
    said(board, UNLOCK_1[type(board)])
    assert lines_on(board) == {11}
    assert world.state(11, now_ns(clock)).door is Door.OPEN
    assert world.pulses(11) == [(1000 * S, 1000 * S + 4 * S // 10)]
    clock.sleep(0.4)
    assert lines_on(board) == frozenset()


def test_a_question_that_arrives_in_pieces_is_heard(board: SimulatedBoard) -> None:
    for byte in bytes.fromhex(UNLOCK_1[type(board)]):
        assert lines_on(board) == frozenset()
        board.hear(bytes([byte]))
    assert lines_on(board) == {11}


def test_garbage_before_a_question_is_passed_over(board: SimulatedBoard) -> None:
    board.hear(b"\xff\x00\x02\x80\x01\x7f\x33" * 3)
    said(board, UNLOCK_1[type(board)])
    assert lines_on(board) == {11}


def test_a_question_with_a_wrong_byte_is_not_answered_and_does_nothing(
    board: SimulatedBoard,
) -> None:
    question = bytes.fromhex(UNLOCK_1[type(board)])
    for index in range(len(question)):
        wrong = bytearray(question)
        wrong[index] ^= 0x04
        assert board.hear(bytes(wrong)) == b""
        assert board.hear(b"") == b""
        board.lose_power()
        board.lose_power(False)
        assert lines_on(board) == frozenset()
    assert board.heard.unlocks == []


def test_another_boards_question_is_not_answered(board: SimulatedBoard) -> None:
    board.address += 1
    assert said(board, UNLOCK_1[type(board)]) == ""
    assert lines_on(board) == frozenset()


def test_without_power_it_is_silent_and_lets_every_lock_go(board: SimulatedBoard) -> None:
    said(board, UNLOCK_1[type(board)])
    board.lose_power()
    assert lines_on(board) == frozenset()
    assert said(board, UNLOCK_1[type(board)]) == ""
    board.lose_power(False)
    assert board.heard.unlocks == [1]


def test_busy_after_an_unlock_it_babbles_and_does_nothing(
    board: SimulatedBoard, clock: VirtualClock
) -> None:
    board.faults.busy_ns = S // 2
    board.faults.babble = b"\xff\xfe"
    unlock = UNLOCK_1[type(board)]
    said(board, unlock)
    assert said(board, unlock) == "ff fe"
    clock.sleep(0.5)
    assert said(board, unlock) != "ff fe"
    assert board.heard.unlocks == [1, 1]


def test_deaf_it_misses_so_many_questions(board: SimulatedBoard) -> None:
    board.faults.deaf_to = 1
    said(board, UNLOCK_1[type(board)])
    assert board.heard.unlocks == []
    said(board, UNLOCK_1[type(board)])
    assert board.heard.unlocks == [1]


def test_a_lock_that_is_not_wired_does_nothing(board: SimulatedBoard) -> None:
    board.pulse(5)
    board.hold(5, True)
    assert lines_on(board) == frozenset()
    assert board.bit(5) is False
    assert board.is_on(5) is False


def test_a_contact_that_is_made_by_an_open_door_says_the_opposite(
    world: World, clock: VirtualClock
) -> None:
    fitting = Fitting(world, {1: 11, 2: 12}, lambda: now_ns(clock), shut_makes=False)
    board = SimulatedKerong(0, fitting)
    world.open_door(11, now_ns(clock))
    clock.sleep(STEADY_S)
    assert (board.bit(1), board.bit(2)) == (True, False)


# -- Kerong ------------------------------------------------------------------------------------


def test_a_kerong_board_answers_a_status_by_nine_bytes(
    kerong: SimulatedKerong, world: World, clock: VirtualClock
) -> None:
    assert said(kerong, "02 00 30 03 35") == "02 00 35 03 02 00 00 03 3f"
    kerong.occupied = 0x8001
    world.open_door(12, now_ns(clock))
    clock.sleep(STEADY_S)
    assert said(kerong, "02 00 30 03 35") == "02 00 35 01 02 01 80 03 be"


def test_it_answers_a_status_of_all_whatever_its_address(kerong: SimulatedKerong) -> None:
    kerong.address = 3
    assert said(kerong, "02 F0 32 03 27") == "02 30 36 03 02 00 00 03 70"


def test_it_answers_no_unlock_unless_it_is_of_that_make(kerong: SimulatedKerong) -> None:
    assert said(kerong, "02 00 31 03 36") == ""
    kerong.answers_unlock = True
    assert said(kerong, "02 01 31 03 37")[:8] == "02 00 35"
    assert kerong.heard.unlocks == [1, 2]


def test_it_unlocks_all_if_it_is_told_to(kerong: SimulatedKerong) -> None:
    said(kerong, "02 00 33 03 38")
    assert lines_on(kerong) == {11, 12, 13}


# -- 8A ----------------------------------------------------------------------------------------


def test_an_8a_board_answers_about_one_lock(
    board8a: Simulated8a, world: World, clock: VirtualClock
) -> None:
    assert said(board8a, "80 01 01 33 B3") == "80 01 01 11 91"
    world.open_door(11, now_ns(clock))
    clock.sleep(STEADY_S)
    assert said(board8a, "80 01 01 33 B3") == "80 01 01 00 80"


def test_it_answers_an_open_by_what_the_lock_says_then(board8a: Simulated8a) -> None:
    assert said(board8a, "8A 01 01 11 9B") == "8a 01 01 00 8a"
    assert said(board8a, "8A 01 03 11 99") == "8a 01 03 00 88"


@pytest.mark.parametrize(
    ("ways", "answer"),
    [
        (Ways(), "80 01 03 02 00 33 b3"),
        (Ways(low_first=False), "80 01 00 02 03 33 b3"),
        (Ways(set_is_11=False), "80 01 fc fd ff 33 4c"),
        (Ways(status_bytes=7), "80 01 03 02 00 00 00 00 00 33 b3"),
        (Ways(status_bytes=0), ""),
    ],
)
def test_it_answers_about_all_in_the_way_of_its_make(
    board8a: Simulated8a, ways: Ways, answer: str
) -> None:
    board8a.ways = ways
    assert said(board8a, "80 01 00 33 B2") == answer


def test_it_tells_of_a_door_that_moved_if_it_is_of_that_make(
    board8a: Simulated8a, world: World, clock: VirtualClock
) -> None:
    board8a.ways = Ways(reports=True)
    world.open_door(12, now_ns(clock))
    clock.sleep(STEADY_S)
    assert said(board8a, "80 01 01 33 B3") == "82 01 02 00 81 80 01 01 11 91"
    assert said(board8a, "80 01 01 33 B3") == "80 01 01 11 91"


def test_lock_0_opens_all_of_them(board8a: Simulated8a) -> None:
    said(board8a, "8A 01 00 11 9A")
    assert lines_on(board8a) == {11, 12, 13}


def test_several_are_opened_by_their_bits(board8a: Simulated8a) -> None:
    assert said(board8a, "90 01 02 02 00 91") == ""
    assert lines_on(board8a) == {12, 13}


def test_a_lock_can_be_held_on_for_good(board8a: Simulated8a, clock: VirtualClock) -> None:
    said(board8a, "9A 01 01 11 8B")
    clock.sleep(5)
    assert lines_on(board8a) == {11}
    said(board8a, "9B 01 01 11 8A")
    assert lines_on(board8a) == frozenset()


# -- Waveshare ---------------------------------------------------------------------------------


def test_a_relay_is_flashed_for_as_long_as_it_is_told(
    relays: SimulatedWaveshare, world: World
) -> None:
    assert said(relays, "01 05 02 00 00 07 8D B0") == "01 05 02 00 00 07 8d b0"
    assert world.pulses(11) == [(1000 * S, 1000 * S + 7 * S // 10)]


def test_its_coils_are_read(relays: SimulatedWaveshare, clock: VirtualClock) -> None:
    assert said(relays, "01 01 00 00 00 08 3D CC") == "01 01 01 00 51 88"
    said(relays, "01 05 02 00 00 07 8D B0")
    assert said(relays, "01 01 00 00 00 08 3D CC") == "01 01 01 01 90 48"
    clock.sleep(0.7)
    assert said(relays, "01 01 00 00 00 08 3D CC") == "01 01 01 00 51 88"


def test_its_inputs_are_the_doors(relays: SimulatedWaveshare) -> None:
    assert said(relays, "01 02 00 00 00 08 79 CC") == "01 02 01 03 e1 89"


def test_a_relay_that_is_written_on_stays_on(
    relays: SimulatedWaveshare, clock: VirtualClock
) -> None:
    said(relays, "01 05 00 00 FF 00 8C 3A")
    clock.sleep(5)
    assert lines_on(relays) == {11}
    said(relays, "01 05 00 00 00 00 CD CA")
    assert lines_on(relays) == frozenset()


def test_all_off_ends_pulses_too(relays: SimulatedWaveshare, clock: VirtualClock) -> None:
    said(relays, "01 05 02 00 00 07 8D B0")
    clock.sleep(0.1)
    assert said(relays, "01 05 00 FF 00 00 FD FA") == "01 05 00 ff 00 00 fd fa"
    assert lines_on(relays) == frozenset()


@pytest.mark.parametrize(
    ("question", "refusal"),
    [
        ("01 03 00 00 00 01 84 0A", "01 83 01 80 f0"),  # no registers
        ("01 05 00 10 FF 00 8D FF", "01 85 02 c3 51"),  # no relay 17
        ("01 05 00 00 12 34 C0 BD", "01 85 03 02 91"),  # neither on nor off
        ("01 05 07 00 00 07 8D 7C", "01 85 02 c3 51"),  # no such page
        ("01 01 00 00 00 11 FC 06", "01 81 02 c1 91"),  # more coils than it has
    ],
)
def test_what_it_cannot_do_it_refuses(
    relays: SimulatedWaveshare, question: str, refusal: str
) -> None:
    assert said(relays, question) == refusal
    assert lines_on(relays) == frozenset()


# -- the cable ---------------------------------------------------------------------------------


def test_an_open_port_carries_questions_and_answers(kerong: SimulatedKerong) -> None:
    port = SimulatedCable([kerong]).open(lambda s: None)
    port.write(b"\x02\x00\x30\x03\x35")
    assert port.read(4) + port.read(5) == bytes.fromhex("02 00 35 03 02 00 00 03 3F")
    assert port.read(1) == b""


def test_a_read_that_finds_nothing_waits(kerong: SimulatedKerong, clock: VirtualClock) -> None:
    port = SimulatedCable([kerong]).open(clock.sleep)
    assert port.read(9) == b""
    assert clock.now() == 1000.0 + SLICE_S


def test_what_came_can_be_thrown_away(kerong: SimulatedKerong) -> None:
    port = SimulatedCable([kerong]).open(lambda s: None)
    port.write(b"\x02\x00\x30\x03\x35")
    port.reset_input_buffer()
    assert port.read(9) == b""


def test_a_pulled_cable_fails_until_it_is_opened_anew(kerong: SimulatedKerong) -> None:
    cable = SimulatedCable([kerong])
    port = cable.open(lambda s: None)
    cable.unplug()
    assert cable.is_plugged is False
    with pytest.raises(OSError, match="not plugged in"):
        cable.open(lambda s: None)
    cable.plug_in()
    for act in (lambda: port.write(b"x"), lambda: port.read(1), port.reset_input_buffer):
        with pytest.raises(OSError, match="pulled out"):
            act()
    cable.open(lambda s: None).write(b"x")


def test_a_port_is_opened_once_at_a_time() -> None:
    cable = SimulatedCable([])
    port = cable.open(lambda s: None)
    with pytest.raises(OSError, match="in use"):
        cable.open(lambda s: None)
    port.close()
    cable.open(lambda s: None)


def test_noise_turns_a_bit_in_one_byte_of_so_many(kerong: SimulatedKerong) -> None:
    cable = SimulatedCable([kerong])
    clean = kerong.hear(b"\x02\x00\x30\x03\x35")
    cable.noise_every = 7
    noisy = cable.carry(b"\x02\x00\x30\x03\x35")  # five bytes there, nine back
    differ = [a ^ b for a, b in zip(clean, noisy, strict=True) if a != b]
    assert [bits.bit_count() for bits in differ] == [1, 1]


def test_a_line_may_make_up_bytes_and_an_adapter_send_back_what_it_is_given(
    kerong: SimulatedKerong,
) -> None:
    cable = SimulatedCable([kerong])
    question = b"\x02\x00\x30\x03\x35"
    answer = cable.carry(question)
    cable.glitch, cable.echoes = b"\xff", True
    assert cable.carry(question) == question + b"\xff" + answer
    assert cable.carry(b"nobody") == b"nobody"


def test_an_answer_may_be_late_by_some_reads(kerong: SimulatedKerong) -> None:
    cable = SimulatedCable([kerong])
    port = cable.open(lambda s: None)
    cable.late = 2
    port.write(b"\x02\x00\x30\x03\x35")
    assert [len(port.read(9)) for _ in range(4)] == [0, 0, 9, 0]


# -- as the settings want them -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("protocol", "highest", "kind"),
    [
        ("kerong", 10, SimulatedKerong),
        ("kerong48", 48, SimulatedKerong48),
        ("board8a", 24, Simulated8a),
        ("board8a", 50, Simulated8a),
        ("waveshare", 8, SimulatedWaveshare),
        ("waveshare", 32, SimulatedWaveshare),
    ],
)
def test_a_board_is_as_large_as_it_has_to_be(
    world: World, clock: VirtualClock, protocol: BoardProtocol, highest: int, kind: type
) -> None:
    wired = BoardWiring(protocol, "/dev/line", 1, {11: 1, 12: highest}, closed_bit=False)
    board = simulated_board(wired, LockLimits(pulse_s=0.3), world, lambda: now_ns(clock))
    assert type(board) is kind
    assert board.fitting.pulse_ns == 3 * S // 10
    assert board.fitting.shut_makes is False
    if isinstance(board, Simulated8a):
        assert board.ways.status_bytes == (3 if highest == 24 else 7)
    if isinstance(board, SimulatedWaveshare):
        assert board.relays == highest


def test_a_bus_leads_to_its_boards(kerong: SimulatedKerong, clock: VirtualClock) -> None:
    bus, cable = simulated_bus([kerong], sleep=clock.sleep, monotonic=clock.now)
    bus.tell(b"\x02\x00\x31\x03\x36")
    assert kerong.heard.unlocks == [1]
    cable.unplug()
    with pytest.raises(PortGone, match="pulled out"):
        bus.tell(b"\x02\x00\x31\x03\x36")
