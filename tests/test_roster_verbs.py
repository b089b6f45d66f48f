"""The roster by verbs and on the command line: what is told, what is confirmed, what is done."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from roster_fixtures import ANA_CELLS, BEN_CELLS, HEAD, csv_file
from roster_rig import KEYS, Rig, Typed

from kiosk.errors import BadInput
from kiosk.model import CardStatus, PersonKind
from kiosk.store import Store

WITH_CARD = (*HEAD, "Card No")


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    rig = Rig(tmp_path)
    others = [(str(2000 + n), "Given", f"Family{n}", "8A") for n in range(8)]
    rig.call("roster_import", csv_file(ANA_CELLS, BEN_CELLS, *others))
    return rig


def test_a_list_is_imported_with_its_cards_in_one_event(rig: Rig) -> None:
    data = csv_file((*ANA_CELLS[:3], "7B", "946EBD28"), ("3", "New", "One", "", ""), head=WITH_CARD)

    assert rig.call("roster_import", data) == {"added": 1, "changed": 1, "same": 0, "cards": 1}

    roster, event = rig.core.standing.roster, rig.core.history.recent[-1]
    assert (event.seq, event.data) == (2, {"added": 1, "changed": 1})
    key = KEYS.card_digest("iso14443a", bytes.fromhex("946EBD28"))
    assert roster.credentials[key].person == rig.people()["1001"].id
    assert rig.people()["1001"].form == "7B"


def test_what_was_imported_is_there_when_the_record_is_opened_again(
    rig: Rig, tmp_path: Path
) -> None:
    head = (*HEAD, "Year", "Role", "No Device", "UPN", "Card")
    cells = ("T1", "Cleo", "Marsh", "", "7", "staff", "yes", "A123456789012", "110,48424")
    rig.call("roster_import", csv_file(cells, head=head), profile="w26")
    rig.core._store.close()

    roster = Store(tmp_path, kiosk="test", keys=KEYS).roster()
    cleo = next(p for p in roster.people.values() if p.admission == "T1")
    assert (cleo.kind, cleo.year, cleo.no_device, cleo.upn) == (
        PersonKind.STAFF,
        "7",
        True,
        "A123456789012",
    )
    (card,) = roster.credentials.values()
    assert (card.kind, card.person, card.status) == ("claim:w26", cleo.id, CardStatus.ACTIVE)


def test_looking_changes_nothing(rig: Rig) -> None:
    before = rig.core.standing

    found = rig.call("roster_diff", csv_file(BEN_CELLS), full=True)
    assert len(found["left"]) == 9
    assert found["stops"].keys() == {"many_leavers"}
    assert rig.core.standing is before


def test_a_card_of_the_list_opens_a_cubby_and_a_leaver_with_a_device_is_told(rig: Rig) -> None:
    rig.call("roster_import", csv_file((*ANA_CELLS, "946EBD28"), head=WITH_CARD))
    rig.hand_in("iso14443a", bytes.fromhex("946EBD28"))
    gone = csv_file((*ANA_CELLS, "leaver"), head=(*HEAD, "Status"))

    assert rig.call("roster_diff", gone)["left"][0]["keeps"] is True
    assert rig.call("roster_import", gone) == {"added": 0, "changed": 0, "same": 0, "left": 1}
    assert rig.people()["1001"].leaver


def test_nobody_leaves_by_the_dozen_unless_it_is_confirmed(rig: Rig) -> None:
    with pytest.raises(BadInput, match="9 of 10 pupils would leave, more than one in 5"):
        rig.call("roster_import", csv_file(BEN_CELLS), full=True)
    assert not any(person.leaver for person in rig.people().values())

    rig.call("roster_import", csv_file(BEN_CELLS), full=True, many_leavers=True)
    assert [p.admission for p in rig.people().values() if not p.leaver] == ["1002"]


def test_what_is_confirmed_is_that_and_no_more(rig: Rig) -> None:
    data = csv_file(BEN_CELLS, ("01001", "A", "B", ""))

    with pytest.raises(BadInput, match="1001 for 01001 in row 3"):
        rig.call("roster_import", data, full=True, many_leavers=True)
    with pytest.raises(BadInput, match="would leave"):
        rig.call("roster_import", data, full=True, lost_zeros=True)
    rig.call("roster_import", data, full=True, lost_zeros=True, many_leavers=True)


def test_the_difference_that_was_looked_at_is_the_one_that_is_imported(rig: Rig) -> None:
    data = csv_file(("1001", "Anna", "Silva", "7A"))
    seen = rig.call("roster_diff", data)["fingerprint"]
    rig.call("roster_import", csv_file(("1001", "Anita", "Silva", "7A")))

    with pytest.raises(BadInput, match="has changed meanwhile"):
        rig.call("roster_import", data, expects=seen)
    rig.call("roster_import", data, expects=rig.call("roster_diff", data)["fingerprint"])
    assert rig.people()["1001"].forename == "Anna"


def test_a_faulty_row_is_left_out_only_when_that_is_asked(rig: Rig) -> None:
    rig.call("roster_import", csv_file((*ANA_CELLS, "946EBD28"), head=WITH_CARD))
    data = csv_file((*BEN_CELLS[:3], "9Z", "946EBD28"), ("3", "New", "One", "", ""), head=WITH_CARD)

    with pytest.raises(BadInput, match=r"row 2: card belongs to Ana Silva \(1001\)"):
        rig.call("roster_import", data)
    assert rig.call("roster_import", data, skip_faulty=True)["added"] == 1
    assert rig.people()["1002"].form == "7B"


BAD: list[tuple[dict[str, Any], str]] = [
    ({"profile": "morse"}, "no such card profile"),
    ({"fields": "form"}, "fields"),
    ({"full": "yes"}, "full"),
    ({"rows": [{"admission": "1", "forename": "A", "surname": "B", "card": "xyz"}]}, "row 1: card"),
    ({"rows": [{"admission": "1", "forename": "A", "surname": "B", "kind": "elf"}]}, "row 1: kind"),
    ({"rows": [{"row": "7", "admission": "1", "forename": "A"}]}, "row 7: surname is empty"),
    ({"rows": [{"admission": "1"}] * 5001}, "at most 5000"),
    ({"expects": "another"}, "has changed meanwhile"),
]


@pytest.mark.parametrize(("terms", "words"), BAD)
def test_bad_arguments_change_nothing_and_are_told_in_words(
    rig: Rig, terms: dict[str, Any], words: str
) -> None:
    rows = [{"admission": "1", "forename": "A", "surname": "B"}]

    with pytest.raises(BadInput, match=words):
        rig.verbs.call("roster_import", {"rows": rows, **terms})
    assert len(rig.core.history.recent) == 1


@pytest.fixture
def typed(tmp_path: Path) -> Iterator[Typed]:
    typed = Typed(tmp_path)
    yield typed
    typed.kiosk.close()


def test_an_import_prints_what_it_did(typed: Typed) -> None:
    data = csv_file((*ANA_CELLS, "94:6E:BD:28"), (*BEN_CELLS, ""), head=WITH_CARD)

    assert typed.run("import", data).output.splitlines() == [
        "added: 1001 Ana Silva, 7A",
        "added: 1002 Ben Lister, 7B",
        "card: 1001 Ana Silva",
        "2 added, 0 changed, 0 as before; 1 new card.",
    ]
    assert typed.run("import", data).output == "0 added, 0 changed, 2 as before.\n"


def test_a_difference_is_printed_with_all_that_stands_against_it(typed: Typed) -> None:
    typed.run("import", csv_file(ANA_CELLS, BEN_CELLS))
    data = csv_file((*ANA_CELLS[:3], "7C"), ("", "Nobody", "Known", "7A"))

    assert typed.run("diff", data, "--full").output.splitlines() == [
        "changed: 1001 Ana Silva: form 7A -> 7C",
        "left: 1002 Ben Lister, 7B",
        "1 of those changed moves to another form.",
        "0 added, 1 changed, 1 left, 0 as before.",
        "To be confirmed: 1 of 2 pupils would leave, more than one in 5: is it the whole roll? "
        "If so, import it with --many-leavers",
        "fault: row 3: admission is empty",
        "This is what importing it would do; nothing is changed.",
    ]
    told = json.loads(typed.run("diff", data, "--json").output)
    assert told["faults"] == ["row 3: admission is empty"]
    assert told["changed"][0]["fields"] == {"form": ["7A", "7C"]}
    assert typed.run("import", csv_file(ANA_CELLS, BEN_CELLS)).output.startswith("0 added, 0 chan")


def test_what_has_to_be_confirmed_is_told_all_at_once_and_how(typed: Typed) -> None:
    typed.run("import", csv_file(("0042", "Zoe", "Ash", "7A"), BEN_CELLS))
    data = csv_file(("42", "Zoe", "Ash", "7A"))

    refused = typed.run("import", data, "--full").exception
    assert isinstance(refused, BadInput)
    first, *stops = str(refused).splitlines()
    assert first == "nothing was imported:"
    assert [stop.rpartition(" ")[2] for stop in stops] == ["--many-leavers", "--lost-zeros"]

    refused = typed.run("import", data, "--full", "--many-leavers").exception
    assert str(refused).endswith("Is this somebody else? If so, import it with --lost-zeros")
    done = typed.run("import", data, "--full", "--many-leavers", "--lost-zeros")
    assert "1 added, 0 changed, 2 left" in done.output


def test_faulty_rows_are_left_out_and_listed(typed: Typed) -> None:
    data = csv_file(ANA_CELLS, ("2", "", "B", "7A"))

    assert isinstance(typed.run("import", data).exception, BadInput)
    assert typed.run("import", data, "--skip-faulty").output.splitlines() == [
        "added: 1001 Ana Silva, 7A",
        "1 added, 0 changed, 0 as before.",
        "left out: row 3: forename is empty",
    ]


def test_whose_row_is_left_out_does_not_leave(typed: Typed) -> None:
    typed.run("import", csv_file(ANA_CELLS, BEN_CELLS))

    result = typed.run(
        "import", csv_file(ANA_CELLS, ("1002", "", "Lister", "")), "--full", "--skip-faulty"
    )
    assert "0 added, 0 changed, 1 as before." in result.output


def test_legal_names_are_kept_only_if_they_are_wanted(typed: Typed) -> None:
    head = ("Adno", "Preferred Forename", "Legal Forename", "Surname")
    data = csv_file(("1", "Sam", "Samantha", "Ode"), head=head)
    typed.run("import", data)

    assert typed.run("diff", data).output.startswith("0 added, 0 changed, 1 as before.\n")
    assert "1 Sam Ode: legal name" in typed.run("diff", data, "--legal-names").output
