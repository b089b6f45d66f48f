"""Whose card is which, and which works. Pure.

Source: the school's rules, "Credential": active, lost, blocked; valid from and to; a replaced card
stops working at once, and so does one that is blocked or lost.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.drafting import Draft, Outcome
from kiosk.events import EventType, Reason
from kiosk.messages.commands import BlockCard, EnrolCard, FindCard, ReportCardLost
from kiosk.model import CardStatus, Credential
from kiosk.policy.roles import Permission
from kiosk.staff.acting import act, needing, refuse
from kiosk.taps.claims import trust_again
from kiosk.taps.facts import is_expired


def enrol(draft: Draft, command: EnrolCard) -> None:
    """A card becomes somebody's, whoever may give cards; in place of their others if it is to."""
    roster = draft.standing.roster
    credential = command.credential
    owned = roster.credentials.get(credential.key)
    if credential.person not in roster.people:
        refuse(draft, Reason.NOT_KNOWN)
    elif is_anothers(draft, owned, credential.person):
        refuse(draft, Reason.CARD_TAKEN)
    elif owned == credential:
        refuse(draft, Reason.ALREADY_SO)
    else:
        act(draft, EventType.CARD_ENROLLED, command.actor, person=credential.person)
        credential = replace(credential, look=credential.look or _look_of(draft, credential.key))
        credentials = {**roster.credentials, credential.key: credential}
        draft.save(replace(roster, credentials=credentials), credential)
        trust_again(draft, credential.person)
        if command.replaces:
            _block_others(draft, command.actor, credential)
        memory = draft.standing.memory
        left = tuple(u for u in memory.unknown if u.card.key != credential.key)
        draft.remember(memory._replace(unknown=left))


def is_anothers(draft: Draft, owned: Credential | None, person: str) -> bool:
    """Whether a card is somebody else's. A temporary one whose time is over is nobody's."""
    if owned is None or owned.person == person:
        return False
    return not is_expired(owned, draft.now)


def _look_of(draft: Draft, key: str) -> str:
    """The make of a card that was tapped while nobody owned it; "" if it was not."""
    looks = (u.card.look for u in draft.standing.memory.unknown if u.card.key == key)
    return next(looks, "")


def _block_others(draft: Draft, actor: str, kept: Credential) -> None:
    """A replaced card stops working at once."""
    for other in list(draft.standing.roster.credentials.values()):
        if other.person == kept.person and other.key != kept.key:
            _block(draft, BlockCard(actor, other.key))
    draft.outcome = Outcome(True, seq=draft.state.seq)


def _block(draft: Draft, command: BlockCard) -> None:
    credential = draft.standing.roster.credentials.get(command.key)
    if credential is None:
        refuse(draft, Reason.NOT_KNOWN)
    elif credential.status is CardStatus.BLOCKED:
        refuse(draft, Reason.ALREADY_SO)
    else:
        _stop(draft, command.actor, credential, CardStatus.BLOCKED, EventType.CARD_BLOCKED)


def _lose(draft: Draft, command: ReportCardLost) -> None:
    credential = draft.standing.roster.credentials.get(command.key)
    if credential is None:
        refuse(draft, Reason.NOT_KNOWN)
    elif credential.status is not CardStatus.ACTIVE:
        refuse(draft, Reason.ALREADY_SO)
    else:
        _stop(draft, command.actor, credential, CardStatus.LOST, EventType.CARD_LOST)


def _stop(
    draft: Draft, actor: str, credential: Credential, status: CardStatus, type: EventType
) -> None:
    """It opens nothing from now on, and whoever is signed in as its owner is signed out."""
    roster = draft.standing.roster
    event = act(draft, type, actor, person=credential.person)
    stopped = replace(credential, status=status)
    credentials = {**roster.credentials, credential.key: stopped}
    theirs = [user for user in roster.users.values() if user.person == credential.person]
    users = [replace(user, signed_out=event.seq) for user in theirs]
    changed = {**roster.users, **{user.id: user for user in users}}
    draft.save(replace(roster, credentials=credentials, users=changed), stopped, *users)


def _find(draft: Draft, command: FindCard) -> None:
    """One that was blocked meanwhile, as another took its place, stays so."""
    roster = draft.standing.roster
    credential = roster.credentials.get(command.key)
    if credential is None:
        refuse(draft, Reason.NOT_KNOWN)
    elif credential.status is not CardStatus.LOST:
        refuse(draft, Reason.ALREADY_SO)
    else:
        act(draft, EventType.CARD_FOUND, command.actor, person=credential.person)
        found = replace(credential, status=CardStatus.ACTIVE)
        credentials = {**roster.credentials, command.key: found}
        draft.save(replace(roster, credentials=credentials), found)


CARD_COMMANDS: Mapping[type, Callable[[Draft, Any], None]] = {
    EnrolCard: needing(Permission.ROSTER, enrol),
    BlockCard: needing(Permission.ROSTER, _block),
    ReportCardLost: needing(Permission.ROSTER, _lose),
    FindCard: needing(Permission.ROSTER, _find),
}
