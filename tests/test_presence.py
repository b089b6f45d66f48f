"""When cards in the field are a presentation."""

from hypothesis import given
from hypothesis import strategies as st

from hardware.ports import CardSeen
from hardware.presence import POLLS_UNTIL_GONE, Presence, Presentation

ANA = CardSeen(b"\x04ana345")
BEN = CardSeen(b"\x04ben345")
PHONE, SAME_PHONE_LATER = CardSeen(b"\x08\x01\x02\x03"), CardSeen(b"\x08\x99\x98\x97")


def presentations(*polls: tuple[CardSeen, ...]) -> list[tuple[CardSeen, ...] | None]:
    presence = Presence()
    return [told.cards if (told := presence.poll(cards)) else None for cards in polls]


def test_a_card_left_lying_is_one_presentation():
    assert presentations((ANA,), (ANA,), (ANA,)) == [(ANA,), None, None]


def test_an_empty_field_presents_nothing():
    assert presentations((), ()) == [None, None]


def test_two_missed_polls_do_not_take_a_card_away():
    assert presentations((ANA,), (), (), (ANA,)) == [(ANA,), None, None, None]


def test_three_missed_polls_do():
    assert presentations((ANA,), (), (), (), (ANA,)) == [(ANA,), None, None, None, (ANA,)]


def test_misses_count_only_in_a_row():
    polls = [(ANA,), (), (), (ANA,), (), (), (ANA,)]
    assert presentations(*polls) == [(ANA,)] + [None] * 6


def test_a_newcomer_presents_the_card_lying_there_too():
    assert presentations((ANA,), (ANA, BEN), (ANA, BEN)) == [(ANA,), (ANA, BEN), None]


def test_a_newcomer_is_told_from_the_card_lying_there():
    presence = Presence()
    presence.poll((ANA,))

    assert presence.poll((ANA, BEN)) == Presentation((ANA, BEN), came=(BEN,))


def test_a_card_that_leaves_another_behind_presents_nothing():
    assert presentations((ANA, BEN), (BEN,), (BEN,), (BEN,), (BEN,))[1:] == [None] * 4


def test_a_card_gone_beside_one_that_stays_presents_both_when_it_returns():
    polls = [(ANA, BEN), (BEN,), (BEN,), (BEN,), (ANA, BEN)]
    assert presentations(*polls)[-1] == (ANA, BEN)


def test_a_phone_that_makes_up_a_new_uid_is_no_newcomer():
    assert presentations((PHONE,), (SAME_PHONE_LATER,)) == [(PHONE,), None]


def test_equal_bytes_of_two_kinds_are_two_cards():
    badge = CardSeen(ANA.uid, kind="em4100")
    assert presentations((ANA,), (ANA, badge)) == [(ANA,), (ANA, badge)]


@given(st.lists(st.sets(st.sampled_from([ANA, BEN, PHONE])).map(tuple), max_size=30))
def test_there_is_a_presentation_exactly_when_a_card_was_away_for_three_polls(polls):
    got = presentations(*polls)
    for n, cards in enumerate(polls):
        recent = {card for past in polls[max(0, n - POLLS_UNTIL_GONE) : n] for card in past}
        assert got[n] == (cards if set(cards) - recent else None)
