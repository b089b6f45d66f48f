"""The whole record as CSV, streamed out of a snapshot."""

from typing import TextIO

from kiosk.event_csv import csv_lines
from kiosk.events import Event
from kiosk.policy.roles import Permission
from kiosk.store.snapshot import Snapshot
from kiosk.store.verify import all_documents


def write_csv(snapshot: Snapshot, out: TextIO, may_see: frozenset[Permission]) -> int:
    """Write a header and a line for each event that whoever has these permissions may be shown,
    oldest first; how many. Raises OSError."""
    events = map(Event.from_record, all_documents(snapshot))
    return sum(1 for line in csv_lines(events, may_see) if out.write(line)) - 1
