"""The verbs about cubbies: what each does, in a shell too, and that wrong use is told in words."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cabinet import ANA, ANAS_CARD, BEN, BENS_CARD
from click.testing import CliRunner
from conftest import FakeClock, make_rules
from cubbies_fixtures import BOX, CAL, CALS_CARD, CARDS, DEE, DEES_CARD, HUGO, IVY, TESS, USERS
from kiosk_process import KioskProcess

from kiosk.cli import cli
from kiosk.core import Core
from kiosk.errors import BadInput, KioskError
from kiosk.events import EventType, Reason
from kiosk.keys import Keys
from kiosk.messages.commands import EnrolCard, ImportRoster, SaveUser
from kiosk.messages.sensed import Card, Closed, Opened, Presented
from kiosk.model import Credential
from kiosk.offline import Offline
from kiosk.passwords import hash_password
from kiosk.store import Store
from kiosk.upkeep import Upkeep
from kiosk.verbs import Verbs

KEYS = Keys(b"c" * 32, b"k" * 32)
T = EventType


class Rig:
    """A record on a disk, furnished as the small school is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FakeClock()
        self.open()
        people = (ANA, BEN, CAL, DEE, TESS, HUGO, IVY)
        self.core.take(ImportRoster("console", people, len(people), 0))
        for card, person in CARDS.items():
            self.core.take(EnrolCard("console", Credential(card * 8, person.id)))
        for user in USERS:
            id = user.id.encode().hex()
            self.core.take(SaveUser("console", type(user)(id, user.name, "", user.roles)))

    def open(self) -> None:
        self.store = Store(self.folder, kiosk="test", keys=KEYS)
        self.core = Core(self.store, make_rules(), self.clock)
        upkeep = Upkeep(self.core, self.clock.monotonic)
        service = Offline(self.core, upkeep, school="A School", is_simulated=True)
        self.verbs = Verbs(service, KEYS)

    def reopen(self) -> None:
        self.store.close()
        self.open()

    def call(self, verb: str, **args: Any) -> dict[str, Any]:
        return self.verbs.call(verb, json.loads(json.dumps(args)))

    def tap_through(self, card: str) -> None:
        self.clock.advance(4)
        self.core.take(Presented((Card(card * 8),)))
        for cubby in list(self.core.standing.state.transactions):
            self.core.take(Opened(cubby))
            self.core.take(Closed(cubby))

    def last(self) -> Any:
        return self.core.history.recent[-1]

    def cubby(self, number: int) -> dict[str, Any]:
        found: dict[str, Any] = self.call("cubbies")["cubbies"][number - 1]
        return found


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path)
    yield rig
    rig.store.close()


def test_a_cubby_goes_out_of_service_and_back(rig: Rig) -> None:
    rig.call("cubby_out", number=3, reason="cleaning", note="spilt juice")
    assert rig.cubby(3)["service"] == "cleaning"
    assert (rig.last().actor, rig.last().reason) == ("user:console", Reason.CLEANING)
    rig.reopen()
    assert rig.cubby(3)["service"] == "cleaning"
    rig.call("cubby_back", number=3)
    assert rig.cubby(3)["service"] == ""


def test_owners_and_boxes_are_listed_and_taken_away_again(rig: Rig) -> None:
    assert rig.call("cubby_own", number=1, admission="1001")["person"] == "Ana Silva"
    rig.call("cubby_own", number=1, admission="1002", with_others=True)
    rig.call("cubby_box", number=BOX, form="1r")
    rig.reopen()
    assert rig.cubby(1)["owners"] == ["1001", "1002"]
    assert rig.cubby(BOX)["form"] == "1R"

    rig.call("cubby_anybodys", number=1, admission="1001")
    rig.call("cubby_anybodys", number=BOX)
    assert (rig.cubby(1)["owners"], rig.cubby(BOX)["form"]) == (["1002"], "")


def test_wishes_outlast_a_restart(rig: Rig) -> None:
    rig.call("cubby_wishes", admission="1001", preferred=[5, 2], accessible=True)
    rig.reopen()
    rig.tap_through(ANAS_CARD)
    assert rig.core.standing.state.in_cubby.keys() == {5}


def test_a_box_is_given_back_but_for_some(rig: Rig) -> None:
    rig.call("cubby_box", number=BOX, form="1R")
    rig.tap_through(CALS_CARD)
    rig.tap_through(DEES_CARD)
    rig.call("box_returned", form="1R", kept=["1004"], note="absent at the bell")
    left = rig.core.standing.state.deposits_in(BOX)
    assert [deposit.person for deposit in left] == [DEE.id]


