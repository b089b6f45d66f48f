"""The record: events and tables in one journal. With the journal, the only user of TinyDB."""

import hmac
import json
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tinydb.table import Document

from kiosk.acts import Note, Row
from kiosk.errors import AlreadyRunning, ConfigError, RecordFault
from kiosk.events import Event
from kiosk.journal import Damaged, InUse, JournalDB, WriteFailed
from kiosk.keys import Keys
from kiosk.model import CardStatus, Credential, Person, Roster, User

EVENTS = "events"
PEOPLE = "people"
CREDENTIALS = "credentials"
USERS = "users"
NOTES = "notes"
ABOUT = "about"
FILE_NAME = "current.journal"

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


class Store:
    """The record of one kiosk. One owner thread; an append is durable on return.

    The chain key seals each event to the one before (HMAC-SHA256, 128 bits), so that a change
    after the fact is found by ``first_broken``.
    """

    def __init__(self, folder: Path, *, kiosk: str, keys: Keys) -> None:
        """Open or begin the record in ``folder``.

        Raises:
            AlreadyRunning: another process has it open.
            ConfigError: it was made with other keys.
            RecordFault: it is damaged, or cannot be read.
        """
        self._kiosk = kiosk
        self._key = keys.chain
        self._fingerprints = keys.fingerprints()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._db = JournalDB(folder / FILE_NAME)
        except InUse:
            raise AlreadyRunning(f"{folder} is in use: another kiosk has its record open") from None
        except (Damaged, OSError) as fault:
            raise RecordFault(str(fault)) from fault
        self._check_keys(folder)
        self._seal = self._last_seal()

    @property
    def set_aside(self) -> str:
        """What opening set aside of a torn tail, in words; "" when the file was whole."""
        recovered = self._db.recovered
        if recovered is None:
            return ""
        return f"{recovered.size} bytes of a torn line were set aside in {recovered.side_file}"

    def append(self, events: Sequence[Event], rows: Sequence[Row] = ()) -> None:
        """Write events and rows in one line, durable on return.

        Raises:
            RecordFault: it could not be written; nothing of it is on record.
        """
        seal = self._seal
        documents = []
        for event in events:
            record = event.to_record(self._kiosk)
            seal = self._sealed(seal, record)
            documents.append({**record, "seal": seal})
        try:
            with self._db.transaction():
                if documents:
                    self._db.table(EVENTS).insert_multiple(documents)
                if not len(self._db.table(ABOUT)):
                    self._db.table(ABOUT).insert(self._fingerprints)
                for row in rows:
                    table, document = _to_document(row)
                    self._db.table(table).upsert(document)
        except WriteFailed as fault:
            raise RecordFault(
                f"the record cannot be written: {fault}", is_broken=fault.broken
            ) from fault
        self._seal = seal

    def events(self) -> Iterator[Event]:
        """Every event, oldest first.

        Raises:
            RecordFault: one is of a type that this version does not know. It is not guessed at.
        """
        for document in self._db.table(EVENTS):
            try:
                yield Event.from_record(document)
            except (ValueError, KeyError) as fault:
                seq = document.get("seq")
                raise RecordFault(f"event {seq} is of another version: {fault}") from fault

    def roster(self) -> Roster:
        """Everybody on record, and their cards."""
        tables = [self._db.table(name) for name in (PEOPLE, CREDENTIALS, USERS)]
        people = [Person(**row) for row in tables[0]]
        cards = [Credential(**{**row, "status": CardStatus(row["status"])}) for row in tables[1]]
        users = [User(**{**row, "roles": tuple(row["roles"])}) for row in tables[2]]
        return Roster(
            {person.id: person for person in people},
            {card.key: card for card in cards},
            {user.id: user for user in users},
        )

    def notes(self) -> dict[str, str]:
        """The words of every note, by id."""
        return {row["id"]: row["text"] for row in self._db.table(NOTES)}

    def first_broken(self) -> int | None:
        """The seq of the first event that was changed, or that follows a gap; None: all sound."""
        seal, seq = "", 0
        for document in self._db.table(EVENTS):
            record = {k: v for k, v in document.items() if k != "seal"}
            seal, seq = self._sealed(seal, record), seq + 1
            if not hmac.compare_digest(seal, document.get("seal", "")) or record["seq"] != seq:
                return seq
        return None

    def close(self) -> None:
        """Let go of the file; everything in it is durable already."""
        self._db.close()

    def _check_keys(self, folder: Path) -> None:
        """With another key every card would be unknown, and every event look tampered with."""
        made_with = next(iter(self._db.table(ABOUT)), self._fingerprints)
        others = [name for name, mark in self._fingerprints.items() if made_with.get(name) != mark]
        if others:
            self._db.close()
            faults = [f"{name} is not the key that this record was made with" for name in others]
            raise ConfigError(str(folder), faults)

    def _sealed(self, before: str, record: dict[str, Any]) -> str:
        text = _CANONICAL.encode(record)
        # In one call: a tap seals two events, and an HMAC object costs ten times as much.
        return hmac.digest(self._key, (before + text).encode(), "sha256")[:16].hex()

    def _last_seal(self) -> str:
        last = deque(self._db.table(EVENTS), maxlen=1)
        return str(last[0]["seal"]) if last else ""


def _to_document(row: Row) -> tuple[str, Document]:
    match row:
        case Person():
            return PEOPLE, Document(asdict(row), _document_id(row.id))
        case Credential():
            return CREDENTIALS, Document(asdict(row), _document_id(row.key))
        case User():
            return USERS, Document(asdict(row), _document_id(row.id))
        case Note():
            return NOTES, Document(asdict(row), _document_id(row.id))


def _document_id(id: str) -> int:
    """Ids are hex, made at random or by HMAC: as numbers they are TinyDB's own document ids, so
    that a row is found and replaced without a search."""
    return int(id, 16)
