"""Sets of cards, chosen to be taken for each other, held to the reader: I7. Ten thousand of each
kind where the tests are thorough.

Every set is laid on one and the same reader, so that what it remembers of the last one is there
to go wrong too.
"""

import random
from collections.abc import Iterator

import pytest
import scale
from rc522_fixtures import Scene
from reader_fixtures import FOUR

from hardware.errors import ReaderLost
from hardware.rc522 import frames

SEEDS, SETS_A_SEED = range(10), scale.of(1000, 20)
LENGTHS = (4, 7, 10)


def parts_of(uid: bytes) -> tuple[bytes, ...]:
    return tuple(part[:4] for part in frames.parts_of(uid))


def is_hidden_by(uid: bytes, other: bytes) -> bool:
    """Whether ``uid`` ends where ``other`` goes on: see the module ``selection``."""
    own, others = parts_of(uid), parts_of(other)
    return len(own) < len(others) and others[: len(own)] == own


def uid(dice: random.Random, base: bytes) -> bytes:
    """Mostly one that begins as ``base`` does, and differs from it in a bit or two."""
    length = dice.choice(LENGTHS)
    made = bytearray(dice.choice([base, base, dice.randbytes(10)])[:length])
    for _ in range(dice.randrange(3)):
        made[dice.randrange(length)] ^= 1 << dice.randrange(8)
    made[0] = dice.choice([made[0], made[0], made[0], 0x88, 0x08])
    return bytes(made)


def sets_of_cards(seed: int, count: int) -> Iterator[set[bytes]]:
    """Sets of one to four, none hidden by another."""
    dice = random.Random(seed)
    while count:
        base = dice.randbytes(10)
        cards = {uid(dice, base) for _ in range(dice.randint(1, 4))}
        if not any(is_hidden_by(one, other) for one in cards for other in cards):
            count -= 1
            yield cards


@pytest.mark.parametrize("seed", SEEDS)
def test_all_sets_are_read_whole_at_the_first_poll(seed: int):
    scene = Scene()
    for cards in sets_of_cards(seed, SETS_A_SEED):
        scene.place(*cards)
        assert scene.poll() == sorted(cards)
        scene.lift(*cards)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("way", ["corrupt_air_every", "corrupt_miso_every"])
def test_no_set_makes_a_uid_that_is_not_there_with_a_byte_in_fifty_wrong(way: str, seed: int):
    """No parity bit tells; one bit of exactly every fiftieth byte, or any bits of any bytes."""
    scene = Scene()
    scene.chip.dice = random.Random(seed) if seed % 2 else None
    setattr(scene.chip, way, 50)
    read = 0
    for cards in sets_of_cards(100 + seed, SETS_A_SEED):
        scene.place(*cards)
        seen = poll_or_reset(scene)
        assert seen <= cards
        read += seen == cards
        scene.lift(*cards)
    assert read > SETS_A_SEED / 20


@pytest.mark.parametrize("every", [50, 400])
def test_nor_does_noise_on_every_way_at_once(every: int):
    """On the way to the chip it overwrites settings too: resets are many, wrong UIDs are none."""
    scene = Scene()
    scene.chip.dice = random.Random(every)
    scene.chip.corrupt_air_every = scene.chip.corrupt_to_cards_every = every
    scene.chip.corrupt_miso_every = scene.chip.corrupt_mosi_every = every
    for cards in sets_of_cards(every, 1000):
        scene.place(*cards)
        assert poll_or_reset(scene) <= cards
        scene.lift(*cards)
    assert scene.reader.statistics.cards > 10


def poll_or_reset(scene: Scene) -> set[bytes]:
    try:
        return set(scene.poll())
    except ReaderLost:
        scene.lost(scene.reader.reset)
        return set()


def test_the_sets_are_as_mean_as_they_should_be():
    sets = list(sets_of_cards(1, 2000))
    assert {len(cards) for cards in sets} == {1, 2, 3, 4}
    assert {len(card) for cards in sets for card in cards} == set(LENGTHS)
    pairs = [(a, b) for cards in sets for a in cards for b in cards if a < b and len(a) == len(b)]
    apart = [bin(int.from_bytes(a, "big") ^ int.from_bytes(b, "big")).count("1") for a, b in pairs]
    assert apart.count(1) > 20
    tags = [card for cards in sets for card in cards if len(card) == 4 and card[0] == 0x88]
    assert len(tags) > 100


def test_a_reader_after_many_sets_works_as_one_that_is_new():
    scene = Scene()
    for cards in sets_of_cards(4, 200):
        scene.place(*cards).poll()
        scene.lift(*cards)
    assert scene.polls(3) == [[], [], []]
    assert scene.transfers() == 11
    assert scene.place(FOUR).poll() == [FOUR]
