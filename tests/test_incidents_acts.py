"""Incidents and searches, as staff note them."""

from datetime import datetime, timedelta

import pytest
from cabinet import ANA, ANAS_CARD, BEN, SmallKiosk, add_users, types
from conftest import make_rules
from incident_fixtures import MR_HALE, MS_ORR, ROLE_NAMES, done, refused, staffed_kiosk, told

from kiosk.acts import Note
from kiosk.custody import fold
from kiosk.events import Alert, EventType, Reason
from kiosk.messages import Command
from kiosk.messages.incidents import (
    ConfirmSearch,
    DecideConsequence,
    InformParents,
    NoteIncident,
    NoteSearch,
    ReadNote,
    WithdrawIncident,
)
from kiosk.messages.record import StoreFailed
from kiosk.messages.sensed import PartLost
from kiosk.model import User
from kiosk.policy.roles import ROLES
from kiosk.staff.acting import private_id
from kiosk.state.incidents import IncidentKind, SearchDone
from kiosk.station import decide

T = EventType
USED = IncidentKind.USED
FURTHER = ["reception", "teacher", "technician", "admin", "console", "nobody"]


@pytest.fixture
def kiosk() -> SmallKiosk:
    kiosk = staffed_kiosk()
    kiosk.clock.to(11)
    return kiosk


def at(kiosk: SmallKiosk, hour: int, minute: int = 0) -> datetime:
    return kiosk.clock.at.replace(hour=hour, minute=minute, second=0)


def note(kiosk: SmallKiosk, kind: IncidentKind = USED, hour: int = 10, **more: object) -> int:
    return done(kiosk, NoteIncident("pastoral", ANA.id, kind, at(kiosk, hour), **more))  # type: ignore[arg-type]


# incidents


def test_an_incident_has_its_kind_and_time_in_the_event_and_its_words_apart(
    kiosk: SmallKiosk,
) -> None:
    command = NoteIncident("pastoral", ANA.id, USED, at(kiosk, 10), "Gym", "was asked twice")
    step = decide(kiosk.rules, kiosk.standing, command, kiosk.clock.now())

    (event,) = step.events
    assert (event.person, event.actor) == (ANA.id, "user:pastoral")
    assert event.data == {"kind": "used", "at": at(kiosk, 10).isoformat()}
    words = "Where: Gym\nNote: was asked twice"
    assert step.rows == (Note(private_id(event.seq), words, "incident", ANA.id),)


def test_parents_may_be_told_before_it_is_noted_or_afterwards(kiosk: SmallKiosk) -> None:
    told_at = at(kiosk, 10, 30)
    first = note(kiosk, parents_at=told_at, parents_by="headteacher")
    assert types(kiosk.events[-2:]) == [T.INCIDENT_NOTED, T.PARENTS_INFORMED]
    assert kiosk.standing.state.casebook.incidents[first].parents_by == "headteacher"
    assert refused(kiosk, InformParents("pastoral", first, told_at)) is Reason.ALREADY_SO

    second = note(kiosk, IncidentKind.HIDDEN)
    done(kiosk, InformParents("pastoral", second, told_at))
    incident = kiosk.standing.state.casebook.incidents[second]
    assert (incident.parents_at, incident.parents_by) == (told_at, "pastoral")


