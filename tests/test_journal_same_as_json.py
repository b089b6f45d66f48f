"""Whatever is done to it, a JournalDB answers as TinyDB with its JSONStorage does."""

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journal_disk import QUICK_DISK
from tinydb import Query, TinyDB, where
from tinydb import operations as ops
from tinydb.table import Document

from kiosk.journal import JournalDB


class Stopped(Exception):
    """Leaves a transaction or an update by force."""


def half_done(document: Any) -> None:
    document["a"] = "changed"
    if "b" in document:
        raise Stopped


def deeper(document: Any) -> None:
    document.setdefault("deep", []).append({"n": len(document)})


NAMES = ["_default", "people", "cubbies"]
names = st.sampled_from(NAMES)
ids = st.integers(1, 6)
scalars = st.sampled_from([0, 1, True, 1.0, None, "x", "\n", "\ud800", float("nan"), -0.0, 10**30])
values = scalars | st.sampled_from([(1, (2,)), [{"k": [1]}], {1: "int key", None: 2}, [[]], {}])
bad_values = st.sampled_from([{1, 2}, b"bytes", {"k": {3}}, {(1, 2): 3}])
fields = st.dictionaries(st.sampled_from("abc"), values, max_size=3)
documents = (
    fields | st.builds(Document, fields, ids) | st.builds(lambda value: {"a": value}, bad_values)
)
queries = st.sampled_from(
    [
        where("a") == 1,
        where("b").exists(),
        ~(where("c") == "x"),
        (where("a") == 1) | (where("b") == 1),
        where("a").test(lambda value: value is True),
        Query().noop(),
        Query().fragment({"a": 1}),
    ]
)
changes = st.one_of(
    fields,
    st.sampled_from(
        [
            ops.increment("a"),
            ops.delete("b"),
            ops.set("c", (1, 2)),
            ops.set("a", {1}),
            deeper,
            half_done,
            lambda document: document.clear(),
        ]
    ),
)
id_lists = st.lists(ids | st.sampled_from([99, "1", 1.0, True]), max_size=3)
choices = st.one_of(
    st.builds(lambda query: {"cond": query}, queries),
    st.builds(lambda wanted: {"doc_ids": wanted}, id_lists),
    st.just({}),
)

Step = Callable[[TinyDB], Any]


def on_table(method: str, *arguments: st.SearchStrategy[Any], **by_name: Any) -> Any:
    """A step that calls a method of a table with these arguments."""
    return st.builds(
        lambda name, args, kwargs: lambda db: getattr(db.table(name), method)(*args, **kwargs),
        names,
        st.tuples(*arguments),
        by_name.get("options", st.just({})),
    )


def written_whole(name: str, rows: dict[str, Any]) -> Step:
    def step(db: TinyDB) -> None:
        db.storage.write({**(db.storage.read() or {}), name: rows})
        for table in db.tables():
            db.table(table).clear_cache()

    return step


def spoilt(name: str) -> Step:
    """Changing what was handed out changes nothing that is stored."""

    def step(db: TinyDB) -> None:
        table = db.table(name)
        for document in [*table.all(), *table.search(Query().noop()), *table.get(doc_ids=[1, 2])]:
            document.setdefault("deep", [{}])[0] = "spoilt"
            document["a"] = "spoilt"
        table.clear_cache()

    return step


steps = st.one_of(
    on_table("insert", documents),
    on_table("insert", documents),
    on_table("insert_multiple", st.lists(documents, max_size=3)),
    on_table("update", changes, options=choices),
    on_table("update_multiple", st.lists(st.tuples(changes, queries), max_size=2)),
    on_table("upsert", documents, queries),
    on_table("upsert", documents),
    on_table("remove", options=choices),
    on_table("truncate"),
    on_table("search", queries),
    on_table("count", queries),
    on_table("all"),
    on_table("__len__"),
    on_table("get", options=choices),
    on_table("get", st.none(), ids),
    on_table("contains", st.none(), ids),
    on_table("contains", queries),
    st.builds(lambda name: lambda db: db.drop_table(name), names),
    st.just(lambda db: db.drop_tables()),
    st.builds(written_whole, names, st.dictionaries(st.sampled_from("123"), fields, max_size=2)),
    st.builds(spoilt, names),
)


def seen(value: Any) -> Any:
    """A result, told apart from all that is not the same: 1 from True, a document by its id."""
    if isinstance(value, Document):
        return (type(value).__name__, value.doc_id, json.dumps(value))
    return [seen(part) for part in value] if isinstance(value, list) else repr(value)


def outcome(db: TinyDB, step: Step) -> Any:
    try:
        return seen(step(db))
    except Exception as error:
        return (type(error).__name__, str(error))


def contents(db: TinyDB) -> Any:
    return json.dumps(db.storage.read() or {}), sorted(db.tables())


class Pair:
    """The same database twice."""

    def __init__(self, directory: str) -> None:
        self._directory = Path(directory)
        self.open()

    def open(self) -> None:
        self.journal = JournalDB(self._directory / "db.journal")
        self.json = TinyDB(self._directory / "db.json")

    def close(self) -> None:
        self.journal.close()
        self.json.close()

    def check(self, step: Step) -> None:
        assert outcome(self.journal, step) == outcome(self.json, step)
        assert contents(self.journal) == contents(self.json)

    def check_opened_again(self) -> None:
        self.close()
        self.open()
        assert contents(self.journal) == contents(self.json)

    def check_rewritten(self) -> None:
        self.journal.rewrite()
        assert contents(self.journal) == contents(self.json)

    def check_transaction(self, program: list[Step]) -> None:
        with self.journal.transaction():
            for step in program:
                assert outcome(self.journal, step) == outcome(self.json, step)
        assert contents(self.journal)[1] == contents(self.json)[1]

    def check_rollback(self, program: list[Step]) -> None:
        for name in NAMES:  # a table first asked for inside stays known after it
            self.json.table(name)
            self.journal.table(name)
        try:
            with self.journal.transaction():
                for step in program:
                    outcome(self.journal, step)
                raise Stopped
        except Stopped:
            assert contents(self.journal) == contents(self.json)


persist_empty = st.builds(lambda name: lambda db: len(db.table(name, persist_empty=True)), names)
programs = st.lists(
    st.one_of(
        *[st.builds(lambda step: ("check", step), steps)] * 6,
        st.builds(lambda step: ("check", step), persist_empty),
        st.just(("check_opened_again",)),
        st.just(("check_rewritten",)),
        st.builds(lambda program: ("check_transaction", program), st.lists(steps, max_size=4)),
        st.builds(lambda program: ("check_rollback", program), st.lists(steps, max_size=4)),
    ),
    min_size=5,
    max_size=25,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(programs)
def test_every_program_of_operations_gives_the_same(program: list[tuple[Any, ...]]) -> None:
    with TemporaryDirectory(dir=QUICK_DISK) as directory:
        pair = Pair(directory)
        try:
            for check, *arguments in program:
                getattr(pair, check)(*arguments)
            pair.check_opened_again()
        finally:
            pair.close()
