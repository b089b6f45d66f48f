"""What is done to a store while it is tortured, and what must be left of it afterwards.

A further store is one more subclass of Workload, or of Counted if its state is a function of how
many operations were done.
"""

import random
from collections.abc import Iterable, Sequence
from contextlib import nullcontext, suppress
from copy import deepcopy
from itertools import count, islice
from pathlib import Path
from typing import Any

from tinydb import TinyDB, where
from tinydb.storages import MemoryStorage
from tinydb.table import Document
from torture_disk import Acknowledge

from kiosk.journal import JournalDB, Recovered, System, WriteFailed

Tables = dict[str, dict[str, Any]]
KEPT = 20  # rows that the retention of a workload leaves
CUBBIES = 5
JOURNAL = "journal"


class Workload:
    """Operations on a store in a folder, and the judge of what is left of them.

    ``refusals``: what the store may raise when a call fails under it.
    """

    name = "workload"
    refusals: tuple[type[Exception], ...] = (OSError,)

    def prepare(self, folder: Path) -> None:
        """Put into an empty folder what is there, durably, before the first ``run``."""

    def run(self, folder: Path, system: System, acknowledge: Acknowledge) -> None:
        """Open what is in the folder, go on where it ends, and close it at the end.

        ``acknowledge`` is called with a token as soon as an operation was durable.
        """
        raise NotImplementedError

    def check(self, folder: Path, acknowledged: Sequence[Any]) -> str | None:
        """Recover what is in the folder; what is wrong with it, in a sentence, or None.

        Wrong is: unreadable, without an acknowledged operation, or with a part of one.
        """
        raise NotImplementedError


class Counted(Workload):
    """Operations on a JournalDB, numbered from 1; the tokens are their numbers.

    ``steps``: how many a run does; None for as many as it can. ``tries``: how often each one is
    tried on the same handle when it fails.
    """

    def __init__(self, steps: int | None = None, tries: int = 1) -> None:
        self._steps = steps
        self._tries = tries

    def operate(self, db: Any, number: int) -> None:
        """Do one operation."""
        raise NotImplementedError

    def state(self, number: int) -> Tables:
        """What the database holds after so many operations."""
        raise NotImplementedError

    def counts(self, tables: Tables) -> Iterable[int]:
        """After how many operations it may look like this, the likeliest first."""
        raise NotImplementedError

    def run(self, folder: Path, system: System, acknowledge: Acknowledge) -> None:
        with JournalDB(folder / JOURNAL, system=system) as db:
            self.opened(db)
            done = self.done(db.storage.read() or {}) or 0
            for number in islice(count(done + 1), self._steps):
                self._try(db, number)
                acknowledge(number)

    def opened(self, db: Any) -> None:
        """Called when a run has opened the journal."""

    def _try(self, db: Any, number: int) -> None:
        for left in reversed(range(self._tries)):
            try:
                return self.operate(db, number)
            except WriteFailed:
                if not left:
                    raise

    def done(self, tables: Tables) -> int | None:
        """After how many operations it looks like this; None if after none."""
        return next((n for n in self.counts(tables) if n >= 0 and self._is(n, tables)), None)

    def _is(self, number: int, tables: Tables) -> bool:
        return _without_ids(self.state(number)) == _without_ids(tables)

    def check(self, folder: Path, acknowledged: Sequence[Any]) -> str | None:
        path = folder / JOURNAL
        before = path.read_bytes() if path.exists() else b""
        try:
            recovered, tables = _opened(path)
        except Exception as fault:
            return f"unreadable: {fault!r}"
        done = self.done(tables)
        if done is None:
            return f"no number of whole operations leads to what it holds: {str(tables)[-200:]}"
        if done < max(acknowledged, default=0):
            return f"operation {max(acknowledged)} was acknowledged, and {done} are left"
        if recovered and Path(recovered.side_file).read_bytes() != before[recovered.offset :]:
            return "the torn bytes were not kept"
        return self._goes_on(path, done)

    def _goes_on(self, path: Path, done: int) -> str | None:
        """Whether what was recovered stays as it is, and can be worked with."""
        with JournalDB(path) as db:
            if db.recovered or not self._is(done, db.storage.read() or {}):
                return "it is another one when it is opened again"
            self.operate(db, done + 1)
        recovered, tables = _opened(path)
        if recovered or not self._is(done + 1, tables):
            return "one more operation after recovery did not make it what it should be"
        return None


class Inserts(Counted):
    """Events, one after the other."""

    name = "insert"

    def operate(self, db: Any, number: int) -> None:
        db.table("events").insert(event(number))

    def state(self, number: int) -> Tables:
        return events(1, number)

    def counts(self, tables: Tables) -> Iterable[int]:
        return [len(tables.get("events", ()))]


class Updates(Inserts):
    """An event and its cubby's row, in one transaction; every other update shortens the row."""

    name = "update"

    def operate(self, db: Any, number: int) -> None:
        with db.transaction():
            super().operate(db, number)
            db.table("cubbies").upsert(Document(cubby(number), doc_id=number % CUBBIES + 1))

    def state(self, number: int) -> Tables:
        latest = range(max(1, number - CUBBIES + 1), number + 1)
        cubbies = {str(n % CUBBIES + 1): cubby(n) for n in latest}
        return super().state(number) | ({"cubbies": cubbies} if number else {})


