"""A content concern is the safeguarding lead's alone: to everybody else it is a note like another.

Each test that compares runs two kiosks through the same day, to the same second: in one somebody
leaves an ordinary note for the duty lead, in the other somebody refers a pupil. Whatever anybody
else can be shown has to be the same, byte for byte.
"""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from cabinet import ANA, ANAS_CARD, SmallKiosk, add_users
from conftest import FakeClock, make_rules
from incident_fixtures import ROLE_NAMES, done, refused, staffed_kiosk
from webui_fixtures import ANA as WEB_ANA
from webui_fixtures import shown, site

from kiosk.acts import Note
from kiosk.core import Core
from kiosk.errors import BadInput
from kiosk.events import Alert, EventType, Reason
from kiosk.journal import frame
from kiosk.keys import Keys
from kiosk.messages import Command
from kiosk.messages.commands import EnrolCard, ImportRoster
from kiosk.messages.incidents import CloseNote, LeaveNote, NoteIncident, ReadNote, Refer
from kiosk.messages.sensed import Card, Closed, Opened, Presented
from kiosk.model import Credential, User
from kiosk.offline import Offline
from kiosk.policy.roles import ROLES, Permission
from kiosk.policy.words import DONT_LOOK
from kiosk.staff.acting import private_id
from kiosk.state.incidents import IncidentKind, LeadNoteKind, may_read, propose
from kiosk.station import decide
from kiosk.store import Store
from kiosk.store.chain import Chain
from kiosk.store.export import write_csv
from kiosk.store.snapshot import take_snapshot
from kiosk.store.verify import verify
from kiosk.upkeep import Upkeep
from kiosk.verbs import Verbs

KEYS = Keys(b"c" * 32, b"k" * 32)
PASSWORD = "three random words"
HASHED = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)  # quick
ORDINARY = LeaveNote("teacher", "the hall is booked on Friday")
ABOUT_HER = LeaveNote("teacher", "her mother called", ANA.id)
REFERRAL = Refer("teacher", ANA.id)


class Rig:
    """A real record in a folder, with a user for each role, and the verbs on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FakeClock()
        self.store = Store(folder, kiosk="test", keys=KEYS)
        self.core = Core(self.store, make_rules(), self.clock)
        upkeep = Upkeep(self.core, self.clock.monotonic)
        service = Offline(self.core, upkeep, school="A School", is_simulated=True)
        self.verbs = Verbs(service, KEYS)
        self.take(ImportRoster("console", (ANA,), 1, 0))
        self.take(EnrolCard("console", Credential(ANAS_CARD, ANA.id)))
        for number, role in enumerate(ROLE_NAMES, start=0xA0):
            add_users(self.core, User(f"{number:x}", role, HASHED, (role,)))

    def take(self, message: Any) -> None:
        self.clock.advance(7)
        self.core.take(message)

    def user(self, role: str) -> str:
        return next(u.id for u in self.core.standing.roster.users.values() if u.name == role)

    def ask(self, verb: str, role: str = "", **args: Any) -> str:
        """The answer as text, or the refusal's words."""
        who = {"user": role, "password": PASSWORD} if role else {}
        try:
            return json.dumps(self.verbs.call(verb, {**args, **who}))
        except BadInput as wrong:
            return f"refused: {wrong}"

    def day(self, command: LeaveNote | Refer) -> None:
        """A morning with a note in it."""
        self.take(Presented((Card(ANAS_CARD),)))
        self.take(Opened(1))
        self.take(Closed(1))
        by = self.user("teacher")
        if isinstance(command, Refer):
            self.take(Refer(by, command.person))
        else:
            self.take(LeaveNote(by, command.note, command.person))
        self.take(Presented((Card("unknown"),)))

    def export(self) -> str:
        out = io.StringIO()
        with take_snapshot(self.folder) as snapshot:
            write_csv(snapshot, out, frozenset(Permission))
        return out.getvalue()


