"""Any change to the record after the fact is found, and named; what it says when all is well."""

import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cabinet import ANAS_CARD, BENS_CARD
from record_fixtures import KEYS, KIOSK, Recorded, verified

from kiosk.errors import RecordDamaged
from kiosk.journal import frame
from kiosk.journal.changes import dumps, loads
from kiosk.keys import Keys
from kiosk.store import FILE_NAME
from kiosk.store.folder import HISTORY
from kiosk.store.snapshot import take_snapshot
from kiosk.store.verify import chain_of, verify


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record with history, rows of every kind, and events in the open file."""
    folder = tmp_path_factory.mktemp("sound") / "data"
    kiosk = Recorded(folder).furnish().days(3)
    kiosk.rotate()
    kiosk.open_by_staff(2, "why it was opened", "ab")
    kiosk.hand_in(BENS_CARD)
    kiosk.hand_in(ANAS_CARD)
    kiosk.close()
    return folder


@pytest.fixture
def copy(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "data"))


def findings(folder: Path, *anchors: tuple[int, str]) -> list[str]:
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


def test_a_sound_record_has_no_findings_and_an_anchor(sound: Path) -> None:
    result = verified(sound)

    assert result.findings == []
    assert result.events == result.anchor[0]
    assert result.segments >= 5
    assert re.fullmatch("[0-9a-f]{32}", result.anchor[1])
    assert findings(sound, result.anchor) == []


def test_with_another_key_the_first_event_is_named(sound: Path) -> None:
    with take_snapshot(sound) as snapshot:
        result = verify(snapshot, chain_of(Keys(KEYS.card, b"x" * 32), KIOSK))

    assert str(result.findings[0]) == "event 1: it was changed after the fact"


def events_of(changes: Lines) -> list[dict[str, Any]]:
    return [event for c in changes for event in c["put"].get("events", {}).get("set", {}).values()]


def of_table(changes: Lines, table: str) -> list[dict[str, Any]]:
    return [row for c in changes for row in c["put"].get(table, {}).get("set", {}).values()]


def drop_last_line(changes: Lines) -> None:
    del changes[-1]


def drop_middle_line(changes: Lines) -> None:
    del changes[-3]


def swap_lines(changes: Lines) -> None:
    changes[-2], changes[-3] = changes[-3], changes[-2]


def move_a_device(changes: Lines) -> None:
    row = next(r for r in of_table(changes, "checkpoint") if r["kind"] == "collection")
    row["value"]["cubby"] = 6


def rename(changes: Lines) -> None:
    of_table(changes, "people")[0]["surname"] = "Other"


def unblock(changes: Lines) -> None:
    of_table(changes, "credentials")[0]["person"] = "b2"


def reword(changes: Lines) -> None:
    of_table(changes, "notes")[-1]["text"] = "another reason"


def take_a_note_out(changes: Lines) -> None:
    change = next(c for c in changes if "notes" in c["put"] and "events" in c["put"])
    del change["put"]["notes"]


def forget_an_event(changes: Lines) -> None:
    number = events_of(changes)[3]["seq"]
    changes.append({"put": {"events": {"remove": [str(number)]}}})


def add_a_row(changes: Lines) -> None:
    changes.append({"put": {"credentials": {"set": {"7": {"key": "07", "person": "a1"}}}}})


@pytest.mark.parametrize(
    "edit",
    [
        drop_middle_line,
        swap_lines,
        move_a_device,
        rename,
        unblock,
        reword,
        take_a_note_out,
        forget_an_event,
        add_a_row,
    ],
)
def test_the_open_file_edited_with_right_checksums_is_found_out(
    copy: Path, edit: Callable[[Lines], None]
) -> None:
    reframed(copy / FILE_NAME, edit)

    assert findings(copy)


def test_a_tail_that_was_cut_off_shows_by_an_earlier_anchor(copy: Path) -> None:
    anchor = verified(copy).anchor
    reframed(copy / FILE_NAME, drop_last_line)

    assert findings(copy) == []  # nothing here can tell
    assert findings(copy, anchor) == [
        f"event {anchor[0]}: the record ends with event {verified(copy).anchor[0]}, "
        "and an anchor names this one"
    ]


def test_an_event_in_another_ones_place_is_not_that_of_the_anchor(copy: Path) -> None:
    seq, _ = verified(copy).anchor

    assert findings(copy, (seq, "0" * 32)) == [f"event {seq}: it is not the event of that anchor"]


def test_a_segment_that_is_gone_is_named(copy: Path) -> None:
    gone = min((copy / HISTORY).glob("taps-*"))
    gone.unlink()

    assert any(f"{gone.name} is missing" in finding for finding in findings(copy))


def test_a_thousand_edits_by_one_who_knows_the_format_are_all_found(
    sound: Path, tmp_path: Path
) -> None:
    """Edits, deletions, insertions, swaps and cuts of records, in any file, reframed. A short form:
    the torture run does a thousand."""
    rng = random.Random(7)
    anchor = verified(sound).anchor
    copy = tmp_path / "data"
    for round in range(60):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(sound, copy)
        what = tamper(copy, rng)
        assert findings(copy, anchor), f"round {round}: {what} was not found"


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


def test_four_thousand_flipped_bits_are_all_found(sound: Path, tmp_path: Path) -> None:
    """A short form: every 40th byte of every file, one bit; the torture run does four thousand."""
    copy = Path(shutil.copytree(sound, tmp_path / "data"))
    rng = random.Random(3)
    for path in [copy / FILE_NAME, *sorted((copy / HISTORY).glob("*.segment"))]:
        content = path.read_bytes()
        for at in range(rng.randrange(300), len(content), 300):
            flipped = content[at] ^ (1 << rng.randrange(8))
            path.write_bytes(content[:at] + bytes([flipped]) + content[at + 1 :])
            assert findings(copy), f"{path.name}, byte {at}"
        path.write_bytes(content)


def test_a_running_kiosks_record_can_be_verified(copy: Path) -> None:
    kiosk = Recorded(copy)

    assert verified(copy).findings == []
    kiosk.tap(BENS_CARD)
    assert verified(copy).findings == []
    kiosk.close()
