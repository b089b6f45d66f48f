"""A list of people out of a file, checked whole: every fault told by row and column. Pure.

Bytes in, rows out: it can be run in a process of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter

from kiosk.errors import BadInput
from kiosk.roster.cells import tidy
from kiosk.roster.columns import HEADINGS, NEEDED, Heading, plain
from kiosk.roster.faults import Fault, refusal
from kiosk.roster.oneroster import USERS, is_oneroster, read_export
from kiosk.roster.rows import FIELDS, Raw, ReadCard, RosterRow, Terms, fields_of, read_row
from kiosk.roster.sources import archive_in, headed_table
from kiosk.roster.table import MAX_ROWS, Line, Table, text_of_cell, width


@dataclass(frozen=True, slots=True)
class RosterFile:
    """What a file says. ``rows``: those without fault. ``fields``: what of a person it speaks of.
    ``mentioned``: the admission numbers of the faulty rows. ``unnamed``: how many of those have
    none that can be read. ``notes``: what else its reader should know, in words."""

    rows: tuple[RosterRow, ...]
    fields: frozenset[str]
    faults: tuple[Fault, ...] = ()
    mentioned: frozenset[str] = frozenset()
    unnamed: int = 0
    notes: tuple[str, ...] = ()

    def check(self) -> None:
        """Raises BadInput, with every fault, if there is one."""
        if self.faults:
            raise refusal(self.faults)

    def check_whole_roll(self) -> None:
        """Raises BadInput: of some row nobody can say whose it is, so nobody can say who left."""
        if words := unnamed_words(self.unnamed):
            raise BadInput(words)


def unnamed_words(unnamed: int) -> str:
    """Why a file with so many rows of nobody knows whom is no whole roll; "" if it has none."""
    if not unnamed:
        return ""
    return (
        f"{unnamed} faulty rows have no admission number that can be read: who left cannot be told "
        "from such a file"
    )


def read_roster(
    data: bytes, *, today: date, read_card: ReadCard | None = None, keep_legal: bool = False
) -> RosterFile:
    """The people in a CSV file, a workbook (XLSX) or a OneRoster export.

    ``today``: a leaving date before it is past. ``read_card``: reads a card's number as this list
    spells it; None leaves cards alone. ``keep_legal``: take in legal names beside those in use.

    Raises:
        BadInput: it is no list of people at all. Faults of its rows come in the result.
    """
    terms = Terms(today, read_card, keep_legal)
    archive = archive_in(data)
    if archive is not None and is_oneroster(archive):
        export = read_export(archive, today)
        file = _read_table(export.table, export.heading, terms)
        return replace(file, notes=export.notes)
    return _read_table(*headed_table(data, archive, HEADINGS, NEEDED), terms)


def roster_rows(
    records: Sequence[Mapping[str, str]],
    *,
    today: date = date.min,
    read_card: ReadCard | None = None,
) -> tuple[RosterRow, ...]:
    """The people in rows of text that name their columns as ``RosterRow`` does; ``form`` and all
    that come after it may be missing. ``row`` says which row of a file it was, else they count
    from 1.

    Raises:
        BadInput: they cannot be used, just as in a file.
    """
    _check_count(len(records))
    for number, record in enumerate(records, start=1):
        if unknown := sorted(record.keys() - FIELDS - {"row"}):
            raise BadInput(f"row {number}: there is no column {', '.join(unknown)}")
    terms = Terms(today, read_card, keep_legal=True)
    numbered = [(row_number(record, n), record) for n, record in enumerate(records, start=1)]
    file = _read_rows(numbered, frozenset(), terms)
    file.check()
    return file.rows


def row_number(record: Mapping[str, str], default: int) -> int:
    """Where a row of text stood in its file, if it says so."""
    row = record.get("row", "")
    return int(row) if row.isascii() and row.isdecimal() and len(row) < 10 else default


def _check_count(count: int) -> None:
    if count > MAX_ROWS:
        raise BadInput(f"there are {count} rows; at most {MAX_ROWS} are taken")


def _read_table(table: Table, heading: Heading, terms: Terms) -> RosterFile:
    lines = table.lines[heading.last + 1 :]
    _check_count(len(lines))
    numbered = [(line.number, _raw(heading, line)) for line in lines]
    faults = [fault for line in lines for fault in _line_faults(table, heading, line)]
    return _read_rows(numbered, fields_of(heading.columns, terms), terms, faults, table.name)


def _raw(heading: Heading, line: Line) -> Raw:
    """The cells of ours; a short row is empty at its end."""
    count = len(line.cells)
    return {
        name: line.cells[place] if place < count else "" for name, place in heading.columns.items()
    }


def _line_faults(table: Table, heading: Heading, line: Line) -> list[Fault]:
    """One sign too many shifts all behind it; and reports repeat their headings on each page."""
    if table.shifts and width(line.cells) > heading.width:
        words = f"has {len(line.cells)} cells, the first line {heading.width}"
        return [Fault(line.number, words, "admission")]
    if heading.cells and tuple(plain(text_of_cell(c)) for c in line.cells) == heading.cells:
        return [Fault(line.number, "the headings stand here again: take the row out")]
    return []


def _read_rows(
    numbered: Sequence[tuple[int, Raw]],
    fields: frozenset[str],
    terms: Terms,
    found: Sequence[Fault] = (),
    name: str = "",
) -> RosterFile:
    if not numbered:
        raise BadInput("there is nobody in it")
    out = {fault.row for fault in found}
    results = [read_row(number, raw, terms) for number, raw in numbered if number not in out]
    faults = [*found, *(fault for _, row_faults in results for fault in row_faults)]
    nameless = {fault.row for fault in faults if fault.column == "admission"}
    admissions = [
        (number, tidy("admission", text_of_cell(raw.get("admission", ""))))
        for number, raw in numbered
        if number not in nameless | out
    ]
    rows = [row for row, _ in results if row is not None]
    faults += [*_same_number(admissions), *_shared(rows)]
    bad = {fault.row for fault in faults}
    return RosterFile(
        tuple(row for row in rows if row.row not in bad),
        fields,
        tuple(replace(fault, file=name) for fault in faults) if name == USERS else tuple(faults),
        frozenset(text for number, text in admissions if number in bad),
        len(nameless),
    )


def _same_number(admissions: Sequence[tuple[int, str]]) -> list[Fault]:
    """Numbers that stand there twice, or would, had a spreadsheet not taken zeros off. All such
    rows are at fault, as nobody knows which is right."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for number, text in admissions:
        groups.setdefault(text.lstrip("0") or text, []).append((number, text))
    return [
        Fault(number, _same_words(text, group), "admission")
        for group in groups.values()
        if len(group) > 1
        for number, text in group
    ]


def _same_words(text: str, group: Sequence[tuple[int, str]]) -> str:
    others = sorted({other for _, other in group} - {text})
    if others and sum(other == text for _, other in group) == 1:
        return f"admission number {text} differs from {others[0]} by zeros only ({_rows(group)})"
    return f"admission number {text} stands in the file twice ({_rows(group)})"


def _rows(group: Sequence[tuple[int, object]]) -> str:
    numbers = [str(number) for number, _ in group]
    return f"rows {', '.join(numbers[:5])}{' and more' if len(numbers) > 5 else ''}"


def _shared(rows: Sequence[RosterRow]) -> list[Fault]:
    """What one person has, and two of the list share: a card, a UPN. Neither is quoted."""
    faults = []
    for column, value_of in (("upn", attrgetter("upn")), ("card", attrgetter("number"))):
        groups: dict[object, list[tuple[int, object]]] = {}
        for row in rows:
            if value := value_of(row):
                groups.setdefault(value, []).append((row.row, value))
        faults += [
            Fault(number, f"{column} stands in the file twice ({_rows(group)})", column)
            for group in groups.values()
            if len(group) > 1
            for number, _ in group
        ]
    return faults
