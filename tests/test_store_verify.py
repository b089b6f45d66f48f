"""Any change to the record after the fact is found, and named; what it says when all is well."""

import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cabinet import BENS_CARD
from record_fixtures import KEYS, KIOSK, Recorded, verified
from torture_damage import (
    Lines,
    a_morning,
    a_week,
    destroy,
    findings,
    flipping,
    reframed,
    tampering,
)

from kiosk.keys import Keys
from kiosk.policy.roles import Permission
from kiosk.store import FILE_NAME
from kiosk.store.export import write_csv
from kiosk.store.folder import HISTORY
from kiosk.store.snapshot import take_snapshot
from kiosk.store.verify import chain_of, verify


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_week(tmp_path_factory.mktemp("sound") / "data")


@pytest.fixture
def copy(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "data"))


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


def days_of_taps(folder: Path) -> list[Path]:
    return sorted((folder / HISTORY).glob("taps-*"))


def spoil_last_event(segment: Path) -> int:
    """Change the last event of a segment: its number."""
    lines = segment.read_bytes().splitlines(keepends=True)
    hit = max(n for n, line in enumerate(lines) if line[51:].startswith(b"{"))
    number = json.loads(lines[hit][51:])["seq"]
    lines[hit] = lines[hit].replace(b'"type"', b'"tipe"')
    segment.write_bytes(b"".join(lines))
    return number


def test_a_damaged_segment_is_named_with_its_events_and_the_one_that_is_lost(copy: Path) -> None:
    segment = days_of_taps(copy)[0]
    number = spoil_last_event(segment)

    found = findings(copy)
    assert any(segment.name in finding and "events " in finding for finding in found)
    assert any(finding.startswith(f"event {number}: ") for finding in found)


def test_what_is_on_record_as_lost_is_not_taken_for_what_was_taken_out(tmp_path: Path) -> None:
    folder = a_morning(tmp_path / "data")
    destroy(folder / FILE_NAME, (folder / FILE_NAME).stat().st_size - 6000)
    kiosk = Recorded(folder, mends=True)
    kiosk.keep_up()
    kiosk.close()
    number = spoil_last_event(days_of_taps(folder)[-1])

    result = verified(folder)
    assert [last < number for _, last in result.known_losses] == [True]
    assert {finding.seq for finding in result.findings if finding.seq is not None} == {number}


def test_whoever_takes_everything_along_is_told_how_many_events_are_not_in_it(copy: Path) -> None:
    def missed() -> int:
        with take_snapshot(copy) as snapshot, io.StringIO() as out:
            return write_csv(snapshot, out, frozenset(Permission))

    assert missed() == 0
    spoilt, *_, gone = days_of_taps(copy)
    spoil_last_event(spoilt)
    assert missed() == 1
    in_it = gone.read_bytes().count(b'"type":')
    gone.unlink()
    assert missed() == 1 + in_it


def test_edits_by_one_who_knows_the_format_are_all_found(sound: Path) -> None:
    assert tampering(sound, count=60, seed=7).failures == []


def test_flipped_bits_are_all_found(sound: Path) -> None:
    assert flipping(sound, count=150, seed=3).failures == []


def test_a_running_kiosks_record_can_be_verified(copy: Path) -> None:
    kiosk = Recorded(copy)

    assert verified(copy).findings == []
    kiosk.tap(BENS_CARD)
    assert verified(copy).findings == []
    kiosk.close()
