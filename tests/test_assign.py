"""Whoever may choose a cubby: wishes first, then what was used longest ago, others' needs last."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from conftest import make_rules
from hypothesis import given
from hypothesis import strategies as st

from kiosk.model import Cubby, CubbySize, Wishes
from kiosk.policy.assign import free_cubby

PLAIN = make_rules(6, 3).cubbies  # 1 2 3 / 4 5 6
LOW = {**PLAIN, 4: replace(PLAIN[4], accessible=True), 5: replace(PLAIN[5], accessible=True)}
WIDE = {**PLAIN, 6: replace(PLAIN[6], size=CubbySize.LARGE)}
TODAY = datetime(2026, 3, 2, tzinfo=UTC)
MORNING, YESTERDAY = TODAY + timedelta(hours=9), TODAY - timedelta(hours=9)
IN_A_CHAIR, WITH_A_TABLET = Wishes(accessible=True), Wishes(large=True)


def chosen(cubbies: dict[int, Cubby] | None = None, **more: object) -> int | None:
    given = {"taken": (), "faulty": (), "open_doors": (), "last_used": {}, **more}
    return free_cubby(cubbies or PLAIN, **given)  # type: ignore[arg-type]


def test_the_first_of_the_preferred_ones_that_is_free_comes_before_all() -> None:
    wishes = Wishes((5, 2))
    assert chosen(wishes=wishes) == 5
    assert chosen(wishes=wishes, taken={5}) == 2
    assert chosen(wishes=wishes, taken={2, 5}) == 1


def test_a_preferred_one_is_given_beside_an_open_door_and_however_lately_it_was_used() -> None:
    assert chosen(wishes=Wishes((2,)), open_doors={1}, last_used={2: 90}) == 2


def test_a_preferred_one_that_is_faulty_or_does_not_exist_is_passed_over() -> None:
    assert chosen(wishes=Wishes((5, 99)), faulty={5}) == 1


def test_what_is_somebodys_own_or_a_class_box_is_given_to_nobody() -> None:
    assert chosen(kept_back={1, 2}) == 3
    assert chosen(kept_back={1, 2, 3, 4, 5, 6}) is None
    assert chosen(kept_back={5}, wishes=Wishes((5,))) == 1


def test_accessible_ones_are_left_to_those_who_need_them_until_no_other_is_free() -> None:
    used = {n: 10 * n for n in (1, 2, 3, 6)}
    assert chosen(LOW, last_used=used) == 1
    assert chosen(LOW, last_used=used, taken={1, 2, 3, 6}) == 4


def test_whoever_needs_an_accessible_one_gets_it_or_else_any() -> None:
    assert chosen(LOW, wishes=IN_A_CHAIR) == 4
    assert chosen(LOW, wishes=IN_A_CHAIR, taken={4, 5}) == 1


def test_large_ones_are_left_to_those_who_bring_more() -> None:
    assert chosen(WIDE, taken={1, 2, 3, 4}) == 5
    assert chosen(WIDE, taken={1, 2, 3, 4, 5}) == 6
    assert chosen(WIDE, wishes=WITH_A_TABLET) == 6


def test_reach_comes_before_size() -> None:
    both = Wishes(accessible=True, large=True)
    assert chosen({**LOW, 6: WIDE[6]}, wishes=both) == 4


def test_one_that_others_need_is_given_only_after_the_neighbours_of_an_open_door() -> None:
    assert chosen(LOW, taken={1, 3, 6}, open_doors={1}) == 2


def test_a_neighbour_in_another_cabinet_is_no_neighbour() -> None:
    apart = {n: replace(c, cabinet="hall") if n > 1 else c for n, c in PLAIN.items()}
    assert chosen(apart, open_doors={1}) == 2


def test_one_collected_from_today_comes_last_of_those_that_are_alike() -> None:
    emptied = {1: MORNING, 2: YESTERDAY}
    assert chosen(last_used={1: 5, 2: 50, 3: 60, 4: 61, 5: 62, 6: 63}) == 1
    alike = {"last_used": {1: 5, 2: 50, 3: 60, 4: 61, 5: 62, 6: 63}, "today": TODAY}
    assert chosen(emptied=emptied, **alike) == 2
    assert chosen(emptied=emptied, taken={2, 3, 4, 5, 6}, **alike) == 1


CUBBIES = st.fixed_dictionaries(
    {
        n: st.builds(
            lambda n, accessible, size: replace(PLAIN[n], accessible=accessible, size=size),
            st.just(n),
            st.booleans(),
            st.sampled_from(CubbySize),
        )
        for n in PLAIN
    }
)
SOME = st.frozensets(st.integers(1, 6))
WISHES = st.builds(
    Wishes,
    st.lists(st.integers(1, 7), max_size=3).map(tuple),
    st.booleans(),
    st.booleans(),
)
MOMENTS = st.sampled_from([MORNING, YESTERDAY])


@given(
    cubbies=CUBBIES,
    barred=st.tuples(SOME, SOME, SOME, SOME),
    wishes=WISHES,
    used=st.dictionaries(st.integers(1, 6), st.integers(1, 99)),
    emptied=st.dictionaries(st.integers(1, 6), MOMENTS),
)
def test_whatever_is_so_the_best_of_what_may_be_given_is_given(
    cubbies: dict[int, Cubby],
    barred: tuple[frozenset[int], ...],
    wishes: Wishes,
    used: dict[int, int],
    emptied: dict[int, datetime],
) -> None:
    taken, faulty, open_doors, kept_back = barred
    may = cubbies.keys() - taken - faulty - open_doors - kept_back

    given = free_cubby(
        cubbies,
        taken=taken,
        faulty=faulty,
        open_doors=open_doors,
        last_used=used,
        kept_back=kept_back,
        wishes=wishes,
        emptied=emptied,
        today=TODAY,
    )

    def rank(n: int) -> tuple[object, ...]:
        """The school's rules in one line, worst last."""
        preferred = wishes.preferred.index(n) if n in wishes.preferred else 9
        if preferred < 9:
            return (preferred, 0, 0, 0, 0, 0, n)
        here = cubbies[n]
        beside = any(
            abs(cubbies[o].row - here.row) <= 1 and abs(cubbies[o].column - here.column) <= 1
            for o in open_doors
        )
        return (
            9,
            here.accessible != wishes.accessible,
            (here.size is CubbySize.LARGE) != wishes.large,
            beside,
            emptied.get(n) == MORNING,
            used.get(n, 0),
            n,
        )

    assert given == min(may, key=rank, default=None)
