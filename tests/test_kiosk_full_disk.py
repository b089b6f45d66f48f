"""`kiosk run` on a disk that is really full: a small file system of its own, mounted by root."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from kiosk_process import ARRIVAL, RELEASE, KioskProcess, wait_until


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[KioskProcess]:
    data = tmp_path / "data"
    data.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "kiosk-test", str(data)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small file system")
    process = KioskProcess(tmp_path)
    try:
        yield process
    finally:
        process.close()
        subprocess.run(["umount", "--lazy", str(data)], check=True)


def fill(folder: Path) -> Path:
    """Take all the room there is."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return filler


def store(kiosk: KioskProcess) -> str:
    return str(kiosk.ask("status")["health"]["store"])


@pytest.mark.timeout(120)
def test_a_full_disk_in_mid_rush_keeps_no_phone_and_loses_no_release(kiosk: KioskProcess) -> None:
    uids = kiosk.enrol(6)
    cubbies = {}
    for uid in uids[:5]:
        cubbies[uid] = int(kiosk.tap(uid)["cubby"])
        kiosk.finish(cubbies[uid], "deposited")
    kiosk.stop()
    kiosk.configure(RELEASE)
    kiosk.start()
    filler = fill(kiosk.folder / "data")

    for uid in uids[:3]:
        tap = kiosk.tap(uid)
        assert (tap["reason"], tap["cubby"]) == ("collect", cubbies[uid])
        kiosk.finish(cubbies[uid], "door_closed")
    assert kiosk.tap(uids[5])["reason"] == "disk_failing"
    assert store(kiosk) == "failing"
    kiosk.kill()

    kiosk.start()  # on a disk that is still full
    assert store(kiosk) == "failing"
    assert kiosk.ask("status")["counts"]["stored"] == 2
    tap = kiosk.tap(uids[3])
    assert tap["reason"] == "collect"
    kiosk.finish(cubbies[uids[3]], "door_closed")
    filler.unlink()
    wait_until(lambda: store(kiosk) == "ok", "the record is written again")
    kiosk.stop()

    kiosk.configure(ARRIVAL)
    kiosk.start()
    assert kiosk.ask("status")["counts"]["stored"] == 1
    assert kiosk.tap(uids[5])["reason"] == "deposit"
    assert kiosk.cli("verify").startswith("Every event is as it was written: ")
