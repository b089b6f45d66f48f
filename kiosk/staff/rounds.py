"""Rounds: many cubbies opened one after another, by one staff act. Pure.

To empty the cabinet, after which each cubby is in doubt; or to give the devices of a form or a year
back in order, which opens only what its owner could collect at that moment.

A round waits for each door before the next, so that the supply carries it and somebody can follow.
It can be paused, and ended. After a restart it is paused: it never goes on by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from kiosk.cabinet.doubting import lose_track
from kiosk.cabinet.openings import (
    Opening,
    begin,
)
from kiosk.cabinet.usable import (
    cubbies_in_doubt,
)
from kiosk.drafting import Draft
from kiosk.events import EventType, Purpose, Reason
from kiosk.messages.arrangements import (
    EndRound,
    OpenAll,
    PauseRound,
    ReleaseRound,
    ResumeRound,
)
from kiosk.model import Credential, Person
from kiosk.policy.roles import Permission
from kiosk.policy.tap import decide_tap
from kiosk.staff.acting import act, needing, refuse
from kiosk.state import (
    Deposit,
    Round,
    Transaction,
)
from kiosk.taps.facts import is_held, tap_facts


def _open_all(draft: Draft, command: OpenAll) -> None:
    """Begin a round over every cubby that keeps something, or may; or over all there are."""
    used = draft.state.in_cubby.keys() | cubbies_in_doubt(draft.state)
    wanted = draft.rules.cubbies.keys() if command.with_empty else used
    cubbies = sorted(wanted - draft.state.open_doors - _held(draft))
    _begin(draft, command, command.reason, cubbies)


def _release(draft: Draft, command: ReleaseRound) -> None:
    """Begin a round over what these forms and years could collect now, in their order and, in each,
    in that of the register."""
    people = (p for group in command.groups for p in _in_order(draft, group))
    kept = (draft.state.deposit_of(person.id) for person in people)
    cubbies = [d.cubby for d in kept if d is not None and _could_collect(draft, d)]
    purpose = {"purpose": Purpose.COLLECT.value}
    _begin(draft, command, Reason.COLLECT, list(dict.fromkeys(cubbies)), purpose)


def _begin(
    draft: Draft,
    command: OpenAll | ReleaseRound,
    reason: Reason,
    cubbies: Sequence[int | None],
    more: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    if draft.state.cabinet.fire is not None:
        refuse(draft, Reason.FIRE)
    elif draft.state.round is not None:
        refuse(draft, Reason.ALREADY_SO)
    elif not cubbies:
        refuse(draft, Reason.NOTHING_HERE)
    else:
        act(
            draft,
            EventType.ROUND_BEGUN,
            command.actor,
            command.note_row(),
            granted=True,
            reason=reason,
            data={"cubbies": cubbies, **more},
        )
        advance(draft)


def _in_order(draft: Draft, group: str) -> list[Person]:
    """The people of a form or a year, as a register has them."""
    people = draft.standing.roster.people.values()
    return sorted(
        (p for p in people if group and group in (p.form, p.year)),
        key=lambda p: (p.form, p.surname.casefold(), p.forename.casefold(), p.id),
    )


def _could_collect(draft: Draft, deposit: Deposit) -> bool:
    """Whether its owner's card would get it now, to take home. A cubby that brothers and sisters
    share is left to their own cards: its door would show each the others' devices."""
    if deposit.cubby is None or deposit.cubby in draft.state.cabinet.beside:
        return False
    card = Credential("", deposit.person)
    facts = tap_facts(draft.rules, draft.standing, card, draft.now)
    facts = facts._replace(crowded=frozenset())  # a round has its own order, and staff beside it
    return decide_tap(facts).purpose is Purpose.COLLECT


def _held(draft: Draft) -> set[int]:
    """What is held is left out, and looks like any cubby that is."""
    kept = draft.state.deposits.values()
    return {d.cubby for d in kept if d.cubby is not None and is_held(draft.state, d, draft.now)}


def _pause(draft: Draft, command: PauseRound) -> None:
    under_way = draft.state.round
    _change(draft, EventType.ROUND_PAUSED, command.actor, under_way and not under_way.is_paused)