def test_the_same_incident_told_twice_is_one(kiosk: SmallKiosk) -> None:
    first = note(kiosk)
    again = NoteIncident("second", ANA.id, USED, at(kiosk, 10) + timedelta(seconds=20))

    assert refused(kiosk, again) is Reason.ALREADY_SO
    assert told(kiosk).seq == first
    note(kiosk, IncidentKind.HIDDEN)
    note(kiosk, hour=9)
    done(kiosk, NoteIncident("pastoral", BEN.id, USED, at(kiosk, 10)))
    assert len(kiosk.standing.state.casebook.incidents) == 4


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"person": "x"}, Reason.NOT_KNOWN),
        ({"person": MR_HALE.id}, Reason.NOT_A_PUPIL),
        ({"hour": 12}, Reason.STILL_TO_COME),
        ({"parents_hour": 12}, Reason.STILL_TO_COME),
        ({"parents_hour": 10, "parents_by": "x"}, Reason.NOT_KNOWN),
    ],
)
def test_an_incident_that_makes_no_sense_changes_nothing(
    kiosk: SmallKiosk, changes: dict[str, object], reason: Reason
) -> None:
    parents = changes.get("parents_hour")
    command = NoteIncident(
        "pastoral",
        str(changes.get("person", ANA.id)),
        USED,
        at(kiosk, int(str(changes.get("hour", 10)))),
        parents_at=at(kiosk, int(str(parents))) if parents else None,
        parents_by=str(changes.get("parents_by", "")),
    )

    assert refused(kiosk, command) is reason


def test_by_a_clock_that_is_not_trusted_no_time_is_still_to_come() -> None:
    kiosk = staffed_kiosk()
    kiosk.clock.trusted = False
    kiosk.power_cut()
    done(kiosk, NoteIncident("pastoral", ANA.id, USED, at(kiosk, 23)))


def broken_reader(kiosk: SmallKiosk) -> None:
    kiosk.take(PartLost("reader"))


def failing_disk(kiosk: SmallKiosk) -> None:
    kiosk.take(StoreFailed("no room"))


def lost_locks(kiosk: SmallKiosk) -> None:
    kiosk.take(PartLost("locks", "main"))


@pytest.mark.parametrize("trouble", [broken_reader, failing_disk, lost_locks])
@pytest.mark.parametrize("kind", IncidentKind)
def test_while_the_kiosk_takes_nothing_nobody_is_blamed_for_not_handing_in(
    kiosk: SmallKiosk, trouble: object, kind: IncidentKind
) -> None:
    trouble(kiosk)  # type: ignore[operator]
    number = note(kiosk, kind, 11)

    incident = kiosk.standing.state.casebook.incidents[number]
    assert incident.is_excused is (kind in (IncidentKind.REFUSED, IncidentKind.KEPT))


def test_a_full_kiosk_blames_nobody_either() -> None:
    kiosk = staffed_kiosk(make_rules(1))
    kiosk.hand_in(ANAS_CARD)
    kiosk.tick()
    number = done(kiosk, NoteIncident("pastoral", BEN.id, IncidentKind.KEPT, kiosk.clock.at))
    assert kiosk.standing.state.casebook.incidents[number].is_excused


def test_while_it_works_a_refusal_counts(kiosk: SmallKiosk) -> None:
    number = note(kiosk, IncidentKind.REFUSED)
    assert not kiosk.standing.state.casebook.incidents[number].is_excused


def test_somebody_decides_what_follows_and_may_decide_otherwise(kiosk: SmallKiosk) -> None:
    number = note(kiosk)
    assert kiosk.standing.state.casebook.incidents[number].decided is None
    done(kiosk, DecideConsequence("headteacher", number, "parents", proposed="talk"))
    decided = kiosk.events[-1]
    assert decided.data == {"stage": "parents", "proposed": "talk"}
    assert (decided.cause, decided.person) == (number, ANA.id)

    repeated = DecideConsequence("headteacher", number, "parents")
    assert refused(kiosk, repeated) is Reason.ALREADY_SO
    done(kiosk, DecideConsequence("headteacher", number, ""))
    assert kiosk.standing.state.casebook.incidents[number].decided == ""
    unknown = DecideConsequence("headteacher", number, "detention")
    assert refused(kiosk, unknown) is Reason.NOT_KNOWN


def test_nothing_follows_by_itself(kiosk: SmallKiosk) -> None:
    for hour in range(1, 10):
        note(kiosk, hour=hour)
    kiosk.tick(3600)

    incidents = kiosk.standing.state.casebook.incidents.values()
    assert [incident.decided for incident in incidents] == [None] * 9
    assert T.CONSEQUENCE_DECIDED not in types(kiosk.events)


