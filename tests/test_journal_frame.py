import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.journal import frame

GENERATION = "0123456789abcdef" * 2
HEADER = frame.encode_header(GENERATION)
HEAD = frame.digest(HEADER)
LINE = frame.encode(b'{"put":{"t":{}}}', HEAD)


def test_a_header_says_its_version_and_generation() -> None:
    assert frame.decode_header(HEADER) == frame.Header(1, GENERATION)


def test_a_line_is_written_as_documented() -> None:
    assert HEADER == b"tinydb-journal 1 0123456789abcdef0123456789abcdef 5e3934bd\n"
    assert LINE == b'00000010 543f752a e33f142c3083bc606dad310d3c964e75 {"put":{"t":{}}}\n'


@given(st.text(st.characters(codec="ascii", exclude_characters="\n"), min_size=1))
def test_a_line_gives_its_payload_back(text: str) -> None:
    payload = text.encode("ascii")
    assert frame.decode(frame.encode(payload, HEAD)) == frame.Frame(HEAD, payload)


@settings(max_examples=200)
@given(st.integers(0, len(LINE) * 8 - 1))
def test_no_line_with_a_flipped_bit_is_sound(bit: int) -> None:
    assert frame.decode(flipped(LINE, bit)) is None


@given(st.integers(0, len(HEADER) * 8 - 1))
def test_no_header_with_a_flipped_bit_is_sound(bit: int) -> None:
    assert frame.decode_header(flipped(HEADER, bit)) is None


@pytest.mark.parametrize("kept", range(len(LINE)))
def test_no_part_of_a_line_is_sound(kept: int) -> None:
    assert frame.decode(LINE[:kept]) is None


def test_an_upper_case_checksum_is_not_sound() -> None:
    assert frame.decode(LINE[:9] + LINE[9:17].upper() + LINE[17:]) is None


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_a_sound_line_is_found_wherever_it_begins(before: bytes, after: bytes) -> None:
    assert frame.find_sound(before + LINE + after) == len(before)


@given(st.binary(max_size=200))
def test_nothing_sound_is_found_in_noise(noise: bytes) -> None:
    assert frame.find_sound(noise) is None


@pytest.mark.parametrize("kept", range(len(HEADER)))
def test_a_part_of_a_header_is_a_torn_one(kept: int) -> None:
    assert frame.is_torn_header(HEADER[:kept])
    assert frame.is_torn_header(HEADER[:kept] + bytes(len(HEADER) - kept))
    assert frame.is_torn_header(bytes(len(HEADER) - kept) + HEADER[len(HEADER) - kept :])


@pytest.mark.parametrize("start", [b'{"_default": {}}', b"hello", HEADER, bytes(4096)])
def test_what_is_no_part_of_a_header_is_not_a_torn_one(start: bytes) -> None:
    assert not frame.is_torn_header(start)


def flipped(line: bytes, bit: int) -> bytes:
    changed = bytearray(line)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)
