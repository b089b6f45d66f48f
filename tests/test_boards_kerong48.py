"""The frames of Kerong's board of 48, byte for byte as its one source has them."""

import pytest
from board_fixtures import corruptions

from hardware.boards import kerong, kerong48
from hardware.boards.frames import (
    FrameError,
    Reassembler,
    WrongAddress,
    WrongCheck,
    WrongCommand,
    WrongData,
)

# Every lock latched but for the first and the last.
REPLY = bytes.fromhex("02 00 00 75 06 FE FF FF FF FF 7F 03 F9")


def test_the_frames_are_those_of_the_source() -> None:
    assert kerong48.unlock(0, 1).hex(" ") == "02 00 00 61 03 66"
    assert kerong48.status(0).hex(" ") == "02 00 00 60 03 65"


def test_locks_count_from_one_here_and_from_zero_on_the_line() -> None:
    assert kerong48.unlock(2, 48).hex(" ") == "02 02 2f 61 03 97"


@pytest.mark.parametrize("channel", [-1, 0, 49, 256])
def test_a_lock_that_the_board_does_not_have_is_refused(channel: int) -> None:
    with pytest.raises(ValueError, match=f"the lock is {channel}: it must be 1 to 48"):
        kerong48.unlock(0, channel)


@pytest.mark.parametrize("address", [-1, 16, 255])
def test_an_address_that_no_board_has_is_refused(address: int) -> None:
    for make in (kerong48.status, lambda a: kerong48.unlock(a, 1)):
        with pytest.raises(ValueError, match=f"address is {address}: it must be 0 to 15"):
            make(address)


def test_a_status_has_a_bit_for_each_lock() -> None:
    assert kerong48.parse_status(REPLY, 0) == frozenset(range(2, 48))


@pytest.mark.parametrize(
    ("frame", "fault"),
    [
        ("02 00 00 75 06 FE FF FF FF FF 7F 03 FA", WrongCheck),
        ("02 01 00 75 06 FE FF FF FF FF 7F 03 FA", WrongAddress),
        ("02 00 00 76 06 FE FF FF FF FF 7F 03 FA", WrongCommand),
        ("02 00 00 75 05 FE FF FF FF FF 7F 03 F8", WrongData),
        ("02 00 00 75 06 FE FF FF FF FF 7F 04 FA", WrongData),
        ("02 00 00 60 03 65", WrongData),
        ("", WrongData),
    ],
)
def test_what_is_wrong_with_a_frame_is_called_by_its_name(
    frame: str, fault: type[FrameError]
) -> None:
    with pytest.raises(fault):
        kerong48.parse_status(bytes.fromhex(frame), 0)


def test_no_reply_with_a_wrong_byte_is_read() -> None:
    for wrong in corruptions(REPLY):
        with pytest.raises(FrameError):
            kerong48.parse_status(wrong, 0)


def test_in_a_stream_every_kind_of_frame_is_told_apart() -> None:
    stream = Reassembler(kerong48.measure, kerong.is_right)
    frames = [kerong48.status(0), REPLY, kerong48.unlock(1, 2), REPLY]
    assert list(stream.feed(b"\x02\x02\x75" + b"".join(frames))) == frames
