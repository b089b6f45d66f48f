"""What one operation changes: the payload of a journal line, made, read and applied. Pure.

A change is plain JSON: ``{"drop": [table, ...], "put": {table: rows, ...}}``, tables dropped first.
The rows of a table are ``{"clear": true, "remove": [id, ...], "set": {id: document, ...}}``, done
in that order; a table that is put is made if it is not there. Every key may be missing.
"""

import json
from collections.abc import Callable, KeysView, Mapping, MutableMapping
from typing import Any, TypedDict

_SHALLOW = 100  # brackets
_ROOM = 200  # frames of the stack that are left to whoever reads back

Rows = dict[str, Any]
Tables = dict[str, Rows]


def make_dumps(*, sort_keys: bool = False) -> Callable[[Any], str]:
    """A compact JSON encoder that is made once: ``JSONEncoder.encode`` makes one at each call,
    which takes longer than a document does.

    The text never holds a raw newline: JSON escapes them in strings, and nothing is indented. NaN
    and the infinities are written as TinyDB's JSONStorage does. The encoder raises TypeError and
    ValueError as ``json.dumps`` does.
    """
    plain = json.JSONEncoder(separators=(",", ":"), sort_keys=sort_keys)
    make: Any = getattr(json.encoder, "c_make_encoder", None)
    if make is None:  # a Python without its C accelerator
        return plain.encode
    escape = json.encoder.encode_basestring_ascii
    encode = make(None, plain.default, escape, None, ":", ",", sort_keys, False, True)

    def dumps(value: Any) -> str:
        if isinstance(value, str):
            return plain.encode(value)
        try:
            return "".join(encode(value, 0))
        except RecursionError:
            return plain.encode(value)  # which tells a circle from mere depth

    return dumps


dumps = make_dumps()
loads = json.JSONDecoder().decode
_scan: Callable[[str, int], tuple[Any, int]] = vars(json.JSONDecoder())["scan_once"]


def reread(text: str) -> Any:
    """What ``dumps`` made, read back: ``loads`` without its look for what may stand around it."""
    return _scan(text, 0)[0]


def read_json(text: str) -> Any:
    """What a text says that may be anything. Raises ValueError: it is not one value of JSON, with
    nothing around it, where ``dumps`` puts nothing."""
    try:
        value, end = _scan(text, 0)
    except StopIteration:
        end = -1
    if end != len(text):
        raise ValueError("it is no JSON")
    return value


def is_shallow(text: str) -> bool:
    """Whether a text cannot be too deep to be read back, wherever that is done."""
    return text.count("{") + text.count("[") <= _SHALLOW


def check_depth(text: str) -> None:
    """Raise RecursionError for a text that could be read back here, but perhaps not where a file is
    opened: what the stack has room for depends on who calls."""
    if not is_shallow(text):
        _further_down(_ROOM, text)


def _further_down(frames: int, text: str) -> None:
    if frames:
        _further_down(frames - 1, text)
    else:
        reread(text)


class RowChange(TypedDict, total=False):
    """What changes in one table."""

    clear: bool
    remove: list[str]
    set: Rows


class Change(TypedDict, total=False):
    """What changes in the database."""

    drop: list[str]
    put: dict[str, RowChange]


_CHANGE, _ROW_CHANGE = frozenset({"drop", "put"}), frozenset({"clear", "remove", "set"})


def parse(payload: str) -> Change:
    """The change that a payload says.

    Raises:
        ValueError: it is no JSON, or says more than a change can.
        TypeError, AttributeError: it has another shape.
    """
    change: Change = read_json(payload)
    _refuse_others(change.keys(), _CHANGE)
    for rows in change.get("put", {}).values():
        _refuse_others(rows.keys(), _ROW_CHANGE)
    return change


def parse_tables(text: str) -> Tables:
    """A whole database from its text. Raises TypeError if it is not tables of rows."""
    tables = loads(text)
    if not isinstance(tables, dict) or not all(isinstance(t, dict) for t in tables.values()):
        raise TypeError("a database is a dict of tables, and a table a dict of rows")
    return tables


def _refuse_others(keys: KeysView[str], known: frozenset[str]) -> None:
    if not keys <= known:
        raise ValueError(f"unknown: {', '.join(sorted(keys - known))}")


def make_change(drop: list[str], put: dict[str, RowChange]) -> Change:
    """A change without empty parts: false if nothing changes."""
    change = Change()
    if drop:
        change["drop"] = drop
    if put:
        change["put"] = put
    return change


def make_row_change(remove: list[str], changed: Rows, *, clear: bool = False) -> RowChange:
    """A change of rows without empty parts: false if nothing changes."""
    change = RowChange()
    if clear:
        change["clear"] = True
    if remove:
        change["remove"] = remove
    if changed:
        change["set"] = changed
    return change


def apply(tables: Tables, change: Change) -> None:
    """Do a change. What it removes may be gone already."""
    for name in change.get("drop", ()):
        tables.pop(name, None)
    for name, rows in change.get("put", {}).items():
        apply_rows(tables.setdefault(name, {}), rows)


def apply_rows(rows: MutableMapping[str, Any], change: RowChange) -> None:
    """Do the change of one table."""
    if change.get("clear"):
        rows.clear()
    for key in change.get("remove", ()):
        rows.pop(key, None)
    rows.update(change.get("set", {}))


def difference(old: Mapping[str, Mapping[str, Any]], new: Tables) -> Change:
    """The change that turns the old tables into the new, in the order of the new."""
    drop = [name for name in old if name not in new]
    put = {
        name: rows
        for name, after in new.items()
        if (rows := row_difference(old.get(name, {}), after)) or name not in old
    }
    kept = [name for name in old if name in new]
    if [*kept, *(name for name in new if name not in old)] != list(new):
        drop, put = list(old), {name: RowChange(set=rows) for name, rows in new.items()}
    return make_change(drop, put)


def row_difference(old: Mapping[str, Any], new: Rows) -> RowChange:
    """The change that turns the old rows into the new, in the order of the new."""
    remove = [key for key in old if key not in new]
    changed = {key: row for key, row in new.items() if key not in old or not is_same(old[key], row)}
    kept = [key for key in old if key in new]
    if [*kept, *(key for key in new if key not in old)] != list(new):
        return RowChange(clear=True, set=new)
    return make_row_change(remove, changed)


def is_same(old: Any, new: Any) -> bool:
    """Whether two documents are written alike: 1, 1.0 and True are equal but not the same.

    Raises:
        TypeError, ValueError: JSON has no such value.
    """
    return dumps(old) == dumps(new)


def copied(value: Any) -> Any:
    """A copy of a JSON object or array that shares no changeable part with it; else the value."""
    kind = type(value)
    if kind is dict:
        parts = value.items()
    elif kind is list:
        parts = enumerate(value)
    else:
        return value
    copy = value.copy()
    for place, part in parts:
        if type(part) is dict or type(part) is list:
            copy[place] = copied(part)
    return copy
