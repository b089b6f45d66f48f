"""``kiosk person find``: who is found, by whom, and what is printed."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from cabinet import ANA
from click.testing import CliRunner
from conftest import FakeClock, make_rules

from kiosk.cli import cli
from kiosk.cli.place import Place
from kiosk.core import Core
from kiosk.errors import BadInput
from kiosk.keys import Keys
from kiosk.messages.commands import ImportRoster, SaveUser
from kiosk.model import Person, PersonKind, Roster, User
from kiosk.offline import Offline
from kiosk.passwords import hash_password
from kiosk.store import Store
from kiosk.upkeep import Upkeep
from kiosk.verbs.people import MOST_FOUND, PeopleVerbs, _told

KEYS = Keys(b"c" * 32, b"k" * 32)
PASSWORD = "long enough a password"
BEN = Person("b2", "1002", "Ben", "Okafor", "9B")
ZOE = Person("c3", "1003", "Zoë", "Ana-Maria", "8C")
GONE = Person("d4", "1004", "Ana", "Zander", "8C", leaver=True)
STAFF = Person("e5", "T7", "Sam", "Field", kind=PersonKind.STAFF)
PEOPLE = (ANA, BEN, ZOE, GONE, STAFF)


def admissions(people: list[Person]) -> list[str]:
    return [person.admission for person in people]


@pytest.mark.parametrize(
    ("asked", "form", "found"),
    [
        ("", "", ["1003", "T7", "1002", "1001", "1004"]),
        ("ana", "", ["1003", "1001", "1004"]),
        ("ANA sil", "", ["1001"]),
        ("ana", "8C", ["1003", "1004"]),
        ("9b", "", ["1002"]),
        ("t7", "", ["T7"]),
        ("zoë", "", ["1003"]),
        ("nobody", "", []),
    ],
)
def test_people_are_found_by_all_the_words_in_whatever_case_and_leavers_last(
    asked: str, form: str, found: list[str]
) -> None:
    roster = Roster({person.id: person for person in PEOPLE})
    assert admissions(roster.matching(asked, form)) == found
    assert form or roster.matching(asked) == roster.matching(asked, form)


@pytest.fixture
def verbs(tmp_path: Path, clock: FakeClock) -> PeopleVerbs:
    core = Core(Store(tmp_path, kiosk="test", keys=KEYS), make_rules(), clock)
    core.take(ImportRoster("console", PEOPLE, len(PEOPLE), 0))
    for id, role in (("1", "reception"), ("2", "technician")):
        core.take(SaveUser("console", User(id, role, hash_password(PASSWORD), (role,))))
    upkeep = Upkeep(core, clock.monotonic)
    return PeopleVerbs(Offline(core, upkeep, school="A School", is_simulated=True), KEYS)


def test_what_is_told_is_the_number_the_name_and_the_form(verbs: PeopleVerbs) -> None:
    told = verbs.do_person_find("okafor")
    one = {"admission": "1002", "name": "Ben Okafor", "form": "9B", "kind": "pupil", "left": False}
    assert told == {"people": [one], "more": 0}


def test_whoever_may_not_see_names_finds_nobody(verbs: PeopleVerbs) -> None:
    assert verbs.do_person_find("ana", user="reception", password=PASSWORD)["people"]
    with pytest.raises(BadInput, match="nothing is shown"):
        verbs.do_person_find("ana", user="technician", password=PASSWORD)
    with pytest.raises(BadInput, match="nobody on the roster is in form 12Q"):
        verbs.do_person_find("", form="12Q")


def test_no_more_than_fifty_are_told_and_how_many_more_there_are(verbs: PeopleVerbs) -> None:
    many = tuple(replace(BEN, id=f"{n:x}", admission=f"{n}") for n in range(MOST_FOUND + 7))
    verbs._submit(ImportRoster("console", many, len(many), 0))
    told = verbs.do_person_find("okafor")
    assert (len(told["people"]), told["more"]) == (MOST_FOUND, 7 + 1)


def printed(mocker, people: list[Person], more: int, *options: str) -> str:
    told = {"people": [_told(one) for one in people], "more": more}
    ask = mocker.patch.object(Place, "ask", return_value=told)
    result = CliRunner().invoke(cli, ["person", "find", "ana", "sil", *options])
    assert result.exit_code == 0
    ask.assert_called_once_with("person_find", words="ana sil", form="")
    return result.output


def test_each_is_printed_on_a_line_of_their_own(mocker) -> None:
    assert printed(mocker, [ANA, GONE, STAFF], 2).splitlines() == [
        f"1001       {ANA.form:<8} Ana Silva",
        "1004       8C       Ana Zander, left",
        "T7         staff    Sam Field",
        "and 2 more: name more of what they are called",
    ]


def test_nobody_is_said_in_words_and_json_is_json(mocker) -> None:
    assert printed(mocker, [], 0) == "Nobody on the roster is called so.\n"
    assert json.loads(printed(mocker, [BEN], 0, "--json"))["people"][0]["admission"] == "1002"
