"""One durable insert of one event, in the record's storage and in others, as they fill."""

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import chain
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.figure import (
    Effort,
    Figure,
    Report,
    Run,
    Timing,
    interleaved,
    median_ratio,
)
from benchmarks.storages import Caching, Floor, Journal, Json, Sqlite, Storage

JOURNAL = "JournalDB"
SQLITE = "SQLite, WAL, synchronous=FULL"
FLOOR = "append + fdatasync (the floor)"
JSON = "TinyDB, JSONStorage"
CACHING = "TinyDB, CachingMiddleware (not durable)"
NAMES = (JOURNAL, SQLITE, FLOOR, JSON, CACHING)

# TinyDB's own storages go over every row for each insert: with a million, seconds and 250 MB.
MOST_ROWS = {JSON: 100_000, CACHING: 100_000}
_ROWS_GONE_OVER = 50_000

FLOOR_BUDGET = 1.5
SQLITE_BUDGET = 1.0
GROWTH_BUDGET = 1.1
ROWS_PER_FACTOR = 100  # at 100,000 rows JSONStorage takes 1,000 times as long at the least


class Race(NamedTuple):
    """How the storages did with ``rows`` stored already."""

    rows: int
    runs: list[Run]
    timings: list[Timing]


def measure(effort: Effort) -> Report:
    """Medians and p99s at each size, and the ratios that have a budget."""
    # In this folder, not in /tmp: that may be memory, where a sync costs nothing.
    with TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as directory:
        folder = Path(directory)
        races = [_race(folder, rows, effort) for rows in effort.sizes]
        growth = _growth(folder, effort)
    figures = [figure for race in races for figure in _figures(race)]
    timings = chain.from_iterable(race.timings for race in races)
    return Report([*figures, growth, *_advantages(races)], list(timings))


def _race(folder: Path, rows: int, effort: Effort) -> Race:
    with _quick_ones(folder, rows) as storages:
        runs = _timed(storages, folder, effort)
        timings = _timings(storages, rows, runs)
    turns = max(3, min(effort.rounds, _ROWS_GONE_OVER // rows))
    for name, kind in ((JSON, Json), (CACHING, Caching)):
        if rows <= MOST_ROWS[name]:
            with closing(kind(folder, rows)) as slow:
                only = {name: slow}
                slow_runs = _timed(only, folder, effort._replace(runs=1, rounds=turns))
                timings += _timings(only, rows, slow_runs)
    return Race(rows, runs, timings)


@contextmanager
def _quick_ones(folder: Path, rows: int) -> Iterator[dict[str, Storage]]:
    with ExitStack() as stack:
        journal = stack.enter_context(closing(Journal(folder, rows)))
        sqlite = stack.enter_context(closing(Sqlite(folder, rows)))
        floor = stack.enter_context(closing(Floor(folder, rows, journal.line)))
        yield {JOURNAL: journal, SQLITE: sqlite, FLOOR: floor}


def _timed(storages: Mapping[str, Storage], folder: Path, effort: Effort) -> list[Run]:
    for path in folder.iterdir():
        _sync(path)  # what was filled in is not to be written back meanwhile
    return interleaved({name: storage.insert for name, storage in storages.items()}, effort)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def _timings(storages: Mapping[str, Storage], rows: int, runs: Sequence[Run]) -> list[Timing]:
    return [_timing(name, storage, rows, runs) for name, storage in storages.items()]


def _timing(name: str, storage: Storage, rows: int, runs: Sequence[Run]) -> Timing:
    taken = sorted(chain.from_iterable(run[name] for run in runs))
    p99 = taken[math.ceil(0.99 * len(taken)) - 1]
    middle = median(median(run[name]) for run in runs)
    written = storage.written(len(taken))
    return Timing(name, rows, middle * 1e6, p99 * 1e6, written, len(taken))


def _figures(race: Race) -> list[Figure]:
    start = f"one durable insert at {race.rows:,} rows: {JOURNAL} to"
    return [
        Figure(f"{start} {FLOOR}", median_ratio(race.runs, JOURNAL, FLOOR), FLOOR_BUDGET),
        Figure(f"{start} {SQLITE}", median_ratio(race.runs, JOURNAL, SQLITE), SQLITE_BUDGET),
    ]


def _growth(folder: Path, effort: Effort) -> Figure:
    """The fullest journal beside the emptiest, both open at the same time."""
    least, most = effort.sizes[0], effort.sizes[-1]
    with closing(Journal(folder, most)) as full, closing(Journal(folder, least)) as empty:
        runs = _timed({"full": full, "empty": empty}, folder, effort)
    what = f"one durable insert: {JOURNAL} at {most:,} rows to at {least:,}"
    return Figure(what, median_ratio(runs, "full", "empty"), GROWTH_BUDGET)


def _advantages(races: Sequence[Race]) -> Iterator[Figure]:
    """How many times as long JSONStorage takes, where it was measured with the most rows."""
    race = max((r for r in races if r.rows <= MOST_ROWS[JSON]), key=lambda race: race.rows)
    medians = {timing.storage: timing.median_us for timing in race.timings}
    what = f"one durable insert at {race.rows:,} rows: {JSON} to {JOURNAL}, at least"
    factor = medians[JSON] / medians[JOURNAL]
    yield Figure(what, factor, race.rows / ROWS_PER_FACTOR, is_least=True)
