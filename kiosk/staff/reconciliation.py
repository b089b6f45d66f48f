"""Cubbies of which nobody can say what is in them, and the walk that makes each known again. Pure.

A power cut in mid-opening, the mechanical key, opening one after another, a door that was forced:
each leaves cubbies unknown. Staff open one, look, say what is there, and go to the next. What is
left to do follows from the state alone: the walk goes on after a stop, in whoever's hands, and asks
no clock.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.cabinet.cubbies import may_lie_together
from kiosk.cabinet.doubting import STAFFS, doubt, lose_track
from kiosk.drafting import Draft, Outcome
from kiosk.events import Alert, EventType, Moment, Reason, user_actor
from kiosk.messages.cubbies import ByKey, EnterKeyUse, LookInside, ReportNotEmpty
from kiosk.policy.roles import Permission
from kiosk.staff.acting import (
    act,
    is_allowed,
    is_cubby,
    is_held_from,
    needing,
    refuse,
    staff_actor,
)
from kiosk.staff.cubbies import state_custody
from kiosk.staff.holds import doubt_held, tell_of_statement
from kiosk.state import Deposit, Place, State

STATEMENTS = (Reason.GIVEN, Reason.INSIDE, Reason.EMPTY)


@dataclass(frozen=True, slots=True)
class ToLookAt:
    """A cubby to be opened and looked into. ``why``: how it became unknown, since when; ``people``:
    whose devices are in it by the record."""

    cubby: int
    why: Reason
    since: Moment
    people: tuple[str, ...] = ()


def to_reconcile(state: State) -> list[ToLookAt]:
    """Every cubby that is unknown, by its number."""
    found: dict[int, ToLookAt] = {}
    for one in _unknown(state):
        found.setdefault(one.cubby, one)
    return [found[cubby] for cubby in sorted(found)]


def _unknown(state: State) -> Iterator[ToLookAt]:
    for deposit in state.deposits.values():
        cubby, why = deposit.cubby, deposit.doubt
        if cubby is not None and why is not None and not _is_settled(state, cubby, why):
            people = tuple(kept.person for kept in state.deposits_in(cubby))
            yield ToLookAt(cubby, why, deposit.since, people)
    for cubby, unknown in state.cabinet.unknown.items():
        yield ToLookAt(cubby, unknown.reason, unknown.since)
    damaged = (Alert.RECORD_DAMAGED, None) in state.alerts
    why = Reason.RECORD_DAMAGED if damaged else Reason.RECORD_RESTORED
    for raised in state.alerts.values():
        if raised.alert is Alert.LOOK_INSIDE and raised.cubby is not None:
            yield ToLookAt(raised.cubby, why, raised.since)


def _is_settled(state: State, cubby: int, why: Reason) -> bool:
    """Whether it needs no look: its place is certain, its owner has it open just now, or somebody
    has looked for what is held, and only who may lift that hold says more."""
    if why is Reason.EMPTY:
        return True
    return why is Reason.OWNER_UNKNOWN or (why is Reason.REOPENED and cubby in state.transactions)


def missing(state: State) -> list[Deposit]:
    """The devices of which nobody knows where they are: no cubby is to be opened for them. What is
    held has its cubby kept all the same."""
    kept = [d for d in state.deposits.values() if d.place is Place.CUBBY]
    return [d for d in kept if d.cubby is None or d.doubt is Reason.EMPTY]


# what is there


def _look_inside(draft: Draft, command: LookInside) -> None:
    """What staff have seen is all that is in that cubby. What the record had there is not there,
    and nobody knows where; what it had elsewhere is here, and its cubby is to be looked into."""
    refusal = _look_refusal(draft, command)
    if refusal is not None:
        refuse(draft, refusal)
        return
    was_unknown = bool(to_reconcile(draft.state))
    cubby, actor = command.cubby, user_actor(command.actor)
    gone = [d for d in _inside(draft, cubby) if not _is_seen(command, d)]
    first = draft.state.seq + 1
    stays = [d for d in gone if is_held_from(draft, command.actor, d)]
    for person in sorted(command.people):
        if _may_be_there(draft, command, person, stays):
            _found(draft, actor, cubby, person)
        else:
            _only_seen(draft, command, person, first)
    if _is_unnamed(draft, command, stays):
        _found_unowned(draft, actor, cubby)
    elif not command.people:
        seen = Reason.OWNER_UNKNOWN if command.has_unowned else Reason.EMPTY
        draft.add(EventType.LOOKED_INSIDE, actor, cubby=cubby, reason=seen)
    for deposit in gone:
        state_custody(draft, command.actor, deposit, Reason.EMPTY, first)
    draft.clear_alert(Alert.LOOK_INSIDE, cubby)
    draft.outcome = Outcome(True, seq=first)
    if was_unknown and not to_reconcile(draft.state):  # the walk ends with the last cubby
        draft.add(EventType.RECONCILED, actor)


def _inside(draft: Draft, cubby: int) -> list[Deposit]:
    """What the record has in that cubby. For what is out it is only kept."""
    return [d for d in draft.state.deposits_in(cubby) if d.place is not Place.OUT]


def _is_seen(command: LookInside, deposit: Deposit) -> bool:
    if deposit.doubt is Reason.OWNER_UNKNOWN:
        return command.has_unowned
    return deposit.person in command.people


def _look_refusal(draft: Draft, command: LookInside) -> Reason | None:
    if not is_allowed(draft, command.actor, Permission.OPEN):
        return Reason.NOT_ALLOWED
    if not is_cubby(draft, command.cubby):
        return Reason.NO_SUCH_CUBBY
    under_way = draft.state.transactions.get(command.cubby)
    if under_way is not None and under_way.purpose not in STAFFS:
        return Reason.CUBBY_BUSY
    for person in command.people:
        if person not in draft.standing.roster.people:
            return Reason.NOT_KNOWN
        if draft.state.transaction_of(person) is not None:
            return Reason.CUBBY_BUSY  # they are handing it in, or taking it out, just now
    return None if _may_lie_there(draft, command) else Reason.CUBBY_RESERVED


def _may_lie_there(draft: Draft, command: LookInside) -> bool:
    """Whether what was found may stay; what may not goes to the office first."""
    kept = draft.state.deposits_in(command.cubby)
    kept_for = {deposit.person for deposit in kept if deposit.place is Place.OUT}
    unowned = {""} if command.has_unowned else set()
    return may_lie_together(draft.state, command.cubby, command.people | kept_for | unowned)


def _may_be_there(draft: Draft, command: LookInside, person: str, stays: list[Deposit]) -> bool:
    """Whether somebody's device is put on record where it was seen: not if it is held elsewhere, or
    if what ``stays`` there on record may not lie beside it."""
    known = draft.state.deposit_of(person)
    if known is not None and known.cubby == command.cubby:
        return True
    if known is not None and is_held_from(draft, command.actor, known):
        return False
    people = {person, *(held.person for held in stays)}
    return not stays or may_lie_together(draft.state, command.cubby, people)


def _only_seen(draft: Draft, command: LookInside, person: str, cause: int) -> None:
    """What was seen is said, and moves nothing: a hold is in the way. Where the record has it is
    to be looked into."""
    actor, known = user_actor(command.actor), draft.state.deposit_of(person)
    fields: dict[str, Any] = {"cubby": command.cubby, "reason": Reason.HELD}
    draft.add(EventType.LOOKED_INSIDE, actor, person=person, **fields)
    if known is None:
        return
    if known.place is Place.CUBBY and known.cubby and known.doubt in (None, Reason.REOPENED):
        doubt_held(draft, command.actor, known, Reason.FOUND_ELSEWHERE, cause)
    tell_of_statement(draft, command.actor, known, f"it is in cubby {command.cubby}")


def _is_unnamed(draft: Draft, command: LookInside, stays: list[Deposit]) -> bool:
    """Whether something is in there that is put on record in nobody's name: nobody knows whose it
    is, or it is held elsewhere. Beside what is held there itself it may well be that."""
    inside = _inside(draft, command.cubby)
    is_seen_only = bool(command.people) and not any(_is_seen(command, d) for d in inside)
    return (command.has_unowned or is_seen_only) and not stays


def _found(draft: Draft, actor: str, cubby: int, person: str) -> None:
    """Somebody's device is in that cubby, wherever the record had it."""
    known = draft.state.deposit_of(person)
    before = known.cubby if known is not None and known.place is Place.CUBBY else None
    event = draft.add(
        EventType.LOOKED_INSIDE,
        actor,
        person=person,
        cubby=cubby,
        deposit=known.id if known else draft.state.seq + 1,
        reason=Reason.INSIDE,
        data={"from": known.cubby} if known and known.cubby is not None else {},
    )
    if before is not None:
        lose_track(draft, before, Reason.FOUND_ELSEWHERE, event.seq, actor)


