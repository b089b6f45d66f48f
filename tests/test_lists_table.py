"""How lists and reports are laid out: as text, JSON and CSV."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lists.sheet import as_csv
from kiosk.lists.table import Cell, Column, Table, by_form, clean, counts_by_form, printed

COLUMNS = (Column("form", "Form"), Column("name", "Name"))
TEXT = st.text(max_size=12)
ROWS = st.lists(st.tuples(TEXT, st.one_of(st.none(), TEXT, st.integers())), max_size=5)
ATTACKS = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", " =1+1", "\t=1+1", "\r=1+1", "\0=1+1", "\n=1+1",
    "\uff1d1+1", "\uff0b1+1", "\uff0d1+1", "\uff20SUM(A1)", "\u200b=1+1", "\u202e=1+1", "|calc",
    "%0A",
]  # fmt: skip


def table(*rows: tuple[Cell, ...]) -> Table:
    return Table("list", "A list", "2026-03-02", COLUMNS, rows, (("7A", 2),), ("Shred it.",))


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_text_has_its_columns_one_under_the_other() -> None:
    assert printed(table(("7A", "Ana"), ("10C", None))) == (
        "A list, 2 March 2026\nShred it.\n\nForm  Name\n7A    Ana\n10C\n\n7A: 2\n"
    )


def test_an_empty_table_says_so() -> None:
    assert "Nothing to show." in printed(table())


@pytest.mark.parametrize("text", ATTACKS)
def test_no_cell_of_the_csv_is_a_formula(text: str) -> None:
    cell = read(as_csv(table(("7A", text))))[1][1]

    assert cell.startswith("'")
    assert clean(text).replace("|", "\\|") == cell[1:]


@given(ROWS)
def test_a_table_is_the_same_after_its_way_as_json(rows: list[tuple[Cell, ...]]) -> None:
    sent = table(*rows)

    assert Table.from_json(json.loads(json.dumps(sent.to_json()))) == sent


@given(ROWS)
def test_whatever_is_in_the_cells_the_csv_has_its_rows_and_columns(
    rows: list[tuple[Cell, ...]],
) -> None:
    lines = read(as_csv(table(*rows)))

    assert lines[0] == ["form", "name"]
    assert [len(line) for line in lines] == [2] * (len(rows) + 1)
    assert all(cell.isprintable() for line in lines for cell in line)


@given(ROWS)
def test_whatever_is_in_the_cells_the_text_has_a_line_for_each_row(
    rows: list[tuple[Cell, ...]],
) -> None:
    text = printed(table(*rows))

    assert len(text.splitlines()) == len(rows) + 6
    assert all(line.isprintable() for line in text.split("\n"))


def test_forms_stand_in_the_order_that_people_expect() -> None:
    forms = ["10C", "", "7B", "Beech", "7A", "11M", "7a2", "7A10"]

    assert sorted(forms, key=by_form) == ["Beech", "7A", "7a2", "7A10", "7B", "10C", "11M", ""]


@given(st.lists(TEXT))
def test_any_forms_can_be_put_in_order_and_no_form_comes_last(forms: list[str]) -> None:
    ordered = sorted([*forms, "", ""], key=by_form)

    assert ordered[-2:] == ["", ""]
    assert sorted(ordered) == sorted([*forms, "", ""])


@given(st.lists(st.sampled_from(["7A", "7B", "10C", ""])))
def test_the_counts_of_the_forms_add_up_to_that_of_all(forms: list[str]) -> None:
    *each, whole = counts_by_form(forms)

    assert whole == ("all forms", len(forms))
    assert dict(each) == {form or "no form": forms.count(form) for form in set(forms)}
