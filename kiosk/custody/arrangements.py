"""The fold over what staff arrange: passes, going home, release now, exemptions, holds. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from kiosk.custody.deposits import keep
from kiosk.events import Event, EventType
from kiosk.policy.devices import kinds_of
from kiosk.state import Place, State
from kiosk.state.arrangements import (
    Exemption,
    ExemptionEffect,
    ExemptionKind,
    Hold,
    HoldKind,
    Pass,
    Released,
)
from kiosk.state.mappings import without

A_DAY = timedelta(days=1)


def end_leave(state: State, person: str, at: datetime) -> State:
    """What was to last until the person had their device again is over. A pass that is still to
    begin by then is another time's."""
    given = state.passes.get(person)
    if given is not None and given.begins <= at:
        state = use_up(state, person)
    if person not in state.going_home:
        return state
    return state._replace(going_home=without(state.going_home, person))


def forget_leave(state: State, person: str) -> State:
    """Nothing is arranged for them any more."""
    state = use_up(state, person)
    return state._replace(going_home=without(state.going_home, person))


def use_up(state: State, person: str) -> State:
    """A pass is for one time: that person's is no more."""
    return state._replace(passes=without(state.passes, person))


def _pass_given(state: State, event: Event) -> State:
    if event.person is None:
        return state
    data = event.data
    given = Pass(
        event.seq,
        event.person,
        datetime.fromisoformat(data["begins"]),
        datetime.fromisoformat(data["ends"]),
        data["back"],
    )
    state = _due_by(state, given) if given.covers(event.now.at) else state
    return state._replace(passes={**state.passes, event.person: given})


def _due_by(state: State, given: Pass) -> State:
    """What is out already is due by a pass that was given meanwhile."""
    out = state.deposit_of(given.person)
    if out is None or out.place is not Place.OUT:
        return state
    return keep(state, replace(out, due=given.ends if given.is_back_expected else None))


def _pass_ended(state: State, event: Event) -> State:
    return use_up(state, event.person or "")


def _going_home(state: State, event: Event) -> State:
    """It is for that day; what others did not use on earlier ones is past."""
    recent = {p: one for p, one in state.going_home.items() if event.now.at - one.at < A_DAY}
    return state._replace(going_home={**recent, event.person or "": event.now})


def _released_now(state: State, event: Event) -> State:
    """An earlier one of the same day stays; those of other days are past."""
    new = Released(event.now.at, frozenset(event.data.get("forms", ())))
    today = tuple(one for one in state.released if one.at.date() == new.at.date())
    return state._replace(released=(*today, new))


def _rules_changed(state: State, event: Event) -> State:
    return state._replace(rules_version=event.data["version"])


def _exemption_granted(state: State, event: Event) -> State:
    return _with_exemption(state, event, event.seq, event.actor)


def _with_exemption(state: State, event: Event, number: int, by: str) -> State:
    data = event.data
    granted = Exemption(
        id=number,
        person=event.person or "",
        kind=ExemptionKind(data["kind"]),
        effect=ExemptionEffect(data["effect"]),
        begins=date.fromisoformat(data["begins"]),
        ends=_date(data.get("ends")),
        review=_date(data.get("review")),
        windows=tuple(
            (time.fromisoformat(a), time.fromisoformat(b)) for a, b in data.get("windows", ())
        ),
        is_approved=data["approved"],
        devices=kinds_of(data.get("devices", ())),
        signed_on=_date(data.get("signed")),
        granted_by=by,
    )
    return state._replace(exemptions={**state.exemptions, granted.id: granted})


def _exemption_approved(state: State, event: Event) -> State:
    known = state.exemptions.get(event.cause or 0)
    if known is None:
        return state
    approved = replace(known, is_approved=True)
    return state._replace(exemptions={**state.exemptions, known.id: approved})


def _exemption_signed(state: State, event: Event) -> State:
    known = state.exemptions.get(event.cause or 0)
    if known is None:
        return state
    signed = replace(known, signed_on=_date(event.data["signed"]))
    return state._replace(exemptions={**state.exemptions, known.id: signed})


def _exemption_ended(state: State, event: Event) -> State:
    return state._replace(exemptions=without(state.exemptions, event.cause))


def _hold_placed(state: State, event: Event) -> State:
    return _with_hold(state, event, event.seq, event.actor)


def _carried(state: State, event: Event) -> State:
    """As it was when it had to be said once more."""
    number = event.cause or 0
    if event.data["what"] == "hold":
        return _with_hold(state, event, number, event.data["by"])
    return _with_exemption(state, event, number, event.data.get("by", ""))


def _with_hold(state: State, event: Event, number: int, by: str) -> State:
    ends, after = event.data.get("ends"), event.data.get("after")
    hold = Hold(
        id=number,
        deposit=event.deposit or 0,
        kind=HoldKind(event.data["kind"]),
        placed_by=by,
        ends=datetime.fromisoformat(ends) if ends else None,
        is_need_met=bool(event.data.get("need_met")),
        after=datetime.fromisoformat(after) if after else None,
    )
    return state._replace(holds={**state.holds, hold.id: hold})


def _hold_lifted(state: State, event: Event) -> State:
    return state._replace(holds=without(state.holds, event.cause))


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


ARRANGING: Mapping[EventType, Callable[[State, Event], State]] = {
    EventType.PASS_GIVEN: _pass_given,
    EventType.PASS_ENDED: _pass_ended,
    EventType.GOING_HOME: _going_home,
    EventType.RELEASED_NOW: _released_now,
    EventType.RULES_CHANGED: _rules_changed,
    EventType.EXEMPTION_GRANTED: _exemption_granted,
    EventType.EXEMPTION_APPROVED: _exemption_approved,
    EventType.EXEMPTION_SIGNED: _exemption_signed,
    EventType.EXEMPTION_ENDED: _exemption_ended,
    EventType.HOLD_PLACED: _hold_placed,
    EventType.HOLD_LIFTED: _hold_lifted,
    EventType.ARRANGEMENT_CARRIED: _carried,
}
