"""Corrections of the record, and who is not expected. Pure.

A correction is an event of its own: nothing that was written is changed. It blames nobody.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from kiosk.cabinet.cubbies import may_lie_together
from kiosk.drafting import Draft
from kiosk.events import EventType, Reason
from kiosk.messages.arrangements import PlaceHold
from kiosk.messages.incidents import (
    CorrectUse,
    Dispute,
    MarkExpected,
    MarkNotExpected,
    Move,
    NoteAbsences,
    ReportDevice,
    SettleDispute,
)
from kiosk.policy.roles import Permission
from kiosk.staff.acting import act, form_of, is_allowed, is_held_from, may, needing, refuse
from kiosk.staff.holds import HOLDING
from kiosk.state import Deposit, Place
from kiosk.state.arrangements import HoldKind
from kiosk.state.incidents import CORRECTION_WORDS, CorrectionKind, Why, nobody

REPORTED = (CorrectionKind.LOST, CorrectionKind.DAMAGED)


def _words(note: str) -> tuple[str, str]:
    return (CORRECTION_WORDS, note)


# where a device is


def _move(draft: Draft, command: Move) -> None:
    deposit = draft.state.deposits.get(command.deposit)
    refusal = Reason.NOT_KNOWN if deposit is None else _move_refusal(draft, command, deposit)
    if deposit is None or refusal is not None:
        refuse(draft, refusal or Reason.NOT_KNOWN)
        return
    other = _in_the_way(draft, deposit, command.cubby)
    act(
        draft,
        EventType.MOVED,
        command.actor,
        private=_words(command.note),
        person=deposit.person,
        cubby=command.cubby,
        deposit=deposit.id,
        data={
            **({"from": deposit.cubby} if deposit.cubby is not None else {}),
            **({"other": other.id} if other is not None else {}),
        },
    )


def _move_refusal(draft: Draft, command: Move, deposit: Deposit) -> Reason | None:
    cubby, state = command.cubby, draft.state
    if cubby not in draft.rules.cubbies:
        return Reason.NO_SUCH_CUBBY
    if any(place in state.transactions for place in (cubby, deposit.cubby)):
        return Reason.CUBBY_BUSY
    if deposit.cubby == cubby:
        is_there = deposit.place is Place.CUBBY and deposit.doubt is None
        return Reason.ALREADY_SO if is_there else None
    other = _in_the_way(draft, deposit, cubby)
    if any(one and is_held_from(draft, command.actor, one) for one in (deposit, other)):
        return Reason.HELD
    can_swap = command.swaps and _is_stored(deposit) and other is not None and _is_stored(other)
    return Reason.CUBBY_TAKEN if other is not None and not can_swap else None


def _in_the_way(draft: Draft, deposit: Deposit, cubby: int) -> Deposit | None:
    """What is on record in that cubby, and may not lie there together with it."""
    others = [kept for kept in draft.state.deposits_in(cubby) if kept.id != deposit.id]
    people = {deposit.person, *(kept.person for kept in others)}
    return None if may_lie_together(draft.state, cubby, people) else others[0]


def _is_stored(deposit: Deposit) -> bool:
    return deposit.place is Place.CUBBY and deposit.cubby is not None


# whose it is


def _correct_use(draft: Draft, command: CorrectUse) -> None:
    people = draft.standing.roster.people
    is_known = command.owner in people and (not command.person or command.person in people)
    if not is_known or not 0 < command.tap <= draft.state.seq:
        refuse(draft, Reason.NOT_KNOWN)
    elif _is_so(draft, command):
        refuse(draft, Reason.ALREADY_SO)
    elif (began := _began(draft, command)) is not None:
        _give_to(draft, command, began)
    else:
        _void(draft, command)


def _is_so(draft: Draft, command: CorrectUse) -> bool:
    """Whether the record says of that tap what is asked for."""
    said = draft.state.casebook.others_taps.get(command.tap, command.owner)
    return said == command.person


def _began(draft: Draft, command: CorrectUse) -> Deposit | None:
    """What is still kept since that tap, in the card owner's name or in nobody's."""
    deposit = draft.state.deposits.get(command.tap)
    owners = (command.owner, nobody(command.tap))
    return deposit if deposit is not None and deposit.person in owners else None


def _give_to(draft: Draft, command: CorrectUse, deposit: Deposit) -> None:
    """What was put in with the card is not its owner's."""
    is_held = is_held_from(draft, command.actor, deposit)
    refusal = Reason.HELD if is_held else _owner_refusal(draft, deposit, command.person)
    if refusal is not None:
        refuse(draft, refusal)
        return
    _owned(draft, command.actor, deposit, command.person, command.note, {"tap": command.tap})


