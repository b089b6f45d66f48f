"""Whoever is forgotten is in no file; what the leads must keep shows to nobody else."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cabinet import ANAS_CARD, BEN, BENS_CARD
from incident_fixtures import MR_HALE, ROLE_NAMES
from life_fixtures import ABOUT_NOBODY, CARDS, HER, RULES, Life, about, seen
from record_fixtures import KEYS, KIOSK, NOW, verified
from test_incidents_referral import Rig, outsiders

from kiosk.acts import Note
from kiosk.core import Core
from kiosk.events import SYSTEM, Alert, EventType, Reason
from kiosk.messages.arrangements import ChangeRules
from kiosk.messages.commands import ImportRoster, SaveUser
from kiosk.messages.forgetting import ErasePerson, PlaceLegalHold, TransferRecords
from kiosk.messages.incidents import CloseNote, LeaveNote
from kiosk.messages.record import Restored
from kiosk.messages.sensed import Card, Closed, Opened, Presented, Tick
from kiosk.model import Credential, Person, Roster, User
from kiosk.policy.roles import CONSOLE_PERMISSIONS, ROLES, Permission, Roles
from kiosk.restoring import legal_rows
from kiosk.school.school import rules_by
from kiosk.staff.acting import private_id
from kiosk.state.incidents import LEGAL_HOLD, WITHHELD
from kiosk.state.kept import KEPT_APART
from kiosk.store import FILE_NAME
from kiosk.store.backup import make_backup
from kiosk.store.snapshot import take_snapshot
from kiosk.store.tables import words_of

NAMED = (HER.forename, HER.surname, HER.legal_name, HER.upn, f'"{HER.admission}"')


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Life:
    """For those who only look at it."""
    return Life(tmp_path_factory.mktemp("life") / "data").live()


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    life = Life(tmp_path / "data").live()
    yield life
    life.close()


def erase(life: Life, person: str = HER.id) -> None:
    life.do(life.core.erasure("console", person))
    life.keep_up()
    life.core.remove_put_aside()


def everywhere(life: Life, *more: Path) -> str:
    files = [path for path in (*life.folder.rglob("*"), *more) if path.is_file()]
    return "\n".join(path.read_bytes().decode("latin-1") for path in files)


def left_in(text: str, words: Iterator[str] | list[str] | tuple[str, ...]) -> list[str]:
    return [word for word in words if word in text]


# a person


def test_a_whole_life_has_every_event_that_can_be_about_a_pupil(lived: Life) -> None:
    can_be = set(EventType) - ABOUT_NOBODY - {EventType.PERSON_ERASED}

    assert seen(lived, HER) == can_be
    kinds = {note.kind for note in lived.core.words.values() if note.person == HER.id}
    assert {"", "incident", "search", "correction", "message", "referral"} < kinds


def test_before_she_is_forgotten_all_of_it_is_found(lived: Life) -> None:
    text = everywhere(lived)

    assert left_in(text, (*NAMED, *CARDS, *lived.words)) == [*NAMED, *CARDS, *lived.words]


def test_whoever_is_forgotten_is_in_no_file_and_in_no_backup_made_afterwards(
    life: Life, tmp_path: Path
) -> None:
    (life.folder / f"{FILE_NAME}.torn-9").write_text(f"{HER.surname} {life.words[0]}")
    for number in list(life.core.standing.state.casebook.lead_notes):
        life.do(CloseNote(life.by("dsl"), number))
    life.do(TransferRecords(life.by("dsl")))
    erase(life)
    make_backup(life.folder, file := tmp_path / "backup.tar", KEYS, KIOSK, NOW)

    text = everywhere(life, file)
    assert left_in(text, (*NAMED, *CARDS, *life.words)) == []
    assert HER.id in text  # what happened stays, of somebody unknown
    assert BEN.surname in text
    assert "somebody says it is gum" in text
    assert verified(life.folder).findings == []
    again = life.again()
    assert list(again.core.standing.roster.people) == [BEN.id, MR_HALE.id]
    again.close()


def test_what_is_the_leads_stays_with_the_lead_and_says_of_whom_it_is(life: Life) -> None:
    kept = {n.id: n for n in life.core.words.values() if n.kind in KEPT_APART}
    erase(life)

    left = {id: n for id, n in life.core.private_notes.items() if n.person == HER.id}
    assert left.keys() == kept.keys()
    assert {note.kind for note in left.values()} == {
        "safeguarding",
        "police",
        "message",
        "referral",
    }
    assert {id: f"Ana Silva 7A: {note.text}".rstrip(": ") for id, note in kept.items()} == {
        id: note.text for id, note in left.items()
    }
    text = everywhere(life)
    theirs = [word for word in life.words if any(word in note.text for note in left.values())]
    assert left_in(text, life.words) == theirs
    assert left_in(text, (HER.legal_name, HER.upn, *CARDS)) == []


def test_nothing_in_the_state_is_hers_any_more(life: Life) -> None:
    erase(life)
    state = life.core.standing.state

    for part in (state.collections, state.passes, state.going_home, state.casebook.absences):
        assert HER.id not in part
    assert not state.exemptions_of(HER.id)
    assert HER.id not in state.cabinet.owned


def test_an_alert_about_her_is_over_before_she_is_forgotten(life: Life) -> None:
    life.clock.to(9, days=130)  # past the review of what was arranged for her
    life.do(LeaveNote(life.by("teacher"), "words"))
    life.take(Tick())
    assert (Alert.REVIEW_DUE, HER.id) in life.core.standing.state.alerts
    life.do(life.core.erasure("console", HER.id))

    assert (Alert.REVIEW_DUE, HER.id) not in life.core.standing.state.alerts
    assert [e.type for e in life.events[-2:]] == [EventType.ALERT_CLEARED, EventType.PERSON_ERASED]


def test_an_import_that_can_be_taken_back_still_names_nobody_who_is_forgotten(life: Life) -> None:
    new, card = Person("77", "1007", "Zinnia", "Quartz", "7A"), "fade" * 8
    life.take(ImportRoster("console", (new,), 1, 0, credentials=(Credential(card, new.id),)))
    assert life.core.standing.imported is not None
    assert left_in(everywhere(life), ("Quartz", card)) == ["Quartz", card]
    erase(life, new.id)

    assert life.core.standing.imported is not None
    assert left_in(everywhere(life), ("Quartz", "Zinnia", card)) == []


def test_a_note_about_somebody_else_stays_without_her_name(life: Life) -> None:
    life.do(LeaveNote(life.by("teacher"), "Ana Silva again", BEN.id))
    life.open_by_staff(2, "anastasia silva-reis, and Ben", "ab")
    erase(life)

    assert life.core.notes["ab"] == "somebody, and Ben"
    assert "Ana Silva again" in [note.text for note in life.core.private_notes.values()]


def test_of_a_member_of_staff_the_user_goes_too(life: Life) -> None:
    rob = User("f1", "Rob Hale", "$argon2id$", ("teacher",), MR_HALE.id)
    life.take(SaveUser("console", rob))
    erase(life, MR_HALE.id)

    assert rob.id not in life.core.standing.roster.users
    assert "Hale" not in everywhere(life)


def test_the_actor_of_what_the_kiosk_does_by_itself_is_the_kiosk(life: Life) -> None:
    life.core.take(life.core.erasure(SYSTEM, HER.id))
    assert life.events[-1].actor == SYSTEM


def test_somebody_unknown_is_refused(life: Life) -> None:
    _, outcome = life.core.take(life.core.erasure("console", "0"))
    assert outcome is not None
    assert outcome.reason is Reason.NOT_KNOWN


# the school's rules


def ruled(life: Life) -> Core:
    """The same record, opened by a kiosk that decides by the school's file."""
    life.close()
    again = Life(life.folder, life.clock)
    base = again.core.rules
    return Core(again.store, base, life.clock, lambda file, roster: rules_by(base, file, roster))


