"""A list or a report as it is sent, printed or written as CSV: columns, rows, what they add up to.

Pure. Names are in it already, for whoever asked.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol, Self

from kiosk.days_in_words import written_cell

Cell = str | int | float | None

NO_FORM = "no form"
ALL_FORMS = "all forms"


class Names(Protocol):
    """Who is meant by an id, as far as the reader may know."""

    def person(self, id: str | None) -> str:
        """A pupil, member of staff or visitor; "" for nobody."""

    def form(self, id: str | None) -> str:
        """Their form; "" where there is none, or it is not to be told."""

    def actor(self, actor: str) -> str:
        """Who did something."""


class Column(NamedTuple):
    """One column: its name in JSON and CSV, and what stands above it in print."""

    key: str
    heading: str


@dataclass(frozen=True, slots=True)
class Table:
    """``when``: as of when, or of which days. ``summary``: counts and the like, with their words.
    ``notices``: sentences that must not be parted from it."""

    name: str
    title: str
    when: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    summary: tuple[tuple[str, Cell], ...] = ()
    notices: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As it is sent: each row by the columns' keys."""
        keys = [column.key for column in self.columns]
        return {
            "name": self.name,
            "title": self.title,
            "when": self.when,
            "columns": [list(column) for column in self.columns],
            "rows": [dict(zip(keys, row, strict=True)) for row in self.rows],
            "summary": dict(self.summary),
            "notices": list(self.notices),
        }

    @classmethod
    def from_json(cls, sent: Mapping[str, Any]) -> Self:
        """The table back from what was sent."""
        columns = tuple(Column(*column) for column in sent["columns"])
        return cls(
            sent["name"],
            sent["title"],
            sent["when"],
            columns,
            tuple(tuple(row[column.key] for column in columns) for row in sent["rows"]),
            tuple(sent["summary"].items()),
            tuple(sent["notices"]),
        )


def printed(table: Table) -> str:
    """The table as lines of text, to be read or printed; it ends with a line feed."""
    headings = [column.heading for column in table.columns]
    cells = [[as_words(cell) for cell in row] for row in table.rows]
    widths = [max(map(len, column)) for column in zip(headings, *cells, strict=True)]
    lines = [f"{table.title}, {as_words(table.when)}", *table.notices, ""]
    lines += _lines([headings, *cells], widths) if cells else ["Nothing to show."]
    if table.summary:
        told = ((what, "none" if cell is None else as_words(cell)) for what, cell in table.summary)
        lines += ["", *(f"{clean(what)}: {words}" for what, words in told)]
    return "\n".join(lines) + "\n"


def as_words(cell: Cell) -> str:
    """A cell as it is read: without what a screen or a printer would take for a command."""
    if cell is None:
        return ""
    return f"{cell:g}" if isinstance(cell, float) else written_cell(clean(str(cell)))


def clean(text: str) -> str:
    """The text in one line, of characters that can be printed."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def stamp(local: Callable[[datetime], datetime], at: datetime | None) -> str | None:
    """Date and time on the school's wall: 2026-03-02 15:10."""
    return None if at is None else f"{local(at):%Y-%m-%d %H:%M}"


def by_form(form: str) -> tuple[bool, list[tuple[int, str]]]:
    """Forms in the order that people expect: 7A, 7B, 10A; whoever has none comes last."""
    parts = re.findall(r"[0-9]+|[^0-9]+", form)
    return not form, [(int(p), "") if p.isdecimal() else (-1, p.casefold()) for p in parts]


def counts_by_form(forms: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """How many of each form, in the forms' order, and of all."""
    found: dict[str, int] = {}
    for form in forms:
        found[form] = found.get(form, 0) + 1
    each = tuple((form or NO_FORM, found[form]) for form in sorted(found, key=by_form))
    return (*each, (ALL_FORMS, sum(found.values())))


def _lines(rows: list[list[str]], widths: list[int]) -> list[str]:
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