def _owner_refusal(draft: Draft, deposit: Deposit, owner: str) -> Reason | None:
    """Why a device cannot be that person's now; "" stands for nobody known."""
    if deposit.cubby in draft.state.transactions:
        return Reason.CUBBY_BUSY
    if not owner:
        return None
    if draft.state.transaction_of(owner) is not None:
        return Reason.CUBBY_BUSY
    kept = draft.state.deposit_of(owner)
    return Reason.HAS_ANOTHER if kept is not None and kept.id != deposit.id else None


def _owned(
    draft: Draft, actor: str, deposit: Deposit, owner: str, note: str, data: Mapping[str, Any]
) -> None:
    """``person`` is who had it in their name."""
    known = {"owner": owner} if owner else {}
    act(
        draft,
        EventType.CORRECTION_MADE,
        actor,
        private=_words(note),
        person=deposit.person,
        cubby=deposit.cubby,
        deposit=deposit.id,
        data={"what": CorrectionKind.OWNER.value, **known, **data},
    )


def _void(draft: Draft, command: CorrectUse) -> None:
    """The tap was not theirs. If it took their device out, they never had it; where it is nobody
    knows, until staff say so."""
    state, taken = draft.state, draft.state.collections.get(command.owner)
    is_missing = (
        command.deposit is not None
        and 0 < command.deposit < command.tap
        and taken is not None
        and taken.seq == command.collected
        and command.deposit not in state.deposits
        and state.deposit_of(command.owner) is None
        and state.transaction_of(command.owner) is None
    )
    what = CorrectionKind.TAKEN if is_missing else CorrectionKind.TAP
    by = {"by": command.person} if command.person else {}
    act(
        draft,
        EventType.CORRECTION_MADE,
        command.actor,
        private=_words(command.note),
        person=command.owner,
        deposit=command.deposit if is_missing else None,
        data={"what": what.value, "tap": command.tap, **by},
    )


def _dispute(draft: Draft, command: Dispute) -> None:
    """Neither card opens: a hold sees to that. A medical need does, as with any hold."""
    deposit = draft.state.deposits.get(command.deposit)
    if deposit is None or command.claimant not in draft.standing.roster.people:
        refuse(draft, Reason.NOT_KNOWN)
        return
    if command.claimant == deposit.person or _disputes(draft, deposit.id):
        refuse(draft, Reason.ALREADY_SO)
        return
    hold = PlaceHold(
        command.actor, deposit.id, HoldKind.DISPUTED, None, command.is_need_met, command.note
    )
    HOLDING[PlaceHold](draft, hold)
    placed = draft.outcome
    if placed is None or not placed.granted:
        return
    act(
        draft,
        EventType.CORRECTION_MADE,
        command.actor,
        person=command.claimant,
        cubby=deposit.cubby,
        cause=placed.seq,
        deposit=deposit.id,
        data={"what": CorrectionKind.DISPUTED.value},
    )
    draft.outcome = placed


def _disputes(draft: Draft, deposit: int) -> list[int]:
    holds = draft.state.holds_on(deposit)
    return [hold.id for hold in holds if hold.kind is HoldKind.DISPUTED]


def _settle(draft: Draft, command: SettleDispute) -> None:
    """It is theirs who unlocked it. Other holds on it stay as they are."""
    deposit = draft.state.deposits.get(command.deposit)
    disputes = _disputes(draft, command.deposit)
    if deposit is None or not disputes or command.owner not in draft.standing.roster.people:
        refuse(draft, Reason.NOT_KNOWN)
        return
    is_other = command.owner != deposit.person
    refusal = _settle_refusal(draft, command, deposit) if is_other else None
    if refusal is not None:
        refuse(draft, refusal)
        return
    for hold in disputes:
        act(
            draft,
            EventType.HOLD_LIFTED,
            command.actor,
            person=deposit.person,
            cubby=deposit.cubby,
            deposit=deposit.id,
            cause=hold,
        )
    if is_other:
        _owned(draft, command.actor, deposit, command.owner, command.note, {})


