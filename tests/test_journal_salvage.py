"""A damaged journal: no sound line is lost, no loss is unsaid, and the original is kept."""

import errno
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from journal_disk import QUICK_DISK, PowerCut

from kiosk.journal import Damaged, Gap, JournalDB, Repair, System, frame, repair
from kiosk.journal.salvage import salvage

GENERATION = "0123456789abcdef" * 2
HEADER = frame.encode_header(GENERATION)


def lines_of(payloads: list[bytes]) -> list[bytes]:
    """A journal of them, as lines, its header the first."""
    lines = [HEADER]
    for payload in payloads:
        lines.append(frame.encode(payload, frame.digest(lines[-1])))
    return lines


PAYLOADS = [b'{"put":{"t":{"set":{"%d":{"n":"%s"}}}}}' % (n, b"x" * (n * 7 % 40)) for n in range(9)]
LINES = lines_of(PAYLOADS)
WHOLE = b"".join(LINES)
STARTS = [sum(map(len, LINES[:n])) for n in range(len(LINES) + 1)]


def is_subsequence(part: tuple[bytes, ...], whole: list[bytes]) -> bool:
    rest = iter(whole)
    return all(payload in rest for payload in part)


ranges = st.integers(0, len(WHOLE) - 1).flatmap(
    lambda start: st.tuples(st.just(start), st.integers(1, len(WHOLE) - start))
)
spoilers: st.SearchStrategy[Callable[[int], bytes]] = st.sampled_from(
    [bytes, lambda n: b"\xff" * n, lambda n: b"\n" * n, lambda n: WHOLE[:n], lambda n: b"0" * n]
)


@given(ranges, spoilers | st.binary(max_size=300).map(lambda noise: lambda size: noise))
def test_no_sound_line_outside_a_damaged_range_is_lost(
    damaged: tuple[int, int], spoil: Callable[[int], bytes]
) -> None:
    start, end = damaged[0], damaged[0] + damaged[1]
    saved = salvage(WHOLE[:start] + spoil(end - start) + WHOLE[end:])

    before = [p for p, at in zip(PAYLOADS, STARTS[2:], strict=True) if at <= start]
    after = [p for p, at in zip(PAYLOADS, STARTS[1:-1], strict=True) if at >= end]
    assert list(saved.payloads[: len(before)]) == before
    assert list(saved.payloads[len(saved.payloads) - len(after) :]) == after
    assert len(saved.payloads) >= len(before) + len(after)


@given(ranges, st.binary(max_size=300))
def test_what_is_saved_was_there_in_that_order_and_every_loss_is_said(
    damaged: tuple[int, int], noise: bytes
) -> None:
    start, end = damaged[0], damaged[0] + damaged[1]
    data = WHOLE[:start] + noise + WHOLE[end:]
    saved = salvage(data)

    assert is_subsequence(saved.payloads, PAYLOADS)
    is_cut_at_a_line = not noise and end == len(WHOLE) and start in STARTS[1:]
    assert saved.gaps or is_cut_at_a_line or data == WHOLE
    for gap in saved.gaps:
        assert 0 <= gap.offset <= gap.offset + gap.size <= len(data)
        assert 0 <= gap.lines <= len(saved.payloads)


@given(ranges)
def test_the_gaps_and_the_saved_lines_are_all_there_is(damaged: tuple[int, int]) -> None:
    start, size = damaged
    data = WHOLE[:start] + bytes(size) + WHOLE[start + size :]
    saved = salvage(data)

    kept = sum(len(frame.encode(payload, b"0" * 32)) for payload in saved.payloads)
    head = len(HEADER) if start >= len(HEADER) else 0
    assert head + kept + sum(gap.size for gap in saved.gaps) == len(data)


def test_a_whole_journal_is_saved_whole() -> None:
    saved = salvage(WHOLE)

    assert (list(saved.payloads), saved.gaps) == (PAYLOADS, ())


@pytest.mark.parametrize("missing", range(1, len(LINES) - 1))
def test_a_missing_line_is_a_gap_of_no_size(missing: int) -> None:
    saved = salvage(b"".join(LINES[:missing] + LINES[missing + 1 :]))

    assert saved.gaps == (Gap(missing - 1, STARTS[missing], 0),)
    assert list(saved.payloads) == PAYLOADS[: missing - 1] + PAYLOADS[missing:]


def test_two_damaged_places_are_two_gaps_and_neighbouring_ones_are_one() -> None:
    apart, beside = bytearray(WHOLE), bytearray(WHOLE)
    for line in (2, 5):
        apart[STARTS[line] + 20] ^= 1
    for line in (2, 3):
        beside[STARTS[line] + 20] ^= 1

    assert salvage(bytes(apart)).gaps == (
        Gap(1, STARTS[2], len(LINES[2])),
        Gap(3, STARTS[5], len(LINES[5])),
    )
    assert salvage(bytes(beside)).gaps == (Gap(1, STARTS[2], STARTS[4] - STARTS[2]),)


