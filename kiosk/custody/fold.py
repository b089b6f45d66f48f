"""Where every device is: the state of the cabinet, and the pure fold that makes it from events.

``apply`` is the only way the state changes, at a tap and when the record is read again, so the
two cannot disagree. The effect of each type stands in docs/adr/0001-the-events.md.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from kiosk.custody.alerts import ALERTS
from kiosk.custody.arrangements import ARRANGING, end_leave, use_up
from kiosk.custody.cubbies import CUBBIES, emptied
from kiosk.custody.deposits import give_back, keep
from kiosk.custody.forgetting import FORGOTTEN
from kiosk.custody.incidents import INCIDENTS
from kiosk.custody.outages import switched_on
from kiosk.custody.users import USERS
from kiosk.events import Event, EventType, Moment, Purpose, Reason
from kiosk.policy.devices import kinds_of
from kiosk.state import (
    Collection,
    Deposit,
    Place,
    Round,
    State,
    Transaction,
)
from kiosk.state.mappings import without

REQUESTS_REMEMBERED = 64  # a retried request comes within seconds; 64 acts outlast any of them


def fold(events: Iterable[Event], state: State | None = None) -> State:
    """The state after all of them."""
    state = state or State()
    for event in events:
        state = apply(state, event)
    return state


def believed(state: State, now: Moment) -> Moment:
    """``now``, trusted if its clock was at any time of this boot."""
    is_known = bool(now.boot) and now.boot == state.trusted_boot
    return replace(now, trusted=True) if is_known and not now.trusted else now


def apply(state: State, event: Event) -> State:
    """The state after one event."""
    effect = _EFFECTS.get(event.type)
    after = effect(state, event) if effect else state
    if not event.now.trusted and event.type is not EventType.CLOCK_CONFIRMED:
        return after._replace(seq=event.seq)
    at = event.now.at
    latest = at if state.trusted_at is None else max(at, state.trusted_at)
    return after._replace(seq=event.seq, trusted_boot=event.now.boot, trusted_at=latest)


def _end(state: State, cubby: int | None) -> State:
    """End the transaction at a cubby."""
    if cubby is None or cubby not in state.transactions:
        return state
    return state._replace(transactions=without(state.transactions, cubby))


def _started(state: State, event: Event) -> State:
    state = switched_on(state, event)
    paused = replace(state.round, is_paused=True) if state.round else None
    return state._replace(transactions={}, round=paused)


def _round_begun(state: State, event: Event) -> State:
    cubbies = tuple(event.data["cubbies"])
    purpose = Purpose(event.data.get("purpose", Purpose.OVERRIDE))
    begun = Round(event.seq, event.actor, event.reason, cubbies, cubbies, purpose=purpose)
    return state._replace(round=begun)


def _round_ended(state: State, event: Event) -> State:
    return state._replace(round=None)


def _with_round(state: State, **changes: Any) -> State:
    return state if state.round is None else state._replace(round=replace(state.round, **changes))


def _overridden(state: State, event: Event) -> State:
    request = event.data.get("request")
    if not request:
        return state
    kept = dict(list(state.requests.items())[-REQUESTS_REMEMBERED + 1 :])
    return state._replace(requests={**kept, request: event})


def _pulse_started(state: State, event: Event) -> State:
    cubby, cause = event.cubby, event.cause
    if cubby is None or cause is None:
        return state
    pulsed = Transaction(
        cause=cause,
        cubby=cubby,
        purpose=Purpose(event.data["purpose"]),
        actor=event.actor,
        person=event.person,
        deposit=event.deposit,
        attempt=event.data["attempt"],
        pulsed=event.now,
        due=_moment(event.data.get("due")),
    )
    if state.round is not None and state.round.cause == cause:
        state = _with_round(state, left=tuple(c for c in state.round.left if c != cubby))
    return state._replace(
        transactions={**state.transactions, cubby: pulsed},
        last_used={**state.last_used, cubby: event.seq},
    )


def _pulse_ended(state: State, event: Event) -> State:
    return _end(state, event.cubby)


def _pulse_failed(state: State, event: Event) -> State:
    under_way = state.round
    if under_way is not None and event.cause == under_way.cause and event.cubby is not None:
        state = _with_round(state, failed=(*under_way.failed, event.cubby))
    return _end(state, event.cubby)


def _door_opened(state: State, event: Event) -> State:
    cubby = event.cubby
    if cubby is None:
        return state
    state = state._replace(open_doors=state.open_doors | {cubby})
    transaction = state.transactions.get(cubby)
    if transaction is None or event.cause != transaction.cause:
        return state
    opened = replace(transaction, opened=event.now)
    return state._replace(transactions={**state.transactions, cubby: opened})


def _door_closed(state: State, event: Event) -> State:
    if event.cubby is None:
        return state
    state = state._replace(open_doors=state.open_doors - {event.cubby})
    return _end(state, event.cubby) if event.cause is not None else state


def _deposited(state: State, event: Event) -> State:
    presumed = bool(event.data.get("presumed"))
    before = state.deposits.get(event.deposit or 0)
    deposit = _deposit(event, None, presumed)
    if before is not None:  # opened again, it is no new deposit
        deposit = replace(_again(deposit, before), back=before.back)
        if before.place is Place.OUT:
            deposit = replace(deposit, back=event.now)
            state = _used_up(state, before)
    state = keep(state, deposit)
    return _end(state, event.cubby) if presumed else state


def _used_up(state: State, out: Deposit) -> State:
    """The pass that it was taken out by has been used, now that it is back."""
    given = state.passes.get(out.person)
    return use_up(state, out.person) if given and given.ends == out.due else state


def _collected(state: State, event: Event) -> State:
    state = give_back(state, event.deposit or 0)
    if event.person is not None:
        state = end_leave(state, event.person, event.now.at)
    if event.person is not None and event.cubby is not None:
        taken = Collection(event.cubby, event.now, event.seq)
        state = emptied(
            state._replace(collections={**state.collections, event.person: taken}), event
        )
    return _end(state, event.cubby) if event.data.get("presumed") else state


def _custody_unknown(state: State, event: Event) -> State:
    before = state.deposits.get(event.deposit or 0)
    doubted = _deposit(event, event.reason, False)
    if before is not None:
        doubted = replace(_again(doubted, before), back=before.back)
    return keep(state, doubted)


def _taken_out(state: State, event: Event) -> State:
    before = state.deposits.get(event.deposit or 0)
    if before is None:
        return state
    out = replace(
        before,
        place=Place.OUT,
        due=_moment(event.data.get("due")),
        doubt=None,
        presumed=bool(event.data.get("presumed")),
    )
    state = keep(state, out)
    return _end(state, event.cubby) if event.data.get("presumed") else state


def _taken_in(state: State, event: Event) -> State:
    """Brought to the office, or taken there out of its cubby."""
    deposit = replace(_deposit(event, None, False), cubby=None, place=Place.OFFICE)
    before = state.deposits.get(deposit.id)
    return keep(state, _again(deposit, before) if before else deposit)


def _taken_along(state: State, event: Event) -> State:
    before = state.deposits.get(event.deposit or 0)
    if before is None:
        return state
    with_staff = replace(before, cubby=None, place=Place.CARRIED, doubt=None, due=None)
    return keep(state, replace(with_staff, keeper=event.data["by"]))


def _handed_over(state: State, event: Event) -> State:
    """Whose it is has nothing to collect any more; no cubby opens again for what is left in it."""
    state = give_back(state, event.deposit or 0)
    if event.person is None:
        return state
    taken = Collection(0, event.now, event.seq)
    return state._replace(collections={**state.collections, event.person: taken})


def _carried_forward(state: State, event: Event) -> State:
    since = Moment(
        datetime.fromisoformat(event.data["since"]),
        event.data["mono"],
        event.data["boot"],
        event.data["trusted"],
    )
    deposit = replace(
        _deposit(event, event.reason, bool(event.data["presumed"])),
        since=since,
        place=Place(event.data.get("place", Place.CUBBY)),
        keeper=event.data.get("by", ""),
        due=_moment(event.data.get("due")),
        count=event.data.get("count", 0),
        kinds=kinds_of(event.data.get("kinds", ())),
    )
    return keep(state, deposit)


def _devices_noted(state: State, event: Event) -> State:
    before = state.deposits.get(event.deposit or 0)
    if before is None:
        return state
    kinds = kinds_of(event.data.get("kinds", ()))
    return keep(state, replace(before, count=event.data["count"], kinds=kinds))


def _custody_stated(state: State, event: Event) -> State:
    deposit = state.deposits.get(event.deposit or 0)
    if deposit is None:
        return state
    if event.reason is Reason.GIVEN:
        taken = Collection(deposit.cubby or 0, event.now, event.seq)
        state = end_leave(give_back(state, deposit.id), deposit.person, event.now.at)
        state = state._replace(collections={**state.collections, deposit.person: taken})
        return emptied(state, event)
    if event.reason is Reason.NEVER_PUT_IN:  # its owner has it, and collected nothing
        return give_back(state, deposit.id)
    if event.reason is Reason.INSIDE:
        return keep(state, replace(deposit, doubt=None, place=Place.CUBBY, due=None))
    return keep(state, replace(deposit, cubby=None, place=Place.CUBBY, doubt=Reason.EMPTY))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _deposit(event: Event, doubt: Reason | None, presumed: bool) -> Deposit:
    return Deposit(
        id=event.deposit or 0,
        person=event.person or "",
        cubby=event.cubby,
        since=event.now,
        doubt=doubt,
        presumed=presumed,
    )


def _again(deposit: Deposit, before: Deposit) -> Deposit:
    """The same devices as before, at another place: since when, and what they are, stays."""
    return replace(deposit, since=before.since, count=before.count, kinds=before.kinds)


# Types that stand for nothing the fold remembers (a refused tap, a sign-in) are not in it.
_EFFECTS: Mapping[EventType, Callable[[State, Event], State]] = {
    EventType.KIOSK_STARTED: _started,
    EventType.OVERRIDDEN: _overridden,
    EventType.PULSE_STARTED: _pulse_started,
    EventType.PULSE_FAILED: _pulse_failed,
    EventType.PULSE_UNKNOWN: _pulse_ended,
    EventType.DOOR_OPENED: _door_opened,
    EventType.DOOR_CLOSED: _door_closed,
    EventType.DEPOSITED: _deposited,
    EventType.COLLECTED: _collected,
    EventType.CUSTODY_UNKNOWN: _custody_unknown,
    EventType.CUSTODY_STATED: _custody_stated,
    EventType.CARRIED_FORWARD: _carried_forward,
    EventType.TAKEN_OUT: _taken_out,
    EventType.TAKEN_IN: _taken_in,
    EventType.TAKEN_ALONG: _taken_along,
    EventType.HANDED_OVER: _handed_over,
    EventType.DEVICES_NOTED: _devices_noted,
    **ALERTS,
    **ARRANGING,
    **INCIDENTS,
    **CUBBIES,
    **USERS,
    **FORGOTTEN,
    EventType.ROUND_BEGUN: _round_begun,
    EventType.ROUND_PAUSED: lambda state, event: _with_round(state, is_paused=True),
    EventType.ROUND_RESUMED: lambda state, event: _with_round(state, is_paused=False),
    EventType.ROUND_ENDED: _round_ended,
}