def _found_unowned(draft: Draft, actor: str, cubby: int) -> None:
    """A device of which nobody knows whose it is; it is kept until somebody proves it theirs."""
    inside = (d for d in _inside(draft, cubby) if d.doubt is Reason.OWNER_UNKNOWN)
    known = next(inside, None)
    number = known.id if known else draft.state.seq + 1
    fields: dict[str, Any] = {"deposit": number, "reason": Reason.OWNER_UNKNOWN}
    draft.add(EventType.LOOKED_INSIDE, actor, cubby=cubby, **fields)


def _report(draft: Draft, command: ReportNotEmpty) -> None:
    """Somebody was given a cubby with something in it, or came by one."""
    cubby = command.cubby
    if not is_cubby(draft, cubby):
        return
    if cubby in draft.state.cabinet.unknown or _inside(draft, cubby):
        refuse(draft, Reason.ALREADY_SO)
        return
    if cubby in draft.state.transactions:
        refuse(draft, Reason.CUBBY_BUSY)
        return
    lose_track(draft, cubby, Reason.NOT_EMPTY, actor=user_actor(command.actor))
    draft.outcome = Outcome(True, seq=draft.state.seq)


# the mechanical key


def _enter_key_use(draft: Draft, command: EnterKeyUse) -> None:
    """It opens every cubby: of those that nobody tells anything about, nobody knows anything."""
    refusal = _key_refusal(draft, command)
    if refusal is not None:
        refuse(draft, refusal)
        return
    told = {one.cubby: one.what for one in command.told}
    by = [staff_actor(draft, id) for id in command.by]
    data = {"by": by, "cubbies": sorted(told)}
    event = act(draft, EventType.KEY_USED, command.actor, command.note_row(), data=data)
    for cubby in sorted(draft.rules.cubbies):
        if cubby in told:
            _told(draft, command.actor, ByKey(cubby, told[cubby]), event.seq)
        else:
            doubt(draft, cubby, Reason.KEY_USED, None)
            lose_track(draft, cubby, Reason.KEY_USED, event.seq)
    draft.outcome = Outcome(True, seq=event.seq)


