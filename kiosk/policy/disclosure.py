"""What of the record each role may be shown. Pure.

Nobody learns from the kiosk what they may not know. A private hold needs nothing here: its events
are those of an office hold. What is left out for a role leaves no line, and what is told in part
reads like something of the ordinary.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from kiosk.events import Event, EventType, Reason
from kiosk.policy.roles import Permission
from kiosk.policy.tap import MEDICAL_ROW

NEEDS = Permission.APPROVE  # who may know of a medical need, and what was arranged for it

# The table's, that the one on medical access reads like to others: a pass, or the release itself.
ARRANGED_ROW, RELEASE_ROW = "14", "17"

# Which events only some may be shown. All others are for everybody who sees the record.
SHOWN_TO: Mapping[EventType, Permission] = {
    EventType.INCIDENT_NOTED: Permission.INCIDENTS,
    EventType.PARENTS_INFORMED: Permission.INCIDENTS,
    EventType.CONSEQUENCE_DECIDED: Permission.INCIDENTS,
    EventType.SEARCH_NOTED: Permission.SEARCH,
    EventType.SEARCH_CONFIRMED: Permission.SEARCH,
    EventType.SIGNS_ADAPTED: Permission.ROSTER,  # that somebody needs another language, or calm
    EventType.PERSON_NOTED: Permission.ROSTER,
    EventType.PERSON_EXPORTED: Permission.SUBJECT_ACCESS,
}
_WITHDRAWN = "withdrawn"  # what a correction of an incident says

# What an arrangement says of the need behind it, and a hold of how that need is met.
_ARRANGED, _HELD = frozenset({"kind", "effect", "windows", "devices"}), frozenset({"need_met"})
_PRIVATE_DATA: Mapping[EventType, tuple[Permission, frozenset[str]]] = {
    EventType.EXEMPTION_GRANTED: (NEEDS, _ARRANGED),
    EventType.HOLD_PLACED: (NEEDS, _HELD),
    EventType.NOT_EXPECTED: (Permission.NONE_TODAY, frozenset({"why"})),
    EventType.ABSENCES_NOTED: (Permission.NONE_TODAY, frozenset({"absent"})),
}


def as_seen(event: Event, may_see: frozenset[Permission]) -> Event | None:
    """The event as whoever has these permissions may be shown it; None: not at all.

    ``may_see`` without ``NEEDS`` is told of an arrangement, not which; medical access reads like
    any arrangement, and staff's own reason "medical" is for those who open doors themselves.
    """
    wanted = _shown_to(event)
    if wanted is not None and wanted not in may_see:
        return None
    for tell in _TELLING:
        event = tell(event, may_see)
    return event


def _shown_to(event: Event) -> Permission | None:
    if event.type is EventType.CORRECTION_MADE and event.data.get("what") == _WITHDRAWN:
        return Permission.INCIDENTS
    return SHOWN_TO.get(event.type)


def _without_private_data(event: Event, may_see: frozenset[Permission]) -> Event:
    wanted, names = _PRIVATE_DATA.get(event.type, (None, frozenset()))
    if event.type is EventType.ARRANGEMENT_CARRIED:
        wanted, names = NEEDS, _HELD if event.data.get("what") == "hold" else _ARRANGED
    if wanted is None or wanted in may_see:
        return event
    data = {name: value for name, value in event.data.items() if name not in names}
    return replace(event, data=data, note=None if names is _ARRANGED else event.note)


def _without_needs(event: Event, may_see: frozenset[Permission]) -> Event:
    if NEEDS in may_see:
        return event
    if event.data.get("row") == MEDICAL_ROW:
        row = RELEASE_ROW if event.reason is Reason.COLLECT else ARRANGED_ROW
        event = replace(event, data={**event.data, "row": row})
    is_medical = event.reason is Reason.MEDICAL_ACCESS
    return replace(event, reason=Reason.OUT) if is_medical else event


def _without_reason(event: Event, may_see: frozenset[Permission]) -> Event:
    is_need = event.reason is Reason.MEDICAL and Permission.OPEN not in may_see
    return replace(event, reason=Reason.OTHER, note=None) if is_need else event


def _without_counts(event: Event, may_see: frozenset[Permission]) -> Event:
    """How many rows the tables have, and what they hash to, is for verifying alone: some rows are
    not for everybody to count."""
    if "tables" not in event.data:
        return event
    return replace(event, data={k: v for k, v in event.data.items() if k != "tables"})


_TELLING: tuple[Callable[[Event, frozenset[Permission]], Event], ...] = (
    _without_private_data,
    _without_needs,
    _without_reason,
    _without_counts,
)
