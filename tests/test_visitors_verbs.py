"""Visitors on the command line: they come with a card, and leave."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from test_users_verbs import Rig

from kiosk.cli import place as cli_place
from kiosk.cli.visitors import visitor
from kiosk.model import PersonKind

UID, VERA = "04A1B2C3D4E5F6", {"forename": "Vera", "surname": "Guest"}


@pytest.fixture
def rig(tmp_path: Path) -> Any:
    rig = Rig(tmp_path)
    yield rig
    rig.store.close()


def test_a_visitor_comes_until_a_day_and_leaves(rig: Rig) -> None:
    told = rig.call("visitor_new", **VERA, uid=UID, visits="the head", until="2026-03-04")

    assert told == {"admission": "visitor-1", "name": "Vera Guest", "until": "2026-03-04"}
    (card,) = rig.core.standing.roster.credentials.values()
    assert str(card.valid_until) == "2026-03-05 00:00:00+00:00"
    assert "the head" in rig.core.notes.values()
    assert rig.call("visitor_left", admission="visitor-1") == {"person": "Vera Guest"}
    (card,) = rig.core.standing.roster.credentials.values()
    assert card.valid_until == rig.clock.at


def test_a_card_that_was_tapped_is_named_by_its_key_and_is_theirs_today(rig: Rig) -> None:
    rig.call("visitor_new", **VERA, key="ab" * 16)
    (card,) = rig.core.standing.roster.credentials.values()
    assert (card.key, str(card.valid_until)) == ("ab" * 16, "2026-03-03 00:00:00+00:00")


WRONG = [
    (VERA, "by its number or by its key"),
    ({**VERA, "uid": UID, "key": "ab" * 16}, "by its number or by its key"),
    ({**VERA, "uid": UID, "forename": " "}, "a forename and a surname"),
    ({**VERA, "uid": UID, "surname": "x" * 61}, "a forename and a surname"),
    ({**VERA, "uid": UID, "until": "2026-03-01"}, "is past"),
    ({**VERA, "uid": UID, "until": "May"}, "May"),
    ({**VERA, "uid": "6636321", "profile": "dec24"}, "this number is short"),
    ({**VERA, "key": "zz"}, "this is no card's key"),
]


@pytest.mark.parametrize(("args", "words"), WRONG, ids=[str(n) for n in range(len(WRONG))])
def test_what_makes_no_sense_is_told_and_changes_nothing(
    rig: Rig, args: dict[str, Any], words: str
) -> None:
    before = rig.core.standing.roster
    assert words in rig.refusal("visitor_new", **args)
    assert rig.core.standing.roster == before


def test_who_is_no_visitor_does_not_leave(rig: Rig) -> None:
    assert "no such person" in rig.refusal("visitor_left", admission="1001")


def test_the_command_line_says_under_which_number_they_are_found(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(place: object, verb: str, **args: Any) -> dict[str, Any]:
        return rig.call(verb, **args)

    monkeypatch.setattr(cli_place.Place, "ask", ask)
    typed = CliRunner().invoke(
        visitor, ["new", "Vera", "Guest", "--uid", UID, "--visits", "Mr Hale"]
    )
    assert typed.output == "Vera Guest is visitor-1. The card works until 2026-03-02.\n"
    assert CliRunner().invoke(visitor, ["left", "visitor-1"]).output == "Vera Guest has left.\n"
    kinds = {person.kind for person in rig.core.standing.roster.people.values()}
    assert PersonKind.VISITOR in kinds
