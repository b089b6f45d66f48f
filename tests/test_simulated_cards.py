"""Simulated cards, by the states of ISO 14443-3, figure 7."""

from itertools import count

import pytest
from reader_fixtures import FOUR, SEVEN, TEN, hear

from hardware.rc522 import frames
from hardware.rc522.frames import HLTA, REQA, WUPA, to_bits, with_crc
from hardware.simulated.cards import ACK, GEN1A_WAKE, Card, State, Traits, card_of
from hardware.simulated.classic import FACTORY_KEY, ClassicCard

PART = FOUR + b"\x22"


def card_in_field(uid: bytes = FOUR, **traits: object) -> Card:
    card = Card(uid, traits=Traits(**traits))
    card.power(True)
    return card


def short(card: Card, code: int) -> frames.Bits | None:
    return hear(card, bytes([code]), 7)


def select(card: Card, level: int, four: bytes) -> frames.Bits | None:
    return hear(card, frames.select_frame(level, four + bytes([frames.bcc(four)])))


def bring(card: Card, state: State) -> Card:
    """A card of four bytes, brought into a state."""
    if state is State.OFF:
        card.power(False)
    if state in (State.READY, State.ACTIVE, State.HALT):
        short(card, REQA)
    if state in (State.ACTIVE, State.HALT):
        select(card, 0, card.uid)
    if state is State.HALT:
        hear(card, HLTA)
    assert card.state is state
    return card


@pytest.mark.parametrize("length", [0, 5, 11])
def test_a_uid_of_another_length_is_no_card(length: int):
    with pytest.raises(ValueError, match="4, 7 or 10"):
        Card(bytes(length))


@pytest.mark.parametrize(
    ("state", "code", "answers", "then"),
    [
        (State.OFF, WUPA, False, State.OFF),
        (State.IDLE, REQA, True, State.READY),
        (State.IDLE, WUPA, True, State.READY),
        (State.HALT, REQA, False, State.HALT),
        (State.HALT, WUPA, True, State.READY),
        (State.READY, REQA, False, State.IDLE),
        (State.READY, WUPA, False, State.IDLE),
        (State.ACTIVE, REQA, False, State.IDLE),
        (State.ACTIVE, WUPA, False, State.IDLE),
    ],
)
def test_a_call_wakes_those_asleep_and_silences_the_rest(
    state: State, code: int, answers: bool, then: State
):
    card = bring(card_in_field(), state)
    assert short(card, code) == (to_bits(b"\x04\x00") if answers else None)
    assert card.state is then


@pytest.mark.parametrize("state", [State.READY, State.ACTIVE])
def test_a_card_woken_from_halt_falls_back_to_it(state: State):
    card = bring(card_in_field(), State.HALT)
    short(card, WUPA)
    if state is State.ACTIVE:
        select(card, 0, FOUR)
    assert short(card, REQA) is None
    assert card.state is State.HALT


def test_a_field_that_goes_takes_all_memory_with_it():
    card = bring(card_in_field(), State.HALT)
    card.power(False)
    card.power(True)
    assert card.state is State.IDLE


@pytest.mark.parametrize("known", [0, 1, 7, 8, 13, 31, 39])
def test_it_answers_the_rest_of_its_part_bit_by_bit(known: int):
    card = bring(card_in_field(), State.READY)
    part = to_bits(PART)
    frame = frames.anticollision_frame(0, part[:known])
    assert hear(card, frame, 16 + known) == part[known:]
    assert card.state is State.READY


def test_a_card_whose_bits_differ_goes_silent():
    card = bring(card_in_field(), State.READY)
    wrong = tuple(1 - bit for bit in to_bits(PART)[:5])
    assert hear(card, frames.anticollision_frame(0, wrong), 21) is None
    assert card.state is State.IDLE


@pytest.mark.parametrize(
    "frame",
    [
        b"\x95\x20",
        b"\x93",
        b"\x93\x21",
        b"\x93\x70" + PART,
        HLTA,
        frames.select_frame(0, SEVEN[:5]),
    ],
    ids=["level", "short", "nvb", "no crc", "halt", "other part"],
)
def test_a_frame_out_of_place_is_met_with_silence(frame: bytes):
    card = bring(card_in_field(), State.READY)
    assert hear(card, frame) is None
    assert card.state is State.IDLE


@pytest.mark.parametrize(
    ("uid", "parts", "saks"),
    [
        (FOUR, [FOUR], [0x08]),
        (SEVEN, [b"\x88" + SEVEN[:3], SEVEN[3:]], [0x04, 0x00]),
        (TEN, [b"\x88" + TEN[:3], b"\x88" + TEN[3:6], TEN[6:]], [0x04, 0x04, 0x20]),
    ],
    ids=["4", "7", "10"],
)
def test_a_uid_is_selected_level_by_level(uid: bytes, parts: list[bytes], saks: list[int]):
    card = card_in_field(uid)
    short(card, REQA)
    answers = [select(card, level, part) for level, part in enumerate(parts)]
    assert answers == [to_bits(with_crc(bytes([sak]))) for sak in saks]
    assert card.state is State.ACTIVE


def test_a_halt_is_obeyed_in_silence_and_remembered():
    card = bring(card_in_field(), State.ACTIVE)
    assert not card.was_read
    assert hear(card, HLTA) is None
    assert (card.state, card.was_read) == (State.HALT, True)


def test_a_selected_card_falls_silent_at_what_it_does_not_know():
    for frame in (with_crc(b"\xe0\x50"), b"\xe0\x50\x00\x00"):
        card = bring(card_in_field(), State.ACTIVE)
        assert hear(card, frame) is None
        assert card.state is State.IDLE


