"""What staff arrange, as the command line asks for it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import FakeClock, make_rules

from kiosk.core import Core
from kiosk.errors import BadInput
from kiosk.events import EventType
from kiosk.keys import Keys
from kiosk.messages.commands import SaveUser
from kiosk.model import User
from kiosk.offline import Offline
from kiosk.passwords import hash_password
from kiosk.state.arrangements import HoldKind
from kiosk.store import Store
from kiosk.upkeep import Upkeep
from kiosk.verbs import Verbs

KEYS = Keys(b"c" * 32, b"k" * 32)
ANA = {"admission": "1001", "forename": "Ana", "surname": "Silva", "form": "7A"}
PASSWORD = "three random words"
HASH = hash_password(PASSWORD)
LEAD = {"user": "Dee", "password": PASSWORD}


class Rig:
    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.core = Core(Store(folder, kiosk="test", keys=KEYS), make_rules(), self.clock)
        upkeep = Upkeep(self.core, self.clock.monotonic)
        service = Offline(self.core, upkeep, school="A School", is_simulated=True)
        self.verbs = Verbs(service, KEYS)
        self.call("roster_import", rows=[ANA])
        self.core.take(SaveUser("console", User("d1", "Dee", HASH, ("dsl",))))

    def call(self, verb: str, **args: Any) -> dict[str, Any]:
        return self.verbs.call(verb, json.loads(json.dumps(args)))

    @property
    def last(self) -> Any:
        return list(self.core.history.recent)[-1]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    return Rig(tmp_path)  # type: ignore[return-value]


def test_a_pass_takes_times_as_the_clock_on_the_wall_reads(rig: Rig) -> None:
    rig.call("pass_give", admission="1001", begins="11:00", ends="13:00", note="dentist")

    given = rig.last
    assert given.type is EventType.PASS_GIVEN
    assert given.data == {
        "begins": "2026-03-02T11:00:00+00:00",
        "ends": "2026-03-02T13:00:00+00:00",
        "back": True,
    }
    assert rig.core.notes[given.note] == "dentist"
    rig.call("pass_end", admission="1001")
    assert rig.core.standing.state.passes == {}


def test_in_summer_the_wall_is_an_hour_ahead(rig: Rig) -> None:
    rig.call("pass_give", admission="1001", begins="2026-06-01 11:00", ends="2026-06-01 13:00")
    assert rig.last.data["begins"] == "2026-06-01T10:00:00+00:00"


def test_a_lead_places_a_private_hold_and_lifts_it_in_their_own_name(rig: Rig) -> None:
    rig.call("take_in", admission="1001")
    placed = rig.call("hold_place", admission="1001", kind="safeguarding", note="x", **LEAD)

    assert (rig.last.actor, rig.last.data) == ("user:d1", {"kind": "office"})
    (private,) = rig.core.private_notes.values()
    assert (private.kind, private.text) == (HoldKind.SAFEGUARDING.value, "x")
    with pytest.raises(BadInput, match="another role"):
        rig.call("hold_lift", number=placed["seq"])
    rig.call("hold_lift", number=placed["seq"], **LEAD)
    assert rig.core.standing.state.holds == {}


def test_what_was_seen_to_is_said_with_the_hold_and_what_is_none_of_it_is_refused(rig: Rig) -> None:
    rig.call("take_in", admission="1001")
    seen = {"seen_to": ["parents"], "note": "x"}
    rig.call("hold_place", admission="1001", kind="safeguarding", **seen, **LEAD)
    (private,) = rig.core.private_notes.values()
    assert private.text == "The parents were told. x"
    with pytest.raises(BadInput, match="is not among parents, journey, privately"):
        rig.call("hold_place", admission="1001", seen_to=["weather"])


def test_forgetting_somebody_takes_the_words_about_their_holds_along(rig: Rig) -> None:
    rig.call("take_in", admission="1001", note="left on a bench")
    rig.call("hold_place", admission="1001", note="ring the parents")
    rig.call("hand_over", admission="1001", to="Eva", relation="aunt", identity="passport", **LEAD)
    rig.call("person_erase", admission="1001")

    assert (rig.core.notes, rig.core.private_notes) == ({}, {})


def test_a_wrong_password_is_on_record_and_nothing_else_happens(rig: Rig) -> None:
    with pytest.raises(BadInput, match="do not belong together"):
        rig.call("going_home", admission="1001", user="Dee", password="guess")
    assert rig.last.type is EventType.SIGN_IN_REFUSED
    assert rig.core.standing.state.going_home == {}


def test_a_receipt_says_who_has_it_and_what_was_seen(rig: Rig) -> None:
    rig.call("take_in", admission="1001")
    police = {"force": "Kent Police", "crime": "46/1234", "seal": "A77", "relation": "PC 1234"}
    done = rig.call("hand_over", **{**HANDED, **police, "note": "for analysis"}, **LEAD)

    assert done["receipt"].splitlines() == [
        f"Receipt {done['seq']}, A School",
        "The device of Ana Silva, kept since 2 March 2026, 08:30",
        "was handed over on 2 March 2026, 08:30",
        "to PC 1234 Eva Lund (Kent Police; crime 46/1234; seal A77), identified by passport,",
        "by Dee.",
    ]
    words = done["receipt"].splitlines()[3].partition(", identified")[0] + "; for analysis"
    assert list(rig.core.notes.values()) == [f"Given: {words}\nIdentity: passport"]
    assert "Eva" not in str(rig.last.to_record())  # names are in the note alone


def test_a_receipt_says_which_devices_they_are_where_somebody_has_said(rig: Rig) -> None:
    rig.call("take_in", admission="1001")
    rig.call("person_devices", admission="1001", kinds=["phone", "watch"])
    told = rig.call("hand_over", **HANDED, **LEAD)["receipt"]
    assert "The device (2: phone, smart watch) of Ana Silva, kept since" in told


def test_a_list_of_pupils_is_given_passes_or_none_of_them_is(rig: Rig) -> None:
    ben = {"admission": "1002", "forename": "Ben", "surname": "Lister", "form": "7B"}
    rig.call("roster_import", rows=[ben])
    trip = {"begins": "09:30", "ends": "15:00", "note": "museum"}
    with pytest.raises(BadInput, match="nobody on the roster"):
        rig.call("pass_list", admissions=["1001", "1003"], **trip)
    assert rig.core.standing.state.passes == {}

    given = rig.call("pass_list", admissions=["1001", "1002"], **trip)
    assert given["people"] == ["Ana Silva", "Ben Lister"]
    assert len(rig.core.standing.state.passes) == 2


HANDED = {"admission": "1001", "to": "Eva Lund", "relation": "aunt", "identity": "passport"}
WRONG = [
    ("pass_give", {"admission": "1001", "begins": "noon", "ends": "13:00"}, "is no time"),
    ("pass_give", {"admission": "1001", "begins": "13:00", "ends": "11:00"}, "nothing was done"),
    ("pass_give", {"admission": "9", "begins": "11:00", "ends": "13:00"}, "nobody on the roster"),
    ("pass_end", {"admission": "1001"}, "nothing was done"),
    ("release_now", {"forms": ["9Z"]}, "no form 9Z"),
    ("exempt", {"admission": "1001", "kind": "odd", "effect": "keep"}, "not among medical"),
    ("exempt", {"admission": "1001", "kind": "medical", "effect": "windows"}, "needs a window"),
    (
        "exempt",
        {"admission": "1001", "kind": "medical", "effect": "windows", "windows": ["13:00-12:00"]},
        "ends before it begins",
    ),
    (
        "exempt",
        {"admission": "1001", "kind": "medical", "effect": "always", "begins": "1 March"},
        "is no date",
    ),
    ("exemption", {"act": "bless", "number": 1}, "not among approve, end"),
    ("hold_place", {"admission": "1001"}, "nothing is kept for Ana Silva"),
    ("hand_over", {**HANDED, "to": " "}, "to whom it goes"),
    ("hand_over", {**HANDED, "relation": ""}, "who they are"),
    ("hand_over", {**HANDED, "identity": " "}, "proof of identity"),
    ("hand_over", {**HANDED, "force": "Kent Police", "seal": "A1"}, "a crime number"),
    ("hand_over", {**HANDED, "seal": "A1"}, "Only to the police"),
    ("going_home", {"admission": "1001", "colour": "red"}, "takes no colour"),
]


@pytest.mark.parametrize(("verb", "args", "words"), WRONG, ids=[f"{w[0]}-{w[2]}" for w in WRONG])
def test_what_makes_no_sense_is_told_so_and_changes_nothing(
    rig: Rig, verb: str, args: dict[str, Any], words: str
) -> None:
    before = rig.core.standing.state.seq
    with pytest.raises(BadInput, match=words):
        rig.call(verb, **args)
    assert rig.core.standing.state.seq == before


def test_an_arrangement_is_made_approved_and_ended(rig: Rig) -> None:
    made = rig.call(
        "exempt",
        admission="1001",
        kind="medical",
        effect="windows",
        windows=["12:00-13:00"],
        review="2026-07-01",
    )
    assert rig.last.data["approved"] is False
    rig.call("exemption", act="approve", number=made["seq"], **LEAD)
    (known,) = rig.core.standing.state.exemptions.values()
    assert known.is_approved
    rig.call("exemption", act="end", number=made["seq"], **LEAD)
    assert rig.core.standing.state.exemptions == {}


def test_an_arrangement_says_which_devices_and_with_whom_it_was_agreed_in_writing(
    rig: Rig,
) -> None:
    granted = {"admission": "1001", "kind": "adjustment", "effect": "keep", **LEAD}
    agreed = {"devices": ["watch", "tablet"], "signed_on": "2026-03-01", "signed_by": "Eva"}
    number = rig.call("exempt", **granted, **agreed)["seq"]

    exemption = rig.core.standing.state.exemptions[number]
    assert [kind.value for kind in exemption.devices] == ["watch", "tablet"]
    assert str(exemption.signed_on) == "2026-03-01"
    assert rig.core.words[f"{number:x}"].text == "Eva"

    rig.call("exemption_signed", number=number, on="2026-03-02", by="Eva Silva", **LEAD)
    assert str(rig.core.standing.state.exemptions[number].signed_on) == "2026-03-02"
    assert rig.core.words[f"{number:x}"].text == "Eva Silva"


@pytest.mark.parametrize(
    ("verb", "wrong", "said"),
    [
        ("exempt", {"devices": ["radio"]}, "radio"),
        ("exempt", {"signed_on": "soon", "signed_by": "Eva"}, "soon"),
        ("exempt", {"signed_by": "Eva"}, "missing"),
    ],
)
def test_what_an_arrangement_is_about_is_said_in_words_that_are_known(
    rig: Rig, verb: str, wrong: dict[str, Any], said: str
) -> None:
    granted = {"admission": "1001", "kind": "other", "effect": "keep", **LEAD}
    with pytest.raises(BadInput, match=said):
        rig.call(verb, **granted, **wrong)
    assert rig.core.standing.state.exemptions == {}
