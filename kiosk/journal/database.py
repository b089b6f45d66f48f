"""TinyDB on a journal."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tinydb import TinyDB
from tinydb.table import Table

from kiosk.journal.errors import WriteFailed
from kiosk.journal.recovery import Recovered
from kiosk.journal.storage import JournalStorage
from kiosk.journal.table import JournalTable


class JournalDB(TinyDB):
    """A TinyDB whose every operation is one durable line in an append-only file.

    ``JournalDB(path)`` opens or makes the file. Everything is as in TinyDB with its JSONStorage,
    except that an operation is on the disk when it returns, wholly or not at all, and costs what
    it changes; and that ``transaction`` makes one operation of several.

    It belongs to one thread: nothing in it is locked. The file belongs to one database: a second
    opener is refused. Behind a middleware, or on another storage, it is a plain TinyDB: right,
    but each operation then costs as much as the whole database.

    Raises:
        InUse, Damaged, NewerFormat, WriteFailed, OSError: as JournalFile does. WriteFailed comes
        from every operation that changes something, too; memory is then as before.
    """

    default_storage_class = JournalStorage  # type: ignore[assignment]  # is guessed too narrow
    table_class: type[Table] = JournalTable

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not isinstance(self._storage, JournalStorage):
            self.table_class = Table

    @property
    def recovered(self) -> Recovered | None:
        """What a crash had left at the file's end and opening set aside; None if nothing."""
        return getattr(self._storage, "recovered", None)

    def tables(self) -> set[str]:
        """The names of the tables."""
        if isinstance(self._storage, JournalStorage):
            return set(self._storage.names())
        return super().tables()

    def drop_table(self, name: str) -> None:
        """Drop a table, if there is one."""
        if isinstance(self._storage, JournalStorage):
            self._storage.drop(name)
            self._tables.pop(name, None)
        else:
            super().drop_table(name)

    def rewrite(self) -> None:
        """Write all there is into a new file, which takes this one's name; durable on return.

        What was changed or removed leaves the disk with the old file, and a journal whose sync
        has failed can be written again: the new file was never part of that.

        Raises:
            TypeError: the storage is not a JournalStorage.
            WriteFailed: the old file goes on.
        """
        if not isinstance(self._storage, JournalStorage):
            raise TypeError("only a JournalStorage can be rewritten")
        rewrite = self._storage.begin_rewrite()
        try:
            rewrite.write()
        except OSError as fault:
            self._storage.give_up_rewrite()
            is_broken = self._storage.file.is_broken
            raise WriteFailed.because(fault, self._storage.file.path, broken=is_broken) from fault
        self._storage.finish_rewrite(rewrite)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make one line of all that is changed inside, over every table.

        Reads inside see the changes. If an exception leaves it, or the line cannot be written,
        memory and file are as before it. A transaction in which nothing changed writes nothing.
        One inside another joins it: written when the outermost ends; if an exception leaves the
        inner one alone, only what the inner one did is taken back.

        Raises:
            TypeError: the storage is not a JournalStorage.
            WriteFailed: it did not reach the disk.
        """
        if not isinstance(self._storage, JournalStorage):
            raise TypeError("a transaction needs the JournalStorage itself, not a middleware")
        tables = self._tables.copy()
        numbering = {table: table.numbering for table in _journal_tables(tables)}
        try:
            with self._storage.transaction():
                yield
        except BaseException:
            self._tables.update(tables)
            for table in _journal_tables(self._tables):
                table.numbering = numbering.get(table)
            raise


def _journal_tables(tables: dict[str, Table]) -> list[JournalTable]:
    return [table for table in tables.values() if isinstance(table, JournalTable)]
