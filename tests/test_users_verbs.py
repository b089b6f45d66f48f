"""Those who sign in, as the command line has them; and day-duty staff."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner
from conftest import FakeClock, make_rules

from kiosk.cli import place as cli_place
from kiosk.cli.users import user
from kiosk.core import Core
from kiosk.errors import BadInput
from kiosk.keys import Keys
from kiosk.messages.commands import ImportRoster
from kiosk.model import Person, PersonKind, User
from kiosk.offline import Offline
from kiosk.store import Store
from kiosk.upkeep import Upkeep
from kiosk.verbs import Verbs

KEYS = Keys(b"c" * 32, b"k" * 32)
PASSWORD = "three random words"
HASHED = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)  # quick
PEOPLE = (
    Person("a1", "1001", "Ana", "Silva", "7A"),
    Person("b2", "1002", "Ben", "Lister", "7B"),
    Person("c3", "S1", "Tess", "Hale", "7B", kind=PersonKind.STAFF),
)
HAL, ZOE = ({"user": name, "password": PASSWORD} for name in ("Hal", "Zoe"))


class Rig:
    """A record in a folder, and the verbs on it."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder, kiosk="test", keys=KEYS)
        self.clock = FakeClock()
        self.core = Core(self.store, make_rules(), self.clock)
        upkeep = Upkeep(self.core, self.clock.monotonic)
        service = Offline(self.core, upkeep, school="A School", is_simulated=True)
        self.verbs = Verbs(service, KEYS)
        if not self.core.standing.roster.people:
            self.core.take(ImportRoster("console", PEOPLE, 3, 0))

    def call(self, verb: str, **args: Any) -> dict[str, Any]:
        return self.verbs.call(verb, args)

    def add(self, name: str, *roles: str, **more: Any) -> dict[str, Any]:
        return self.call("user_add", name=name, password_hash=HASHED, roles=[*roles], **more)

    def user(self, name: str) -> User:
        users = self.core.standing.roster.users.values()
        return next(user for user in users if user.name == name)

    def refusal(self, verb: str, **args: Any) -> str:
        with pytest.raises(BadInput) as wrong:
            self.call(verb, **args)
        return str(wrong.value)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def test_the_first_lead_is_given_and_the_next_waits_for_their_word(rig: Rig) -> None:
    assert rig.add("Hal", "headteacher")["waiting"] == []
    assert rig.add("Zoe", "teacher", "dsl")["waiting"] == ["dsl"]
    assert rig.user("Zoe").roles == ("teacher",)
    assert "needs another role" in rig.refusal("user_confirm", name="Zoe")  # the console
    assert "needs another role" in rig.refusal("user_confirm", name="Zoe", **ZOE)

    assert rig.call("user_confirm", name="zoe", **HAL)["roles"] == ["teacher", "dsl"]
    assert "nothing was asked for Zoe" in rig.refusal("user_confirm", name="Zoe", **HAL)


def test_a_request_can_be_taken_back(rig: Rig) -> None:
    rig.add("Hal", "headteacher")
    rig.add("Zoe", "dsl")
    rig.call("user_decline", name="Zoe")
    assert rig.core.standing.state.role_requests == {}


def test_a_request_outlasts_a_restart(rig: Rig, tmp_path: Path) -> None:
    rig.add("Hal", "headteacher")
    rig.add("Zoe", "dsl")
    rig.store.close()
    again = Rig(tmp_path)
    assert again.call("user_confirm", name="Zoe", **HAL)["roles"] == ["dsl"]


def test_forms_and_days_are_given_and_stay_until_they_are_changed(rig: Rig, tmp_path: Path) -> None:
    rig.add("Tom", "teacher", forms=["7b", "7A"], since="2026-03-02", until="2026-07-22")
    rig.add("Tom", "teacher", "pastoral", change=True)
    rig.store.close()
    tom = Rig(tmp_path).user("Tom")
    assert (tom.forms, tom.roles) == (("7B", "7A"), ("teacher", "pastoral"))
    assert (str(tom.valid_from), str(tom.valid_to)) == ("2026-03-02", "2026-07-22")


def test_another_last_day_and_any_day(rig: Rig) -> None:
    rig.add("Tom", "teacher", until="2026-07-22")
    told = rig.call("user_days", name="Tom", until="2026-03-31")
    assert (told["since"], told["until"]) == ("", "2026-03-31")
    assert rig.call("user_days", name="Tom", until="-")["until"] == ""


def test_the_form_of_the_member_of_staff_is_told_with_those_given(rig: Rig) -> None:
    rig.add("Tess", "teacher")
    rig.call("user_link", name="Tess", admission="S1")
    assert rig.call("user_forms", name="Tess", forms=["7A"])["forms"] == ["7A", "7B"]
    (told,) = rig.call("users")["users"]
    assert (told["forms"], told["staff"]) == (["7A", "7B"], "S1")


def test_whose_time_is_over_signs_in_no_more_and_is_not_listed(rig: Rig) -> None:
    rig.add("Hal", "headteacher")
    rig.add("Zoe", "headteacher", until="2026-03-02")
    rig.call("user_confirm", name="Zoe", **HAL)
    assert rig.call("users", **ZOE)["users"]
    rig.clock.to(9, days=1)
    assert "do not belong together" in rig.refusal("users", **ZOE)
    assert [one["name"] for one in rig.call("users")["users"]] == ["Hal"]
    assert len(rig.call("users", everybody=True)["users"]) == 2


