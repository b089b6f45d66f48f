"""On which line of a TOML file a fault is, and why a file is no TOML, in words."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.toml_lines import why_no_toml, with_its_line

TEXT = """# a comment
[calendar]
zone = "Mars"

[[week]]
days = ["mon"]
[[week]]
release = "x"

[roles.teacher]
also = ["fly"]
[texts]
full = "a"
"""


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        ("calendar.zone: no such zone", 3),
        ("week 1: is odd", 5),
        ("week 1, arrival: is missing", 5),
        ("week 2, release: write a time", 8),
        ("roles.teacher.also 1: no permission", 11),
        ("texts.full: too long", 13),
        ("this is no TOML: Expected '=' (at line 9, column 4)", 9),
    ],
)
def test_a_fault_is_told_with_its_line(fault: str, line: int) -> None:
    assert with_its_line(fault, TEXT) == f"Line {line}: {fault}"


@pytest.mark.parametrize("fault", ["week: is missing", "term Autumn: ends before", "", "a: b"])
def test_one_that_is_nowhere_to_be_found_is_told_without(fault: str) -> None:
    assert with_its_line(fault, "# nothing") == fault


@given(st.text(max_size=60), st.text(max_size=200))
def test_no_text_breaks_the_search(fault: str, text: str) -> None:
    assert with_its_line(fault, text).endswith(fault)


def why(text: str) -> list[str]:
    with pytest.raises(tomllib.TOMLDecodeError) as wrong:
        tomllib.loads(text)
    return why_no_toml(str(wrong.value), text)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("from = 2026-13-01", "2026-13-01 is no date: write one as 2026-09-01"),
        ("from = 2026-02-30", "2026-02-30 is no date: write one as 2026-09-01"),
        ("from = 2026-9-1", "2026-9-1 is no date: write one as 2026-09-01"),
        ("from = 01/09/2026", "01/09/2026 is no date: write one as 2026-09-01"),
        ("half = [2026-10-26, 2026-10-32]", "2026-10-32 is no date: write one as 2026-09-01"),
        ("arrival = 8:20 # early", '8:20 is no time: write one as "08:20", in quotes'),
        ("arrival = 08:20", '08:20 is no time: write one as "08:20", in quotes'),
        ("name = “Autumn”", 'a straight one, "'),
        ("name = Autumn", 'Autumn stands without quotes: write "Autumn"'),
    ],
)
def test_a_value_that_is_written_otherwise_is_named_with_its_line(written: str, words: str) -> None:
    (told,) = why(f"# terms\n\n{written}\n")
    assert told.startswith("Line 3: ")
    assert told.endswith(words)


def test_all_such_values_are_told_at_once() -> None:
    told = why("first = 2026-13-01\nlast = 2026-02-30\nlocked = 08:50\n")
    assert [each.partition(" is no ")[0] for each in told] == [
        "Line 1: 2026-13-01",
        "Line 2: 2026-02-30",
        "Line 3: 08:50",
    ]


def test_what_is_written_as_it_should_be_is_not_blamed() -> None:
    fine = 'first = 2026-09-01\narrival = "8:20"\nname = "1/2/2026" # 30.2.2026\nopen = true\n'
    (told,) = why(f"{fine}oops\n")
    assert told.startswith("Line 5: this is no TOML: ")


def test_beside_such_a_value_the_reader_s_own_words_stand_where_they_are_of_another_line() -> None:
    told = why("oops\nfirst = 2026-13-01\n")
    assert [each[:25] for each in told] == [
        "Line 1: this is no TOML: ",
        "Line 2: 2026-13-01 is no ",
    ]


@given(st.text(max_size=80))
def test_of_whatever_is_no_toml_it_is_said_why(text: str) -> None:
    assert why_no_toml("Unclosed array (at end of document)", text)
