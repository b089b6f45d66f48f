"""Lists and reports as they are asked for: over a real record with history, as text, JSON, CSV."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cabinet import ANA, ANAS_CARD, BENS_CARD
from click.testing import CliRunner, Result
from record_fixtures import KEYS, Recorded

from kiosk.cli.listing import list_, report
from kiosk.cli.place import Place
from kiosk.errors import BadInput
from kiosk.lists import LISTS
from kiosk.lists.names import Everybody
from kiosk.messages.arrangements import EndExemption, GrantExemption, PlaceHold
from kiosk.messages.commands import ImportRoster, SaveUser
from kiosk.messages.forgetting import Dropped
from kiosk.model import Person, User
from kiosk.offline import Offline
from kiosk.passwords import hash_password
from kiosk.policy.roles import CONSOLE_PERMISSIONS, Rights
from kiosk.reports import reports_for
from kiosk.state.arrangements import Exemption, ExemptionEffect, ExemptionKind, HoldKind
from kiosk.verbs import Verbs
from kiosk.verbs.listing import ListingVerbs

LEAD = "1ead"
CONSOLES = list(reports_for(Rights(CONSOLE_PERMISSIONS)))  # all but incidents
NOBODY = Person("0f", "1009", "=cmd|' /C calc'!A0", "\u202eNasty\r\n", "7A")


class Asked(Verbs, ListingVerbs):
    """All verbs."""


class Kiosk(Recorded):
    """A record, and the verbs on it."""

    def call(self, verb: str, **args: Any) -> dict[str, Any]:
        service = Offline(self.core, self.upkeep, school="A School", is_simulated=True)
        return Asked(service, KEYS).call(verb, json.loads(json.dumps(args)))

    def lines(self, name: str, **span: str) -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in self.call("report", name=name, **span)["rows"]]

    def hold(self, kind: HoldKind) -> None:
        kept = self.core.standing.state.deposit_of(ANA.id)
        assert kept is not None
        self.take(PlaceHold(LEAD, kept.id, kind, note="words"))


def opened(folder: Path) -> Kiosk:
    kiosk = Kiosk(folder)
    kiosk.furnish()
    kiosk.take(SaveUser("console", User(LEAD, "Lead", "$argon2id$", ("dsl",))))
    return kiosk


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Kiosk]:
    kiosk = opened(tmp_path)
    yield kiosk
    kiosk.close()


# what comes over the socket


@pytest.mark.parametrize(
    ("verb", "args", "words"),
    [
        ("list", {"name": "everybody"}, "no list; there are not-seen, uncollected"),
        ("list", {"name": "not-seen", "form": "9Z"}, 'nobody on the roster is in form "9Z"'),
        ("list", {"name": "held", "at": "08:00"}, "held is of now: it takes no time"),
        ("list", {"name": "not-seen", "at": "noon"}, '"noon" is no time'),
        ("list", {"name": 7}, "name"),
        ("list", {}, "name"),
        ("report", {"name": "everything"}, "no report; there are register, occupancy"),
        ("report", {"name": "faults", "since": "yesterday"}, "no day: write it as 2026-03-02"),
        ("report", {"name": "faults", "since": "2026-02-30"}, "no day"),
        ("report", {"name": "faults", "since": "2026-03-03", "until": "2026-03-02"}, "comes after"),
        ("report", {"name": "faults", "since": "2025-01-01"}, "at most 400 days"),
        ("report", {"name": "register", "until": "2026-03-02"}, "is of now"),
    ],
)
def test_what_cannot_be_asked_is_told_in_words(
    kiosk: Kiosk, verb: str, args: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        kiosk.call(verb, **args)


def test_a_list_is_sent_with_its_names_counts_and_notices(kiosk: Kiosk) -> None:
    kiosk.hand_in(ANAS_CARD)

    assert kiosk.call("list", name="not-seen") == {
        "name": "not-seen",
        "title": "Not seen yet",
        "when": "2026-03-02 08:30",
        "columns": [["form", "Form"], ["name", "Name"]],
        "rows": [{"form": "7B", "name": "Ben Lister"}],
        "summary": {"7B": 1, "all forms": 1},
        "notices": [
            "No attendance record.",
            "No roll call: it tells where devices are, not people.",
        ],
    }
    assert kiosk.call("list", name="not-seen", form="7a")["rows"] == []


def test_a_list_changes_nothing_on_record(kiosk: Kiosk) -> None:
    before = kiosk.core.standing.state.seq
    for name in LISTS:
        kiosk.call("list", name=name)
    for name in CONSOLES:
        kiosk.call("report", name=name)

    assert kiosk.core.standing.state.seq == before


def test_reports_are_read_from_history_as_from_the_open_file(kiosk: Kiosk) -> None:
    kiosk.days(3)
    span = {"since": "2026-03-02", "until": "2026-03-05"}
    names = [name for name in CONSOLES if name != "register"]
    before = {name: kiosk.call("report", name=name, **span) for name in names}
    kiosk.rotate()

    assert len(kiosk.events) <= 2
    assert {name: kiosk.call("report", name=name, **span) for name in names} == before
    assert before["throughput"]["summary"]["handed in"] == 3
    assert before["compliance"]["summary"]["school days"] == 3


def test_a_report_is_of_the_days_that_were_asked_for(kiosk: Kiosk) -> None:
    kiosk.days(3)

    days = {row[0] for row in kiosk.lines("throughput", since="2026-03-03", until="2026-03-04")}
    assert days == {"2026-03-03", "2026-03-04"}
    assert kiosk.lines("throughput") == []  # today
    assert {row[0] for row in kiosk.lines("throughput", since="2026-03-04")} == {"2026-03-04"}
    assert kiosk.call("report", name="exemptions", until="2026-03-04")["when"] == (
        "2026-03-02 to 2026-03-04"
    )
    assert kiosk.call("report", name="faults", since="2026-04-01")["when"] == "2026-04-01"


def test_days_of_which_nothing_is_kept_are_told_of_and_not_counted_as_days_without_a_device(
    kiosk: Kiosk,
) -> None:
    kiosk.days(2)
    sent = kiosk.call("report", name="compliance", since="2026-02-23")
    assert sent["when"] == "2026-03-02 to 2026-03-04"
    assert sent["notices"][-1] == "Of the days before 2 March 2026 nothing is kept."
    with pytest.raises(BadInput, match="the record has them from 2026-03-02 on"):
        kiosk.call("report", name="faults", since="2026-02-23", until="2026-03-01")

    kiosk.rotate()
    kiosk.days(2)
    for row in kiosk.core.history.segments:
        kiosk.take(Dropped(row, ()))
    sent = kiosk.call("report", name="compliance", since="2026-03-02")
    assert sent["when"] == "2026-03-05 to 2026-03-06"


def test_an_exemption_that_ended_is_found_again_in_history(kiosk: Kiosk) -> None:
    today = date(2026, 3, 2)
    given = Exemption(0, ANA.id, ExemptionKind.OTHER, ExemptionEffect.KEEP, today)
    kiosk.take(GrantExemption(LEAD, given))
    number = kiosk.events[-1].seq
    kiosk.rotate()
    kiosk.clock.to(9, 0, days=1)
    kiosk.take(EndExemption(LEAD, number))
    kiosk.clock.to(9, 0, days=2)
    kiosk.rotate()

    # with one pupil in each form nothing of it is shown; so that there are more
    crowd = [Person(f"{n:x}0", str(n), "A", f"B{n}", "7A") for n in range(20, 40)]
    kiosk.take(ImportRoster("console", tuple(crowd), 20, 0))
    rows = kiosk.lines("compliance", since="2026-03-03", until="2026-03-04")
    assert [(row[0], row[2]) for row in rows if row[1] == "7A"] == [
        ("2026-03-03", 20),
        ("2026-03-04", 21),
    ]


def test_events_after_the_look_at_the_state_are_not_read(kiosk: Kiosk) -> None:
    kiosk.hand_in(ANAS_CARD)
    standing = kiosk.core.standing
    kiosk.hand_in(BENS_CARD)
    kiosk.core.standing = standing

    assert kiosk.call("report", name="throughput")["summary"]["handed in"] == 1


@pytest.mark.parametrize("kind", [HoldKind.SAFEGUARDING, HoldKind.POLICE, HoldKind.INVESTIGATION])
def test_a_private_hold_on_record_is_told_as_an_office_hold_byte_for_byte(
    tmp_path: Path, kind: HoldKind
) -> None:
    told = []
    for held in (kind, HoldKind.OFFICE):
        kiosk = opened(tmp_path / held)
        kiosk.hand_in(ANAS_CARD)
        kiosk.hold(held)
        kiosk.rotate()
        kiosk.clock.to(17, 0)
        lists = [kiosk.call("list", name=name) for name in LISTS]
        reports = [kiosk.call("report", name=name) for name in CONSOLES]
        told.append(json.dumps([*lists, *reports]).encode())
        kiosk.close()

    assert told[0] == told[1]
    assert b"Held: call the duty lead" in told[0]


def test_incidents_are_counted_for_whoever_may_see_them(kiosk: Kiosk) -> None:
    with pytest.raises(BadInput, match="nothing is shown: this needs another role"):
        kiosk.call("report", name="incidents")
    hashed = User(LEAD, "Lead", hash_password("three words"), ("dsl",))
    kiosk.take(SaveUser("console", hashed))
    sent = kiosk.call("report", name="incidents", user="Lead", password="three words")
    assert sent["title"] == "Incidents and consequences"


def test_who_was_not_seen_can_be_asked_of_an_earlier_time(kiosk: Kiosk) -> None:
    kiosk.hand_in(ANAS_CARD)
    kiosk.clock.advance(600)
    kiosk.hand_in(BENS_CARD)

    early = kiosk.call("list", name="not-seen", at="08:35")
    assert early["when"] == "2026-03-02 08:35"
    assert [row["name"] for row in early["rows"]] == ["Ben Lister"]
    assert kiosk.call("list", name="not-seen")["rows"] == []


def test_names_stand_for_people_users_and_what_nobody_did(kiosk: Kiosk) -> None:
    names = Everybody(kiosk.core.standing.roster)

    assert names.person(ANA.id) == names.actor(f"person:{ANA.id}") == "Ana Silva"
    assert (names.form(ANA.id), names.form("gone"), names.form(None)) == ("7A", "", "")
    assert (names.person("gone"), names.person(None)) == ("somebody no longer known", "")
    assert names.actor("kiosk") == "the kiosk"
    assert names.actor("user:console") == "the command line"
    assert names.actor(f"user:{LEAD}") == "Lead"
    assert names.actor("user:gone") == "a user no longer known"


# as it is typed


@pytest.fixture
def typed(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """The command line on that kiosk; its config is never read."""
    monkeypatch.setattr(Place, "ask", lambda self, verb, **args: kiosk.call(verb, **args))

    def run(command: Any, *args: str) -> Result:
        given = [*args, "--config", str(tmp_path / "none.toml")]
        return CliRunner().invoke(command, given)

    return run


def test_a_list_is_printed_to_be_read(kiosk: Kiosk, typed: Any) -> None:
    kiosk.hand_in(ANAS_CARD)

    assert typed(list_, "holders").output == (
        "Holders of cubbies, 2 March 2026, 08:30\n"
        "For the mechanical key. Keep it locked up, and shred it on the next day.\n"
        "No roll call: it tells where devices are, not people.\n"
        "\n"
        "Cubby  Name       Form  Note\n"
        "1      Ana Silva  7A\n"
        "\n"
        "7A: 1\n"
        "all forms: 1\n"
    )


def test_json_and_csv_have_the_same_rows_and_csv_no_formula(kiosk: Kiosk, typed: Any) -> None:
    kiosk.take(ImportRoster("console", (NOBODY,), 1, 0))
    sent = json.loads(typed(list_, "not-seen", "--form", "7A", "--json").output)
    lines = list(csv.reader(io.StringIO(typed(list_, "not-seen", "--form", "7A", "--csv").output)))

    assert lines[0] == [column[0] for column in sent["columns"]]
    assert len(lines) - 1 == len(sent["rows"]) == 2
    [nasty] = [line for line in lines if "calc" in line[1]]
    assert nasty[1].startswith("'=cmd")
    assert nasty[1].isprintable()


def test_a_report_is_printed_for_the_days_that_are_named(kiosk: Kiosk, typed: Any) -> None:
    kiosk.days(1)
    output = typed(report, "throughput", "--from", "2026-03-02", "--to", "2026-03-02").output

    assert output.startswith("Throughput, 2 March 2026\n\nDay           Minute  Phase")
    assert "handing in, seconds from tap to door open: 1\n" in output
    lines = typed(report, "throughput", "--from", "2026-03-02", "--csv").output.splitlines()
    assert lines[0] == "day,minute,phase,deposits,collections"


def test_one_form_at_once_is_printed_and_only_what_there_is(typed: Any) -> None:
    both = typed(list_, "held", "--json", "--csv")
    assert isinstance(both.exception, BadInput)
    assert typed(list_, "everybody").exit_code == 2
    assert typed(report, "everything").exit_code == 2
