"""A segment gives back what was written, says where it is damaged, and never says anything else."""

import errno
import os
from collections.abc import Iterator
from io import BytesIO
from itertools import accumulate, cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from journal_disk import QUICK_DISK, MoodyDisk
from pytest_mock import MockerFixture

from kiosk.journal import Damaged, System
from kiosk.journal.segment import (
    SPARSE,
    Record,
    Segment,
    Written,
    check_lines,
    salvage_records,
    write_segment,
)

NAME = "a.segment"


def write(folder: Path, records: list[Record], system: System | None = None) -> Path:
    write_segment(str(folder), records, lambda written: NAME, system or System())
    return folder / NAME


def record(number: int, size: int = 20) -> Record:
    """A record that says its number, and has tags by it."""
    tags = [f"third:{number % 3}", *(["rare"] if number % 50 == 8 else [])]
    return Record(number, b"%d %s" % (number, b"x" * size), tags)


def number_of(payload: bytes) -> int:
    return int(payload.split()[0])


RECORDS = [record(number) for number in range(10, 310, 2)]
PAYLOADS = [record.payload for record in RECORDS]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path, RECORDS)


def series(count: int, steps: list[int], sizes: list[int]) -> list[Record]:
    """So many records, the steps between their numbers and their sizes taken in turn."""
    numbers = accumulate(islice(cycle(steps), count))
    return [record(number, size) for number, size in zip(numbers, cycle(sizes), strict=False)]


record_lists = st.builds(
    series,
    st.integers(0, 200),
    st.lists(st.integers(1, 5), min_size=1, max_size=5),
    st.lists(st.sampled_from([0, 20, 300, 1100, 9000]), min_size=1, max_size=4),
)
some_number = st.integers(0, 700)


@settings(max_examples=60)
@given(record_lists, some_number)
def test_from_a_number_on_all_comes_and_little_before_it(records: list[Record], start: int) -> None:
    payloads = [record.payload for record in records]
    with (
        TemporaryDirectory(dir=QUICK_DISK) as folder,
        Segment(str(write(Path(folder), records))) as s,
    ):
        assert list(s.oldest_first()) == payloads
        found = list(s.oldest_first(start))
    wanted = [payload for payload in payloads if number_of(payload) >= start]
    assert found == payloads[len(payloads) - len(found) :]
    assert len(wanted) <= len(found) <= len(wanted) + SPARSE


@settings(max_examples=60)
@given(record_lists, some_number)
def test_below_a_number_all_comes_and_little_above_it(records: list[Record], before: int) -> None:
    payloads = [record.payload for record in records]
    with (
        TemporaryDirectory(dir=QUICK_DISK) as folder,
        Segment(str(write(Path(folder), records))) as s,
    ):
        assert list(s.newest_first()) == payloads[::-1]
        found = list(s.newest_first(before))
    wanted = [payload for payload in payloads if number_of(payload) < before]
    assert found == payloads[: len(found)][::-1]
    assert len(wanted) <= len(found) <= len(wanted) + SPARSE


@settings(max_examples=60)
@given(record_lists, some_number, st.sampled_from(["third:0", "third:2", "rare", "none", "third"]))
def test_a_tag_leads_to_its_records_alone(records: list[Record], before: int, tag: str) -> None:
    tagged = [record.payload for record in records if tag in record.tags]
    with (
        TemporaryDirectory(dir=QUICK_DISK) as folder,
        Segment(str(write(Path(folder), records))) as s,
    ):
        assert list(s.newest_first(tag=tag)) == tagged[::-1]
        found = list(s.newest_first(before, tag))
    wanted = [payload for payload in tagged if number_of(payload) < before]
    assert found == tagged[: len(found)][::-1]
    assert len(wanted) <= len(found) <= len(wanted) + SPARSE


@settings(max_examples=30)
@given(record_lists)
def test_what_was_written_is_what_checking_finds(records: list[Record]) -> None:
    told: list[Written] = []

    def name(written: Written) -> str:
        told.append(written)
        return NAME

    with TemporaryDirectory(dir=QUICK_DISK) as folder:
        told.append(write_segment(folder, iter(records), name, System()))
        content = (Path(folder) / NAME).read_bytes()
    assert told == [check_lines(NAME, BytesIO(content))] * 2
    assert (told[0].count, told[0].size) == (len(records), len(content))
    assert list(salvage_records(BytesIO(content))) == [record.payload for record in records]


