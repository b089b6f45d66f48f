"""What TinyDB documents, done on TinyDB with JSONStorage and on JournalDB alike."""

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tinydb import Query, TinyDB, where
from tinydb.middlewares import CachingMiddleware
from tinydb.operations import delete, increment
from tinydb.storages import JSONStorage
from tinydb.table import Document, Table

from kiosk.journal import JournalDB, JournalStorage, JournalTable

Open = Callable[..., TinyDB]


@pytest.fixture(params=[TinyDB, JournalDB], ids=["json", "journal"])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    made: list[TinyDB] = []

    def open_db(**kwargs: Any) -> TinyDB:
        made.append(request.param(tmp_path / "db", **kwargs))
        return made[-1]

    yield open_db
    for db in made:
        db.close()


@pytest.fixture
def db(opener: Open) -> TinyDB:
    database = opener()
    database.insert_multiple({"kind": kind, "n": 1} for kind in ("apple", "pear", "plum"))
    return database


def test_a_query_finds_documents_with_their_ids(db: TinyDB) -> None:
    found = db.search((where("n") == 1) & ~(where("kind") == "pear"))
    assert [(doc.doc_id, doc["kind"]) for doc in found] == [(1, "apple"), (3, "plum")]
    assert db.get(Query().kind == "pear") == {"kind": "pear", "n": 1}
    assert (db.contains(where("kind") == "fig"), db.count(where("n") == 1)) == (False, 3)


def test_an_operation_changes_what_matches(db: TinyDB) -> None:
    assert db.update(increment("n"), where("kind") == "pear") == [2]
    assert db.update_multiple([(delete("n"), where("n") == 2), ({"n": 5}, where("n") == 1)]) == [
        1,
        2,
        3,
    ]
    assert [dict(doc) for doc in db] == [
        {"kind": "apple", "n": 5},
        {"kind": "pear"},
        {"kind": "plum", "n": 5},
    ]


def test_an_upsert_updates_or_inserts(db: TinyDB) -> None:
    assert db.upsert({"kind": "fig"}, where("kind") == "fig") == [4]
    assert db.upsert({"kind": "fig", "n": 2}, where("kind") == "fig") == [4]
    assert db.upsert(Document({"kind": "kiwi"}, doc_id=9)) == [9]
    assert (db.get(doc_id=4), db.get(doc_id=9)) == ({"kind": "fig", "n": 2}, {"kind": "kiwi"})


def test_ids_go_on_after_the_highest_that_is_left(opener: Open, db: TinyDB) -> None:
    db.remove(doc_ids=[3])
    assert db.insert({}) == 4
    db.remove(doc_ids=[4])
    db.close()
    again = opener()
    assert again.insert({}) == 3
    again.insert(Document({}, doc_id=70))
    assert again.insert({}) == 71
    again.truncate()
    assert again.insert({}) == 1


def test_an_id_that_is_taken_is_refused(db: TinyDB) -> None:
    with pytest.raises(ValueError, match="Document with ID 2 already exists"):
        db.insert(Document({}, doc_id=2))
    with pytest.raises(ValueError, match="Document is not a Mapping"):
        db.insert([1])  # type: ignore[arg-type]
    assert len(db) == 3


def test_a_value_that_json_has_not_changes_nothing(db: TinyDB) -> None:
    with pytest.raises(TypeError, match="set is not JSON serializable"):
        db.insert({"n": {1}})
    with pytest.raises(TypeError, match="bytes is not JSON serializable"):
        db.update({"n": b"1"})
    assert [doc["n"] for doc in db] == [1, 1, 1]


def test_what_is_stored_is_what_json_makes_of_it(db: TinyDB) -> None:
    doc_id = db.insert({"pair": (1, 2), "by number": {1: "one"}})
    assert db.get(doc_id=doc_id) == {"pair": [1, 2], "by number": {"1": "one"}}


