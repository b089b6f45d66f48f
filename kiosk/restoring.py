"""Putting a record back from a backup: what has to be said in it, and who stays forgotten."""

import time
from collections.abc import Collection
from pathlib import Path

from kiosk.bootstrap import make_rules
from kiosk.clock import SystemClock
from kiosk.config import Config
from kiosk.core import Core
from kiosk.errors import RecordFault
from kiosk.events import CONSOLE, EventType
from kiosk.keys import Keys
from kiosk.messages.commands import ErasePerson
from kiosk.messages.record import Restored
from kiosk.staff.acting import note_ids
from kiosk.store import Query, Store
from kiosk.store.restore import restore
from kiosk.store.snapshot import take_snapshot
from kiosk.store.verify import all_documents
from kiosk.upkeep import Upkeep


def restore_record(config: Config, keys: Keys, file: Path) -> Path | None:
    """Put a backup in the place of the record; where the old one is kept. See ``restore``."""
    erased = erased_people(config.kiosk.data)

    def complete(folder: Path) -> None:
        """Say in the record that it was restored, and what is in doubt since; and forget those
        again who were forgotten after the backup was made."""
        store = Store(folder, kiosk=config.kiosk.id, keys=keys, reserve_bytes=0)
        try:
            core = Core(store, make_rules(config), SystemClock())
            core.take(Restored(CONSOLE, {"file": file.name, "through": core.standing.state.seq}))
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


def forget_again(core: Core, erased: Collection[str]) -> None:
    """Forget people whom a restored record still knows; one whose device is kept has to wait."""
    known = [person for person in erased if person in core.standing.roster.people]
    for person in known:
        notes = note_ids(core.history.newest_first(Query(person=person)))
        core.take(ErasePerson(CONSOLE, person, tuple(notes)))
    if known:
        Upkeep(core, time.monotonic).rotate_now()
