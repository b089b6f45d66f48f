"""The "8A" frames, byte for byte as public programs have them."""

import pytest
from board_fixtures import corruptions

from hardware.boards import board8a
from hardware.boards.frames import (
    FrameError,
    Reassembler,
    Request,
    WrongAddress,
    WrongCheck,
    WrongCommand,
    WrongData,
)

OPENED = bytes.fromhex("8A 01 01 00 8A")
SHUT = bytes.fromhex("80 01 01 11 91")
EIGHT_LOCKS = bytes.fromhex("80 01 00 00 00 33 B2")  # captured from a board of 8, as published
FIFTY_LOCKS = bytes.fromhex("80 01 01 02 04 08 10 20 03 33 8E")


def found(request: Request[bytes], data: bytes) -> list[bytes]:
    stream = Reassembler(request.measure, request.is_right)
    return [*stream.feed(data), *stream.finish()]


def test_the_frames_are_those_of_public_programs() -> None:
    assert board8a.unlock(1, 1).hex(" ") == "8a 01 01 11 9b"
    assert board8a.unlock(1, 8).hex(" ") == "8a 01 08 11 92"
    assert board8a.query(1, 1).hex(" ") == "80 01 01 33 b3"
    assert board8a.query_all(1).hex(" ") == "80 01 00 33 b2"


@pytest.mark.parametrize("channel", [-1, 0, 51, 255])
def test_lock_0_which_opens_all_is_refused_as_any_other_that_is_not_there(channel: int) -> None:
    for make in (board8a.unlock, board8a.query):
        with pytest.raises(ValueError, match=f"the lock is {channel}: it must be 1 to 50"):
            make(1, channel)


@pytest.mark.parametrize("address", [-1, 0, 33])
def test_an_address_that_no_switch_can_say_is_refused(address: int) -> None:
    with pytest.raises(ValueError, match=f"address is {address}: it must be 1 to 32"):
        board8a.query_all(address)


def test_no_frame_made_here_opens_all_or_holds_a_lock_on() -> None:
    made = [board8a.unlock(a, c) for a in board8a.ADDRESSES for c in board8a.CHANNELS]
    assert {frame[0] for frame in made} == {0x8A}
    assert 0 not in {frame[2] for frame in made}


def test_the_state_of_one_lock_is_read() -> None:
    assert board8a.parse_one(SHUT, 1, 1) is True
    assert board8a.parse_one(bytes.fromhex("80 01 01 00 80"), 1, 1) is False


def test_any_state_in_the_answer_to_an_open_says_that_the_board_heard() -> None:
    request = board8a.ask_open(1, 1)
    assert request.parse(OPENED) is False
    assert request.parse(request.frame) is True


@pytest.mark.parametrize(
    ("frame", "fault"),
    [
        ("80 01 01 11 90", WrongCheck),
        ("8A 01 01 11 9B", WrongCommand),
        ("82 01 01 11 93", WrongCommand),
        ("80 02 01 11 92", WrongAddress),
        ("80 01 02 11 92", WrongAddress),
        ("80 01 01 33 B3", WrongData),
        ("80 01 01 11", WrongData),
    ],
)
def test_what_is_wrong_with_a_frame_is_called_by_its_name(
    frame: str, fault: type[FrameError]
) -> None:
    with pytest.raises(fault):
        board8a.parse_one(bytes.fromhex(frame), 1, 1)


@pytest.mark.parametrize(
    ("frame", "fault"),
    [
        ("80 01 00 00 00 33 B3", WrongCheck),
        ("82 01 00 00 00 33 B0", WrongCommand),
        ("80 02 00 00 00 33 B1", WrongAddress),
        ("80 01 00 00 00 11 90", WrongData),
        ("80 01 00 33 B2", WrongData),
    ],
)
def test_so_is_it_with_an_answer_about_all_locks(frame: str, fault: type[FrameError]) -> None:
    with pytest.raises(fault):
        board8a.parse_all(bytes.fromhex(frame), 1)


def test_an_answer_about_all_locks_is_given_as_it_came() -> None:
    assert board8a.parse_all(EIGHT_LOCKS, 1) == b"\0\0\0"
    assert board8a.parse_all(FIFTY_LOCKS, 1) == bytes.fromhex("01 02 04 08 10 20 03")


def test_no_reply_with_a_wrong_byte_is_read() -> None:
    for wrong in corruptions(SHUT):
        with pytest.raises(FrameError):
            board8a.parse_one(wrong, 1, 1)
    for reply in (EIGHT_LOCKS, FIFTY_LOCKS):
        for wrong in corruptions(reply):
            with pytest.raises(FrameError):
                board8a.parse_all(wrong, 1)


@pytest.mark.parametrize("reply", [EIGHT_LOCKS, FIFTY_LOCKS])
def test_an_answer_of_any_length_is_found_between_door_reports_and_garbage(reply: bytes) -> None:
    report = bytes.fromhex("82 01 05 00 86")
    data = b"\xfa\xfd\x99\x99" + report + reply
    for size in (None, len(reply) - 4):
        assert reply in found(board8a.ask_all(1, size), data)


def test_a_byte_made_up_by_the_line_does_not_make_a_frame_of_a_board_that_cannot_be() -> None:
    request, answer = board8a.ask_one(1, 1), bytes.fromhex("80 01 01 00 80")
    assert board8a.is_right(b"\x80" + answer[:4])
    stream = Reassembler(request.measure, request.is_right)
    assert list(stream.feed(b"\x80" + answer)) == [answer]


def test_an_answer_that_looks_like_the_question_is_found_whole() -> None:
    reply = bytes.fromhex("80 01 00 33 B2 33 33")
    assert found(board8a.ask_all(1, 3), reply) == [reply]


def test_where_seven_bytes_are_known_to_come_no_shorter_answer_is_found_inside() -> None:
    reply = bytes.fromhex("80 01 81 80 01 04 08 10 20 33 8E")
    assert board8a.parse_all(reply, 1)
    for wrong in corruptions(reply):
        assert found(board8a.ask_all(1, 7), wrong) == []
