"""What an "8A" board's answer about all locks means, found out."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.boards.layout8a import ROUNDS, Layout, Layouts

LOCKS = range(1, 25)
MAKES = [Layout(3, *flags) for flags in product((True, False), repeat=2)]

States = dict[int, bool]
states = st.fixed_dictionaries({lock: st.booleans() for lock in LOCKS})
makes = st.sampled_from(MAKES)


def answer_of(make: Layout, states: States) -> bytes:
    """What a board of that make says of all locks, written down without the code under test."""
    bits = "".join("1" if states[lock] is make.set_is_11 else "0" for lock in reversed(LOCKS))
    return int(bits, 2).to_bytes(3, "little" if make.low_first else "big")


def poll(layouts: Layouts, make: Layout, states: States) -> int:
    """One round as the driver makes it; how many locks had to be asked for by themselves."""
    answer = answer_of(make, states)
    found = layouts.read(answer, LOCKS)
    assert found.items() <= states.items()
    singles = {lock: states[lock] for lock in LOCKS if lock not in found}
    if singles:
        layouts.learn(answer, singles, answer)
    return len(singles)


def test_nothing_is_read_before_it_is_known_how() -> None:
    assert Layouts().read(b"\xff\xff\xff", LOCKS) == {}
    assert Layouts().size is None


@given(makes, st.lists(states, min_size=1, max_size=6))
def test_no_state_is_ever_read_that_is_not_the_case(make: Layout, seen: list[States]) -> None:
    layouts = Layouts()
    for each in seen:
        for _ in range(ROUNDS + 1):
            poll(layouts, make, each)


@pytest.mark.parametrize("make", MAKES)
def test_after_some_still_rounds_no_single_lock_is_asked_for(make: Layout) -> None:
    layouts = Layouts()
    one_open = {lock: lock != 3 for lock in LOCKS}
    asked = [poll(layouts, make, one_open) for _ in range(ROUNDS + 2)]
    assert asked == [24] * (ROUNDS + 1) + [0]
    assert layouts.size == 3


@pytest.mark.parametrize("make", MAKES)
def test_doors_all_alike_leave_open_which_byte_is_first_until_one_differs(make: Layout) -> None:
    layouts = Layouts()
    for _ in range(ROUNDS + 1):
        poll(layouts, make, dict.fromkeys(LOCKS, True))
    one_open = {lock: lock != 3 for lock in LOCKS}
    asked = [poll(layouts, make, one_open) for _ in range(ROUNDS + 2)]
    assert asked == [2] * (ROUNDS + 1) + [0]  # lock 3, and lock 19 that mirrors it


def test_nothing_is_learnt_while_a_door_moves() -> None:
    layouts, make = Layouts(), MAKES[0]
    shut, one_open = dict.fromkeys(LOCKS, True), {lock: lock != 3 for lock in LOCKS}
    for _ in range(ROUNDS + 1):
        layouts.learn(answer_of(make, shut), one_open, answer_of(make, one_open))
    assert layouts.size is None


def test_a_contact_that_chatters_for_a_round_or_two_teaches_nothing_wrong() -> None:
    layouts, make = Layouts(), MAKES[0]
    shut = dict.fromkeys(LOCKS, True)
    for _ in range(ROUNDS):  # the first is still to be compared with the one before it
        layouts.learn(answer_of(make, shut), {1: False}, answer_of(make, shut))
    for _ in range(ROUNDS):
        poll(layouts, make, shut)
    assert layouts.read(answer_of(make, shut), [1]) == {1: True}


def test_a_board_that_contradicts_itself_is_asked_for_each_lock_for_ever() -> None:
    layouts = Layouts()
    for _ in range(3 * ROUNDS):
        assert layouts.read(b"\x01\0\0", LOCKS) == {}
        layouts.learn(b"\x01\0\0", {lock: lock in (1, 2, 20) for lock in LOCKS}, b"\x01\0\0")


def test_a_lock_that_has_no_bit_is_never_read() -> None:
    layouts = Layouts()
    for _ in range(ROUNDS + 1):
        layouts.learn(b"\x01\x00", {1: True, 2: False, 20: True}, b"\x01\x00")
    assert layouts.read(b"\x01\x00", [1, 2, 20]) == {1: True, 2: False}


def test_another_board_is_learnt_anew() -> None:
    layouts, make = Layouts(), MAKES[0]
    one_open = {lock: lock != 3 for lock in LOCKS}
    for _ in range(ROUNDS + 1):
        poll(layouts, make, one_open)
    layouts.forget()
    assert poll(layouts, MAKES[3], one_open) == 24
