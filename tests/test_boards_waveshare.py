"""Waveshare's Modbus frames, byte for byte."""

import pytest
from board_fixtures import corruptions

from hardware.boards import waveshare
from hardware.boards.frames import (
    FrameError,
    Reassembler,
    Refused,
    WrongAddress,
    WrongCheck,
    WrongCommand,
    WrongData,
    crc16,
)

FLASH = bytes.fromhex("01 05 02 00 00 07 8D B0")
COILS_1_AND_7 = bytes.fromhex("01 01 01 41 91 B8")


def with_crc(text: str) -> bytes:
    body = bytes.fromhex(text)
    return body + crc16(body)


def test_the_frames_are_those_of_the_makers_wiki() -> None:
    assert waveshare.flash_on(1, 1, 7) == FLASH
    assert waveshare.all_off(1).hex(" ") == "01 05 00 ff 00 00 fd fa"
    assert waveshare.read(1, waveshare.READ_COILS, 8).hex(" ") == "01 01 00 00 00 08 3d cc"
    assert waveshare.read(1, waveshare.READ_INPUTS, 8).hex(" ") == "01 02 00 00 00 08 79 cc"


@pytest.mark.parametrize("channel", [-1, 0, 33, 0xFF])
def test_a_relay_that_is_not_there_is_refused(channel: int) -> None:
    with pytest.raises(ValueError, match=f"the relay is {channel}: it must be 1 to 32"):
        waveshare.flash_on(1, channel, 4)


@pytest.mark.parametrize("tenths", [-1, 0, 256])
def test_a_pulse_without_end_is_refused(tenths: int) -> None:
    with pytest.raises(ValueError, match="must be 1 to 255"):
        waveshare.flash_on(1, 1, tenths)


@pytest.mark.parametrize("address", [-1, 0, 248])
def test_the_address_of_every_board_is_that_of_none(address: int) -> None:
    for make in (waveshare.all_off, lambda a: waveshare.flash_on(a, 1, 4)):
        with pytest.raises(ValueError, match="must be 1 to 247"):
            make(address)


def test_no_frame_made_here_turns_a_relay_on_for_good() -> None:
    made = [waveshare.flash_on(1, c, 4) for c in waveshare.CHANNELS] + [waveshare.all_off(1)]
    coil_writes = [frame for frame in made if frame[2] == 0]
    assert [frame[4:6] for frame in coil_writes] == [b"\0\0"]


def test_levels_are_read_as_far_as_was_asked() -> None:
    assert waveshare.parse_levels(COILS_1_AND_7, 1, 1, 8) == {1, 7}
    assert waveshare.parse_levels(COILS_1_AND_7, 1, 1, 3) == {1}
    assert waveshare.parse_levels(with_crc("01 02 02 00 80"), 1, 2, 16) == {16}


@pytest.mark.parametrize(
    ("frame", "fault"),
    [
        (COILS_1_AND_7[:-1] + b"\xb9", WrongCheck),
        (b"", WrongCheck),
        (with_crc("02 01 01 41"), WrongAddress),
        (with_crc("01 02 01 41"), WrongCommand),
        (FLASH, WrongCommand),
        (with_crc("01 01 02 41 00"), WrongData),
        (with_crc("01 01 02 41"), WrongData),
        (with_crc("01 81 02"), Refused),
    ],
)
def test_what_is_wrong_with_a_frame_is_called_by_its_name(
    frame: bytes, fault: type[FrameError]
) -> None:
    with pytest.raises(fault):
        waveshare.parse_levels(frame, 1, waveshare.READ_COILS, 8)


def test_a_write_is_done_when_the_board_says_the_same() -> None:
    request = waveshare.ask_flash(1, 1, 7)
    assert request.parse(FLASH) is None
    with pytest.raises(WrongData, match="was done"):
        request.parse(with_crc("01 05 02 01 00 07"))
    with pytest.raises(Refused, match=r"refuses function 05, exception 2$"):
        request.parse(with_crc("01 85 02"))


def test_no_reply_with_a_wrong_byte_is_read() -> None:
    for wrong in corruptions(COILS_1_AND_7):
        with pytest.raises(FrameError):
            waveshare.parse_levels(wrong, 1, 1, 8)
    for wrong in corruptions(FLASH):
        with pytest.raises(FrameError):
            waveshare.parse_written(wrong, FLASH)


def test_in_a_stream_every_kind_of_frame_is_told_apart() -> None:
    question = waveshare.read(1, waveshare.READ_COILS, 8)
    frames = [question, COILS_1_AND_7, FLASH, with_crc("01 85 02")]
    stream = Reassembler(waveshare.measure(1), waveshare.is_right)
    assert list(stream.feed(b"\0\xff" + b"".join(frames))) == frames
