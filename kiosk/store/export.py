"""Every event as CSV, streamed; cells that a spreadsheet would take for a formula are disarmed."""

import json
from collections.abc import Mapping
from typing import Any, TextIO

from defusedcsv import csv

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


def write_csv(snapshot: Snapshot, out: TextIO) -> int:
    """Write a header and a line an event, oldest first; how many events. Raises OSError."""
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    count = 0
    for document in all_documents(snapshot):
        writer.writerow([_cell(document, column) for column in COLUMNS])
        count += 1
    return count


def _cell(document: Mapping[str, Any], column: str) -> Any:
    value = document.get(column, "")
    return json.dumps(value, separators=(",", ":")) if isinstance(value, dict) else value
