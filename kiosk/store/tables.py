"""The tables of the record: their names, and how values become rows and rows values."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from kiosk.acts import Forget, Note, Row, SchoolFile
from kiosk.errors import RecordFault
from kiosk.events import Event
from kiosk.journal.changes import RowChange, Tables
from kiosk.model import CardStatus, Credential, Person, Roster, Token, User
from kiosk.retention import SegmentRow, Series
from kiosk.roster.undo import Imported

FILE_NAME = "current.journal"
SCHEMA = 2

EVENTS = "events"
PEOPLE = "people"
CREDENTIALS = "credentials"
USERS = "users"
TOKENS = "tokens"
NOTES = "notes"
ABOUT = "about"
SEGMENTS = "segments"
SCHOOL = "school"
CHECKPOINT = "checkpoint"
IMPORTS = "imports"

ABOUT_ROW = "1"
_TABLE_OF = {
    Person: PEOPLE,
    Credential: CREDENTIALS,
    User: USERS,
    Token: TOKENS,
    Note: NOTES,
    Imported: IMPORTS,
}


def row_changes(rows: Sequence[Row]) -> dict[str, RowChange]:
    """What the rows change, by table."""
    changes: dict[str, RowChange] = {}
    for row in rows:
        if isinstance(row, Forget):
            change = changes.setdefault(_TABLE_OF[row.kind], RowChange())
            change.setdefault("remove", []).append(_document_key(row.id))
        elif isinstance(row, SchoolFile):
            table = changes.setdefault(SCHOOL, RowChange())
            table.setdefault("set", {})[str(row.version)] = asdict(row)
        elif isinstance(row, SegmentRow):
            changes.setdefault(SEGMENTS, RowChange()).setdefault("set", {})[row.key] = asdict(row)
        else:
            id = row.key if isinstance(row, Credential) else row.id
            table = changes.setdefault(_TABLE_OF[type(row)], RowChange())
            table.setdefault("set", {})[_document_key(id)] = _plain(asdict(row))
    return changes


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """As JSON has it."""
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in row.items()}


def _document_key(id: str) -> str:
    """Ids are hex, made at random or by HMAC: as numbers they are TinyDB's own document ids, so
    that a row is found and replaced without a search."""
    return str(int(id, 16))


def roster_of(tables: Tables) -> Roster:
    """Everybody on record, their cards, and the tokens of programs."""
    people = _values(tables, PEOPLE, Person.from_row)
    cards = _values(tables, CREDENTIALS, _credential)
    users = _values(tables, USERS, User.from_row)
    tokens = _values(tables, TOKENS, Token.from_row)
    return Roster(
        {person.id: person for person in people},
        {card.key: card for card in cards},
        {user.id: user for user in users},
        {token.id: token for token in tokens},
    )


def _credential(row: Mapping[str, Any]) -> Credential:
    times = {name: row.get(name) for name in ("valid_from", "valid_until")}
    return Credential(
        **{
            **row,
            "status": CardStatus(row["status"]),
            **{n: datetime.fromisoformat(at) if at else None for n, at in times.items()},
        }
    )


def words_of(tables: Tables) -> dict[str, Note]:
    """Every note, by id: those that whoever sees its event may read, and those with a kind."""
    return {row["id"]: Note(**row) for row in tables.get(NOTES, {}).values()}


def schools_of(tables: Tables) -> dict[int, SchoolFile]:
    """Every version of the school's rules, by its number."""
    files = [SchoolFile(**row) for row in tables.get(SCHOOL, {}).values()]
    return {file.version: file for file in sorted(files, key=lambda file: file.version)}


def imported_of(tables: Tables) -> Imported | None:
    """What the last import replaced, while it can be taken back."""
    return next(iter(_values(tables, IMPORTS, Imported.from_row)), None)


def events_in(tables: Tables) -> Iterator[Event]:
    """The events of the open file, oldest first. Raises RecordFault: one is of another version."""
    for document in sorted(tables.get(EVENTS, {}).values(), key=lambda row: row.get("seq", 0)):
        try:
            yield Event.from_record(document)
        except (ValueError, KeyError) as fault:
            seq = document.get("seq")
            raise RecordFault(f"event {seq} is of another version: {fault}") from fault


def segments_of(tables: Tables) -> tuple[SegmentRow, ...]:
    """Every segment, by its first number."""
    rows = _values(tables, SEGMENTS, _segment)
    return tuple(sorted(rows, key=lambda row: (row.first, row.series)))


def _segment(row: Mapping[str, Any]) -> SegmentRow:
    return SegmentRow(**{**row, "series": Series(row["series"])})


def about_of(tables: Tables) -> Mapping[str, Any]:
    """What the record says of itself; empty for one that was just begun."""
    about: Mapping[str, Any] = tables.get(ABOUT, {}).get(ABOUT_ROW, {})
    return about


def _values(tables: Tables, name: str, make: Callable[[Mapping[str, Any]], Any]) -> list[Any]:
    return [make(row) for row in tables.get(name, {}).values()]
