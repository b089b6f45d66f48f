"""Whether a record is as it was written: every seal, every gap accounted for, every file's hash.

A change after the fact leaves a trace in one of these: a line's checksum or its place in the line
chain; a segment's hash, which a sealed event names; an event's seal, which takes in the seal before
it; a gap in the numbers that no sealed event explains; rows that differ from the hash in a sealed
event. A tail that was cut off shows by an anchor kept elsewhere.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, BinaryIO

from kiosk.events import EventType
from kiosk.journal import Damaged
from kiosk.journal.changes import Change, dumps, parse, read_json
from kiosk.journal.segment import check_lines, salvage_records
from kiosk.keys import Keys
from kiosk.retention import SegmentRow, Series
from kiosk.store.chain import Chain, rows_hash
from kiosk.store.snapshot import Snapshot, as_document, number_of
from kiosk.store.tables import CHECKPOINT, EVENTS, SEGMENTS

Document = Mapping[str, Any]
Anchor = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written. ``seq``: the first event it touches, if known;
    ``file``: the name of the segment that is damaged or missing, if it is one."""

    what: str
    seq: int | None = None
    file: str = ""

    def __str__(self) -> str:
        return self.what if self.seq is None else f"event {self.seq}: {self.what}"


@dataclass(slots=True)
class Verified:
    """What a verification came to: the findings, first event first; what was lost to damage and is
    on record as lost; how much was looked at; the anchor to keep elsewhere."""

    findings: list[Finding] = field(default_factory=list)
    known_losses: list[tuple[int, int]] = field(default_factory=list)
    events: int = 0
    segments: int = 0
    anchor: Anchor = (0, "")

    @property
    def files(self) -> list[str]:
        """The segments that are damaged or missing, by name."""
        return list(dict.fromkeys(found.file for found in self.findings if found.file))


def chain_of(keys: Keys, kiosk: str) -> Chain:
    """The chain by which a kiosk's record is checked."""
    return Chain(keys.chain, kiosk)


def verify(snapshot: Snapshot, chain: Chain, anchors: Sequence[Anchor] = ()) -> Verified:
    """Check a whole record. ``anchors``: numbers and seals that were noted elsewhere before."""
    result = Verified()
    result.findings += [
        Finding(f"history/{row.file_name} is missing", row.first, row.file_name)
        for row in snapshot.missing
    ]
    if snapshot.torn:
        what = (
            f"{snapshot.torn} bytes after the last sound line are torn: an act cut short, or damage"
        )
        result.findings.append(Finding(what))
    for row, file in snapshot.files.items():
        result.findings += _check_file(row, file)
        result.segments += 1
    marks = _Marks()
    gaps = _check_events(snapshot, chain, marks, result, dict(anchors))
    result.known_losses = marks.lost
    result.findings += _unexplained(gaps, marks, snapshot)
    result.findings += _check_rows(snapshot)
    result.findings += _cut(anchors, result.anchor)
    result.findings.sort(key=lambda finding: finding.seq or 0)
    return result


def is_sound(row: SegmentRow, file: BinaryIO) -> bool:
    """Whether a segment is, byte for byte, the one that was made."""
    return not any(_check_file(row, file))


class _Marks:
    """What sealed events say of files and gaps."""

    def __init__(self) -> None:
        self.rotations: list[Mapping[str, Any]] = []
        self.dropped: set[tuple[str, int]] = set()
        self.lost: list[tuple[int, int]] = []

    def note(self, document: Document) -> None:
        data = document.get("data", {})
        match document["type"]:
            case EventType.ROTATED:
                self.rotations.append(data)
            case EventType.SEGMENT_DROPPED:
                self.dropped.add((data["series"], data["first"]))
            case EventType.RECORD_REPAIRED:
                self.lost += [(first, last) for first, last in data["lost"]]


def _check_file(row: SegmentRow, file: BinaryIO) -> Iterator[Finding]:
    name = f"history/{row.file_name}"
    file.seek(0)
    try:
        written = check_lines(name, file)
    except Damaged as fault:
        what = f"{name}, events {row.first} to {row.last}: at byte {fault.offset}: {fault.what}"
        what = f"{what}; `kiosk events` shows those of them that are sound"
        yield Finding(what, file=row.file_name)
        return
    except OSError as fault:
        what = f"{name}, events {row.first} to {row.last}: cannot be read: {fault.strerror}"
        yield Finding(what, file=row.file_name)
        return
    if (written.sha256, written.count) != (row.sha256, row.count):
        yield Finding(f"{name}: is not the file that was written", row.first, row.file_name)


def _check_events(
    snapshot: Snapshot, chain: Chain, marks: _Marks, result: Verified, anchors: dict[int, str]
) -> list[tuple[int, int]]:
    """Every event's seal and number; the gaps in the numbers."""
    gaps: list[tuple[int, int]] = []
    seq, seal = 0, ""
    for document in all_documents(snapshot):
        number = number_of(document)
        if number <= seq:
            result.findings.append(Finding("its number stands twice in the record", number))
            continue
        link = document.get("link")
        if number > seq + 1:
            gaps.append((seq + 1, number - 1))
        elif link is not None and link != seal:
            result.findings.append(Finding("it does not follow the event before it", number))
        before = seal if number == seq + 1 else link
        if before is None or not chain.is_sealed(before, document):
            result.findings.append(Finding("it was changed after the fact", number))
        else:
            marks.note(document)
        if anchors.get(number, document.get("seal")) != document.get("seal"):
            result.findings.append(Finding("it is not the event of that anchor", number))
        seq, seal = number, str(document.get("seal", ""))
        result.events += 1
    result.anchor = (seq, seal)
    return gaps


