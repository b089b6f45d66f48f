"""What staff do with the cubbies themselves: service, owners, boxes, wishes, fire. Pure.

Each act has its actor, who must hold the permission for it; a refusal says why.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.acts import Show, Sign
from kiosk.drafting import Draft, Outcome
from kiosk.events import Alert, EventType, Reason, user_actor
from kiosk.messages.cubbies import (
    AssignBox,
    AssignCubby,
    GiveAllClear,
    PutBackInService,
    RaiseFire,
    ReturnBox,
    TakeOutOfService,
    UnassignCubby,
    WishCubbies,
)
from kiosk.policy.roles import Permission
from kiosk.policy.words import SERVICE_REASONS
from kiosk.staff.acting import act, is_allowed, is_cubby, is_held_from, needing, refuse
from kiosk.staff.holds import keep_held, tell_of_ending
from kiosk.state import Deposit
from kiosk.state.incidents import nobody
from kiosk.taps.facts import is_held

# in service, and out


def _take_out(draft: Draft, command: TakeOutOfService) -> None:
    """No deposit is given it. What is inside still opens for its owner, and for staff."""
    if not is_cubby(draft, command.cubby):
        return
    if command.reason not in SERVICE_REASONS:
        refuse(draft, Reason.NOT_KNOWN)
    elif command.cubby in draft.state.cabinet.service:
        refuse(draft, Reason.ALREADY_SO)
    else:
        act(
            draft,
            EventType.CUBBY_TAKEN_OUT,
            command.actor,
            command.note_row(),
            cubby=command.cubby,
            reason=command.reason,
        )


def _put_back(draft: Draft, command: PutBackInService) -> None:
    if command.cubby not in draft.state.cabinet.service:
        refuse(draft, Reason.ALREADY_SO)
        return
    act(draft, EventType.CUBBY_PUT_BACK, command.actor, cubby=command.cubby)


# whose they are


def _assign(draft: Draft, command: AssignCubby) -> None:
    """One that somebody else's device is in becomes theirs all the same: until that is collected,
    they are given another."""
    if not is_cubby(draft, command.cubby):
        return
    cabinet, person, cubby = draft.state.cabinet, command.person, command.cubby
    before = cabinet.owned.get(person)
    owners = cabinet.owners_of(cubby) - {person}
    if person not in draft.standing.roster.people:
        refuse(draft, Reason.NOT_KNOWN)
    elif before == cubby:
        refuse(draft, Reason.ALREADY_SO)
    elif before is not None and _is_shared_now(draft, before):
        refuse(draft, Reason.STILL_KEPT)
    elif cabinet.form_of(cubby) is not None or (owners and not command.with_others):
        refuse(draft, Reason.CUBBY_RESERVED)
    else:
        act(draft, EventType.CUBBY_ASSIGNED, command.actor, person=person, cubby=cubby)


def _assign_box(draft: Draft, command: AssignBox) -> None:
    """One that is in use stays what it is until it is empty, so that nobody's device comes within
    reach of others."""
    if not is_cubby(draft, command.cubby):
        return
    cabinet, cubby, form = draft.state.cabinet, command.cubby, command.form
    people = draft.standing.roster.people.values()
    if not form or all(person.form != form for person in people):
        refuse(draft, Reason.NOT_KNOWN)
    elif cabinet.boxes.get(form) == cubby:
        refuse(draft, Reason.ALREADY_SO)
    elif form in cabinet.boxes or cabinet.form_of(cubby) or cabinet.owners_of(cubby):
        refuse(draft, Reason.CUBBY_RESERVED)
    elif cubby in draft.state.in_cubby or cubby in draft.state.transactions:
        refuse(draft, Reason.CUBBY_TAKEN)
    else:
        data = {"form": form}
        act(draft, EventType.CUBBY_ASSIGNED, command.actor, cubby=cubby, data=data)


def _unassign(draft: Draft, command: UnassignCubby) -> None:
    """While a box or a shared cubby keeps something, it stays what it is: several devices are in
    no other."""
    cabinet, cubby = draft.state.cabinet, command.cubby
    form = cabinet.form_of(cubby)
    is_so = cabinet.owned.get(command.person) == cubby if command.person else form is not None
    if not is_so:
        refuse(draft, Reason.ALREADY_SO)
    elif _is_shared_now(draft, cubby):
        refuse(draft, Reason.STILL_KEPT)
    else:
        person = command.person or None
        data = {} if person else {"form": form}
        fields: dict[str, Any] = {"person": person, "cubby": cubby, "data": data}
        act(draft, EventType.CUBBY_UNASSIGNED, command.actor, **fields)


def _is_shared_now(draft: Draft, cubby: int) -> bool:
    """Whether devices of several people are, or may come, within reach of each other there."""
    return draft.state.cabinet.is_several(cubby) and cubby in draft.state.in_cubby


def _wish(draft: Draft, command: WishCubbies) -> None:
    """What they are is in the person's row, and goes with it."""
    roster = draft.standing.roster
    known = roster.people.get(command.person)
    if known is None:
        refuse(draft, Reason.NOT_KNOWN)
        return
    if not all(is_cubby(draft, cubby) for cubby in command.wishes.preferred):
        return
    if known.wishes == command.wishes:
        refuse(draft, Reason.ALREADY_SO)
        return
    changed = replace(known, wishes=command.wishes)
    act(draft, EventType.CUBBIES_WISHED, command.actor, person=known.id)
    draft.save(replace(roster, people={**roster.people, known.id: changed}), changed)


