"""The fold over incidents, searches, notes, corrections, and who is not expected. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from kiosk.custody.deposits import keep, place
from kiosk.events import Event, EventType, Reason
from kiosk.state import Deposit, State
from kiosk.state.incidents import (
    CorrectionKind,
    Incident,
    IncidentKind,
    LeadNote,
    Search,
    SearchDone,
    nobody,
)
from kiosk.state.mappings import without
from kiosk.timetable import Span

Effect = Callable[[State, Event], State]


def _with(state: State, **changes: Any) -> State:
    return state._replace(casebook=state.casebook._replace(**changes))


def _incident_noted(state: State, event: Event) -> State:
    noted = Incident(
        id=event.seq,
        person=event.person or "",
        kind=IncidentKind(event.data["kind"]),
        at=datetime.fromisoformat(event.data["at"]),
        by=event.actor,
        is_excused=bool(event.data.get("excused")),
    )
    return _with(state, incidents={**state.casebook.incidents, noted.id: noted})


def _changed(state: State, number: int | None, **changes: Any) -> State:
    incidents = state.casebook.incidents
    known = incidents.get(number or 0)
    if known is None:
        return state
    return _with(state, incidents={**incidents, known.id: replace(known, **changes)})


def _parents_informed(state: State, event: Event) -> State:
    at = datetime.fromisoformat(event.data["at"])
    return _changed(state, event.cause, parents_at=at, parents_by=event.data["by"])


def _consequence_decided(state: State, event: Event) -> State:
    return _changed(state, event.cause, decided=event.data["stage"])


def _search_noted(state: State, event: Event) -> State:
    data = event.data
    done = data.get("done")
    noted = Search(
        id=event.seq,
        person=event.person or "",
        at=datetime.fromisoformat(data["at"]),
        by=event.actor,
        searcher=data["searcher"],
        witness=data["witness"],
        done=SearchDone(done) if done else None,
        authority=data.get("authority", ""),
        confirmed_by=data.get("confirmed_by", ""),
    )
    book = state.casebook
    return _with(
        state, searches={**book.searches, noted.id: noted}, unread=book.unread | {noted.id}
    )


def _search_confirmed(state: State, event: Event) -> State:
    searches = state.casebook.searches
    known = searches.get(event.cause or 0)
    if known is None:
        return state
    confirmed = replace(known, confirmed_by=event.data["by"])
    return _with(state, searches={**searches, known.id: confirmed})


def _noted(state: State, event: Event) -> State:
    book = state.casebook
    note = LeadNote(event.seq, event.actor, event.now.at)
    return _with(
        state, lead_notes={**book.lead_notes, note.id: note}, unread=book.unread | {note.id}
    )


def _note_read(state: State, event: Event) -> State:
    return _with(state, unread=state.casebook.unread - {event.cause or 0})


def _note_closed(state: State, event: Event) -> State:
    left = _with(state, lead_notes=without(state.casebook.lead_notes, event.cause))
    return _note_read(left, event)


def _moved(state: State, event: Event) -> State:
    known = state.deposits.get(event.deposit or 0)
    if known is None or event.cubby is None:
        return state
    return place(state, known, event.cubby, event.data.get("other"))


def _corrected(state: State, event: Event) -> State:
    effect = _CORRECTIONS.get(CorrectionKind(event.data["what"]))
    if "tap" in event.data:
        whose = event.data.get("owner") or event.data.get("by", "")
        taps = {**state.casebook.others_taps, event.data["tap"]: whose}
        state = _with(state, others_taps=taps)
    return effect(state, event) if effect else state


def _another_owner(state: State, event: Event) -> State:
    """The device is somebody else's than was thought, or nobody knows whose."""
    known = state.deposits.get(event.deposit or 0)
    owner = event.data.get("owner")
    if known is None:
        return state
    if owner is None:
        return keep(state, replace(known, person=nobody(known.id), doubt=Reason.OWNER_UNKNOWN))
    doubt = None if known.doubt is Reason.OWNER_UNKNOWN else known.doubt
    return keep(state, replace(known, person=owner, doubt=doubt))


def _taken(state: State, event: Event) -> State:
    """Somebody else had it out with its owner's card: its owner never collected it."""
    if event.deposit is None or event.person is None:
        return state
    collections = without(state.collections, event.person)
    missing = Deposit(
        id=event.deposit,
        person=event.person,
        cubby=None,
        since=event.now,
        doubt=Reason.TAKEN_BY_ANOTHER,
    )
    return keep(state._replace(collections=collections), missing)


def _withdrawn(state: State, event: Event) -> State:
    """It was no incident."""
    return _with(state, incidents=without(state.casebook.incidents, event.cause))


_CORRECTIONS: Mapping[CorrectionKind, Effect] = {
    CorrectionKind.OWNER: _another_owner,
    CorrectionKind.TAKEN: _taken,
    CorrectionKind.WITHDRAWN: _withdrawn,
}


def _not_expected(state: State, event: Event) -> State:
    """Marks of other days are past."""
    on = date.fromisoformat(event.data["on"])
    today = {person: day for person, day in state.casebook.marked.items() if day == on}
    return _with(state, marked={**today, event.person or "": on})


def _expected_again(state: State, event: Event) -> State:
    return _with(state, marked=without(state.casebook.marked, event.person))


def _absences_noted(state: State, event: Event) -> State:
    """A list is the whole truth of its time; what another said is no more."""
    absences = {
        person: tuple(Span(date.fromisoformat(a), date.fromisoformat(b)) for a, b in spans)
        for person, spans in event.data["absent"].items()
    }
    return _with(state, absences=absences)


INCIDENTS: Mapping[EventType, Effect] = {
    EventType.INCIDENT_NOTED: _incident_noted,
    EventType.PARENTS_INFORMED: _parents_informed,
    EventType.CONSEQUENCE_DECIDED: _consequence_decided,
    EventType.SEARCH_NOTED: _search_noted,
    EventType.SEARCH_CONFIRMED: _search_confirmed,
    EventType.NOTED: _noted,
    EventType.NOTE_READ: _note_read,
    EventType.NOTE_CLOSED: _note_closed,
    EventType.MOVED: _moved,
    EventType.CORRECTION_MADE: _corrected,
    EventType.NOT_EXPECTED: _not_expected,
    EventType.EXPECTED_AGAIN: _expected_again,
    EventType.ABSENCES_NOTED: _absences_noted,
}
