"""What every card reader promises, whatever kind it is."""

from contextlib import closing

import pytest
from reader_fixtures import FOUR, READERS, SEVEN, TEN, ReaderBench, uids

from hardware.errors import ReaderLost
from hardware.ports import CardSeen


@pytest.fixture(params=READERS)
def bench(request: pytest.FixtureRequest):
    bench = READERS[request.param]()
    with closing(bench.reader):
        yield bench


def test_nobody_there_is_no_cards(bench: ReaderBench):
    assert list(bench.reader.read()) == []


@pytest.mark.parametrize("uid", [FOUR, SEVEN, TEN], ids=["4", "7", "10"])
def test_a_card_is_read_by_its_whole_uid(bench: ReaderBench, uid: bytes):
    bench.place(uid)
    assert uids(bench.reader.read()) == [uid]


def test_a_card_left_lying_is_read_at_every_poll(bench: ReaderBench):
    bench.place(SEVEN)
    assert [uids(bench.reader.read()) for _ in range(5)] == [[SEVEN]] * 5


def test_several_cards_are_read_at_every_poll(bench: ReaderBench):
    for uid in (FOUR, SEVEN, TEN):
        bench.place(uid)
    assert [uids(bench.reader.read()) for _ in range(3)] == [sorted([FOUR, SEVEN, TEN])] * 3


def test_a_card_that_joins_another_is_read_with_it(bench: ReaderBench):
    bench.place(FOUR)
    bench.reader.read()
    bench.place(SEVEN)
    assert uids(bench.reader.read()) == sorted([FOUR, SEVEN])


def test_a_card_lifted_is_gone_at_the_next_poll(bench: ReaderBench):
    bench.place(SEVEN)
    bench.reader.read()
    bench.lift(SEVEN)
    assert list(bench.reader.read()) == []


def test_a_card_brought_back_is_read_again(bench: ReaderBench):
    for _ in range(3):
        bench.place(SEVEN)
        assert uids(bench.reader.read()) == [SEVEN]
        bench.lift(SEVEN)
        assert list(bench.reader.read()) == []


def test_a_phone_is_told_by_its_random_uid(bench: ReaderBench):
    bench.place(b"\x08\x01\x02\x03")
    assert [card.is_random for card in bench.reader.read()] == [True]


def test_a_card_is_a_value_of_its_kind(bench: ReaderBench):
    bench.place(SEVEN)
    [card] = bench.reader.read()
    assert card == CardSeen(SEVEN, card.sak, card.atqa, card.kind)


def test_a_living_reader_passes_its_check(bench: ReaderBench):
    bench.place(SEVEN)
    bench.reader.read()
    bench.reader.check()


def test_a_dead_reader_is_lost_and_not_empty(bench: ReaderBench):
    bench.lose()
    with pytest.raises(ReaderLost):
        bench.reader.read()
    with pytest.raises(ReaderLost):
        bench.reader.check()
    with pytest.raises(ReaderLost):
        bench.reader.reset()


def test_a_lost_reader_comes_back_by_a_reset(bench: ReaderBench):
    bench.place(SEVEN)
    bench.lose()
    with pytest.raises(ReaderLost):
        bench.reader.read()
    bench.mend()
    bench.reader.reset()
    bench.reader.check()
    assert uids(bench.reader.read()) == [SEVEN]


def test_a_poll_of_a_full_field_keeps_its_half_second(bench: ReaderBench):
    for last in range(12):
        bench.place(SEVEN[:6] + bytes([last]))
    begun = bench.now()
    bench.reader.read()
    assert bench.now() - begun <= 0.5


def test_a_dead_reader_can_be_closed(bench: ReaderBench):
    bench.lose()
    bench.reader.close()
