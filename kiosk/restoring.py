"""Putting a record back from a backup: what has to be said in it, and who stays forgotten.

One that was sent to the pages at the first run waits beside the record for the next start: nobody
owns the record then.
"""

import logging
import time
from collections.abc import Collection
from pathlib import Path

from kiosk.acts import Note
from kiosk.bootstrap import make_rules, open_keys
from kiosk.clock import SystemClock
from kiosk.config import Config
from kiosk.core import Core
from kiosk.errors import AlreadyRunning, BadInput, ConfigError, KioskError, RecordFault
from kiosk.events import CONSOLE, EventType
from kiosk.keys import Keys
from kiosk.messages.record import Restored
from kiosk.rights import is_blank
from kiosk.staff.acting import private_id
from kiosk.state.incidents import LEGAL_HOLD, WITHHELD
from kiosk.store import Store
from kiosk.store.folder import REFUSED, WAITING
from kiosk.store.restore import restore
from kiosk.store.snapshot import take_snapshot
from kiosk.store.tables import FILE_NAME, roster_of, words_of
from kiosk.store.verify import all_documents
from kiosk.upkeep import Upkeep

log = logging.getLogger(__name__)

NOT_BLANK = "somebody is on record here already: put it back on the machine itself"


def restore_waiting(config: Config) -> None:
    """Put back the backup that waits, if one does and nobody is on record yet. It is verified once
    more, whole, before anything is replaced. What keeps it from being put back is in the log, and
    on the page of the first run.

    Raises:
        AlreadyRunning: a daemon has the record open; the backup waits on.
    """
    waiting, refused = config.kiosk.data / WAITING, config.kiosk.data / REFUSED
    if not waiting.exists():
        return
    try:
        _check_blank(config.kiosk.data)
        restore_record(config, open_keys(config, for_restore=True), waiting, fits=True)
    except AlreadyRunning:
        raise
    except (KioskError, OSError) as fault:
        why = "; ".join(fault.faults) if isinstance(fault, ConfigError) else str(fault)
        why = why.replace(f"{waiting}: ", "")
        log.error("the backup that was sent at the first run was not put back: %s", why)
        refused.write_text(why, encoding="utf-8")
    else:
        log.info("the backup that was sent at the first run was put back")
        refused.unlink(missing_ok=True)
    waiting.unlink()


def _check_blank(folder: Path) -> None:
    """Raises BadInput: somebody is on record; RecordFault: nobody can tell."""
    if not (folder / FILE_NAME).exists():
        return
    with take_snapshot(folder) as snapshot:
        if not is_blank(roster_of(snapshot.tables)):
            raise BadInput(NOT_BLANK)


def _check_fits(core: Core) -> None:
    """A kiosk with other cubbies than those of its record does not start. Raises BadInput."""
    lost = sorted(core.standing.state.in_cubby.keys() - core.rules.cubbies.keys())
    if lost:
        raise BadInput(
            f"a device is in its cubby {lost[0]}, and the cabinet of the config has no such cubby"
        )


def restore_record(config: Config, keys: Keys, file: Path, *, fits: bool = False) -> Path | None:
    """Put a backup in the place of the record; where the old one is kept. See ``restore``.
    ``fits``: only one that a kiosk with this config can start with."""
    erased, legal = erased_people(config.kiosk.data), legal_rows(config.kiosk.data)

    def complete(folder: Path) -> None:
        """Say in the record that it was restored, and what is in doubt since; and forget those
        again who were forgotten after the backup was made."""
        store = Store(folder, kiosk=config.kiosk.id, keys=keys, reserve_bytes=0)
        try:
            core = Core(store, make_rules(config), SystemClock())
            if fits:
                _check_fits(core)
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
