"""A UID is a card's only if the card answered to it, twice: what noise would have to forge."""

from collections.abc import Callable

import pytest
import scale
from hypothesis import given, settings
from hypothesis import strategies as st
from rc522_fixtures import Scene, forging
from reader_fixtures import FOUR, SEVEN, TEN

from hardware.rc522 import frames
from hardware.rc522.faults import Cause
from hardware.rc522.frames import Bits, to_bits, with_crc
from hardware.simulated.field import Echo

COMPLETE, MORE = to_bits(with_crc(b"\x08")), to_bits(with_crc(b"\x04"))


def is_select(frame: Bits, level: int) -> bool:
    return frame[:16] == to_bits(bytes([frames.SELECT[level], frames.NVB_WHOLE]))


def saying_once(level: int, answer: Bits) -> Callable[[int, Bits, Echo | None], Echo | None]:
    """Puts a whole answer, check bytes and all, in the place of the first one to a select."""
    left = [Echo(answer)]

    def forge(_: int, frame: Bits, echo: Echo | None) -> Echo | None:
        return left.pop() if left and is_select(frame, level) else echo

    return forge


def test_a_forged_end_of_a_uid_does_not_cut_it_short():
    """Four bytes 88 04 A1 B2 would be left of a UID of seven, beside it."""
    scene = forging(Scene(SEVEN), saying_once(0, COMPLETE))
    assert scene.polls(2) == [[SEVEN], [SEVEN]]
    assert scene.reader.statistics.bad_frames[Cause.UNCONFIRMED] == 1


def test_a_forged_continuation_does_not_lengthen_it():
    for card in (FOUR, SEVEN, b"\x88\x04\xa1\xb2"):
        scene = forging(Scene(card), saying_once(0 if len(card) == 4 else 1, MORE))
        assert [uid for poll in scene.polls(3) for uid in poll if uid != card] == []
        assert scene.poll() == [card]


def test_a_part_and_its_selection_both_forged_bring_no_card_into_being():
    ghost = bytes.fromhex("CAFEF00D")
    part = Echo(to_bits(ghost + bytes([frames.bcc(ghost)])))

    def forge(count: int, frame: Bits, echo: Echo | None) -> Echo | None:
        return {0: Echo(to_bits(b"\x04\0")), 1: part, 2: Echo(COMPLETE)}.get(count, echo)

    scene = forging(Scene(), forge)
    assert scene.polls(2) == [[], []]
    assert scene.reader.statistics.bad_frames[Cause.UNCONFIRMED] == 1
    assert scene.reader.statistics.cards == 0


def test_a_sak_that_differs_at_the_second_selection_is_believed_by_neither():
    scene = forging(Scene(FOUR), saying_once(0, to_bits(with_crc(b"\x28"))))
    assert scene.poll() == []
    assert [card.sak for card in scene.seen()] == [0x08]


@pytest.mark.parametrize("count", [0, 5], ids=["first", "second"])
def test_an_atqa_that_was_disturbed_is_unknown_and_not_another(count: int):
    """It has no check bytes; one noted at enrolment must not accuse a card because of noise.

    A card of four bytes is called, asked, selected, halted; the next call is for newcomers, the
    one after that for the second selection.
    """
    scene = forging(
        Scene(FOUR), lambda n, _, echo: Echo(to_bits(b"\x04\x01")) if n == count else echo
    )
    assert [card.atqa for card in scene.seen()] == [b"\0\0"]


def test_an_atqa_heard_twice_is_known():
    assert [card.atqa for card in Scene(FOUR).seen()] == [b"\x04\0"]


def test_a_known_card_is_not_confirmed_again():
    scene = Scene(FOUR, SEVEN)
    scene.polls(20)
    assert scene.reader.statistics.cards == 2


ANSWERS = st.one_of(
    st.sampled_from([COMPLETE, MORE, to_bits(b"\x04\0"), to_bits(b"\x44\0")]),
    st.binary(min_size=4, max_size=4).map(lambda four: to_bits(four + bytes([frames.bcc(four)]))),
    st.sampled_from([to_bits(uid[:4] + bytes([frames.bcc(uid[:4])])) for uid in (FOUR, SEVEN)]),
    st.none(),
)


@settings(max_examples=scale.of(300))
@given(
    cards=st.sets(st.sampled_from([FOUR, SEVEN, TEN, b"\x88" + SEVEN[:3], b"\x88\1\2\3"])),
    forged=st.dictionaries(st.integers(0, 30), ANSWERS, max_size=4),
)
def test_any_answers_forged_with_right_check_bytes_make_no_uid_unless_both_selections_are(
    cards: set[bytes], forged: dict[int, Bits | None]
):
    """Each forged answer is one that noise brings about once in 65,536 at best."""
    selects = 0

    def forge(count: int, frame: Bits, echo: Echo | None) -> Echo | None:
        nonlocal selects
        if count not in forged:
            return echo
        selects += is_select(frame, 0) or is_select(frame, 1) or is_select(frame, 2)
        answer = forged[count]
        return None if answer is None else Echo(answer)

    scene = forging(Scene(*cards), forge)
    seen = {uid for poll in scene.polls(3) for uid in poll}
    assert selects > 1 or seen <= cards


@pytest.mark.parametrize("uid", [FOUR, SEVEN, TEN, b"\x88\1\2\3"], ids=["4", "7", "10", "88"])
def test_parts_and_uid_are_each_others_inverse(uid: bytes):
    parts = frames.parts_of(uid)
    assert frames.uid_of(parts) == uid
    assert all(frames.checked_part(to_bits(part)) == part for part in parts)
