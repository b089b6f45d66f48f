"""Events as rows of a CSV file that is safe to open in a spreadsheet. No names are in it. Pure."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
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

_DATA = COLUMNS.index("data")

# A cell that may begin as a formula does; or text within one, which then costs a little time.
_SUSPECT = re.compile(r'(?:^|,)"?[@+\-=|%]')
_compact = json.JSONEncoder(separators=(",", ":")).encode


def csv_lines(events: Iterable[Event], may_see: frozenset[Permission]) -> Iterator[str]:
    """A header, and a line for each event that whoever has these permissions may be shown; cells
    that a spreadsheet would take for a formula are disarmed."""
    return csv_of_records(((event, event.to_record()) for event in events), may_see)


def csv_of_records(
    told: Iterable[tuple[Event, Mapping[str, Any]]], may_see: frozenset[Permission]
) -> Iterator[str]:
    """The same of events with their records, of which nearly all are told as they are."""
    line = _Line()
    yield line.of(COLUMNS)
    for event, record in told:
        seen = as_seen(event, may_see)
        if seen is None:
            continue
        if seen is not event:
            record = seen.to_record()
        cells = list(map(record.get, COLUMNS, repeat("")))
        if seen.data:
            cells[_DATA] = _compact(cells[_DATA])
        yield line.of(cells)


class _Line:
    """Cells as a line of text, one after another through the same writers.

    Nearly no line has anything to disarm, and to look at each cell would take as long as all the
    rest: a line is made plainly, and anew where it may.
    """

    def __init__(self) -> None:
        self._out = io.StringIO()
        self._plain = csv.writer(self._out, dialect=csv.excel)
        self._safe = safe_csv.writer(self._out, dialect=csv.excel)

    def of(self, cells: Sequence[Any]) -> str:
        text = self._written(self._plain, cells)
        return self._written(self._safe, cells) if _SUSPECT.search(text) else text

    def _written(self, writer: Any, cells: Sequence[Any]) -> str:
        writer.writerow(cells)
        text = self._out.getvalue()
        self._out.seek(0)
        self._out.truncate()
        return text
