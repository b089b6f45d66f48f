"""What is kept of people: forgotten, kept back from that, and taken together. Pure.

Of a person who is forgotten their events stay, of somebody unknown: nothing leads to them any more.
What is the safeguarding lead's stays with the lead until it is transferred, with the name in it; a
legal hold keeps everything, and shows to nobody (``kiosk.state.kept``).
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from kiosk.acts import Forget, Note, SchoolFile
from kiosk.custody.deposits import carrying
from kiosk.drafting import Draft, Outcome, Standing
from kiosk.events import SYSTEM, Event, EventType, Reason, others_in, user_actor
from kiosk.messages.forgetting import Dropped, ErasePerson, RecordExport
from kiosk.model import Credential, Person, PersonKind, Roster, User
from kiosk.naming import without
from kiosk.policy.roles import Permission
from kiosk.retention import SegmentRow, Series
from kiosk.school.naming import without_person
from kiosk.staff.acting import act, is_allowed, needing, note_ids, private_id, refuse
from kiosk.staff.arrangements import carry_arrangement
from kiosk.staff.searches import leave_for_lead
from kiosk.state import Deposit, State
from kiosk.state.incidents import WITHHELD
from kiosk.state.kept import KEPT_APART, under_legal_hold

_ARRANGED = frozenset(
    {EventType.EXEMPTION_GRANTED, EventType.HOLD_PLACED, EventType.ARRANGEMENT_CARRIED}
)


# a person


def erase_person(draft: Draft, command: ErasePerson) -> None:
    """Forget a person: their row, cards, notes, and the user that they sign in as."""
    person = draft.standing.roster.people.get(command.person)
    if person is None:
        refuse(draft, Reason.NOT_KNOWN)
        return
    is_kept = draft.state.deposit_of(person.id) is not None
    if is_kept or draft.state.transaction_of(person.id) is not None:
        refuse(draft, Reason.STILL_KEPT)
        return
    for raised in [r for r in draft.state.alerts.values() if r.person == person.id]:
        draft.clear_alert(raised.alert, person=person.id)
    actor = SYSTEM if command.actor == SYSTEM else user_actor(command.actor)
    event = draft.add(EventType.PERSON_ERASED, actor, person=person.id)
    if person.id in under_legal_hold(draft.standing.apart):
        kept = _all_of(draft.standing.roster, person, command)
        row = command.row_id or private_id(event.seq)
        draft.keep_row(Note(row, kept, WITHHELD, person.id))
    _forget_rows(draft, person, command)
    draft.outcome = Outcome(True, seq=event.seq)


def erase_if_allowed(draft: Draft, command: ErasePerson) -> None:
    """Whoever may erase people may; and the kiosk itself, once a visitor's time is over."""
    if command.actor == SYSTEM or is_allowed(draft, command.actor, Permission.ERASE):
        erase_person(draft, command)


def _forget_rows(draft: Draft, person: Person, command: ErasePerson) -> None:
    roster = draft.standing.roster
    draft.forget_person(person.id)
    draft.keep_row(Forget(Person, person.id))
    for card in _cards(roster, person):
        draft.keep_row(Forget(Credential, card.key))
    for user in _users(roster, person):
        draft.keep_row(Forget(User, user.id))
    for note in command.notes:
        is_leads = note.kind in KEPT_APART
        draft.keep_row(_named(note, person) if is_leads else Forget(Note, note.id))
    for note in command.mentions:
        draft.keep_row(replace(note, text=without(person, note.text)))
    for file in command.school:
        draft.keep_row(without_person(file, person))
    if (imported := draft.standing.imported) is not None:
        keys = {card.key for card in _cards(roster, person)}
        draft.keep_import(imported.without(person.id, keys))


def _cards(roster: Roster, person: Person) -> list[Credential]:
    return [card for card in roster.credentials.values() if card.person == person.id]


def _users(roster: Roster, person: Person) -> list[User]:
    return [user for user in roster.users.values() if user.person == person.id]


def _named(note: Note, person: Person) -> Note:
    """The lead has to know of whom it is, and no row says it any more."""
    if note.kind == WITHHELD or note.text.startswith(person.name):
        return note
    who = " ".join(filter(None, (person.name, person.form)))
    return replace(note, text=f"{who}: {note.text}".rstrip(": "))


def _all_of(roster: Roster, person: Person, command: ErasePerson) -> str:
    """All that is about to go, as JSON; of a password not even the hash."""
    users = [{**asdict(user), "password_hash": ""} for user in _users(roster, person)]
    notes = [note for note in command.notes if note.kind not in KEPT_APART]
    return _json(
        person={**asdict(person), "pin_hash": ""},
        cards=[asdict(card) for card in _cards(roster, person)],
        users=users,
        notes=[asdict(note) for note in (*notes, *command.mentions)],
        school=[asdict(file) for file in command.school],
    )


def _json(**parts: Any) -> str:
    return json.dumps(parts, default=str, separators=(",", ":"))


