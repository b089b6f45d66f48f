"""Searches, and notes for the duty lead: what the lead is told of by itself. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.acts import Forget, Note
from kiosk.drafting import Draft
from kiosk.events import Alert, EventType, Reason, user_actor
from kiosk.messages.forgetting import PlaceLegalHold, TransferRecords
from kiosk.messages.incidents import (
    CloseNote,
    ConfirmSearch,
    LeaveNote,
    NoteSearch,
    ReadNote,
    Refer,
)
from kiosk.model import PersonKind
from kiosk.policy.roles import Permission
from kiosk.staff.acting import (
    act,
    is_past,
    is_pupil,
    may,
    minute_of,
    needing,
    private_id,
    refuse,
)
from kiosk.state.incidents import LEGAL_HOLD, SEARCH_WORDS, LeadNoteKind, labelled
from kiosk.state.kept import UNTIL_TRANSFERRED, under_legal_hold, withheld_of


def _note_search(draft: Draft, command: NoteSearch) -> None:
    if not is_pupil(draft, command.person) or not is_past(draft, command.at):
        return
    refusal = _search_refusal(draft, command)
    if refusal is not None:
        refuse(draft, refusal)
        return
    data = {
        "at": command.at.isoformat(),
        "searcher": command.searcher,
        "witness": command.witness,
        **_with_authority(command),
    }
    words = {"Where": command.where, "Grounds": command.grounds, "Found": command.found}
    act(
        draft,
        EventType.SEARCH_NOTED,
        command.actor,
        private=(SEARCH_WORDS, labelled({**words, "Reason": command.reason})),
        person=command.person,
        data=data,
    )
    tell_lead(draft)


def _search_refusal(draft: Draft, command: NoteSearch) -> Reason | None:
    said = [command.where, command.grounds, command.found]
    if command.done is not None:
        said += [command.authority, command.reason]
    if not all(words.strip() for words in said):
        return Reason.INCOMPLETE
    names = [_staff_name(draft, id) for id in (command.searcher, command.witness)]
    if None in names:
        return Reason.NOT_KNOWN
    if command.searcher == command.witness or names[0] == names[1]:
        return Reason.SECOND_PERSON
    if command.done is not None and not may(draft, command.authority, Permission.AUTHORISE):
        return Reason.NOT_ALLOWED
    if command.done is not None and _staff_name(draft, command.authority) == names[0]:
        return Reason.SECOND_PERSON
    minute = minute_of(command.at)
    searches = draft.state.casebook.searches.values()
    if any(s.person == command.person and minute_of(s.at) == minute for s in searches):
        return Reason.ALREADY_SO
    return None


def _staff_name(draft: Draft, id: str) -> str | None:
    """Who that is, a user or staff on the roster: one name is one person, however they came by it.
    None for anybody else."""
    roster = draft.standing.roster
    user, person = roster.users.get(id), roster.people.get(id)
    if user is not None:
        return user.name.casefold()
    is_staff = person is not None and person.kind is PersonKind.STAFF
    return person.name.casefold() if person is not None and is_staff else None


def _with_authority(command: NoteSearch) -> dict[str, str]:
    """Whoever has the authority confirms it by noting it themselves."""
    if command.done is None:
        return {}
    data = {"done": command.done.value, "authority": command.authority}
    is_own = command.actor == command.authority
    return {**data, "confirmed_by": command.actor} if is_own else data


def _confirm_search(draft: Draft, command: ConfirmSearch) -> None:
    """Nobody confirms what they did or asked for themselves."""
    known = draft.state.casebook.searches.get(command.search)
    if known is None:
        refuse(draft, Reason.NOT_KNOWN)
        return
    if not known.is_open:
        refuse(draft, Reason.ALREADY_SO)
        return
    name = _staff_name(draft, command.actor)
    if name == _staff_name(draft, known.searcher) or known.by == user_actor(command.actor):
        refuse(draft, Reason.SECOND_PERSON)
        return
    act(
        draft,
        EventType.SEARCH_CONFIRMED,
        command.actor,
        person=known.person,
        cause=known.id,
        data={"by": command.actor},
    )


# notes for the duty lead


def _leave_note(draft: Draft, command: LeaveNote) -> None:
    is_known = not command.person or command.person in draft.standing.roster.people
    if not command.note.strip() or not is_known:
        refuse(draft, Reason.NOT_KNOWN if command.note.strip() else Reason.INCOMPLETE)
        return
    kind = LeadNoteKind.MESSAGE.value
    leave_for_lead(draft, command.actor, kind, command.note, command.person)


def _refer(draft: Draft, command: Refer) -> None:
    if command.person not in draft.standing.roster.people:
        refuse(draft, Reason.NOT_KNOWN)
        return
    leave_for_lead(draft, command.actor, LeadNoteKind.REFERRAL.value, "", command.person)


def leave_for_lead(draft: Draft, actor: str, kind: str, words: str, person: str) -> None:
    """One event for all of them, and the same; what tells them apart is in the row alone."""
    event = act(draft, EventType.NOTED, actor)
    draft.keep_row(Note(private_id(event.seq), words, kind, person))
    tell_lead(draft)


def tell_lead(draft: Draft) -> None:
    """Everybody may know that something waits for the lead; only the lead is told what."""
    if draft.state.casebook.unread:
        draft.raise_alert(Alert.NOTE_WAITING)
    else:
        draft.clear_alert(Alert.NOTE_WAITING)


def _read_note(draft: Draft, command: ReadNote) -> None:
    book = draft.state.casebook
    if command.note not in book.unread:
        is_known = command.note in book.lead_notes or command.note in book.searches
        refuse(draft, Reason.ALREADY_SO if is_known else Reason.NOT_KNOWN)
        return
    act(draft, EventType.NOTE_READ, command.actor, cause=command.note)
    tell_lead(draft)


def _close_note(draft: Draft, command: CloseNote) -> None:
    if command.note not in draft.state.casebook.lead_notes:
        refuse(draft, Reason.NOT_KNOWN)
        return
    act(draft, EventType.NOTE_CLOSED, command.actor, cause=command.note)
    _forget_note(draft, private_id(command.note))
    tell_lead(draft)


def _forget_note(draft: Draft, id: str) -> None:
    """If it was somebody's last legal hold, what was forgotten of them goes for good."""
    row = draft.standing.apart.get(id)
    draft.keep_row(Forget(Note, id))
    apart = draft.standing.apart
    if row is not None and row.person not in under_legal_hold(apart):
        for withheld in withheld_of(apart, row.person):
            draft.keep_row(Forget(Note, withheld))


