"""When cards in the field are a presentation."""

from dataclasses import replace

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


def test_a_newcomer_presents_the_card_lying_there_even_if_this_poll_missed_it():
    presence = Presence()
    presence.poll((ANA,))
    assert presence.poll((BEN,)) == Presentation((ANA, BEN), came=(BEN,))
    assert presence.poll((ANA, BEN)) is None


def test_a_copy_once_found_is_a_copy_for_as_long_as_it_lies_there():
    presence = Presence()
    presence.poll((replace(ANA, is_copy=True),))
    told = presence.poll((ANA, BEN))
    assert told is not None
    assert [card.is_copy for card in told.cards] == [True, False]
    for _ in range(POLLS_UNTIL_GONE):
        presence.poll(())
    anew = presence.poll((ANA,))
    assert anew is not None
    assert not anew.cards[0].is_copy


POLLS = st.lists(st.sets(st.sampled_from([ANA, BEN, PHONE])).map(tuple), max_size=30)


@given(POLLS)
def test_there_is_a_presentation_exactly_when_a_card_was_away_for_three_polls(polls):
    """It names all that lie there: those seen by this poll or by the one before."""
    got = presentations(*polls)
    for n, cards in enumerate(polls):
        recent = {card for past in polls[max(0, n - POLLS_UNTIL_GONE) : n] for card in past}
        lying = {card for past in polls[max(0, n - 1) : n + 1] for card in past}
        is_told = bool(set(cards) - recent)
        assert (got[n] is not None) == is_told
        if is_told:
            assert set(got[n]) == lying
            assert len(got[n]) == len(lying)


@st.composite
def misses(draw: st.DrawFn) -> list[tuple[bool, ...]]:
    """For each card, at which polls it is seen: never missed three times in a row."""
    count = draw(st.integers(1, 40))
    rows = []
    for _ in range(draw(st.integers(1, 4))):
        row = []
        for seen in draw(st.lists(st.booleans(), min_size=count, max_size=count)):
            must = len(row) >= 2 and not any(row[-2:])
            row.append(seen or must)
        rows.append(tuple(row))
    return rows


@given(misses())
def test_a_session_is_one_presentation_for_each_poll_that_brings_newcomers(rows):
    """However often a poll misses a card that stays: nobody is told of it twice, all together."""
    cards = [CardSeen(bytes([4, n, 0, 0, 0, 0, 0])) for n in range(len(rows))]
    arrivals = [row.index(True) if True in row else None for row in rows]
    presence = Presence()
    for poll in range(len(rows[0])):
        told = presence.poll([c for c, row in zip(cards, rows, strict=True) if row[poll]])
        came = {c for c, at in zip(cards, arrivals, strict=True) if at == poll}
        here = {
            card
            for card, row, at in zip(cards, rows, arrivals, strict=True)
            if at is not None and at <= poll and any(row[max(poll - 1, 0) : poll + 1])
        }
        if not came:
            assert told is None
        else:
            assert told is not None
            assert (set(told.came), set(told.cards)) == (came, here)
