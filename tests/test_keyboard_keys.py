"""Which key presses make a number, and which are dropped."""

import random
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reader_fixtures import FOUR, OTHER, SEVEN, TEN, Desk

from hardware.profiles import spell
from hardware.simulated.keyboard import KEY_ENTER, KEY_F1, UP

KEY_A = 30


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk.new()
    with closing(desk.reader):
        yield desk


@pytest.mark.parametrize("on_keypad", [False, True])
def test_digits_come_from_either_place(desk: Desk, on_keypad: bool):
    desk.keyboard.types_on_keypad = on_keypad
    desk.keyboard.swipe(OTHER)
    assert desk.poll() == [OTHER]


@pytest.mark.parametrize("text", ["DEADBEEF", "deadbeef", "De:AD-be EF"])
def test_shift_changes_nothing(desk: Desk, text: str):
    desk.keyboard.type_text(text)
    assert desk.poll() == [FOUR]


def test_a_key_that_is_held_counts_once(desk: Desk):
    desk.keyboard.type_text("DE", enter=False)
    desk.keyboard.hold("A", times=5)
    desk.keyboard.press(KEY_A, UP)
    desk.keyboard.type_text("DBEEF")
    assert desk.poll() == [FOUR]


def test_any_other_key_spoils_the_number(desk: Desk):
    desk.keyboard.type_text("DEAD", enter=False)
    desk.keyboard.press(KEY_F1)
    desk.keyboard.type_text("BEEF")
    assert desk.poll() == []
    assert desk.reader.bad_numbers == 1


def test_an_enter_alone_is_nothing(desk: Desk):
    for _ in range(3):
        desk.keyboard.press(KEY_ENTER)
    assert desk.poll() == []
    desk.keyboard.swipe(FOUR)
    desk.keyboard.press(KEY_ENTER)
    assert desk.poll() == [FOUR]
    assert desk.reader.bad_numbers == 0


def test_a_number_is_reported_with_its_enter_and_not_before(desk: Desk):
    desk.keyboard.type_text("DEADBE", enter=False)
    assert desk.poll() == []
    desk.keyboard.type_text("EF")
    assert desk.poll() == [FOUR]


# what was typed badly


def test_a_number_of_another_profile_is_counted_and_no_card(desk: Desk, caplog):
    desk.keyboard.type_text("683503252")
    assert desk.poll() == []
    assert desk.reader.bad_numbers == 1
    assert "not of the profile hex" in caplog.text
    desk.keyboard.swipe(FOUR)
    assert desk.poll() == [FOUR]


def test_a_number_without_enter_is_torn_after_a_second(desk: Desk, caplog):
    desk.keyboard.type_text("DEAD", enter=False)
    desk.poll()
    desk.clock.sleep(1.01)
    assert desk.poll() == []
    assert desk.reader.bad_numbers == 1
    assert "does it send ENTER?" in caplog.text


def test_a_torn_number_is_none_and_its_rest_neither(desk: Desk):
    """Eight digits of the rest would be a card."""
    desk.keyboard.type_text("1234", enter=False)
    desk.poll()
    for _ in range(3):
        desk.clock.sleep(0.6)
        desk.keyboard.type_text("56", enter=False)
        assert desk.poll() == []
    desk.keyboard.type_text("DEADBEEF")
    assert desk.poll() == []
    assert desk.reader.bad_numbers == 1


def test_after_a_torn_number_and_a_pause_the_next_is_whole(desk: Desk):
    desk.keyboard.type_text("1234", enter=False)
    desk.poll()
    desk.clock.sleep(1.5)
    desk.poll()
    desk.keyboard.swipe(FOUR)
    assert desk.poll() == [FOUR]
    assert desk.reader.bad_numbers == 1


@pytest.mark.parametrize("begun", ["12", "1234"])
def test_a_torn_number_and_a_whole_one_in_a_late_poll_are_told_apart(desk: Desk, begun: str):
    """The kernel's stamps tell, however late the reader is read."""
    desk.keyboard.type_text(begun, enter=False)
    desk.clock.sleep(1.2)
    desk.keyboard.swipe(FOUR)
    desk.clock.sleep(1.0)
    assert desk.poll() == [FOUR]
    assert desk.reader.bad_numbers == 1


def test_a_late_poll_tears_nothing_that_was_typed_in_one_go(desk: Desk):
    desk.keyboard.type_text("DEAD", enter=False)
    desk.clock.sleep(0.2)
    desk.keyboard.type_text("BEEF")
    desk.clock.sleep(2.5)
    assert desk.poll() == [FOUR]


def test_a_number_longer_than_any_is_dropped_to_its_enter(desk: Desk):
    desk.keyboard.type_text("0" * 99 + "DEADBEEF")
    assert desk.poll() == []
    assert desk.reader.bad_numbers == 1
    desk.keyboard.swipe(FOUR)
    assert desk.poll() == [FOUR]


def test_a_number_whose_events_the_kernel_lost_is_dropped_to_its_enter(desk: Desk):
    desk.keyboard.type_text("12345678", enter=False)
    desk.keyboard.overrun()
    desk.keyboard.type_text("DEADBEEF")
    assert desk.poll() == []
    assert desk.reader.bad_numbers == 1
    desk.keyboard.swipe(FOUR)
    assert desk.poll() == [FOUR]


def test_a_number_that_is_lost_twice_counts_once(desk: Desk):
    desk.keyboard.type_text("1234", enter=False)
    for _ in range(2):
        desk.keyboard.overrun()
        assert desk.poll() == []
    assert desk.reader.bad_numbers == 1


def test_a_buffer_that_is_not_read_runs_over_and_makes_no_other_card():
    desk = Desk.new(buffer=64)
    desk.keyboard.swipe(TEN)
    assert desk.poll() == []
    assert desk.reader.bad_numbers == 1


@given(st.integers(0, 10**9))
def test_whatever_is_lost_on_the_way_no_card_is_another(seed: int):
    """Numbers typed in bits, with polls, pauses and overruns between them."""
    draw = random.Random(seed)
    desk = Desk.new(draw.choice(["hex", "dec", "dec-rev"]), buffer=64)
    cards = [FOUR, SEVEN, OTHER]
    with closing(desk.reader):
        for _ in range(12):
            text = spell(desk.keyboard.profile, draw.choice(cards))
            cut = draw.randrange(len(text) + 1)
            desk.keyboard.type_text(text[:cut], enter=False)
            if draw.random() < 0.5:
                assert set(desk.poll()) <= set(cards)
            if draw.random() < 0.2:
                desk.clock.sleep(1.5)
                continue  # torn for good: the next number comes after a pause
            if draw.random() < 0.2:
                desk.keyboard.overrun()
            desk.keyboard.type_text(text[cut:])
            assert set(desk.poll()) <= set(cards)
