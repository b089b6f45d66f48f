"""What the school has agreed with somebody's home. Pure.

Source: the school's rules, "People": the signed agreement, which never blocks a deposit; and "duty
lead first", without a cause.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.drafting import Draft
from kiosk.events import EventType, Reason
from kiosk.messages.agreements import AskLeadFirst, NoteAgreement
from kiosk.model import Person, PersonKind
from kiosk.policy.roles import Permission
from kiosk.staff.acting import act, needing, refuse


def _note_agreement(draft: Draft, command: NoteAgreement) -> None:
    known = draft.standing.roster.people.get(command.person)
    if known is None:
        refuse(draft, Reason.NOT_KNOWN)
    elif known.kind is not PersonKind.PUPIL:
        refuse(draft, Reason.NOT_A_PUPIL)
    elif command.on is not None and command.on > draft.rules.timetable.local(draft.now.at).date():
        refuse(draft, Reason.STILL_TO_COME)
    elif command.on is not None and not command.by.strip():
        refuse(draft, Reason.INCOMPLETE)
    else:
        by = command.by.strip() if command.on is not None else ""
        _save(draft, command.actor, known, replace(known, agreed_on=command.on, agreed_by=by))


def _ask_lead_first(draft: Draft, command: AskLeadFirst) -> None:
    known = draft.standing.roster.people.get(command.person)
    if known is None:
        refuse(draft, Reason.NOT_KNOWN)
        return
    _save(draft, command.actor, known, replace(known, lead_first=command.is_so))


def _save(draft: Draft, actor: str, known: Person, changed: Person) -> None:
    """What it is stands in the person's row, and goes with it; the event says nothing of it."""
    if changed == known:
        refuse(draft, Reason.ALREADY_SO)
        return
    roster = draft.standing.roster
    act(draft, EventType.PERSON_NOTED, actor, person=known.id)
    draft.save(replace(roster, people={**roster.people, known.id: changed}), changed)


AGREEMENTS: Mapping[type, Callable[[Draft, Any], None]] = {
    NoteAgreement: needing(Permission.ROSTER, _note_agreement),
    AskLeadFirst: needing(Permission.PRIVATE, _ask_lead_first),
}
