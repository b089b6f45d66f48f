"""Moving the events of the open file into history, and writing the open file anew without them."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

from kiosk.events import EventType
from kiosk.journal import System
from kiosk.journal.changes import Tables, dumps
from kiosk.journal.rewrite import Rewrite
from kiosk.journal.segment import Record, Written, write_segment
from kiosk.model import PersonKind
from kiosk.retention import SegmentRow, Series, series_in
from kiosk.state import (
    State,
)
from kiosk.store.checkpoint import to_rows
from kiosk.store.history import tags
from kiosk.store.tables import CHECKPOINT, EVENTS, PEOPLE, SEGMENTS, segments_of


class Rotation:
    """One rotation under way: ``write`` may run in any thread, while the store goes on.

    ``tables`` are the tables of the open file as they were when it began; ``state`` is the fold of
    all the events in them. Nothing that it writes counts until the store finishes it: a stop at
    any moment leaves segments that nobody refers to.
    """

    def __init__(self, tables: Tables, state: State, folder: Path, system: System) -> None:
        self.through = state.seq
        self.state = state
        self.segments = segments_of(tables)
        self.rewrite: Rewrite | None = None
        self._events = tables.get(EVENTS, {})
        people = tables.get(PEOPLE, {}).values()
        self._visitors = {one["id"] for one in people if one.get("kind") == PersonKind.VISITOR}
        self._folder = folder
        self._made: list[SegmentRow] = []
        self._system = system
        self.tables: Tables = {
            **{name: dict(rows) for name, rows in tables.items()},
            EVENTS: {},
            CHECKPOINT: to_rows(state),
        }

    def write(self) -> None:
        """Write the segments and the new open file, durably. Raises OSError."""
        if self.rewrite is None:
            raise RuntimeError("a rotation writes into a rewrite that was begun")
        kept = [row for row in self.segments if not self._is_gone(row)]
        for series, rows in self._runs():
            self._made.append(self._write(series, rows))
        self.segments = tuple(sorted([*kept, *self._made], key=lambda r: (r.first, r.series)))
        self.tables[SEGMENTS] = {row.key: asdict(row) for row in self.segments}
        self.rewrite.write()

    def discard(self) -> None:
        """Remove the segments made, which nobody refers to. Raises OSError."""
        for row in self._made:
            self._system.unlink(str(self._folder / row.file_name))
        self._made = []

    def facts(self) -> dict[str, Any]:
        """What the ``rotated`` event says: enough to find any later change to these files."""
        if self.rewrite is None:
            raise RuntimeError("the rotation was not written")
        return {
            "through": self.through,
            "segments": [[r.series.value, r.first, r.last, r.count, r.sha256] for r in self._made],
            "tables": {"lines": self.rewrite.lines, "sha256": self.rewrite.sha256},
        }

    def _runs(self) -> Iterator[tuple[Series, list[Mapping[str, Any]]]]:
        """What becomes a segment each: the events of one series and one day. After the holidays
        the days before them are as old as they are, whatever came since."""
        for series, documents in self._by_series().items():
            for _, run in groupby(documents, key=lambda document: str(document["at"])[:10]):
                yield series, list(run)

    def _by_series(self) -> dict[Series, list[Mapping[str, Any]]]:
        divided: dict[Series, list[Mapping[str, Any]]] = {series: [] for series in Series}
        before: Mapping[str, Any] = {}
        for document in sorted(self._events.values(), key=lambda document: document["seq"]):
            type, person = EventType(document["type"]), document.get("person")
            series = divided[series_in(type, person, self._visitors)]
            series.append(_linked(document, before, series[-1] if series else {}))
            before = document
        return divided

    def _write(self, series: Series, documents: list[Mapping[str, Any]]) -> SegmentRow:
        first, last = documents[0]["seq"], documents[-1]["seq"]
        times = [document["at"] for document in documents]

        def row(written: Written) -> SegmentRow:
            parts = (written.count, written.size, written.sha256)
            return SegmentRow(series, first, last, *parts, min(times), max(times))

        folder = str(self._folder)
        records = _records(documents)
        return row(write_segment(folder, records, lambda w: row(w).file_name, self._system))

    def _is_gone(self, row: SegmentRow) -> bool:
        return row.is_dropped and not (self._folder / row.file_name).exists()


def _linked(
    document: Mapping[str, Any], before: Mapping[str, Any], in_series: Mapping[str, Any]
) -> Mapping[str, Any]:
    """With the seal before it, unless the event before it stands just before it in its series."""
    if "link" in document or in_series.get("seq") == document["seq"] - 1:
        return document
    return {**document, "link": before.get("seal", "")}


def _records(documents: list[Mapping[str, Any]]) -> Iterator[Record]:
    for document in documents:
        yield Record(document["seq"], dumps(document).encode("ascii"), tuple(tags(document)))
