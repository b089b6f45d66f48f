"""Tokens for other programs: who makes them, what their text proves, and that nobody keeps it."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cabinet import SmallKiosk
from click.testing import CliRunner
from conftest import FakeClock, make_rules
from hypothesis import given
from hypothesis import strategies as st
from kiosk_process import KioskProcess

from kiosk.cli import cli
from kiosk.core import Core
from kiosk.errors import BadInput
from kiosk.events import EventType, Reason
from kiosk.keys import Keys
from kiosk.messages.commands import MakeToken, RevokeToken, SaveUser
from kiosk.model import User
from kiosk.offline import Offline
from kiosk.policy.roles import Permission
from kiosk.policy.scopes import PERMISSIONS, Scope, permissions_of
from kiosk.store import Store
from kiosk.tokens import TokenUses, find_token, new_token
from kiosk.upkeep import Upkeep
from kiosk.verbs import Verbs

KEYS = Keys(b"c" * 32, b"k" * 32)
T = EventType
UNSEEN = {
    Permission.APPROVE,
    Permission.INCIDENTS,
    Permission.SEARCH,
    Permission.PRIVATE,
    Permission.NONE_TODAY,
    Permission.LEAD_NOTES,
}


class Rig:
    """The verbs over a record on a disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.open()

    def open(self) -> None:
        self.store = Store(self.folder, kiosk="test", keys=KEYS)
        clock = FakeClock()
        self.core = Core(self.store, make_rules(), clock)
        upkeep = Upkeep(self.core, clock.monotonic)
        self.service = Offline(self.core, upkeep, school="A School", is_simulated=True)
        self.verbs = Verbs(self.service, KEYS)

    def reopen(self) -> None:
        self.store.close()
        self.open()

    def call(self, verb: str, **args: Any) -> dict[str, Any]:
        return self.verbs.call(verb, args)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path)
    yield rig
    rig.store.close()


def make(rig: Rig, name: str = "Screen", *scopes: str) -> str:
    text: str = rig.call("token_new", name=name, scopes=list(scopes or ("status",)))["token"]
    return text


# their text


def test_a_text_proves_its_own_token_and_no_other() -> None:
    (one, text), (other, _) = new_token("A", ["status"]), new_token("B", ["names"])
    tokens = {one.id: one, other.id: other}
    assert find_token(tokens, text) == one
    assert find_token(tokens, text.replace(one.id, other.id)) is None
    assert find_token({other.id: other}, text) is None


@given(st.text() | st.text(alphabet="kiosk_ab0", max_size=300))
def test_no_other_text_proves_anything(text: str) -> None:
    token, _ = new_token("A", ["status"])
    assert find_token({token.id: token, "": token}, text) is None


def test_a_longer_text_is_another_one() -> None:
    token, text = new_token("A", ["status"])
    assert find_token({token.id: token}, text + "=") is None
    assert find_token({token.id: token}, text + "x" * 500) is None


def test_uses_are_counted_each_with_its_last_day() -> None:
    uses = TokenUses()
    uses.note("a", date(2026, 3, 2))
    uses.note("a", date(2026, 3, 3))
    assert (uses.of("a").times, uses.of("a").last) == (2, date(2026, 3, 3))
    assert (uses.of("b").times, uses.of("b").last) == (0, None)


# scopes


def test_no_scope_shows_what_is_for_some_roles_alone() -> None:
    assert set(PERMISSIONS) == set(Scope)
    assert not permissions_of(scope.value for scope in Scope) & UNSEEN


def test_an_unknown_scope_adds_nothing() -> None:
    assert permissions_of(["everything"]) == frozenset()


# who makes them


def test_nobody_lets_a_program_see_more_than_they_may_themselves() -> None:
    kiosk = SmallKiosk(make_rules(), FakeClock())
    roles = kiosk.rules.roles.may
    assert Permission.SEE_NAMES not in roles["admin"]
    kiosk.take(SaveUser("office", User("boss", "boss", "", ("admin",))))
    kiosk.take(MakeToken("boss", new_token("MIS", ["status", "names"])[0]))
    assert kiosk.outcome
    assert (kiosk.outcome.granted, kiosk.outcome.reason) == (False, Reason.NOT_ALLOWED)
    kiosk.take(MakeToken("boss", new_token("MIS", ["status"])[0]))
    assert kiosk.outcome.granted


