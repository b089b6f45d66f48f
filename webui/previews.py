"""What a list would change, as rows of a page. Pure.

Whoever may not see names sees those that they sent themselves, and nothing of anybody on record.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.roster.faults import Fault
from kiosk.roster.telling import card_words, change_words
from webui.wording import printable

Json = dict[str, Any]

ARROW = "→"
DEVICE_HERE = "A device of theirs is here"
SINCE = "Something is on record of them since"


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody, and what becomes of them. ``number``: their admission number."""

    name: str
    number: str
    form: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Changes of one kind. ``count``: how many there are, shown or not."""

    key: str
    title: str
    count: int
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with one row of a file."""

    row: int
    column: str
    words: str


def parts_of(told: Json, *, sees_names: bool) -> list[Part]:
    """What importing a list would change, as ``diff_json`` tells it."""
    changed = _changed if sees_names else _changed_of_file
    left = [_line(one, DEVICE_HERE if one["keeps"] else "") for one in told["left"] if sees_names]
    cards = [_line(one, _capital(card_words(one)) if sees_names else "") for one in told["cards"]]
    return [
        Part("added", "New", len(told["added"]), [_line(one) for one in told["added"]]),
        Part("changed", "Changed", len(told["changed"]), [changed(o) for o in told["changed"]]),
        Part("left", "Leavers", len(told["left"]), left),
        Part("cards", "Cards", len(told["cards"]), cards),
    ]


def taken_back_parts(told: Json, *, sees_names: bool) -> list[Part]:
    """What taking an import back would change, as ``taken_back_json`` tells it."""

    def part(key: str, title: str, lines: Iterable[Line]) -> Part:
        return Part(key, title, len(told[key]), [*lines] if sees_names else ())

    return [
        part("gone", "Gone again", map(_line, told["gone"])),
        part("changed", "As they were before", map(_changed, told["changed"])),
        part("left", "Leavers", (_line(one, _left_words(one)) for one in told["left"])),
        part("cards", "Cards taken off", map(_line, told["cards"])),
    ]


def flaws_of(faults: Iterable[Fault]) -> list[Flaw]:
    """Faults in the order of their rows, without anything that a page would take for a sign."""
    found = sorted(faults, key=lambda fault: (fault.file, fault.row))
    return [
        Flaw(one.row, one.column.replace("_", " "), _capital(printable(one.words))) for one in found
    ]


def counted(count: int, one: str, many: str) -> str:
    """So many of something: 1 person, 2 people."""
    return f"{count:,} {one if count == 1 else many}"


def _line(one: Json, what: str = "") -> Line:
    form = one.get("form", "")
    return Line(printable(one["name"]), printable(one["admission"]), printable(form), what)


def _changed(one: Json) -> Line:
    return _line(one, _capital(printable(change_words(one, ARROW))))


def _changed_of_file(one: Json) -> Line:
    bare = {**one, "form": "", "fields": dict.fromkeys(one["fields"])}
    return _changed(bare)


def _left_words(one: Json) -> str:
    return ". ".join([SINCE] * one["since"] + [DEVICE_HERE] * one["keeps"])


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
