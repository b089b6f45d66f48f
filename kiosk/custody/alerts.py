"""Alerts: raised, seen by somebody, over. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from kiosk.custody.outages import over
from kiosk.events import Alert, Event, EventType
from kiosk.state import Raised, State, Subject, subject_of
from kiosk.state.mappings import without


def _alert_of(event: Event) -> tuple[Alert, Subject]:
    subject = subject_of(event.cubby, event.data.get("bank"), event.person)
    return Alert(event.data["alert"]), subject


def _raised(state: State, event: Event) -> State:
    key = _alert_of(event)
    raised = Raised(
        alert=key[0],
        cubby=event.cubby,
        since=event.now,
        seq=event.seq,
        bank=event.data.get("bank"),
        person=event.person,
        detail=event.data.get("detail", ""),
    )
    return state._replace(alerts={**state.alerts, key: raised})


def _acknowledged(state: State, event: Event) -> State:
    key = _alert_of(event)
    raised = state.alerts.get(key)
    if raised is None:
        return state
    return state._replace(
        alerts={**state.alerts, key: replace(raised, acknowledged_by=event.actor)}
    )


def _cleared(state: State, event: Event) -> State:
    key = _alert_of(event)
    state = over(state, event, state.alerts.get(key))
    return state._replace(alerts=without(state.alerts, key))


ALERTS: Mapping[EventType, Callable[[State, Event], State]] = {
    EventType.ALERT_RAISED: _raised,
    EventType.ALERT_ACKNOWLEDGED: _acknowledged,
    EventType.ALERT_CLEARED: _cleared,
}
