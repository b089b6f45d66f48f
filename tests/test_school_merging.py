"""Term dates put into a school file: the rest of it stays as somebody wrote it."""

import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import BadInput
from kiosk.school.merging import with_dates
from kiosk.school.sections import ClosureSection, TermSection
from kiosk.school.term_dates import TermDates

AUTUMN = TermSection(
    name="Autumn",
    first=date(2026, 9, 2),
    last=date(2026, 12, 18),
    half_term=(date(2026, 10, 26), date(2026, 10, 30)),
    inset=(date(2026, 9, 2),),
)
SPRING = TermSection(name="Spring", first=date(2027, 1, 4), last=date(2027, 3, 26))
STRIKE = ClosureSection(date=date(2026, 11, 3), reason="Occasional day")
NEW = TermDates((AUTUMN, SPRING), (STRIKE,), ())

FILE = """# Our rules, kept by the office.

[calendar]
nation = "england"  # bank holidays

[[terms]]
name = "Summer"
first = 2026-04-13
last = 2026-07-21

# The autumn, as we thought in May.
[[terms]]
name = "Autumn term"
first = 2026-09-01
last = "2026-12-20"
inset = [
  2026-09-01,
]

# Our own.
[[closures]]
date = 2026-11-03
reason = "Polling station"

[[closures]]
date = 2026-06-12
reason = "Sports day"
release = "13:00"
closed = "14:00"

[[week]]
days = ["mon"]
arrival = "08:00"
"""


def said(text: str, part: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = tomllib.loads(text)[part]
    return found


def test_terms_that_overlap_give_way_and_others_stay() -> None:
    made = with_dates(FILE, NEW)
    names = [term["name"] for term in said(made, "terms")]
    assert sorted(map(str, names)) == ["Autumn", "Spring", "Summer"]
    [autumn] = [term for term in said(made, "terms") if term["name"] == "Autumn"]
    assert autumn["half_term"] == [date(2026, 10, 26), date(2026, 10, 30)]


def test_a_closed_day_of_the_same_date_gives_way_and_others_stay() -> None:
    closed = {each["date"]: each["reason"] for each in said(with_dates(FILE, NEW), "closures")}
    assert closed == {date(2026, 11, 3): "Occasional day", date(2026, 6, 12): "Sports day"}


def test_everything_else_stays_as_it_was_written() -> None:
    made = with_dates(FILE, NEW)
    for line in ("# Our rules, kept by the office.", 'nation = "england"  # bank holidays'):
        assert line in made
    assert "# The autumn, as we thought in May." in made
    assert made.index("[[week]]") > made.index("Summer")
    before, after = tomllib.loads(FILE), tomllib.loads(made)
    assert {n: s for n, s in after.items() if n not in ("terms", "closures")} == {
        n: s for n, s in before.items() if n not in ("terms", "closures")
    }


def test_the_same_dates_once_more_say_the_same() -> None:
    once = with_dates(FILE, NEW)
    assert tomllib.loads(with_dates(once, NEW)) == tomllib.loads(once)


def test_a_file_without_terms_gets_them_at_its_end() -> None:
    made = with_dates('[calendar]\nnation = "wales"', NEW)
    assert made.startswith('[calendar]\nnation = "wales"\n\n[[terms]]\n')
    assert len(said(made, "terms")) == 2


@pytest.mark.parametrize(
    "text",
    [
        'terms = [{ name = "A", first = 2026-09-01, last = 2026-12-20 }]',
        "[[terms]",
        '[[terms]]\nname = "A"\nfirst = 2026-09-01\nlast = 2026-12-20\n[terms.more]\na = 1\n',
        'note = """\n[[terms]]\nfirst = 2026-09-01\nlast = 2026-12-20\n"""\n',
    ],
)
def test_a_file_that_is_written_otherwise_is_left_alone(text: str) -> None:
    with pytest.raises(BadInput, match="put them in yourself"):
        with_dates(text, NEW)


def test_a_calendar_that_says_no_dates_changes_nothing() -> None:
    with pytest.raises(BadInput, match="no term dates"):
        with_dates(FILE, TermDates((), (), ("Fair: not plain",)))


DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
TERMS = st.lists(st.tuples(DAYS, DAYS).map(sorted), max_size=5)


@given(TERMS, TERMS.filter(bool), st.lists(DAYS, unique=True, max_size=4))
def test_whatever_the_dates_no_term_overlaps_a_new_one_and_none_else_is_lost(
    old: list[list[date]], new: list[list[date]], closed: list[date]
) -> None:
    text = "".join(
        f'[[terms]]\nname = "old {n}"\nfirst = {a}\nlast = {b}\n\n' for n, (a, b) in enumerate(old)
    )
    terms = tuple(TermSection(name=f"new {n}", first=a, last=b) for n, (a, b) in enumerate(new))
    closures = tuple(ClosureSection(date=on, reason="shut") for on in closed)
    made = with_dates(text, TermDates(terms, closures, ()))

    left = {str(t["name"]) for t in said(made, "terms")} - {term.name for term in terms}
    apart = {
        f"old {n}"
        for n, (a, b) in enumerate(old)
        if all(b < term.first or term.last < a for term in terms)
    }
    assert left == apart
    assert len(tomllib.loads(made).get("closures", [])) == len(closed)
