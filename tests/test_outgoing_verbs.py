"""Who is told something, on the command line: listed, tried, and given a key."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from outgoing_fixtures import Desk, outgoing
from webui_fixtures import FakeService

from kiosk.cli import cli
from kiosk.cli.keys import tell_troubles
from kiosk.config import load_config
from kiosk.errors import BadInput, KioskError
from kiosk.keys import Keys
from kiosk.support import plain_config
from kiosk.verbs import Verbs

CONFIG = """
[kiosk]
data = "data"
key_dir = "keys"
[[school.week]]
days = ["mon"]
arrival = "08:00"
locked = "09:00"
release = "15:00"
closed = "16:00"
[cabinet]
cubbies = 1
[reader]
backend = "rc522"
simulated = true
[[locks.banks]]
name = "main"
backend = "gpio"
simulated = true
cubbies = "1-1"
[[tell.webhooks]]
name = "mis"
url = "http://127.0.0.1:1/"
"""


def verbs_of(desk: Desk) -> Verbs:
    return Verbs(FakeService(), Keys(b"c" * 32, b"k" * 32), outgoing=outgoing(desk))


@pytest.fixture
def shell(tmp_path: Path) -> Any:
    (tmp_path / "config.toml").write_text(CONFIG)

    def run(*args: str) -> Any:
        return CliRunner().invoke(cli, [*args, "--config", str(tmp_path / "config.toml")])

    assert run("key", "new").exit_code == 0
    return run


def test_they_are_listed_with_how_they_were_reached() -> None:
    listed = verbs_of(Desk()).call("told_list", {"kind": "webhook"})["receivers"]
    assert [(one["name"], one["fault"]) for one in listed] == [
        ("mis", ""),
        ("old", "its key is missing"),
    ]


def test_one_is_tried_and_what_went_wrong_is_an_error() -> None:
    desk = Desk()
    verbs = verbs_of(desk)
    assert verbs.call("told_test", {"kind": "message", "name": "site"}) == {"name": "site"}
    desk.wrong = "no answer"
    with pytest.raises(KioskError, match="webhook mis: no answer"):
        verbs.call("told_test", {"kind": "webhook", "name": "mis"})
    with pytest.raises(BadInput, match="no message"):
        verbs.call("told_test", {"kind": "message", "name": "mis"})


def test_a_key_is_printed_once_and_then_the_webhook_can_be_tried(shell: Any) -> None:
    assert "`kiosk key webhook mis`" in shell("webhook", "list").output
    assert shell("key", "webhook", "mis").output.startswith("whsec_")
    listed = json.loads(shell("webhook", "list", "--json").output)["receivers"]
    assert [(one["name"], one["fault"]) for one in listed] == [("mis", "")]
    tried = shell("webhook", "test", "mis")
    assert (tried.exit_code, "Connection refused" in str(tried.exception)) == (1, True)


def test_a_key_is_made_for_nobody_whom_the_config_does_not_name(shell: Any, tmp_path: Path) -> None:
    assert "no webhook" in str(shell("key", "webhook", "../x").exception)
    assert {file.name for file in (tmp_path / "keys").iterdir()} == {"card.key", "chain.key"}


def test_check_says_who_is_told_and_who_cannot_be(shell: Any, tmp_path: Path) -> None:
    printed = shell("check").output
    assert "Webhook mis: every event, without names, to 127.0.0.1" in printed
    assert "Warning: webhook mis: webhook-mis.key is missing" in printed
    shell("key", "webhook", "mis")
    assert tell_troubles(load_config(tmp_path / "config.toml")) == []


def test_no_address_is_in_a_bundle(shell: Any, tmp_path: Path) -> None:
    told = json.dumps(plain_config(load_config(tmp_path / "config.toml")))
    assert ("mis" in told, "127.0.0.1:1" in told) == (True, False)


def test_where_nobody_is_named_it_says_so(shell: Any) -> None:
    assert shell("message", "list").output == "The config names none.\n"
