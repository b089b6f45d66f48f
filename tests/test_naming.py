"""Names in what somebody typed: all of them are found, and nobody's own."""

import re

import pytest
from cabinet import ANA, BEN
from hypothesis import given
from hypothesis import strategies as st

from kiosk.model import Person, PersonKind, Roster, User
from kiosk.naming import SOMEBODY, Names, everybody_but, without

ROSTER = Roster(
    people={
        person.id: person
        for person in (
            ANA,
            BEN,
            Person("c3", "1003", "Leo", "Silva", "8A"),
            Person("d4", "1004", "Maeve", "O'Brien-Šimić", "8A", legal_name="Mary Byrne"),
            Person("5f", "S1", "Rob", "Hale", kind=PersonKind.STAFF),
            Person("60", "S2", "Ben", "Orr", kind=PersonKind.STAFF),
            Person("70", "V1", "Vera", "Guest", kind=PersonKind.VISITOR),
        )
    },
    users={"u1": User("u1", "Una Quill", ""), "u2": User("u2", "Rob Hale", "", person="5f")},
)
SAID = {
    PersonKind.PUPIL: "another pupil",
    PersonKind.STAFF: "a member of staff",
    PersonKind.VISITOR: "a visitor",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ana Silva dropped it", "Ana Silva dropped it"),
        ("Ben Lister dropped it", "another pupil dropped it"),
        ("BEN LISTER, and ben lister's mother", "another pupil, and another pupil's mother"),
        ("Leo Silva saw Ana; so did Leo", "another pupil saw Ana; so did another pupil"),
        ("Silva alone is her own name", "Silva alone is her own name"),
        (
            "Mr Hale, Dr Rob Hale; Miss Quill",
            "a member of staff, a member of staff; a member of staff",
        ),
        ("told Ben", "told somebody"),  # a pupil and a member of staff are called so
        ("Maeve O’Brien-Šimić came with Mary Byrne", "another pupil came with another pupil"),
        ("Mrs O'Brien rang", "another pupil rang"),
        ("Vera showed the guest room", "a visitor showed the a visitor room"),
        ("A robbery, halest, benign", "A robbery, halest, benign"),
        ("", ""),
    ],
)
def test_others_stand_there_by_what_they_are(text: str, expected: str) -> None:
    assert everybody_but(ANA, ROSTER, SAID).taken_out(text) == expected


def test_of_a_member_of_staff_their_own_user_is_no_other() -> None:
    rob = ROSTER.people["5f"]

    assert everybody_but(rob, ROSTER, SAID).taken_out("Rob Hale") == "Rob Hale"


def test_two_who_stand_side_by_side_are_two() -> None:
    names = everybody_but(ANA, ROSTER, SAID)

    assert names.taken_out("Leo and Maeve") == "another pupil and another pupil"
    assert names.taken_out("Leo, Maeve") == "another pupil, another pupil"


def test_whoever_is_forgotten_is_taken_out_of_others_notes_where_they_are_named_in_full() -> None:
    assert without(BEN, "Ben Lister, not Ben Orr; ben  lister.") == (
        f"{SOMEBODY}, not Ben Orr; {SOMEBODY}."
    )
    assert without(ROSTER.people["d4"], "Mary Byrne") == SOMEBODY


WORDS = st.text(alphabet="abcdeXYZéß'-", min_size=1, max_size=6)
LISTS = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)


@given(names=st.lists(LISTS, max_size=5), own=LISTS, text=st.lists(WORDS | LISTS).map(" ".join))
def test_no_part_of_a_name_is_left_that_is_not_ones_own(
    names: list[str], own: str, text: str
) -> None:
    left = Names([(name, "#") for name in names], [own]).taken_out(f"{text} {' '.join(names)}")
    words = set(re.findall(r"\w+", left.casefold()))
    parts = {part for name in names for part in re.findall(r"\w+", name.casefold())}

    assert not {p for p in parts - set(re.findall(r"\w+", own.casefold())) if len(p) > 1} & words


@given(names=st.lists(LISTS, max_size=5), text=LISTS)
def test_text_without_any_name_stays_as_it_is(names: list[str], text: str) -> None:
    parts = {part for name in names for part in re.findall(r"\w+", name.casefold())}
    if not parts & set(re.findall(r"\w+", text.casefold())):
        assert Names((name, "#") for name in names).taken_out(text) == text