def test_a_token_for_nothing_or_of_the_same_name_is_refused() -> None:
    kiosk = SmallKiosk(make_rules(), FakeClock())
    for scopes, name, refused in (
        ((), "A", Reason.INCOMPLETE),
        (("status",), "A", None),
        (("status",), "a", Reason.ALREADY_SO),
    ):
        kiosk.take(MakeToken("office", new_token(name, scopes)[0]))
        assert kiosk.outcome
        assert kiosk.outcome.reason is refused
    kiosk.take(RevokeToken("office", "f" * 16))
    assert kiosk.outcome.reason is Reason.NOT_KNOWN


# on record


def test_a_token_outlives_a_restart_and_its_text_is_kept_nowhere(rig: Rig) -> None:
    text = make(rig, "Screen in the hall", "events", "status")
    rig.reopen()
    found = find_token(rig.service.standing().roster.tokens, text)
    assert found
    assert (found.name, found.scopes) == ("Screen in the hall", ("status", "events"))
    secret = text.split("_", 2)[2].encode()
    assert not [p for p in rig.folder.rglob("*") if p.is_file() and secret in p.read_bytes()]


def test_a_revoked_token_proves_nothing_any_more_and_its_row_is_gone(rig: Rig) -> None:
    text = make(rig)
    rig.call("token_revoke", name="SCREEN")
    rig.reopen()
    assert find_token(rig.service.standing().roster.tokens, text) is None
    assert rig.call("token_list") == {"tokens": []}
    assert make(rig) != text


def test_events_say_which_token_and_never_its_name(rig: Rig) -> None:
    make(rig, "Anas phone", "lists", "names")
    rig.call("token_revoke", name="Anas phone")
    revoked, made = rig.service.events(types=(T.TOKEN_MADE, T.TOKEN_REVOKED))
    assert made.data["scopes"] == ["lists", "names"]
    assert revoked.data["token"] == made.data["token"]
    assert "Anas" not in json.dumps([made.to_record(), revoked.to_record()])


def test_the_list_shows_no_secret(rig: Rig) -> None:
    text = make(rig)
    (token,) = rig.service.standing().roster.tokens.values()
    rig.service.token_uses.note(token.id, date(2026, 3, 2))
    (told,) = rig.call("token_list")["tokens"]
    assert (told["name"], told["used"], told["last"]) == ("Screen", 1, "2026-03-02")
    assert text.split("_", 2)[2] not in json.dumps(told)
    assert token.digest not in json.dumps(told)


@pytest.mark.parametrize(
    ("name", "scopes", "told"),
    [
        ("", ["status"], "printable characters"),
        ("a\nb", ["status"], "printable characters"),
        ("x" * 61, ["status"], "printable characters"),
        ("MIS", [], "at least one scope"),
        ("MIS", ["status", "everything"], "is not among"),
        ("MIS", ["names"], "names alone"),
        ("screen", ["status"], "already"),
    ],
)
def test_wrong_use_changes_nothing_and_is_told(
    rig: Rig, name: str, scopes: list[str], told: str
) -> None:
    make(rig)
    before = rig.service.standing()
    with pytest.raises(BadInput, match=told):
        rig.call("token_new", name=name, scopes=scopes)
    assert rig.service.standing() is before


# in a shell


def test_in_a_shell_the_token_alone_is_on_standard_output(tmp_path: Path) -> None:
    KioskProcess(tmp_path)

    def run(*args: str) -> Any:
        return CliRunner().invoke(cli, ["token", *args, "-c", str(tmp_path / "config.toml")])

    made = run("new", "Screen", "--scope", "status")
    assert made.stdout.startswith("kiosk_")
    assert len(made.stdout.splitlines()) == 1
    assert run("list").output == "Screen  status; not used since the start\n"
    assert run("revoke", "screen").output == "Screen reads nothing any more.\n"
    assert run("list").output == "There are none.\n"
    assert isinstance(run("revoke", "screen").exception, BadInput)
