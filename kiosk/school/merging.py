"""Term dates put into a school file, the rest of which stays as somebody wrote it. Pure.

A term that overlaps one of the new ones gives way to them, and so does a closed day of the same
date; comments and all other sections are kept. What was made is read again: if anything else would
differ, nothing is done.
"""

import re
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from kiosk.errors import BadInput
from kiosk.school.term_dates import TermDates
from kiosk.school.writing import dates_as_sections

_HEADER = re.compile(r"\s*\[{1,2}\s*[\w.\"'-]+\s*\]{1,2}\s*(#.*)?")
_OURS = re.compile(r"\s*\[\[\s*(terms|closures)\s*\]\]\s*(#.*)?")
_PARTS = ("terms", "closures")
_UNFIT = (
    "the school file is written so that term dates cannot be put into it: put them in yourself, "
    "as kiosk school dates prints them"
)


class _Block(NamedTuple):
    """Lines of a file: from ``begins`` up to ``ends``, which is not in it; one section of ours."""

    begins: int
    ends: int
    said: dict[str, Any]


def with_dates(text: str, dates: TermDates) -> str:
    """The school file with these terms and closed days in it.

    Raises:
        BadInput: there are none, the file is broken, or it cannot be done without more changing.
    """
    if not dates.terms and not dates.closures:
        raise BadInput("there are no term dates in it that say plainly what they are")
    before = _parsed(text)
    lines = text.splitlines(keepends=True)
    gone = [block for block in _blocks(lines) if _gives_way(block.said, dates)]
    new = dates_as_sections(TermDates(dates.terms, dates.closures, ()))
    place = gone[0].begins if gone else len(lines)
    for block in reversed(gone):
        del lines[block.begins : block.ends]
    rest = ["\n", *lines[place:]] if lines[place:] else []
    made = "".join([*_ended(lines[:place]), new, *rest])
    _check(before, _parsed(made), new, dates)
    return made


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise BadInput(_UNFIT) from None


def _ended(lines: list[str]) -> Iterator[str]:
    """The lines, and an empty one after them."""
    yield from lines
    if lines and not lines[-1].endswith("\n"):
        yield "\n"
    if lines and lines[-1].strip():
        yield "\n"


def _blocks(lines: list[str]) -> Iterator[_Block]:
    """Each section about a term or a closed day; a remark below it belongs to what follows."""
    heads = [n for n, line in enumerate(lines) if _HEADER.fullmatch(line.rstrip("\r\n"))]
    for begins, after in pairwise([*heads, len(lines)]):
        if not _OURS.fullmatch(lines[begins].rstrip("\r\n")):
            continue
        ends = after
        while ends > begins + 1 and _says_nothing(lines[ends - 1]):
            ends -= 1
        (said,) = next(iter(_parsed("".join(lines[begins:ends])).values()))
        yield _Block(begins, ends, said)


def _says_nothing(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _gives_way(said: dict[str, Any], dates: TermDates) -> bool:
    """Whether one of the new ones takes its place. Dates may be written as such or in quotes."""
    if "date" in said:
        return str(said["date"]) in {str(closure.date) for closure in dates.closures}
    first, last = str(said.get("first", "")), str(said.get("last", ""))
    return any(first <= str(term.last) and str(term.first) <= last for term in dates.terms)


def _check(before: dict[str, Any], after: dict[str, Any], new: str, dates: TermDates) -> None:
    """Raises BadInput if anything differs but that the new ones are there, and what gave way to
    them is not."""
    added = tomllib.loads(new)
    expected = {name: said for name, said in before.items() if name not in _PARTS}
    found = {name: said for name, said in after.items() if name not in _PARTS}
    for part in _PARTS:
        kept = [said for said in before.get(part, []) if not _gives_way(said, dates)]
        expected[part] = sorted([*kept, *added.get(part, [])], key=repr)
        found[part] = sorted(after.get(part, []), key=repr)
    if found != expected:
        raise BadInput(_UNFIT)
