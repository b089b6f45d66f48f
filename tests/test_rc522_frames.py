"""ISO 14443-3 as arithmetic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.rc522 import frames
from hardware.rc522.frames import BadCheck


# ISO/IEC 14443-3, annex B; the last is the HLTA frame every reader sends.
@pytest.mark.parametrize(("data", "crc"), [("0000", "A01E"), ("1234", "26CF"), ("5000", "57CD")])
def test_the_crc_is_the_standards(data: str, crc: str):
    assert frames.crc_a(bytes.fromhex(data)) == bytes.fromhex(crc)


def test_data_with_its_crc_has_a_crc_of_nothing():
    assert frames.crc_a(frames.with_crc(b"any")) == b"\0\0"


@given(st.binary(max_size=20))
def test_bits_make_the_bytes_they_came_from(data: bytes):
    assert frames.to_bytes(frames.to_bits(data)) == data


def test_bits_go_least_significant_first():
    assert frames.to_bits(b"\x88") == (0, 0, 0, 1, 0, 0, 0, 1)


@pytest.mark.parametrize(
    ("known", "frame"), [(0, "9320"), (3, "932307"), (8, "9330FF"), (13, "9335FF1F")]
)
def test_an_anticollision_frame_counts_its_bits(known: int, frame: str):
    assert frames.anticollision_frame(0, (1,) * known) == bytes.fromhex(frame)


def test_a_select_frame_ends_in_its_crc():
    part = bytes.fromhex("DEADBEEF22")
    assert frames.select_frame(1, part) == frames.with_crc(bytes.fromhex("9570DEADBEEF22"))


def test_a_part_is_four_bytes_and_their_bcc():
    part = bytes.fromhex("DEADBEEF22")
    assert frames.checked_part(frames.to_bits(part)) == part


@given(st.integers(0, 4), st.integers(1, 255))
def test_a_part_with_one_wrong_byte_is_nobodys(place: int, wrong: int):
    part = bytearray.fromhex("DEADBEEF22")
    part[place] ^= wrong
    with pytest.raises(BadCheck):
        frames.checked_part(frames.to_bits(bytes(part)))


@pytest.mark.parametrize("length", [0, 4, 6])
def test_a_part_of_another_length_is_nobodys(length: int):
    with pytest.raises(BadCheck):
        frames.checked_part(frames.to_bits(bytes(length)))


def test_a_sak_needs_its_crc():
    good = frames.with_crc(b"\x08")
    assert frames.checked_sak(good) == 0x08
    for bad in (b"\x08", good[:2], good[:2] + b"\0", b"\x04" + good[1:]):
        with pytest.raises(BadCheck):
            frames.checked_sak(bad)


def test_bit_three_of_the_sak_alone_says_there_is_more():
    assert [frames.is_complete(sak) for sak in (0x00, 0x08, 0x20, 0x04, 0x24)] == [
        True, True, True, False, False,
    ]  # fmt: skip


def test_a_uid_is_its_parts_without_tags_and_checks():
    parts = [bytes.fromhex("8804112299"), bytes.fromhex("8833445500"), bytes.fromhex("6677889900")]
    assert frames.uid_of(parts) == bytes.fromhex("04112233445566778899")
    assert frames.uid_of(parts[:1]) == bytes.fromhex("88041122")


def test_a_level_that_lacks_its_cascade_tag_makes_no_uid():
    with pytest.raises(BadCheck):
        frames.uid_of([bytes.fromhex("0411223344"), bytes.fromhex("6677889900")])


@given(st.integers(0, 31), st.integers(0, 31))
def test_a_collision_is_never_put_later_than_it_was(known: int, before: int):
    """Whichever way the chip counts."""
    for start in (0, known % 8, known):
        position = start + before + 1
        if known + before < 32 and position <= 32:
            assert 0 <= frames.bits_before_collision(position, known) <= before
