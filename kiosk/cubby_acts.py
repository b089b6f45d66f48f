"""What staff do with the cubbies themselves: service, owners, boxes, wishes, fire. Pure.

Each act has its actor, who must hold the permission for it; a refusal says why.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.acts import Note
from kiosk.casework import is_allowed, refuse
from kiosk.cubbies import class_box
from kiosk.cubby_orders import (
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
from kiosk.drafting import Draft, Outcome
from kiosk.events import Alert, Event, EventType, Reason, person_actor, user_actor
from kiosk.facts import is_held
from kiosk.incidents import nobody
from kiosk.policy.roles import Permission
from kiosk.policy.tap import Facts
from kiosk.policy.words import SERVICE_REASONS
from kiosk.state import Deposit
from kiosk.timetable import Phase


def done(
    draft: Draft, type: EventType, actor: str, note: Note | None = None, **fields: Any
) -> Event:
    """Do it, on record with its words."""
    event = draft.add(type, user_actor(actor), note=note.id if note else None, **fields)
    if note is not None:
        draft.keep_row(note)
    draft.outcome = Outcome(True, seq=event.seq)
    return event


def is_cubby(draft: Draft, cubby: int) -> bool:
    """Whether there is such a cubby; if not, the draft says so."""
    return cubby in draft.rules.cubbies or refuse(draft, Reason.NO_SUCH_CUBBY)


# in service, and out


def _take_out(draft: Draft, command: TakeOutOfService) -> None:
    """No deposit is given it. What is inside still opens for its owner, and for staff."""
    if not is_allowed(draft, command.actor, Permission.SERVICE):
        return
    if not is_cubby(draft, command.cubby):
        return
    if command.reason not in SERVICE_REASONS:
        refuse(draft, Reason.NOT_KNOWN)
    elif command.cubby in draft.state.cabinet.service:
        refuse(draft, Reason.ALREADY_SO)
    else:
        done(
            draft,
            EventType.CUBBY_TAKEN_OUT,
            command.actor,
            command.note_row(),
            cubby=command.cubby,
            reason=command.reason,
        )


def _put_back(draft: Draft, command: PutBackInService) -> None:
    if not is_allowed(draft, command.actor, Permission.SERVICE):
        return
    if command.cubby not in draft.state.cabinet.service:
        refuse(draft, Reason.ALREADY_SO)
        return
    done(draft, EventType.CUBBY_PUT_BACK, command.actor, cubby=command.cubby)


# whose they are


def _assign(draft: Draft, command: AssignCubby) -> None:
    """One that somebody else's device is in becomes theirs all the same: until that is collected,
    they are given another."""
    if not is_allowed(draft, command.actor, Permission.CUBBIES):
        return
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
        done(draft, EventType.CUBBY_ASSIGNED, command.actor, person=person, cubby=cubby)


def _assign_box(draft: Draft, command: AssignBox) -> None:
    """One that is in use stays what it is until it is empty, so that nobody's device comes within
    reach of others."""
    if not is_allowed(draft, command.actor, Permission.CUBBIES):
        return
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
        done(draft, EventType.CUBBY_ASSIGNED, command.actor, cubby=cubby, data=data)


def _unassign(draft: Draft, command: UnassignCubby) -> None:
    """While a box or a shared cubby keeps something, it stays what it is: several devices are in
    no other."""
    if not is_allowed(draft, command.actor, Permission.CUBBIES):
        return
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
        done(draft, EventType.CUBBY_UNASSIGNED, command.actor, **fields)


def _is_shared_now(draft: Draft, cubby: int) -> bool:
    """Whether devices of several people are, or may come, within reach of each other there."""
    return draft.state.cabinet.is_several(cubby) and cubby in draft.state.in_cubby


def _wish(draft: Draft, command: WishCubbies) -> None:
    """What they are is in the person's row, and goes with it."""
    if not is_allowed(draft, command.actor, Permission.CUBBIES):
        return
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
    done(draft, EventType.CUBBIES_WISHED, command.actor, person=known.id)
    draft.save(replace(roster, people={**roster.people, known.id: changed}), changed)


