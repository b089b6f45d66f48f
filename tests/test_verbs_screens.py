"""The verbs about screens and signs: what each does, what is kept, and that wrong use is told."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from conftest import FakeClock, make_rules

from kiosk.acts import Addressee, Show, Sign
from kiosk.cli import cli
from kiosk.core import Core
from kiosk.errors import BadInput, ConfigError, RecordFault
from kiosk.events import EventType, Reason
from kiosk.keys import Keys, new_keys
from kiosk.messages.commands import EnrolCard, MakeToken, RevokeToken, SaveUser
from kiosk.messages.sensed import Card, Presented
from kiosk.messages.signs import AdaptSigns
from kiosk.model import Credential, Token, User
from kiosk.offline import Offline
from kiosk.policy.addressing import Names, ScreenRules
from kiosk.retention import Series, series_of
from kiosk.school.school import rules_by
from kiosk.screen_tokens import SCREEN, find_screen, new_screen_token
from kiosk.store import Store
from kiosk.upkeep import Upkeep
from kiosk.verbs import Verbs

KEYS = Keys(b"c" * 32, b"k" * 32)
ANA = {"admission": "1001", "forename": "Ana", "surname": "Silva", "form": "7A"}
WEEK = """
[[week]]
days = ["mon", "tue", "wed", "thu", "fri"]
arrival = "08:00"
locked = "08:45"
release = "12:00"
closed = "16:00"
"""


class Rig:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FakeClock()
        self.open()
        self.call("roster_import", rows=[ANA])

    def open(self) -> None:
        self.store = Store(self.folder, kiosk="test", keys=KEYS)
        base = make_rules()
        self.core = Core(self.store, base, self.clock, lambda file, who: rules_by(base, file, who))
        upkeep = Upkeep(self.core, self.clock.monotonic)
        service = Offline(self.core, upkeep, school="A School", is_simulated=True)
        self.verbs = Verbs(service, KEYS)

    def reopen(self) -> None:
        self.store.close()
        self.open()

    def call(self, verb: str, **args: Any) -> dict[str, Any]:
        return self.verbs.call(verb, json.loads(json.dumps(args)))

    def tap(self) -> list[Any]:
        (person,) = self.core.standing.roster.people
        self.core.take(EnrolCard("console", Credential("a" * 8, person)))
        return list(self.core.take(Presented((Card("a" * 8),)))[0])

    @property
    def last(self) -> Any:
        return self.core.history.recent[-1]

    @property
    def screens(self) -> list[Token]:
        return list(self.core.standing.roster.tokens.values())


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path)
    yield rig
    rig.store.close()


# screens


def test_a_new_screens_token_is_told_once_and_kept_as_its_digest(rig: Rig) -> None:
    token = rig.call("screen_token_new", name="Hall")["token"]
    (screen,) = rig.screens
    assert (screen.name, screen.scopes) == ("Hall", (SCREEN,))
    assert find_screen(rig.core.standing.roster.tokens, token) == screen
    rig.store.close()
    written = b"".join(path.read_bytes() for path in rig.folder.rglob("*") if path.is_file())
    assert token.encode() not in written
    assert token.replace("-", "").encode() not in written


def test_the_record_says_which_screen_and_nothing_of_its_name_or_token(rig: Rig) -> None:
    rig.call("screen_token_new", name="Hall")
    assert rig.last.type is EventType.TOKEN_MADE
    assert rig.last.data == {"token": rig.screens[0].id, "scopes": [SCREEN]}


def test_screens_are_still_known_after_a_restart(rig: Rig) -> None:
    rig.call("screen_token_new", name="Hall")
    before = rig.screens
    rig.reopen()
    assert rig.screens == before
    assert rig.call("screen_token_list") == {"screens": ["Hall"]}


def test_a_revoked_screen_is_gone_for_good(rig: Rig) -> None:
    rig.call("screen_token_new", name="Hall")
    id = rig.screens[0].id
    rig.call("screen_token_revoke", name="Hall")
    assert (rig.last.type, rig.last.data) == (EventType.TOKEN_REVOKED, {"token": id})
    rig.reopen()
    assert rig.screens == []


def test_the_name_of_a_revoked_screen_is_free_and_its_token_another(rig: Rig) -> None:
    first = rig.call("screen_token_new", name="Hall")["token"]
    rig.call("screen_token_revoke", name="Hall")
    assert rig.call("screen_token_new", name="Hall")["token"] != first


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\nb"])
def test_a_screen_without_a_proper_name_is_not_allowed(rig: Rig, name: str) -> None:
    with pytest.raises(BadInput, match="1 to 60 printable characters"):
        rig.call("screen_token_new", name=name)
    assert rig.screens == []


def test_two_tokens_have_two_names_whatever_they_are_for(rig: Rig) -> None:
    rig.call("token_new", name="MIS", scopes=["status"])
    rig.call("screen_token_new", name="Hall")
    for name in ("hall", "mis"):
        with pytest.raises(BadInput, match=f'there is a token "{name}" already'):
            rig.call("screen_token_new", name=name)
    assert rig.call("screen_token_list") == {"screens": ["Hall"]}
    with pytest.raises(BadInput, match='no screen "MIS"'):
        rig.call("screen_token_revoke", name="MIS")


def test_a_screen_that_is_not_there_cannot_be_revoked(rig: Rig) -> None:
    with pytest.raises(BadInput, match='no screen "Hall"'):
        rig.call("screen_token_revoke", name="Hall")


@pytest.mark.parametrize("role", ["reception", "teacher", "dsl", "technician"])
def test_who_may_not_keep_the_users_may_not_keep_the_screens(rig: Rig, role: str) -> None:
    rig.core.take(SaveUser("console", User("d1", "Dee", "", (role,))))
    before = rig.last
    for command in (MakeToken("d1", new_screen_token("Hall")[0]), RevokeToken("d1", "abcd")):
        outcome = rig.core.take(command)[1]
        assert outcome is not None
        assert outcome.reason is Reason.NOT_ALLOWED
    assert rig.last == before


def test_while_the_disk_fails_a_screen_is_revoked_and_none_is_allowed(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.call("screen_token_new", name="Hall")
    monkeypatch.setattr(rig.store, "failing", "the disk is full")
    with pytest.raises(RecordFault):
        rig.call("screen_token_new", name="Gate")
    rig.call("screen_token_revoke", name="Hall")
    assert rig.screens == []


# how signs are shown to somebody


def test_signs_are_adapted_and_stay_so_after_a_restart(rig: Rig) -> None:
    rig.call("person_signs", admission="1001", language="pl", low_sensory=True)
    rig.reopen()
    told = rig.call("person_signs", admission="1001")
    signs = {"language": "pl", "low_sensory": True, "more_time": False}
    assert told == {"person": "Ana Silva", **signs}
    assert rig.tap()[1] == Show(Sign.PUT_IN, 1, to=Addressee("pl", is_low_sensory=True))


def test_the_record_does_not_say_what_somebody_needs(rig: Rig) -> None:
    rig.call("person_signs", admission="1001", language="pl", low_sensory=True)
    assert rig.last.type is EventType.SIGNS_ADAPTED
    assert rig.last.data == {}
    assert series_of(rig.last.type) is Series.ACTS


def test_asking_changes_nothing_and_saying_it_twice_neither(rig: Rig) -> None:
    rig.call("person_signs", admission="1001", language="pl")
    before = rig.last
    rig.call("person_signs", admission="1001")
    assert rig.call("person_signs", admission="1001", language="pl")["language"] == "pl"
    assert rig.last == before


def test_one_is_changed_without_the_other(rig: Rig) -> None:
    rig.call("person_signs", admission="1001", language="pl", low_sensory=True)
    told = rig.call("person_signs", admission="1001", language="")
    assert (told["language"], told["low_sensory"]) == ("", True)


def test_a_language_that_the_signs_are_not_in_is_refused_with_those_they_are(rig: Rig) -> None:
    with pytest.raises(BadInput, match=r'not in "xx"; they are in en \(English\), cy'):
        rig.call("person_signs", admission="1001", language="xx")
    (person,) = rig.core.standing.roster.people
    outcome = rig.core.take(AdaptSigns("console", person, "xx", False))[1]
    assert outcome is not None
    assert outcome.reason is Reason.NOT_KNOWN


def test_a_new_roster_leaves_it_as_it_is(rig: Rig) -> None:
    rig.call("person_signs", admission="1001", language="cy", low_sensory=True)
    rig.call("roster_import", rows=[{**ANA, "form": "8A"}])
    (person,) = rig.core.standing.roster.people.values()
    assert (person.form, person.language, person.low_sensory) == ("8A", "cy", True)


# what the school chose


def test_the_school_file_says_what_the_screen_shows(rig: Rig) -> None:
    screen = '[screen]\nnames = "initials"\nlanguage = "cy"\ndone_s = 7\n'
    rig.call("school_import", text=f"{screen}{WEEK}")
    assert rig.core.rules.screen == ScreenRules(Names.INITIALS, "cy", 7)
    assert rig.tap()[1] == Show(Sign.PUT_IN, 1, to=Addressee(name="AS"))


def test_a_school_that_says_nothing_of_it_shows_no_name(rig: Rig) -> None:
    rig.call("school_import", text=WEEK)
    assert rig.core.rules.screen == ScreenRules(Names.NOTHING, "en")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("done_s = 1", "screen.done_s: Input should be greater than or equal to 2"),
        ('names = "full"', "screen.names: Input should be 'nothing', 'first_name' or 'initials'"),
        ('language = "xx"', 'screen.language: the signs are not in "xx"; they are in en, cy'),
        ("photos = true", "screen.photos: there is no such key"),
    ],
)
def test_a_wrong_choice_is_told_and_changes_nothing(rig: Rig, line: str, fault: str) -> None:
    before = rig.last
    with pytest.raises(ConfigError, match=fault.replace("?", r"\?")):
        rig.call("school_import", text=f"[screen]\n{line}\n{WEEK}")
    assert rig.last == before


# in a shell


TOML = """
[kiosk]
data = "{folder}/data"
key_dir = "{folder}/keys"
[school]
[[school.week]]
days = ["mon"]
arrival = "08:20"
locked = "08:50"
release = "15:10"
closed = "16:30"
[cabinet]
cubbies = 2
[reader]
backend = "rc522"
simulated = true
[[locks.banks]]
name = "main"
backend = "gpio"
simulated = true
cubbies = "1-2"
[web]
host = "0.0.0.0"
port = 8080
trusted_hosts = ["kiosk.local"]
allow_plain_http = true
"""


@pytest.fixture
def shell(tmp_path: Path) -> Any:
    new_keys(tmp_path / "keys")
    file = tmp_path / "config.toml"
    file.write_text(TOML.format(folder=tmp_path), encoding="utf-8")

    def run(*words: str) -> Result:
        return CliRunner().invoke(cli, [*words, "--config", str(file)])

    return run


def test_a_shell_is_told_the_address_to_open_on_the_tablet(shell: Any) -> None:
    told = shell("screen", "token", "new", "Hall tablet")
    assert told.exit_code == 0
    assert "http://kiosk.local:8080/screen#" in told.output
    assert shell("screen", "token", "list").output == "Hall tablet\n"
    assert "may not show" in shell("screen", "token", "revoke", "Hall tablet").output
    assert "No tablet may show" in shell("screen", "token", "list").output


def test_a_program_is_told_the_same_in_json(shell: Any) -> None:
    told = json.loads(shell("screen", "token", "new", "Hall", "--json").output)
    assert told["address"].endswith(f"/screen#{told['token']}")
    assert json.loads(shell("screen", "token", "list", "--json").output) == {"screens": ["Hall"]}
