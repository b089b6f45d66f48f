"""Events in words, as the record and the cubbies' pages list them."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.events import Alert, Event, EventType
from kiosk.service import Service
from webui.wording import People, alert_line_words, event_words, reason_words, stamp


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
    """Events in words; names and notes only for those who may read them."""
    return [_line(event, service, people) for event in events]


def details(event: Event) -> str:
    """Why, and what else the event says."""
    parts = [reason_words(event.reason)] if event.reason else []
    if "alert" in event.data:
        parts.append(alert_line_words(Alert(event.data["alert"]), event.cubby))
    if event.data.get("attempt", 1) > 1:
        parts.append("second attempt")
    if event.data.get("presumed"):
        parts.append("unconfirmed: no sensor")
    if "source" in event.data:
        parts.append(f"from {event.data['source']}")
    if "version" in event.data:
        parts.append(f"version {event.data['version']}")
    if "added" in event.data:
        parts.append(f"{event.data['added']} added, {event.data['changed']} changed")
    return "; ".join(parts)


def _line(event: Event, service: Service, people: People) -> Line:
    refused = event.granted is False and event.type in (EventType.TAPPED, EventType.OVERRIDDEN)
    return Line(
        seq=event.seq,
        when=stamp(service.rules, event.now),
        what=event_words(event.type) + (", refused" if refused else ""),
        cubby=event.cubby,
        person=people.person(event.person),
        by=people.actor(event.actor),
        details=details(event),
        note=service.note(event.note) if event.note and people.sees_names else "",
        opening=_opening(event),
    )


def _opening(event: Event) -> int | None:
    """A tap while an opening is under way belongs to that one."""
    if event.cause is not None:
        return event.cause
    is_first = event.type in (EventType.TAPPED, EventType.OVERRIDDEN) and event.granted
    return event.seq if is_first else None
