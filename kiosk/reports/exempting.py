"""Arrangements and their approvals: who made and approved which, and when, and the day on which it
was agreed in writing. The need is not in it. Pure."""

from collections import Counter

from kiosk.events import Event, EventType
from kiosk.lists.table import Cell, Column, Table, stamp
from kiosk.policy.words import EVENTS
from kiosk.reports.past import Past

EXEMPTIONS = frozenset(
    {
        EventType.EXEMPTION_GRANTED,
        EventType.EXEMPTION_APPROVED,
        EventType.EXEMPTION_SIGNED,
        EventType.EXEMPTION_ENDED,
    }
)
COLUMNS = (
    Column("when", "When"),
    Column("what", "What"),
    Column("number", "Number"),
    Column("form", "Form"),
    Column("name", "Name"),
    Column("by", "By"),
    Column("signed", "Agreed in writing"),
)


def exempting(past: Past) -> Table:
    """Every arrangement that was made, approved or ended in ``past.days``, in that order of time;
    and how many wait for approval now. ``number`` is that of the event that made it."""
    events = [
        event
        for event in past.events(EXEMPTIONS)
        if event.now.at in past.days and _is_told(past, event.person)
    ]
    counts = Counter(event.type for event in events)
    approved_at_once = sum(_is_approved_at_once(event) for event in events)
    made = past.standing.state.exemptions.values()
    waiting = [e for e in made if not e.is_approved and _is_told(past, e.person)]
    summary = (
        ("made", counts[EventType.EXEMPTION_GRANTED]),
        ("approved", counts[EventType.EXEMPTION_APPROVED] + approved_at_once),
        ("ended", counts[EventType.EXEMPTION_ENDED]),
        ("wait for approval now", len(waiting)),
    )
    rows = tuple(_row(past, event) for event in events)
    return Table("exemptions", "Exemptions", str(past.days), COLUMNS, rows, summary)


def _is_told(past: Past, person: str | None) -> bool:
    known = past.standing.roster.people.get(person or "")
    return past.tells_of(known.form if known else "")


def _row(past: Past, event: Event) -> tuple[Cell, ...]:
    names = past.names
    return (
        stamp(past.local, event.now.at),
        EVENTS[event.type] + (", and approved" if _is_approved_at_once(event) else ""),
        event.cause or event.seq,
        names.form(event.person),
        names.person(event.person),
        names.actor(event.actor),
        event.data.get("signed", ""),
    )


def _is_approved_at_once(event: Event) -> bool:
    return event.type is EventType.EXEMPTION_GRANTED and bool(event.data.get("approved"))
