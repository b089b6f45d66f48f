"""The fold over the times at which the kiosk took nothing. Pure."""

from datetime import datetime

from kiosk.events import Event
from kiosk.state import Raised, State
from kiosk.state.outages import TAKING_NOTHING, Outage, with_outage


def over(state: State, event: Event, raised: Raised | None) -> State:
    """An alert is over: if nobody could hand in while it was up, that is remembered."""
    if raised is None or raised.alert not in TAKING_NOTHING:
        return state
    begins = raised.since.at if raised.since.trusted else None
    if begins is None and event.now.trusted and raised.since.boot == event.now.boot:
        begins = event.now.at - event.now.since(raised.since)
    return _remembering(state, event, begins, is_full=TAKING_NOTHING[raised.alert])


def switched_on(state: State, event: Event) -> State:
    """The kiosk was off, as far as anybody can tell, since the last that is on record."""
    return _remembering(state, event, state.trusted_at, is_full=False)


def _remembering(state: State, event: Event, begins: datetime | None, *, is_full: bool) -> State:
    """By a clock that is not trusted nobody can tell until when: it is taken to be over as soon as
    the time was last known for certain."""
    ends = event.now.at if event.now.trusted else state.trusted_at
    if begins is None or ends is None:
        return state
    outages = with_outage(state.casebook.outages, Outage(begins, ends, is_full))
    return state._replace(casebook=state.casebook._replace(outages=outages))
