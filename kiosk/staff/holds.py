"""Holds: placed and lifted, on whose device, what is said of them, who is told of the end. Pure."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kiosk.acts import Note
from kiosk.drafting import Draft
from kiosk.events import EventType, Reason, user_actor
from kiosk.messages.arrangements import LiftHold, PlaceHold
from kiosk.model import PersonKind
from kiosk.policy.roles import Permission
from kiosk.staff.acting import act, is_allowed, may, private_id, refuse
from kiosk.staff.confiscations import ending_of
from kiosk.staff.searches import leave_for_lead
from kiosk.state import Deposit
from kiosk.state.arrangements import SEEN_TO, Hold, HoldKind
from kiosk.state.incidents import LeadNoteKind, nobody

HOLD_PERMISSIONS: Mapping[HoldKind, Permission] = {
    HoldKind.OFFICE: Permission.HOLD_OFFICE,
    HoldKind.CONFISCATED: Permission.CONFISCATE,
    HoldKind.PARENT_COLLECTION: Permission.CONFISCATE,
    HoldKind.DISPUTED: Permission.HOLD_OFFICE,
    HoldKind.INVESTIGATION: Permission.PRIVATE,
    HoldKind.SAFEGUARDING: Permission.PRIVATE,
    HoldKind.POLICE: Permission.PRIVATE,
}

CONSENT = "Agreed in writing by its owner."
ENDED_HOW = ": its device is no longer in our keeping"
SAID = {Reason.GIVEN: "it was given", Reason.EMPTY: "it is not in its cubby"}


def _place_hold(draft: Draft, command: PlaceHold) -> None:
    """The event says what anybody may know; the true kind is in a row of its own, always."""
    if not is_allowed(draft, command.actor, HOLD_PERMISSIONS[command.kind]):
        return
    deposit = draft.state.deposits.get(command.deposit)
    if deposit is None:
        refuse(draft, Reason.NOT_KNOWN)
        return
    if _needs_consent(draft, deposit.person, command):
        refuse(draft, Reason.NEEDS_CONSENT)
        return
    ends, after = ending_of(draft, command, deposit)
    hold = Hold(0, deposit.id, command.kind.shown, command.actor, ends, command.is_need_met, after)
    event = act(
        draft,
        EventType.HOLD_PLACED,
        command.actor,
        person=deposit.person,
        cubby=deposit.cubby,
        deposit=deposit.id,
        data=held(hold),
    )
    note = Note(private_id(event.seq), _words(command), command.kind.value, deposit.person)
    draft.keep_row(note)


def held(hold: Hold) -> dict[str, Any]:
    """A hold, as its event says it."""
    said: dict[str, Any] = {"kind": hold.kind.value}
    if hold.is_need_met:
        said["need_met"] = True
    if hold.ends is not None:
        said["ends"] = hold.ends.isoformat()
    if hold.after is not None:
        said["after"] = hold.after.isoformat()
    return said


def _lift_hold(draft: Draft, command: LiftHold) -> None:
    """An office hold may be a private one. So nobody who may not see those lifts any of them: a
    refusal of one and not of another would tell them apart."""
    hold = draft.state.holds.get(command.hold)
    kind = hold.kind if hold else HoldKind.OFFICE
    wanted = Permission.LIFT if kind is HoldKind.OFFICE else HOLD_PERMISSIONS[kind]
    if not is_allowed(draft, command.actor, wanted):
        return
    if hold is None:
        refuse(draft, Reason.NOT_KNOWN)
        return
    deposit = draft.state.deposits.get(hold.deposit)
    act(
        draft,
        EventType.HOLD_LIFTED,
        command.actor,
        person=deposit.person if deposit else None,
        cubby=deposit.cubby if deposit else None,
        deposit=hold.deposit,
        cause=hold.id,
    )
    tell_of_lifting(draft, command.actor, hold, deposit.person if deposit else "")


def _words(command: PlaceHold) -> str:
    """What only those read who may know why it is held."""
    said = [f"{SEEN_TO[each]}." for each in SEEN_TO if each in command.seen_to]
    said += [CONSENT] if command.has_consent else []
    return " ".join([*said, command.note]).strip()


def _needs_consent(draft: Draft, owner: str, command: PlaceHold) -> bool:
    """Whether a device is an adult's, and nobody has said that they agreed: staff's and visitors'
    are their own affair, but for the police; and where two claim it, nobody knows whose it is."""
    known = draft.standing.roster.people.get(owner)
    is_adults = known is not None and known.kind is not PersonKind.PUPIL
    is_free = command.has_consent or command.kind in (HoldKind.POLICE, HoldKind.DISPUTED)
    return is_adults and not is_free


def tell_of_lifting(draft: Draft, actor: str, hold: Hold, person: str, how: str = "") -> None:
    """The duty lead is told at once of a hold that somebody else placed and another lead lifts."""
    _tell(draft, actor, hold, person, f"Another lead has lifted hold {{}}{how}.")


def tell_of_ending(draft: Draft, actor: str, holds: Iterable[Hold], person: str) -> None:
    """The same of holds that have ended with the custody that they were on."""
    for hold in holds:
        tell_of_lifting(draft, actor, hold, person, ENDED_HOW)


def keep_held(draft: Draft, actor: str, deposit: Deposit, what: Reason, cause: int) -> None:
    """Somebody who may not lift its hold says where a device is: it stays where it was on record,
    as what nobody is certain of, and the duty lead is told."""
    if deposit.doubt not in (Reason.OWNER_UNKNOWN, Reason.EMPTY):
        doubt_held(draft, actor, deposit, Reason.EMPTY, cause)
    tell_of_statement(draft, actor, deposit, SAID[what])


def doubt_held(draft: Draft, actor: str, deposit: Deposit, why: Reason, cause: int) -> None:
    """Its place is no longer certain; its cubby is kept for it."""
    draft.add(
        EventType.CUSTODY_UNKNOWN,
        user_actor(actor),
        person=deposit.person,
        cubby=deposit.cubby,
        cause=cause,
        deposit=deposit.id,
        reason=why,
    )


def tell_of_statement(draft: Draft, actor: str, deposit: Deposit, said: str) -> None:
    """The duty lead reads what was said of a device that somebody else holds."""
    person = "" if deposit.person == nobody(deposit.id) else deposit.person
    for hold in draft.state.holds_in_force(deposit.id, draft.now):
        words = f"Somebody has said of the device under hold {{}} that {said}. The hold stays."
        _tell(draft, actor, hold, person, words)


def _tell(draft: Draft, actor: str, hold: Hold, person: str, words: str) -> None:
    """Of any hold that is shown as the office's, so that none is told from the others by it. Who
    placed it, and who reads such notes, knows already."""
    is_known = hold.placed_by == user_actor(actor) or may(draft, actor, Permission.LEAD_NOTES)
    if hold.kind is not HoldKind.OFFICE or is_known:
        return
    done = draft.outcome
    row = draft.standing.apart.get(private_id(hold.id))
    named = f"{hold.id}{f' ({row.kind})' if row else ''}"
    leave_for_lead(draft, actor, LeadNoteKind.MESSAGE.value, words.format(named), person)
    draft.outcome = done


HOLDING: Mapping[type, Callable[[Draft, Any], None]] = {
    PlaceHold: _place_hold,
    LiftHold: _lift_hold,
}
