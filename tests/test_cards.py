"""A card as the station knows it: by the keyed digest of its number, with what the reader saw."""

import pytest

from hardware.ports import CardSeen
from hardware.profiles import read_number, spell
from kiosk.cards import make_card
from kiosk.keys import Keys

KEYS = Keys(b"c" * 32, b"k" * 32)
SEVEN = bytes.fromhex("04A1B2C3D4E5F6")


def test_a_number_never_leaves_the_reader_as_it_is() -> None:
    card = make_card(KEYS, CardSeen(SEVEN), is_new=True)
    assert card.key == KEYS.card_digest("iso14443a", SEVEN)
    assert SEVEN.hex() not in repr(card).lower()


def test_the_same_bytes_of_two_kinds_are_two_cards() -> None:
    number = bytes(5)
    seen = [make_card(KEYS, CardSeen(number, kind=kind), True) for kind in ("em4100", "other")]
    assert seen[0].key != seen[1].key


def test_a_number_made_up_for_the_moment_is_nobodys() -> None:
    cards = {make_card(KEYS, CardSeen(bytes([8, n, n, n])), True) for n in range(5)}
    assert [(card.key, card.is_random, card.claims) for card in cards] == [("random", True, ())]


def test_its_make_is_sak_and_atqa_as_the_reader_saw_them() -> None:
    assert make_card(KEYS, CardSeen(SEVEN, 0x08, b"\x44\0"), True).look == "08/4400"


@pytest.mark.parametrize("sak", [0x00, 0x08])
def test_cards_that_answered_the_call_together_leave_no_make(sak: int) -> None:
    assert make_card(KEYS, CardSeen(SEVEN, sak), True).look == ""


def test_whether_it_is_new_and_whether_it_is_a_copy_is_handed_on() -> None:
    copy = CardSeen(b"\1\2\3\4", is_copy=True)
    assert [make_card(KEYS, copy, is_new).is_new for is_new in (True, False)] == [True, False]
    assert make_card(KEYS, copy, True).is_copy


def test_a_whole_number_is_known_by_every_number_that_lists_cut_from_it() -> None:
    card = make_card(KEYS, CardSeen(SEVEN), True)
    for profile in ("w26", "dec32-rev"):
        kind, number = read_number(profile, spell(profile, SEVEN))
        assert KEYS.card_digest(kind, number) in card.claims
    assert card.key not in card.claims


def test_a_number_that_lost_bits_already_claims_no_other() -> None:
    assert make_card(KEYS, CardSeen(b"\1\2\3", kind="claim:w26"), True).claims == ()
