"""What a reader counts for whoever looks after it."""

from rc522_fixtures import Scene, copy_of
from reader_fixtures import FOUR, SEVEN

from hardware.rc522.faults import Cause
from hardware.simulated.cards import Card, Traits


def test_a_new_reader_has_counted_its_own_start():
    statistics = Scene().reader.statistics
    assert (statistics.polls, statistics.cards, statistics.resets) == (0, 0, 1)
    assert statistics.bad_frames == {}
    assert statistics.transfers > 10


def test_polls_and_cards_are_counted_a_card_once_each_time_it_comes():
    scene = Scene(FOUR)
    scene.polls(5)
    scene.place(SEVEN).polls(5)
    scene.lift(FOUR).polls(4)
    scene.place(FOUR).polls(1)
    assert (scene.reader.statistics.polls, scene.reader.statistics.cards) == (15, 3)


def test_a_technician_is_told_what_was_dropped_and_why():
    scene = Scene(FOUR)
    scene.chip.corrupt_air_every = 10
    scene.polls(20)
    counts = scene.reader.counts()
    dropped = {words: count for words, count in counts.items() if words.startswith("dropped: ")}
    assert sum(dropped.values()) == scene.reader.bad_frames > 0
    assert dropped.keys() <= {f"dropped: {cause}" for cause in Cause}


def test_probes_and_copies_are_counted():
    scene = Scene(FOUR)
    scene.polls(2)
    scene.lift(FOUR).polls(3)
    scene.place(copy_of(b"\1\2\3\4")).polls(2)
    counted = scene.reader.statistics
    assert (counted.probes, counted.copies) == (1 + 2, 1)  # a copy has to answer twice


def test_resets_are_counted_those_of_an_idle_reader_too():
    scene = Scene()
    scene.reader.reset()
    scene.wait(60).poll()
    scene.poll()
    assert scene.reader.statistics.resets == 3


def test_a_dropped_answer_is_counted_by_its_cause():
    scene = Scene(Card(FOUR, traits=Traits(bad_bcc=True)))
    scene.polls(3)
    assert scene.reader.statistics.bad_frames == {Cause.BCC: 3}
    assert scene.reader.bad_frames == 3


def test_a_parity_error_is_one_of_the_air():
    scene = Scene(FOUR)
    scene.chip.parity_wrong_every = 2
    scene.polls(2)
    assert scene.reader.statistics.bad_frames[Cause.PARITY] > 0


def test_disturbed_bytes_of_the_bus_are_counted():
    scene = Scene()
    scene.chip.corrupt_miso_every = 30
    for _ in range(30):
        scene.lost(scene.reader.check)
    assert scene.reader.statistics.disturbed > 5


def test_transfers_are_those_that_the_bus_has_seen():
    scene = Scene(SEVEN)
    before = scene.reader.statistics.transfers
    assert scene.transfers() == scene.reader.statistics.transfers - before


def test_what_was_handed_out_does_not_change_any_more():
    scene = Scene(Card(FOUR, traits=Traits(bad_bcc=True)))
    before = scene.reader.statistics
    scene.poll()
    assert (before.polls, before.bad_frames) == (0, {})
