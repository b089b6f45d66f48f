"""What a bad disk and a bad person can do to a record that lies there: it is always found."""

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cabinet import ANAS_CARD, BENS_CARD
from record_fixtures import Recorded, verified
from torture_faults import Outcome, quick_folder

from kiosk.errors import RecordDamaged
from kiosk.events import EventType, Reason
from kiosk.journal import frame
from kiosk.journal.changes import dumps, loads
from kiosk.store import FILE_NAME
from kiosk.store.folder import HISTORY

BLOCK = 4096
MOST_LOST = 30  # records that a destroyed block may take


def a_week(folder: Path) -> Path:
    """A record with history, rows of every kind, and events in the open file."""
    kiosk = Recorded(folder).furnish().days(3)
    kiosk.rotate()
    kiosk.open_by_staff(2, "why it was opened", "ab")
    kiosk.hand_in(BENS_CARD)
    kiosk.hand_in(ANAS_CARD)
    kiosk.close()
    return folder


def a_morning(folder: Path) -> Path:
    """A record with a big enough open file: 60 more pupils, history, a morning's deposits."""
    kiosk = Recorded(folder).furnish()
    kiosk.crowd(60)
    kiosk.days(2)
    kiosk.rotate()
    kiosk.clock.to(8, 30)
    for card in (ANAS_CARD, BENS_CARD):
        kiosk.hand_in(card)
    for _ in range(20):
        kiosk.tap("unknown")
    kiosk.close()
    return folder


def findings(folder: Path, *anchors: tuple[int, str]) -> list[str]:
    """What verification says."""
    try:
        return [str(finding) for finding in verified(folder, *anchors).findings]
    except RecordDamaged as damaged:
        return [str(damaged)]


Lines = list[dict[str, Any]]


def reframed(path: Path, edit: Callable[[Lines], None]) -> None:
    """Edit a file's payloads as somebody would who has read how it is made: every checksum and
    every hash without a key is right again."""
    header, *lines = path.read_bytes().splitlines(keepends=True)
    payloads = [sound.payload for line in lines if (sound := frame.decode(line))]
    tail = [p for p in payloads if p.startswith(b"#")]
    changes = [loads(p.decode()) for p in payloads if not p.startswith(b"#")]
    edit(changes)
    out, head = [header], frame.digest(header)
    for payload in [*(dumps(change).encode() for change in changes), *tail]:
        out.append(frame.encode(payload, head))
        head = frame.digest(out[-1])
    path.write_bytes(b"".join(out))


@contextmanager
def _copy(original: Path) -> Iterator[Path]:
    with quick_folder() as folder:
        yield Path(shutil.copytree(original, folder / "data"))


def _files(folder: Path) -> list[Path]:
    return [folder / FILE_NAME, *sorted((folder / HISTORY).glob("*.segment"))]


def tampering(original: Path, *, count: int, seed: int) -> Outcome:
    """Edits, deletions, insertions, swaps and cuts of records, in any file, with every keyless
    hash put right; each has to be found, with an anchor at hand."""
    rng, outcome = random.Random(seed), Outcome()
    anchor = verified(original).anchor
    for _ in range(count):
        with _copy(original) as folder:
            what = tamper(folder, rng)
            outcome.add(None if findings(folder, anchor) else "was not found", what)
    return outcome


def flipping(original: Path, *, count: int, seed: int) -> Outcome:
    """Single bits, anywhere in any file; each has to be named by verification."""
    rng, outcome = random.Random(seed), Outcome()
    with _copy(original) as folder:
        files = _files(folder)
        sizes = [path.stat().st_size for path in files]
        for path in rng.choices(files, sizes, k=count):
            content = path.read_bytes()
            at, bit = rng.randrange(len(content)), 1 << rng.randrange(8)
            path.write_bytes(content[:at] + bytes([content[at] ^ bit]) + content[at + 1 :])
            outcome.add(None if findings(folder) else "was not found", f"{path.name} {at}")
            path.write_bytes(content)
    return outcome


def destroying(original: Path, *, count: int, seed: int) -> Outcome:
    """A block of the open file destroyed: the kiosk starts, says so, and lost few records."""
    rng, outcome = random.Random(seed), Outcome()
    before = _counted(Recorded(original))
    content = (original / FILE_NAME).read_bytes()
    last_line = content.rfind(b"\n", 0, -1) + 1
    # What has only the end of the last line in it looks torn, as by a power cut: see ADR 7.
    places = range(0, last_line + 1, BLOCK)
    for _ in range(count):
        with _copy(original) as folder:
            at = rng.choice(places)
            destroy(folder / FILE_NAME, at, rng=rng if rng.random() < 0.5 else None)
            outcome.add(_survived(folder, before), f"block at {at}")
    return outcome


def _survived(folder: Path, before: int) -> str | None:
    try:
        kiosk = Recorded(folder, mends=True)
    except Exception as fault:
        return f"did not start: {fault!r}"
    is_told = any(event.type is EventType.RECORD_REPAIRED for event in kiosk.events)
    lost = before - _counted(kiosk)
    if not is_told:
        return "the loss is not on record"
    return f"{lost} records are lost" if lost > MOST_LOST else None


def _counted(kiosk: Recorded) -> int:
    """The records there are, but for those that a repair adds."""
    roster = kiosk.core.standing.roster
    added = {EventType.RECORD_REPAIRED, EventType.ALERT_RAISED}
    events = [e for e in kiosk.events if e.type not in added]
    told = [e for e in events if e.reason is Reason.RECORD_DAMAGED]
    kiosk.close()
    return len(events) - len(told) + len(roster.people) + len(roster.credentials)


def destroy(path: Path, offset: int, size: int = 4096, rng: random.Random | None = None) -> None:
    """Put zeros, or what ``rng`` gives, in the place of a part of a file."""
    content = path.read_bytes()
    end = min(offset + size, len(content))
    junk = rng.randbytes(end - offset) if rng else bytes(end - offset)
    path.write_bytes(content[:offset] + junk + content[end:])


def tamper(folder: Path, rng: random.Random) -> str:
    """One random change to one random file of the record, with every keyless hash put right."""
    path = rng.choice([folder / FILE_NAME, *sorted((folder / HISTORY).glob("*.segment"))])
    how = rng.choice(["edit", "delete", "insert", "swap", "cut"])
    done: list[str] = []

    def edit(changes: Lines) -> None:
        at = rng.randrange(len(changes))
        done.append(f"{how} of line {at} of {path.name}")
        if how == "edit":
            change_a_value(changes[at], rng)
        elif how == "delete":
            del changes[at]
        elif how == "insert":
            changes.insert(at, loads(dumps(changes[rng.randrange(len(changes))])))
        elif how == "swap" and len(changes) > 1:
            other = (at + 1) % len(changes)
            changes[at], changes[other] = changes[other], changes[at]
        else:
            del changes[at:]

    before = path.read_bytes()
    reframed(path, edit)
    if path.read_bytes() == before:  # two like lines swapped
        return tamper(folder, rng)
    return done[0]


def change_a_value(value: Any, rng: random.Random) -> None:
    """Change one value somewhere within."""
    while True:
        keys = list(value) if isinstance(value, dict) else range(len(value))
        if not keys:
            value["x"] = 1
            return
        key = rng.choice(list(keys))
        if not isinstance(value[key], dict | list):
            value[key] = "changed" if value[key] != "changed" else "again"
            return
        value = value[key]
