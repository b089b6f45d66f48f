"""Versions of the record's tables, and how one is brought to the next.

1: every event in the open file, no history. 2: segments of history, a checkpoint of the fold, one
row that says what the record is, under the id 1.
"""

from collections.abc import Callable, Mapping

from kiosk.errors import RecordFault
from kiosk.journal import JournalStorage, WriteFailed
from kiosk.journal.changes import Tables
from kiosk.store.tables import ABOUT, ABOUT_ROW, SCHEMA, about_of


def migrate(storage: JournalStorage) -> None:
    """Bring a record to this version's schema: in a new file that takes the old one's name, so
    that a stop at any moment leaves the one or the other.

    Raises:
        RecordFault: a later version wrote it, or it could not be written.
    """
    tables = {name: dict(storage.rows(name) or {}) for name in storage.names()}
    if not tables.get(ABOUT):
        return
    version = about_of(tables).get("schema", 1)
    if version > SCHEMA:
        raise RecordFault(
            f"the record is of schema {version}, and this software knows up to {SCHEMA}: "
            "use the software that wrote it, or a later one"
        )
    if version == SCHEMA:
        return
    for step in range(version, SCHEMA):
        tables = _STEPS[step](tables)
    try:
        rewrite = storage.begin_rewrite(tables)
        rewrite.write()
        storage.finish_rewrite(rewrite)
    except (OSError, WriteFailed) as fault:
        storage.give_up_rewrite()
        raise RecordFault(f"the record could not be brought to this version: {fault}") from fault


def _to_2(tables: Tables) -> Tables:
    (about,) = tables[ABOUT].values()
    about = {**about, "schema": 2}
    return {**tables, ABOUT: {ABOUT_ROW: about}}


_STEPS: Mapping[int, Callable[[Tables], Tables]] = {1: _to_2}
