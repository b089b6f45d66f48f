"""The verbs: what each does, and that bad arguments change nothing and are told in words."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import FakeClock, make_rules

from hardware.ports import Fault
from kiosk.core import Core
from kiosk.errors import BadInput, NotRunning
from kiosk.events import EventType, Reason
from kiosk.keys import Keys
from kiosk.messages.sensed import Card, Closed, Opened, Presented, Pulsed
from kiosk.model import CardStatus
from kiosk.offline import Offline
from kiosk.roster import RosterRow, roster_rows
from kiosk.store import Store
from kiosk.upkeep import Upkeep
from kiosk.verbs import Verbs

KEYS = Keys(b"c" * 32, b"k" * 32)
FIRST, SECOND = "04A1B2C3D4E5F6", "04A1B2C3D4E5F7"
ANA = {"admission": "1001", "forename": "Ana", "surname": "Silva", "form": "7A"}


class FakeHands:
    """Remembers what was done."""

    def __init__(self) -> None:
        self.done: list[tuple[object, ...]] = []

    def tap(self, uid: bytes) -> None:
        self.done.append(("tap", uid))

    def place(self, uid: bytes) -> None:
        self.done.append(("place", uid))

    def lift(self, uid: bytes) -> None:
        self.done.append(("lift", uid))

    def open(self, cubby: int) -> None:
        self.done.append(("open", cubby))

    def close(self, cubby: int) -> None:
        self.done.append(("close", cubby))

    def leave_ajar(self, cubby: int) -> None:
        self.done.append(("ajar", cubby))

    def faults(self, part: str | None = None) -> list[Fault]:
        return [Fault("reader", "unplugged", "its cable is out", is_on=False)]

    def fault(self, part: str, name: str, on: bool = True) -> None:
        if part == "radiator":
            raise ValueError("there is no simulated part radiator")
        self.done.append(("fault", part, name, on))

    def shining(self) -> None:
        return None


class Rig:
    def __init__(self, folder: Path) -> None:
        store = Store(folder, kiosk="test", keys=KEYS)
        clock = FakeClock()
        self.core = Core(store, make_rules(), clock)
        self.hands = FakeHands()
        upkeep = Upkeep(self.core, clock.monotonic)
        service = Offline(self.core, upkeep, school="A School", is_simulated=True)
        self.verbs = Verbs(service, KEYS, hands=self.hands)

    def call(self, verb: str, **args: Any) -> dict[str, Any]:
        return self.verbs.call(verb, json.loads(json.dumps(args)))

    def types(self) -> list[EventType]:
        return [event.type for event in self.core.history.recent]

    def cards(self) -> dict[str, CardStatus]:
        return {c.key: c.status for c in self.core.standing.roster.credentials.values()}

    def hand_in(self) -> int:
        """Ana's device, in custody; its cubby."""
        card = self.key(FIRST)
        self.core.take(Presented((card,)))
        cubby = self.deposit_cubby()
        for fact in (Pulsed(cubby), Opened(cubby), Closed(cubby)):
            self.core.take(fact)
        return cubby

    def key(self, uid: str) -> Card:
        return Card(KEYS.card_digest("iso14443a", bytes.fromhex(uid)))

    def deposit_cubby(self) -> int:
        return next(iter(self.core.standing.state.transactions))


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    rig = Rig(tmp_path)
    rig.call("roster_import", rows=[ANA])
    return rig


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("fly", {}, 'no verb "fly"'),
    ("status", {"colour": "red"}, "colour"),
    ("status", {"self": 1}, "self"),
    ("events", {"limit": "many"}, "limit"),
    ("events", {"limit": 0}, "limit"),
    ("events", {"after": -1}, "after"),
    ("events", {"after": True}, "after"),
    ("card_enrol", {"uid": FIRST}, "admission"),
    ("card_enrol", {"admission": 1001, "uid": FIRST}, "admission"),
    ("card_enrol", {"admission": "1001"}, "by one of them"),
    ("card_enrol", {"admission": "1001", "uid": FIRST, "key": "0" * 32}, "by one of them"),
    ("card_enrol", {"admission": "1001", "key": "xyz"}, "no card's key"),
    ("card_enrol", {"admission": "1001", "key": "A" * 32}, "no card's key"),
    ("card_enrol", {"admission": "1001", "key": "a" * 32 + "\n"}, "no card's key"),
    ("card_enrol", {"admission": "1001", "uid": FIRST, "keep_others": 1}, "keep_others"),
    ("card_block", {"admission": "77"}, "nobody on the roster"),
    ("card_read", {"timeout": -1}, "timeout"),
    ("card_read", {"timeout": float("nan")}, "timeout"),
    ("person_state", {"admission": "1001", "what": "gone"}, "given, inside, empty"),
    ("person_state", {"admission": "1001", "what": "given"}, "nothing is kept for Ana Silva"),
    ("cubby_open", {"number": "1", "reason": "medical"}, "number"),
    ("cubby_open", {"number": True, "reason": "medical"}, "number"),
    ("cubby_open", {"number": 99, "reason": "medical"}, "no cubby 99"),
    ("cubby_open", {"number": 1, "reason": "deposit"}, "no reason to open"),
    ("cubby_open", {"number": 1, "reason": "other", "note": "x" * 501}, "500"),
    ("cubby_open", {"number": 1, "reason": "other", "note": "\ud800"}, "one line"),
    ("user_add", {"name": "x", "password_hash": "secret", "roles": ["admin"]}, "no password hash"),
    ("user_add", {"name": "x", "password_hash": "$argon2id$", "roles": "admin"}, "roles"),
    ("user_add", {"name": "x", "password_hash": "$argon2id$", "roles": ["king"]}, "king"),
    ("user_add", {"name": "x", "password_hash": "$argon2id$", "roles": []}, "at least one"),
    ("roster_import", {"rows": "Ana"}, "rows"),
    ("roster_import", {"rows": [{**ANA, "admission": 7}]}, r"rows 1, admission"),
    ("roster_import", {"rows": [{**ANA, "colour": "red"}]}, "row 1: there is no column colour"),
    ("roster_import", {"rows": [ANA, ANA]}, "row 2: admission number 1001 stands"),
    ("roster_import", {"rows": [{"admission": "7"}]}, "row 1: forename is empty"),
    ("roster_import", {"rows": []}, "nobody in it"),
    ("sim", {"hand": "tap"}, "4, 5, 7 or 10 bytes"),
    ("sim", {"hand": "tap", "uid": "010203040506"}, "4, 5, 7 or 10 bytes"),
    ("sim", {"hand": "tap", "uid": FIRST, "cubby": 1}, "tap takes no cubby"),
    ("sim", {"hand": "tap", "uid": 4}, "uid"),
    ("sim", {"hand": "open"}, "no cubby None"),
    ("sim", {"hand": "open", "cubby": 0}, "no cubby 0"),
    ("sim", {"hand": "fault", "part": "reader", "name": "deaf", "on": "no"}, "on"),
    ("sim", {"hand": "fault", "part": "radiator", "name": "cold"}, "no simulated part radiator"),
    ("sim", {"hand": "skip"}, "cannot be skipped"),
    ("sim", {"hand": "__class__"}, "no hand"),
    ("_submit", {}, "no verb"),
]


