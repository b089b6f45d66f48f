"""What a crash or a worn card can leave in the file, and what opening makes of it."""

import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journal_disk import QUICK_DISK
from tinydb import where

from kiosk.journal import Damaged, JournalDB, NewerFormat, Recovered, frame

State = Any


def write_history(path: Path) -> list[tuple[int, State]]:
    """Some of every kind of operation; the file's size and the state after each line."""
    marks: list[tuple[int, State]] = [(0, None)]
    with JournalDB(path) as db:

        def mark() -> None:
            marks.append((path.stat().st_size, db.storage.read()))

        mark()
        db.insert({"name": "Ana", "line": "one\ntwo"})
        mark()
        db.table("cubbies").insert_multiple([{"n": 1}, {"n": 2}])
        mark()
        with db.transaction():
            db.update({"in": True}, where("name") == "Ana")
            db.table("events").insert({"type": "tap", "what": ["x", {"é": 1.5}]})
            db.table("cubbies").remove(doc_ids=[1])
        mark()
        db.table("cubbies").truncate()
        mark()
        db.drop_table("_default")
        mark()
    return marks


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[tuple[int, State]]]:
    path = tmp_path_factory.mktemp("history") / "journal"
    marks = write_history(path)
    return path.read_bytes(), marks


@pytest.fixture
def quick_path() -> Iterator[Path]:
    with TemporaryDirectory(dir=QUICK_DISK) as directory:
        yield Path(directory)


def opened(path: Path) -> tuple[State, Recovered | None]:
    with JournalDB(path) as db:
        return db.storage.read(), db.recovered


def test_every_part_of_a_journal_opens_to_its_whole_lines(
    history: tuple[bytes, list[tuple[int, State]]], quick_path: Path
) -> None:
    content, marks = history
    for kept in range(len(content) + 1):
        path = quick_path / f"cut-{kept}"
        path.write_bytes(content[:kept])
        size, state = max((mark for mark in marks if mark[0] <= kept), key=lambda mark: mark[0])
        side_file = f"{path}.torn-{size}"
        torn = Recovered(size, kept - size, side_file) if kept > size else None
        found = opened(path)
        # A few bytes only do not tell that they are of the line that was due.
        is_sure = found[1] is not None and found[1].is_one_line
        assert found == (state, torn and replace(torn, is_one_line=is_sure))
        assert is_sure or torn is None or torn.size < 52 or size == 0
        assert torn is None or Path(side_file).read_bytes() == content[size:kept]
        assert opened(path) == (state, None)


def test_a_line_of_zeros_at_the_end_is_a_torn_one(
    history: tuple[bytes, list[tuple[int, State]]], tmp_path: Path
) -> None:
    content, marks = history
    path = tmp_path / "journal"
    path.write_bytes(content + bytes(100))
    assert opened(path) == (
        marks[-1][1],
        Recovered(len(content), 100, f"{path}.torn-{len(content)}", is_one_line=False),
    )


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), bits=st.integers(1, 255))
def test_no_changed_byte_goes_unnoticed(
    history: tuple[bytes, list[tuple[int, State]]], quick_path: Path, data: Any, bits: int
) -> None:
    content, marks = history
    at = data.draw(st.integers(0, len(content) - 1))
    path = quick_path / "flipped"
    path.write_bytes(content[:at] + bytes([content[at] ^ bits]) + content[at + 1 :])
    last_line = marks[-2][0]
    is_newline = content[at] ^ bits == ord("\n")  # then it looks like more than one line
    if at < last_line or is_newline:
        with pytest.raises(Damaged):
            JournalDB(path)
    else:
        state, recovered = opened(path)
        assert state == marks[-2][1]
        assert recovered is not None
        assert (recovered.offset, recovered.size) == (last_line, len(content) - last_line)


def test_damage_in_the_middle_names_the_place_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    marks = write_history(path)
    damaged = path.read_bytes().replace(b'"n":1', b'"n":7', 1)
    path.write_bytes(damaged)
    with pytest.raises(Damaged) as caught:
        JournalDB(path)
    where_it_is = (caught.value.path, caught.value.line, caught.value.offset)
    assert where_it_is == (str(path), 3, marks[2][0])
    assert f"{path}: line 3, at byte {marks[2][0]}: its checksum" in str(caught.value)
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (damaged, [path])


def test_a_line_that_was_taken_out_breaks_the_chain(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    write_history(path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2] + lines[3:]))
    with pytest.raises(Damaged, match=r"line 3, .* the chain is broken"):
        JournalDB(path)


def test_the_last_line_of_another_journal_breaks_the_chain(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    write_history(path)
    with path.open("ab") as file:
        file.write(frame.encode(b"{}", b"0" * 32))
    with pytest.raises(Damaged, match="the chain is broken"):
        JournalDB(path)


@pytest.mark.parametrize(
    "payload",
    [
        b"{",
        b"[]",
        b"\xff",
        b'{"new":1}',
        b'{"drop":3}',
        b'{"put":[]}',
        b'{"put":{"t":3}}',
        b'{"put":{"t":{"new":1}}}',
        b'{"put":{"t":{"set":[1]}}}',
        b'{"put":{"t":{"remove":1}}}',
    ],
)
def test_a_sound_line_that_makes_no_sense_is_damage(tmp_path: Path, payload: bytes) -> None:
    path = tmp_path / "journal"
    header = frame.encode_header("0" * 32)
    path.write_bytes(header + frame.encode(payload, frame.digest(header)))
    with pytest.raises(Damaged, match=r"line 2, .* makes no sense"):
        JournalDB(path)


@pytest.mark.parametrize("content", [b'{"_default": {}}', b"hello\n", b"\0" * 4096])
def test_another_kind_of_file_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "journal"
    path.write_bytes(content)
    with pytest.raises(Damaged, match="line 1, at byte 0: this is not the first line"):
        JournalDB(path)
    assert path.read_bytes() == content


def test_a_newer_format_is_refused_in_a_plain_sentence(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    start = frame.MAGIC + b"2 " + b"0" * 32 + b" "
    content = start + b"%08x\nwhatever" % zlib.crc32(start)
    path.write_bytes(content)
    with pytest.raises(NewerFormat, match="has format version 2, and this software knows"):
        JournalDB(path)
    assert path.read_bytes() == content


def test_a_side_file_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    JournalDB(path).close()
    size = path.stat().st_size
    kept = []
    for torn in (b"first", b"second", b"second", b"third"):
        with path.open("ab") as file:
            file.write(torn)
        recovered = opened(path)[1]
        assert recovered is not None
        kept.append(recovered.side_file)
    base = f"{path}.torn-{size}"
    assert kept == [base, f"{base}.1", f"{base}.1", f"{base}.2"]
    assert [Path(name).read_bytes() for name in kept] == [b"first", b"second", b"second", b"third"]
