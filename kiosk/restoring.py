"""Putting a record back from a backup: what has to be said in it, and who stays forgotten."""

import time
from collections.abc import Collection
from pathlib import Path

from kiosk.acts import Note
from kiosk.bootstrap import make_rules
from kiosk.clock import SystemClock
from kiosk.config import Config
from kiosk.core import Core
from kiosk.errors import RecordFault
from kiosk.events import CONSOLE, EventType
from kiosk.keys import Keys
from kiosk.messages.record import Restored
from kiosk.staff.acting import private_id
from kiosk.state.incidents import LEGAL_HOLD, WITHHELD
from kiosk.store import Store
from kiosk.store.restore import restore
from kiosk.store.snapshot import take_snapshot
from kiosk.store.tables import words_of
from kiosk.store.verify import all_documents
from kiosk.upkeep import Upkeep


def restore_record(config: Config, keys: Keys, file: Path) -> Path | None:
    """Put a backup in the place of the record; where the old one is kept. See ``restore``."""
    erased, legal = erased_people(config.kiosk.data), legal_rows(config.kiosk.data)

    def complete(folder: Path) -> None:
        """Say in the record that it was restored, and what is in doubt since; and forget those
        again who were forgotten after the backup was made."""
        store = Store(folder, kiosk=config.kiosk.id, keys=keys, reserve_bytes=0)
        try:
            core = Core(store, make_rules(config), SystemClock())
            facts = {"file": file.name, "through": core.standing.state.seq}
            core.take(Restored(CONSOLE, facts, legal))
            forget_again(core, erased)
        finally:
            store.close()

    return restore(file, config.kiosk.data, keys, config.kiosk.id, complete)


def erased_people(folder: Path) -> Collection[str]:
    """The ids of those who were forgotten, as far as the record in ``folder`` can be read."""
    try:
        with take_snapshot(folder) as snapshot:
            return {
                str(document.get("person"))
                for document in all_documents(snapshot)
                if document.get("type") == EventType.PERSON_ERASED
            }
    except RecordFault:
        return ()


def legal_rows(folder: Path) -> tuple[tuple[str, Note], ...]:
    """The legal holds of the record in ``folder``, as far as it can be read, each with the user
    who placed it; and what they keep back."""
    try:
        with take_snapshot(folder) as snapshot:
            rows = {
                note.id: note
                for note in words_of(snapshot.tables).values()
                if note.kind in (LEGAL_HOLD, WITHHELD)
            }
            actors = {
                private_id(document["seq"]): str(document["actor"]).removeprefix("user:")
                for document in (all_documents(snapshot) if rows else ())
                if document.get("type") == EventType.NOTED
            }
    except RecordFault:
        return ()
    return tuple((actors.get(id, CONSOLE), note) for id, note in rows.items())


def forget_again(core: Core, erased: Collection[str]) -> None:
    """Forget people whom a restored record still knows; one whose device is kept has to wait."""
    known = [person for person in erased if person in core.standing.roster.people]
    for person in known:
        core.take(core.erasure(CONSOLE, person))
    if known:
        Upkeep(core, time.monotonic).rotate_now()
