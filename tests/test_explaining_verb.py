"""``kiosk explain``: the verb, and what it prints."""

from pathlib import Path
from typing import Any

import pytest
from cabinet import ANA
from conftest import FakeClock, make_rules

from kiosk.cli.explaining import explanation_words
from kiosk.core import Core
from kiosk.errors import BadInput
from kiosk.explaining.looking_back import NO_TAP
from kiosk.keys import Keys
from kiosk.messages.commands import EnrolCard, ImportRoster, SaveUser
from kiosk.model import Credential, User
from kiosk.offline import Offline
from kiosk.passwords import hash_password
from kiosk.store import Store
from kiosk.upkeep import Upkeep
from kiosk.verbs.explaining import ExplainingVerbs

KEYS = Keys(b"c" * 32, b"k" * 32)
PASSWORD = "long enough a password"


@pytest.fixture
def verbs(tmp_path: Path, clock: FakeClock) -> ExplainingVerbs:
    core = Core(Store(tmp_path, kiosk="test", keys=KEYS), make_rules(), clock)
    core.take(ImportRoster("console", (ANA,), 1, 0))
    core.take(EnrolCard("console", Credential("a" * 32, ANA.id)))
    for id, role in (("1", "headteacher"), ("2", "technician")):
        core.take(SaveUser("console", User(id, role, hash_password(PASSWORD), (role,))))
    upkeep = Upkeep(core, clock.monotonic)
    return ExplainingVerbs(Offline(core, upkeep, school="A School", is_simulated=True), KEYS)


def rows(told: dict[str, Any]) -> list[str]:
    return [row["row"] for row in told["missed"]]


def test_it_explains_a_tap_now_and_at_another_time(verbs: ExplainingVerbs) -> None:
    now = verbs.do_explain(ANA.admission)
    late = verbs.do_explain(ANA.admission, at="20:00")

    assert (now["person"], now["granted"], now["reason"]) == ("Ana Silva", True, "deposit")
    assert (late["granted"], late["reason"]) == (False, "kiosk_closed")
    assert late["at"] == "2026-03-02T20:00+00:00"


def test_it_prints_the_outcome_the_facts_and_what_the_rows_before_would_need(
    verbs: ExplainingVerbs,
) -> None:
    said = explanation_words(verbs.do_explain(ANA.admission, at="20:00")).splitlines()

    assert said[0] == "Ana Silva, 2026-03-02 20:00: refused, the kiosk is closed."
    assert said[1] == 'The kiosk says "Closed".'
    assert "Next: they can hand in at 08:20 on Tuesday 3 March 2026." in said
    assert "  no cubby keeps anything for them" in said
    assert "    5  they need not hand in" in said


def test_a_past_time_is_told_by_the_state_of_then(verbs: ExplainingVerbs, clock: FakeClock) -> None:
    clock.to(20)
    told = verbs.do_explain(ANA.admission, at="08:30")

    assert (told["person"], told["granted"], told["at"]) == (
        "Ana Silva",
        True,
        "2026-03-02T08:30+00:00",
    )
    assert NO_TAP in explanation_words(told).splitlines()


def test_the_console_is_told_nothing_of_needs_and_a_lead_who_proves_it_is(
    verbs: ExplainingVerbs,
) -> None:
    assert "2" not in rows(verbs.do_explain(ANA.admission))

    told = verbs.do_explain(ANA.admission, user="headteacher", password=PASSWORD)
    assert "2" in rows(told)


@pytest.mark.parametrize(
    ("args", "why"),
    [
        ({"admission": "9999"}, "nobody on the roster"),
        ({"admission": "1001", "at": "noon"}, "no time"),
        ({"admission": "1001", "at": "0001-01-01"}, "too far away"),
        ({"admission": "1001", "at": "9999-12-31"}, "too far away"),
        ({"admission": "1001", "user": "headteacher", "password": "wrong"}, "do not belong"),
        ({"admission": "1001", "user": "technician", "password": PASSWORD}, "may see names"),
        (
            {"admission": "1001", "at": "08:00", "user": "technician", "password": PASSWORD},
            "may see names",
        ),
        ({"admission": "1001", "at": "08:00"}, "tells of taps from 2 March 2026, "),
    ],
)
def test_what_cannot_be_explained_is_refused_in_words(
    verbs: ExplainingVerbs, args: dict[str, str], why: str
) -> None:
    with pytest.raises(BadInput, match=why):
        verbs.do_explain(**args)