def test_what_was_no_incident_is_withdrawn_with_a_reason_and_counts_no_more(
    kiosk: SmallKiosk,
) -> None:
    number = note(kiosk)
    assert refused(kiosk, WithdrawIncident("pastoral", number, " ")) is Reason.INCOMPLETE
    done(kiosk, WithdrawIncident("pastoral", number, "it was a calculator"))

    assert kiosk.standing.state.casebook.incidents == {}
    assert refused(kiosk, WithdrawIncident("pastoral", number, "again")) is Reason.NOT_KNOWN
    note(kiosk)  # the same minute, and no repetition


# searches


def search(kiosk: SmallKiosk, **changes: object) -> NoteSearch:
    given = {
        "actor": "pastoral",
        "person": ANA.id,
        "at": at(kiosk, 10),
        "where": "Room 4",
        "searcher": MR_HALE.id,
        "witness": "second",
        "grounds": "a second phone was seen",
        "found": "a phone",
    }
    return NoteSearch(**{**given, **changes})  # type: ignore[arg-type]


EXAMINED = {"done": SearchDone.EXAMINED, "authority": "headteacher", "reason": "a threat"}


def test_a_search_has_its_people_in_the_event_and_its_words_apart(kiosk: SmallKiosk) -> None:
    step = decide(kiosk.rules, kiosk.standing, search(kiosk), kiosk.clock.now())

    event = step.events[0]
    assert event.data == {
        "at": at(kiosk, 10).isoformat(),
        "searcher": MR_HALE.id,
        "witness": "second",
    }
    (row,) = step.rows
    assert row == Note(
        private_id(event.seq),
        "Where: Room 4\nGrounds: a second phone was seen\nFound: a phone",
        "search",
        ANA.id,
    )


def test_the_duty_lead_is_told_of_a_search_until_they_have_seen_it(kiosk: SmallKiosk) -> None:
    number = done(kiosk, search(kiosk))
    assert kiosk.standing.state.casebook.unread == {number}
    assert (Alert.NOTE_WAITING, None) in kiosk.standing.state.alerts

    assert refused(kiosk, ReadNote("pastoral", number)) is Reason.NOT_ALLOWED
    done(kiosk, ReadNote("dsl", number))
    assert (Alert.NOTE_WAITING, None) not in kiosk.standing.state.alerts
    assert refused(kiosk, ReadNote("dsl", number)) is Reason.ALREADY_SO
    assert number in kiosk.standing.state.casebook.searches


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"person": "x"}, Reason.NOT_KNOWN),
        ({"person": MS_ORR.id}, Reason.NOT_A_PUPIL),
        ({"witness": MR_HALE.id}, Reason.SECOND_PERSON),
        ({"witness": "x"}, Reason.NOT_KNOWN),
        ({"searcher": BEN.id}, Reason.NOT_KNOWN),
        ({"grounds": " "}, Reason.INCOMPLETE),
        ({"found": ""}, Reason.INCOMPLETE),
        ({"where": ""}, Reason.INCOMPLETE),
        ({**EXAMINED, "reason": ""}, Reason.INCOMPLETE),
        ({**EXAMINED, "authority": ""}, Reason.INCOMPLETE),
        ({**EXAMINED, "authority": "teacher"}, Reason.NOT_ALLOWED),
        ({**EXAMINED, "authority": "console"}, Reason.NOT_ALLOWED),
        ({**EXAMINED, "searcher": "headteacher"}, Reason.SECOND_PERSON),
    ],
)
def test_a_search_that_lacks_something_is_not_taken(
    kiosk: SmallKiosk, changes: dict[str, object], reason: Reason
) -> None:
    assert refused(kiosk, search(kiosk, **changes)) is reason


def test_the_same_search_told_twice_is_one(kiosk: SmallKiosk) -> None:
    done(kiosk, search(kiosk))
    assert refused(kiosk, search(kiosk, actor="second")) is Reason.ALREADY_SO