def _settle_refusal(draft: Draft, command: SettleDispute, deposit: Deposit) -> Reason | None:
    """Why it cannot become somebody else's: what is held for another cause as well keeps its name
    until that hold is lifted."""
    holds = draft.state.holds_in_force(deposit.id, draft.now)
    is_held_too = any(hold.kind is not HoldKind.DISPUTED for hold in holds)
    if is_held_too and not may(draft, command.actor, Permission.LIFT):
        return Reason.HELD
    return _owner_refusal(draft, deposit, command.owner)


def _report(draft: Draft, command: ReportDevice) -> None:
    if not command.note.strip():
        refuse(draft, Reason.INCOMPLETE)
        return
    if command.person not in draft.standing.roster.people or command.what not in REPORTED:
        refuse(draft, Reason.NOT_KNOWN)
        return
    kept = draft.state.deposit_of(command.person)
    act(
        draft,
        EventType.CORRECTION_MADE,
        command.actor,
        private=_words(command.note),
        person=command.person,
        cubby=kept.cubby if kept else None,
        deposit=kept.id if kept else None,
        data={"what": command.what.value},
    )


# who is not expected

_MARKS: Mapping[Why, Permission] = {
    Why.NONE_TODAY: Permission.NONE_TODAY,
    Why.LATE_BUS: Permission.LATE_BUS,
}


def _today(draft: Draft) -> date:
    return draft.rules.timetable.local(draft.now.at).date()


def _mark(draft: Draft, command: MarkNotExpected) -> None:
    """Until the end of that day. Lists read all of them alike."""
    form = form_of(draft, command.person)
    if not is_allowed(draft, command.actor, _MARKS[command.why], form):
        return
    today = _today(draft)
    if command.person not in draft.standing.roster.people:
        refuse(draft, Reason.NOT_KNOWN)
    elif draft.state.casebook.marked.get(command.person) == today:
        refuse(draft, Reason.ALREADY_SO)
    else:
        act(
            draft,
            EventType.NOT_EXPECTED,
            command.actor,
            person=command.person,
            data={"on": today.isoformat(), "why": command.why.value},
        )


def _unmark(draft: Draft, command: MarkExpected) -> None:
    """Whoever may say that somebody is late may say that they came."""
    form = form_of(draft, command.person)
    if not is_allowed(draft, command.actor, Permission.LATE_BUS, form):
        return
    if draft.state.casebook.marked.get(command.person) != _today(draft):
        refuse(draft, Reason.ALREADY_SO)
        return
    act(draft, EventType.EXPECTED_AGAIN, command.actor, person=command.person)


def _note_absences(draft: Draft, command: NoteAbsences) -> None:
    """Those that are over are not kept: this is no register of attendance."""
    if command.absences.keys() - draft.standing.roster.people.keys():
        refuse(draft, Reason.NOT_KNOWN)
        return
    today = _today(draft)
    absent = {
        person: [[str(span.first), str(span.last)] for span in spans if span.last >= today]
        for person, spans in sorted(command.absences.items())
    }
    absent = {person: spans for person, spans in absent.items() if spans}
    if absent == _absences_on_record(draft):
        refuse(draft, Reason.ALREADY_SO)
        return
    act(draft, EventType.ABSENCES_NOTED, command.actor, data={"absent": absent})


def _absences_on_record(draft: Draft) -> dict[str, list[list[str]]]:
    absences = draft.state.casebook.absences
    return {p: [[str(one.first), str(one.last)] for one in spans] for p, spans in absences.items()}


CORRECTION_ACTS: Mapping[type, Callable[[Draft, Any], None]] = {
    Move: needing(Permission.CORRECT, _move),
    CorrectUse: needing(Permission.CORRECT, _correct_use),
    Dispute: needing(Permission.CORRECT, _dispute),
    SettleDispute: needing(Permission.CORRECT, _settle),
    ReportDevice: needing(Permission.CORRECT, _report),
    MarkNotExpected: _mark,
    MarkExpected: _unmark,
    NoteAbsences: needing(Permission.ROSTER, _note_absences),
}
