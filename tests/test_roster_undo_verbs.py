"""The last import taken back, by verbs and on the command line: what is told, refused and done."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cabinet import ANA, ANAS_CARD, BEN, SmallKiosk
from click.testing import CliRunner, Result
from conftest import FakeClock
from roster_fixtures import ANA_CELLS, BEN_CELLS, HEAD, csv_file
from roster_rig import KEYS, Rig

from kiosk.acts import Forget
from kiosk.cli import cli
from kiosk.cli.place import Place
from kiosk.drafting import Rules
from kiosk.errors import BadInput
from kiosk.events import EventType, Moment, Reason
from kiosk.messages import SUSPENDED
from kiosk.messages.commands import ImportRoster, SaveUser, UndoImport
from kiosk.messages.incidents import NoteAbsences
from kiosk.messages.sensed import Tick
from kiosk.model import Person, User
from kiosk.roster import Imported
from kiosk.staff.importing import known_to
from kiosk.station import decide
from kiosk.store.snapshot import take_snapshot
from kiosk.store.verify import chain_of, verify
from kiosk.timetable import Span

NEW = ("1003", "New", "One", "7A", "946EBD28")
UID = bytes.fromhex("946EBD28")
WITH_CARD = (*HEAD, "Card No")
MORE = csv_file(("1001", "Anna", "Silva", "7A", ""), NEW, head=WITH_CARD)
RULES = """
[[week]]
days = ["mon"]
arrival = "08:00"
locked = "09:00"
release = "15:00"
closed = "16:00"
[[overrides]]
person = "1003"
date = 2026-03-09
release = "12:00"
"""


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    """Ana was renamed and somebody added, with a card, by the last import."""
    rig = Rig(tmp_path)
    rig.call("roster_import", csv_file(ANA_CELLS, BEN_CELLS))
    rig.clock.advance(60)
    rig.call("roster_import", MORE)
    return rig


def ask(rig: Rig, verb: str, **args: Any) -> dict[str, Any]:
    return rig.verbs.call(verb, args)


def refusal(rig: Rig, **args: Any) -> str:
    """Why it is not taken back; nothing has changed then."""
    before = rig.core.standing
    with pytest.raises(BadInput) as refused:
        ask(rig, "roster_undo", **args)
    assert rig.core.standing is before
    return str(refused.value)


def test_everything_is_as_before_the_import_and_one_event_says_so(rig: Rig) -> None:
    ask(rig, "roster_undo")

    assert {(p.admission, p.forename) for p in rig.people().values()} == {
        ("1001", "Ana"),
        ("1002", "Ben"),
    }
    assert rig.core.standing.roster.credentials == {}
    event = rig.core.history.recent[-1]
    assert (event.type, event.cause, event.actor) == (EventType.ROSTER_UNDONE, 2, "user:console")
    assert event.data == {"changed": 1, "gone": 1, "left": 0, "cards": 1}


def test_it_is_so_when_the_record_is_opened_again_and_the_record_is_sound(
    rig: Rig, tmp_path: Path
) -> None:
    rig.store.close()
    again = Rig(tmp_path)
    ask(again, "roster_undo")
    again.store.close()

    third = Rig(tmp_path)
    assert {*third.people()} == {"1001", "1002"}
    assert third.core.standing.imported is None
    with take_snapshot(tmp_path) as snapshot:
        assert verify(snapshot, chain_of(KEYS, "test")).findings == []
        assert "imports" not in snapshot.tables or not snapshot.tables["imports"]


def test_looking_changes_nothing_and_tells_what_would(rig: Rig) -> None:
    before = rig.core.standing
    found = ask(rig, "roster_undo_look")

    assert rig.core.standing is before
    assert (found["when"], found["seq"]) == ("2026-03-02 08:31", 2)
    assert [each["fields"] for each in found["changed"]] == [{"forename": ["Anna", "Ana"]}]
    assert [each["name"] for each in found["gone"]] == ["New One"]
    assert [each["name"] for each in found["cards"]] == ["New One"]
    assert found["left"] == []


def test_whose_device_is_here_since_becomes_a_leaver_and_keeps_the_card(rig: Rig) -> None:
    rig.hand_in("iso14443a", UID)
    (left,) = ask(rig, "roster_undo_look")["left"]
    assert (left["name"], left["since"], left["keeps"]) == ("New One", True, True)

    ask(rig, "roster_undo")
    assert rig.people()["1003"].leaver
    assert len(rig.core.standing.roster.credentials) == 1


def test_whom_only_a_list_of_absences_names_does_not_vanish(rig: Rig) -> None:
    span = Span(date(2026, 3, 2), date(2026, 3, 3))
    rig.core.take(NoteAbsences("console", {rig.people()["1003"].id: (span,)}))
    ask(rig, "roster_undo")

    assert rig.people()["1003"].leaver


def test_what_was_looked_at_is_what_is_taken_back(rig: Rig) -> None:
    seen = ask(rig, "roster_undo_look")["fingerprint"]
    rig.hand_in("iso14443a", UID)

    assert "has changed meanwhile; look again" in refusal(rig, expects=seen)
    ask(rig, "roster_undo", expects=ask(rig, "roster_undo_look")["fingerprint"])


def test_it_is_taken_back_once_and_only_the_last_one(rig: Rig) -> None:
    ask(rig, "roster_undo")

    assert "there is nothing to take back" in refusal(rig)


def test_after_a_day_it_stays_and_what_it_replaced_is_forgotten(rig: Rig) -> None:
    rig.clock.advance(24 * 3600)
    assert "no list was imported within the last day" in refusal(rig)

    rig.hand_in("iso14443a", UID)
    assert rig.core.standing.imported is None
    assert rig.store.imported() is None


def test_after_a_restart_with_a_clock_that_is_not_trusted_nobody_can_say(rig: Rig) -> None:
    rig.clock.reboot()
    rig.clock.trusted = False

    assert "confirm the time first" in refusal(rig)


def test_where_all_of_it_has_changed_since_there_is_nothing_left(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.call("roster_import", csv_file(ANA_CELLS, BEN_CELLS))
    rig.call("roster_import", csv_file(("1001", "Anna", "Silva", "7A")))
    ana = rig.people()["1001"]
    roster = replace(rig.core.standing.roster, people={ana.id: replace(ana, forename="Ann")})
    rig.core.standing = rig.core.standing._replace(roster=roster)

    assert "nothing of that import is left" in refusal(rig)


def test_whom_the_schools_rules_name_is_not_taken_off(rig: Rig) -> None:
    ask(rig, "school_import", text=RULES)
    assert "the school's rules name New One (1003), who would be gone" in refusal(rig)

    ask(rig, "school_import", text=RULES[: RULES.index("[[overrides]]")])
    ask(rig, "roster_undo")
    assert "1003" not in rig.people()


# at the station


@pytest.fixture
def kiosk(rules: Rules, clock: FakeClock) -> SmallKiosk:
    """Ana and Ben were added by the last import, event 1."""
    return SmallKiosk(rules, clock)


def test_what_was_looked_at_before_another_import_or_other_rules_is_out_of_date(
    kiosk: SmallKiosk,
) -> None:
    for stale in (UndoImport("console", 2, 0), UndoImport("console", 1, 1)):
        assert kiosk.take(stale) == []
        assert kiosk.outcome is not None
        assert kiosk.outcome.reason is Reason.OUT_OF_DATE


def test_it_needs_the_permission_for_rosters_and_a_record_that_can_be_written(
    kiosk: SmallKiosk,
) -> None:
    kiosk.take(SaveUser("console", User("t1", "teacher", "", ("teacher",))))
    kiosk.take(UndoImport("t1", 1, 0))

    assert kiosk.outcome is not None
    assert kiosk.outcome.reason is Reason.NOT_ALLOWED
    assert UndoImport in SUSPENDED


def test_who_came_after_it_was_looked_at_does_not_vanish(kiosk: SmallKiosk) -> None:
    kiosk.hand_in(ANAS_CARD)
    kiosk.take(UndoImport("console", 1, 0))

    people = kiosk.standing.roster.people
    assert people[ANA.id].leaver
    assert kiosk.standing.state.deposit_of(ANA.id) is not None
    assert known_to(kiosk.standing.state) == {ANA.id}


def test_a_list_is_not_taken_in_over_a_roster_it_was_not_compared_with(kiosk: SmallKiosk) -> None:
    seen, cid = kiosk.standing.roster, Person("c3", "1003", "Cid", "Moore")
    kiosk.take(SaveUser("office", User("f1", "Zoe", "$argon2id$", ())))
    kiosk.take(ImportRoster("office", (cid,), 1, 0, seen=seen))
    assert kiosk.outcome.granted, "only people and cards matter"
    assert kiosk.take(ImportRoster("office", (cid,), 1, 0, seen=seen)) == []
    assert kiosk.outcome.reason is Reason.OUT_OF_DATE


def test_the_row_is_forgotten_with_an_event_and_never_alone(kiosk: SmallKiosk) -> None:
    kiosk.clock.advance(24 * 3600)
    quiet = decide(kiosk.rules, kiosk.standing, Tick(), kiosk.clock.now())
    assert (quiet.events, quiet.rows) == ((), ())

    save = SaveUser("console", User("t1", "teacher", "", ("teacher",)))
    step = decide(kiosk.rules, kiosk.standing, save, kiosk.clock.now())
    assert Forget(Imported, "1") in step.rows
    assert step.standing.imported is None


def test_the_next_import_takes_the_place_of_the_one_before(kiosk: SmallKiosk) -> None:
    kiosk.take(ImportRoster("office", (Person("c3", "1003", "Cid", "Moore"),), 1, 0))

    assert kiosk.standing.imported is not None
    assert kiosk.standing.imported.people == {"c3"}
    assert isinstance(kiosk.standing.imported.moment, Moment)
    assert BEN.id in kiosk.standing.roster.people


# as it is typed


Type = Callable[..., Result]


@pytest.fixture
def type_undo(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> Type:
    """What types `kiosk roster undo` on that rig. ``answer``: what is typed when it asks."""

    @contextmanager
    def caller(place: Place) -> Iterator[Any]:
        yield rig.verbs.call

    monkeypatch.setattr(Place, "caller", caller)
    return lambda *options, answer="": CliRunner().invoke(
        cli, ["roster", "undo", *options], input=answer
    )


def test_it_is_shown_asked_for_and_done(rig: Rig, type_undo: Type) -> None:
    shown = [
        "The import of 2026-03-02 08:31 (event 2), taken back:",
        "gone: 1003 New One, 7A",
        "changed: 1001 Ana Silva: forename Anna -> Ana",
        "card taken off: 1003 New One, 7A",
        "1 gone, 1 changed, 0 left; 1 card taken off.",
    ]
    assert type_undo("--look").output.splitlines() == shown
    no = type_undo(answer="n\n")
    assert (no.exit_code, no.output.splitlines()[:-2]) == (1, shown)
    assert "1003" in rig.people()

    assert type_undo(answer="y\n").output.endswith("It is taken back (event 3).\n")
    assert "1003" not in rig.people()
    assert "there is nothing to take back" in str(type_undo("--yes").exception)


def test_whoever_stays_as_a_leaver_is_told_with_the_reason(rig: Rig, type_undo: Type) -> None:
    rig.hand_in("iso14443a", UID)

    assert (
        "left: 1003 New One, 7A; something is on record of them since; a device of theirs is here"
    ) in type_undo("--look").output.splitlines()


def test_a_program_is_told_in_json_and_asks_for_it_without_a_question(
    rig: Rig, type_undo: Type
) -> None:
    told = json.loads(type_undo("--look", "--json").output)
    assert [person["admission"] for person in told["gone"]] == ["1003"]

    assert "only with --look" in str(type_undo("--json").exception)
    assert type_undo("--yes").exit_code == 0
    (event,) = ask(rig, "events", limit=1)["events"]
    assert (event["what"], event["details"]) == (
        "Import of the roster taken back",
        "1 changed, 1 gone",
    )