@pytest.mark.parametrize(("verb", "args", "words"), BAD)
def test_bad_arguments_change_nothing_and_are_told_in_words(
    rig: Rig, verb: str, args: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        rig.verbs.call(verb, args)

    assert rig.types() == [EventType.ROSTER_IMPORTED]
    assert rig.hands.done == []


def test_a_tap_may_have_the_five_bytes_of_an_em4100(rig: Rig) -> None:
    rig.call("sim", hand="tap", uid="0102030405")

    assert len(rig.hands.done) == 1


def test_verifying_is_no_verb_of_the_running_kiosk(rig: Rig) -> None:
    with pytest.raises(BadInput, match="no verb"):
        rig.call("verify")


def test_a_new_card_takes_the_place_of_the_old_one(rig: Rig) -> None:
    rig.call("card_enrol", admission="1001", uid=FIRST)
    rig.call("card_enrol", admission="1001", uid=SECOND)

    assert rig.cards() == {
        rig.key(FIRST).key: CardStatus.BLOCKED,
        rig.key(SECOND).key: CardStatus.ACTIVE,
    }


def test_the_old_card_can_be_kept(rig: Rig) -> None:
    rig.call("card_enrol", admission="1001", uid=FIRST)
    rig.call("card_enrol", admission="1001", key=rig.key(SECOND).key, keep_others=True)

    assert set(rig.cards().values()) == {CardStatus.ACTIVE}


def test_every_card_of_a_person_is_blocked_and_counted(rig: Rig) -> None:
    rig.call("card_enrol", admission="1001", uid=FIRST)
    rig.call("card_enrol", admission="1001", uid=SECOND, keep_others=True)

    told = rig.call("card_block", admission="1001")
    assert told == {"person": "Ana Silva", "blocked": 2, "openings": []}
    assert rig.call("card_block", admission="1001")["blocked"] == 0
    assert set(rig.cards().values()) == {CardStatus.BLOCKED}


def test_a_lost_card_stops_and_a_found_one_works_again(rig: Rig) -> None:
    rig.call("card_enrol", admission="1001", uid=FIRST)
    assert rig.call("card_lost", admission="1001") == {"person": "Ana Silva", "lost": 1}
    assert set(rig.cards().values()) == {CardStatus.LOST}
    assert rig.call("card_lost", admission="1001")["lost"] == 0
    assert rig.call("card_found", admission="1001") == {"person": "Ana Silva", "found": 1}
    assert set(rig.cards().values()) == {CardStatus.ACTIVE}
    rig.call("card_lost", admission="1001")
    assert rig.call("card_block", admission="1001")["blocked"] == 1


def test_a_card_for_some_days_is_beside_the_others(rig: Rig) -> None:
    rig.call("card_enrol", admission="1001", uid=FIRST)
    days = {"begins": "2026-06-01", "ends": "2026-06-05"}
    rig.call("card_enrol", admission="1001", uid=SECOND, **days)

    assert set(rig.cards().values()) == {CardStatus.ACTIVE}
    *_, card = rig.core.standing.roster.credentials.values()
    assert card.valid_from == datetime(2026, 5, 31, 23, tzinfo=UTC)  # summer time
    assert card.valid_until == datetime(2026, 6, 5, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"begins": "2026-06-05", "ends": "2026-06-01"}, "before the first"),
        ({"today": True, "ends": "2026-06-01"}, "no other days"),
        ({"begins": "soon"}, "no date"),
    ],
)
def test_days_that_make_no_sense_give_nobody_a_card(rig: Rig, days: Any, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        rig.call("card_enrol", admission="1001", uid=FIRST, **days)
    assert rig.cards() == {}


@pytest.mark.parametrize("what", [Reason.GIVEN, Reason.EMPTY, Reason.NEVER_PUT_IN])
def test_what_became_of_a_device_is_stated_by_its_owners_number(rig: Rig, what: Reason) -> None:
    rig.call("card_enrol", admission="1001", uid=FIRST)
    cubby = rig.hand_in()

    told = rig.call("person_state", admission="1001", what=what)

    assert (told["person"], told["cubby"]) == ("Ana Silva", cubby)
    stated = rig.core.history.recent[-1]
    assert (stated.type, stated.reason) == (EventType.CUSTODY_STATED, what)
    assert rig.core.standing.state.deposit_in(cubby) is None


def test_which_devices_are_kept_is_said_by_their_owners_number(rig: Rig) -> None:
    rig.call("card_enrol", admission="1001", uid=FIRST)
    rig.hand_in()
    told = rig.call("person_devices", admission="1001", kinds=["phone", "watch"])
    assert told == {"person": "Ana Silva", "devices": "2: phone, smart watch"}
    told = rig.call("person_devices", admission="1001", kinds=["tablet"], count=3)
    assert told["devices"] == "3: tablet"
    with pytest.raises(BadInput, match="radio"):
        rig.call("person_devices", admission="1001", kinds=["radio"])


def test_a_statement_that_changes_nothing_is_refused_in_words(rig: Rig) -> None:
    rig.call("card_enrol", admission="1001", uid=FIRST)
    rig.hand_in()

    with pytest.raises(BadInput, match="nothing was done: it is so already"):
        rig.call("person_state", admission="1001", what="inside")


def test_a_roster_row_needs_no_form_and_loses_its_outer_spaces() -> None:
    rows = roster_rows([{"admission": " 7 ", "forename": "Ana", "surname": "Silva"}])

    assert rows == (RosterRow("7", "Ana", "Silva", ""),)


def test_the_same_rows_again_are_counted_as_such(rig: Rig) -> None:
    assert rig.call("roster_import", rows=[ANA]) == {"added": 0, "changed": 0, "same": 1}


def test_a_good_opening_needs_a_running_kiosk(rig: Rig) -> None:
    with pytest.raises(NotRunning, match="doors open only while"):
        rig.call("cubby_open", number=1, reason="medical", note="asthma spray")


def test_each_hand_takes_its_own_arguments(rig: Rig) -> None:
    rig.call("sim", hand="tap", uid=FIRST)
    rig.call("sim", hand="fault", part="cubby 2", name="jammed")
    rig.call("sim", hand="fault", part="cubby 2", name="jammed", on=False)
    rig.call("sim", hand="ajar", cubby=2)

    assert rig.hands.done == [
        ("tap", bytes.fromhex(FIRST)),
        ("fault", "cubby 2", "jammed", True),
        ("fault", "cubby 2", "jammed", False),
        ("ajar", 2),
    ]


def test_what_can_break_is_listed(rig: Rig) -> None:
    assert rig.call("sim_faults")["faults"] == [
        {"part": "reader", "name": "unplugged", "words": "its cable is out", "is_on": False}
    ]


def test_a_round_needs_a_running_kiosk_and_can_be_asked_for_without_one(rig: Rig) -> None:
    assert rig.call("round") == {"round": None}
    with pytest.raises(NotRunning, match="doors open only while"):
        rig.call("cubby_open_all")
    with pytest.raises(BadInput, match="pause, resume, end"):
        rig.call("round", act="hurry")


def test_a_card_is_enrolled_by_its_number_as_a_list_spells_it(rig: Rig) -> None:
    rig.call("roster_import", rows=[ANA])

    whole = rig.call("card_enrol", admission="1001", uid="683503252", profile="dec-rev")
    assert whole["claim"] is False
    assert KEYS.card_digest("iso14443a", bytes.fromhex("946EBD28")) in rig.cards()
    short = rig.call("card_enrol", admission="1001", uid="110,48424", profile="w26")
    assert short["claim"] is True
