"""Changes laid over rows that stay as they are until the changes are on the disk. Pure."""

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from kiosk.journal.changes import (
    Change,
    RowChange,
    Rows,
    Tables,
    apply_rows,
    make_change,
    make_row_change,
)


class Overlay(MutableMapping[str, Any]):
    """The rows of one table as they will be; what they are now is never touched.

    Making one, and each step, costs the same whatever the number of rows. The order of keys is
    that of a dict to which the same is done.
    """

    def __init__(self, rows: Mapping[str, Any]) -> None:
        self._rows = rows
        self._cleared = False
        self._removed: dict[str, None] = {}  # keys of ``_rows`` that are gone from their place
        self._set: Rows = {}
        self._new = 0  # how many keys of ``_set`` have no place among ``_rows``

    def change(self) -> RowChange:
        """What it changes; false if nothing."""
        return make_row_change(list(self._removed), self._set, clear=self._cleared)

    def __getitem__(self, key: str) -> Any:
        if key in self._set:
            return self._set[key]
        if key in self._removed:
            raise KeyError(key)
        return self._rows[key]

    def __contains__(self, key: object) -> bool:
        return key in self._set or self._has_place(key)

    def __setitem__(self, key: str, row: Any) -> None:
        if key not in self._set and not self._has_place(key):
            self._new += 1
        self._set[key] = row

    def __delitem__(self, key: str) -> None:
        if key not in self:
            raise KeyError(key)
        self._set.pop(key, None)
        if self._has_place(key):
            self._removed[key] = None
        else:
            self._new -= 1

    def __iter__(self) -> Iterator[str]:
        yield from (key for key in self._rows if key not in self._removed)
        yield from (key for key in self._set if not self._has_place(key))

    def __len__(self) -> int:
        return len(self._rows) - len(self._removed) + self._new

    def clear(self) -> None:
        """Remove every row."""
        self._cleared = self._cleared or bool(self._rows)
        self._rows, self._removed, self._set, self._new = {}, {}, {}, 0

    def _has_place(self, key: object) -> bool:
        return key in self._rows and key not in self._removed


class Pending:
    """The tables as they will be when a transaction ends. ``change`` is what is pending already."""

    def __init__(self, tables: Tables, change: Change) -> None:
        self._tables = tables
        self._dropped: dict[str, None] = {}
        self._overlays: dict[str, Overlay] = {}
        self.absorb(change)

    def names(self) -> list[str]:
        """The names of the tables, in the order they were made."""
        kept = [name for name in self._tables if name not in self._dropped]
        return [*kept, *(name for name in self._overlays if name not in kept)]

    def touched(self) -> set[str]:
        """The names of the tables that were changed or dropped."""
        return {*self._dropped, *self._overlays}

    def rows(self, name: str) -> Mapping[str, Any] | None:
        """The rows of a table; None if there is no such table."""
        if name in self._overlays:
            return self._overlays[name]
        return None if name in self._dropped else self._tables.get(name)

    def absorb(self, change: Change) -> None:
        """Do a change on top of what is pending."""
        for name in change.get("drop", ()):
            self._overlays.pop(name, None)
            if name in self._tables:
                self._dropped[name] = None
        for name, rows in change.get("put", {}).items():
            if name not in self._overlays:
                self._overlays[name] = Overlay(self.rows(name) or {})
            apply_rows(self._overlays[name], rows)

    def change(self) -> Change:
        """All of it as one change; false if nothing changes."""
        stays = self._tables.keys() - self._dropped.keys()
        put = {
            name: rows
            for name, overlay in self._overlays.items()
            if (rows := overlay.change()) or name not in stays
        }
        return make_change(list(self._dropped), put)
