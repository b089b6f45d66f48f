"""Rows as tables have them, and back."""

import json
from dataclasses import asdict
from datetime import date

import pytest

from kiosk.model import Person, PersonKind, Token, User, Wishes

PEOPLE = [
    Person("a1", "1001", "Ana", "Silva"),
    Person(
        *("b2", "1002", "Ben", "Lee", "7B"),
        leaver=True,
        year="7",
        kind=PersonKind.STAFF,
        no_device=True,
        upn="U1",
        legal_name="Benjamin Lee",
        wishes=Wishes((3, 1), accessible=True, large=True),
        language="cy",
        low_sensory=True,
        more_time=True,
        agreed_on=date(2026, 3, 2),
        agreed_by="Ana and Eva",
        lead_first=True,
    ),
]
USERS = [
    User("c3", "desk", "$argon2id$x", ("reception",)),
    User(
        *("d4", "duty", "", ("teacher", "dsl")),
        person="b2",
        forms=("7B",),
        valid_from=date(2026, 3, 2),
        valid_to=date(2026, 3, 9),
        signed_out=7,
    ),
]


def stored(row: object) -> dict[str, object]:
    """What JSON makes of it."""
    plain = json.loads(json.dumps(asdict(row), default=str))  # type: ignore[call-overload]
    assert isinstance(plain, dict)
    return plain


@pytest.mark.parametrize("person", PEOPLE)
def test_a_person_comes_back_from_a_table_as_they_were(person: Person) -> None:
    back = Person.from_row(stored(person))

    assert back == person
    assert (type(back.kind), type(back.wishes.preferred)) == (PersonKind, tuple)


def test_a_person_from_before_kinds_and_wishes_is_a_pupil_without_any() -> None:
    row = {"id": "a1", "admission": "1001", "forename": "Ana", "surname": "Silva"}

    assert Person.from_row(row) == PEOPLE[0]
    assert Person.from_row({**row, "wishes": None}) == PEOPLE[0]
    assert Person.from_row({**row, "wishes": {"large": True}}).wishes == Wishes(large=True)


@pytest.mark.parametrize(
    ("forename", "surname", "name"),
    [("Ana", "Silva", "Ana Silva"), ("Ana", "", "Ana"), ("", "Silva", "Silva")],
)
def test_a_name_has_no_space_too_many(forename: str, surname: str, name: str) -> None:
    assert Person("a1", "1001", forename, surname).name == name


@pytest.mark.parametrize("user", USERS)
def test_a_user_comes_back_from_a_table_as_they_were(user: User) -> None:
    back = User.from_row(stored(user))

    assert back == user
    assert (type(back.roles), type(back.forms)) == (tuple, tuple)


def test_a_user_from_before_forms_and_days_has_none() -> None:
    row = {"id": "c3", "name": "desk", "password_hash": "$argon2id$x", "roles": ["reception"]}

    assert User.from_row(row) == USERS[0]


def test_a_token_comes_back_from_a_table_as_it_was() -> None:
    token = Token("e5", "lobby", "digest", ("status", "names"))

    back = Token.from_row(stored(token))
    assert (back, type(back.scopes)) == (token, tuple)
