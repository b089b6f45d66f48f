"""Passwords: how they are stored, and which are refused."""

import pytest
from webui_fixtures import PASSWORD, PASSWORD_HASH
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from kiosk.passwords import (
    MIN_LENGTH,
    hash_password,
    is_outdated,
    password_fault,
    verify_password,
)


def test_a_password_is_stored_as_argon2id_with_at_least_the_parameters_of_owasp():
    kind, version, parameters = hash_password(PASSWORD).split("$")[1:4]
    numbers = dict(part.split("=") for part in parameters.split(","))
    assert (kind, version) == ("argon2id", "v=19")
    assert int(numbers["m"]) >= 19_456
    assert int(numbers["t"]) >= 2


def test_equal_passwords_have_different_hashes():
    assert hash_password(PASSWORD) != hash_password(PASSWORD)


def test_the_right_password_fits_and_a_wrong_one_does_not():
    assert [verify_password(PASSWORD_HASH, word) for word in (PASSWORD, PASSWORD + " ")] == [
        True,
        False,
    ]


def test_a_password_typed_on_another_keyboard_is_the_same():
    assert verify_password(
        hash_password("Zoe\u0308 and the caf\u00e9"), "Zo\u00eb and the cafe\u0301"
    )


@pytest.mark.parametrize("damaged", ["", "plain words", "$argon2id$v=19$m=19456"])
def test_a_damaged_hash_fits_no_password(damaged):
    assert not verify_password(damaged, PASSWORD)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("elevenchars", "at least 12"),
        ("x" * 1025, "at most 1024"),
        ("my name is RECEPTION", "your name"),
        ("welcome to oak lane school", "the school's name"),
        ("aaaaaaaaaaaa", "one of the first"),
        ("password1234", "one of the first"),
        ("1q2w3e4r5t6y", "one of the first"),
        ("manchesterunited", "one of the first"),
        ("Liverpool2026!", "one of the first"),
        ("123456789012" * 80, "one of the first"),
    ],
)
def test_a_weak_password_is_refused_in_a_sentence(password, said):
    assert said in (password_fault(password, "reception", "Oak Lane School") or "")


@pytest.mark.parametrize(
    "password",
    [
        "twelve chars",
        "kettle lamp otter",
        "marmalade " * 3 + "tractor otter pebble lamp violin kettle",
        "0481920754836",
        "ünïcödé wörds",
    ],
)
def test_there_are_no_rules_of_composition(password):
    assert password_fault(password, "reception", "Oak Lane School") is None


def test_none_of_the_most_common_passwords_that_are_long_enough_is_taken():
    common = [word for word in FREQUENCY_LISTS["passwords"] if len(word) >= MIN_LENGTH]
    assert len(common) > 200
    assert [word for word in common if password_fault(word, "", "") is None] == []


@pytest.mark.parametrize(
    ("parameters", "is_old"),
    [
        ("argon2id$v=19$m=19456,t=2,p=1", False),
        ("argon2id$v=19$m=65536,t=3,p=4", False),  # more work than today's
        ("argon2id$v=19$m=19455,t=2,p=1", True),
        ("argon2id$v=19$m=65536,t=1,p=1", True),
        ("argon2i$v=19$m=19456,t=2,p=1", True),
    ],
)
def test_a_hash_of_less_work_is_outdated(parameters: str, is_old: bool) -> None:
    rest = "$lxYK2rnopePPbxcsm2fUOQ$PH6vQYWjmjzAvZyLs6Fre3aS6NzS7Pm3+HKRBUro7rA"
    assert is_outdated(f"${parameters}{rest}") is is_old


@pytest.mark.parametrize("damaged", ["", "plain words", "$argon2id$v=19$m=19456"])
def test_a_damaged_hash_is_left_as_it_is(damaged: str) -> None:
    assert not is_outdated(damaged)
