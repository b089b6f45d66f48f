"""The frames of an RDM6300, in whatever comes over the line."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from reader_fixtures import FOB

from hardware.rdm6300.frames import Frames, frame_of

UID = st.binary(min_size=5, max_size=5)
# The example of the module's data sheet: card 62E3086CED, sum 08.
DATA_SHEET = b"\x0262E3086CED08\x03"


def test_the_data_sheets_frame_is_its_card():
    card = bytes.fromhex("62E3086CED")
    assert Frames().feed(DATA_SHEET) == [card]
    assert frame_of(card) == DATA_SHEET


def test_small_letters_are_digits_too():
    assert Frames().feed(DATA_SHEET.lower()) == [bytes.fromhex("62E3086CED")]


@given(st.lists(UID, max_size=5), st.data())
def test_frames_are_read_however_they_arrive(cards: list[bytes], data: st.DataObject):
    stream = b"".join(map(frame_of, cards))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    frames = Frames()
    bounds = zip([0, *cuts], [*cuts, len(stream)], strict=True)
    assert [uid for a, b in bounds for uid in frames.feed(stream[a:b])] == cards
    assert frames.bad == 0


@given(st.binary(max_size=40), UID)
def test_no_noise_before_a_frame_hides_it(noise: bytes, card: bytes):
    assert Frames().feed(noise + frame_of(card))[-1] == card


@given(UID, st.integers(1, 12), st.sampled_from(b"0123456789ABCDEF"))
def test_a_frame_with_a_wrong_digit_is_dropped_and_counted(card: bytes, place: int, digit: int):
    broken = bytearray(frame_of(card))
    assume(broken[place] != digit)
    broken[place] = digit
    frames = Frames()
    assert frames.feed(bytes(broken)) == []
    assert frames.bad == 1


@pytest.mark.parametrize(
    "torn",
    [DATA_SHEET[:8], DATA_SHEET[:8] + b"\x03", DATA_SHEET[:13] + b"0\x03",
     DATA_SHEET[:5] + b" " + DATA_SHEET[6:], DATA_SHEET[:13] + b"\r"],
)  # fmt: skip
def test_a_torn_frame_is_dropped_and_the_next_one_read(torn: bytes):
    frames = Frames()
    assert frames.feed(torn + frame_of(FOB)) == [FOB]
    assert frames.bad == 1


def test_a_frame_of_too_many_digits_is_dropped_at_once():
    frames = Frames()
    assert frames.feed(DATA_SHEET[:13] + b"0") == []
    assert frames.bad == 1


def test_a_frame_of_too_few_digits_is_dropped_though_their_sum_fits():
    frames = Frames()
    assert frames.feed(b"\x020102040809" + b"06\x03") == [bytes.fromhex("0102040809")]
    assert frames.feed(b"\x02010204080F\x03") == []
    assert frames.bad == 1


@given(st.binary(max_size=200))
def test_any_noise_is_survived(noise: bytes):
    frames = Frames()
    for uid in frames.feed(noise):
        assert frame_of(uid).upper() in noise.upper()


def test_what_was_begun_can_be_forgotten():
    frames = Frames()
    frames.feed(DATA_SHEET[:8])
    frames.forget()
    assert frames.feed(DATA_SHEET[8:]) == []
    assert frames.bad == 0
