"""Sections of the school file as somebody would have typed them. Pure."""

import json
from collections.abc import Iterator

from kiosk.school.sections import ClosureSection, TermSection
from kiosk.school.term_dates import TermDates


def dates_as_sections(dates: TermDates) -> str:
    """Term dates as they stand in a school file; what was left out of them stands below, as
    remarks, so that somebody types it or not."""
    parts = [*map(_term, dates.terms), *map(_closure, dates.closures)]
    parts += [f"# Left out: {words}" for words in dates.not_understood]
    return "\n\n".join(parts) + "\n"


def _term(term: TermSection) -> str:
    return "\n".join(_lines_of(term))


def _lines_of(term: TermSection) -> Iterator[str]:
    yield "[[terms]]"
    yield f"name = {_quoted(term.name)}"
    yield f"first = {term.first}"
    yield f"last = {term.last}"
    if term.half_term:
        yield "half_term = [{}, {}]".format(*term.half_term)
    if term.inset:
        yield f"inset = [{', '.join(map(str, term.inset))}]"


def _closure(closure: ClosureSection) -> str:
    return f"[[closures]]\ndate = {closure.date}\nreason = {_quoted(closure.reason)}"


def _quoted(name: str) -> str:
    """A text in quotes: of what can stand in one, JSON and TOML say the same."""
    return json.dumps(name, ensure_ascii=False)
