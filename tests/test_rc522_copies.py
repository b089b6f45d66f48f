"""First-generation copies are found by their back door, and nobody else is called one."""

from contextlib import suppress

import pytest
from rc522_fixtures import Scene, copy_of, forging, phone
from reader_fixtures import FOUR, SEVEN, TEN, WIRING

from hardware.errors import ReaderLost
from hardware.rc522 import frames, open_rc522
from hardware.simulated.cards import GEN1A_UNLOCK, GEN1A_WAKE, Card, Traits
from hardware.simulated.classic import ClassicCard
from hardware.simulated.field import Echo, Field

OTHER = bytes.fromhex("01020304")
PROBE = frames.to_bits(bytes([GEN1A_WAKE]))[: frames.SHORT_FRAME_BITS]


class Listener(Card):
    """A card that notes what it hears."""

    def __init__(self, uid: bytes, traits: Traits | None = None) -> None:
        super().__init__(uid, traits=traits)
        self.frames: list[frames.Bits] = []

    def hear(self, frame: frames.Bits) -> frames.Bits | None:
        self.frames.append(frame)
        return super().hear(frame)


def copies(scene: Scene) -> list[bytes]:
    """The UIDs that a poll calls copies."""
    return [card.uid for card in scene.seen() if card.is_copy]


def test_a_copy_is_found_at_first_sight_and_stays_one():
    scene = Scene(copy_of(FOUR))
    assert [copies(scene) for _ in range(5)] == [[FOUR]] * 5


@pytest.mark.parametrize(
    "card",
    [Card(FOUR), ClassicCard(FOUR), Card(SEVEN), Card(TEN), phone()],
    ids=["4", "classic", "7", "10", "phone"],
)
def test_a_genuine_card_is_none(card: Card):
    scene = Scene(card)
    assert [copies(scene) for _ in range(3)] == [[]] * 3


@pytest.mark.parametrize("answers_halt", [False, True])
def test_a_copy_is_read_at_every_poll_and_presented_once(answers_halt: bool):
    """Having answered, it is deaf to a WUPA until it loses its power: the reader sees to that."""
    scene = Scene(copy_of(FOUR, answers_halt=answers_halt))
    assert [scene.presented() for _ in range(6)] == [[FOUR]] + [None] * 5
    assert scene.polls(6) == [[FOUR]] * 6


def test_the_presentation_says_that_it_is_a_copy():
    scene = Scene(copy_of(FOUR))
    told = scene.presence.poll(scene.seen())
    assert told is not None
    assert [card.is_copy for card in told.cards] == [True]


def test_a_card_is_asked_once_while_it_lies_there_and_again_when_it_comes_back():
    card = Listener(FOUR)
    scene = Scene(card)
    scene.polls(20)
    assert card.frames.count(PROBE) == 1
    scene.lift(FOUR).polls(3)
    scene.place(card).polls(3)
    assert card.frames.count(PROBE) == 2


def test_a_poll_that_missed_the_card_is_no_reason_to_ask_again():
    card = Listener(FOUR)
    scene = Scene(card)
    scene.poll()
    scene.lift(FOUR).polls(2)
    scene.place(card).polls(3)
    assert card.frames.count(PROBE) == 1


@pytest.mark.parametrize("card", [FOUR, SEVEN, TEN], ids=["4", "7", "10"])
def test_the_command_that_opens_a_copy_for_writing_is_never_sent(card: bytes):
    listener = Listener(card, Traits(gen1a=True))
    Scene(listener).polls(5)
    assert GEN1A_UNLOCK not in listener.frames
    assert PROBE not in listener.frames or len(card) == 4


def test_asking_costs_one_silence():
    """Eleven transfers and a little over five milliseconds."""
    asked, unasked = Scene(FOUR), Scene(FOUR)
    bench = unasked.bench
    unasked.reader = open_rc522(
        WIRING, bench.clock.sleep, bench.clock.now, bench.library(), probed=frozenset()
    )
    begun = asked.clock.now(), unasked.clock.now()
    assert asked.transfers() - unasked.transfers() == 11 + 1  # the wait is set back
    took = asked.clock.now() - begun[0] - (unasked.clock.now() - begun[1])
    assert took < 0.006


def test_longer_uids_are_asked_where_that_is_wished():
    bench = Scene(copy_of(SEVEN)).bench
    reader = open_rc522(
        WIRING, bench.clock.sleep, bench.clock.now, bench.library(), probed=frozenset({4, 7})
    )
    assert [card.is_copy for card in reader.read()] == [True]
    assert [card.uid for card in reader.read()] == [SEVEN]


def test_two_cards_are_not_asked_as_neither_could_be_blamed():
    genuine = Listener(OTHER)
    scene = Scene(copy_of(FOUR), genuine)
    assert [copies(scene) for _ in range(3)] == [[]] * 3
    assert PROBE not in genuine.frames


