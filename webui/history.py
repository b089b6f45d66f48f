"""Events in words, as the record and the cubbies' pages list them."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.events import Event, EventType
from kiosk.policy.disclosure import as_seen
from kiosk.policy.words import event_details, event_title
from kiosk.service import Service
from webui.access import permissions_held
from webui.wording import People, short_stamp


@dataclass(frozen=True, slots=True)
class Line:
    """One event as it is listed. ``opening`` is the transaction it belongs to, if any."""

    seq: int
    when: str
    what: str
    cubby: int | None
    person: str
    by: str
    details: str
    note: str
    opening: int | None


def lines(events: Sequence[Event], service: Service, people: People) -> list[Line]:
    """Events in words, as far as the reader may know them; names and notes only for those who
    may read them."""
    told = (shown(event) for event in events)
    return [_line(event, service, people) for event in told if event is not None]


def shown(event: Event) -> Event | None:
    """The event as the reader may be shown it; None: not at all."""
    return as_seen(event, permissions_held())


def _line(event: Event, service: Service, people: People) -> Line:
    return Line(
        seq=event.seq,
        when=short_stamp(service.rules, event.now),
        what=event_title(event),
        cubby=event.cubby,
        person=people.person(event.person),
        by=people.actor(event.actor),
        details=event_details(event),
        note=service.note(event.note) if event.note and people.sees_names else "",
        opening=_opening(event),
    )


def _opening(event: Event) -> int | None:
    """A tap while an opening is under way belongs to that one."""
    if event.cause is not None:
        return event.cause
    is_first = event.type in (EventType.TAPPED, EventType.OVERRIDDEN) and event.granted
    return event.seq if is_first else None
