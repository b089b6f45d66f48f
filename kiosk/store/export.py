"""Every event as CSV, streamed; cells that a spreadsheet would take for a formula are disarmed."""

import json
from collections.abc import Mapping
from typing import Any, TextIO

from defusedcsv import csv

from kiosk.events import Event
from kiosk.policy.disclosure import as_seen
from kiosk.policy.roles import Permission
from kiosk.store.snapshot import Snapshot
from kiosk.store.verify import all_documents

COLUMNS = (
    "seq",
    "at",
    "trusted",
    "type",
    "actor",
    "person",
    "cubby",
    "granted",
    "reason",
    "cause",
    "deposit",
    "note",
    "data",
)


def write_csv(snapshot: Snapshot, out: TextIO, may_see: frozenset[Permission]) -> int:
    """Write a header and a line for each event that whoever has these permissions may be shown,
    oldest first; how many. Raises OSError."""
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    count = 0
    for document in all_documents(snapshot):
        event = as_seen(Event.from_record(document), may_see)
        if event is None:
            continue
        told = event.to_record()
        writer.writerow([_cell(told, column) for column in COLUMNS])
        count += 1
    return count


def _cell(document: Mapping[str, Any], column: str) -> Any:
    value = document.get(column, "")
    return json.dumps(value, separators=(",", ":")) if isinstance(value, dict) else value
