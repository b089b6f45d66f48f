"""The verbs for incidents, searches, notes for the duty lead, corrections and marks: what each
answers to whom, and that bad arguments change nothing; and the same as a person types it."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import pytest
from argon2 import PasswordHasher
from cabinet import ANA, ANAS_CARD, BEN, BENS_CARD, add_users
from click.testing import CliRunner
from conftest import FakeClock, make_rules
from incident_fixtures import MR_HALE, MS_ORR, ROLE_NAMES

from kiosk.cli.corrections import correct, today
from kiosk.cli.incidents import incident, lead, search
from kiosk.cli.place import Place
from kiosk.core import Core
from kiosk.errors import BadInput
from kiosk.events import EventType, Reason
from kiosk.keys import Keys
from kiosk.messages.commands import EnrolCard, ImportRoster
from kiosk.messages.sensed import Card, Closed, Opened, PartLost, Presented
from kiosk.model import Credential, Person, User
from kiosk.offline import Offline
from kiosk.state.incidents import nobody
from kiosk.store import Store
from kiosk.upkeep import Upkeep
from kiosk.verbs import Verbs

KEYS = Keys(b"c" * 32, b"k" * 32)
PASSWORD = "three random words"
HASHED = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)  # quick
PASTORAL = {"user": "pastoral", "password": PASSWORD}
HEAD = {"user": "headteacher", "password": PASSWORD}
LEAD = {"user": "dsl", "password": PASSWORD}
TEACHER = {"user": "teacher", "password": PASSWORD}
RECEPTION = {"user": "reception", "password": PASSWORD}
SEARCH = {
    "admission": ANA.admission,
    "where": "Room 4",
    "searcher": "Rob Hale",
    "witness": MS_ORR.admission,
    "grounds": "a second phone was seen",
    "found": "a phone",
    "at": "08:00",
}


class Rig:
    """A record in a folder, with users and people, and the verbs on it."""

    def __init__(self, folder: Path) -> None:
        store = Store(folder, kiosk="test", keys=KEYS)
        self.clock = FakeClock()
        self.core = Core(store, make_rules(), self.clock)
        upkeep = Upkeep(self.core, self.clock.monotonic)
        service = Offline(self.core, upkeep, school="A School", is_simulated=True)
        self.verbs = Verbs(service, KEYS)
        self.core.take(ImportRoster("console", (ANA, BEN, MR_HALE, MS_ORR), 4, 0))
        for card, person in ((ANAS_CARD, ANA), (BENS_CARD, BEN)):
            self.core.take(EnrolCard("console", Credential(card, person.id)))
        for number, role in enumerate(ROLE_NAMES):
            user = User(f"e{number}", role, HASHED, (role,), forms=("7A",))
            add_users(self.core, user)

    def ask(self, verb: str, who: Mapping[str, str] | None = None, **args: Any) -> dict[str, Any]:
        return self.verbs.call(verb, json.loads(json.dumps({**args, **(who or {})})))

    def refusal(self, verb: str, who: Mapping[str, str] | None = None, **args: Any) -> str:
        """What a refusal says; nothing but the signing in has happened."""
        before = self.core.standing.state
        with pytest.raises(BadInput) as refused:
            self.ask(verb, who, **args)
        assert self.core.standing.state._replace(seq=0) == before._replace(seq=0)
        return str(refused.value)

    def note(self, kind: str = "used", at: str = "08:05", **more: str) -> int:
        args = {"admission": ANA.admission, "kind": kind, "at": at, **more}
        return int(self.ask("incident_note", PASTORAL, **args)["seq"])

    def tap(self, card: str) -> int:
        """A tap whose door is opened and shut; its seq."""
        self.clock.advance(10)
        number = self.core.standing.state.seq + 1
        self.core.take(Presented((Card(card),)))
        for cubby in list(self.core.standing.state.transactions):
            self.core.take(Opened(cubby))
            self.core.take(Closed(cubby))
        return number

    def kept(self, person: Person) -> int | None:
        deposit = self.core.standing.state.deposit_of(person.id)
        return deposit.cubby if deposit else None


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def test_no_part_of_the_verbs_hides_a_method_of_another() -> None:
    names = Counter(
        name for part in Verbs.__mro__[1:-1] for name in vars(part) if not name.startswith("__")
    )
    assert [name for name, count in names.items() if count > 1] == []


# incidents


def test_whoever_decides_sees_the_incidents_the_proposal_and_what_was_arranged(rig: Rig) -> None:
    rig.ask("exempt", HEAD, admission="1001", kind="adjustment", effect="keep", note="a need")
    number = rig.note(where="Gym", note="twice", parents="08:20", parents_by="headteacher")
    for at in ("07:00", "07:01"):
        rig.note(at=at)
    shown = rig.ask("incidents", PASTORAL, admission="1001")

    assert shown["incidents"][0] == {
        "number": number,
        "kind": "used",
        "at": "2026-03-02T08:05+00:00",
        "by": "pastoral",
        "words": "Where: Gym\nNote: twice",
        "excused": False,
        "parents": "2026-03-02T08:20+00:00",
        "parents_by": "headteacher",
        "decided": None,
    }
    assert shown["proposals"][0]["stage"] == "parents"
    assert len(shown["proposals"][0]["counted"]) == 3
    assert shown["accommodations"] == ["keep"]
    assert "a need" not in json.dumps(shown)


def test_a_pupil_who_came_in_vain_that_day_is_not_held_to_it(rig: Rig) -> None:
    rig.note("kept")
    assert rig.ask("incidents", PASTORAL, admission="1001")["proposals"][0]["stage"] == "talk"
    rig.core.take(PartLost("locks", "main"))
    tap = rig.tap(ANAS_CARD)
    assert rig.core.history.recent[tap - 1].reason is Reason.OUT_OF_ORDER
    assert rig.ask("incidents", PASTORAL, admission="1001")["proposals"][0]["stage"] == ""


def test_a_decision_says_what_was_proposed_and_what_was_decided(rig: Rig) -> None:
    number = rig.note()
    rig.ask("consequence_decide", HEAD, number=number, stage="", note="a first time")
    assert rig.core.history.recent[-1].data == {"stage": "", "proposed": "talk"}
    assert rig.ask("incidents", HEAD, admission="1001")["incidents"][0]["decided"] == ""
    assert "talk, parents" in rig.refusal("consequence_decide", HEAD, number=number, stage="cane")
    assert "no such" in rig.refusal("consequence_decide", HEAD, number=9999, stage="talk")


def test_an_incident_is_put_right_and_its_words_are_erasable(rig: Rig) -> None:
    number = rig.note(note="she swore")
    rig.ask("incident_parents", PASTORAL, number=number, at="08:10")
    assert rig.ask("incidents", PASTORAL, admission="1001")["incidents"][0]["parents_by"] == (
        "pastoral"
    )
    rig.ask("incident_withdraw", PASTORAL, number=number, note="not her")
    assert rig.ask("incidents", PASTORAL, admission="1001")["incidents"] == []

    rig.note(note="she swore")
    rig.ask("person_erase", admission="1001")
    assert rig.core.private_notes == {}


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ({}, "another role"),
        (TEACHER, "another role"),
        (RECEPTION, "another role"),
        ({"user": "pastoral", "password": "wrong words here"}, "do not belong together"),
        ({"user": "ghost", "password": PASSWORD}, "do not belong together"),
    ],
)
def test_others_are_shown_no_incident_and_note_none(
    rig: Rig, who: Mapping[str, str], words: str
) -> None:
    rig.note()
    assert words in rig.refusal("incidents", who, admission="1001")
    assert words in rig.refusal("incident_note", who, admission="1001", kind="used")
    assert words in rig.refusal("searches", who)


BAD: list[tuple[str, Mapping[str, str], dict[str, Any], str]] = [
    ("incident_note", PASTORAL, {"admission": "9", "kind": "used"}, "admission number"),
    ("incident_note", PASTORAL, {"admission": "1001", "kind": "forgot"}, "is not among refused"),
    ("incident_note", PASTORAL, {"admission": "1001", "kind": "used", "at": "noon"}, "no time"),
    ("incident_note", PASTORAL, {"admission": "1001", "kind": "used", "at": "23:00"}, "to come"),
    ("incident_note", PASTORAL, {"admission": "S1", "kind": "used"}, "pupils alone"),
    ("incident_note", PASTORAL, {"admission": "1001", "kind": "used", "note": "x" * 501}, "500"),
    ("incident_note", PASTORAL, {"admission": "1001", "kind": "used", "where": "a\nb"}, "one line"),
    (
        "incident_note",
        PASTORAL,
        {"admission": "1001", "kind": "used", "parents": "08:00", "parents_by": "ghost"},
        'no user "ghost"',
    ),
    ("incident_parents", PASTORAL, {"number": 9999}, "no such"),
    ("incident_withdraw", PASTORAL, {"number": 9999, "note": "x"}, "no such"),
    ("search_note", PASTORAL, {**SEARCH, "witness": "Rob Hale"}, "second person"),
    ("search_note", PASTORAL, {**SEARCH, "witness": "Ana Silva"}, "nobody who signs in"),
    ("search_note", PASTORAL, {**SEARCH, "done": "copied"}, "is not among examined, erased"),
    ("search_note", PASTORAL, {**SEARCH, "done": "erased"}, "missing"),
    ("search_confirm", HEAD, {"number": 9999}, "no such"),
    ("lead_note", TEACHER, {"note": "  "}, "missing"),
    ("lead_note", {}, {"note": "words"}, "another role"),
    ("refer", TEACHER, {"admission": "9"}, "admission number"),
    ("lead_note_act", LEAD, {"number": 1, "act": "burn"}, "is not among read, close"),
    ("correct_place", RECEPTION, {"admission": "1001", "cubby": 2}, "nothing is kept"),
    ("correct_tap", RECEPTION, {"number": 1}, "no tap"),
    ("correct_tap", RECEPTION, {"number": 99999}, "no tap"),
    ("dispute", RECEPTION, {"admission": "1001", "claimant": "1002"}, "nothing is kept"),
    ("device_report", RECEPTION, {"admission": "1001", "what": "eaten", "note": "x"}, "not among"),
    ("device_story", {}, {"number": 1}, "no loss or damage"),
    ("not_expected", TEACHER, {"admission": "1001", "why": "none_today"}, "another role"),
    ("not_expected", TEACHER, {"admission": "1001", "why": "lazy"}, "is not among none_today"),
    ("expected", TEACHER, {"admission": "1001"}, "so already"),
    (
        "absences",
        {},
        {"rows": [{"admission": "9"}, {"admission": "8", "row": "7"}]},
        'row 1: nobody on the roster has admission number "9"\n  row 7: nobody on the roster has',
    ),
    ("absences_look", {}, {"rows": [{"first": "2026-03-02"}]}, "names no admission"),
    ("absences", {}, {"rows": [{"first": "2026-03-02"}]}, "names no admission"),
    ("absences", {}, {"rows": [{"admission": "1001", "first": "2026-03-02"}]}, "names no last"),
    (
        "absences",
        {},
        {"rows": [{"admission": "1001", "first": "2/3/26", "last": "2026-03-02"}]},
        "dates are written",
    ),
    (
        "absences",
        {},
        {"rows": [{"admission": "1001", "first": "2026-03-03", "last": "2026-03-02"}]},
        "ends before it begins",
    ),
]


@pytest.mark.parametrize(("verb", "who", "args", "words"), BAD)
def test_what_makes_no_sense_is_told_and_changes_nothing(
    rig: Rig, verb: str, who: Mapping[str, str], args: dict[str, Any], words: str
) -> None:
    assert words in rig.refusal(verb, who, **args)


# searches


def test_a_search_is_shown_with_its_people_and_the_lead_finds_it_among_what_waits(rig: Rig) -> None:
    number = rig.ask("search_note", PASTORAL, **SEARCH)["seq"]
    (shown,) = rig.ask("searches", HEAD)["searches"]
    assert shown == {
        "number": number,
        "person": "Ana Silva",
        "at": "2026-03-02T08:00+00:00",
        "by": "pastoral",
        "searcher": "Rob Hale",
        "witness": "Una Orr",
        "done": "",
        "authority": "",
        "confirmed_by": "",
        "words": "Where: Room 4\nGrounds: a second phone was seen\nFound: a phone",
    }
    assert rig.ask("lead_notes", LEAD) == {"notes": [], "searches": [shown]}
    rig.ask("lead_note_act", LEAD, number=number, act="read")
    assert rig.ask("lead_notes", LEAD)["searches"] == []
    assert rig.ask("searches", LEAD)["searches"] == [shown]


def test_what_was_examined_is_confirmed_by_a_second_person(rig: Rig) -> None:
    looked = {**SEARCH, "done": "examined", "authority": "headteacher", "reason": "a threat"}
    number = rig.ask("search_note", PASTORAL, **looked)["seq"]
    rig.ask("search_confirm", HEAD, number=number)
    (shown,) = rig.ask("searches", HEAD)["searches"]
    assert (shown["done"], shown["authority"], shown["confirmed_by"]) == (
        "examined",
        "headteacher",
        "headteacher",
    )
    assert shown["words"].endswith("Reason: a threat")


# notes for the lead


def test_a_note_is_the_leads_until_it_is_closed_and_then_nobodys(rig: Rig) -> None:
    number = rig.ask("refer", TEACHER, admission="1001")["seq"]
    (note,) = rig.ask("lead_notes", LEAD)["notes"]
    assert (note["number"], note["kind"], note["by"]) == (number, "referral", "teacher")
    rig.ask("lead_note_act", LEAD, number=number, act="close")
    assert rig.ask("lead_notes", LEAD) == {"notes": [], "searches": []}
    assert rig.core.private_notes == {}


# corrections


def test_a_device_is_moved_and_two_change_places(rig: Rig) -> None:
    rig.tap(ANAS_CARD)
    rig.tap(BENS_CARD)
    anas, bens = rig.kept(ANA), rig.kept(BEN)
    assert "another device" in rig.refusal("correct_place", admission="1001", cubby=bens)
    assert "no cubby 99" in rig.refusal("correct_place", admission="1001", cubby=99)
    rig.ask("correct_place", admission="1001", cubby=bens, swap=True)
    assert (rig.kept(ANA), rig.kept(BEN)) == (bens, anas)


def test_a_tap_is_somebody_elses(rig: Rig) -> None:
    tap = rig.tap(ANAS_CARD)
    cubby = rig.kept(ANA)
    rig.ask("correct_tap", number=tap)
    deposit = rig.core.standing.state.deposit_in(cubby or 0)
    assert deposit is not None
    assert deposit.person == nobody(tap)
    rig.ask("correct_tap", number=tap, by="1002")
    assert (rig.kept(ANA), rig.kept(BEN)) == (None, cubby)


def test_what_somebody_else_collected_is_missing(rig: Rig) -> None:
    rig.tap(ANAS_CARD)
    rig.clock.to(15, 20)
    tap = rig.tap(ANAS_CARD)
    assert rig.core.standing.state.deposits == {}
    rig.ask("correct_tap", number=tap, by="1002", note="on camera")
    (deposit,) = rig.core.standing.state.deposits.values()
    assert (deposit.person, deposit.doubt) == (ANA.id, Reason.TAKEN_BY_ANOTHER)


def test_a_dispute_is_settled_for_whoever_unlocked_it(rig: Rig) -> None:
    rig.tap(ANAS_CARD)
    cubby = rig.kept(ANA)
    rig.ask("dispute", RECEPTION, admission="1001", claimant="1002", note="both say so")
    settled = rig.ask("dispute_settle", RECEPTION, admission="1001", owner="1002")
    assert settled["person"] == "Ben Lister"
    assert (rig.kept(ANA), rig.kept(BEN)) == (None, cubby)
    assert rig.core.standing.state.holds == {}


def test_a_report_tells_the_story_and_names_nobody_else(rig: Rig) -> None:
    rig.tap(ANAS_CARD)
    rig.ask("hold_place", RECEPTION, admission="1001", note="secret")
    rig.tap(BENS_CARD)
    note = "Ana says that Ben Lister or Mr Hale dropped it; lister denies it"
    number = rig.ask("device_report", RECEPTION, admission="1001", what="damaged", note=note)["seq"]
    story = rig.ask("device_story", number=number)

    assert (story["person"], story["what"]) == ("Ana Silva", "damaged")
    assert story["words"] == (
        "Ana says that [somebody] or [somebody] dropped it; [somebody] denies it"
    )
    assert [(line["what"], line["by"]) for line in story["lines"]] == [
        ("Card tapped", "its owner"),
        ("Door opened", "the kiosk"),
        ("Door closed", "the kiosk"),
        ("Handed in", "its owner"),
        ("Corrected", "staff"),
    ]
    for secret in ("Ben", "Lister", "Hale", "Hold", "secret", "reception"):
        assert secret not in json.dumps(story)


def test_who_had_its_former_cubby_afterwards_is_no_part_of_the_story(rig: Rig) -> None:
    rig.tap(ANAS_CARD)
    was = rig.kept(ANA)
    rig.ask("correct_place", admission="1001", cubby=6)
    rig.tap(BENS_CARD)
    rig.ask("correct_place", admission="1002", cubby=was)
    number = rig.ask("device_report", admission="1001", what="lost", note="gone")["seq"]

    told = [(line["what"], line["by"]) for line in rig.ask("device_story", number=number)["lines"]]
    assert told.count(("Handed in", "its owner")) == 1
    assert not [what for what, by in told if by == "somebody else"]
    assert [what for what, _ in told].count("Moved to another cubby") == 1


def test_a_report_after_it_was_collected_tells_of_the_last_stay(rig: Rig) -> None:
    rig.tap(ANAS_CARD)
    rig.clock.to(15, 20)
    rig.tap(ANAS_CARD)
    rig.clock.to(8, 30, days=1)
    rig.tap(ANAS_CARD)
    rig.clock.to(15, 20)
    rig.tap(ANAS_CARD)
    number = rig.ask("device_report", admission="1001", what="lost", note="not hers")["seq"]
    lines = rig.ask("device_story", number=number)["lines"]
    assert {line["at"][:10] for line in lines} == {"2026-03-03"}
    assert lines[-1]["what"] == "Collected"


def test_whoever_never_handed_in_has_a_report_without_a_story(rig: Rig) -> None:
    number = rig.ask("device_report", admission="1001", what="lost", note="gone")["seq"]
    assert rig.ask("device_story", number=number)["lines"] == []


# who is not expected


def test_marks_and_absences_are_known_alike(rig: Rig) -> None:
    rig.ask("not_expected", TEACHER, admission="1001", why="late_bus")
    rows = [
        {"admission": "1002", "first": "2026-03-02", "last": "2026-03-03"},
        {"admission": "1002", "first": "2026-03-09", "last": "2026-03-09"},
        {"admission": "77", "first": "2026-03-02", "last": "2026-03-02"},
    ]
    words = 'row 3: nobody on the roster has admission number "77"'
    assert words in rig.refusal("absences", rows=rows)
    assert rig.ask("absences_look", rows=rows) == {"unknown": [2]}
    result = rig.ask("absences", rows=rows, skip_unknown=True)
    assert (result["people"], result["skipped"]) == (1, 1)
    today_ = rig.clock.at.date()
    assert rig.core.standing.state.casebook.away_on(today_) == {ANA.id, BEN.id}
    rig.ask("expected", TEACHER, admission="1001")
    assert rig.core.standing.state.casebook.away_on(today_) == {BEN.id}


# as it is typed


class Typed:
    """The command line over one rig's verbs."""

    def __init__(self, rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
        @contextmanager
        def caller(place: Place) -> Iterator[Any]:
            yield lambda verb, args: rig.ask(verb, None, **args)

        monkeypatch.setattr(Place, "caller", caller)

    def __call__(self, group: click.Group, *args: str, by: str = "") -> str:
        named = [args[0], "--as", by, "--password-stdin"] if by else [args[0]]
        result = CliRunner().invoke(
            group, [*named, *args[1:]], input=f"{PASSWORD}\n", catch_exceptions=False
        )
        assert result.exit_code == 0, result.output
        return result.output


@pytest.fixture
def typed(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> Typed:
    return Typed(rig, monkeypatch)


def test_an_incident_as_it_is_typed(rig: Rig, typed: Typed) -> None:
    said = typed(incident, "note", "1001", "used", "--at", "08:05", "--where", "Gym", by="pastoral")
    number = str(rig.core.standing.state.seq)
    assert said == f"Incident {number} of Ana Silva is noted.\n"
    assert typed(incident, "parents", number, by="pastoral").startswith("The parents know")
    typed(incident, "decide", number, "--stage", "talk", by="headteacher")
    listed = typed(incident, "list", "1001", by="pastoral")
    assert f"{number}  2026-03-02T08:05+00:00  used; parents told" in listed
    assert "decided: talk" in listed
    assert "1 count. Proposed: Talk about it with the pupil (talk)." in listed
    assert "Arranged for them: nothing." in listed
    found = json.loads(typed(incident, "list", "1001", "--json", by="pastoral"))
    assert found["incidents"][0]["words"] == "Where: Gym"
    typed(incident, "withdraw", number, "--note", "not hers", by="pastoral")
    assert "0 count. Proposed: nothing." in typed(incident, "list", "1001", by="pastoral")


def test_a_search_as_it_is_typed(rig: Rig, typed: Typed) -> None:
    options = [f"--{name}={value}" for name, value in SEARCH.items() if name != "admission"]
    looked = ["--done", "examined", "--authority", "headteacher", "--reason", "a threat"]
    assert "is noted" in typed(search, "note", "1001", *options, *looked, by="pastoral")
    number = str(next(iter(rig.core.standing.state.casebook.searches)))
    assert "examined, not confirmed" in typed(search, "list", by="headteacher")
    typed(search, "confirm", number, by="headteacher")
    listed = typed(search, "list", by="headteacher")
    assert "; examined\nWhere: Room 4\n" in listed
    (shown,) = json.loads(typed(search, "list", "--json", by="headteacher"))
    assert shown["confirmed_by"] == "headteacher"
    assert f"{number} is seen" in typed(lead, "read", number, by="dsl")


def test_a_referral_as_it_is_typed_says_not_to_look(rig: Rig, typed: Typed) -> None:
    said = typed(lead, "refer", "1001", by="teacher")
    number = str(next(iter(rig.core.standing.state.casebook.lead_notes)))
    assert said == f"Don't look. Call the DSL.\nNote {number} waits for the duty lead.\n"
    typed(lead, "note", "the hall is booked", "--about", "1002", by="teacher")
    listed = typed(lead, "list", by="dsl")
    assert f"{number}  2026-03-02T08:30+00:00  referral  Ana Silva  NEW" in listed
    assert "from teacher. the hall is booked" in listed
    assert len(json.loads(typed(lead, "list", "--json", by="dsl"))["notes"]) == 2
    assert "closed" in typed(lead, "close", number, "--yes", by="dsl")


def test_corrections_as_they_are_typed(rig: Rig, typed: Typed) -> None:
    rig.tap(ANAS_CARD)
    assert "is in cubby 5" in typed(correct, "place", "1001", "5")
    assert "No card opens" in typed(correct, "dispute", "1001", "1002", by="reception")
    assert "Ben Lister's" in typed(correct, "settle", "1001", "1002", by="reception")
    assert "lost" not in typed(correct, "report", "1002", "lost", "--note", "gone")
    number = str(rig.core.standing.state.seq)
    story = typed(correct, "story", number)
    assert story.startswith("Ben Lister: lost. gone\n")
    assert "Moved to another cubby, cubby 5, by staff" in story
    assert json.loads(typed(correct, "story", number, "--json"))["what"] == "lost"
    rig.clock.to(12)
    tap = str(rig.tap(ANAS_CARD))
    assert typed(correct, "tap", tap) == f"Tap {tap} was somebody else's.\n"


def test_marks_as_they_are_typed(rig: Rig, typed: Typed, tmp_path: Path) -> None:
    assert "not expected today" in typed(today, "skip", "1001", "late_bus", by="teacher")
    assert "is expected" in typed(today, "expect", "1001", by="teacher")
    file = tmp_path / "absences.csv"
    file.write_text("Admission Number,Date,To\n1001,02/03/2026,04/03/2026\n77,02/03/2026,\n")
    said = typed(today, "absences", str(file), "--skip-unknown")
    assert said == "Absences of 1 taken in. 1 are not on the roster.\n"
    noted = rig.core.history.recent[-1]
    assert noted.type is EventType.ABSENCES_NOTED
    file.write_text("Admission Number,Date\n77,02/03/2026\n1002,soon\n1001,03/03/2026\n")
    assert noted.data == {"absent": {ANA.id: [["2026-03-02", "2026-03-04"]]}}


@pytest.mark.parametrize("options", [[], ["--skip-unknown"]])
def test_every_fault_of_a_list_of_absences_is_told_by_its_row_and_nothing_taken_in(
    rig: Rig, typed: Typed, tmp_path: Path, options: list[str]
) -> None:
    file, before = tmp_path / "absences.csv", rig.core.standing
    file.write_text("Admission Number,Date\n77,02/03/2026\n1002,soon\n1001,03/03/2026\n")

    with pytest.raises(BadInput) as refused:
        typed(today, "absences", str(file), *options)
    assert str(refused.value).splitlines() == [
        "nothing was imported:",
        '  row 2: nobody on the roster has admission number "77"',
        "  row 3: first day is no date, as 7/9/2026 or 2026-09-07",
    ]
    assert rig.core.standing is before
