"""Visitors whom no list named: they come, with a card for a time, and leave it behind. Pure.

Source: the school's rules, "Credential" (temporary ones for visitors), "Devices" (visitors deposit
their own) and "Retention": they are forgotten so many days after the last that was heard of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.acts import Note
from kiosk.drafting import Draft
from kiosk.events import EventType, Reason
from kiosk.messages.commands import EnrolCard
from kiosk.messages.visitors import SeeVisitorOff, WelcomeVisitor
from kiosk.model import CardStatus, Person, PersonKind
from kiosk.policy.roles import Permission
from kiosk.staff.acting import act, needing, refuse
from kiosk.staff.cards import enrol, is_anothers
from kiosk.staff.users import next_admission


def _welcome(draft: Draft, command: WelcomeVisitor) -> None:
    refusal = _why_not(draft, command)
    if refusal is not None:
        refuse(draft, refusal)
        return
    roster, card = draft.standing.roster, command.credential
    visitor = Person(
        command.person,
        next_admission(roster, "visitor"),
        command.forename,
        command.surname,
        kind=PersonKind.VISITOR,
    )
    note = Note(command.note_id, command.note) if command.note else None
    until = card.valid_until.isoformat() if card.valid_until else ""
    event = act(
        draft,
        EventType.VISITOR_CAME,
        command.actor,
        note,
        person=visitor.id,
        data={"until": until},
    )
    draft.save(replace(roster, people={**roster.people, visitor.id: visitor}), visitor)
    enrol(draft, EnrolCard(command.actor, card))
    if draft.outcome is not None:
        draft.outcome = replace(draft.outcome, seq=event.seq)


def _why_not(draft: Draft, command: WelcomeVisitor) -> Reason | None:
    roster, card = draft.standing.roster, command.credential
    if not (command.forename.strip() or command.surname.strip()) or card.valid_until is None:
        return Reason.INCOMPLETE
    if command.person in roster.people or card.person != command.person:
        return Reason.ALREADY_SO
    if is_anothers(draft, roster.credentials.get(card.key), command.person):
        return Reason.CARD_TAKEN
    return None


def _see_off(draft: Draft, command: SeeVisitorOff) -> None:
    """Their card is nobody's from now on. What is still kept is collected first."""
    roster, state = draft.standing.roster, draft.state
    visitor = roster.people.get(command.person)
    if visitor is None or visitor.kind is not PersonKind.VISITOR:
        refuse(draft, Reason.NOT_KNOWN)
        return
    if visitor.leaver:
        refuse(draft, Reason.ALREADY_SO)
        return
    if state.deposit_of(visitor.id) is not None or state.transaction_of(visitor.id) is not None:
        refuse(draft, Reason.STILL_KEPT)
        return
    act(draft, EventType.VISITOR_LEFT, command.actor, person=visitor.id)
    gone = replace(visitor, leaver=True)
    cards = [
        replace(card, valid_until=draft.now.at)
        for card in roster.credentials.values()
        if card.person == visitor.id and card.status is CardStatus.ACTIVE
    ]
    changed = replace(
        roster,
        people={**roster.people, gone.id: gone},
        credentials={**roster.credentials, **{card.key: card for card in cards}},
    )
    draft.save(changed, gone, *cards)


VISITING: Mapping[type, Callable[[Draft, Any], None]] = {
    WelcomeVisitor: needing(Permission.ROSTER, _welcome),
    SeeVisitorOff: needing(Permission.ROSTER, _see_off),
}
