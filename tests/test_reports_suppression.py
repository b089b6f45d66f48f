"""What is shown of counts, and that nobody can undo it, whatever they add or subtract."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.reports.suppression import LEAST, Counts, Figure, add, suppressed

Shown = tuple[tuple[tuple[str, Figure], ...], Figure | None]
FORM = st.integers(0, 40).flatmap(lambda e: st.builds(Counts, st.just(e), st.integers(0, e)))
TABLES = st.dictionaries(st.sampled_from("ABCDEFGH"), FORM, min_size=1)


def publish(counts: Mapping[str, Counts], least: int = LEAST) -> Shown:
    figures, total = suppressed(counts, least)
    return tuple(figures.items()), total


def shown(expected: int, handed_in: int) -> tuple[int | str, int | str]:
    figures, _ = suppressed({"7A": Counts(expected, handed_in)})
    return figures["7A"].expected_shown, figures["7A"].shown


@pytest.mark.parametrize(
    ("counts", "is_shown"),
    [
        ((0, 0), ("<5", "<5")),
        ((4, 4), ("<5", "<5")),
        ((5, 0), (5, "not shown")),
        ((5, 5), (5, "not shown")),
        ((8, 4), (8, "not shown")),
        ((9, 4), (9, "<5")),
        ((9, 5), (9, "all but <5")),
        ((30, 0), (30, "<5")),
        ((30, 4), (30, "<5")),
        ((30, 5), (30, 5)),
        ((30, 25), (30, 25)),
        ((30, 26), (30, "all but <5")),
        ((30, 30), (30, "all but <5")),
    ],
)
def test_a_count_under_five_is_shown_as_that_on_either_side(
    counts: tuple[int, int], is_shown: tuple[int | str, int | str]
) -> None:
    assert shown(*counts) == is_shown


def total(*counts: tuple[int, int]) -> tuple[int | None, int | str]:
    _, found = suppressed({str(n): Counts(*each) for n, each in enumerate(counts)})
    assert found is not None
    return found.expected, found.shown


@pytest.mark.parametrize(
    ("counts", "is_shown"),
    [
        ([(30, 20), (30, 10)], (60, 30)),
        ([(30, 20), (30, 3)], (60, "20 to 24")),  # one: it would follow by subtracting
        ([(30, 2), (30, 3)], (60, "0 to 8")),  # two: 8 would make both of them 4
        ([(30, 2), (30, 3), (30, 1)], (90, 6)),
        ([(30, 2), (30, 1), (30, 1)], (90, "<5")),
        ([(30, 28), (30, 29), (30, 27)], (90, 84)),
        ([(30, 30), (30, 30), (30, 28)], (90, "all but <5")),
        ([(30, 30), (30, 30), (30, 28), (3, 2)], (90, "all but <5")),  # the small form is in none
    ],
)
def test_a_total_is_exact_only_while_it_says_nothing_of_a_form(
    counts: list[tuple[int, int]], is_shown: tuple[int, int | str]
) -> None:
    assert total(*counts) == is_shown


def test_where_nobody_or_few_were_expected_there_is_no_total() -> None:
    assert suppressed({})[1] is None
    assert suppressed({"7A": Counts(4, 4), "7B": Counts(3, 0)})[1] is None


@given(TABLES)
def test_what_is_shown_is_true_and_no_exact_number_is_small(counts: dict[str, Counts]) -> None:
    figures, whole = suppressed(counts)

    for form, figure in figures.items():
        expected, handed_in = counts[form]
        assert figure.low <= handed_in <= figure.high
        assert (figure.expected is None) is (expected < LEAST)
        if figure.is_exact:
            assert LEAST <= handed_in <= expected - LEAST
        else:
            assert figure.high - figure.low >= LEAST - 1
    summed = [each for each in counts.values() if each.expected >= LEAST]
    assert (whole is None) is (not summed)
    if whole is not None:
        handed_in = sum(each.handed_in for each in summed)
        assert whole.expected == sum(each.expected for each in summed)
        assert whole.low <= handed_in <= whole.high
        if whole.is_exact:
            assert LEAST <= handed_in <= (whole.expected or 0) - LEAST


# the guarantee: every number of a range is still possible


def same_table_with(counts: Mapping[str, Counts], form: str, value: int) -> dict[str, Counts]:
    """Other numbers, with that one in that form, that should give the very same table."""
    figures, whole = suppressed(counts)
    made = {**counts, form: Counts(counts[form].expected, value)}
    if whole is None or figures[form].expected is None:
        return made
    others = [f for f in counts if f != form and figures[f].expected is not None]
    for wanted in range(whole.low, whole.high + 1):
        left = wanted - value - sum(figures[f].low for f in others)
        for other in others:
            more = min(max(left, 0), figures[other].high - figures[other].low)
            made[other] = Counts(counts[other].expected, figures[other].low + more)
            left -= more
        if left == 0 and publish(made) == publish(counts):
            return made
    raise AssertionError(f"{form} cannot be {value}")


@given(TABLES, st.data())
def test_every_number_in_a_range_would_give_the_same_table(
    counts: dict[str, Counts], data: st.DataObject
) -> None:
    figures, _ = suppressed(counts)
    form = data.draw(st.sampled_from(sorted(counts)))
    figure = figures[form]
    highest = figure.high if figure.expected is not None else counts[form].expected
    value = data.draw(st.integers(figure.low, highest))

    assert publish(same_table_with(counts, form, value)) == publish(counts)


def every_table(sizes: tuple[int, ...]) -> Iterator[dict[str, Counts]]:
    """All that could be so with forms of these sizes."""
    for handed_in in product(*(range(size + 1) for size in sizes)):
        pairs = zip(sizes, handed_in, strict=True)
        yield {str(n): Counts(size, count) for n, (size, count) in enumerate(pairs)}


@pytest.mark.parametrize(
    "sizes", [(4,), (4, 7), *combinations_with_replacement(range(2, 8), 3), (3, 3, 3, 5)]
)
def test_by_trying_all_tables_no_range_can_be_narrowed(sizes: tuple[int, ...]) -> None:
    """With counts under two in place of five, so that all can be tried: whoever lists all tables
    that look the same finds every number of every range among them."""
    possible: dict[Shown, list[dict[str, Counts]]] = defaultdict(list)
    for counts in every_table(sizes):
        possible[publish(counts, 2)].append(counts)
    for (figures, _), tables in possible.items():
        for form, figure in figures:
            assert {counts[form].handed_in for counts in tables} == set(
                range(figure.low, figure.high + 1)
            )


def test_the_size_of_a_very_small_form_cannot_be_found_either() -> None:
    def tables() -> Iterator[dict[str, Counts]]:
        for sizes in product(range(5), (9, 12), range(5)):
            yield from every_table(sizes)

    possible: dict[Shown, set[int]] = defaultdict(set)
    for counts in tables():
        possible[publish(counts)].add(counts["0"].expected)
    assert all(sizes == set(range(5)) for sizes in possible.values())


# sums of what is shown


@given(st.lists(TABLES, max_size=4))
def test_a_sum_over_days_is_of_what_is_shown_alone(days: list[dict[str, Counts]]) -> None:
    totals = [whole for counts in days if (whole := suppressed(counts)[1]) is not None]
    every = add(totals)

    assert (every is None) is (not totals)
    if every is not None:
        assert every.low == sum(figure.low for figure in totals)
        assert every.high == sum(figure.high for figure in totals)