def _resume(draft: Draft, command: ResumeRound) -> None:
    if draft.state.cabinet.fire is not None:
        refuse(draft, Reason.FIRE)
        return
    under_way = draft.state.round
    _change(draft, EventType.ROUND_RESUMED, command.actor, under_way and under_way.is_paused)
    advance(draft)


def _end(draft: Draft, command: EndRound) -> None:
    under_way = draft.state.round
    left = _unopened(under_way) if under_way else {}
    _change(draft, EventType.ROUND_ENDED, command.actor, under_way, **left)


def _change(draft: Draft, type: EventType, actor: str, may: object, **data: Any) -> None:
    under_way = draft.state.round
    if under_way is None or not may:
        refuse(draft, Reason.NOT_KNOWN if under_way is None else Reason.ALREADY_SO)
        return
    act(draft, type, actor, cause=under_way.cause, data=data)


def advance(draft: Draft) -> None:
    """Open what may be opened next; end the round after its last door."""
    if draft.state.cabinet.fire is not None:
        return
    while (under_way := draft.state.round) is not None and not under_way.is_paused:
        waiting = [t for t in draft.state.transactions.values() if _is_awaited(draft, under_way, t)]
        if len(waiting) >= draft.rules.at_once:
            return
        cubby = _next(draft, under_way)
        if cubby is not None:
            begin(draft, _opening(draft, under_way, cubby))
            is_seen = draft.rules.cubbies[cubby].has_sensor
            if under_way.purpose is Purpose.OVERRIDE and not is_seen:
                lose_track(draft, cubby, Reason.OPENED_BY_STAFF, under_way.cause)
        elif waiting:
            return
        else:
            # Left: open already, or in somebody's use.
            draft.add(EventType.ROUND_ENDED, cause=under_way.cause, data=_unopened(under_way))


def _unopened(under_way: Round) -> dict[str, list[int]]:
    """What the round did not reach, and what it tried in vain."""
    failed = {"failed": list(under_way.failed)} if under_way.failed else {}
    return {"left": list(under_way.left), **failed}


def _next(draft: Draft, under_way: Round) -> int | None:
    busy = draft.state.transactions.keys() | draft.state.open_doors
    if under_way.purpose is Purpose.COLLECT:
        return next((c for c in under_way.left if c not in busy and _is_owed(draft, c)), None)
    if draft.state.holds:
        busy |= _held(draft)  # also what was held only since the round began
    free = (c for c in under_way.left if c in draft.rules.cubbies and c not in busy)
    return next(free, None)


def _is_owed(draft: Draft, cubby: int) -> bool:
    """Whether what is in it could be collected still: it may have been, or be held, since."""
    deposit = draft.state.deposit_in(cubby)
    return deposit is not None and cubby in draft.rules.cubbies and _could_collect(draft, deposit)


def _is_awaited(draft: Draft, under_way: Round, transaction: Transaction) -> bool:
    """Whether the round waits for that door. Where nobody can see it, for its pulse."""
    if transaction.cause != under_way.cause or transaction.opened is not None:
        return False
    cubby = transaction.cubby
    return draft.rules.cubbies[cubby].has_sensor or cubby not in draft.standing.memory.pulsed


def _opening(draft: Draft, under_way: Round, cubby: int) -> Opening:
    deposit = draft.state.deposit_in(cubby)
    return Opening(
        cause=under_way.cause,
        cubby=cubby,
        purpose=under_way.purpose,
        actor=under_way.actor,
        person=deposit.person if deposit else None,
        deposit=deposit.id if deposit else None,
        reason=under_way.reason,
    )


ROUNDS: Mapping[type, Callable[[Draft, Any], None]] = {
    OpenAll: needing(Permission.RELEASE_NOW, _open_all),
    ReleaseRound: needing(Permission.RELEASE_NOW, _release),
    PauseRound: needing(Permission.OPEN, _pause),  # whoever stands there may stop it
    ResumeRound: needing(Permission.RELEASE_NOW, _resume),
    EndRound: needing(Permission.OPEN, _end),
}