@pytest.mark.parametrize("size", [1, len(HEADER) - 1, len(HEADER), len(HEADER) + 20])
def test_a_destroyed_header_costs_no_line_behind_it(size: int) -> None:
    saved = salvage(bytes(size) + WHOLE[size:])

    lost = size > len(HEADER)
    assert list(saved.payloads) == PAYLOADS[lost:]
    assert saved.gaps == (Gap(0, 0, STARTS[1 + lost]),)


@pytest.mark.parametrize("data", [b"", b"\n", bytes(4096), b"no journal at all\n" * 9])
def test_of_what_was_never_a_journal_nothing_is_saved(data: bytes) -> None:
    saved = salvage(data)

    assert (saved.payloads, saved.gaps) == ((), (Gap(0, 0, len(data)),))


def test_a_payload_that_makes_no_sense_is_lost_alone() -> None:
    saved = salvage(WHOLE, lambda payload: payload != PAYLOADS[4])

    assert list(saved.payloads) == PAYLOADS[:4] + PAYLOADS[5:]
    assert saved.gaps == (Gap(4, STARTS[5], len(LINES[5])),)


@settings(max_examples=30)
@given(ranges)
def test_a_repaired_journal_opens_and_holds_what_was_saved(damaged: tuple[int, int]) -> None:
    start, size = damaged
    data = WHOLE[:start] + b"\xff" * size + WHOLE[start + size :]
    with TemporaryDirectory(dir=QUICK_DISK) as directory:
        path = Path(directory) / "journal"
        path.write_bytes(data)
        done = repair(str(path), System())
        assert Path(done.kept_as).read_bytes() == data
        assert payloads_in(path) == list(salvage(data).payloads)
        assert (done.lines, done.gaps) == (len(payloads_in(path)), salvage(data).gaps)
        JournalDB(path).close()


def payloads_in(path: Path) -> list[bytes]:
    return list(salvage(path.read_bytes()).payloads)


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A journal with a bad byte in its third line."""
    path = tmp_path / "journal"
    content = bytearray(WHOLE)
    content[STARTS[3] + 30] ^= 1
    path.write_bytes(content)
    return path


def test_the_original_is_kept_byte_for_byte_each_time(damaged: Path) -> None:
    first = damaged.read_bytes()
    assert repair(str(damaged), System()).kept_as == f"{damaged}.damaged-1"
    second = damaged.read_bytes()[:-1] + b"?"
    damaged.write_bytes(second)
    assert repair(str(damaged), System()).kept_as == f"{damaged}.damaged-2"

    assert damaged.with_name("journal.damaged-1").read_bytes() == first
    assert damaged.with_name("journal.damaged-2").read_bytes() == second
    assert payloads_in(damaged) == PAYLOADS[:2] + PAYLOADS[3:-1]


def test_what_was_refused_opens_after_its_repair(damaged: Path) -> None:
    with pytest.raises(Damaged):
        JournalDB(damaged)
    repair(str(damaged), System())
    with JournalDB(damaged) as db:
        assert len(db.table("t")) == len(PAYLOADS) - 1
        db.table("t").insert({"n": "goes on"})
    assert len(JournalDB(damaged).table("t")) == len(PAYLOADS)


CALLS = {name for name, call in vars(System).items() if isinstance(call, staticmethod)}


class Plug(System):
    """What is due happens instead of the call numbered ``at``, from 1; ``cut`` is for good."""

    def __init__(self, at: int, fault: int | None) -> None:
        self.count = 0
        self._at = at
        self._fault = fault

    def __getattribute__(self, name: str) -> Any:
        if name in CALLS:
            self._meet(name)
        return super().__getattribute__(name)

    def _meet(self, name: str) -> None:
        self.count += 1
        if self._fault is None and self.count >= self._at and name != "close":
            raise PowerCut
        if self.count == self._at and self._fault is not None and name != "close":
            raise OSError(self._fault, "as told")


def repaired_or_stopped(path: Path, plug: Plug) -> Repair | None:
    try:
        return repair(str(path), plug)
    except (PowerCut, OSError):
        return None


def copies(damaged: Path) -> Iterator[tuple[int, Path]]:
    """The damaged journal, in a folder for each call at which something may happen."""
    for at in range(1, 30):
        folder = damaged.parent / str(at)
        folder.mkdir()
        (folder / "journal").write_bytes(damaged.read_bytes())
        yield at, folder / "journal"


@pytest.mark.parametrize("fault", [None, errno.ENOSPC, errno.EIO])
def test_a_stop_at_any_call_leaves_the_original_under_one_name_or_the_other(
    damaged: Path, fault: int | None
) -> None:
    original, stops = damaged.read_bytes(), 0
    for at, path in copies(damaged):
        done = repaired_or_stopped(path, plug := Plug(at, fault))
        stops += done is None
        kept = [path.with_name("journal.damaged-1"), path]
        assert original in [name.read_bytes() for name in kept if name.exists()]
        if path.read_bytes() == original:
            repair(str(path), System())
        assert payloads_in(path) == PAYLOADS[:2] + PAYLOADS[3:]
        assert [entry.name for entry in path.parent.iterdir() if entry.suffix == ".new"] == []
        if plug.count < at:
            break
    assert stops > 6
