"""The fold over what is forgotten: of a person, and with a segment of history. Pure."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from kiosk.custody.arrangements import forget_leave
from kiosk.custody.cubbies import disowned
from kiosk.events import Event, EventType
from kiosk.retention import Series
from kiosk.state import State
from kiosk.state.incidents import Casebook
from kiosk.state.mappings import without

Effect = Callable[[State, Event], State]

_A_DAY = timedelta(days=1)  # a date in UTC may be another on the school's wall


def _person_erased(state: State, event: Event) -> State:
    """Nothing is kept of them here. What was left for the duty lead is the lead's to end."""
    book, person = state.casebook, event.person or ""
    searches = {id: one for id, one in book.searches.items() if one.person != person}
    casebook = book._replace(
        incidents={id: one for id, one in book.incidents.items() if one.person != person},
        searches=searches,
        unread=frozenset(id for id in book.unread if id in searches or id in book.lead_notes),
        marked=without(book.marked, person),
        absences=without(book.absences, person),
    )
    return disowned(forget_leave(state, person), event)._replace(
        casebook=casebook,
        collections=without(state.collections, person),
        exemptions={id: one for id, one in state.exemptions.items() if one.person != person},
    )


def _segment_dropped(state: State, event: Event) -> State:
    """What stood in it alone is past its age here too."""
    last = event.data["last"]
    state = state._replace(casebook=_without_past_days(state.casebook, event))
    match event.data["series"]:
        case Series.TAPS:
            kept = {p: one for p, one in state.collections.items() if one.seq > last}
            return state._replace(collections=kept)
        case Series.ACTS:
            return _acts_dropped(state, event, last)
    return state


def _acts_dropped(state: State, event: Event, last: int) -> State:
    """Notes for the duty lead stay until they are dealt with, and arrangements while they last."""
    book, on = state.casebook, event.now.at.date() - _A_DAY
    searches = {id: one for id, one in book.searches.items() if id > last}
    casebook = book._replace(
        incidents={id: one for id, one in book.incidents.items() if id > last},
        searches=searches,
        unread=frozenset(id for id in book.unread if id in searches or id in book.lead_notes),
        others_taps={tap: whose for tap, whose in book.others_taps.items() if tap > last},
    )
    exemptions = {
        id: one for id, one in state.exemptions.items() if id > last or not one.has_lapsed(on)
    }
    requests = {name: asked for name, asked in state.requests.items() if asked.seq > last}
    roles = {user: asked for user, asked in state.role_requests.items() if asked.id > last}
    return state._replace(
        casebook=casebook, exemptions=exemptions, requests=requests, role_requests=roles
    )


def _without_past_days(book: Casebook, event: Event) -> Casebook:
    """Who was not expected on days that are over is no concern of anybody's."""
    on = event.now.at.date() - _A_DAY
    absences = {p: tuple(s for s in spans if s.last >= on) for p, spans in book.absences.items()}
    return book._replace(
        marked={p: day for p, day in book.marked.items() if day >= on},
        absences={p: spans for p, spans in absences.items() if spans},
    )


FORGOTTEN: Mapping[EventType, Effect] = {
    EventType.PERSON_ERASED: _person_erased,
    EventType.SEGMENT_DROPPED: _segment_dropped,
}
