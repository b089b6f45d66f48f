"""Who was forgotten stays so, also when an older record is put back."""

from collections.abc import Collection
from pathlib import Path

from kiosk.errors import RecordFault
from kiosk.events import EventType
from kiosk.store.snapshot import take_snapshot
from kiosk.store.verify import all_documents


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
