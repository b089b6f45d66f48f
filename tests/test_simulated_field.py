"""Cards over one antenna, put there and taken away by hands."""

import pytest
from rc522_fixtures import Scene, copy_of
from reader_fixtures import FOUR, SEVEN

from hardware.rc522.frames import HLTA, REQA, Bits, select_frame, to_bits
from hardware.simulated.cards import Card, State, Traits
from hardware.simulated.clock import VirtualClock
from hardware.simulated.field import READ_S, TAP_S, Echo, Field, overlap

REQA_BITS: Bits = to_bits(bytes([REQA]))[:7]


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def field(clock: VirtualClock) -> Field:
    field = Field(clock.now)
    field.power(True)
    return field


def halt(field: Field, uid: bytes = FOUR) -> None:
    field.exchange(REQA_BITS)
    part = uid + bytes([uid[0] ^ uid[1] ^ uid[2] ^ uid[3]])
    field.exchange(to_bits(select_frame(0, part)))
    field.exchange(to_bits(HLTA))


def test_a_card_placed_stays(field: Field, clock: VirtualClock):
    field.place(Card(FOUR))
    halt(field)
    clock.sleep(3600)
    assert field.uids == (FOUR,)


def test_a_card_lifted_is_gone_and_without_power(field: Field):
    card = Card(FOUR)
    field.place(card)
    field.lift(FOUR)
    field.lift(SEVEN)
    assert (field.uids, card.state) == ((), State.OFF)


def test_the_same_uid_is_placed_once(field: Field):
    field.place(Card(FOUR))
    field.place(Card(FOUR))
    assert field.uids == (FOUR,)


def test_a_phone_is_lifted_by_the_uid_it_came_with(field: Field):
    phone = Card(b"\x08\0\0\0", traits=Traits(random_uid=True), draw=lambda _: b"abc")
    field.place(phone)
    assert phone.uid == b"\x08abc"
    field.lift(b"\x08\0\0\0")
    assert field.uids == ()


def test_a_card_tapped_leaves_soon_after_it_was_read(field: Field, clock: VirtualClock):
    field.tap(Card(FOUR))
    halt(field)
    assert field.uids == (FOUR,)
    clock.sleep(READ_S - 0.01)
    assert field.uids == (FOUR,)
    clock.sleep(0.02)
    assert field.uids == ()


def test_a_card_tapped_and_never_read_leaves_after_a_second(field: Field, clock: VirtualClock):
    field.tap(Card(FOUR))
    clock.sleep(TAP_S - 0.01)
    assert field.uids == (FOUR,)
    clock.sleep(0.02)
    assert (field.uids, field.exchange(REQA_BITS)) == ((), None)


def test_a_tap_on_a_card_that_lies_there_leaves_it_lying(field: Field, clock: VirtualClock):
    field.place(Card(FOUR))
    field.tap(Card(FOUR))
    clock.sleep(2 * TAP_S)
    assert field.uids == (FOUR,)


@pytest.mark.parametrize("card", [Card(FOUR), Card(SEVEN), copy_of(FOUR)], ids=["4", "7", "copy"])
def test_a_tap_is_presented_exactly_once(card: Card):
    scene = Scene().tap(card)
    assert [scene.presented() for _ in range(9)] == [[card.uid]] + [None] * 8
    assert scene.field.uids == ()
    assert scene.tap(Card(card.uid)).presented() == [card.uid]


def test_a_card_gets_its_power_from_the_field(clock: VirtualClock):
    field, card = Field(clock.now), Card(FOUR)
    field.place(card)
    assert (card.state, field.exchange(REQA_BITS)) == (State.OFF, None)
    field.power(True)
    assert card.state is State.IDLE


def test_equal_answers_are_one(field: Field):
    field.place(Card(FOUR))
    field.place(Card(b"\1\2\3\4"))
    assert field.exchange(REQA_BITS) == Echo(to_bits(b"\x04\x00"))


def test_the_strongest_card_can_drown_the_others_out(field: Field):
    field.place(Card(SEVEN))
    field.place(Card(FOUR))
    field.strongest_wins = True
    assert field.exchange(REQA_BITS) == Echo(to_bits(b"\x44\x00"))


def test_answers_overlap_bit_by_bit():
    assert overlap([(0, 1, 0), (0, 1, 1)]) == Echo((0, 1, 1), collision=2)
    assert overlap([(1, 0), (1, 1), (0, 0)]) == Echo((1, 1), collision=0)


def test_a_longer_answer_is_heard_to_its_end():
    assert overlap([(1, 0), (1, 0, 1, 1)]) == Echo((1, 0, 1, 1))