@pytest.fixture(params=[ORDINARY, ABOUT_HER])
def pair(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Rig, Rig]]:
    """The same day twice: with an ordinary note, and with a referral."""
    plain, referred = Rig(tmp_path / "plain"), Rig(tmp_path / "referred")
    plain.day(request.param)
    referred.day(REFERRAL)
    yield plain, referred
    plain.store.close()
    referred.store.close()


def outsiders() -> list[str]:
    return ["", *(role for role in ROLE_NAMES if role != "dsl")]


def test_the_event_says_who_left_it_and_nothing_else() -> None:
    kiosk = staffed_kiosk()
    now = kiosk.clock.now()
    steps = [decide(kiosk.rules, kiosk.standing, c, now) for c in (ORDINARY, ABOUT_HER, REFERRAL)]

    assert [step.events for step in steps] == [steps[0].events] * 3
    assert [step.standing for step in steps] == [steps[0].standing] * 3
    assert [step.acts for step in steps] == [steps[0].acts] * 3
    assert [step.outcome for step in steps] == [steps[0].outcome] * 3
    noted = steps[0].events[0]
    assert (noted.type, noted.actor) == (EventType.NOTED, "user:teacher")
    assert (noted.person, noted.cubby, noted.deposit, noted.note, noted.data) == (
        None,
        None,
        None,
        None,
        {},
    )
    assert [len(step.rows) for step in steps] == [1, 1, 1]


def test_a_referral_has_no_words_at_all() -> None:
    kiosk = staffed_kiosk()
    step = decide(kiosk.rules, kiosk.standing, REFERRAL, kiosk.clock.now())

    assert step.rows == (Note(private_id(step.events[0].seq), "", "referral", ANA.id),)
    assert DONT_LOOK == "Don't look. Call the DSL."


def test_the_export_is_the_same_byte_for_byte(pair: tuple[Rig, Rig]) -> None:
    plain, referred = pair
    assert plain.export() == referred.export()
    assert "noted" in plain.export()


@pytest.mark.parametrize("verb", ["events", "status", "unknown_taps"])
def test_what_the_console_prints_is_the_same(pair: tuple[Rig, Rig], verb: str) -> None:
    plain, referred = pair
    assert plain.ask(verb) == referred.ask(verb)


NOTE = 20  # its number, after what furnishes the record and a deposit
ASKED: list[tuple[str, dict[str, Any]]] = [
    ("incidents", {"admission": ANA.admission}),
    ("searches", {}),
    ("lead_notes", {}),
    ("lead_note_act", {"number": NOTE, "act": "read"}),
    ("lead_note_act", {"number": NOTE, "act": "close"}),
    ("lead_note_act", {"number": 9999, "act": "close"}),
]


@pytest.mark.parametrize("role", outsiders())
def test_whoever_asks_gets_the_same_answer(pair: tuple[Rig, Rig], role: str) -> None:
    plain, referred = pair
    assert NOTE in plain.core.standing.state.casebook.lead_notes
    for verb, args in ASKED:
        answer = plain.ask(verb, role, **args)
        assert answer == referred.ask(verb, role, **args)
        assert not verb.startswith("lead") or answer.startswith("refused: nothing")
    assert plain.export() == referred.export()


def test_the_person_who_left_it_is_told_the_same(pair: tuple[Rig, Rig]) -> None:
    plain, referred = pair
    left = plain.ask("lead_note", "teacher", note="another", admission=ANA.admission)
    assert left == referred.ask("refer", "teacher", admission=ANA.admission)
    assert plain.export() == referred.export()


