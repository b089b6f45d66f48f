"""Devices that staff take along when they go somewhere with pupils, and count back. Pure.

Off site a pupil's device stays here, or its owner carries it by a pass; or a named member of staff
carries it. Source: the school's rules, "Off-site and placements".
"""

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.drafting import Draft
from kiosk.events import EventType, Reason, user_actor
from kiosk.messages.arrangements import CountBack, TakeAlong
from kiosk.policy.roles import Permission
from kiosk.staff.acting import act, is_held_from, needing, refuse, staff_actor
from kiosk.state import Deposit, Place


def _take_along(draft: Draft, command: TakeAlong) -> None:
    """All of them or none. No door opens: they are in staff's hands by now."""
    keeper = staff_actor(draft, command.by)
    kept = [draft.state.deposit_of(person) for person in sorted(command.people)]
    refusal = Reason.NOT_KNOWN if keeper is None or not kept else None
    for deposit in kept:
        refusal = refusal or _refusal(draft, command, deposit)
    if refusal is not None:
        refuse(draft, refusal)
        return
    for deposit in (one for one in kept if one is not None):
        act(
            draft,
            EventType.TAKEN_ALONG,
            command.actor,
            command.note_row(),
            person=deposit.person,
            cubby=deposit.cubby,
            deposit=deposit.id,
            data={"by": keeper},
        )


def _refusal(draft: Draft, command: TakeAlong, deposit: Deposit | None) -> Reason | None:
    if deposit is None or deposit.place is Place.OUT:
        return Reason.NOTHING_HERE
    if deposit.place is Place.CARRIED:
        return Reason.ALREADY_SO
    if deposit.cubby in draft.state.transactions:
        return Reason.CUBBY_BUSY
    return Reason.HELD if is_held_from(draft, command.actor, deposit) else None


def _count_back(draft: Draft, command: CountBack) -> None:
    """Those that are back are in the office's hands; the others are carried still."""
    keeper = staff_actor(draft, command.by)
    carried = carried_by(draft, keeper) if keeper else {}
    if not carried or not command.people <= carried.keys():
        refuse(draft, Reason.NOT_KNOWN)
        return
    data = {"by": keeper, "back": len(command.people), "left": len(carried) - len(command.people)}
    event = act(draft, EventType.COUNTED_BACK, command.actor, command.note_row(), data=data)
    for person in sorted(command.people):
        draft.add(
            EventType.TAKEN_IN,
            user_actor(command.actor),
            person=person,
            deposit=carried[person].id,
            cause=event.seq,
        )


def carried_by(draft: Draft, keeper: str) -> dict[str, Deposit]:
    """What that member of staff carries, by its owner's id."""
    kept = draft.state.deposits.values()
    return {d.person: d for d in kept if d.place is Place.CARRIED and d.keeper == keeper}


TRIPS: Mapping[type, Callable[[Draft, Any], None]] = {
    TakeAlong: needing(Permission.PASS, _take_along),
    CountBack: needing(Permission.PASS, _count_back),
}