class Removals(Counted):
    """An event, then the removal of the oldest, as two operations."""

    name = "removal"

    def operate(self, db: Any, number: int) -> None:
        newest, removes = divmod(number, 2)
        if removes == 0:
            db.table("events").remove(where("n") == newest - KEPT)
        else:
            db.table("events").insert(event(newest + 1))

    def state(self, number: int) -> Tables:
        newest, oldest = (number + 1) // 2, number // 2 - KEPT + 1
        return events(max(1, oldest), newest)

    def counts(self, tables: Tables) -> Iterable[int]:
        newest = max((row["n"] for row in tables.get("events", {}).values()), default=0)
        return (2 * newest, 2 * newest - 1)


class Everything(Counted):
    """Every kind of operation, with rows of up to 3 kB; the sizes come from ``seed``."""

    name = "everything"

    def __init__(self, steps: int, seed: int = 0, tries: int = 1) -> None:
        super().__init__(steps, tries)
        self._seed = seed
        self._states: list[Tables] = [{}]

        self._oracle = TinyDB(storage=MemoryStorage)

    def operate(self, db: Any, number: int) -> None:
        with getattr(db, "transaction", nullcontext)():
            _any_operation(db, number, random.Random(f"{self._seed}/{number}"))
            db.table("count").upsert(Document({"done": number}, doc_id=1))

    def state(self, number: int) -> Tables:
        while len(self._states) <= number:
            self.operate(self._oracle, len(self._states))
            self._states.append(deepcopy(self._oracle.storage.read() or {}))
        return self._states[number]

    def counts(self, tables: Tables) -> Iterable[int]:
        return [tables.get("count", {}).get("1", {}).get("done", 0)]


class TornStart(Everything):
    """A journal whose last line was torn by an earlier cut is recovered, then worked with."""

    name = "torn start"

    def prepare(self, folder: Path) -> None:
        path = folder / JOURNAL
        with JournalDB(path) as db:
            for number in range(1, 4):
                self.operate(db, number)
            sound = path.stat().st_size
            self.operate(db, 4)
        whole = path.read_bytes()
        keep = random.Random(self._seed).randrange(sound + 1, len(whole) - 1)
        self._was_let_go = False
        self._torn = whole[sound:keep].ljust(self._seed % 2 * (len(whole) - sound), b"\0")
        path.write_bytes(whole[:sound] + self._torn)

    def opened(self, db: Any) -> None:
        # On a full disk, and there alone, opening does not keep them; and it says so.
        self._was_let_go = db.recovered is not None and not db.recovered.side_file

    def check(self, folder: Path, acknowledged: Sequence[Any]) -> str | None:
        wrong = super().check(folder, acknowledged)
        sides = [side.read_bytes() for side in folder.glob(f"{JOURNAL}.torn-*")]
        if not wrong and not self._was_let_go and self._torn not in sides:
            return "the bytes of the earlier cut were lost"
        return wrong


class Rewrites(Everything):
    """The journal is written anew between operations, and around every second one of them."""

    name = "rewrite"

    def operate(self, db: Any, number: int) -> None:
        if not isinstance(db, JournalDB):
            super().operate(db, number)
        elif number % 2:
            db.rewrite()
            super().operate(db, number)
        else:
            self._around(db, number)

    def _around(self, db: Any, number: int) -> None:
        rewrite = db.storage.begin_rewrite()
        try:
            rewrite.write()
        except OSError:
            db.storage.give_up_rewrite()
            raise
        super().operate(db, number)
        with suppress(OSError):  # the operation is in the old file, durably, whatever becomes of it
            db.storage.finish_rewrite(rewrite)


def event(number: int) -> dict[str, Any]:
    """An event; every seventh is longer than a sector."""
    return {"n": number, "type": "deposit", "who": f"P{number:05}", "text": _text(number)}


def events(oldest: int, newest: int) -> Tables:
    """The table of these events; no table if there are none."""
    rows = {str(n): event(n) for n in range(oldest, newest + 1)}
    return {"events": rows} if rows else {}


def cubby(number: int) -> dict[str, Any]:
    """A cubby that is held, or free, which is shorter."""
    return {"held": f"P{number:05}" * 9} if number % 2 else {"held": ""}


def _without_ids(tables: Tables) -> dict[str, Any]:
    """Events without the ids that were given to them: an insert that failed uses one up."""
    return tables | {"events": list(tables.get("events", {}).values())}


def _text(number: int) -> str:
    return "x" * (900 if number % 7 == 0 else number % 60)


def _opened(path: Path) -> tuple[Recovered | None, Tables]:
    with JournalDB(path) as db:
        return db.recovered, db.storage.read() or {}


def _any_operation(db: Any, number: int, rng: random.Random) -> None:
    """One of TinyDB's ways to change something. Ids are given, so that reopening changes none."""
    people, scratch = db.table("people"), db.table("scratch")
    text = "".join(rng.choices("abc é\n", k=rng.choice((5, 90, 700, 3000))))
    kind = number % 7
    if kind in (1, 4):
        people.insert_multiple(
            Document({"n": n, "text": text}, doc_id=9 * number + n) for n in (1, 2)
        )
    elif kind == 2:
        people.update({"seen": number}, where("n") == 1)
    elif kind == 3:
        scratch.insert(Document({"text": text}, doc_id=number))
    elif kind == 5:
        people.remove(where("n") == rng.choice((1, 2)))
    elif kind == 6:
        scratch.truncate()
    else:
        db.drop_table("scratch")