def test_the_log_is_the_same(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    texts = []
    for number, command in enumerate((ORDINARY, REFERRAL)):
        rig = Rig(tmp_path / str(number))
        caplog.clear()
        with caplog.at_level(logging.DEBUG):
            rig.day(command)
        texts.append(caplog.text)
        rig.store.close()

    assert texts[0] == texts[1]


def test_what_was_read_and_closed_is_the_same_too(pair: tuple[Rig, Rig]) -> None:
    for rig in pair:
        number = next(iter(rig.core.standing.state.casebook.lead_notes))
        rig.take(ReadNote(rig.user("dsl"), number))
        rig.take(CloseNote(rig.user("dsl"), number))

    plain, referred = pair
    assert plain.export() == referred.export()
    assert plain.core.private_notes == referred.core.private_notes == {}
    assert plain.core.standing == referred.core.standing


def test_erasing_the_pupil_tells_nothing_and_leaves_the_lead_their_note(
    pair: tuple[Rig, Rig],
) -> None:
    for rig in pair:
        rig.clock.to(15, 20)
        rig.take(Presented((Card(ANAS_CARD),)))
        rig.take(Opened(1))
        rig.take(Closed(1))
        rig.take(rig.core.erasure("console", ANA.id))

    plain, referred = pair
    assert plain.export() == referred.export()
    (note,) = referred.core.private_notes.values()
    assert (note.kind, note.person) == (LeadNoteKind.REFERRAL, ANA.id)


def test_the_lead_sees_which_it_is_of_whom_and_from_whom(pair: tuple[Rig, Rig]) -> None:
    plain, referred = pair
    (note,) = json.loads(referred.ask("lead_notes", "dsl"))["notes"]
    assert (note["kind"], note["person"], note["by"], note["words"], note["read"]) == (
        "referral",
        ANA.name,
        "teacher",
        "",
        False,
    )
    (note,) = json.loads(plain.ask("lead_notes", "dsl"))["notes"]
    assert note["kind"] == "message"
    assert note["words"] in (ORDINARY.note, ABOUT_HER.note)


def test_the_record_verifies_and_a_referral_that_was_changed_is_found(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.day(REFERRAL)
    rig.store.close()
    assert findings(tmp_path) == []
    reopened = Store(tmp_path, kiosk="test", keys=KEYS)
    assert [note.kind for note in reopened.words().values()] == ["referral"]
    reopened.close()

    call_it_a_message(tmp_path / "current.journal")
    assert "rows written with it were changed after the fact" in findings(tmp_path)


def findings(folder: Path) -> list[str]:
    with take_snapshot(folder) as snapshot:
        return [found.what for found in verify(snapshot, Chain(KEYS.chain, "test")).findings]


def call_it_a_message(journal: Path) -> None:
    """As somebody would who can write the file, and its checksums, but has no key."""
    first, *rest = journal.read_bytes().splitlines(keepends=True)
    lines = [first]
    for line in rest:
        sound = frame.decode(line)
        assert sound is not None
        payload = sound.payload.replace(b'"kind":"referral"', b'"kind":"message"')
        lines.append(frame.encode(payload, frame.digest(lines[-1])))
    journal.write_bytes(b"".join(lines))


# on the pages


@pytest.mark.parametrize("role", ["reception", "teacher", "pastoral", "headteacher", "technician"])
@pytest.mark.parametrize("path", ["/", "/record"])
def test_the_pages_are_the_same(role: str, path: str) -> None:
    bodies = []
    for command in (LeaveNote("u-teacher", "words"), Refer("u-teacher", WEB_ANA.id)):
        pages = site()
        assert pages.service.submit(command).granted
        pages.sign_in(role)
        response = pages.get(path)
        assert response.status_code == 200
        bodies.append((shown(response.text), response.headers.get("ETag")))

    assert bodies[0] == bodies[1]
    assert path == "/" or "Note left for the duty lead" in bodies[0][0]


# what it is not


def test_a_referral_is_no_incident_and_is_never_counted() -> None:
    kiosk = staffed_kiosk()
    for _ in range(9):
        done(kiosk, REFERRAL)
    book = kiosk.standing.state.casebook
    proposal = propose(
        book.incidents_of(ANA.id),
        kiosk.rules.consequences.each[0],
        kiosk.rules.timetable,
        kiosk.clock.at,
    )

    assert (book.incidents, proposal.stage, proposal.counted) == ({}, None, ())
    assert "referral" not in {kind.value for kind in IncidentKind}
    assert "referral_made" not in set(EventType)


def test_it_does_not_change_what_is_proposed_for_real_incidents() -> None:
    proposals = []
    for command in (ORDINARY, REFERRAL):
        kiosk = staffed_kiosk()
        done(kiosk, NoteIncident("pastoral", ANA.id, IncidentKind.USED, kiosk.clock.at))
        done(kiosk, command)
        incidents = kiosk.standing.state.casebook.incidents_of(ANA.id)
        rules = kiosk.rules
        proposals.append(
            propose(incidents, rules.consequences.each[0], rules.timetable, kiosk.clock.at)
        )

    assert proposals[0] == proposals[1]


# what everybody may know


def test_everybody_is_told_that_a_note_waits_until_the_lead_has_seen_all() -> None:
    kiosk = staffed_kiosk()
    first, second = done(kiosk, REFERRAL), done(kiosk, ORDINARY)
    waiting = (Alert.NOTE_WAITING, None)
    assert waiting in kiosk.standing.state.alerts
    done(kiosk, ReadNote("dsl", first))
    assert waiting in kiosk.standing.state.alerts
    done(kiosk, ReadNote("dsl", second))
    assert waiting not in kiosk.standing.state.alerts
    assert refused(kiosk, ReadNote("dsl", second)) is Reason.ALREADY_SO
    done(kiosk, CloseNote("dsl", first))
    assert refused(kiosk, CloseNote("dsl", first)) is Reason.NOT_KNOWN


def test_whoever_is_on_duty_may_tell_the_lead_and_the_lead_alone_may_end_it() -> None:
    kiosk = staffed_kiosk()
    on_duty = {role for role in ROLE_NAMES if "tell_lead" in ROLES[role]}
    assert on_duty == {"reception", "teacher", "pastoral", "headteacher", "dsl", "day_duty"}
    for role in on_duty:
        number = done(kiosk, Refer(role, ANA.id))
    for role in [*ROLE_NAMES, "console", "nobody"]:
        commands: list[Command] = [ReadNote(role, number), CloseNote(role, number)]
        if role not in on_duty:
            commands += [Refer(role, ANA.id), LeaveNote(role, "words")]
        if role != "dsl":
            reasons = {refused(kiosk, command) for command in commands}
            assert reasons == {Reason.NOT_ALLOWED}, role


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (Refer("teacher", "x"), Reason.NOT_KNOWN),
        (Refer("teacher", ""), Reason.NOT_KNOWN),
        (LeaveNote("teacher", " "), Reason.INCOMPLETE),
        (LeaveNote("teacher", "words", "x"), Reason.NOT_KNOWN),
    ],
)
def test_a_note_about_nobody_known_or_without_words_is_refused(
    command: Refer | LeaveNote, reason: Reason
) -> None:
    assert refused(staffed_kiosk(), command) is reason


def test_its_row_is_in_no_list_that_others_read() -> None:
    kiosk = staffed_kiosk()
    (row,) = decide(kiosk.rules, kiosk.standing, REFERRAL, kiosk.clock.now()).rows
    assert isinstance(row, Note)
    readers = [role for role in ROLE_NAMES if may_read(row.kind, ROLES[role])]
    assert readers == ["dsl"]


def test_the_waiting_alert_is_over_when_what_waited_is_gone() -> None:
    kiosk: SmallKiosk = staffed_kiosk()
    done(kiosk, REFERRAL)
    kiosk.standing = kiosk.standing._replace(
        state=kiosk.standing.state._replace(
            casebook=kiosk.standing.state.casebook._replace(unread=frozenset())
        )
    )
    kiosk.tick(1)
    assert (Alert.NOTE_WAITING, None) not in kiosk.standing.state.alerts