# a class's box


def register(draft: Draft, facts: Facts, person: str, seq: int) -> None:
    """A pupil's tap says that their device is in the class's box; once, and not after the day."""
    known = draft.standing.roster.people.get(person)
    box = class_box(draft.state, known, facts.local.date())
    if box is None or draft.state.deposit_of(person) is not None or _is_over(facts):
        return
    draft.add(
        EventType.DEPOSITED,
        person_actor(person),
        person=person,
        cubby=box,
        cause=seq,
        deposit=seq,
    )


def _is_over(facts: Facts) -> bool:
    """Whether nothing is handed in any more today."""
    if not facts.clock_trusted or facts.phase in (Phase.ARRIVAL, Phase.LOCKED):
        return False
    taken = facts.collection
    is_today = taken is not None and taken.taken.at.astimezone(facts.local.tzinfo).date() == (
        facts.local.date()
    )
    return facts.phase is Phase.CLOSED or (is_today and not facts.has_session_left)


def _return_box(draft: Draft, command: ReturnBox) -> None:
    """All is given back, but for what is said to be in it still."""
    if not is_allowed(draft, command.actor, Permission.BOX):
        return
    box = command.cubby
    kept = draft.state.deposits_in(box)
    if draft.state.cabinet.form_of(box) is None:
        refuse(draft, Reason.NO_SUCH_CUBBY)
        return
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
    event = done(draft, EventType.BOX_RETURNED, command.actor, command.note_row(), **fields)
    for deposit in kept:
        what = Reason.INSIDE if deposit.person in command.kept else Reason.GIVEN
        state_custody(draft, command.actor, deposit, what, event.seq)


def state_custody(draft: Draft, actor: str, deposit: Deposit, what: Reason, cause: int) -> None:
    """Say what is true of a device, as a part of another act. What nobody doubted is not said to
    be inside still."""
    if what is Reason.INSIDE and deposit.doubt is None:
        return
    draft.add(
        EventType.CUSTODY_STATED,
        user_actor(actor),
        person=None if deposit.person == nobody(deposit.id) else deposit.person,
        cubby=deposit.cubby,
        deposit=deposit.id,
        cause=cause,
        reason=what,
    )


# fire


def _raise_fire(draft: Draft, command: RaiseFire) -> None:
    """No door opens. A round stops, and waits for somebody after the all-clear."""
    if not is_allowed(draft, command.actor, Permission.FIRE):
        return
    if draft.state.cabinet.fire is not None:
        refuse(draft, Reason.ALREADY_SO)
        return
    event = done(draft, EventType.FIRE_BEGUN, command.actor)
    under_way = draft.state.round
    if under_way is not None and not under_way.is_paused:
        actor = user_actor(command.actor)
        draft.add(EventType.ROUND_PAUSED, actor, cause=under_way.cause)
    draft.raise_alert(Alert.FIRE)
    draft.outcome = Outcome(True, seq=event.seq)


def _give_all_clear(draft: Draft, command: GiveAllClear) -> None:
    """From now on the rules decide again; whoever could collect before may do so now."""
    if not is_allowed(draft, command.actor, Permission.ALL_CLEAR):
        return
    fire = draft.state.cabinet.fire
    if fire is None:
        refuse(draft, Reason.ALREADY_SO)
        return
    done(draft, EventType.ALL_CLEAR, command.actor, cause=fire.seq)
    draft.clear_alert(Alert.FIRE)


CUBBY_ACTS: Mapping[type, Callable[[Draft, Any], None]] = {
    TakeOutOfService: _take_out,
    PutBackInService: _put_back,
    AssignCubby: _assign,
    AssignBox: _assign_box,
    UnassignCubby: _unassign,
    WishCubbies: _wish,
    ReturnBox: _return_box,
    RaiseFire: _raise_fire,
    GiveAllClear: _give_all_clear,
}
