"""On which line of a TOML file a fault is, and why a file is no TOML, in words. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from math import inf

_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]")
_KEY = re.compile(r"\s*([\w-]+)\s*=")
_OF_TOML = re.compile(r"\(at line (\d+),")
_ON_LINE = re.compile(r"Line (\d+): ")
_BETWEEN = re.compile(r"[., ]+")

_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_DATE = re.compile(r"(?<![\d-])\d{4}-\d{1,2}-\d{1,2}(?![\d-])|(?<!\d)\d{1,2}[/.]\d{1,2}[/.]\d{2,4}")
_TIME = re.compile(r"(?<![\d:T])\d{1,2}[:.]\d{2}(?![\d:.])")
_CURLY = re.compile("[“”„‘’]")
_ADDRESS = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")
_CLOCK = re.compile(r"(?<![\d:T])\d{1,2}:\d{2}(?![\d:])")
_BARE = re.compile(r"=\s*(?!true\b|false\b|inf\b|nan\b)([^\W\d_]\w*)")

_CURLY_WORDS = '{0} is a curly quote: write a straight one, "'
_BARE_WORDS = '{0} stands without quotes: write "{0}"'
_IN_A_CONFIG = (
    (_CURLY, _CURLY_WORDS),
    (_ADDRESS, _BARE_WORDS),
    (_CLOCK, '{0} is no time: write one as "08:20", in quotes'),
    (_BARE, _BARE_WORDS),
)


def with_its_line(fault: str, text: str, keys: Sequence[str | int] = ()) -> str:
    """A fault of a file, with the line that it is on, where that can be told: by the ``keys`` down
    to it, where a number counts the tables of a list from 0; else by those that it begins with."""
    path = [str(key + 1) if isinstance(key, int) else key for key in keys]
    said = None if keys else _OF_TOML.search(fault)
    line = int(said[1]) if said else _line_of(path or _BETWEEN.split(fault.partition(":")[0]), text)
    return f"Line {line}: {fault}" if line else fault


def by_line(faults: Iterable[str]) -> list[str]:
    """Faults with their lines, from the top of the file down; last those without."""

    def line(fault: str) -> float:
        said = _ON_LINE.match(fault)
        return int(said[1]) if said else inf

    return sorted(faults, key=line)


def _line_of(path: list[str], text: str) -> int | None:
    """The line of the deepest part of the path that the text has, from 1; None for none of it."""
    best, found = 0, None
    for number, place in _places(text):
        depth = len(place)
        if depth > best and path[:depth] == place:
            best, found = depth, number
    return found


def _places(text: str) -> Iterator[tuple[int, list[str]]]:
    """Every table and every key of it, as (line, path); tables of a list are counted from 1."""
    counts: dict[str, int] = {}
    table: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            name = header[2]
            table = name.split(".")
            if header[1] == "[[":
                counts[name] = counts.get(name, 0) + 1
                table = [*table, str(counts[name])]
            yield number, table
        elif key := _KEY.match(line):
            yield number, [*table, key[1]]


def why_no_toml(fault: str, text: str) -> list[str]:
    """Why a text is no TOML: every value that is written otherwise than here, by its line; and what
    the reader stumbled over (``fault``), unless that is said by then."""
    odd = [f"Line {number}: {words}" for number, words in _oddities(text)]
    said = _OF_TOML.search(fault)
    if said and any(each.startswith(f"Line {said[1]}:") for each in odd):
        return by_line(odd)
    return by_line([*odd, with_its_line(f"this is no TOML: {fault}", text)])


def why_no_config(fault: str, text: str) -> list[str]:
    """The same of a config, which has addresses and decimals where a school file has dates and
    times: of the line that the reader stumbled over, and of no other."""
    said = _OF_TOML.search(fault)
    lines = text.splitlines()
    number = int(said[1]) if said else 0
    if 0 < number <= len(lines):
        bare = _QUOTED.sub('""', lines[number - 1]).partition("#")[0]
        for pattern, words in _IN_A_CONFIG:
            if found := pattern.search(bare):
                return [f"Line {number}: {words.format(found[found.lastindex or 0])}"]
    return [with_its_line(f"this is no TOML: {fault}", text)]


def _oddities(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        bare = _QUOTED.sub('""', line).partition("#")[0]
        for found in _DATE.finditer(bare):
            if not _is_date(found[0]):
                yield number, f"{found[0]} is no date: write one as 2026-09-01"
        for found in _TIME.finditer(_DATE.sub("", bare)):
            yield number, f'{found[0]} is no time: write one as "08:20", in quotes'
        if curly := _CURLY.search(bare):
            yield number, _CURLY_WORDS.format(curly[0])
        elif word := _BARE.search(bare):
            yield number, _BARE_WORDS.format(word[1])


def _is_date(written: str) -> bool:
    try:
        return len(written) == len("2026-09-01") and bool(date.fromisoformat(written))
    except ValueError:
        return False
