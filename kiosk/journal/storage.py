"""The storage behind a JournalDB: the tables in memory, and the journal they are played from."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

from tinydb.storages import Storage

from kiosk.journal.changes import (
    Change,
    Tables,
    apply,
    check_depth,
    copied,
    difference,
    dumps,
    is_shallow,
    parse,
    parse_tables,
    reread,
)
from kiosk.journal.errors import WriteFailed
from kiosk.journal.file import JournalFile
from kiosk.journal.newfile import NewFile
from kiosk.journal.overlay import Overlay, Pending
from kiosk.journal.recovery import Recovered
from kiosk.journal.rewrite import Rewrite
from kiosk.journal.system import System

_MOST_UNREAD = 100  # rows; to read them back takes about as long as one sync


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
        self._tables: Tables = {}  # without the rows of ``_unread``
        self._unread: dict[tuple[str, str], str] = {}  # by table and key
        self._pending: Pending | None = None
        self._ticks = count(1)
        self._revisions: dict[str, int] = {}
        self._rewrite: Rewrite | None = None
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
        self.give_up_rewrite()
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
        return self._pending.rows(name) if self._pending else self._caught_up().get(name)

    def revision(self, name: str) -> int:
        """A number that is another one after each change to a table."""
        return self._revisions.get(name, 0)

    def change(self, name: str, edit: Callable[[Overlay], None]) -> None:
        """Let ``edit`` change the rows of a table, then append what it changed as one line.

        The table is made if there is none. If ``edit`` raises, nothing happened.

        Raises:
            TypeError, ValueError: JSON has no such value. Nothing was changed.
            RecursionError: a document is some 700 levels deep or more. Nothing was changed.
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

        What ``change`` would do, on a shorter way: outside a transaction the row is read back from
        its text only when somebody looks at the tables. Raises as ``change`` does.
        """
        pending = self._pending
        stored = pending.rows(name) if pending else self._tables.get(name)
        if (name, key) in self._unread or (stored is not None and key in stored):
            self.file.check_writable()
            return False
        text = dumps({"put": {name: {"set": {key: document}}}})
        if pending or stored is None or not is_shallow(text):
            self._settle(text, reread(text))
            return True
        self._append(text.encode("ascii"))
        self._unread[name, key] = text
        self._revisions[name] = next(self._ticks)
        if len(self._unread) == _MOST_UNREAD:
            self._caught_up()
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
        self._pending = Pending(self._caught_up(), outer.change() if outer else {})
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

    def write_text(self, text: str) -> None:
        """Append a change whose JSON text the caller has made: what ``change`` would do, without
        another pass over its documents. It must replace no row of a table it also drops.

        Raises:
            ValueError, TypeError: the text says no change; nothing was written.
            WriteFailed: as ``change`` does.
        """
        self._settle(text, parse(text))

    def _settle(self, text: str, settled: Change) -> None:
        check_depth(text)
        if self._pending:
            self._pending.absorb(settled)
        else:
            self._append(text.encode("ascii"))
            apply(self._caught_up(), settled)
        for name in settled.get("drop", ()):
            self._revisions[name] = next(self._ticks)
        for name in settled.get("put", ()):
            self._revisions[name] = next(self._ticks)

    def begin_rewrite(self, tables: Tables | None = None) -> Rewrite:
        """Begin a new file with ``tables`` in it, or else with what there is now.

        ``Rewrite.write`` may run in another thread while operations go on here; ``finish_rewrite``
        then puts the new file in the place of the old. One that was begun before is given up.

        Raises:
            WriteFailed: the new file could not be made.
        """
        self.file.check_open()
        if self._pending:
            raise RuntimeError("a rewrite cannot begin inside a transaction")
        if tables is None:
            tables = self._snapshot()
        path = self.file.path
        try:
            self._rewrite = Rewrite(NewFile(f"{path}.new", self.file.system), tables)
        except OSError as fault:
            raise WriteFailed.because(fault, path, broken=self.file.is_broken) from fault
        return self._rewrite

    def finish_rewrite(self, rewrite: Rewrite, texts: Sequence[str] = ()) -> None:
        """Go on in the new file: its tables, the changes since ``begin_rewrite``, and those that
        ``texts`` say. Durable on return, wholly or not at all.

        Raises:
            WriteFailed: the old file goes on.
            ValueError: it was given up meanwhile.
        """
        if rewrite is not self._rewrite:
            raise ValueError("this rewrite was given up")
        self._rewrite = None
        try:
            rewrite.append_since(text.encode("ascii") for text in texts)
            self.file.replace(rewrite.file)
        except WriteFailed:
            rewrite.give_up()
            raise
        except OSError as fault:
            rewrite.give_up()
            raise WriteFailed.because(fault, self.file.path, broken=self.file.is_broken) from fault
        self._tables = rewrite.tables
        self._unread.clear()  # they are among those since
        for payload in rewrite.since:
            apply(self._tables, parse(payload.decode("ascii")))
        self._touch({*self._revisions, *self._tables})

    def give_up_rewrite(self) -> None:
        """Forget a rewrite that was begun; the old file goes on. Nothing if there is none."""
        rewrite, self._rewrite = self._rewrite, None
        if rewrite is not None:
            rewrite.give_up()

    def _append(self, payload: bytes) -> None:
        self.file.append(payload)
        if self._rewrite is not None:
            self._rewrite.since.append(payload)

    def _commit(self, change: Change) -> None:
        if change:
            self._append(dumps(change).encode("ascii"))
            apply(self._caught_up(), change)

    def _caught_up(self) -> Tables:
        """The tables in memory, with every row that was appended."""
        for text in self._unread.values():
            apply(self._tables, reread(text))
        self._unread.clear()
        return self._tables

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
        self._settle(text, reread(text))

    def _replay(self, payload: bytes) -> None:
        apply(self._tables, parse(payload.decode("ascii")))

    def _touch(self, names: set[str]) -> None:
        for name in names:
            self._revisions[name] = next(self._ticks)