def test_rules_that_name_somebody_forgotten_go_on_and_name_nobody(life: Life) -> None:
    later = RULES.replace("09:00", "09:30")
    life.do(ChangeRules(life.by("headteacher"), later, "11", Roles()))
    erase(life)

    texts = [file.text for file in life.core.schools.values()]
    assert [text.count(f"erased-{HER.id}") for text in texts] == [2, 2]
    assert [BEN.admission in text for text in texts] == [True, True]
    assert [left_in(text, (HER.admission, "Ana Silva", HER.legal_name)) for text in texts] == [
        [],
        [],
    ]
    core = ruled(life)
    assert core.school == life.core.schools[2]
    assert [o.times.arrival for o in core.rules.timetable.overrides if o.times] != []


def test_a_record_whose_rules_name_somebody_who_is_gone_can_be_opened(life: Life) -> None:
    """As one from before names were taken out of them."""
    life.core.take(ErasePerson("console", HER.id))
    assert HER.admission in ruled(life).schools[1].text


# legal holds


class Twin(Rig):
    """A record in which the head leaves a note for the duty lead, or places a legal hold."""

    def held(self, is_legal: bool) -> "Twin":
        self.day(LeaveNote("teacher", "words", HER.id))
        self.clock.to(15, 20)
        self.clock.advance(20)
        for message in self.collecting():
            self.take(message)
        head = self.user("headteacher")
        note = "a claim by her parents"
        place = PlaceLegalHold(head, HER.id, note)
        self.take(place if is_legal else LeaveNote(head, note, HER.id))
        return self

    def collecting(self) -> tuple[Any, ...]:
        return (Presented((Card(ANAS_CARD),)), Opened(1), Closed(1))


