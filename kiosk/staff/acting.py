"""What all acts of staff do alike: may they, do it, or say why not. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from kiosk.acts import Note
from kiosk.drafting import Draft, Outcome
from kiosk.events import Event, EventType, Reason, person_actor, user_actor
from kiosk.model import PersonKind
from kiosk.policy.roles import Permission, Rights
from kiosk.rights import rights_of
from kiosk.state import Deposit
from kiosk.state.incidents import WORDED

Act = Callable[[Draft, Any], None]


def needing(permission: Permission, act: Act) -> Act:
    """That act, for whoever has the permission; everybody else is refused."""

    def checked(draft: Draft, command: Any) -> None:
        if is_allowed(draft, command.actor, permission):
            act(draft, command)

    return checked


def rights(draft: Draft, actor: str) -> Rights:
    """What that user may do, by their roles now."""
    return rights_of(draft.rules, draft.standing, actor, draft.now)


def may(draft: Draft, actor: str, permission: Permission, form: str | None = None) -> bool:
    """Whether that user may do that: to somebody of that form, or (None) to anybody there is."""
    return rights(draft, actor).may(permission, form)


def is_allowed(draft: Draft, actor: str, permission: Permission, form: str | None = None) -> bool:
    """The same; if not, the draft says so, and whether it is for the want of that form alone."""
    theirs = rights(draft, actor)
    if theirs.may(permission, form):
        return True
    is_somewhere = form is not None and theirs.may_somewhere(permission)
    return refuse(draft, Reason.NOT_THEIR_FORM if is_somewhere else Reason.NOT_ALLOWED)


def form_of(draft: Draft, person: str | None) -> str:
    """Somebody's form; "" where there is none."""
    known = draft.standing.roster.people.get(person or "")
    return known.form if known else ""


def is_held_from(draft: Draft, actor: str, deposit: Deposit) -> bool:
    """Whether a hold keeps a device from that user."""
    return bool(draft.state.holds_in_force(deposit.id, draft.now)) and not may(
        draft, actor, Permission.LIFT
    )


def refuse(draft: Draft, reason: Reason, seq: int = 0) -> bool:
    """Refuse the command. ``seq``: the event that has it already. Always False."""
    draft.outcome = Outcome(False, reason, seq)
    return False


def act(
    draft: Draft,
    type: EventType,
    actor: str,
    note: Note | None = None,
    private: tuple[str, str] = ("", ""),
    **fields: Any,
) -> Event:
    """Do it. ``note``: its words, for whoever sees the event. ``private``: a kind of words, and
    words that only some may see, kept in a row of their own if there are any. Both say whom they
    are about, so that they are found when that person is to be forgotten."""
    event = draft.add(type, user_actor(actor), note=note.id if note else None, **fields)
    about = event.person or ""
    if note is not None:
        draft.keep_row(replace(note, person=about))
    kind, words = private
    if words:
        draft.keep_row(Note(private_id(event.seq), words, kind, about))
    draft.outcome = Outcome(True, seq=event.seq)
    return event


def private_id(seq: int) -> str:
    """The id of the row that says what an event leaves out: known to nobody by its event."""
    return f"{seq:x}"


def note_ids(events: Iterable[Event]) -> frozenset[str]:
    """The ids of all words that belong to these events, those that only some may see too."""
    found = set()
    for event in events:
        if event.note is not None:
            found.add(event.note)
        if event.type is EventType.HOLD_PLACED or event.type in WORDED:
            found.add(private_id(event.seq))
        elif event.type in (EventType.ARRANGEMENT_CARRIED, EventType.EXEMPTION_SIGNED):
            found.add(private_id(event.cause or 0))
    return frozenset(found)


def staff_actor(draft: Draft, id: str) -> str | None:
    """Who that is: a user, or a member of staff without an account; the same one only once."""
    roster = draft.standing.roster
    user = roster.users.get(id)
    if user is not None:
        return person_actor(user.person) if user.person else user_actor(id)
    person = roster.people.get(id)
    return person_actor(id) if person and person.kind is PersonKind.STAFF else None


def is_same_staff(draft: Draft, by: str, user: str) -> bool:
    """Whether the actor ``by`` is that user, or another account of the same member of staff."""
    known = draft.standing.roster.users.values()
    return by in {user_actor(user)} | {
        user_actor(other.id)
        for other in known
        if staff_actor(draft, other.id) == staff_actor(draft, user)
    }


def is_cubby(draft: Draft, cubby: int) -> bool:
    """Whether there is such a cubby; if not, the draft says so."""
    return cubby in draft.rules.cubbies or refuse(draft, Reason.NO_SUCH_CUBBY)


def is_pupil(draft: Draft, person: str) -> bool:
    """Whether that is a pupil; if not, the draft says so."""
    known = draft.standing.roster.people.get(person)
    if known is None:
        return refuse(draft, Reason.NOT_KNOWN)
    return known.kind is PersonKind.PUPIL or refuse(draft, Reason.NOT_A_PUPIL)


def is_past(draft: Draft, *times: datetime | None) -> bool:
    """Whether none of these is still to come. By a clock that is not trusted nobody can tell."""
    is_ahead = draft.now.trusted and any(at is not None and at > draft.now.at for at in times)
    return not is_ahead or refuse(draft, Reason.STILL_TO_COME)


def is_user(draft: Draft, user: str) -> bool:
    """Whether that is a user, or "" for none; if not, the draft says so."""
    known = not user or user in draft.standing.roster.users
    return known or refuse(draft, Reason.NOT_KNOWN)


def minute_of(at: datetime) -> datetime:
    """Its minute: what is told twice is told to the minute."""
    return at.replace(second=0, microsecond=0)
