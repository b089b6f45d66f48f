"""A journal written anew, one row a line, while the old one goes on."""

import os
from collections.abc import Iterable, Iterator
from hashlib import sha256

from kiosk.journal.changes import Tables, dumps
from kiosk.journal.newfile import NewFile


class Rewrite:
    """``tables`` on their way into a new file, and the payloads appended to the old one ``since``.

    One row a line: a block of 4 KiB that goes bad later then takes some twenty rows with it, not
    a table.
    """

    def __init__(self, file: NewFile, tables: Tables) -> None:
        self.file = file
        self.tables = tables
        self.since: list[bytes] = []
        self.lines = 0  # of the tables; those that came since are not among them
        self.sha256 = ""  # over the payloads of those lines

    def write(self) -> None:
        """Write the tables, and wait for the disk. From any thread, once.

        Raises:
            OSError: the new file is of no use.
        """
        hashing = sha256()

        def hashed() -> Iterator[bytes]:
            for payload in _payloads(self.tables):
                hashing.update(payload)
                yield payload

        self.file.extend(hashed())
        self.lines, self.sha256 = self.file.lines, hashing.hexdigest()
        self.file.sync()

    def append_since(self, last: Iterable[bytes]) -> None:
        """Add what came meanwhile, and then ``last``. Raises OSError."""
        self.since.extend(last)
        self.file.extend(self.since)

    def give_up(self) -> None:
        """Remove the new file, unless it has taken its name already."""
        if os.path.lexists(self.file.path):
            self.file.discard()


def _payloads(tables: Tables) -> Iterator[bytes]:
    if tables:
        yield dumps({"put": {name: {} for name in tables}}).encode("ascii")
    for name, rows in tables.items():
        for key, row in rows.items():
            yield dumps({"put": {name: {"set": {key: row}}}}).encode("ascii")
