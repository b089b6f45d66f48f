"""The storage behind a JournalDB: the tables in memory, and the journal they are played from."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import Any

from tinydb.storages import Storage

from kiosk.journal.changes import (
    Change,
    Tables,
    apply,
    copied,
    difference,
    dumps,
    loads,
    parse,
    parse_tables,
)
from kiosk.journal.file import JournalFile
from kiosk.journal.overlay import Overlay, Pending
from kiosk.journal.recovery import Recovered
from kiosk.journal.system import System


class JournalStorage(Storage):
    """A TinyDB storage that appends what changed to a journal, and is durable on return.

    ``read`` and ``write`` deal in whole databases, as TinyDB's storages and middlewares do, and
    cost accordingly; JournalTable uses the methods below them, which cost what the change costs.
    ``create_dirs``: make missing directories above the file. ``system``: the system calls.

    Every method raises ValueError once the storage is closed.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        create_dirs: bool = False,
        *,
        system: System | None = None,
    ) -> None:
        super().__init__()
        name = os.fspath(path)
        if create_dirs:
            os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
        self._tables: Tables = {}
        self._pending: Pending | None = None
        self._ticks = count(1)
        self._revisions: dict[str, int] = {}
        self.file = JournalFile(name, self._replay, system or System())

    @property
    def recovered(self) -> Recovered | None:
        """What opening the file set aside; None if it was whole."""
        return self.file.recovered

    @property
    def in_transaction(self) -> bool:
        """Whether changes are being gathered."""
        return self._pending is not None

    def read(self) -> Tables | None:
        """A copy of every table; None if nothing was ever written."""
        return None if self._is_untouched() else copied(self._snapshot())

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Make ``data`` the whole database. One line is appended, of what differs.

        Raises:
            TypeError: JSON has no such value, or it is not tables of rows. Nothing was written.
            WriteFailed: it did not reach the disk. Nothing was changed.
        """
        self.file.check_writable()
        new = parse_tables(dumps(data))
        change = difference(self._snapshot(), new)
        if change or self._is_untouched():
            self._submit(change)

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()

    def names(self) -> list[str]:
        """The names of the tables, in the order they were made."""
        self.file.check_open()
        return self._pending.names() if self._pending else list(self._tables)

    def rows(self, name: str) -> Mapping[str, Any] | None:
        """The rows of a table by their keys; None if there is no such table.

        They are the stored ones: to be looked at before the next change, never to be changed.
        """
        self.file.check_open()
        return self._pending.rows(name) if self._pending else self._tables.get(name)

    def revision(self, name: str) -> int:
        """A number that is another one after each change to a table."""
        return self._revisions.get(name, 0)

    def change(self, name: str, edit: Callable[[Overlay], None]) -> None:
        """Let ``edit`` change the rows of a table, then append what it changed as one line.

        The table is made if there is none. If ``edit`` raises, nothing happened.

        Raises:
            TypeError, ValueError: JSON has no such value. Nothing was changed.
            WriteFailed: it did not reach the disk. Nothing was changed.
        """
        self.file.check_writable()
        stored = self.rows(name)
        overlay = Overlay({} if stored is None else stored)
        edit(overlay)
        rows = overlay.change()
        if rows or stored is None:
            self._submit({"put": {name: rows}})

    def add(self, name: str, key: str, document: Any) -> bool:
        """Append one new row to a table; False, and nothing done, if it has that key already.

        What ``change`` would do, on a shorter way. Raises as that does.
        """
        self.file.check_writable()
        stored = self.rows(name)
        if stored is not None and key in stored:
            return False
        self._submit({"put": {name: {"set": {key: document}}}})
        return True

    def drop(self, name: str) -> None:
        """Drop a table, if there is one. Raises WriteFailed as ``change`` does."""
        self.file.check_writable()
        if self.rows(name) is not None:
            self._submit({"drop": [name]})

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Gather changes: appended as one line at the end, or forgotten if an exception leaves.

        Inside another one it joins that, and an exception takes back its own changes alone.
        """
        self.file.check_writable()
        outer = self._pending
        self._pending = Pending(self._tables, outer.change() if outer else {})
        try:
            yield
            if outer is None:
                self._commit(self._pending.change())
        except BaseException:
            self._touch(self._pending.touched())
            self._pending = outer
            raise
        if outer is None:
            self._pending = None

    def _commit(self, change: Change) -> None:
        if change:
            self.file.append(dumps(change).encode("ascii"))
            apply(self._tables, change)

    def _snapshot(self) -> Tables:
        """Every table as it is now, the documents not copied."""
        return {name: dict(self.rows(name) or {}) for name in self.names()}

    def _is_untouched(self) -> bool:
        return not (self.names() or self.file.lines or self._pending)

    def _submit(self, change: Change) -> None:
        """Append a change, or add it to the transaction.

        What goes into memory is read back from the text that goes to the disk; so the two cannot
        differ, and no caller holds a part of it.
        """
        text = dumps(change)
        settled: Change = loads(text)
        if self._pending:
            self._pending.absorb(settled)
        else:
            self.file.append(text.encode("ascii"))
            apply(self._tables, settled)
        self._touch({*settled.get("drop", ()), *settled.get("put", ())})

    def _replay(self, payload: bytes) -> None:
        apply(self._tables, parse(payload.decode("ascii")))

    def _touch(self, names: set[str]) -> None:
        for name in names:
            self._revisions[name] = next(self._ticks)
