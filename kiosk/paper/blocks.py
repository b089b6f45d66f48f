"""The school's papers as blocks of words: read from plain text with a few marks. Pure.

A line that begins ``# `` is the title, one that begins ``## `` a heading, one that begins ``- ``
an item, and one that ends with ``____`` is to be written on. ``{school}`` and its like are filled
in.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk.errors import BadInput
from kiosk.lists.table import clean
from kiosk.timetable import Day, Timetable

_PLACE = re.compile(r"\{([^{}]*)\}")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Mark(StrEnum):
    """What a block is."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Block:
    """Words of one mark; of a line to be written on, what stands before it."""

    mark: Mark
    text: str


def filled(text: str, facts: Mapping[str, str], where: str) -> str:
    """The text with its places filled in.

    Raises:
        BadInput: it has a place that is none of ``facts``.
    """

    def fact(found: re.Match[str]) -> str:
        if found[1] not in facts:
            raise BadInput(f"{where}: there is no {found[0]}; there are {_places(facts)}")
        return facts[found[1]]

    return _PLACE.sub(fact, text)


def _places(facts: Mapping[str, str]) -> str:
    return ", ".join(f"{{{name}}}" for name in facts)


def blocks(text: str) -> tuple[Block, ...]:
    """What a text says: lines of words that follow one another are one paragraph, and an indented
    line goes on with the item before it."""
    found: list[Block] = []
    is_open = False  # whether the next line of words goes on with the last block
    for line in text.splitlines():
        block = _line(clean(line))
        goes_on = is_open and block.mark is Mark.PARAGRAPH and block.text
        if goes_on and (found[-1].mark is Mark.PARAGRAPH or line[:1].isspace()):
            found[-1] = Block(found[-1].mark, f"{found[-1].text} {block.text}")
            continue
        is_open = bool(block.text) and block.mark in (Mark.PARAGRAPH, Mark.ITEM)
        if block.text or block.mark is Mark.LINE:
            found.append(block)
    return tuple(found)


def _line(line: str) -> Block:
    for sign, mark in (("# ", Mark.TITLE), ("## ", Mark.HEADING), ("- ", Mark.ITEM)):
        if line.startswith(sign):
            return Block(mark, line.removeprefix(sign))
    if line.endswith("____"):
        return Block(Mark.LINE, line.rstrip("_ "))
    return Block(Mark.PARAGRAPH, line)


def times(timetable: Timetable) -> str:
    """The school's usual week as items, days with the same times in one."""
    runs: list[tuple[list[int], Day]] = []
    for weekday, day in sorted(timetable.week.items()):
        if runs and runs[-1][1] == day and runs[-1][0][-1] == weekday - 1:
            runs[-1][0].append(weekday)
        else:
            runs.append(([weekday], day))
    return "\n".join(f"- {_span(days)}: {_hours(day)}" for days, day in runs)


def _span(days: list[int]) -> str:
    first, last = _WEEKDAYS[days[0]], _WEEKDAYS[days[-1]]
    return first if first == last else f"{first} to {last}"


def _hours(day: Day) -> str:
    return (
        f"hand in from {day.arrival:%H:%M}, collect from {day.release:%H:%M} to {day.closed:%H:%M}"
    )