@pytest.mark.parametrize("what", SearchDone)
def test_what_is_done_with_a_device_is_confirmed_by_whoever_has_authority(
    kiosk: SmallKiosk, what: SearchDone
) -> None:
    number = done(kiosk, search(kiosk, **{**EXAMINED, "done": what}))
    assert kiosk.standing.state.casebook.searches[number].is_open

    assert refused(kiosk, ConfirmSearch("pastoral", number)) is Reason.NOT_ALLOWED
    done(kiosk, ConfirmSearch("headteacher", number))
    assert not kiosk.standing.state.casebook.searches[number].is_open
    assert refused(kiosk, ConfirmSearch("dsl", number)) is Reason.ALREADY_SO


def test_nobody_confirms_what_they_did_or_asked_for(kiosk: SmallKiosk) -> None:
    own = {**EXAMINED, "searcher": "dsl"}
    did = done(kiosk, search(kiosk, **own))
    assert refused(kiosk, ConfirmSearch("dsl", did)) is Reason.SECOND_PERSON

    asked = done(kiosk, search(kiosk, at=at(kiosk, 9), actor="dsl", **EXAMINED))
    assert refused(kiosk, ConfirmSearch("dsl", asked)) is Reason.SECOND_PERSON
    done(kiosk, ConfirmSearch("headteacher", asked))


def test_whoever_has_authority_and_notes_it_themselves_has_confirmed_it(kiosk: SmallKiosk) -> None:
    number = done(kiosk, search(kiosk, actor="headteacher", **EXAMINED))
    assert kiosk.standing.state.casebook.searches[number].confirmed_by == "headteacher"


def test_a_search_without_looking_needs_nobody_to_confirm_it(kiosk: SmallKiosk) -> None:
    number = done(kiosk, search(kiosk))
    assert refused(kiosk, ConfirmSearch("headteacher", number)) is Reason.ALREADY_SO


def test_one_name_is_one_person_however_they_are_named(kiosk: SmallKiosk) -> None:
    add_users(kiosk, User("hale", "rob hale", "$argon2id$", ("headteacher",)))
    assert refused(kiosk, search(kiosk, witness="hale")) is Reason.SECOND_PERSON
    looked = {**EXAMINED, "authority": "hale"}
    assert refused(kiosk, search(kiosk, **looked)) is Reason.SECOND_PERSON
    number = done(kiosk, search(kiosk, **EXAMINED))
    assert refused(kiosk, ConfirmSearch("hale", number)) is Reason.SECOND_PERSON


# who may


@pytest.mark.parametrize("actor", FURTHER)
def test_others_note_no_incident_and_no_search_and_are_told_nothing(
    kiosk: SmallKiosk, actor: str
) -> None:
    number = note(kiosk)
    commands: list[Command] = [
        NoteIncident(actor, BEN.id, USED, at(kiosk, 10)),
        InformParents(actor, number, at(kiosk, 10)),
        InformParents(actor, 10_000, at(kiosk, 10)),
        DecideConsequence(actor, number, "talk"),
        WithdrawIncident(actor, number, "why"),
        WithdrawIncident(actor, 10_000, "why"),
        search(kiosk, actor=actor),
        ConfirmSearch(actor, number),
    ]

    assert [refused(kiosk, command) for command in commands] == [Reason.NOT_ALLOWED] * 8


def test_incidents_are_pastoral_staffs_and_the_leads() -> None:
    may = {role for role in ROLE_NAMES if "incidents" in ROLES[role] and "search" in ROLES[role]}
    assert may == {"pastoral", "headteacher", "dsl"}


def test_the_fold_has_it_all(kiosk: SmallKiosk) -> None:
    note(kiosk, parents_at=at(kiosk, 10))
    done(kiosk, search(kiosk, **EXAMINED))
    assert fold(kiosk.events) == kiosk.standing.state
