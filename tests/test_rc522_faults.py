"""The RC522 reader when cards are snatched, bytes disturbed, or the reader itself dies."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rc522_fixtures import Scene
from reader_fixtures import FOUR, SEVEN, TEN, Bench, uids

from hardware.errors import ReaderLost
from hardware.rc522.chip import Answer
from hardware.rc522.frames import Bits
from hardware.rc522.reader import REFRESH_IDLE_S, Rc522Reader
from hardware.rc522.selection import Selection
from hardware.simulated.cards import Card, Traits
from hardware.simulated.clock import VirtualClock

# Few different bytes, so that UIDs share beginnings, and 88, which is also the cascade tag.
BYTES = st.sampled_from([0x00, 0x04, 0x05, 0x08, 0x84, 0x88, 0xFF])
UID = st.sampled_from([4, 7, 10]).flatmap(
    lambda length: st.lists(BYTES, min_size=length, max_size=length).map(bytes)
)


# -- cards that fail ---------------------------------------------------------------------------


def test_a_card_with_a_wrong_bcc_is_no_card_and_is_counted():
    bench = Bench.new()
    bench.field.place(Card(FOUR, traits=Traits(bad_bcc=True)))
    reader = bench.open_reader()
    assert (list(reader.read()), reader.bad_frames) == ([], 1)


def test_a_card_with_a_wrong_bcc_does_not_hide_the_one_beside_it():
    bench = Bench.new(FOUR)
    bench.field.place(Card(SEVEN, traits=Traits(bad_bcc=True)))
    reader = bench.open_reader()
    assert [uids(reader.read()) for _ in range(4)] == [[FOUR]] * 4


@pytest.mark.parametrize("uid", [FOUR, SEVEN, TEN], ids=["4", "7", "10"])
@pytest.mark.parametrize("frames_heard", range(18))
def test_a_card_pulled_away_at_any_frame_is_whole_or_absent(uid: bytes, frames_heard: int):
    """It hears a WUPA, two frames a level, HLTA and REQA; then a WUPA, and one a level."""
    levels = len(uid) // 3
    heard_when_sure = 1 + 2 * levels + 2 + 1 + levels
    scene = Scene(Card(uid, traits=Traits(leaves_after=frames_heard)))
    assert scene.poll() == ([uid] if frames_heard >= heard_when_sure else [])


@pytest.mark.parametrize("frames_heard", range(12))
def test_a_card_pulled_away_does_not_take_another_with_it(frames_heard: int):
    bench = Bench.new(FOUR)
    bench.field.place(Card(TEN, traits=Traits(leaves_after=frames_heard)))
    reader = bench.open_reader()
    reader.read()
    bench.field.lift(TEN)
    assert [uids(reader.read()) for _ in range(2)] == [[FOUR]] * 2


def test_an_empty_poll_costs_as_little_after_a_card_was_snatched():
    bench = Bench.new()
    bench.field.place(Card(SEVEN, traits=Traits(leaves_after=2)))
    reader = bench.open_reader()
    for _ in range(2):
        reader.read()
    assert bench.transfers_of(reader.read) <= 16


def test_a_reset_forgets_a_selection_that_was_broken_off():
    scene = Scene(Card(SEVEN, traits=Traits(leaves_after=2)))
    scene.poll()
    scene.reader.reset()
    assert scene.transfers() == 11


def test_no_card_is_confirmed_once_the_polls_time_is_up():
    scene = Scene(FOUR)
    selection = Selection(scene.bench.open_chip(), scene.clock.now, lambda cause: None)
    [card] = selection.find(scene.clock.now() + 1).values()
    selection.find(scene.clock.now())
    before = scene.chip.transfers
    assert selection.confirmed(card) is None
    assert scene.chip.transfers == before


@settings(max_examples=60)
@given(st.sets(UID, max_size=3), st.integers(1, 60), st.booleans())
def test_disturbed_bytes_never_make_a_uid_that_is_not_there(
    cards: set[bytes], every: int, on_the_air: bool
):
    """A UID is reported only after its card accepted a select with our own CRC over it."""
    bench = Bench.new(*cards)
    reader = bench.open_reader()
    if on_the_air:
        bench.chip.corrupt_air_every = every
    else:
        bench.chip.corrupt_miso_every = every
    for _ in range(4):
        with suppress(ReaderLost):
            assert set(uids(reader.read())) <= cards


class Distracted(Card):
    """Misses one frame, as at the edge of the field."""

    def __init__(self, uid: bytes, misses: int) -> None:
        super().__init__(uid)
        self.frames_until_missed = misses

    def hear(self, frame: Bits) -> Bits | None:
        self.frames_until_missed -= 1
        return None if self.frames_until_missed == 0 else super().hear(frame)


@pytest.mark.parametrize("misses", range(1, 8))
def test_a_card_that_missed_a_frame_is_read_at_the_next_poll(misses: int):
    bench = Bench.new()
    bench.field.place(Distracted(SEVEN, misses))
    reader = bench.open_reader()
    reader.read()
    assert [uids(reader.read()) for _ in range(2)] == [[SEVEN]] * 2


@pytest.mark.parametrize("disturbed", range(3, 11))
def test_a_card_whose_answer_was_disturbed_is_read_at_the_next_poll(disturbed: int):
    """The 3rd to 7th byte off the air are its part, the next three its SAK."""
    bench = Bench.new(FOUR)
    reader = bench.open_reader()
    bench.chip.corrupt_air_every = disturbed
    assert (list(reader.read()), reader.bad_frames) == ([], 1)
    bench.chip.corrupt_air_every = 0
    assert uids(reader.read()) == [FOUR]


class NoisyChip:
    """A chip whose antenna picks up a machine: every frame collides at one place."""

    def __init__(self, clock: VirtualClock, answer: Answer) -> None:
        self.clock = clock
        self.answer = answer
        self.longest_frame = 0

    def restart(self) -> None:
        """Nothing to set up."""

    def cycle_field(self) -> None:
        """No cards."""

    def exchange(
        self, frame: bytes, tx_bits: int = 0, rx_align: int = 0, wait_ms: int = 5
    ) -> Answer:
        self.clock.advance(0.005)
        self.longest_frame = max(self.longest_frame, len(frame))
        return self.answer


@pytest.mark.parametrize(("received", "position"), [(1, 1), (1, 30), (31, 32), (40, 2)])
def test_noise_is_no_card_and_ends_within_half_a_second(received: int, position: int):
    clock = VirtualClock()
    chip = NoisyChip(clock, Answer((0,) * received, position))
    reader = Rc522Reader(chip, clock.now)
    assert list(reader.read()) == []
    assert clock.now() <= 0.5
    assert chip.longest_frame <= 7


def test_a_disturbance_that_ends_leaves_no_card_behind():
    bench = Bench.new(FOUR, SEVEN)
    reader = bench.open_reader()
    bench.chip.corrupt_air_every = 3
    for _ in range(5):
        reader.read()
    bench.chip.corrupt_air_every = 0
    reader.read()
    assert [uids(reader.read()) for _ in range(3)] == [sorted([FOUR, SEVEN])] * 3


# -- readers that fail -------------------------------------------------------------------------


@pytest.mark.parametrize("stuck", [0x00, 0xFF])
def test_a_stuck_bus_is_found_within_an_empty_polls_transfers(stuck: int):
    bench = Bench.new()
    reader = bench.open_reader()
    bench.chip.miso_stuck = stuck
    before = bench.chip.transfers
    with pytest.raises(ReaderLost):
        reader.read()
    assert bench.chip.transfers - before <= 16


def test_a_wedged_chip_is_lost_until_it_is_reset():
    bench = Bench.new(FOUR)
    reader = bench.open_reader()
    bench.chip.wedged = True
    for _ in range(2):
        with pytest.raises(ReaderLost):
            reader.read()
    reader.reset()
    assert uids(reader.read()) == [FOUR]


def test_a_browned_out_chip_is_lost_and_not_empty():
    bench = Bench.new(FOUR)
    reader = bench.open_reader()
    bench.chip.brown_out()
    with pytest.raises(ReaderLost):
        reader.read()
    reader.reset()
    assert uids(reader.read()) == [FOUR]


def test_a_reader_dead_from_the_start_is_found_by_the_first_poll():
    bench = Bench.new(FOUR)
    bench.chip.unplug()
    reader = bench.open_reader()
    with pytest.raises(ReaderLost):
        reader.read()
    bench.chip.plug_in()
    reader.reset()
    assert uids(reader.read()) == [FOUR]


def test_a_deaf_chip_hears_again_after_an_idle_minute():
    bench = Bench.new()
    reader = bench.open_reader()
    bench.chip.deaf = True
    bench.lay(FOUR)
    assert uids(reader.read()) == []
    bench.clock.sleep(REFRESH_IDLE_S)
    assert uids(reader.read()) == [FOUR]


def test_a_reader_in_use_is_not_refreshed():
    bench = Bench.new(FOUR)
    reader = bench.open_reader()
    bench.clock.sleep(REFRESH_IDLE_S - 1)
    reader.read()
    bench.clock.sleep(REFRESH_IDLE_S - 1)
    changes = len(bench.modules.wires.changes)
    reader.read()
    assert len(bench.modules.wires.changes) == changes


def test_a_bus_that_raises_is_a_lost_reader():
    bench = Bench.new()
    reader = bench.open_reader()
    bench.modules.wires.closed = True
    for act in (reader.read, reader.check, reader.reset):
        with pytest.raises(ReaderLost, match="bus does not work"):
            act()


def test_closing_switches_the_field_off_and_lets_no_line_go():
    bench = Bench.new()
    card = Card(FOUR)
    bench.field.place(card)
    reader = bench.open_reader()
    reader.close()
    assert card.state.value == "off"
    assert (bench.modules.wires.closed, bench.modules.wires.cleaned_up) == (True, 0)


def test_a_bus_that_raises_from_the_start_is_found_by_the_first_poll():
    class DeadChip(NoisyChip):
        def restart(self) -> None:
            raise OSError(5, "Input/output error")

        def exchange(
            self, frame: bytes, tx_bits: int = 0, rx_align: int = 0, wait_ms: int = 5
        ) -> Answer:
            raise OSError(5, "Input/output error")

    clock = VirtualClock()
    reader = Rc522Reader(DeadChip(clock, Answer(())), clock.now)
    with pytest.raises(ReaderLost):
        reader.read()