def test_a_phone_makes_up_a_uid_at_each_power_up():
    numbers = count(1)
    card = Card(
        b"\x08\0\0\0", traits=Traits(random_uid=True), draw=lambda _: bytes([next(numbers)]) * 3
    )
    seen = []
    for _ in range(2):
        card.power(True)
        seen.append(card.uid)
        card.power(False)
    assert seen == [b"\x08\1\1\1", b"\x08\2\2\2"]


def test_a_card_that_leaves_hears_no_more():
    card = card_in_field(leaves_after=1)
    assert short(card, REQA) is not None
    assert hear(card, b"\x93\x20") is None
    assert card.has_left


def test_a_faulty_card_sends_a_wrong_bcc():
    card = bring_ready(card_in_field(bad_bcc=True))
    assert hear(card, b"\x93\x20") == to_bits(FOUR + bytes([0x22 ^ 0xFF]))


def bring_ready(card: Card) -> Card:
    short(card, REQA)
    return card


@pytest.mark.parametrize("state", [State.IDLE, State.HALT])
def test_a_copy_asleep_answers_the_back_door_and_a_genuine_card_does_not(state: State):
    for gen1a, answer in ((True, ACK), (False, None)):
        card = bring(card_in_field(gen1a=gen1a), state)
        assert short(card, GEN1A_WAKE) == answer
        assert card.state is (State.BACK_DOOR if gen1a else state)


@pytest.mark.parametrize("state", [State.READY, State.ACTIVE])
def test_a_copy_awake_takes_the_back_door_for_a_frame_out_of_place(state: State):
    card = bring(card_in_field(gen1a=True), state)
    assert short(card, GEN1A_WAKE) is None
    assert card.state is State.IDLE


def test_a_copy_in_its_back_door_is_deaf_to_all_but_its_unlocking_and_a_halt():
    card = card_in_field(gen1a=True)
    short(card, GEN1A_WAKE)
    assert [short(card, code) for code in (REQA, WUPA, GEN1A_WAKE)] == [None] * 3
    assert select(card, 0, FOUR) is None
    assert hear(card, b"\x43") == ACK
    assert hear(card, HLTA) is None
    assert card.state is State.HALT


def test_a_copy_leaves_its_back_door_when_it_loses_its_power():
    card = card_in_field(gen1a=True)
    short(card, GEN1A_WAKE)
    card.power(False)
    card.power(True)
    assert short(card, REQA) is not None


def test_some_copies_obey_a_halt_and_answer_it():
    card = bring(card_in_field(answers_halt=True), State.ACTIVE)
    assert len(hear(card, HLTA) or ()) == 4
    assert (card.state, card.was_read) == (State.HALT, True)


def test_a_hand_holds_a_phone_where_the_uid_begins_with_08():
    uids = (b"\x08\1\2\3", FOUR, b"\x08" + SEVEN[1:])
    assert [card_of(uid).traits.random_uid for uid in uids] == [True, False, False]


# -- MIFARE Classic ----------------------------------------------------------------------------


@pytest.fixture
def classic() -> Card:
    card = ClassicCard(FOUR)
    card.power(True)
    return bring(card, State.ACTIVE)


def read(card: Card, block: int) -> frames.Bits | None:
    return hear(card, with_crc(bytes([0x30, block])))


def test_a_key_opens_its_sector_and_no_other(classic: ClassicCard):
    classic.blocks[8] = b"sixteen bytes it"
    assert classic.authenticate(0x60, 11, FACTORY_KEY, FOUR)
    assert read(classic, 8) == to_bits(with_crc(b"sixteen bytes it"))
    assert len(read(classic, 4) or ()) == 4


@pytest.mark.parametrize(
    ("key", "uid", "block"),
    [(b"wrong!", FOUR, 11), (FACTORY_KEY, SEVEN[:4], 11), (FACTORY_KEY, FOUR, 64)],
    ids=["key", "uid", "block"],
)
def test_a_wrong_key_opens_nothing(classic: ClassicCard, key: bytes, uid: bytes, block: int):
    assert not classic.authenticate(0x60, block, key, uid)


def test_a_block_is_written_in_two_steps(classic: ClassicCard):
    classic.authenticate(0x61, 11, FACTORY_KEY, FOUR)
    assert hear(classic, with_crc(b"\xa0\x09")) == ACK
    assert hear(classic, with_crc(b"sixteen bytes it")) == ACK
    assert classic.blocks[9] == b"sixteen bytes it"


def test_data_of_another_length_is_not_written(classic: ClassicCard):
    classic.authenticate(0x60, 11, FACTORY_KEY, FOUR)
    hear(classic, with_crc(b"\xa0\x09"))
    assert hear(classic, with_crc(b"short")) != ACK
    assert classic.blocks[9] == bytes(16)


def test_a_new_selection_locks_it_again(classic: ClassicCard):
    classic.authenticate(0x60, 11, FACTORY_KEY, FOUR)
    hear(classic, HLTA)
    short(classic, WUPA)
    select(classic, 0, FOUR)
    assert len(read(classic, 8) or ()) == 4


def test_a_classic_of_seven_bytes_is_opened_by_the_last_four():
    card = ClassicCard(SEVEN)
    card.power(True)
    short(card, REQA)
    select(card, 0, b"\x88" + SEVEN[:3])
    select(card, 1, SEVEN[3:])
    assert card.authenticate(0x60, 3, FACTORY_KEY, SEVEN[3:])
