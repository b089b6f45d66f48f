"""The support bundle: what it tells, and that nobody is in it; and the workshop that makes it."""

import json
import pickle
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from kiosk_process import KioskProcess
from webui_fixtures import ANA, PEOPLE, FakeService, hand_in, key_of, uid_of

from kiosk.cli import cli
from kiosk.config import load_config
from kiosk.errors import BadInput, KioskError
from kiosk.events import Reason
from kiosk.messages.commands import Override
from kiosk.support import REMOVED, make_bundle, plain_config
from kiosk.workshop import OwnWorkshop, read_log, run

CONFIG = Path(__file__).parent.parent / "config.example.toml"
NOTHING: dict[str, Any] = {"findings": [], "counts": {}}
EVERYBODY = [
    word
    for person in PEOPLE
    for word in (
        person.id,
        person.admission,
        person.forename,
        person.surname,
        key_of(uid_of(person)),
    )
]


@pytest.fixture
def service() -> FakeService:
    service = FakeService()
    hand_in(service, ANA)
    note = Override("u-reception", 3, None, Reason.OTHER, note="her brother came", note_id="ab")
    assert service.submit(note).granted
    return service


def test_it_tells_health_counts_versions_config_findings_and_log(service: FakeService) -> None:
    found = {"findings": [{"name": "disk", "verdict": "warning", "words": "90 %", "hint": ""}]}
    made = make_bundle(service, {"cabinet": {"cubbies": 12}}, found, ["a line"])
    assert (made["health"]["reader"], made["counts"]["stored"]) == ("ok", 1)
    assert (made["counts"]["people"], made["config"]) == (4, {"cabinet": {"cubbies": 12}})
    assert (made["examined"], made["log"]) == (found, ["a line"])
    assert made["versions"].keys() == {"kiosk", "python", "machine"}


def test_nobody_is_in_it_wherever_they_stood(service: FakeService) -> None:
    finding = {"name": "log", "words": " and ".join(EVERYBODY), "hint": "ask reception"}
    log = [f"card {word}, failed" for word in EVERYBODY] + ["ANA SILVA's tap: fault"]
    told = json.dumps(make_bundle(service, {}, {"findings": [finding]}, log))
    assert [word for word in EVERYBODY if word.casefold() in told.casefold()] == []
    assert ("her brother came" in told, REMOVED in told) == (False, True)


@given(
    st.sampled_from(EVERYBODY), st.sampled_from(" ,.:'\"/()=[]"), st.sampled_from(" ,.:'\"/()=[]")
)
def test_a_name_is_found_between_any_marks(word: str, before: str, after: str) -> None:
    made = make_bundle(FakeService(), {}, NOTHING, [f"x{before}{word}{after}y"])
    assert made["log"] == [f"x{before}{REMOVED}{after}y"]


def test_other_words_and_parts_of_words_stay(service: FakeService) -> None:
    line = "banana bench: 11001 events, cubby 3"
    assert make_bundle(service, {}, NOTHING, [line])["log"] == [line]


def test_lines_with_whole_events_in_them_are_left_out(service: FakeService) -> None:
    line = 'CRITICAL kept in this log alone: [{"person": "p-ana"}]'
    assert make_bundle(service, {}, NOTHING, [line])["log"] == []


def test_the_config_in_it_names_no_school_and_no_host() -> None:
    told = plain_config(load_config(CONFIG))
    assert "name" not in told["school"]
    assert "trusted_hosts" not in told["web"]
    assert told["cabinet"]["cubbies"]


# the workshop


class Programs:
    """Stands for the programs of the machine."""

    def __init__(self, **printed: bytes) -> None:
        self.printed = printed
        self.asked: list[tuple[Sequence[str], bytes]] = []

    def __call__(self, command: Sequence[str], sent: bytes, limit_s: float) -> bytes:
        self.asked.append((command, sent))
        name = "log" if command[0] == "journalctl" else "doctor"
        if name not in self.printed:
            raise KioskError(f"{command[0]}: no")
        return self.printed[name]


def test_the_doctor_gets_the_kiosks_own_config_in_a_process_of_its_own() -> None:
    config = load_config(CONFIG)
    programs = Programs(doctor=json.dumps(NOTHING).encode())
    assert OwnWorkshop(config, programs).examine() == NOTHING
    ((command, sent),) = programs.asked
    assert command == (sys.executable, "-m", "kiosk.examination")
    assert pickle.loads(sent) == config


def test_a_second_examination_meanwhile_is_refused_and_one_after_it_is_not() -> None:
    inside: list[str] = []

    def doctor(command: Sequence[str], sent: bytes, limit_s: float) -> bytes:
        if not inside:
            inside.append("")
            with pytest.raises(KioskError, match="already"):
                workshop.examine()
        return b"{}"

    workshop = OwnWorkshop(load_config(CONFIG), doctor)
    assert (workshop.examine(), workshop.examine()) == ({}, {})


def test_a_failed_examination_leaves_the_way_free_for_the_next() -> None:
    workshop = OwnWorkshop(load_config(CONFIG), Programs())
    for _ in range(2):
        with pytest.raises(KioskError, match=r"no$"):
            workshop.examine()


def test_a_log_that_may_not_be_read_is_none() -> None:
    assert read_log(Programs()) == []
    assert read_log(Programs(log=b"one\ntw\xff\n")) == ["one", "tw\ufffd"]


def test_a_bundle_is_made_without_a_log(service: FakeService) -> None:
    programs = Programs(doctor=json.dumps(NOTHING).encode())
    made = OwnWorkshop(load_config(CONFIG), programs).bundle(service)
    assert (made["log"], made["examined"]) == ([], NOTHING)


@pytest.mark.parametrize("fault", [OSError("gone"), subprocess.TimeoutExpired("x", 1)])
def test_a_program_that_fails_or_hangs_is_told_in_words(mocker: Any, fault: Exception) -> None:
    mocker.patch("kiosk.workshop.subprocess.run", side_effect=fault)
    with pytest.raises(KioskError, match=r"^tool: "):
        run(("tool",), b"", 1)


# in a shell


def test_in_a_shell_it_is_written_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    KioskProcess(tmp_path)
    file, config = tmp_path / "bundle.json", str(tmp_path / "config.toml")
    ran = CliRunner().invoke(cli, ["support-bundle", str(file), "-c", config])
    assert "Nobody is named in it." in ran.output
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.read_text())["examined"]["findings"]
    again = CliRunner().invoke(cli, ["support-bundle", str(file), "-c", config])
    assert isinstance(again.exception, BadInput)
