"""What importing a list would change, and what has to be confirmed first."""

from dataclasses import replace
from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from roster_fixtures import ANA_CELLS, HEAD, csv_file, many_people, read, roster_of

from kiosk.model import CardStatus, Credential, Person, PersonKind, Roster
from kiosk.roster import (
    Diff,
    Roll,
    RosterRow,
    Stop,
    compare,
    counts,
    diff_json,
    diff_lines,
    fingerprint,
)

ANA = Person("a1", "1001", "Ana", "Silva", "7A", year="7", upn="A123456789012")
BEN = Person("b2", "1002", "Ben", "Lister", "7B", no_device=True)
CLEO = Person("c3", "T7", "Cleo", "Marsh", kind=PersonKind.STAFF)
ALL = frozenset({"form", "year", "kind", "no_device", "upn", "legal_name", "leaver", "card"})
CARD = ("iso14443a", bytes.fromhex("946EBD28"))
SHORT = ("claim:w26", bytes.fromhex("6EBD28"))


def key_of(number: tuple[str, bytes]) -> str:
    return number[1].hex()


def diff_of(
    rows: list[RosterRow],
    roster: Roster,
    *,
    fields: frozenset[str] = frozenset({"form", "card"}),
    keeps: tuple[str, ...] = (),
    **roll: Any,
) -> Diff:
    ids = (f"new{n}" for n in count(1))
    return compare(
        Roll(rows, fields, **roll),
        roster,
        new_id=lambda: next(ids),
        card_key=key_of,
        keeps=keeps,
    )


def row_of(person: Person, **changes: Any) -> RosterRow:
    names = ("admission", "forename", "surname", "form", "year", "kind", "no_device", "upn")
    return RosterRow(**{**{name: getattr(person, name) for name in names}, "row": 2, **changes})


def test_people_are_matched_by_admission_number_and_nobody_is_removed() -> None:
    old = Person("x", "77", "Old", "Hand", "9C")
    rows = [RosterRow("1001", "Ana", "Silva", "7B"), RosterRow("2", "Ben", "Lister", "7B")]

    diff = diff_of(rows, roster_of(ANA, old))

    assert diff.added == (Person("new1", "2", "Ben", "Lister", "7B"),)
    assert diff.people == (diff.added[0], replace(ANA, form="7B"))
    (change,) = diff.changed
    assert (change.fields, change.has_moved, change.has_returned) == (("form",), True, False)
    assert (diff.left, diff.same) == ((), 0)


def test_the_same_list_again_changes_nothing() -> None:
    diff = diff_of([row_of(ANA), row_of(BEN)], roster_of(ANA, BEN), fields=ALL)

    assert (diff.people, diff.cards, diff.same, diff.stops) == ((), (), 2, {})


def test_what_a_list_does_not_speak_of_stays() -> None:
    (change,) = diff_of(
        [RosterRow("1001", "Anna", "Silva")], roster_of(ANA), fields=frozenset()
    ).changed

    assert change.after == replace(ANA, forename="Anna")


def test_what_a_list_speaks_of_and_leaves_empty_is_emptied() -> None:
    (change,) = diff_of([RosterRow("1001", "Ana", "Silva")], roster_of(ANA), fields=ALL).changed

    assert change.after == Person("a1", "1001", "Ana", "Silva")
    assert change.fields == ("form", "year", "upn")


def test_who_comes_back_is_no_leaver_any_more() -> None:
    (change,) = diff_of([row_of(ANA)], roster_of(replace(ANA, leaver=True))).changed

    assert (change.has_returned, change.after) == (True, ANA)


def test_who_the_list_says_has_left_has_left_and_is_not_added() -> None:
    rows = [row_of(ANA, leaver=True, number=CARD), RosterRow("9", "Never", "Here", leaver=True)]

    diff = diff_of(rows, roster_of(ANA, *many_people(9)), keeps=("a1", "1388"))

    assert (diff.added, diff.changed, diff.cards) == ((), (), ())
    assert [change.after for change in diff.left] == [replace(ANA, leaver=True)]
    assert diff.keeping == {"a1"}


def test_only_from_a_whole_roll_do_missing_pupils_leave_and_never_staff() -> None:
    rows, roster = [row_of(ANA)], roster_of(ANA, BEN, CLEO)

    assert diff_of(rows, roster).left == ()
    (left,) = diff_of(rows, roster, is_full=True).left
    assert left.after == replace(BEN, leaver=True)