def test_a_copy_is_found_once_the_other_card_has_gone():
    scene = Scene(copy_of(FOUR), OTHER)
    scene.polls(2)
    scene.lift(OTHER)
    assert [copies(scene) for _ in range(4)] == [[], [], [FOUR], [FOUR]]


def test_a_phone_in_the_same_hand_does_not_hide_a_copy():
    """It is what a hand that hands in a phone holds, and its number is never anybody's card."""
    scene = Scene(copy_of(FOUR), phone())
    assert copies(scene) == [FOUR]
    assert [len(scene.seen()) for _ in range(3)] == [2, 2, 2]


def test_a_card_that_cannot_be_read_is_company_too():
    """Whoever it is that answers the probe: it may be the one that was not read."""
    broken = Card(OTHER, traits=Traits(bad_bcc=True, gen1a=True))
    scene = Scene(FOUR, broken)
    assert [copies(scene) for _ in range(4)] == [[]] * 4


def test_a_card_that_was_heard_of_and_not_called_again_is_company_too():
    """The genuine card is read, the two calls after that are lost, at every poll."""
    scene = Scene(FOUR, SEVEN)
    scene.poll()
    scene.lift(SEVEN).place(copy_of(bytes.fromhex("10203040")))  # the second one to be selected
    lost = [0]

    def lose_calls(_: int, frame: frames.Bits, echo: Echo | None) -> Echo | None:
        if frame == frames.to_bits(frames.HLTA):
            lost[0] = 2
        elif len(frame) == frames.SHORT_FRAME_BITS and frame != PROBE and lost[0]:
            lost[0] -= 1
            return None
        return echo

    forging(scene, lose_calls)
    assert scene.polls(3) == [[FOUR]] * 3
    assert [copies(scene) for _ in range(5)] == [[]] * 5


@pytest.mark.parametrize("disturbed", range(1, 40))
def test_noise_never_makes_a_genuine_card_a_copy(disturbed: int):
    scene = Scene(FOUR)
    scene.chip.corrupt_miso_every = disturbed
    for _ in range(10):
        with suppress(ReaderLost):
            assert copies(scene) == []


class Joined(Card):
    """A genuine card that a copy joins just when the reader asks it."""

    def __init__(self, field: Field, copy: Card) -> None:
        super().__init__(FOUR)
        self.field, self.copy = field, copy

    def hear(self, frame: frames.Bits) -> frames.Bits | None:
        if frame == PROBE:
            self.field.place(self.copy)
        return super().hear(frame)


@pytest.mark.parametrize(
    "copy",
    [copy_of(OTHER), copy_of(OTHER, bad_bcc=True), copy_of(SEVEN)],
    ids=["readable", "unreadable", "longer"],
)
def test_a_copy_that_joins_a_genuine_card_meanwhile_does_not_make_it_one(copy: Card):
    scene = Scene()
    scene.place(Joined(scene.field, copy))
    assert [copies(scene) for _ in range(3)] == [[]] * 3
    assert scene.reader.statistics.copies == 0


class Mumbling(Card):
    """A copy whose answers at the back door are: right, another nibble, or none, in that order."""

    def __init__(self, uid: bytes, answers: str) -> None:
        super().__init__(uid, traits=Traits(gen1a=True))
        self.answers = list(answers)

    def hear(self, frame: frames.Bits) -> frames.Bits | None:
        if frame != PROBE or not self.answers:
            return super().hear(frame)
        answer = self.answers.pop(0)
        if answer == "-":
            return None
        super().hear(frame)
        return frames.ACK if answer == "A" else (1, 1, 0, 1)


@pytest.mark.parametrize(
    ("answers", "is_copy", "probes"),
    [
        ("AA", True, 2),
        ("-", False, 1),
        ("?AA", True, 3),
        ("A?A", True, 3),
        ("A-A", True, 3),
        ("A---", False, 4),
        ("A?-?", False, 4),
        ("????", False, 4),
        ("?-", False, 2),
    ],
)
def test_who_answers_twice_is_a_copy_and_who_is_silent_at_once_is_not(
    answers: str, is_copy: bool, probes: int
):
    scene = Scene(Mumbling(FOUR, answers))
    assert [copies(scene) for _ in range(3)] == [[FOUR] if is_copy else []] * 3
    assert scene.reader.statistics.probes == probes
    assert scene.polls(3) == [[FOUR]] * 3


def test_a_copy_pulled_away_while_it_is_asked_is_no_trouble():
    for frames_heard in range(5, 30):
        scene = Scene(Card(FOUR, traits=Traits(gen1a=True, leaves_after=frames_heard)))
        scene.poll()
        assert scene.lift(FOUR).polls(4)[-1] == []
        assert scene.place(SEVEN).poll() == [SEVEN]
