"""The whole record as CSV, streamed out of a snapshot."""

from collections.abc import Iterator, Mapping
from typing import Any, TextIO

from kiosk.event_csv import csv_of_records
from kiosk.events import Event
from kiosk.policy.roles import Permission
from kiosk.store.snapshot import Snapshot
from kiosk.store.verify import all_documents


def write_csv(snapshot: Snapshot, out: TextIO, may_see: frozenset[Permission]) -> int:
    """Write a header and a line for each event that whoever has these permissions may be shown,
    oldest first; how many events there should be and are not, as their segment is damaged or
    missing. Raises OSError."""
    missed = snapshot.listed

    def events() -> Iterator[tuple[Event, Mapping[str, Any]]]:
        nonlocal missed
        for document in all_documents(snapshot):
            missed -= 1
            yield Event.from_record(document), document

    for line in csv_of_records(events(), may_see):
        out.write(line)
    return missed
