"""Check bytes, and frames found in a stream."""

import pytest
from board_fixtures import pieces
from hypothesis import given
from hypothesis import strategies as st

from hardware.boards.frames import Reassembler, check_range, crc16, sum_of, xor_of

FRAME = b"\x02ABC"


def measure(data: bytes) -> int:
    return 4 if data[0] == 0x02 else 0


def is_right(frame: bytes) -> bool:
    return frame[-1:] == b"C"


def found(*data: bytes) -> list[bytes]:
    stream = Reassembler(measure, is_right)
    frames = [frame for piece in data for frame in stream.feed(piece)]
    return [*frames, *stream.finish()]


def test_the_crc_is_that_of_modbus() -> None:
    # The check value of CRC-16/MODBUS in the catalogue of parametrised CRC algorithms.
    assert crc16(b"123456789") == b"\x37\x4b"


def test_the_sum_is_cut_to_a_byte() -> None:
    assert sum_of(b"\xff\x02\x01") == 2


def test_equal_bytes_cancel_out() -> None:
    assert xor_of(b"\x8a\x01\x8a") == 1


@given(st.integers(0, 2**32))
def test_a_frame_is_found_however_it_was_torn(seed: int) -> None:
    assert found(*pieces(b"xx" + FRAME + b"y" + FRAME, seed)) == [FRAME, FRAME]


@given(st.binary(max_size=30), st.binary(max_size=30))
def test_garbage_around_a_frame_does_not_hide_it(before: bytes, after: bytes) -> None:
    assert FRAME in found(before + FRAME + after)


def test_a_false_beginning_does_not_swallow_the_frame_inside_it() -> None:
    assert found(b"\x02" + FRAME) == [FRAME]
    assert found(b"\x02\x02\x02" + FRAME) == [FRAME]


def test_a_frame_inside_a_beginning_that_never_ends_is_found_at_the_end() -> None:
    def long_or_short(data: bytes) -> int:
        return {0x01: 99, 0x02: 4}.get(data[0], 0)

    stream = Reassembler(long_or_short, is_right)
    assert list(stream.feed(b"\x01" + FRAME)) == []
    assert list(stream.finish()) == [FRAME]


def test_when_the_line_falls_quiet_a_whole_frame_shows_its_beginning_to_be_false() -> None:
    def long_or_short(data: bytes) -> int:
        return {0x01: 99, 0x02: 4}.get(data[0], 0)

    stream = Reassembler(long_or_short, is_right)
    assert list(stream.feed(b"\x01\x01x" + FRAME + b"\x01")) == []
    assert list(stream.settle()) == [FRAME]
    assert (stream.dropped, stream.missing) == (3, 98)


def test_a_frame_that_is_not_whole_survives_a_quiet_moment() -> None:
    stream = Reassembler(measure, is_right)
    list(stream.feed(FRAME[:3]))
    assert list(stream.settle()) == []
    assert list(stream.feed(FRAME[3:])) == [FRAME]


def test_it_says_how_many_bytes_are_missing() -> None:
    stream = Reassembler(measure, is_right)
    assert stream.missing == 0
    list(stream.feed(b"\x02A"))
    assert stream.missing == 2


def test_it_counts_what_it_dropped() -> None:
    stream = Reassembler(measure, is_right)
    assert list(stream.feed(b"xyz" + FRAME)) == [FRAME]
    assert stream.dropped == 3


def test_a_number_out_of_range_is_refused_in_words() -> None:
    check_range("the lock", 3, range(1, 4))
    with pytest.raises(ValueError, match="the lock is 4: it must be 1 to 3"):
        check_range("the lock", 4, range(1, 4))
