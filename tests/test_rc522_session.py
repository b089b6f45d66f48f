"""What a reader remembers of the cards in its field."""

from reader_fixtures import FOUR, SEVEN

from hardware.ports import CardSeen
from hardware.presence import POLLS_UNTIL_GONE
from hardware.rc522.session import FieldSession

ANA, BEN = CardSeen(FOUR, 0x08), CardSeen(SEVEN)
CAT = CardSeen(b"\1\2\3\4")
PHONE = CardSeen(b"\x08\1\2\3")


def found(*cards: CardSeen) -> dict[bytes, CardSeen]:
    return {card.uid: card for card in cards}


def session(*confirmed: CardSeen) -> FieldSession:
    """One whose last poll found and confirmed these cards."""
    made = FieldSession(probed=frozenset({4}))
    made.poll(found(*confirmed), confirmed)
    return made


def test_a_card_is_a_stranger_until_it_is_confirmed():
    made = FieldSession(frozenset())
    assert made.strangers(found(ANA, BEN)) == [ANA, BEN]
    assert made.poll(found(ANA, BEN), [BEN]) == [BEN]
    assert made.strangers(found(ANA, BEN)) == [ANA]


def test_a_card_is_told_as_it_was_when_it_was_confirmed():
    disturbed = CardSeen(FOUR, 0x08, b"\x99\x99")
    assert session(ANA).poll(found(disturbed), []) == [ANA]


def test_a_card_is_a_stranger_again_after_three_polls_without_it():
    made = session(ANA)
    for _ in range(POLLS_UNTIL_GONE - 1):
        assert made.poll({}, []) == []
    assert made.strangers(found(ANA)) == []
    made.poll({}, [])
    assert made.strangers(found(ANA)) == [ANA]


def test_misses_count_only_in_a_row():
    made = session(ANA)
    for _ in range(5):
        made.poll({}, [])
        made.poll({}, [])
        assert made.poll(found(ANA), []) == [ANA]


def test_a_card_alone_is_suspect_until_it_is_judged():
    made = session(ANA)
    assert made.suspect(found(ANA)) == FOUR
    assert made.judge(FOUR, is_copy=True) == CardSeen(FOUR, 0x08, is_copy=True)
    assert made.suspect(found(ANA)) is None
    assert [card.is_copy for card in made.poll(found(ANA), [])] == [True]


def test_nobody_is_suspect_beside_another_card_even_one_this_poll_missed():
    made = session(ANA, CAT)
    assert made.suspect(found(ANA, CAT)) is None
    made.poll(found(ANA), [])
    assert made.suspect(found(ANA)) is None


def test_nobody_is_suspect_beside_a_card_that_was_not_confirmed():
    assert session(ANA).suspect(found(ANA, CAT)) is None


def test_a_phone_is_no_company_and_no_suspect():
    assert session(ANA, PHONE).suspect(found(ANA, PHONE)) == FOUR
    assert session(PHONE).suspect(found(PHONE)) is None


def test_a_card_of_another_length_is_no_suspect_but_company():
    assert session(BEN).suspect(found(BEN)) is None
    assert session(ANA, BEN).suspect(found(ANA, BEN)) is None


def test_a_card_that_this_poll_missed_is_no_suspect():
    made = session(ANA)
    made.poll({}, [])
    assert made.suspect({}) is None
