"""Kerong's frames, byte for byte as public programs have them."""

import pytest
from board_fixtures import corruptions

from hardware.boards import kerong
from hardware.boards.frames import (
    FrameError,
    Reassembler,
    WrongAddress,
    WrongCheck,
    WrongCommand,
    WrongData,
)

# Locks 1 to 8 latched but for the third, 9 to 16 but for the last; something in front of lock 1.
REPLY = bytes.fromhex("02 00 35 FB 7F 01 00 03 B5")


def test_the_frames_are_those_of_three_public_programs() -> None:
    assert kerong.unlock(0, 1).hex(" ") == "02 00 31 03 36"
    assert kerong.unlock(0, 16).hex(" ") == "02 0f 31 03 45"
    assert kerong.status(0).hex(" ") == "02 00 30 03 35"


def test_a_second_board_has_the_high_nibble_of_the_address() -> None:
    assert kerong.unlock(2, 4).hex(" ") == "02 23 31 03 59"
    assert kerong.status(14).hex(" ") == "02 e0 30 03 15"


def test_a_status_of_all_goes_to_every_board() -> None:
    assert kerong.status_all().hex(" ") == "02 f0 32 03 27"


@pytest.mark.parametrize("channel", [-1, 0, 17, 255])
def test_a_lock_that_the_board_does_not_have_is_refused(channel: int) -> None:
    with pytest.raises(ValueError, match=f"the lock is {channel}: it must be 1 to 16"):
        kerong.unlock(0, channel)


@pytest.mark.parametrize("address", [-1, 15, 16])
def test_the_address_of_every_board_is_that_of_none(address: int) -> None:
    for make in (kerong.status, lambda a: kerong.unlock(a, 1)):
        with pytest.raises(ValueError, match=f"address is {address}: it must be 0 to 14"):
            make(address)


def test_no_frame_made_here_unlocks_all() -> None:
    made = [kerong.unlock(a, c) for a in kerong.ADDRESSES for c in kerong.CHANNELS]
    assert {frame[2] for frame in made} == {kerong.UNLOCK}
    assert len(set(made)) == len(made)


def test_a_status_has_a_bit_for_each_hook_and_each_infrared_sensor() -> None:
    status = kerong.parse_status(REPLY)
    assert status.address == 0
    assert status.hooks == frozenset(range(1, 17)) - {3, 16}
    assert status.infrared == {1}


def test_an_answer_to_a_status_of_all_is_read_when_it_is_awaited() -> None:
    reply = bytes.fromhex("02 20 36 01 00 00 00 03 5C")
    assert kerong.parse_status(reply, kerong.RETURN_ALL).address == 2
    with pytest.raises(WrongCommand, match="36 came, 35 was awaited"):
        kerong.parse_status(reply)


@pytest.mark.parametrize(
    ("frame", "fault"),
    [
        ("02 00 35 FB 7F 01 00 03 B4", WrongCheck),
        ("02 05 35 FB 7F 01 00 03 BA", WrongAddress),
        ("02 F0 35 FB 7F 01 00 03 A5", WrongAddress),
        ("02 00 31 03 36", WrongData),
        ("02 00 35 FB 7F 01 00 04 B6", WrongData),
        ("", WrongData),
    ],
)
def test_what_is_wrong_with_a_frame_is_called_by_its_name(
    frame: str, fault: type[FrameError]
) -> None:
    with pytest.raises(fault):
        kerong.parse_status(bytes.fromhex(frame))


def test_another_boards_answer_is_not_taken_for_ours() -> None:
    with pytest.raises(WrongAddress, match="board 0 answered, 3 was asked"):
        kerong.ask_status(3).parse(REPLY)


def test_no_reply_with_a_wrong_byte_is_read() -> None:
    for wrong in corruptions(REPLY):
        with pytest.raises(FrameError):
            kerong.parse_status(wrong)


def test_in_a_stream_every_kind_of_frame_is_told_apart() -> None:
    stream = Reassembler(kerong.measure, kerong.is_right)
    frames = [kerong.status(0), REPLY, kerong.unlock(1, 2), REPLY[:2] + b"\x36" + REPLY[3:-1]]
    frames[3] += bytes([(REPLY[-1] + 1) % 256])
    assert list(stream.feed(b"\x02\x02\x35" + b"".join(frames))) == frames
