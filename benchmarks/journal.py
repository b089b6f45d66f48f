"""One durable journal operation, beside an append and fdatasync of the same bytes."""

from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from tinydb.table import Document

from benchmarks.figure import Effort, Figure, Report, Work, ratio
from benchmarks.storages import EVENT, TABLE, Floor, written_by
from kiosk.journal import JournalDB

BUDGET = 1.5
ROWS = 10_000


def measure(effort: Effort) -> Report:
    """An insert, an update and a transaction over three tables, as ratios to the floor."""
    # In this folder, not in /tmp: that may be memory, where a sync costs nothing.
    with TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as directory:
        path = Path(directory) / "journal"
        with JournalDB(path) as db:
            db.table(TABLE).insert_multiple([EVENT] * ROWS)
            figures = [
                _figure(what, make(db), budget, path, effort)
                for what, (make, budget) in OPERATIONS.items()
            ]
    return Report(figures)


def _figure(what: str, work: Work, budget: float | None, path: Path, effort: Effort) -> Figure:
    work()
    line = written_by(work, path)
    with closing(Floor(path.parent, 0, line)) as floor:
        value = ratio(work, floor.insert, effort)
    return Figure(f"{what} at {ROWS:,} rows, {line} bytes: ratio to the floor", value, budget)


def _insert(db: JournalDB) -> Work:
    events = db.table(TABLE)
    return lambda: events.insert(EVENT)


def _update(db: JournalDB) -> Work:
    events, numbers = db.table(TABLE), count()
    return lambda: events.update({"rules": next(numbers)}, doc_ids=[ROWS // 2])


def _transaction(db: JournalDB) -> Work:
    events, people, notes = db.table(TABLE), db.table("people"), db.table("notes")
    numbers = count()

    def work() -> None:
        with db.transaction():
            events.insert_multiple([EVENT, EVENT])
            people.upsert(Document({"name": "Ada", "version": next(numbers)}, doc_id=1))
            notes.insert({"text": "to be handed to her mother"})

    return work


# The budget is that of one operation; a transaction makes several durable.
OPERATIONS: dict[str, tuple[Callable[[JournalDB], Work], float | None]] = {
    "a durable insert": (_insert, BUDGET),
    "a durable update by id": (_update, BUDGET),
    "a transaction of four operations on three tables": (_transaction, None),
}
