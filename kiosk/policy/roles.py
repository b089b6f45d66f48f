"""Roles are sets of named permissions."""

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Permission(StrEnum):
    """What a signed-in user may do."""

    SEE_CABINET = "see_cabinet"
    SEE_NAMES = "see_names"
    SEE_RECORD = "see_record"
    OPEN = "open"
    ALERTS = "alerts"
    CLOCK = "clock"
    ROSTER = "roster"
    USERS = "users"
    PASS = "pass"
    GOING_HOME = "going_home"
    RELEASE_NOW = "release_now"
    EXEMPT_TODAY = "exempt_today"
    APPROVE = "approve"
    HOLD_OFFICE = "hold_office"
    CONFISCATE = "confiscate"
    LIFT = "lift"
    PRIVATE = "private"
    HAND_OVER = "hand_over"
    LISTS = "lists"
    RULES = "rules"
    INCIDENTS = "incidents"
    SEARCH = "search"
    AUTHORISE = "authorise"
    TELL_LEAD = "tell_lead"
    LEAD_NOTES = "lead_notes"
    CORRECT = "correct"
    NONE_TODAY = "none_today"
    LATE_BUS = "late_bus"
    BOX = "box"
    SERVICE = "service"
    CUBBIES = "cubbies"
    FIRE = "fire"
    ALL_CLEAR = "all_clear"


_DUTY = frozenset(
    {
        Permission.SEE_CABINET,
        Permission.SEE_NAMES,
        Permission.SEE_RECORD,
        Permission.OPEN,
        Permission.ALERTS,
        Permission.CLOCK,
        Permission.EXEMPT_TODAY,
        Permission.LISTS,
        Permission.TELL_LEAD,
        Permission.LATE_BUS,
        Permission.BOX,
        Permission.FIRE,
    }
)
_DESK = frozenset(
    {
        Permission.ROSTER,
        Permission.PASS,
        Permission.GOING_HOME,
        Permission.RELEASE_NOW,
        Permission.HOLD_OFFICE,
        Permission.CORRECT,
        Permission.NONE_TODAY,
        Permission.SERVICE,
        Permission.CUBBIES,
        Permission.ALL_CLEAR,
    }
)
_PASTORAL = frozenset(
    {
        Permission.PASS,
        Permission.HOLD_OFFICE,
        Permission.CONFISCATE,
        Permission.INCIDENTS,
        Permission.SEARCH,
        Permission.CORRECT,
        Permission.NONE_TODAY,
    }
)
_LEAD = _DESK | {
    Permission.APPROVE,
    Permission.CONFISCATE,
    Permission.LIFT,
    Permission.PRIVATE,
    Permission.HAND_OVER,
    Permission.INCIDENTS,
    Permission.SEARCH,
    Permission.AUTHORISE,
}

# Every on-duty role may open a cubby: a medical need is met at once, by whoever is there.
ROLES: Mapping[str, frozenset[Permission]] = {
    "reception": _DUTY | _DESK,
    "teacher": _DUTY,
    "pastoral": _DUTY | _PASTORAL,
    "headteacher": _DUTY | _LEAD | {Permission.RULES},
    "dsl": (_DUTY | _LEAD | {Permission.LEAD_NOTES}) - {Permission.ROSTER},
    "technician": frozenset(
        {
            Permission.SEE_CABINET,
            Permission.SEE_RECORD,
            Permission.ALERTS,
            Permission.CLOCK,
            Permission.SERVICE,
            Permission.FIRE,
        }
    ),
    "admin": frozenset({Permission.SEE_CABINET, Permission.USERS, Permission.ROSTER}),
}


# Whoever has the machine: an administrator's and a technician's rights, and the desk's; nothing
# of what only the leads may see or do, nor what somebody has to put their name to.
CONSOLE_PERMISSIONS = frozenset(Permission) - {
    Permission.PRIVATE,
    Permission.LIFT,
    Permission.APPROVE,
    Permission.HAND_OVER,
    Permission.INCIDENTS,
    Permission.SEARCH,
    Permission.AUTHORISE,
    Permission.TELL_LEAD,
    Permission.LEAD_NOTES,
}


def permissions(roles: Iterable[str]) -> frozenset[Permission]:
    """All that these roles together may do; an unknown role adds nothing."""
    return frozenset().union(*(ROLES.get(role, frozenset()) for role in roles))