def test_an_empty_segment_is_sound_and_gives_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, [])

    with Segment(str(path)) as segment:
        assert list(segment.oldest_first()) == list(segment.newest_first()) == []
        assert list(segment.newest_first(5, "any")) == list(segment.oldest_first(5)) == []
    assert check_lines(NAME, BytesIO(path.read_bytes())).count == 0


def test_a_segment_of_the_first_version_is_read_as_one_of_today_is(path: Path) -> None:
    old = Path(__file__).parent / "fixtures" / "segment-1"
    assert old.read_bytes().startswith(b"tinydb-segment 1\n")

    with Segment(str(old)) as first, Segment(str(path)) as today:
        assert list(first.oldest_first()) == PAYLOADS
        for number, tag in ((None, None), (100, None), (None, "rare"), (200, "third:1")):
            assert list(first.newest_first(number, tag)) == list(today.newest_first(number, tag))
    with old.open("rb") as file:
        assert check_lines("old", file).count == len(RECORDS)


@pytest.mark.parametrize("tags", [0, 1, 63, 64, 65, 1000])
def test_each_of_many_tags_is_found_in_its_line_of_the_index(tmp_path: Path, tags: int) -> None:
    records = [Record(n, b"%d" % n, [f"cause:{n}"]) for n in range(tags)]

    with Segment(str(write(tmp_path, records))) as segment:
        for n in range(tags):
            assert list(segment.newest_first(tag=f"cause:{n}")) == [b"%d" % n]
        assert list(segment.newest_first(tag=f"cause:{tags}")) == []


def test_several_readings_of_one_segment_do_not_disturb_each_other(path: Path) -> None:
    with Segment(str(path)) as segment:
        readings = (
            segment.oldest_first(),
            segment.newest_first(),
            segment.newest_first(tag="rare"),
        )
        ahead = segment.oldest_first(100)
        for _ in range(30):
            next(ahead)
        together = list(zip(*readings, strict=False))
        assert len(together) == 6
        assert [up for up, _, _ in together] == PAYLOADS[: len(together)]
        assert [down for _, down, _ in together] == PAYLOADS[::-1][: len(together)]
        assert next(segment.newest_first(20)) >= next(segment.oldest_first())


@pytest.mark.parametrize("tag", ["", "two words", "a=b", "a\nb", "a\tb"])
def test_what_the_index_could_not_hold_is_no_tag(tmp_path: Path, tag: str) -> None:
    with pytest.raises(ValueError, match="not a tag"):
        write(tmp_path, [Record(1, b"{}", [tag])])
    assert not (tmp_path / NAME).exists()


@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace"])
def test_one_that_cannot_be_written_leaves_the_name_as_it_was(path: Path, call: str) -> None:
    before = path.read_bytes()
    disk = MoodyDisk()
    disk.fails = {call: errno.ENOSPC}
    with pytest.raises(OSError, match="No space"):
        write(path.parent, [record(1)], disk)
    assert path.read_bytes() == before

    disk.mend()
    write(path.parent, [record(1)], disk)
    assert [entry.name for entry in path.parent.iterdir()] == [NAME]