def test_reconciling_is_a_list_and_a_word_for_each(rig: Rig) -> None:
    rig.tap_through(ANAS_CARD)
    rig.tap_through(BENS_CARD)
    told = rig.call("key_used", by=["hugo", "S1"], given=[1], empty=[3, 4, 5, 6], note="power cut")
    assert [(c["number"], c["why"], c["people"]) for c in told["cubbies"]] == [
        (2, "key_used", ["Ben Lister"])
    ]
    rig.call("cubby_not_empty", number=4)
    rig.reopen()
    assert [c["number"] for c in rig.call("reconcile")["cubbies"]] == [2, 4]

    assert rig.call("reconcile_say", number=4, what=["1002"])["missing"] == []
    assert [c["number"] for c in rig.call("reconcile")["cubbies"]] == [2]
    assert rig.call("reconcile_say", number=2, what=["empty"])["cubbies"] == []
    assert rig.last().type is T.RECONCILED


def test_theirs_is_what_the_record_has_there(rig: Rig) -> None:
    rig.tap_through(ANAS_CARD)
    rig.call("key_used", by=["office", "head"], empty=[2, 3, 4, 5, 6])
    assert rig.call("reconcile_say", number=1, what=["theirs"])["cubbies"] == []
    deposit = rig.core.standing.state.deposit_of(ANA.id)
    assert deposit is not None
    assert deposit.doubt is None


def test_a_missing_device_and_one_that_nobody_knows_are_listed_apart(rig: Rig) -> None:
    rig.tap_through(ANAS_CARD)
    told = rig.call("reconcile_say", number=1, what=["unowned"])
    assert [(m["person"], m["admission"]) for m in told["missing"]] == [("Ana Silva", "1001")]
    assert told["cubbies"] == []


def test_fire_is_said_asked_for_and_over(rig: Rig) -> None:
    assert rig.call("fire") == {"since": None}
    assert rig.call("fire", act="on")["since"] == "2026-03-02T08:30+00:00"
    rig.reopen()
    assert rig.call("fire")["since"] is not None
    assert rig.call("fire", act="clear") == {"since": None}


def test_a_user_is_a_member_of_staff_and_stays_so(rig: Rig) -> None:
    rig.call("user_link", name="Hugo", admission="S2")
    hashed = hash_password("long enough pw")
    rig.call("user_add", name="hugo", password_hash=hashed, roles=["teacher"], change=True)
    rig.reopen()
    hugo = next(u for u in rig.core.standing.roster.users.values() if u.name == "hugo")
    assert hugo.person == HUGO.id
    assert rig.call("user_link", name="hugo") == {"user": "hugo", "person": ""}


def test_who_signs_for_it_is_who_proves_to_be(rig: Rig) -> None:
    with pytest.raises(BadInput, match="do not belong together"):
        rig.call("cubby_out", number=1, reason="defect", user="office", password="guessed")
    assert rig.cubby(1)["service"] == ""


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("cubby_out", {"number": 99, "reason": "defect"}, "there is no cubby 99"),
    ("cubby_out", {"number": 1, "reason": "medical"}, "defect, cleaning, kept_free, other"),
    ("cubby_back", {"number": 1}, "it is so already"),
    ("cubby_own", {"number": 1, "admission": "9"}, "nobody on the roster"),
    ("cubby_box", {"number": 1, "form": "9Z"}, "nobody on the roster is in form 9Z"),
    ("cubby_anybodys", {"number": 1}, "it is so already"),
    ("cubby_wishes", {"admission": "1001", "preferred": [99]}, "there is no cubby 99"),
    ("box_returned", {"form": "1R"}, "form 1R has no box"),
    ("reconcile_say", {"number": 1, "what": []}, "say empty"),
    ("reconcile_say", {"number": 1, "what": ["empty", "1001"]}, "say empty"),
    ("reconcile_say", {"number": 1, "what": ["theirs"]}, "nobody's device is in cubby 1"),
    ("reconcile_say", {"number": 1, "what": ["1001", "1002"]}, "kept for somebody else"),
    ("key_used", {"by": ["office"]}, "name both"),
    ("key_used", {"by": ["office", "1001"]}, "no such person"),
    ("key_used", {"by": ["office", "office"]}, "second person"),
    ("key_used", {"by": ["office", "head"], "given": [1], "empty": [1]}, "more than once"),
    ("fire", {"act": "off"}, "neither on nor clear"),
    ("fire", {"act": "clear"}, "it is so already"),
    ("user_link", {"name": "nobody", "admission": "S1"}, "there is no user"),
    ("user_link", {"name": "office", "admission": "1001"}, "no member of staff"),
]


