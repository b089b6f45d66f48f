"""The record is tortured in short: each campaign of torture.py; and the tools that do it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import torture
from torture_campaigns import CAMPAIGNS, Campaign, Scale
from torture_controls import Replaces
from torture_cuts import record
from torture_disk import Image, RecordingDisk
from torture_faults import Fault, FaultySystem, Killed, Outcome, after_failed_sync, received
from torture_power import LoopDisk, why_not
from torture_rules import unsafe_replaces
from torture_states import crash_states
from torture_workloads import Everything, Inserts

from kiosk.journal import System

SHORT = Scale(is_short=True)


def cases(*, controls: bool) -> list[Any]:
    return [
        pytest.param(campaign, id=campaign.name)
        for campaign in CAMPAIGNS
        if campaign.is_control == controls
    ]


def torture_briefly(campaign: Campaign) -> torture.Row:
    is_forking = campaign.name.startswith(("pulse", "calls-sigkill"))
    row = torture_apart(campaign) if is_forking else torture.run(campaign, SHORT)
    if row.verdict == "skipped":
        pytest.skip(row.note)
    return row


def torture_apart(campaign: Campaign) -> torture.Row:
    """What is forked and killed has to be as small as a daemon: a large one takes long to die."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "rows.json"
        command = [
            sys.executable,
            torture.__file__,
            "--short",
            "--only",
            campaign.name,
            "--json",
            file,
        ]
        subprocess.run(command, check=False, capture_output=True)
        (row,) = json.loads(file.read_text())["rows"]
    return torture.Row(**row)


@pytest.mark.timeout(240)  # on a busy machine; a quiet one takes ten seconds at most
@pytest.mark.parametrize("campaign", cases(controls=False))
def test_nothing_that_was_acknowledged_is_lost(campaign: Campaign) -> None:
    row = torture_briefly(campaign)
    assert (row.failures[:3], row.count > 0) == ([], True)


@pytest.mark.parametrize("campaign", cases(controls=True))
def test_a_store_that_is_known_to_lose_something_is_caught_at_it(campaign: Campaign) -> None:
    assert torture_briefly(campaign).verdict == "caught"


def test_a_control_that_is_not_caught_fails_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    blind = Campaign("blind", "finds nothing", lambda _: Outcome(9), is_control=True)
    monkeypatch.setattr(torture, "CAMPAIGNS", (blind,))
    assert torture.main(["--short"]) == 1
    assert "the harness is blind" in capsys.readouterr().out


def test_a_run_is_written_down_for_programs_too(tmp_path: Path) -> None:
    file = tmp_path / "rows.json"
    assert torture.main(["--short", "--only", "replace", "--json", str(file)]) == 0
    assert '"verdict": "caught"' in file.read_text(encoding="utf-8")


def write_and_rename(disk: RecordingDisk, folder: Path, *, synced: bool) -> None:
    descriptor = disk.open(str(folder / "new"), os.O_CREAT | os.O_WRONLY, 0o600)
    disk.write(descriptor, b"new")
    if synced:
        disk.fsync(descriptor)
    disk.close(descriptor)
    disk.replace(str(folder / "new"), str(folder / "name"))


def contents_after_cut(folder: Path, *, synced: bool) -> set[bytes | None]:
    """What the name may hold after a power cut at the end."""
    (folder / "name").write_bytes(b"old")
    disk = RecordingDisk(folder)
    write_and_rename(disk, folder, synced=synced)
    disk.verify()
    states = crash_states(disk.log, since=len(disk.log.ops))
    return {state.image.files().get("name") for state in states}


def test_a_synced_file_that_was_renamed_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    assert contents_after_cut(tmp_path, synced=True) == {b"old", b"new"}


def test_a_file_that_was_renamed_unsynced_may_be_empty_or_short_or_zeros(tmp_path: Path) -> None:
    found = contents_after_cut(tmp_path, synced=False)
    assert found >= {b"old", b"new", b"", b"n", b"\0\0\0"}


def test_what_was_synced_is_in_every_state_after_it(tmp_path: Path) -> None:
    disk = RecordingDisk(tmp_path)
    write_and_rename(disk, tmp_path, synced=True)
    disk.sync_directory(str(tmp_path))
    (state,) = crash_states(disk.log, since=len(disk.log.ops))
    assert state.image.files() == {"name": b"new"}