@pytest.fixture
def twins(tmp_path: Path) -> Iterator[tuple[Twin, Twin]]:
    plain = Twin(tmp_path / "plain").held(False)
    legal = Twin(tmp_path / "legal").held(True)
    yield plain, legal
    plain.store.close()
    legal.store.close()


def test_a_legal_hold_has_the_events_and_the_answers_of_any_note_for_the_lead(
    twins: tuple[Twin, Twin],
) -> None:
    plain, legal = twins
    assert plain.export() == legal.export()
    assert plain.core.standing.state == legal.core.standing.state
    for role in outsiders():
        if role != "headteacher":
            for verb, args in (("legal_holds", {}), ("legal_show", {"number": 17})):
                answer = plain.ask(verb, role, **args)
                assert answer == legal.ask(verb, role, **args)
                assert answer.startswith("refused: nothing is shown")


def unmarked(text: str) -> str:
    """Without the hashes of segments, which differ from one record to the next."""
    return re.sub("[0-9a-f]{64}", "#", text)


def test_erasing_under_a_legal_hold_says_and_shows_what_it_always_does(
    twins: tuple[Twin, Twin],
) -> None:
    plain, legal = twins
    asked = ("person_erase", "status", "events", "unknown_taps", "card_block", "person_erase")
    for verb in asked:
        args = {} if verb in ("status", "events", "unknown_taps") else {"admission": HER.admission}
        assert unmarked(plain.ask(verb, **args)) == unmarked(legal.ask(verb, **args)), verb

    assert unmarked(plain.export()) == unmarked(legal.export())
    assert plain.core.standing._replace(apart={}) == legal.core.standing._replace(apart={})
    assert plain.core.notes == legal.core.notes
    assert plain.ask("list", name="not-seen") == legal.ask("list", name="not-seen")


def test_nothing_is_lost_under_a_legal_hold_and_the_leads_can_read_it(life: Life) -> None:
    number = life.do(PlaceLegalHold(life.by("headteacher"), HER.id, "a claim"))
    before = [note for note in life.core.words.values() if note.person == HER.id]
    erase(life)

    assert HER.id not in life.core.standing.roster.people
    (row,) = [note for note in life.core.words.values() if note.kind == WITHHELD]
    kept = json.loads(row.text)
    assert kept["person"]["legal_name"] == HER.legal_name
    assert {card["key"] for card in kept["cards"]} == set(CARDS)
    ids = {note["id"] for note in kept["notes"]}
    assert {note.id for note in before if note.kind not in KEPT_APART} <= ids
    assert left_in(everywhere(life), life.words) == life.words
    assert life.core.words[private_id(number)].text == "Ana Silva 7A: a claim"


def test_once_it_is_lifted_the_erasure_is_carried_out(life: Life) -> None:
    number = life.do(PlaceLegalHold(life.by("dsl"), HER.id, "a claim"))
    erase(life)
    for lead_note in list(life.core.standing.state.casebook.lead_notes):
        life.do(CloseNote(life.by("dsl"), lead_note))
    life.do(TransferRecords(life.by("dsl")))
    life.clock.to(8, 30, days=1)
    life.keep_up()

    assert number not in life.core.standing.state.casebook.lead_notes
    assert life.core.standing.apart == {}
    assert left_in(everywhere(life), (*NAMED, *CARDS, *life.words)) == []
    assert verified(life.folder).findings == []


def test_what_is_past_its_age_is_kept_back_too_and_dropped_as_ever(life: Life) -> None:
    life.do(PlaceLegalHold(life.by("headteacher"), HER.id, "a claim"))
    life.rotate()
    events = len(about(life, HER))
    life.clock.to(8, 30, days=800)
    life.keep_up(20)

    assert seen(life, HER) <= {EventType.ARRANGEMENT_CARRIED}
    kept = [json.loads(n.text) for n in life.core.words.values() if n.kind == WITHHELD]
    assert sum(len(part["events"]) for part in kept) == events
    said = json.dumps([part["notes"] for part in kept])
    assert life.words[-1] in said
    assert life.words[-1] not in json.dumps(life.core.notes)


