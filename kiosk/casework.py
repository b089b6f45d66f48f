"""What all acts about incidents, searches and corrections do alike: may they, do it, or say why
not. Pure."""

from datetime import datetime
from typing import Any

from kiosk.acts import Note
from kiosk.drafting import Draft, Outcome
from kiosk.events import Event, EventType, Reason, user_actor
from kiosk.model import PersonKind
from kiosk.permits import may, private_id
from kiosk.policy.roles import Permission


def is_allowed(draft: Draft, actor: str, permission: Permission) -> bool:
    """Whether that user may do that; if not, the draft says so."""
    return may(draft, actor, permission) or refuse(draft, Reason.NOT_ALLOWED)


def refuse(draft: Draft, reason: Reason, seq: int = 0) -> bool:
    """Refuse the command. ``seq``: the event that has it already. Always False."""
    draft.outcome = Outcome(False, reason, seq)
    return False


def act(
    draft: Draft, type: EventType, actor: str, note: tuple[str, str] = ("", ""), **fields: Any
) -> Event:
    """Do it. ``note``: the kind of its words, and the words, kept in a private row if any."""
    event = draft.add(type, user_actor(actor), **fields)
    kind, words = note
    if words:
        draft.keep_row(Note(private_id(event.seq), words, kind))
    draft.outcome = Outcome(True, seq=event.seq)
    return event


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