def test_only_its_owner_may_read_it(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600


def spoil(path: Path, at: int, bit: int = 0) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1 << bit
    path.write_bytes(content)


SMALL = [record(number) for number in range(8)]


@given(st.data())
def test_a_flipped_bit_is_found_by_checking_and_never_read_as_something_else(
    data: st.DataObject,
) -> None:
    payloads = [record.payload for record in SMALL]
    with TemporaryDirectory(dir=QUICK_DISK) as folder:
        path = write(Path(folder), SMALL)
        at = data.draw(st.integers(0, path.stat().st_size - 1))
        spoil(path, at, data.draw(st.integers(0, 7)))
        with pytest.raises(Damaged), path.open("rb") as file:
            check_lines(str(path), file)
        read = list(read_until_damaged(path))
        with path.open("rb") as file:
            saved = list(salvage_records(file))
    assert read == payloads[: len(read)]
    assert len([payload for payload in payloads if payload not in saved]) <= 1
    assert saved == [payload for payload in payloads if payload in saved]


def read_until_damaged(path: Path) -> Iterator[bytes]:
    try:
        with Segment(str(path)) as segment:
            yield from segment.oldest_first()
    except Damaged:
        return


def test_a_damaged_record_is_told_with_its_file_and_byte(path: Path) -> None:
    at = path.read_bytes().index(PAYLOADS[40])
    spoil(path, at)

    with Segment(str(path)) as segment:
        with pytest.raises(Damaged, match=f"{NAME}.*checksum") as caught:
            list(segment.oldest_first())
        assert caught.value.offset == at - 51
        tag = RECORDS[40].tags[0]
        with pytest.raises(Damaged):
            list(segment.newest_first(tag=tag))
        assert next(segment.newest_first(tag=tag))  # those above it are read


@pytest.mark.parametrize("kept", [0, 1, 16, 17, 500, -1, -20, -66, -67, -200])
def test_an_index_that_is_not_whole_is_told_and_the_records_are_saved(
    path: Path, kept: int
) -> None:
    content = path.read_bytes()[:kept]
    path.write_bytes(content)

    with pytest.raises(Damaged, match="its index is not sound"):
        Segment(str(path))
    saved = list(salvage_records(BytesIO(content)))
    assert saved == PAYLOADS[: len(saved)]
    assert kept >= 0 or saved == PAYLOADS


class Rotten:
    """A file whose block from ``bad`` on the disk does not give back."""

    def __init__(self, file: BinaryIO, bad: int) -> None:
        self.fileno, self.tell = file.fileno, file.tell
        self._file, self._bad = file, bad

    def __iter__(self) -> Iterator[bytes]:
        read = 0
        for line in self._file:
            read += len(line)
            if read > self._bad:
                raise OSError(errno.EIO, "Input/output error")
            yield line


def test_around_a_block_that_cannot_be_read_every_record_is_saved(
    tmp_path: Path, mocker: MockerFixture
) -> None:
    records = [record(number, 200) for number in range(1, 100)]
    path, bad = write(tmp_path, records), 2 * 4096
    real = os.pread

    def pread(descriptor: int, size: int, at: int) -> bytes:
        if at < bad + 4096 and at + size > bad:
            raise OSError(errno.EIO, "Input/output error")
        return real(descriptor, size, at)

    mocker.patch("kiosk.journal.segment.os.pread", pread)
    with path.open("rb") as file:
        rotten: Any = Rotten(file, bad)
        saved = [number_of(payload) for payload in salvage_records(rotten)]
    lost = sorted({one.number for one in records} - {*saved})
    assert saved == sorted(saved)
    assert lost == list(range(lost[0], lost[-1] + 1))
    assert 4096 // 260 <= len(lost) <= 4096 // 200 + 2


def test_a_segment_that_lost_a_line_is_not_in_order(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    for missing in (1, 30, len(lines) - 3):
        with pytest.raises(Damaged, match="not in its place"):
            check_lines(NAME, BytesIO(b"".join(lines[:missing] + lines[missing + 1 :])))


@pytest.mark.parametrize("content", [b"", b"tinydb-journal 1\n", b"x"])
def test_what_is_no_segment_is_not_taken_for_one(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / NAME
    path.write_bytes(content)

    with pytest.raises(Damaged):
        Segment(str(path))
    with pytest.raises(FileNotFoundError):
        Segment(str(tmp_path / "other.segment"))


def test_a_record_behind_a_lost_newline_is_saved(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[content.index(PAYLOADS[5]) + len(PAYLOADS[5])] = ord("?")

    assert list(salvage_records(BytesIO(content))) == PAYLOADS[:5] + PAYLOADS[6:]


@pytest.mark.parametrize("size", [960, 1023, 1024, 1025, 8192, 9000, 70_000])
def test_a_long_record_is_found_by_its_tag(tmp_path: Path, size: int) -> None:
    records = [record(1, 5), record(4, size), record(7, size)]
    path = write(tmp_path, records)

    with Segment(str(path)) as segment:
        found = list(segment.newest_first(tag="third:1"))
        assert found == [record.payload for record in reversed(records)]
        assert list(segment.oldest_first()) == found[::-1]
