"""The fold over the cubbies themselves: service, owners, boxes, what nobody can say, fire. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.custody.deposits import keep
from kiosk.events import Event, EventType, Reason
from kiosk.state import Deposit, State
from kiosk.state.cubbies import Fire, OutOfService, Unknown
from kiosk.state.incidents import nobody
from kiosk.state.mappings import without

Effect = Callable[[State, Event], State]


def emptied(state: State, event: Event) -> State:
    """Something was collected from that cubby."""
    if event.cubby is None:
        return state
    return _with(state, emptied={**state.cabinet.emptied, event.cubby: event.now.at})


def disowned(state: State, event: Event) -> State:
    """That person owns no cubby any more."""
    return _with(state, owned=without(state.cabinet.owned, event.person))


def _with(state: State, **changes: Any) -> State:
    return state._replace(cabinet=state.cabinet._replace(**changes))


def _taken_out(state: State, event: Event) -> State:
    if event.cubby is None or event.reason is None:
        return state
    out = OutOfService(event.reason, event.now, event.seq)
    return _with(state, service={**state.cabinet.service, event.cubby: out})


def _put_back(state: State, event: Event) -> State:
    return _with(state, service=without(state.cabinet.service, event.cubby))


def _assigned(state: State, event: Event) -> State:
    if event.cubby is None:
        return state
    if event.person is not None:
        return _with(state, owned={**state.cabinet.owned, event.person: event.cubby})
    return _with(state, boxes={**state.cabinet.boxes, event.data["form"]: event.cubby})


def _unassigned(state: State, event: Event) -> State:
    if event.person is not None:
        return disowned(state, event)
    left = {form: box for form, box in state.cabinet.boxes.items() if box != event.cubby}
    return _with(state, boxes=left)


def _unknown(state: State, event: Event) -> State:
    if event.cubby is None or event.reason is None:
        return state
    doubt = Unknown(event.reason, event.now, event.seq)
    return _with(state, unknown={**state.cabinet.unknown, event.cubby: doubt})


def _looked_inside(state: State, event: Event) -> State:
    """That device is in that cubby; whatever else is said, the cubby is no longer unknown."""
    state = _with(state, unknown=without(state.cabinet.unknown, event.cubby))
    if event.deposit is None or event.cubby is None:
        return state
    before = state.deposits.get(event.deposit)
    found = Deposit(
        id=event.deposit,
        person=event.person or nobody(event.deposit),
        cubby=event.cubby,
        since=before.since if before else event.now,
        doubt=None if event.person else Reason.OWNER_UNKNOWN,
        count=before.count if before else 0,
        kinds=before.kinds if before else (),
    )
    return keep(state, found)


def _fire_begun(state: State, event: Event) -> State:
    return _with(state, fire=Fire(event.now, event.seq, event.actor))


def _all_clear(state: State, event: Event) -> State:
    return _with(state, fire=None)


CUBBIES: Mapping[EventType, Effect] = {
    EventType.CUBBY_TAKEN_OUT: _taken_out,
    EventType.CUBBY_PUT_BACK: _put_back,
    EventType.CUBBY_ASSIGNED: _assigned,
    EventType.CUBBY_UNASSIGNED: _unassigned,
    EventType.CUBBY_UNKNOWN: _unknown,
    EventType.LOOKED_INSIDE: _looked_inside,
    EventType.FIRE_BEGUN: _fire_begun,
    EventType.ALL_CLEAR: _all_clear,
}
