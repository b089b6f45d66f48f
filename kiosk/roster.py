"""Rosters: a CSV file of people, checked whole, and compared with those on record. Pure."""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kiosk.errors import BadInput
from kiosk.messages import ImportRoster
from kiosk.model import Person

MAX_ROWS = 5000
MAX_BYTES = 2 * 1024 * 1024

# What school systems call each column, compared without case, spaces and points.
HEADERS: Mapping[str, tuple[str, ...]] = {
    "admission": ("admissionnumber", "admissionno", "admno", "adno", "admission", "identifier"),
    "forename": ("forename", "preferredforename", "firstname", "preferredname", "givenname"),
    "surname": ("surname", "lastname", "familyname", "legalsurname", "legallastname"),
    "form": ("form", "reg", "reggroup", "registrationgroup", "tutorgroup", "class"),
}
_SHORTENED = re.compile(r"\d[.,]?\d*E[+-]?\d+", re.IGNORECASE)
NEEDED = ("admission", "forename", "surname")


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person as the file has them."""

    admission: str
    forename: str
    surname: str
    form: str


def read_roster(data: bytes) -> tuple[RosterRow, ...]:
    """The people in a CSV file: UTF-8, UTF-16 or Windows-1252; comma, semicolon or tab.

    Its first line names the columns.

    Raises:
        BadInput: it cannot be used. Every fault is listed by row and column; nothing was changed.
    """
    rows = _rows(_text(data))
    if not rows:
        raise BadInput("the file is empty; its first line must name the columns")
    columns = _columns(rows[0])
    numbered = (
        (number, _row(columns, cells))
        for number, cells in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in cells)
    )
    return _checked(numbered, _too_wide(rows))


def roster_rows(records: Sequence[Mapping[str, str]]) -> tuple[RosterRow, ...]:
    """The people in rows that name their columns as ``RosterRow`` does; ``form`` may be missing.

    Raises:
        BadInput: they cannot be used, just as in a file. Rows count from 1.
    """
    if len(records) > MAX_ROWS:
        raise BadInput(f"there are {len(records)} rows; at most {MAX_ROWS} are taken")
    for number, record in enumerate(records, start=1):
        if unknown := sorted(record.keys() - HEADERS.keys()):
            raise BadInput(f"row {number}: there is no column {', '.join(unknown)}")
    rows = (
        RosterRow(**{field: record.get(field, "").strip() for field in HEADERS})
        for record in records
    )
    return _checked(enumerate(rows, start=1))


def _too_wide(rows: list[list[str]]) -> list[str]:
    """Rows with more cells than the header: one comma too many shifts everything behind it."""
    return [
        f"row {number}: has {len(cells)} cells, the first line {len(rows[0])}"
        for number, cells in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in cells[len(rows[0]) :])
    ]


def _checked(
    numbered: Iterable[tuple[int, RosterRow]], found: Sequence[str] = ()
) -> tuple[RosterRow, ...]:
    """The rows, if there is nothing wrong with any of them, nor was found before."""
    faults = list(found)
    people: dict[str, RosterRow] = {}
    for number, row in numbered:
        faults += [f"row {number}: {fault}" for fault in _row_faults(row, people)]
        people.setdefault(row.admission, row)
    if not people:
        faults.append("there is nobody in it")
    if faults:
        shown = faults[:50] + ([f"and {len(faults) - 50} more"] if len(faults) > 50 else [])
        raise BadInput("\n".join(["nothing was imported:", *(f"  {fault}" for fault in shown)]))
    return tuple(people.values())


def roster_changes(
    rows: Iterable[RosterRow],
    people: Mapping[str, Person],
    *,
    actor: str,
    new_id: Callable[[], str],
) -> ImportRoster:
    """What importing these rows would change. Nobody is removed: who is not in it stays."""
    known = {person.admission: person for person in people.values()}
    added: list[Person] = []
    changed: list[Person] = []
    for row in rows:
        before = known.get(row.admission)
        if before is None:
            added.append(Person(new_id(), row.admission, row.forename, row.surname, row.form))
            continue
        after = replace(
            before, forename=row.forename, surname=row.surname, form=row.form, leaver=False
        )
        if after != before:
            changed.append(after)
    return ImportRoster(actor, (*added, *changed), len(added), len(changed))


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise BadInput(f"the file is larger than {MAX_BYTES // 1024} KiB")
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return data.decode("utf-16", errors="replace")  # what Excel calls Unicode text
    if b"\0" in data:
        raise BadInput("this is no CSV file; save the sheet as CSV first")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _rows(text: str) -> list[list[str]]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as fault:
        raise BadInput(f"this is no CSV file: {fault}") from None
    if len(rows) > MAX_ROWS + 1:
        raise BadInput(f"the file has {len(rows) - 1} rows; at most {MAX_ROWS} are taken")
    return rows


def _columns(header: list[str]) -> dict[str, int]:
    names = ["".join(c for c in cell.casefold() if c.isalnum()) for cell in header]
    columns = {
        field: names.index(spelling)
        for field, spellings in HEADERS.items()
        for spelling in spellings[::-1]
        if spelling in names
    }
    missing = [field for field in NEEDED if field not in columns]
    if missing:
        raise BadInput(
            f"the first line must name the columns; missing: {', '.join(missing)}. "
            f"It has: {_printable(', '.join(header))}"
        )
    return columns


def _printable(text: str) -> str:
    """Safe to print, whatever the file was."""
    return "".join(c if c.isprintable() else "?" for c in text[:200])


def _row(columns: Mapping[str, int], cells: list[str]) -> RosterRow:
    def cell(field: str) -> str:
        column = columns.get(field)
        return cells[column].strip() if column is not None and column < len(cells) else ""

    return RosterRow(cell("admission"), cell("forename"), cell("surname"), cell("form"))


def _row_faults(row: RosterRow, seen: Mapping[str, RosterRow]) -> list[str]:
    faults = [f"{field} is empty" for field in NEEDED if not getattr(row, field)]
    faults += [
        f"{field} is longer than 60 characters"
        for field in ("admission", "forename", "surname", "form")
        if len(getattr(row, field)) > 60
    ]
    faults += [
        f"{field} holds a control character"
        for field in ("admission", "forename", "surname", "form")
        if not getattr(row, field).isprintable()
    ]
    if _SHORTENED.fullmatch(row.admission):
        faults.append(f"admission number {row.admission} was shortened by a spreadsheet")
    if row.admission and row.admission in seen:
        faults.append(f"admission number {row.admission} stands in the file twice")
    return faults
