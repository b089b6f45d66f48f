"""The RC522 reader on the simulated chip: what it reads and what it costs."""

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rc522_fixtures import Scene, phone
from reader_fixtures import FOUR, SEVEN, TEN, Bench, uids

from hardware.ports import CardSeen
from hardware.rc522.selection import MAX_CARDS
from hardware.simulated.cards import Card
from hardware.simulated.chip import CollisionCount
from hardware.simulated.classic import ClassicCard

# Few different bytes, so that UIDs share beginnings, and 88, which is also the cascade tag.
BYTES = st.sampled_from([0x00, 0x04, 0x05, 0x08, 0x84, 0x88, 0xFF])
UID = st.sampled_from([4, 7, 10]).flatmap(
    lambda length: st.lists(BYTES, min_size=length, max_size=length).map(bytes)
)


def parts_of(uid: bytes) -> list[bytes]:
    if len(uid) == 4:
        return [uid]
    return [b"\x88" + uid[:3], *parts_of(uid[3:])]


def is_hidden_by(uid: bytes, other: bytes) -> bool:
    """Whether ``uid`` ends in a level that looks like a cascade of ``other``: see the reader."""
    own = parts_of(uid)
    return len(own) < len(parts_of(other)) and parts_of(other)[: len(own)] == own


def are_told_apart(cards: set[bytes]) -> bool:
    return not any(is_hidden_by(uid, other) for uid in cards for other in cards)


@pytest.mark.parametrize(
    ("cards", "transfers"),
    [
        ([], 11),
        ([FOUR], 55),
        ([SEVEN], 78),
        ([TEN], 101),
        ([SEVEN, bytes.fromhex("04A1B2C3D4E5F7")], 146),
    ],
    ids=["empty", "4", "7", "10", "two of 7"],
)
def test_a_poll_of_what_lies_there_costs_this_many_transfers(cards: list[bytes], transfers: int):
    scene = Scene(*cards)
    scene.polls(2)
    assert [scene.transfers() for _ in range(3)] == [transfers] * 3


@pytest.mark.parametrize(
    ("card", "transfers"), [(FOUR, 99), (SEVEN, 122), (TEN, 157)], ids=["4", "7", "10"]
)
def test_a_newcomer_costs_a_second_selection_and_a_short_one_the_probe(card: bytes, transfers: int):
    scene = Scene(card)
    assert scene.transfers() == transfers


def test_a_card_is_seen_with_its_sak_and_atqa():
    bench = Bench.new()
    bench.field.place(Card(SEVEN, sak=0x28, atqa=b"\x42\x03"))
    assert list(bench.open_reader().read()) == [CardSeen(SEVEN, 0x28, b"\x42\x03")]


def test_the_atqa_of_cards_that_answer_differently_is_unknown():
    reader = Bench.new(FOUR, SEVEN).open_reader()
    assert {card.atqa for card in reader.read()} == {b"\0\0"}


def test_two_cards_with_the_same_first_three_bytes_are_two_cards():
    ana, ben = bytes.fromhex("04A1B2C3D4E5F6"), bytes.fromhex("04A1B200000001")
    bench = Bench.new(ana)
    reader = bench.open_reader()
    assert uids(reader.read()) == [ana]
    bench.lay(ben)
    assert uids(reader.read()) == [ben, ana]
    bench.field.lift(ana)
    assert uids(reader.read()) == [ben]


def test_a_four_byte_uid_that_begins_with_the_cascade_tag_is_whole():
    uid = bytes.fromhex("88112233")
    assert uids(Bench.new(uid).open_reader().read()) == [uid]


@pytest.mark.parametrize("counts_from", get_args(CollisionCount))
@settings(max_examples=60)
@given(cards=st.sets(UID, min_size=1, max_size=4).filter(are_told_apart))
def test_any_cards_are_read_whole_and_exactly_at_every_poll(
    cards: set[bytes], counts_from: CollisionCount
):
    bench = Bench.new(*cards)
    bench.chip.collision_counts_from = counts_from
    reader = bench.open_reader()
    assert [uids(reader.read()) for _ in range(2)] == [sorted(cards)] * 2


def test_a_short_uid_that_looks_like_a_longer_ones_first_level_never_hides_it():
    """The short one is hidden, and does not flicker: no rule-abiding card has such a UID."""
    assert Scene(b"\x88" + SEVEN[:3], SEVEN).polls(4) == [[SEVEN]] * 4


@pytest.mark.parametrize("uid", [FOUR, SEVEN, TEN], ids=["4", "7", "10"])
def test_uids_that_differ_in_any_one_bit_are_two_cards(uid: bytes):
    for place in range(len(uid) * 8):
        other = bytearray(uid)
        other[place // 8] ^= 1 << place % 8
        assert uids(Bench.new(uid, bytes(other)).open_reader().read()) == sorted([uid, other])


def test_cards_come_and_go_beside_halted_ones():
    bench = Bench.new(FOUR)
    reader = bench.open_reader()
    reader.read()
    bench.lay(SEVEN)
    reader.read()
    bench.lay(TEN)
    bench.field.lift(FOUR)
    assert uids(reader.read()) == sorted([SEVEN, TEN])


def test_a_newcomer_drowned_out_by_a_stronger_card_is_found():
    bench = Bench.new(FOUR)
    bench.field.strongest_wins = True
    reader = bench.open_reader()
    reader.read()
    bench.lay(SEVEN)
    assert uids(reader.read()) == sorted([FOUR, SEVEN])


def test_a_phone_beside_a_school_card_is_read_with_it():
    cards = {card.is_random: card.uid for card in Scene(SEVEN, phone()).seen()}
    assert (len(cards), cards[False]) == (2, SEVEN)


def test_three_cards_of_all_lengths_of_which_two_differ_in_a_bit_are_read_together():
    cards = [FOUR, FOUR[:3] + bytes([FOUR[3] ^ 0x80]), SEVEN, TEN]
    for left_out in range(4):
        held = cards[:left_out] + cards[left_out + 1 :]
        assert Scene(*held).polls(3) == [sorted(held)] * 3


def test_a_crowd_is_cut_short():
    crowd = [bytes([0x10, 0, 0, n]) for n in range(MAX_CARDS + 4)]
    assert len(Bench.new(*crowd).open_reader().read()) == MAX_CARDS


def test_a_classic_is_read_like_any_card():
    bench = Bench.new()
    bench.field.place(ClassicCard(FOUR))
    assert [(card.uid, card.sak) for card in bench.open_reader().read()] == [(FOUR, 0x08)]