# a class's box


def _return_box(draft: Draft, command: ReturnBox) -> None:
    """All is given back, but for what is said to be in it still."""
    box = command.cubby
    form = draft.state.cabinet.form_of(box)
    if not is_allowed(draft, command.actor, Permission.BOX, form or ""):
        return
    if form is None:
        refuse(draft, Reason.NO_SUCH_CUBBY)
        return
    kept = draft.state.deposits_in(box)
    if command.kept - {deposit.person for deposit in kept}:
        refuse(draft, Reason.NOT_THAT_PERSON)
        return
    given = [deposit for deposit in kept if deposit.person not in command.kept]
    if not kept:
        refuse(draft, Reason.NOTHING_HERE)
        return
    if any(is_held(draft.state, deposit, draft.now) for deposit in given):
        refuse(draft, Reason.HELD)  # it leaves the box first, into the office
        return
    data = {"given": len(given), "kept": len(kept) - len(given)}
    fields: dict[str, Any] = {"cubby": box, "data": data}
    event = act(draft, EventType.BOX_RETURNED, command.actor, command.note_row(), **fields)
    for deposit in kept:
        what = Reason.INSIDE if deposit.person in command.kept else Reason.GIVEN
        state_custody(draft, command.actor, deposit, what, event.seq)


def state_custody(draft: Draft, actor: str, deposit: Deposit, what: Reason, cause: int) -> None:
    """Say what is true of a device, as a part of another act. What nobody doubted is not said to
    be inside still; what is held from whoever says it stays where it was on record."""
    if what is Reason.INSIDE and deposit.doubt is None:
        return
    if what is not Reason.INSIDE and is_held_from(draft, actor, deposit):
        keep_held(draft, actor, deposit, what, cause)
        return
    holds = draft.state.holds_in_force(deposit.id, draft.now)
    draft.add(
        EventType.CUSTODY_STATED,
        user_actor(actor),
        person=None if deposit.person == nobody(deposit.id) else deposit.person,
        cubby=deposit.cubby,
        deposit=deposit.id,
        cause=cause,
        reason=what,
    )
    if what is Reason.GIVEN:
        tell_of_ending(draft, actor, holds, deposit.person)


# fire


def _raise_fire(draft: Draft, command: RaiseFire) -> None:
    """No door opens. A round stops, and waits for somebody after the all-clear."""
    if draft.state.cabinet.fire is not None:
        refuse(draft, Reason.ALREADY_SO)
        return
    event = act(draft, EventType.FIRE_BEGUN, command.actor)
    under_way = draft.state.round
    if under_way is not None and not under_way.is_paused:
        actor = user_actor(command.actor)
        draft.add(EventType.ROUND_PAUSED, actor, cause=under_way.cause)
    draft.raise_alert(Alert.FIRE)
    draft.show(Show(Sign.LEAVE))
    draft.outcome = Outcome(True, seq=event.seq)


def _give_all_clear(draft: Draft, command: GiveAllClear) -> None:
    """From now on the rules decide again; whoever could collect before may do so now."""
    fire = draft.state.cabinet.fire
    if fire is None:
        refuse(draft, Reason.ALREADY_SO)
        return
    act(draft, EventType.ALL_CLEAR, command.actor, cause=fire.seq)
    draft.clear_alert(Alert.FIRE)
    draft.show(Show(Sign.READY))


CUBBY_ACTS: Mapping[type, Callable[[Draft, Any], None]] = {
    TakeOutOfService: needing(Permission.SERVICE, _take_out),
    PutBackInService: needing(Permission.SERVICE, _put_back),
    AssignCubby: needing(Permission.CUBBIES, _assign),
    AssignBox: needing(Permission.CUBBIES, _assign_box),
    UnassignCubby: needing(Permission.CUBBIES, _unassign),
    WishCubbies: needing(Permission.CUBBIES, _wish),
    ReturnBox: _return_box,
    RaiseFire: needing(Permission.FIRE, _raise_fire),
    GiveAllClear: needing(Permission.ALL_CLEAR, _give_all_clear),
}