def erasure_of(
    actor: str,
    person: Person,
    ids: Collection[str],
    words: Iterable[Note],
    school: Iterable[SchoolFile],
    row_id: str,
) -> ErasePerson:
    """The command that forgets a person. ``ids``: of the notes of their events; ``words``: every
    note there is; ``school``: every version of the school's rules."""
    notes, mentions = [], []
    for note in words:
        if note.id in ids or note.person == person.id:
            notes.append(note)
        elif note.kind not in KEPT_APART and without(person, note.text) != note.text:
            mentions.append(note)
    named = tuple(file for file in school if without_person(file, person) != file)
    return ErasePerson(actor, person.id, tuple(notes), tuple(mentions), named, row_id)


# a segment of history


def dropping(
    row: SegmentRow,
    events: Iterable[Event],
    standing: Standing,
    words: Mapping[str, Note],
    today: date,
    new_id: Callable[[], str],
) -> Dropped:
    """What dropping a segment comes to. ``events``: all of it; ``words``: every note by its id."""
    held: dict[str, list[Event]] = {
        person: [] for person in sorted(under_legal_hold(standing.apart))
    }
    ids: set[str] = set()
    arranged: list[Event] = []
    for event in events:
        ids |= note_ids((event,))
        if _is_arranged_still(standing.state, event, today):
            arranged.append(event)
        for person in held.keys() & {event.person, *others_in(event.type, event.data)}:
            held[person].append(event)
    gone = sorted(
        id for id in ids - note_ids(arranged) if id in words and words[id].kind not in KEPT_APART
    )
    withheld = [
        Note(new_id(), _json(events=[e.to_record() for e in theirs], notes=notes), WITHHELD, person)
        for person, theirs in held.items()
        if (notes := [asdict(words[id]) for id in gone if words[id].person == person]) or theirs
    ]
    return Dropped(row, tuple(gone), tuple(arranged), tuple(withheld))


def _is_arranged_still(state: State, event: Event, today: date) -> bool:
    """Whether it says an arrangement that somebody relies on still."""
    if event.type not in _ARRANGED:
        return False
    exemption = state.exemptions.get(arrangement_of(event))
    is_held = arrangement_of(event) in state.holds
    return is_held or (exemption is not None and not exemption.has_lapsed(today))


def arrangement_of(event: Event) -> int:
    """The number of the arrangement that an event says."""
    is_again = event.type is EventType.ARRANGEMENT_CARRIED
    return (event.cause or 0) if is_again else event.seq


def dropped(draft: Draft, message: Dropped) -> None:
    """A segment is past its age. What began in it and is not over is said once more first, so
    that what is left of the record still tells where every device is, and what was arranged."""
    row = message.segment
    for deposit in list(draft.state.deposits.values()):
        if deposit.id <= row.last and _is_of(draft, deposit, row.series):
            _carry(draft, deposit)  # also what was carried out of an earlier one
    for event in message.arranged:
        carry_arrangement(draft, arrangement_of(event), event)
    data = {"series": row.series.value, "first": row.first, "last": row.last, "count": row.count}
    draft.add(EventType.SEGMENT_DROPPED, data=data)
    draft.keep_row(row.dropped())
    for id in message.notes:
        draft.keep_row(Forget(Note, id))
    for note in message.withheld:
        draft.keep_row(note)


def _is_of(draft: Draft, deposit: Deposit, series: Series) -> bool:
    """Whether the events of a deposit stand in that series."""
    owner = draft.standing.roster.people.get(deposit.person)
    is_visitors = owner is not None and owner.kind is PersonKind.VISITOR
    return series is (Series.VISITORS if is_visitors else Series.TAPS)


def _carry(draft: Draft, deposit: Deposit) -> None:
    draft.add(EventType.CARRIED_FORWARD, **carrying(deposit))


# a record that is put back


def put_back(draft: Draft, legal: Iterable[tuple[str, Note]]) -> None:
    """The legal holds of the record that was there, with the users who placed them, hold in the
    one that takes its place."""
    held = under_legal_hold(draft.standing.apart)
    for actor, note in legal:
        if note.kind == WITHHELD:
            draft.keep_row(note)
        elif note.person not in held:
            leave_for_lead(draft, actor, note.kind, note.text, note.person)


# subject access


def _record_export(draft: Draft, command: RecordExport) -> None:
    """Who has taken together what is kept of somebody; and the mark of what was handed out."""
    if command.person not in draft.standing.roster.people:
        refuse(draft, Reason.NOT_KNOWN)
        return
    data = {"released": True, "sha256": command.sha256} if command.released else {}
    act(draft, EventType.PERSON_EXPORTED, command.actor, person=command.person, data=data)


FORGETTING: Mapping[type, Callable[[Draft, Any], None]] = {
    ErasePerson: erase_if_allowed,
    Dropped: dropped,
    RecordExport: needing(Permission.SUBJECT_ACCESS, _record_export),
}
