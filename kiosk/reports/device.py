"""What befell one device, for a report of loss or damage: nobody else is named in it. Pure.

Taps stand without their reason, and holds not at all: the report may go home with a pupil.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from kiosk.events import SYSTEM, Event, EventType, Reason, person_actor
from kiosk.model import Person, PersonKind, Roster
from kiosk.naming import everybody_but
from kiosk.policy.words import EVENTS, REASONS, event_details

SOMEBODY = "[somebody]"

_TOLD = frozenset(
    {
        EventType.TAPPED,
        EventType.OVERRIDDEN,
        EventType.PULSE_FAILED,
        EventType.PULSE_UNKNOWN,
        EventType.DOOR_OPENED,
        EventType.DOOR_CLOSED,
        EventType.DEPOSITED,
        EventType.COLLECTED,
        EventType.CUSTODY_UNKNOWN,
        EventType.CUSTODY_STATED,
        EventType.TAKEN_OUT,
        EventType.TAKEN_IN,
        EventType.TAKEN_ALONG,
        EventType.HANDED_OVER,
        EventType.DEVICES_NOTED,
        EventType.MOVED,
        EventType.CORRECTION_MADE,
    }
)
_WITH_REASON = frozenset(
    {
        EventType.PULSE_FAILED,
        EventType.DOOR_OPENED,
        EventType.CUSTODY_UNKNOWN,
        EventType.CUSTODY_STATED,
    }
)
_ENDS = frozenset({EventType.COLLECTED, EventType.HANDED_OVER})


class ReportLine(NamedTuple):
    """One event of the story: when, on the school's wall; what; by whom, without a name; where."""

    at: datetime
    what: str
    by: str
    cubby: int | None


def cubbies_of(events: Iterable[Event], deposit: int) -> frozenset[int]:
    """Every cubby that the device of that deposit was in."""
    found = {each.cubby for each in events if each.deposit == deposit}
    moved = {each.data.get("from") for each in events if each.deposit == deposit}
    return frozenset(cubby for cubby in found | moved if cubby is not None)


def device_report(
    events: Iterable[Event],
    deposit: int,
    person: str,
    local: Callable[[datetime], datetime],
) -> tuple[ReportLine, ...]:
    """The story of a deposit, oldest first, from the tap that began it until it was over.

    ``events``: of its owner, and of the cubbies that it was in, in any order.
    """
    known = {each.seq: each for each in events}
    mine = [each for each in known.values() if each.deposit == deposit]
    over = max((each.seq for each in mine if _is_end(each)), default=None)
    told = [
        each
        for _, each in sorted(known.items())
        if each.type in _TOLD and each.seq >= deposit and (over is None or each.seq <= over)
        if each.deposit == deposit or each.person in (person, None)
    ]
    return tuple(
        ReportLine(local(each.now.at), _what(each), _by(each, person), each.cubby) for each in told
    )


def _is_end(event: Event) -> bool:
    stated = event.reason if event.type is EventType.CUSTODY_STATED else None
    return event.type in _ENDS or stated in (Reason.GIVEN, Reason.NEVER_PUT_IN)


def _what(event: Event) -> str:
    words = EVENTS[event.type]
    if event.type is EventType.TAPPED:
        return words if event.granted else f"{words}, refused"
    if event.type is EventType.DEVICES_NOTED:
        return f"{words}: {event_details(event)}"
    if event.type in _WITH_REASON and event.reason is not None:
        return f"{words}: {REASONS[event.reason]}"
    return words


def _by(event: Event, person: str) -> str:
    if event.actor == person_actor(person):
        return "its owner"
    if event.actor == SYSTEM:
        return "the kiosk"
    return "staff" if event.actor.startswith("user:") else "somebody else"


def without_names(text: str, roster: Roster, person: Person) -> str:
    """Words with every name in them taken out but that person's own, of people and of users."""
    said_of = dict.fromkeys(PersonKind, SOMEBODY)
    return everybody_but(person, roster, said_of).taken_out(text)
