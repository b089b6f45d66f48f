"""A draft, or what is handed out of it, as a page that any browser shows and prints. Pure.

One file, nothing fetched, no script; whatever stands in the record is text.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from itertools import groupby
from typing import Any

from kiosk.days_in_words import written_time

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """``rows``: items as in the draft's JSON, by section; ``notices``: paragraphs above them.
    ``is_draft``: with what the reviewer has to see and nobody else."""

    title: str
    notices: Sequence[str]
    rows: Sequence[Row]
    is_draft: bool = False


def to_html(page: Page) -> str:
    """The page."""
    return "".join(f"{line}\n" for line in _lines(page))


def _lines(page: Page) -> Iterator[str]:
    yield "<!doctype html>"
    yield '<html lang="en">'
    yield f'<head><meta charset="utf-8"><title>{escape(page.title)}</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>{_STYLE}</style></head>"
    yield f"<body><main><h1>{escape(page.title)}</h1>"
    for notice in page.notices:
        yield f"<p>{escape(notice)}</p>"
    for section, rows in groupby(page.rows, key=lambda row: str(row["section"])):
        yield from _section(section, list(rows), page.is_draft)
    yield "</main></body></html>"


def _section(title: str, rows: Sequence[Row], is_draft: bool) -> Iterator[str]:
    shown: list[tuple[str, bool, Callable[[Row], str]]] = [
        ("Item", is_draft, lambda row: str(row["item"])),
        ("When", any(row["at"] for row in rows), lambda row: _when(row["at"])),
        ("What", True, lambda row: row["what"]),
        ("Written by staff", any(row["words"] for row in rows), lambda row: row["words"]),
        ("Goes out", is_draft, lambda row: "yes" if row["release"] else "NOT YET"),
    ]
    columns = [(heading, cell) for heading, is_shown, cell in shown if is_shown]
    yield f"<h2>{escape(title)}</h2>"
    heads = "".join(
        f'<th scope="col" class="{_CLASSES.get(heading, "")}">{escape(heading)}</th>'
        for heading, _ in columns
    )
    yield f"<table><thead><tr>{heads}</tr></thead><tbody>"
    for row in rows:
        cells = "".join(f"<td>{escape(cell(row))}</td>" for _, cell in columns)
        yield f"<tr>{cells}</tr>"
    yield "</tbody></table>"


def _when(at: str) -> str:
    """As people write it; not broken in the middle of the time."""
    if not at:
        return ""
    when = datetime.fromisoformat(at)
    return written_time(when)


# Columns of the same width in every table.
_CLASSES = {"Item": "item", "When": "when", "Goes out": "out"}
_STYLE = (
    "body{font:1rem/1.5 sans-serif;color:#1a1a1a;background:#fff;margin:0}"
    "main{max-width:60rem;margin:0 auto;padding:1rem}"
    "h1{font-size:1.6rem;line-height:1.25}h2{font-size:1.2rem;margin:2rem 0 .5rem}"
    "table{border-collapse:collapse;width:100%;table-layout:fixed}"
    ".item{width:2.8rem}.when{width:6rem}.out{width:4rem}"
    "@media(min-width:40rem){.when{width:10rem}.out{width:6rem}}"
    "th,td{text-align:left;vertical-align:top;padding:.35rem .6rem .35rem 0;"
    "border-bottom:1px solid #767676;overflow-wrap:break-word;white-space:pre-line}"
    "@media print{main{max-width:none}tr{break-inside:avoid}}"
)
