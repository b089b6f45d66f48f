"""A TinyDB table whose operations cost what they change, not what is stored."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from tinydb.queries import QueryLike
from tinydb.storages import Storage
from tinydb.table import Document, Table

from kiosk.journal.changes import copied
from kiosk.journal.draft import DocId, Draft
from kiosk.journal.errors import WriteFailed
from kiosk.journal.overlay import Overlay
from kiosk.journal.storage import JournalStorage

Fields = Mapping[str, Any] | Callable[[Any], None]
_NO_ROWS: Mapping[str, Any] = {}


class JournalTable(Table):
    """TinyDB's Table on a JournalStorage: same methods, same results, same exceptions.

    Documents handed out and taken in are copies. A query is tested on the stored documents
    themselves: one that changes what it tests is not supported.
    """

    _next_id: int | None  # type: ignore[assignment]  # TinyDB leaves its type to be guessed

    def __init__(
        self,
        storage: Storage,
        name: str,
        cache_size: int = Table.default_query_cache_capacity,
        persist_empty: bool = False,
    ) -> None:
        if not isinstance(storage, JournalStorage):
            raise TypeError("a JournalTable needs a JournalStorage")
        self._journal = storage
        self._cached_at = storage.revision(name)
        super().__init__(storage, name, cache_size, persist_empty)

    @property
    def numbering(self) -> int | None:
        """The id that the next document gets, if it was settled; a transaction puts it back."""
        return self._next_id

    @numbering.setter
    def numbering(self, next_id: int | None) -> None:
        self._next_id = next_id

    def insert(self, document: Mapping[str, Any]) -> DocId:
        """Store a new document, durably; its id."""
        if type(document) is not dict:
            if isinstance(document, self.document_class) or not isinstance(document, Mapping):
                return super().insert(document)  # with an id of its own, or refused
            document = dict(document)
        doc_id = self._get_next_id()  # type: ignore[no-untyped-call]
        try:
            is_new = self._journal.add(self.name, str(doc_id), document)
        except WriteFailed:
            self._next_id = doc_id  # nothing has happened, so no id was used
            raise
        if not is_new:
            raise ValueError(f"Document with ID {doc_id} already exists")
        self.clear_cache()
        return doc_id

    def search(self, cond: QueryLike) -> list[Document]:
        """All documents that match, copied."""
        return [self._document(key, row) for key, row in self._matches(cond)]

    def count(self, cond: QueryLike) -> int:
        """How many documents match."""
        return len(self._matches(cond))

    def get(
        self,
        cond: QueryLike | None = None,
        doc_id: DocId | None = None,
        doc_ids: Iterable[DocId] | None = None,
    ) -> Any:
        """A copy of one document, or None; with ``doc_ids`` a list of those that exist."""
        rows = self._read_table()
        if doc_id is not None:
            row = rows.get(str(doc_id))
            return None if row is None else self.document_class(copied(row), doc_id)
        if doc_ids is not None:
            keys = {str(wanted) for wanted in doc_ids}
            return [self._document(key, row) for key, row in rows.items() if key in keys]
        if cond is None:
            raise RuntimeError("You have to pass either cond or doc_id or doc_ids")
        matches = (self._document(key, row) for key, row in list(rows.items()) if cond(row))
        return next(matches, None)

    def update(
        self,
        fields: Fields,
        cond: QueryLike | None = None,
        doc_ids: Iterable[DocId] | None = None,
    ) -> list[DocId]:
        """Set fields, or call a function, on the documents chosen; their ids."""
        wanted = None if doc_ids is None else list(doc_ids)
        updated: list[DocId] = []

        def updater(draft: Draft) -> None:
            for doc_id in draft.chosen(cond, wanted):
                updated.append(doc_id)
                _update_document(draft[doc_id], fields)

        self._update_table(updater)
        return updated

    def update_multiple(self, updates: Iterable[tuple[Fields, QueryLike]]) -> list[DocId]:
        """Do several updates, each on the documents that match its query; their ids."""
        updated: list[DocId] = []

        def updater(draft: Draft) -> None:
            for doc_id in list(draft):
                for fields, cond in updates:
                    if cond(draft.stored(doc_id)):
                        updated.append(doc_id)
                        _update_document(draft[doc_id], fields)

        self._update_table(updater)
        return updated

    def remove(
        self, cond: QueryLike | None = None, doc_ids: Iterable[DocId] | None = None
    ) -> list[DocId]:
        """Remove the documents chosen; their ids."""
        if cond is None and doc_ids is None:
            raise RuntimeError("Use truncate() to remove all documents")
        wanted = None if doc_ids is None else list(doc_ids)
        removed: list[DocId] = []

        def updater(draft: Draft) -> None:
            for doc_id in draft.chosen(cond, wanted):
                removed.append(doc_id)
                del draft[doc_id]

        self._update_table(updater)
        return removed

    def __iter__(self) -> Iterator[Document]:
        """Copies of the documents as they are now, whatever is changed on the way."""
        for key, row in list(self._read_table().items()):
            yield self._document(key, row)

    def _read_table(self) -> Mapping[str, Any]:  # type: ignore[override]
        rows = self._journal.rows(self.name)
        return _NO_ROWS if rows is None else rows

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        def edit(rows: Overlay) -> None:
            draft = Draft(rows, self.document_id_class)
            updater(draft)
            draft.finish()

        self._journal.change(self.name, edit)
        self.clear_cache()

    def _document(self, key: str, row: Any) -> Document:
        return self.document_class(copied(row), self.document_id_class(key))

    def _matches(self, cond: QueryLike) -> list[tuple[str, Any]]:
        """The rows that match, from the cache if the table is still the one it was filled from."""
        rows = self._read_table()
        revision = self._journal.revision(self.name)
        if revision != self._cached_at:
            self.clear_cache()
            self._cached_at = revision
        cache: Any = self._query_cache
        matches: list[tuple[str, Any]] | None = cache.get(cond)
        if matches is None:
            matches = [(key, row) for key, row in list(rows.items()) if cond(row)]
            if getattr(cond, "is_cacheable", lambda: True)():
                cache[cond] = matches
        return matches


def _update_document(document: Any, fields: Fields) -> None:
    if callable(fields):
        fields(document)
    else:
        document.update(fields)