def test_an_updater_that_raises_changes_nothing(db: TinyDB) -> None:
    with pytest.raises(KeyError):
        db.update(increment("absent"))
    with pytest.raises(ZeroDivisionError):
        db.update(lambda doc: doc.update(n=1 // (doc["kind"] != "plum")))
    assert [doc["n"] for doc in db] == [1, 1, 1]


def test_documents_are_copies_on_the_way_in_and_out(db: TinyDB) -> None:
    given = {"tags": ["new"]}
    doc_id = db.insert(given)
    given["tags"].append("changed")
    for handed_out in (db.get(doc_id=doc_id), db.all()[-1], db.get(doc_ids=[doc_id])[0]):
        handed_out["tags"].append("changed")
    db.storage.read()["_default"][str(doc_id)]["tags"].append("changed")
    assert db.get(doc_id=doc_id) == {"tags": ["new"]}


LOOKS: dict[str, Callable[[TinyDB], Any]] = {
    "all": lambda db: [dict(row) for row in db],
    "length": lambda db: len(db),
    "the last, by id": lambda db: db.get(doc_id=len(db)),
    "by a query": lambda db: db.search(where("n") >= 0),
    "by a second table": lambda db: list(db.table_class(db.storage, "_default")),
    "by the storage": lambda db: db.storage.read(),
    "from a transaction": lambda db: _inside(db, lambda: len(db)),
    "after an update": lambda db: (db.update(increment("n")), list(db)),
    "after a removal": lambda db: (db.remove(where("n") == 0), list(db)),
    "after an upsert": lambda db: (db.upsert({"n": 7}, where("n") == 0), list(db)),
    "after another table": lambda db: (db.table("other").insert({}), list(db), list(db.tables())),
    "after all was dropped": lambda db: (db.drop_tables(), db.insert({"n": 1}), list(db)),
}


def _inside(db: TinyDB, look: Callable[[], Any]) -> Any:
    if not isinstance(db, JournalDB):
        return look()
    with db.transaction():
        return look()


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("inserts", [1, 2, 99, 100, 101, 203])
def test_rows_inserted_one_by_one_are_there_wherever_one_looks_first(
    tmp_path: Path, inserts: int, look: Callable[[TinyDB], Any]
) -> None:
    found = []
    for kind in (TinyDB, JournalDB):
        with kind(tmp_path / kind.__name__) as db:
            for n in range(inserts):
                db.insert({"n": n, "parts": [n]})
            found.append(look(db))
    assert found[0] == found[1]


def test_an_id_just_inserted_is_taken_for_a_second_table_of_that_name(tmp_path: Path) -> None:
    with JournalDB(tmp_path / "db") as db:
        db.insert_multiple([{"n": 1}, {"n": 2}])
        other = db.table_class(db.storage, "_default")
        assert (other.insert({"n": 3}), other.insert({"n": 4})) == (3, 4)
        db.table("_default").numbering = 4
        with pytest.raises(ValueError, match="already exists"):
            db.insert({"n": 5})
        assert [row["n"] for row in db] == [1, 2, 3, 4]


def test_a_document_that_could_not_be_read_at_every_opening_is_refused(tmp_path: Path) -> None:
    stored = 0
    with JournalDB(tmp_path / "db") as db:
        for levels in range(0, sys.getrecursionlimit() + 50, 10):
            with suppress(RecursionError):
                db.insert({"deep": _nested(levels)})
                stored += 1
        assert len(db) == stored
    assert 50 < stored < 105
    _deeper(100, lambda: JournalDB(tmp_path / "db").close())


def _nested(levels: int) -> Any:
    document: list[Any] = []
    for _ in range(levels):
        document = [document]
    return document


def _deeper(frames: int, work: Callable[[], None]) -> None:
    _deeper(frames - 1, work) if frames else work()


def test_tables_are_apart_and_can_be_dropped(opener: Open, db: TinyDB) -> None:
    db.table("empty", persist_empty=True)
    db.table("never used")
    db.table("people").insert({"name": "Ana"})
    assert db.tables() == {"_default", "empty", "people"}
    db.drop_table("people")
    db.drop_table("unknown")
    db.close()
    again = opener()
    assert again.storage.read() == {"_default": db_rows(again), "empty": {}}
    again.drop_tables()
    assert (again.tables(), again.storage.read()) == (set(), {})


def db_rows(db: TinyDB) -> dict[str, Any]:
    return {str(doc.doc_id): dict(doc) for doc in db}


def test_a_new_database_reads_as_none(opener: Open) -> None:
    db = opener()
    assert (db.storage.read(), db.tables(), db.all()) == (None, set(), [])
    db.drop_tables()
    assert db.storage.read() == {}


def test_a_closed_database_is_refused(db: TinyDB) -> None:
    with db:
        pass
    for use in (db.all, db.tables, lambda: db.insert({}), lambda: len(db)):
        with pytest.raises(ValueError, match="closed"):
            use()


def test_documents_can_be_changed_while_they_are_walked_through(db: TinyDB) -> None:
    for doc in db:
        db.insert({"copy of": doc.doc_id})
        db.remove(doc_ids=[doc.doc_id])
    assert [doc["copy of"] for doc in db] == [1, 2, 3]


def test_the_query_cache_answers_until_something_changes(db: TinyDB) -> None:
    asked: list[Any] = []
    query = where("n").test(lambda value: asked.append(value) or True)
    assert (db.count(query), len(db.search(query)), len(asked)) == (3, 3, 3)
    db.insert({"n": 2})
    assert (db.count(query), len(asked)) == (4, 7)
    db.clear_cache()
    assert (db.count(query), len(asked)) == (4, 11)


def test_a_middleware_is_honoured(tmp_path: Path) -> None:
    for storage, cls in ((JSONStorage, TinyDB), (JournalStorage, JournalDB)):
        path = tmp_path / cls.__name__
        with cls(path, storage=CachingMiddleware(storage)) as db:
            db.insert({"n": 1})
            size = path.stat().st_size
            db.insert({"n": 2})
            assert path.stat().st_size == size
        with cls(path) as db:
            assert db.all() == [{"n": 1}, {"n": 2}]


@pytest.mark.parametrize(("base", "table"), [(TinyDB, Table), (JournalDB, JournalTable)])
def test_documents_and_ids_may_have_classes_of_their_own(
    tmp_path: Path, base: type[TinyDB], table: type[Table]
) -> None:
    class Fruit(Document):
        pass

    class Fruits(table):  # type: ignore[misc,valid-type]
        document_class = Fruit
        document_id_class = str

    class Shop(base):  # type: ignore[misc,valid-type]
        table_class = Fruits
        default_table_name = "fruits"

    with Shop(tmp_path / "db") as db:
        assert db.insert(Fruit({"n": 1}, doc_id="pear")) == "pear"
        assert db.update({"n": 2}, doc_ids=["pear", "fig"]) == ["pear"]
        found = db.search(where("n") == 2)
        assert [(type(doc), doc.doc_id) for doc in found] == [(Fruit, "pear")]
        assert (db.remove(where("n") == 2), db.tables()) == (["pear"], {"fruits"})


def test_missing_directories_are_made_when_asked(tmp_path: Path) -> None:
    for cls in (TinyDB, JournalDB):
        path = tmp_path / cls.__name__ / "deep" / "db"
        with pytest.raises(FileNotFoundError):
            cls(path)
        cls(path, create_dirs=True).close()
        assert path.exists()


def test_a_journal_table_needs_a_journal() -> None:
    with pytest.raises(TypeError, match="needs a JournalStorage"):
        JournalTable(CachingMiddleware(JSONStorage), "t")


def test_stale_results_are_never_served_from_a_table_that_was_dropped(tmp_path: Path) -> None:
    with JournalDB(tmp_path / "db") as db:
        table = db.table("t")
        table.insert({"n": 1})
        assert table.count(where("n") == 1) == 1
        db.drop_table("t")
        assert table.count(where("n") == 1) == 0