@pytest.mark.parametrize(("verb", "args", "words"), WRONG)
def test_wrong_use_changes_nothing_and_is_told_in_words(
    rig: Rig, verb: str, args: dict[str, Any], words: str
) -> None:
    before = rig.core.standing
    with pytest.raises(KioskError, match=words):
        rig.call(verb, **args)
    assert rig.core.standing.state == before.state
    assert rig.core.standing.roster == before.roster


class Shell:
    """The command line in this process, on a kiosk at rest."""

    def __init__(self, folder: Path) -> None:
        self.process = KioskProcess(folder)
        self.runner = CliRunner(env=self.process.environment())

    def __call__(self, *args: str) -> str:
        result = self.runner.invoke(cli, args, catch_exceptions=False)
        return result.output


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    shell = Shell(tmp_path)
    file = tmp_path / "roster.csv"
    file.write_text(
        "Admission Number,Forename,Surname,Form\n1001,Ana,Silva,7A\n1002,Ben,Lister,7A\n"
    )
    shell("roster", "import", str(file))
    yield shell
    shell.process.close()


def test_whose_cubbies_are_is_said_and_listed_in_a_shell(shell: Shell) -> None:
    assert shell("cubby", "out", "3", "--reason", "defect") == "Cubby 3 is out of service.\n"
    assert shell("cubby", "own", "4", "1001") == "Cubby 4 is Ana Silva's.\n"
    assert shell("cubby", "own", "4", "1002", "--with-others") == "Cubby 4 is Ben Lister's too.\n"
    assert shell("cubby", "box", "5", "7A") == "Cubby 5 is the box of 7A.\n"
    assert shell("cubby", "wishes", "1001", "2", "1", "--accessible") == "Ana Silva: noted.\n"
    assert shell("cubby", "list").splitlines()[1:5] == [
        "   2  anybody's",
        "   3  out of service: broken",
        "   4  own of 1001 and 1002",
        "   5  box of 7A",
    ]
    assert len(json.loads(shell("cubby", "list", "--json"))["cubbies"]) == 24

    assert shell("cubby", "back", "3") == "Cubby 3 is in service.\n"
    assert shell("cubby", "anybodys", "4", "1002") == "Cubby 4 is theirs no longer.\n"
    assert shell("cubby", "anybodys", "5") == "Cubby 5 is a box no longer.\n"
    with pytest.raises(BadInput, match="form 7A has no box"):
        shell("box", "returned", "7A")


def test_the_walk_is_gone_in_a_shell(shell: Shell) -> None:
    assert "given to nobody" in shell("cubby", "not-empty", "1")
    listed = shell("cubby", "reconcile", "list")
    assert listed.startswith("cubby   1  something was found in it, since 20")
    said = shell("cubby", "reconcile", "say", "1", "1001")
    assert said == "Every cubby is known.\n"
    assert shell("cubby", "reconcile", "say", "1", "empty") == (
        "Every cubby is known.\nnot found: the device of Ana Silva\n"
    )
    with pytest.raises(BadInput, match="say empty"):
        shell("cubby", "reconcile", "say", "1", "empty", "1001")
    with pytest.raises(BadInput, match="name both"):
        shell("cubby", "key-used", "--by", "1001", "--given", "2")


def test_fire_and_all_clear_are_said_in_a_shell(shell: Shell) -> None:
    assert shell("fire") == "No fire alarm: doors open by the rules.\n"
    assert "no door opens" in shell("fire", "on")
    assert "Every" not in shell("fire")
    assert "No fire alarm" in shell("fire", "clear")


def test_who_a_user_is_is_said_in_a_shell(shell: Shell) -> None:
    shell_in = {"input": "long enough pw\n"}
    added = ["user", "add", "hugo", "--role", "teacher", "--password-stdin"]
    shell.runner.invoke(cli, added, catch_exceptions=False, **shell_in)
    assert shell("user", "link", "hugo") == "hugo is nobody with a card.\n"
    with pytest.raises(BadInput, match="no member of staff"):
        shell("user", "link", "hugo", "1001")
