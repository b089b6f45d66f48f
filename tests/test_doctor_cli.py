"""`kiosk doctor` as a whole, on the machine that the tests run on."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from doctor_fixtures import Bench
from kiosk_process import KioskProcess, wait_until

from hardware.doctor import Verdict
from kiosk.config import load_config
from kiosk.doctor import examine


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[KioskProcess]:
    process = KioskProcess(tmp_path)
    yield process
    process.close()


def test_a_simulated_kiosk_on_this_machine_has_no_fault(kiosk: KioskProcess) -> None:
    told = kiosk.cli("doctor")
    assert "simulated: nothing to check" in told
    assert re.search(r"\n0 faults, \d+ warnings?, \d+ unknown, \d+ ok\n$", told)


def test_relative_folders_of_the_config_are_found_from_where_it_lies(
    kiosk: KioskProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(kiosk.folder)
    config = load_config(Path("config.toml"))
    words = [finding.words for finding in examine(config) if finding.name == "keys"]
    assert words == [f"{kiosk.folder}/keys has both; keep a copy apart from the backups"]


def test_a_missing_key_on_this_machine_ends_with_status_1(kiosk: KioskProcess) -> None:
    (kiosk.folder / "keys" / "card.key").unlink()
    told = json.loads(kiosk.cli("doctor", "--json", status=1))
    faults = [f for f in told["findings"] if f["verdict"] == "fault"]
    assert [f["name"] for f in faults] == ["keys"]
    assert told["counts"]["fault"] == 1


def test_a_running_kiosk_is_asked_how_it_is(kiosk: KioskProcess) -> None:
    kiosk.start()
    told = json.loads(kiosk.cli("doctor", "--json"))
    words = {f["name"]: f["words"] for f in told["findings"]}
    assert words["running kiosk's reader"] == "works"
    kiosk.fault("reader", "unplugged")
    wait_until(lambda: kiosk.ask("status")["health"]["reader"] != "ok", "the reader is lost")
    assert "running kiosk's reader" in kiosk.cli("doctor", status=1)


def test_a_bad_config_is_wrong_use(kiosk: KioskProcess) -> None:
    (kiosk.folder / "config.toml").write_text("[kiosk]\ncolour = 1\n")
    assert "colour" in kiosk.cli("doctor", status=2)


def test_a_real_cabinet_on_a_machine_that_is_no_pi_is_unknown_and_no_fault(
    kiosk: KioskProcess,
) -> None:
    example = (Path(__file__).parents[1] / "config.example.toml").read_text()
    path = kiosk.folder / "config.toml"
    path.write_text(example.replace("/var/lib/kiosk", "data").replace("/etc/kiosk/keys", "keys"))
    findings = examine(load_config(path), Bench(kiosk.folder / "nothing").machine())
    unknown = {f.name for f in findings if f.verdict is Verdict.UNKNOWN}
    assert {"computer", "SPI", "card reader", "header", "supply", "watchdog"} <= unknown


def test_wrong_wiring_is_a_finding_and_not_a_bad_config(kiosk: KioskProcess) -> None:
    path = kiosk.folder / "config.toml"
    example = (Path(__file__).parents[1] / "config.example.toml").read_text()
    path.write_text(example.replace("1 = { lock = 12, door = 20 }", "1 = { lock = 4, door = 20 }"))
    told = [f for f in examine(load_config(path)) if f.name == "wiring"]
    assert [f.verdict for f in told] == [Verdict.FAULT]
    assert "GPIO 4" in told[0].words
