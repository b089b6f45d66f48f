"""What staff choose among, and what programs may be told."""

import pytest

from kiosk.events import Reason
from kiosk.policy.reasons import SHIPPED, Choice, chosen
from kiosk.policy.roles import Permission
from kiosk.policy.scopes import name_fault, permissions_of, scopes_fault

TRIP = Choice(Reason.OTHER, "Work experience")


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("medical", Choice(Reason.MEDICAL)),
        ("MEDICAL", Choice(Reason.MEDICAL)),
        ("work EXPERIENCE", TRIP),
        ("nothing", None),
        ("", None),
    ],
)
def test_a_reason_is_found_by_its_key_in_whatever_case(key: str, found: Choice | None) -> None:
    assert chosen((*SHIPPED, TRIP), key) == found


def test_other_needs_a_note_unless_the_school_gave_it_words() -> None:
    assert [one.reason for one in SHIPPED if one.needs_note] == [Reason.OTHER]
    assert (TRIP.needs_note, TRIP.words, TRIP.key) == (False, "Work experience", "Work experience")


@pytest.mark.parametrize(
    ("scopes", "permissions"),
    [
        ([], set()),
        (["status"], {Permission.SEE_CABINET}),
        (["cubbies", "status"], {Permission.SEE_CABINET}),
        (["events", "names"], {Permission.SEE_RECORD, Permission.SEE_NAMES}),
        (["lists", "of old"], {Permission.LISTS}),
    ],
)
def test_scopes_stand_for_what_they_say_and_unknown_ones_for_nothing(
    scopes: list[str], permissions: set[Permission]
) -> None:
    assert permissions_of(scopes) == permissions


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("board", ""),
        ("x", ""),
        ("x" * 60, ""),
        ("x" * 61, "a screen's name has 1 to 60 printable characters"),
        ("", "a screen's name has 1 to 60 printable characters"),
        ("two\nlines", "a screen's name has 1 to 60 printable characters"),
        ("HALL", 'there is a token "HALL" already; revoke it first'),
    ],
)
def test_a_tokens_name_is_short_printable_and_its_own(name: str, fault: str) -> None:
    assert name_fault(name, ["Hall", "Desk"], "screen") == fault


def test_a_token_without_a_name_is_called_a_token() -> None:
    assert name_fault("", []) == "a token's name has 1 to 60 printable characters"


@pytest.mark.parametrize(
    ("scopes", "fault"),
    [
        (["status"], ""),
        (["names", "lists"], ""),
        ([], "a token has at least one scope: status, cubbies, events, lists, names"),
        (["names"], "names alone is of nothing: say what they are to be told in"),
    ],
)
def test_a_token_has_a_scope_that_tells_something(scopes: list[str], fault: str) -> None:
    assert scopes_fault(scopes) == fault
