"""The page about security: every test that it names exists, every requirement is answered, and the
shares that it states are counted."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from test_docs import DOCS

from kiosk.orders.apart import LIMIT_S, WAIT_S
from kiosk.passwords import MAX_LENGTH, MEMORY_KIB, MIN_LENGTH, TIME_COST
from kiosk.roster.archive import MAX_EXPANDED
from kiosk.roster.sources import MAX_BYTES
from webui import throttle
from webui.api.pace import AT_ONCE, PER_S
from webui.app import MOST_BYTES
from webui.sessions import IDLE_S, LONGEST_S

PAGE = (DOCS / "security.md").read_text(encoding="utf-8")
TESTS = Path(__file__).parent
MET, NOT_MET, NOT_OURS, PARTLY = "met", "not met", "does not apply", "partly"
# OWASP ASVS 5.0.0: of each section, the level of its first, second, ... requirement.
LEVELS = {
    "1.1": "22", "1.2": "1111122223", "1.3": "112222222223", "1.4": "222", "1.5": "123",
    "2.1": "122", "2.2": "112", "2.3": "12223", "2.4": "23",
    "3.1": "3", "3.2": "113", "3.3": "12223", "3.4": "11222233", "3.5": "11122333", "3.6": "3",
    "3.7": "22333",
    "4.1": "12233", "4.2": "23333", "4.3": "22", "4.4": "1222",
    "5.1": "2", "5.2": "112333", "5.3": "113", "5.4": "222",
    "6.1": "122", "6.2": "111111112222", "6.3": "11223333", "6.4": "112233", "6.5": "22222333",
    "6.6": "2223", "6.7": "33", "6.8": "2222",
    "7.1": "222", "7.2": "1111", "7.3": "22", "7.4": "11222", "7.5": "223", "7.6": "22",
    "8.1": "1233", "8.2": "1123", "8.3": "133", "8.4": "23",
    "9.1": "111", "9.2": "1222",
    "10.1": "22", "10.2": "223", "10.3": "22223", "10.4": "1111122222233333", "10.5": "22222",
    "10.6": "22", "10.7": "222",
    "11.1": "2233", "11.2": "22233", "11.3": "11233", "11.4": "1222", "11.5": "23", "11.6": "23",
    "11.7": "33",
    "12.1": "12233", "12.2": "11", "12.3": "22223",
    "13.1": "2333", "13.2": "222223", "13.3": "2233", "13.4": "1222233",
    "14.1": "22", "14.2": "12223333", "14.3": "122",
    "15.1": "12233", "15.2": "12233", "15.3": "1222222", "15.4": "3333",
    "16.1": "2", "16.2": "22222", "16.3": "2222", "16.4": "222", "16.5": "2223",
    "17.1": "23", "17.2": "22223333", "17.3": "22",
}  # fmt: skip
LEVEL = {f"{part}.{n}": int(at) for part, ats in LEVELS.items() for n, at in enumerate(ats, 1)}


class Row(NamedTuple):
    """One row of the page: the numbers that it answers, their level ("" of our own), the answer."""

    numbers: list[str]
    level: str
    answer: str
    how: str

    @property
    def tests(self) -> list[str]:
        return re.findall(r"`(test_\w+\.py(?:::\w+)?)`", self.how)


def rows() -> Iterator[Row]:
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.match(r"W\d+$|\d+\.\d+\.\d+", cells[0]):
            level = cells[1] if len(cells) == 5 else ""
            yield Row(cells[0].split(", "), level, cells[-2], cells[-1])


ROWS = list(rows())
ASVS = {number: row for row in ROWS for number in row.numbers if row.level}


@cache
def names_in(file: str) -> set[str]:
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_the_standard_has_the_number_of_requirements_that_it_says() -> None:
    assert Counter(LEVEL.values()) == {1: 70, 2: 183, 3: 92}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.numbers[0])
def test_every_test_that_is_named_exists(row: Row) -> None:
    for named in row.tests:
        file, _, test = named.partition("::")
        assert (TESTS / file).exists(), named
        assert not test or test in names_in(file), named


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.numbers[0])
def test_what_is_met_is_shown_by_a_test_or_a_page(row: Row) -> None:
    is_written = "written" in PAGE.splitlines()[line_of(row)] and "above" in row.how
    assert row.answer in (MET, NOT_MET, NOT_OURS, PARTLY)
    assert row.answer not in (MET, PARTLY) or row.tests or "](" in row.how or is_written


def line_of(row: Row) -> int:
    start = f"| {', '.join(row.numbers)} |"
    return next(n for n, line in enumerate(PAGE.splitlines()) if line.startswith(start))


def test_our_own_twenty_five_are_answered_each_once() -> None:
    ours = [number for row in ROWS for number in row.numbers if not row.level]
    assert ours == [f"W{n}" for n in range(1, 26)]


def test_every_requirement_of_both_levels_is_answered_once_at_its_level() -> None:
    wanted = {number for number, level in LEVEL.items() if level < 3}
    answered = [number for row in ROWS for number in row.numbers if row.level]
    assert sorted(answered) == sorted(wanted)
    assert {n: int(row.level) for n, row in ASVS.items()} == {n: LEVEL[n] for n in wanted}


def test_the_shares_that_are_stated_are_those_of_the_table() -> None:
    told = re.sub(r"\s+", " ", PAGE)
    for level in (1, 2):
        answers = Counter(ASVS[n].answer for n in ASVS if LEVEL[n] == level)
        met, all_ours = answers[MET], answers[MET] + answers[NOT_MET]
        words = f"of the {all_ours} of level {level} that apply {met}"
        assert words in told.lower(), f"{words}, {100 * met // all_ours} %"
        assert level == 1 or f"that is {100 * met // all_ours} %" in told


def test_its_figures_are_those_of_the_code() -> None:
    told = re.sub(r"\s+", " ", PAGE)
    for words in (
        f"{MIN_LENGTH} to {MAX_LENGTH:,} characters",
        f"Argon2id ({MEMORY_KIB // 1024} MiB, {TIME_COST} rounds)",
        f"{IDLE_S / 60:.0f} minutes without doing anything, {LONGEST_S / 3600:.0f} hours",
        f"ended after {LIMIT_S:.0f} seconds",
        f"wait {WAIT_S:.0f} seconds",
        f"{MAX_BYTES >> 20} MiB, unpacked {MAX_EXPANDED >> 20} MiB",
        f"{MOST_BYTES >> 10} KiB",
        f"{AT_ONCE} at once",
    ):
        assert words in told, words
    assert PER_S == 2
    minutes = (throttle.WINDOW_S, throttle.ACCOUNT_S, throttle.SOURCE_S, throttle.LONGEST_S)
    assert [m / 60 for m in minutes] == [5, 5, 10, 30]
