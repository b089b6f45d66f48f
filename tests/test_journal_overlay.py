from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.journal.changes import Tables, apply, apply_rows, difference, dumps, parse, parse_tables
from kiosk.journal.draft import Draft
from kiosk.journal.overlay import Overlay, Pending

keys = st.sampled_from("abcd")
rows = st.dictionaries(keys, st.integers(0, 3))
row_steps = st.lists(
    st.one_of(
        st.tuples(st.just("__setitem__"), keys, st.integers(0, 3)),
        st.tuples(st.just("pop"), keys, st.none()),
        st.tuples(st.just("clear")),
    ),
    max_size=12,
)


@given(rows, row_steps)
def test_an_overlay_is_what_the_dict_would_be(before: dict[str, int], steps: Any) -> None:
    kept, plain, overlay = before.copy(), before.copy(), Overlay(before)
    for method, *arguments in steps:
        getattr(plain, method)(*arguments)
        getattr(overlay, method)(*arguments)
        assert (list(overlay.items()), len(overlay)) == (list(plain.items()), len(plain))
    assert before == kept
    apply_rows(before, overlay.change())
    assert list(before.items()) == list(plain.items())


tables = st.dictionaries(keys, rows, max_size=3)


@given(tables, tables)
def test_a_difference_makes_the_old_the_new_in_its_order(old: Tables, new: Tables) -> None:
    apply(old, parse(dumps(difference(old, new))))
    assert dumps(old) == dumps(new)


@settings(max_examples=60)
@given(tables, st.lists(tables, max_size=3))
def test_what_is_pending_becomes_one_change(before: Tables, versions: list[Tables]) -> None:
    text, pending, plain = dumps(before), Pending(before, {}), parse_tables(dumps(before))
    for version in versions:
        change = difference({name: pending.rows(name) or {} for name in pending.names()}, version)
        pending.absorb(change)
        pending = Pending(before, pending.change())
        plain = version
    assert dumps(before) == text
    apply(before, pending.change())
    assert before == plain


def test_deleting_what_is_not_there_is_a_key_error() -> None:
    overlay = Overlay({"1": "one"})
    del overlay["1"]
    with pytest.raises(KeyError):
        del overlay["1"]
    with pytest.raises(KeyError):
        overlay["1"]


@pytest.mark.parametrize("doc_id", [1, 1.0, True, 2, 1.5, "1", None, (), "x"], ids=repr)
def test_a_draft_knows_an_id_as_a_dict_does(doc_id: Any) -> None:
    draft = Draft(Overlay({"1": {}, "7": {}}), int)
    assert (doc_id in draft) == (doc_id in {1: {}, 7: {}})


def test_a_draft_refuses_an_id_that_cannot_be_a_key() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        [] in Draft(Overlay({}), int)  # noqa: B015


def test_a_draft_sets_only_the_documents_that_were_changed() -> None:
    overlay = Overlay({"1": {"n": 1}, "2": {"n": 1}, "3": {"n": 1}})
    draft = Draft(overlay, int)
    draft[1]["n"] = True  # equal to 1, but written otherwise
    draft[2]["n"] = 1
    draft.finish()
    assert dumps(overlay.change()) == '{"set":{"1":{"n":true}}}'


def test_a_draft_can_be_changed_like_a_dict() -> None:
    overlay = Overlay({"1": {"n": 1}, "2": {"n": 2}})
    draft = Draft(overlay, int)
    draft[3] = {"n": 3}
    assert (draft.pop(1), draft.stored(2), list(draft), len(draft)) == (
        {"n": 1},
        {"n": 2},
        [2, 3],
        2,
    )
    draft.clear()
    assert overlay.change() == {"clear": True}
