"""What would have to be so for another row to decide: it is true, enough, and no more than that."""

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle

import pytest
import scale
from facts_fixtures import EARLIER_DAY, IN_CUBBY, Case, Kept, whole_facts
from test_policy_tap import IN, JUST_IN, A, L, R, facts

from kiosk.explaining.supposing import PLAIN, SPECIFIC, only_if, supposing
from kiosk.policy.facts import Facts
from kiosk.policy.tap import TAP_TABLE, decide_tap

ALL = {one.words: one for one in (*PLAIN, *(one for row in SPECIFIC.values() for one in row))}
NO_OPENING = {"card": "active", "leaver": False, "opening": None, "in_use": False}
ORDINARY = {**NO_OPENING, "medical": False, "going_home": False, "trusted": True, "adult": False}
STORED = {**ORDINARY, "early": False, "leave": "none", "kept": Kept(IN_CUBBY)}
LONG_STORED = {**STORED, "kept": Kept(IN_CUBBY, EARLIER_DAY)}
# What is settled before the rest is drawn by lot: there would be too many cards that are no good
# else, and doors under way.
BEFORE = ({}, {"card": "active"}, NO_OPENING, {**ORDINARY, "kept": Kept()}, STORED, LONG_STORED)


def some_of_all_facts(count: int) -> Iterator[Facts]:
    """So many circumstances, by lot."""
    chance = random.Random(1)
    for before, _ in zip(cycle(BEFORE), range(count), strict=False):
        yield whole_facts(Case({}, before), chance)


def rows_before(row: str) -> list[str]:
    numbers = [row.number for row in TAP_TABLE]
    return numbers[: numbers.index(row)]


def test_for_every_row_that_was_passed_over_it_names_enough_and_nothing_to_spare() -> None:
    decided = set()
    for given in some_of_all_facts(scale.of(10_000)):
        decided.add(decide_tap(given).row)
        for row in rows_before(decide_tap(given).row):
            needed = [ALL[words] for words in only_if(given, row)]

            assert needed, (row, given)
            assert decide_tap(supposing(given, needed)).row == row
            for one in needed:
                fewer = [other for other in needed if other is not one]
                assert decide_tap(supposing(given, fewer)).row != row, (row, one.words, given)
    assert decided == {row.number for row in TAP_TABLE}


def test_every_statement_stands_for_one_thing() -> None:
    given = [one for one in (*PLAIN, *(one for row in SPECIFIC.values() for one in row))]

    assert len({id(one) for one in given}) == len({one.words for one in given})


@pytest.mark.parametrize(
    ("given", "row", "needed"),
    [
        (facts(L, deposit=IN), "8", ("the kiosk is closed",)),
        (facts(R, deposit=IN), "16", ("it is lesson time",)),
        (
            facts(R, deposit=IN, clock_trusted=False),
            "7",
            (
                "the clock is trusted",
                "nothing is kept for them",
                "they collected earlier today",
            ),
        ),
        (facts(R, deposit=IN, leaver=True, is_adult=True), "2", ("medical access covers now",)),
        (facts(A, is_adult=True), "8", ("they are a pupil", "the kiosk is closed")),
        (
            facts(L, deposit=replace(JUST_IN, cubby=None)),
            "3",
            ("their device is in a cubby", "they are going home now"),
        ),
    ],
)
def test_examples(given: Facts, row: str, needed: tuple[str, ...]) -> None:
    assert only_if(given, row) == needed


def test_a_row_that_is_not_there_needs_nothing() -> None:
    assert only_if(facts(L), "99") == ()
