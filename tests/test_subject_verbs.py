"""Subject access, legal holds and transfers as a person types them."""

import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from kiosk_process import ARRIVAL, CONFIG
from test_incidents_verbs import HEAD, LEAD, RECEPTION, TEACHER, Rig

from kiosk.cli import cli
from kiosk.cli.files import check_new, write_new
from kiosk.errors import BadInput, KioskError
from kiosk.keys import new_keys


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


# what the verbs answer


def test_a_hold_for_the_law_is_listed_shown_and_lifted_by_its_number(rig: Rig) -> None:
    number = rig.ask("legal_hold", HEAD, admission="1001", note="a claim")["seq"]
    rig.ask("person_erase", admission="1001")

    expected = {"number": number, "person": "", "words": "Ana Silva 7A: a claim"}
    assert rig.ask("legal_holds", LEAD)["holds"] == [expected]
    (kept,) = rig.ask("legal_show", HEAD, number=number)["withheld"]
    assert kept["person"]["surname"] == "Silva"
    assert "no legal hold 1" in rig.refusal("legal_show", HEAD, number=1)
    assert "another role" in rig.refusal("lead_note_act", HEAD, number=number, act="close")
    rig.ask("lead_note_act", LEAD, number=number, act="close")
    assert rig.ask("legal_holds", HEAD) == {"holds": []}


def test_what_the_lead_keeps_is_listed_until_it_is_transferred(rig: Rig) -> None:
    rig.tap("aaaa")
    placed = {"admission": "1001", "kind": "safeguarding", "note": "why"}
    number = rig.ask("hold_place", LEAD, **placed)["seq"]
    row = {"number": number, "person": "Ana Silva", "words": "why", "kind": "safeguarding"}

    assert rig.ask("lead_kept", LEAD)["rows"] == [{**row, "over": False}]
    assert "still kept" in rig.refusal("lead_transferred", LEAD, numbers=[number])
    rig.ask("hold_lift", LEAD, number=number)
    assert rig.ask("lead_kept", LEAD)["rows"] == [{**row, "over": True}]
    rig.ask("lead_transferred", LEAD, numbers=[])
    assert rig.ask("lead_kept", LEAD)["rows"] == []


@pytest.mark.parametrize(
    ("verb", "who", "args"),
    [
        ("legal_holds", RECEPTION, {}),
        ("legal_show", TEACHER, {"number": 1}),
        ("lead_kept", HEAD, {}),
        ("lead_kept", None, {}),
        ("legal_holds", None, {}),
        ("person_export", None, {"admission": "1001"}),
        ("person_export", RECEPTION, {"admission": "1001"}),
    ],
)
def test_whoever_may_not_know_is_shown_nothing(
    rig: Rig, verb: str, who: dict[str, str] | None, args: dict[str, Any]
) -> None:
    assert rig.refusal(verb, who, **args) == "nothing is shown: this needs another role"


def test_while_the_record_cannot_be_written_nothing_is_taken_together(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is handed out is on record, or it is not handed out."""

    def fail(*args: object) -> None:
        raise KioskError("the record cannot be written")

    monkeypatch.setattr(rig.core._store, "append", fail)
    with pytest.raises(KioskError, match="cannot be written"):
        rig.ask("person_export", HEAD, admission="1001")


# as it is typed


class Shell:
    """A kiosk at rest, and what somebody types on its machine, without a process for each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        config = CONFIG.format(zone="Europe/London", times=ARRIVAL, cubbies=6, pulse_s=0.05)
        (folder / "config.toml").write_text(config)
        new_keys(folder / "keys")
        roster = folder / "roster.csv"
        roster.write_text(
            "Admission Number,Forename,Surname,Form\n1001,Ana,Silva,7A\n1002,Ben,Lister,7B\n"
        )
        self.typed("roster", "import", str(roster))
        add = ("--role", "headteacher", "--password-stdin")
        self.typed("user", "add", "head", *add, stdin="long enough pw\n")

    def typed(self, *args: str, stdin: str = "") -> str:
        env = {"KIOSK_CONFIG": str(self.folder / "config.toml")}
        done = CliRunner().invoke(cli, args, stdin, env, standalone_mode=False)
        if done.exception is not None:
            raise done.exception
        return done.output

    def as_head(self, *args: str) -> str:
        return self.typed(*args, "--as", "head", "--password-stdin", stdin="long enough pw\n")


def test_from_the_request_to_what_goes_out(tmp_path: Path) -> None:
    shell, folder = Shell(tmp_path), tmp_path / "request"
    shell.typed("take-in", "1001", "--note", "brought by Ben Lister")
    export = ("person", "export", "1001", "-o", str(folder))
    with pytest.raises(BadInput, match="another role"):
        shell.typed(*export)
    assert not folder.exists()

    said = shell.as_head(*export)
    assert "words of staff in them: 1" in said
    assert [folder.stat().st_mode & 0o777, *modes(folder)] == [0o700, 0o600, 0o600]
    draft = json.loads((folder / "draft.json").read_text())
    (taken,) = (row for row in draft["items"] if row["words"])
    assert (taken["words"], taken["release"]) == ("brought by another pupil", False)
    taken |= {"words": "brought to the office", "release": True}
    (folder / "draft.json").write_text(json.dumps(draft))

    with pytest.raises(BadInput, match="is not replaced"):
        shell.as_head(*export)
    shell.as_head("person", "release", str(folder / "draft.json"))
    page = (folder / "release.html").read_text()
    assert ("brought to the office" in page, "Lister" in page) == (True, False)
    assert modes(folder) == [0o600] * 4
    events = shell.as_head("events", "--json").splitlines()
    marks = [json.loads(line).get("data") for line in events if "person_exported" in line]
    assert marks == [None, {"released": True, "sha256": sha256(page.encode()).hexdigest()}]
    assert shell.typed("verify").startswith("Every event is as it was written")


def modes(folder: Path) -> list[int]:
    return [path.stat().st_mode & 0o777 for path in sorted(folder.iterdir())]


def test_nothing_that_names_people_is_written_into_the_data_folder(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "link").symlink_to(data)

    for folder in (data, data / "requests", tmp_path / "link" / "requests"):
        with pytest.raises(BadInput, match="in the data folder"):
            check_new(folder, ("draft.json",), data)
    check_new(tmp_path / "requests", ("draft.json",), data)


def test_a_folder_that_is_a_file_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(BadInput, match="no folder"):
        check_new(tmp_path / "out", ("draft.json",), tmp_path / "data")


def test_what_cannot_be_written_leaves_nothing_half_done(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("there already")

    with pytest.raises(KioskError, match="could not be written"):
        write_new(tmp_path, {"a": "one", "b": "two"})
    assert os.listdir(tmp_path) == ["b"]