def _key_refusal(draft: Draft, command: EnterKeyUse) -> Reason | None:
    by = {staff_actor(draft, id) for id in command.by}
    if None in by:
        return Reason.NOT_KNOWN
    if len(by) < 2:
        return Reason.SECOND_PERSON
    cubbies = [one.cubby for one in command.told]
    if not draft.rules.cubbies.keys() >= set(cubbies):
        return Reason.NO_SUCH_CUBBY
    if len(cubbies) > len(set(cubbies)) or any(one.what not in STATEMENTS for one in command.told):
        return Reason.NOT_KNOWN
    if any(t.purpose not in STAFFS for t in draft.state.transactions.values()):
        return Reason.CUBBY_BUSY  # pupils are at the doors: the power is back
    return None


def _told(draft: Draft, actor: str, one: ByKey, cause: int) -> None:
    """What became of the devices in one cubby. What is in it still is in no record, if none was."""
    kept = _inside(draft, one.cubby)
    for deposit in kept:
        state_custody(draft, actor, deposit, one.what, cause)
    if one.what is Reason.INSIDE:
        lose_track(draft, one.cubby, Reason.NOT_EMPTY, cause, user_actor(actor))
    else:
        fields: dict[str, Any] = {"cubby": one.cubby, "cause": cause, "reason": Reason.EMPTY}
        draft.add(EventType.LOOKED_INSIDE, user_actor(actor), **fields)
        draft.clear_alert(Alert.LOOK_INSIDE, one.cubby)


RECONCILING: Mapping[type, Callable[[Draft, Any], None]] = {
    LookInside: _look_inside,
    ReportNotEmpty: needing(Permission.OPEN, _report),
    EnterKeyUse: needing(Permission.OPEN, _enter_key_use),
}
