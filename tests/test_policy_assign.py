"""Which free cubby a deposit gets."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from conftest import make_rules
from hypothesis import given
from hypothesis import strategies as st

from kiosk.model import Cubby, CubbySize
from kiosk.policy.assign import free_cubby, needed_by_some, neighbours

CUBBIES = make_rules(6, 3).cubbies  # 1 2 3 / 4 5 6
SOME = st.frozensets(st.integers(1, 6))


def chosen(**more: object) -> int | None:
    given = {"taken": (), "faulty": (), "open_doors": (), "last_used": {}, **more}
    return free_cubby(CUBBIES, **given)  # type: ignore[arg-type]


def test_an_empty_cabinet_gives_the_first() -> None:
    assert chosen() == 1


def test_the_one_used_longest_ago_comes_first() -> None:
    assert chosen(last_used={1: 50, 2: 40, 3: 60, 4: 30, 5: 70, 6: 45}) == 4


def test_neighbours_of_an_open_door_come_last_and_before_nothing() -> None:
    assert chosen(open_doors={1}) == 3
    assert chosen(open_doors={1}, taken={3, 6}) == 5  # across the corner
    assert chosen(open_doors={1}, taken={3, 5, 6}) == 2


def test_neighbours_are_left_and_right_above_and_below_in_one_cabinet() -> None:
    assert neighbours(make_rules(9, 3).cubbies)[5] == {2, 4, 6, 8}
    two = {**CUBBIES, 2: replace(CUBBIES[2], cabinet="hall")}
    assert neighbours(two)[1] == {4}
    assert neighbours({n: Cubby(n) for n in CUBBIES})[1] == frozenset()  # nobody said where


@given(SOME)
def test_whoever_is_beside_another_has_it_beside_them(there: frozenset[int]) -> None:
    beside = neighbours({n: CUBBIES[n] for n in there})
    assert beside.keys() == there
    assert all(n in beside[other] and n != other for n in there for other in beside[n])


def test_a_full_cabinet_gives_none() -> None:
    assert chosen(taken={1, 2, 3}, faulty={4}, open_doors={5, 6}) is None


@given(SOME, SOME, SOME)
def test_what_is_given_is_free_sound_and_shut(
    taken: frozenset[int], faulty: frozenset[int], open_doors: frozenset[int]
) -> None:
    cubby = chosen(taken=taken, faulty=faulty, open_doors=open_doors)

    usable = CUBBIES.keys() - taken - faulty - open_doors
    assert cubby in usable if usable else cubby is None


def test_needed_by_some_are_those_within_reach_and_the_large_ones() -> None:
    cubbies = {
        1: Cubby(1),
        2: Cubby(2, accessible=True),
        3: Cubby(3, size=CubbySize.LARGE),
        4: Cubby(4, accessible=True, size=CubbySize.LARGE),
    }
    assert needed_by_some(cubbies) == {2, 3, 4}


def test_all_eight_neighbours_of_an_open_door_come_last() -> None:
    cubbies = make_rules(9, 3).cubbies  # 1 2 3 / 4 5 6 / 7 8 9
    for door, apart in ((5, set()), (1, {3, 6, 7, 8, 9}), (9, {1, 2, 3, 4, 7}), (6, {1, 4, 7})):
        free = {1, 2, 3, 4, 5, 6, 7, 8, 9} - {door}
        given = set()
        while free:
            taken = set(cubbies) - free - {door}
            cubby = free_cubby(cubbies, taken=taken, faulty=(), open_doors={door}, last_used={})
            assert cubby is not None
            given.add(cubby)
            assert given <= apart or apart <= given
            free.remove(cubby)


def test_what_was_emptied_since_midnight_comes_last_and_with_no_day_it_is_as_any() -> None:
    midnight = datetime(2026, 3, 2, tzinfo=UTC)
    emptied = {1: midnight, 2: midnight - timedelta(seconds=1)}
    assert chosen(emptied=emptied, today=midnight) == 2
    assert chosen(emptied=emptied, today=None) == 1