def test_whose_row_is_faulty_has_not_left() -> None:
    diff = diff_of([row_of(ANA)], roster_of(ANA, BEN), is_full=True, mentioned={"1002"})

    assert diff.left == ()


def test_more_than_a_fifth_leaving_has_to_be_confirmed() -> None:
    people = many_people(10)

    def stops(leaving: int, **roll: Any) -> set[Stop]:
        rows = [row_of(person) for person in people[leaving:]]
        return {*diff_of(rows, roster_of(*people, CLEO), **roll).stops}

    assert stops(2, is_full=True) == set()
    assert stops(3, is_full=True) == {Stop.MANY_LEAVERS}
    assert stops(3) == set()
    gone = [row_of(person, leaver=True) for person in people[:3]]
    assert {*diff_of(gone, roster_of(*people)).stops} == {Stop.MANY_LEAVERS}


def test_a_number_that_differs_by_zeros_from_one_on_record_has_to_be_confirmed() -> None:
    known = Person("z", "0042", "Zoë", "Ash")

    stops = diff_of([RosterRow("42", "Zoë", "Ash", row=5)], roster_of(known)).stops

    told = stops[Stop.LOST_ZEROS]
    assert told.startswith(
        "1 admission number is on record with other zeros before it, 0042 for 42"
    )
    assert told.endswith("Is this somebody else?")
    assert diff_of([RosterRow("0042", "Zoë", "Ash")], roster_of(known)).stops == {}


def test_a_upn_of_somebody_else_is_noted_without_being_told() -> None:
    (note,) = diff_of([row_of(ANA, admission="2001")], roster_of(ANA), fields=ALL).notes

    assert "Ana Silva has the UPN of Ana Silva (1001)" in note
    assert ANA.upn not in note
    gone = roster_of(replace(ANA, leaver=True))
    assert diff_of([row_of(ANA, admission="2001")], gone, fields=ALL).notes == ()


def test_a_new_card_is_enrolled_and_the_others_go_on_working() -> None:
    old = Credential("old", "a1")
    rows = [row_of(ANA, number=CARD), row_of(BEN, number=SHORT, row=3)]

    cards = diff_of(rows, roster_of(ANA, BEN, cards=[old])).cards

    assert [card.credential for card in cards] == [
        Credential("946ebd28", "a1", "iso14443a"),
        Credential("6ebd28", "b2", "claim:w26"),
    ]
    assert [card.is_beside for card in cards] == [True, False]


def test_a_card_of_a_new_person_is_theirs() -> None:
    diff = diff_of([row_of(BEN, number=CARD)], roster_of())

    assert diff.credentials == (Credential("946ebd28", diff.added[0].id),)


def test_a_card_that_is_known_already_is_no_change() -> None:
    theirs = Credential(key_of(CARD), "a1")

    diff = diff_of([row_of(ANA, number=CARD)], roster_of(ANA, cards=[theirs]))
    assert (diff.cards, diff.same, diff.notes) == ((), 1, ())


def test_a_card_that_was_blocked_stays_blocked_whatever_the_list_says() -> None:
    lost = Credential(key_of(CARD), "a1", status=CardStatus.BLOCKED)

    diff = diff_of([row_of(ANA, number=CARD)], roster_of(ANA, cards=[lost]))
    assert diff.cards == ()
    assert diff.notes == ("row 2: the card of Ana Silva was blocked here, and stays blocked",)


def test_a_card_of_somebody_else_is_a_fault_and_its_row_changes_nothing() -> None:
    bens = Credential(key_of(CARD), "b2")
    rows = [row_of(ANA, number=CARD, form="8A"), RosterRow("3", "New", "One", number=CARD, row=3)]

    diff = diff_of(rows, roster_of(ANA, BEN, cards=[bens]), is_full=True, mentioned={"1002"})

    assert (diff.people, diff.cards) == ((), ())
    assert [str(fault) for fault in diff.faults] == [
        "row 2: card belongs to Ben Lister (1002) already",
        "row 3: card belongs to Ben Lister (1002) already",
    ]


