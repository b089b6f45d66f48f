"""What staff tell the kiosk to do, each act with its actor. A refusal is an event too. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.acts import Note
from kiosk.cabinet.openings import Opening, abandon, begin, clear_forced, is_never_shut
from kiosk.drafting import Draft, Outcome
from kiosk.events import Alert, EventType, Purpose, Reason, user_actor
from kiosk.messages.commands import (
    STATEMENTS,
    AcknowledgeAlert,
    ConfirmClock,
    Override,
    RecordSignIn,
    StateCustody,
)
from kiosk.policy.reasons import Choice
from kiosk.policy.roles import Permission
from kiosk.staff.acting import act, form_of, is_allowed, is_held_from, may, needing, refuse, rights
from kiosk.staff.cards import CARD_COMMANDS
from kiosk.staff.holds import tell_of_ending
from kiosk.state import (
    Deposit,
    Place,
)
from kiosk.taps.claims import trust_again

ENDING = (Reason.GIVEN, Reason.NEVER_PUT_IN)  # what is said of a device that we keep no longer


def _override(draft: Draft, command: Override) -> None:
    """Open one cubby for a named person, whatever the rules say of a tap now."""
    done = draft.state.requests.get(command.request)
    if done is not None:
        refused = None if done.granted else done.reason
        draft.outcome = Outcome(refused is None, refused, done.seq)  # the same request, sent again
        return
    refusal = _override_refusal(draft, command)
    known = command.person in draft.standing.roster.people
    note = command.note_id if command.note else None
    event = draft.add(
        EventType.OVERRIDDEN,
        user_actor(command.actor),
        person=command.person if known else None,  # anything may stand in a form
        cubby=command.cubby if command.cubby in draft.rules.cubbies else None,
        granted=refusal is None,
        reason=refusal or command.reason,
        note=note,
        data=_said(command),
    )
    if note is not None:
        draft.keep_row(Note(note, command.note, person=event.person or ""))
    draft.outcome = Outcome(refusal is None, refusal, event.seq)
    if refusal is None:
        under_way = draft.state.transactions.get(command.cubby)
        if under_way is not None:
            abandon(draft, under_way)
        kept = draft.state.deposits_in(command.cubby)
        theirs = (deposit for deposit in kept if deposit.person == command.person)
        whose = next(theirs, draft.state.deposit_in(command.cubby))
        begin(draft, _opening(event.seq, command, whose))


def _said(command: Override) -> dict[str, str]:
    said = {"request": command.request, "own": command.own}
    return {name: words for name, words in said.items() if words}


def _override_refusal(draft: Draft, command: Override) -> Reason | None:
    if not _may_open(draft, command):
        return Reason.NOT_ALLOWED
    if Choice(command.reason, command.own) not in draft.rules.reasons:
        return Reason.NO_SUCH_REASON
    if command.cubby not in draft.rules.cubbies:
        return Reason.NO_SUCH_CUBBY
    if draft.state.cabinet.fire is not None:
        return Reason.FIRE
    under_way = draft.state.transactions.get(command.cubby)
    if under_way is not None and not is_never_shut(draft, under_way):
        return Reason.CUBBY_BUSY
    kept = draft.state.deposits_in(command.cubby)
    if command.person not in [d.person for d in kept] and (kept or command.person is not None):
        return Reason.NOT_THAT_PERSON  # the page that was shown is out of date
    if any(_is_held_from(draft, command, deposit) for deposit in kept):
        return Reason.HELD
    return None


def _may_open(draft: Draft, command: Override) -> bool:
    """Whoever may open for their own forms alone meets a medical need of anybody all the same."""
    if command.reason is Reason.MEDICAL:
        return rights(draft, command.actor).may_somewhere(Permission.OPEN)
    return may(draft, command.actor, Permission.OPEN, form_of(draft, command.person))


def _is_held_from(draft: Draft, command: Override, deposit: Deposit) -> bool:
    """Whether a hold keeps that user out. A medical need is met at once all the same, unless it was
    recorded how it is met meanwhile; what is said of another device in the cubby meets no need."""
    if not is_held_from(draft, command.actor, deposit):
        return False
    if command.reason is not Reason.MEDICAL:
        return True
    holds = draft.state.holds_in_force(deposit.id, draft.now)
    return deposit.person == command.person and all(hold.is_need_met for hold in holds)


def _opening(cause: int, command: Override, deposit: Deposit | None) -> Opening:
    return Opening(
        cause=cause,
        cubby=command.cubby,
        purpose=Purpose.OVERRIDE,
        actor=user_actor(command.actor),
        person=deposit.person if deposit else None,
        deposit=deposit.id if deposit else None,
        reason=command.reason,
    )


def _state_custody(draft: Draft, command: StateCustody) -> None:
    deposit = draft.state.deposits.get(command.deposit)
    form = form_of(draft, deposit.person if deposit else None)
    if not is_allowed(draft, command.actor, Permission.OPEN, form):
        return
    if deposit is None or command.what not in STATEMENTS:
        refuse(draft, Reason.NOT_KNOWN)
        return
    if command.what is not Reason.INSIDE and is_held_from(draft, command.actor, deposit):
        refuse(draft, Reason.HELD)  # it would be out of the hold that somebody else put it under
        return
    if command.what is Reason.NEVER_PUT_IN and deposit.place is not Place.CUBBY:
        refuse(draft, Reason.WAS_IN)
        return
    if _is_known(deposit, command.what):
        refuse(draft, Reason.ALREADY_SO)
        return
    holds = draft.state.holds_in_force(deposit.id, draft.now)
    act(
        draft,
        EventType.CUSTODY_STATED,
        command.actor,
        person=deposit.person,
        cubby=deposit.cubby,
        deposit=deposit.id,
        reason=command.what,
    )
    if command.what in ENDING:
        tell_of_ending(draft, command.actor, holds, deposit.person)


def _is_known(deposit: Deposit, what: Reason) -> bool:
    """Whether the record says so already. The cubby of what is out is empty; once somebody has put
    it in there, it is inside."""
    if deposit.place is Place.OUT:
        return what is Reason.EMPTY
    return what is Reason.INSIDE and (deposit.cubby is None or deposit.doubt is None)


def _acknowledge(draft: Draft, command: AcknowledgeAlert) -> None:
    raised = next((r for r in draft.state.alerts.values() if r.seq == command.seq), None)
    if raised is None:
        refuse(draft, Reason.NOT_KNOWN)
    elif raised.acknowledged_by is not None:
        refuse(draft, Reason.ALREADY_SO)
    else:
        act(
            draft,
            EventType.ALERT_ACKNOWLEDGED,
            command.actor,
            cubby=raised.cubby,
            person=raised.person,
            data={"alert": raised.alert.value, **({"bank": raised.bank} if raised.bank else {})},
        )
        if raised.cubby is not None:
            clear_forced(draft, raised.cubby)
        if raised.alert is Alert.OPENED_AT_KIOSK:  # it was to be seen, and was
            draft.clear_alert(raised.alert, raised.cubby)
        if raised.person is not None:
            trust_again(draft, raised.person)


def _confirm_clock(draft: Draft, command: ConfirmClock) -> None:
    act(draft, EventType.CLOCK_CONFIRMED, command.actor)


def _record_sign_in(draft: Draft, command: RecordSignIn) -> None:
    type = EventType.SIGNED_IN if command.granted else EventType.SIGN_IN_REFUSED
    act(draft, type, command.actor, granted=command.granted, data={"source": command.source})


COMMANDS: Mapping[type, Callable[[Draft, Any], None]] = {
    Override: _override,
    StateCustody: _state_custody,
    AcknowledgeAlert: needing(Permission.ALERTS, _acknowledge),
    ConfirmClock: needing(Permission.CLOCK, _confirm_clock),
    **CARD_COMMANDS,
    RecordSignIn: _record_sign_in,  # whoever tries
}