# legal holds, and what the lead takes away


def _place_legal_hold(draft: Draft, command: PlaceLegalHold) -> None:
    """By the event that any note for the lead has."""
    if not command.note.strip():
        refuse(draft, Reason.INCOMPLETE)
    elif command.person not in draft.standing.roster.people:
        refuse(draft, Reason.NOT_KNOWN)
    elif command.person in under_legal_hold(draft.standing.apart):
        refuse(draft, Reason.ALREADY_SO)
    else:
        leave_for_lead(draft, command.actor, LEGAL_HOLD, command.note, command.person)


def _transfer(draft: Draft, command: TransferRecords) -> None:
    """The event names nothing, and is the same where there was nothing: whether anything was the
    lead's, nobody is told by it."""
    rows = {private_id(number) for number in command.holds}
    theirs = {id for id, row in draft.standing.apart.items() if row.kind in UNTIL_TRANSFERRED}
    held = {private_id(number) for number in draft.state.holds}
    if rows - theirs:
        refuse(draft, Reason.NOT_KNOWN)
    elif rows & held:
        refuse(draft, Reason.STILL_KEPT)
    else:
        act(draft, EventType.LEAD_TRANSFERRED, command.actor)
        for id in sorted(rows or theirs - held):
            draft.keep_row(Forget(Note, id))


SEARCH_ACTS: Mapping[type, Callable[[Draft, Any], None]] = {
    NoteSearch: needing(Permission.SEARCH, _note_search),
    ConfirmSearch: needing(Permission.AUTHORISE, _confirm_search),
    LeaveNote: needing(Permission.TELL_LEAD, _leave_note),
    Refer: needing(Permission.TELL_LEAD, _refer),
    ReadNote: needing(Permission.LEAD_NOTES, _read_note),
    CloseNote: needing(Permission.LEAD_NOTES, _close_note),
    PlaceLegalHold: needing(Permission.LEGAL_HOLD, _place_legal_hold),
    TransferRecords: needing(Permission.LEAD_NOTES, _transfer),
}