def test_a_difference_is_told_without_what_only_few_may_see() -> None:
    rows = [
        row_of(ANA, upn="B801200005001", legal_name="Anabel Silva", form="7B", number=CARD),
        RosterRow("3", "New", "One", "7A", row=3),
    ]
    diff = diff_of(rows, roster_of(ANA, BEN), fields=ALL, is_full=True, keeps=("b2",))

    told = diff_json(diff)
    assert not any(secret in repr(told) for secret in ("B8012", "A1234", "Anabel", "946ebd"))
    assert told["changed"][0]["fields"] == {"form": ["7A", "7B"], "upn": None, "legal_name": None}
    assert diff_lines(told) == [
        "added: 3 New One, 7A",
        "changed: 1001 Ana Silva: form 7A -> 7B, upn, legal name",
        "left: 1002 Ben Lister, 7B; a device of theirs is here",
        "card: 1001 Ana Silva",
        "1 of those changed moves to another form.",
    ]
    assert counts(told) == "1 added, 1 changed, 1 left, 0 as before; 1 new card."


def test_a_long_difference_is_cut_and_counted() -> None:
    told = diff_json(diff_of([row_of(person) for person in many_people(30)], roster_of()))

    assert len(diff_lines(told)) == 30
    assert diff_lines(told, 20)[-1] == "added: and 10 more"


def test_the_fingerprint_is_that_of_the_difference_and_not_of_new_ids() -> None:
    rows = read(csv_file(ANA_CELLS, ("2", "B", "C", ""), head=HEAD)).rows

    def made(first: int, *people: Person, **changes: Any) -> str:
        ids = (f"{n}" for n in count(first))
        roll = Roll([replace(row, **changes) for row in rows], {"form"})
        return fingerprint(
            compare(roll, roster_of(*people), new_id=lambda: next(ids), card_key=key_of)
        )

    assert made(1, BEN) == made(100, BEN)
    assert len({made(1), made(1, ANA), made(1, replace(ANA, form="8")), made(1, form="9")}) == 4


people = st.builds(
    Person,
    id=st.integers(1, 40).map("{:x}".format),
    admission=st.integers(1, 40).map(str),
    forename=st.sampled_from("AB"),
    surname=st.just("C"),
    form=st.sampled_from(["7A", "7B"]),
    leaver=st.booleans(),
    kind=st.sampled_from(PersonKind),
)
rosters = st.lists(people, unique_by=lambda person: person.admission).map(
    lambda known: roster_of(*(replace(p, id=f"{int(p.admission):x}") for p in known))
)
lists = st.lists(
    st.builds(
        RosterRow,
        admission=st.integers(1, 40).map(str),
        forename=st.sampled_from("AB"),
        surname=st.just("C"),
        form=st.sampled_from(["7A", "7B"]),
        leaver=st.booleans(),
    ),
    unique_by=lambda row: row.admission,
)


@given(rosters, lists, st.booleans())
def test_importing_makes_the_roster_what_the_list_says_and_once_is_enough(
    roster: Roster, rows: list[RosterRow], is_full: bool
) -> None:
    diff = diff_of(rows, roster, is_full=is_full)
    after = Roster({**roster.people, **{person.id: person for person in diff.people}})

    assert after.people.keys() >= roster.people.keys()
    by_number = {person.admission: person for person in after.people.values()}
    for row in rows:
        if not (row.leaver and row.admission not in by_number):
            person = by_number[row.admission]
            assert (person.form, person.leaver) == (row.form, row.leaver)
    again = diff_of(rows, after, is_full=is_full)
    assert (again.people, again.cards) == ((), ())


def test_whoever_may_not_know_who_is_on_record_is_told_of_nobody_there() -> None:
    known = Person("b2", "1002", "Ben", "Lister", "7B", upn="A123456789012")
    roster = roster_of(known, cards=[Credential(key_of(CARD), "b2", CARD[0])])
    new = RosterRow("9", "New", "One", upn=known.upn, row=3)
    taken = RosterRow("8", "Zoe", "Two", number=CARD, row=4)
    diff = compare(
        Roll([new, taken], ALL),
        roster,
        new_id=lambda: "n",
        card_key=key_of,
        sees_names=False,
    )
    told = " ".join([*diff.notes, *map(str, diff.faults)])
    assert "has the UPN of somebody else" in told
    assert "card belongs to somebody else" in told
    assert not {"Ben", "Lister", "1002"} & {*told.replace("(", " ").replace(")", " ").split()}