def test_a_teacher_lists_their_own_forms_alone(rig: Rig) -> None:
    rig.add("Tom", "teacher", forms=["7A"])
    tom = {"user": "Tom", "password": PASSWORD}
    rig.clock.to(9)
    assert [row["name"] for row in rig.call("list", name="not-seen", **tom)["rows"]] == [
        "Ana Silva"
    ]
    assert "staff of that form" in rig.refusal("list", name="not-seen", form="7B", **tom)
    assert len(rig.call("list", name="not-seen")["rows"]) == 2
    rig.add("Tim", "teacher")
    tim = {"user": "Tim", "password": PASSWORD}
    assert "needs another role" in rig.refusal("list", name="not-seen", **tim)


def test_only_who_looks_after_users_and_leads_see_who_they_are(rig: Rig) -> None:
    rig.add("Tom", "teacher")
    rig.add("Hal", "headteacher")
    tom = {"user": "Tom", "password": PASSWORD}
    assert "needs another role" in rig.refusal("users", **tom)
    assert len(rig.call("users", **HAL)["users"]) == 2


def test_day_duty_staff_are_numbered_and_have_one_form_and_one_day(rig: Rig) -> None:
    told = rig.call("day_staff", forename="Di", surname="Day", form="7a")
    assert told == {"admission": "day-1", "name": "Di Day", "on": "2026-03-02"}
    assert rig.call("day_staff", forename="Bo", surname="Ray", form="7B", on="2026-03-05") == {
        "admission": "day-2",
        "name": "Bo Ray",
        "on": "2026-03-05",
    }
    assert rig.user("Di Day").forms == ("7A",)
    assert "Di Day" in rig.call("card_enrol", admission="day-1", key="a" * 32, today=True)["person"]


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("user_add", {"name": "X", "roles": []}, "at least one role"),
    ("user_add", {"name": "X", "roles": ["wizard"]}, "no role is called wizard; there are"),
    ("user_add", {"name": "", "roles": ["teacher"]}, "1 to 60 printable"),
    ("user_add", {"name": "hal", "roles": ["teacher"]}, "--change gives them new roles"),
    ("user_add", {"name": "X", "roles": ["teacher"], "forms": ["9Z"]}, "is in form 9Z"),
    ("user_add", {"name": "X", "roles": ["teacher"], "since": "May"}, "is no date"),
    (
        "user_add",
        {"name": "X", "roles": ["teacher"], "since": "2026-03-03", "until": "2026-03-02"},
        "is before their first",
    ),
    ("user_forms", {"name": "X", "forms": ["7A"]}, 'there is no user "X"'),
    ("user_forms", {"name": "Hal", "forms": ["9Z"]}, "is in form 9Z"),
    ("user_days", {"name": "Hal", "until": "tomorrow"}, "is no date"),
    ("user_link", {"name": "Hal", "admission": "1001"}, "no member of staff"),
    ("user_confirm", {"name": "Hal"}, "nothing was asked for Hal"),
    ("user_decline", {"name": "X"}, 'there is no user "X"'),
    ("day_staff", {"forename": "", "surname": "Day", "form": "7A"}, "a forename and a surname"),
    ("day_staff", {"forename": "D\n", "surname": "a\x07", "form": "7A"}, "a forename and"),
    ("day_staff", {"forename": "Di", "surname": "Day", "form": "9Z"}, "is in form 9Z"),
    (
        "day_staff",
        {"forename": "Di", "surname": "Day", "form": "7A", "on": "2026-03-01"},
        "is past",
    ),
]


@pytest.mark.parametrize(("verb", "args", "words"), WRONG, ids=[str(n) for n in range(len(WRONG))])
def test_what_makes_no_sense_is_told_and_changes_nothing(
    rig: Rig, verb: str, args: dict[str, Any], words: str
) -> None:
    rig.add("Hal", "headteacher")
    before, seq = rig.core.standing.roster, rig.core.standing.state.seq
    if verb == "user_add":
        args = {"password_hash": HASHED, **args}
    assert words in rig.refusal(verb, **args)
    assert (rig.core.standing.roster, rig.core.standing.state.seq) == (before, seq)


# as it is typed

Typed = Callable[..., str]


@pytest.fixture
def typed(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """What the command line prints. The place of the record is the rig's."""

    def ask(place: object, verb: str, **args: Any) -> dict[str, Any]:
        return rig.call(verb, **args)

    monkeypatch.setattr(cli_place.Place, "ask", ask)

    def run(*words: str, by: str = "") -> str:
        more = ["--as", by, "--password-stdin"] if by else []
        done = CliRunner().invoke(
            user, [*words, *more], input=PASSWORD + "\n", catch_exceptions=False
        )
        return done.output

    return run


def test_what_is_typed_and_what_is_said(rig: Rig, typed: Typed) -> None:
    rig.add("Hal", "headteacher")
    rig.add("Zoe", "dsl", forms=["7A"])
    assert typed("list") == ("Hal: headteacher\nZoe: no role; waiting: dsl; forms: 7A\n")
    assert typed("confirm", "Zoe", by="Hal") == "Zoe is dsl.\n"
    assert typed("forms", "Zoe", "--form", "7b") == "Zoe: 7B.\n"
    assert typed("days", "Zoe", "--to", "2026-07-22") == "Zoe: until 2026-07-22.\n"
    assert typed("days", "Zoe", "--to", "-") == "Zoe: any day.\n"
    assert typed("day", "Di", "Day", "--form", "7A") == (
        "Di Day has number day-1, for 2026-03-02.\n"
        "On that day give them a card: kiosk card enrol day-1 --today\n"
    )
    assert "Di Day: day_duty; forms: 7A; on 2026-03-02; staff day-1; does not sign in" in typed(
        "list"
    )


def test_a_request_is_taken_back_as_it_is_typed(rig: Rig, typed: Typed) -> None:
    rig.add("Hal", "headteacher")
    rig.add("Zoe", "dsl")
    assert typed("decline", "Zoe") == "Nothing waits for Zoe any more.\n"
    assert '"name": "Hal"' in typed("list", "--json")