def all_documents(snapshot: Snapshot) -> Iterator[Document]:
    """Every event, by its number; only one segment of each series is read at a time."""
    series = [_of_series(name, snapshot) for name in Series]
    yield from heapq.merge(*series, snapshot.documents(), key=number_of)


def _of_series(name: Series, snapshot: Snapshot) -> Iterator[Document]:
    for row, file in snapshot.files.items():
        if row.series is name:
            file.seek(0)
            for payload in salvage_records(file):
                yield as_document(read_json(payload.decode("ascii")))


def _unexplained(
    gaps: list[tuple[int, int]], marks: _Marks, snapshot: Snapshot
) -> Iterator[Finding]:
    """Gaps that neither a dropped segment nor damage on record explains."""
    here = {(row.series.value, row.first): row for row in snapshot.files}
    start = 1
    for rotation in marks.rotations:
        through, listed = rotation["through"], rotation["segments"]
        missing = _within(gaps, start, through) - _within(marks.lost, start, through)
        expected = sum(e[3] for e in listed if (e[0], e[1]) in marks.dropped)
        if missing != expected:
            untold = (
                max(a, start)
                for a, b in gaps
                if _within([(a, b)], start, through) > _within(marks.lost, max(a, start), b)
            )
            first = next(untold, start)
            yield Finding("it, or one near it, was taken out or put in after the fact", first)
        for series, first, _, count, digest in listed:
            row = here.get((series, first))
            if row is None and (series, first) not in marks.dropped:
                yield Finding(f"the segment {series} from it on is missing", first)
            elif row is not None and (row.count, row.sha256) != (count, digest):
                yield Finding("its segment is not the one that was made", first)
        start = through + 1
    for first, last in gaps:
        if (
            last >= start
            and _within(marks.lost, max(first, start), last) < last - max(first, start) + 1
        ):
            yield Finding("it was taken out after the fact", max(first, start))


def _within(ranges: Sequence[tuple[int, int]], start: int, end: int) -> int:
    """How many numbers of the ranges are in ``start`` to ``end``, both included."""
    return sum(max(0, min(b, end) - max(a, start) + 1) for a, b in ranges)


def _check_rows(snapshot: Snapshot) -> Iterator[Finding]:
    """People, cards, users, notes, the checkpoint: by the hash of the file's first lines, and of
    each later line's rows."""
    events = list(snapshot.documents())
    if any(document.get("type") == EventType.RECORD_REPAIRED for document in events):
        return  # until the next rotation nobody can say what its first lines were
    facts = (d["data"]["tables"] for d in events if "tables" in as_document(d.get("data")))
    first: Mapping[str, Any] = next(facts, {"lines": 0, "sha256": sha256().hexdigest()})
    lines = first["lines"]
    has_past = any(snapshot.tables.get(name) for name in (SEGMENTS, CHECKPOINT))
    if lines == 0 and has_past:
        yield Finding("no event here vouches for the rows that the open file begins with")
        return
    if sha256(b"".join(snapshot.payloads[:lines])).hexdigest() != first["sha256"]:
        yield Finding("rows of the open file were changed after the fact")
    if lines == 0 and _is_migrated(snapshot):
        return
    last = 0
    for payload in snapshot.payloads[lines:]:
        change = parse(payload.decode("ascii"))
        numbers = [number_of(event) for event in _events_in(change)]
        if numbers and numbers[0] <= last:
            yield Finding("it stands behind a later one", numbers[0])
        last = max([last, *numbers])
        yield from _check_line(change)


def _events_in(change: Change) -> list[Document]:
    put = change.get("put", {}).get(EVENTS, {})
    return [as_document(event) for event in put.get("set", {}).values()]


def _check_line(change: Change) -> Iterator[Finding]:
    put = change.get("put", {})
    rows = {name: rows for name, rows in put.items() if name != EVENTS}
    events = put.get(EVENTS, {})
    first = next(iter(_events_in(change)), {})
    seq, sealed = first.get("seq"), first.get("rows")
    if "drop" in change or "clear" in events or "remove" in events:
        yield Finding("events were taken out after the fact", seq)
    if rows and rows_hash(dumps(rows)) != sealed:
        yield Finding("rows written with it were changed after the fact", seq)
    if not rows and sealed:
        yield Finding("rows written with it were taken out after the fact", seq)


def _is_migrated(snapshot: Snapshot) -> bool:
    """Whether an older version's record was brought to this one, and not rotated since."""
    first = snapshot.payloads[0] if snapshot.payloads else b""
    return bool(first) and all(
        rows == {} for rows in parse(first.decode("ascii")).get("put", {}).values()
    )


def _cut(anchors: Sequence[Anchor], last: Anchor) -> Iterator[Finding]:
    for seq, _ in anchors:
        if seq > last[0]:
            what = f"the record ends with event {last[0]}, and an anchor names this one"
            yield Finding(what, seq)