def test_with_two_legal_holds_both_have_to_be_lifted(life: Life) -> None:
    first = life.do(PlaceLegalHold(life.by("dsl"), HER.id, "a claim"))
    _, outcome = life.core.take(PlaceLegalHold(life.by("dsl"), HER.id, "another"))
    assert outcome is not None
    assert outcome.reason is Reason.ALREADY_SO
    of_ben = life.do(PlaceLegalHold(life.by("headteacher"), BEN.id, "another"))
    erase(life)
    life.do(CloseNote(life.by("dsl"), of_ben))

    kinds = [row.kind for row in life.core.standing.apart.values() if row.person == HER.id]
    assert sorted(kinds) == [LEGAL_HOLD, "police", "safeguarding", WITHHELD]
    life.do(CloseNote(life.by("dsl"), first))
    assert {r.kind for r in life.core.standing.apart.values()} == {"police", "safeguarding"}


def test_a_legal_hold_outlives_a_restart_and_a_restore(life: Life, tmp_path: Path) -> None:
    make_backup(life.folder, tmp_path / "early.tar", KEYS, KIOSK, NOW)
    life.do(PlaceLegalHold(life.by("headteacher"), HER.id, "a claim"))
    erase(life)
    life.close()
    legal = legal_rows(life.folder)

    (actor, hold), (_, withheld) = sorted(legal, key=lambda pair: pair[1].kind)
    assert (actor, hold.kind, withheld.kind) == (life.by("headteacher"), LEGAL_HOLD, WITHHELD)
    other = Life(tmp_path / "other").begin()
    other.take(Restored("console", {}, legal))
    other.core.take(other.core.erasure("console", HER.id))
    kinds = sorted(row.kind for row in other.core.standing.apart.values())
    assert kinds == [LEGAL_HOLD, WITHHELD, WITHHELD]
    assert other.again().core.standing.apart == other.core.standing.apart


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_the_head_and_the_dsl_place_them_and_nobody_else(life: Life, role: str) -> None:
    _, outcome = life.core.take(PlaceLegalHold(life.by(role), HER.id, "a claim"))
    assert outcome is not None
    assert outcome.granted == (role in ("headteacher", "dsl"))
    assert Permission.LEGAL_HOLD not in CONSOLE_PERMISSIONS
    assert [r for r, held in ROLES.items() if Permission.LEAD_NOTES in held] == ["dsl"]


@pytest.mark.parametrize(
    ("person", "note", "why"),
    [(HER.id, " ", Reason.INCOMPLETE), ("0", "words", Reason.NOT_KNOWN)],
)
def test_a_legal_hold_says_why_and_of_whom(
    lived: Life, person: str, note: str, why: Reason
) -> None:
    _, outcome = lived.core.take(PlaceLegalHold(lived.by("dsl"), person, note))
    assert outcome is not None
    assert outcome.reason is why


# what the lead takes away


def test_a_transfer_forgets_what_is_over_and_its_event_tells_nothing(life: Life) -> None:
    dsl = life.by("dsl")
    life.do(TransferRecords(dsl))
    assert {row.kind for row in life.core.standing.apart.values()} == set()
    life.do(TransferRecords(dsl))

    first, second = (e for e in life.events if e.type is EventType.LEAD_TRANSFERRED)
    same = {"seq": 0, "mono": 0, "at": ""}
    assert {**first.to_record(), **same} == {**second.to_record(), **same}
    assert (first.person, first.cause, first.note, first.data) == (None, None, None, {})


def test_one_that_is_in_force_and_one_that_is_none_are_refused(life: Life) -> None:
    dsl = life.by("dsl")
    held = next(iter(life.core.standing.apart))
    for numbers, why in (((999_999,), Reason.NOT_KNOWN), ((int(held, 16), 1), Reason.NOT_KNOWN)):
        _, outcome = life.core.take(TransferRecords(dsl, numbers))
        assert outcome is not None
        assert outcome.reason is why
    _, outcome = life.core.take(TransferRecords(life.by("headteacher")))
    assert outcome is not None
    assert outcome.reason is Reason.NOT_ALLOWED
    life.do(TransferRecords(dsl, (int(held, 16),)))
    assert held not in life.core.words
    assert len(life.core.standing.apart) == 1


def test_a_snapshot_has_the_rows_that_the_kiosk_has(life: Life) -> None:
    with take_snapshot(life.folder) as snapshot:
        assert words_of(snapshot.tables) == life.core.words
    assert isinstance(life.core.standing.roster, Roster)
    assert all(isinstance(note, Note) for note in life.core.words.values())


def test_a_roster_imported_again_makes_somebody_forgotten_somebody_new(life: Life) -> None:
    life.do(PlaceLegalHold(life.by("dsl"), HER.id, "a claim"))
    erase(life)
    life.take(ImportRoster("console", (Person("77", "1001", "Ana", "Silva", "7A"),), 1, 0))

    assert BENS_CARD in life.core.standing.roster.credentials
    assert life.core.standing.roster.people["77"].admission == HER.admission