def test_a_write_may_leave_any_of_its_sectors_and_any_size(tmp_path: Path) -> None:
    disk = RecordingDisk(tmp_path)
    descriptor = disk.open(str(tmp_path / "file"), os.O_CREAT | os.O_WRONLY, 0o600)
    disk.sync_directory(str(tmp_path))
    disk.write(descriptor, b"x" * 1200)
    disk.close(descriptor)
    states = crash_states(disk.log, since=len(disk.log.ops))
    found = {state.image.files()["file"] for state in states}
    gap = b"x" * 512 + bytes(512) + b"x" * 176
    assert found >= {b"", bytes(1200), b"x" * 512, b"x" * 1024 + bytes(176), b"x" * 1200, gap}


def test_the_same_seed_gives_the_same_states(tmp_path: Path) -> None:
    first, second = (
        [(state.at, state.image.files()) for state in crash_states(record(Everything(3)), seed=5)]
        for _ in range(2)
    )
    assert first == second


def test_an_image_is_made_as_it_was_seen(tmp_path: Path) -> None:
    (tmp_path / "one" / "deep").mkdir(parents=True)
    (tmp_path / "one" / "deep" / "file").write_bytes(b"content")
    image = Image.scan(tmp_path / "one")
    (tmp_path / "two").mkdir()
    image.write_to(tmp_path / "two")
    assert Image.scan(tmp_path / "two") == image
    assert image.files() == {"deep/file": b"content"}


def test_a_disk_notices_what_goes_past_it(tmp_path: Path) -> None:
    disk = RecordingDisk(tmp_path)
    (tmp_path / "file").write_bytes(b"past it")
    with pytest.raises(AssertionError, match="behind the System's back"):
        disk.verify()
    with pytest.raises(AssertionError, match="file was made behind the System's back"):
        disk.open(str(tmp_path / "file"), os.O_RDONLY)


def test_links_folders_and_removals_are_recorded_as_they_are(tmp_path: Path) -> None:
    disk = RecordingDisk(tmp_path)
    disk.mkdir(str(tmp_path / "folder"))
    write_and_rename(disk, tmp_path, synced=True)
    disk.link(str(tmp_path / "name"), str(tmp_path / "folder" / "link"))
    disk.unlink(str(tmp_path / "name"))
    disk.verify()
    assert disk.log.final().files() == {"folder/link": b"new"}


def test_after_a_kill_nothing_reaches_the_disk(tmp_path: Path) -> None:
    system = FaultySystem(Fault("write", 1, "kill"))
    with pytest.raises(Killed):
        Inserts(1).run(tmp_path, system, system.acknowledge)
    with pytest.raises(Killed):
        system.mkdir(str(tmp_path / "folder"))
    assert Image.scan(tmp_path).files() == {"journal": b""}


@pytest.mark.parametrize("call", ["fsync", "acknowledge"])
def test_working_on_after_a_failed_sync_is_found(call: str) -> None:
    trace = [("fsync", 5, True), (call, 5, False)]
    assert after_failed_sync(trace) is not None
    assert after_failed_sync([trace[0], ("close", 5, False), trace[1]]) is None


def test_a_replace_is_unsafe_without_either_of_its_syncs() -> None:
    assert unsafe_replaces(record(Replaces(steps=1))) == (1, [])
    assert "not synced" in unsafe_replaces(record(Replaces(steps=1, skip="file")))[1][0]
    assert "folder not synced" in unsafe_replaces(record(Replaces(steps=1, skip="folder")))[1][0]


def test_an_acknowledgement_that_was_cut_short_in_the_pipe_does_not_count() -> None:
    assert received(b"1\n2\n3") == [1, 2]


def test_a_new_system_call_has_to_be_taught_to_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torture_disk.CALLS", ("write", "fallocate"))
    with pytest.raises(AssertionError, match=r"does not know these calls: \['fallocate'\]"):
        RecordingDisk(tmp_path)


def test_a_loop_disk_forgets_what_was_not_synced_and_leaves_nothing_behind() -> None:
    if reason := why_not():
        pytest.skip(reason)
    with pytest.raises(RuntimeError, match="in the middle"), LoopDisk() as disk:  # noqa: PT012
        synced, unsynced = disk.mount / "synced", disk.mount / "unsynced"
        synced.write_bytes(b"safe")
        disk.settle()
        unsynced.write_bytes(b"lost")
        disk.cut()
        disk.restart()
        assert (synced.read_bytes(), unsynced.exists()) == (b"safe", False)
        raise RuntimeError("in the middle of it all")
    assert not disk.mount.parent.exists()


def test_a_system_that_is_not_faulty_is_a_system(tmp_path: Path) -> None:
    Inserts(2).run(tmp_path, FaultySystem(inner=System()), lambda _: None)
    assert Inserts().check(tmp_path, [1, 2]) is None
