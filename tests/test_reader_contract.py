"""What every card reader promises, whatever kind it is."""

from contextlib import closing

import pytest
from reader_fixtures import READERS, ReaderBench, uids

from hardware.errors import ReaderLost
from hardware.ports import CardSeen

SEVERAL_POLLS = 5
POLL_S = 0.075


@pytest.fixture(params=READERS)
def bench(request: pytest.FixtureRequest):
    bench = READERS[request.param]()
    with closing(bench.reader):
        yield bench


def polls(bench: ReaderBench, count: int = SEVERAL_POLLS) -> list[list[bytes]]:
    """What each of some polls sees, at a kiosk's pace."""
    seen = []
    for _ in range(count):
        seen.append(uids(bench.reader.read()))
        bench.wait(POLL_S)
    return seen


def take_away(bench: ReaderBench, uid: bytes) -> None:
    bench.lift(uid)
    bench.wait(bench.gone_s)


def test_nobody_there_is_no_cards(bench: ReaderBench):
    assert list(bench.reader.read()) == []


def test_a_card_is_read_by_its_whole_uid(bench: ReaderBench):
    for uid in bench.cards:
        bench.place(uid)
        assert uids(bench.reader.read()) == [uid]
        take_away(bench, uid)


def test_what_it_counts_is_told_in_words_and_never_with_a_cards_number(bench: ReaderBench):
    before = bench.reader.counts()
    bench.place(bench.card)
    polls(bench)
    assert before.keys() <= bench.reader.counts().keys()
    assert all(count >= 0 for count in bench.reader.counts().values())
    assert bench.card.hex() not in str(bench.reader.counts()).lower()


def test_a_card_left_lying_is_read_at_every_poll_or_once(bench: ReaderBench):
    bench.place(bench.card)
    there = [bench.card]
    seen = polls(bench)
    assert seen == ([there] * SEVERAL_POLLS if bench.repeats else [there] + [[]] * 4)


def test_several_cards_are_read_at_every_poll_or_one_after_the_other(bench: ReaderBench):
    for uid in bench.cards:
        bench.place(uid)
    seen = polls(bench)
    if bench.sees_several:
        assert seen == [sorted(bench.cards)] * SEVERAL_POLLS
    else:
        assert max(map(len, seen)) == 1
        assert {uid for poll in seen for uid in poll} <= set(bench.cards)


def test_a_card_that_follows_another_is_read(bench: ReaderBench):
    """Beside it where a reader sees several; else it is the only one there is."""
    first, second, *_ = bench.cards
    bench.place(first)
    bench.reader.read()
    bench.wait(POLL_S)
    bench.place(second)
    seen = polls(bench, 3)
    if bench.sees_several:
        assert seen[-1] == sorted([first, second])
    else:
        assert [second] in seen
        assert max(map(len, seen)) == 1


def test_a_card_lifted_is_gone_in_its_time(bench: ReaderBench):
    bench.place(bench.card)
    bench.reader.read()
    take_away(bench, bench.card)
    assert list(bench.reader.read()) == []


def test_a_card_brought_back_is_read_again(bench: ReaderBench):
    for _ in range(3):
        bench.place(bench.card)
        assert uids(bench.reader.read()) == [bench.card]
        take_away(bench, bench.card)
        assert list(bench.reader.read()) == []


@pytest.mark.parametrize("bench", ["rc522", "keyboard"], indirect=True)
def test_a_phone_is_told_by_its_random_uid(bench: ReaderBench):
    bench.place(b"\x08\x01\x02\x03")
    assert [card.is_random for card in bench.reader.read()] == [True]


def test_a_card_is_a_value_of_its_kind(bench: ReaderBench):
    for uid in bench.cards:
        bench.place(uid)
        [card] = bench.reader.read()
        assert card == CardSeen(uid, card.sak, card.atqa, card.kind)
        assert card.kind == ("em4100" if len(uid) == 5 else "iso14443a")
        take_away(bench, uid)


def test_a_living_reader_passes_its_check(bench: ReaderBench):
    bench.reader.check()
    bench.place(bench.card)
    bench.reader.read()
    bench.reader.check()


def test_a_check_takes_no_card_away(bench: ReaderBench):
    bench.place(bench.card)
    bench.reader.check()
    assert uids(bench.reader.read()) == [bench.card]


def test_a_dead_reader_is_lost_and_not_empty(bench: ReaderBench):
    bench.lose()
    for act in (bench.reader.check, bench.reader.read, bench.reader.reset, bench.reader.read):
        with pytest.raises(ReaderLost):
            act()


def test_what_is_wrong_is_one_sentence_or_two_and_no_number(bench: ReaderBench):
    bench.place(bench.card)
    bench.lose()
    with pytest.raises(ReaderLost) as lost:
        bench.reader.read()
    assert str(lost.value)[0].isupper()
    assert bench.card.hex() not in str(lost.value).lower()


def test_a_lost_reader_comes_back_by_a_reset(bench: ReaderBench):
    bench.place(bench.card)
    bench.lose()
    with pytest.raises(ReaderLost):
        bench.reader.read()
    bench.mend()
    bench.reader.reset()
    bench.reader.check()
    if not bench.repeats:
        assert list(bench.reader.read()) == []  # what was typed before is forgotten
        bench.place(bench.card)
    assert [bench.card] in polls(bench)


def test_a_reset_of_a_living_reader_harms_nothing(bench: ReaderBench):
    bench.reader.reset()
    bench.place(bench.card)
    assert uids(bench.reader.read()) == [bench.card]


def test_a_poll_of_a_full_field_keeps_its_half_second(bench: ReaderBench):
    for last in range(12):
        bench.place(bench.card[:-1] + bytes([last]))
    begun = bench.now()
    bench.reader.read()
    assert bench.now() - begun <= 0.5


def test_a_dead_reader_can_be_closed(bench: ReaderBench):
    bench.lose()
    bench.reader.close()


def test_a_reader_may_be_closed_twice(bench: ReaderBench):
    bench.reader.close()
    bench.reader.close()
