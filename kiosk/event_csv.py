"""Events as rows of a CSV file that is safe to open in a spreadsheet. No names are in it. Pure."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from defusedcsv import csv as safe_csv

from kiosk.events import Event
from kiosk.policy.disclosure import as_seen
from kiosk.policy.roles import Permission

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


def csv_lines(events: Iterable[Event], may_see: frozenset[Permission]) -> Iterator[str]:
    """A header, and a line for each event that whoever has these permissions may be shown; cells
    that a spreadsheet would take for a formula are disarmed."""
    yield _line(COLUMNS)
    for event in events:
        seen = as_seen(event, may_see)
        if seen is not None:
            told = seen.to_record()
            yield _line([_cell(told.get(column, "")) for column in COLUMNS])


def _line(cells: Iterable[Any]) -> str:
    out = io.StringIO()
    safe_csv.writer(out, dialect=csv.excel).writerow(list(cells))
    return out.getvalue()


def _cell(value: Any) -> Any:
    return json.dumps(value, separators=(",", ":")) if isinstance(value, dict) else value
