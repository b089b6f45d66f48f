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
    line = _Line()
    yield line.of(COLUMNS)
    for event in events:
        seen = as_seen(event, may_see)
        if seen is not None:
            told = seen.to_record()
            yield line.of([_cell(told.get(column, "")) for column in COLUMNS])


class _Line:
    """Cells as a line of text, one after another through the same writer."""

    def __init__(self) -> None:
        self._out = io.StringIO()
        self._writer = safe_csv.writer(self._out, dialect=csv.excel)

    def of(self, cells: Iterable[Any]) -> str:
        self._writer.writerow(cells)
        text = self._out.getvalue()
        self._out.seek(0)
        self._out.truncate()
        return text


def _cell(value: Any) -> Any:
    return json.dumps(value, separators=(",", ":")) if isinstance(value, dict) else value
