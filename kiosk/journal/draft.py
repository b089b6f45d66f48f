"""What TinyDB hands to the function that changes a table: its rows, to be changed in place."""

from collections.abc import Callable, Iterable, Iterator, MutableMapping
from typing import Any

from tinydb.queries import QueryLike

from kiosk.journal.changes import copied, is_same
from kiosk.journal.overlay import Overlay

DocId = Any  # what a table's document_id_class makes of a key; int unless it is told otherwise


class Draft(MutableMapping[DocId, Any]):
    """An overlay seen with document ids for keys, whose documents may be changed in place.

    A document is copied when it is asked for, and set by ``finish`` only if it was changed.
    """

    def __init__(self, rows: Overlay, id_class: Callable[[Any], DocId]) -> None:
        self._rows = rows
        self._id_class = id_class
        self._touched: dict[str, Any] = {}

    def finish(self) -> None:
        """Set the documents that were changed in place.

        Raises:
            TypeError, ValueError: one was given a value that JSON has not.
        """
        for key, document in self._touched.items():
            stored = self._rows[key]
            if stored != document or not is_same(stored, document):
                self._rows[key] = document

    def stored(self, doc_id: DocId) -> Any:
        """A document to look at, not to change: it is not copied."""
        key = self._present(doc_id)
        return self._touched[key] if key in self._touched else self._rows[key]

    def chosen(self, cond: QueryLike | None, doc_ids: list[DocId] | None) -> Iterable[DocId]:
        """The ids in ``doc_ids`` that exist now; else of what ``cond`` matches; else all.

        Conditions are tested as the caller goes along, as he may change what they test.
        """
        if doc_ids is not None:
            return [doc_id for doc_id in doc_ids if doc_id in self]
        if cond is not None:
            return self._matching(cond)
        return list(self)

    def _matching(self, cond: QueryLike) -> Iterator[DocId]:
        for key, row in list(self._rows.items()):
            if cond(row):
                yield self._id_class(key)

    def __getitem__(self, doc_id: DocId) -> Any:
        key = self._present(doc_id)
        if key not in self._touched:
            self._touched[key] = copied(self._rows[key])
        return self._touched[key]

    def __setitem__(self, doc_id: DocId, document: Any) -> None:
        key = str(doc_id)
        self._touched.pop(key, None)
        self._rows[key] = document

    def __delitem__(self, doc_id: DocId) -> None:
        key = self._present(doc_id)
        self._touched.pop(key, None)
        del self._rows[key]

    def __contains__(self, doc_id: DocId) -> bool:
        return self._key(doc_id) is not None

    def __iter__(self) -> Iterator[DocId]:
        return map(self._id_class, self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def clear(self) -> None:
        """Remove every document."""
        self._touched.clear()
        self._rows.clear()

    def _present(self, doc_id: DocId) -> str:
        key = self._key(doc_id)
        if key is None:
            raise KeyError(doc_id)
        return key

    def _key(self, doc_id: DocId) -> str | None:
        """The key of the row with an id equal to this one, as a dict would find it: 1, 1.0, True.

        Found without turning every key into an id, so that it costs the same at any size.
        """
        if type(doc_id) is self._id_class:
            key = str(doc_id)
            return key if key in self._rows else None
        hash(doc_id)  # a list is refused, as by a dict
        try:
            key = str(self._id_class(doc_id))
        except (TypeError, ValueError, AttributeError):
            return None
        return key if key in self._rows and self._id_class(key) == doc_id else None
