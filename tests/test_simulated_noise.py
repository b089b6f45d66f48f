"""Bytes that arrive wrong."""

import random
from collections.abc import Callable

import pytest
from rc522_fixtures import Scene
from reader_fixtures import FOUR

from hardware.simulated.noise import Noise


def wrong_bits(noise: Noise, bytes_sent: int, every: int, **dice: random.Random) -> list[int]:
    return [bin(noise.disturb(0, every, **dice)).count("1") for _ in range(bytes_sent)]


def test_no_noise_disturbs_nothing():
    assert wrong_bits(Noise(), 100, 0) == [0] * 100


def test_exactly_every_nth_byte_has_one_wrong_bit():
    assert wrong_bits(Noise(), 9, 3) == [0, 0, 1] * 3


def test_it_is_another_bit_each_time():
    noise = Noise()
    assert sorted(noise.disturb(0, 1) for _ in range(8)) == [1 << place for place in range(8)]


def test_with_dice_it_is_every_nth_on_average_and_any_bits():
    wrong = wrong_bits(Noise(), 10_000, 50, dice=random.Random(1))
    assert 150 < sum(count > 0 for count in wrong) < 250
    assert max(wrong) > 4


def test_the_same_dice_disturb_the_same_bytes():
    runs = [wrong_bits(Noise(), 500, 9, dice=random.Random(7)) for _ in range(2)]
    assert runs[0] == runs[1]


WAYS: dict[str, Callable[[Scene], None]] = {
    way: lambda scene, way=way: setattr(scene.chip, way, 1)
    for way in (
        "corrupt_air_every",
        "corrupt_to_cards_every",
        "corrupt_miso_every",
        "corrupt_mosi_every",
        "parity_wrong_every",
    )
}


@pytest.mark.parametrize("disturb", WAYS.values(), ids=WAYS)
def test_every_way_of_a_reader_can_be_disturbed(disturb: Callable[[Scene], None]):
    scene = Scene(FOUR)
    disturb(scene)
    assert scene.lost() or scene.poll() == []
