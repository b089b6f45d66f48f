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


_DUTY = frozenset(
    {
        Permission.SEE_CABINET,
        Permission.SEE_NAMES,
        Permission.SEE_RECORD,
        Permission.OPEN,
        Permission.ALERTS,
        Permission.CLOCK,
    }
)

# Every on-duty role may open a cubby: a medical need is met at once, by whoever is there.
ROLES: Mapping[str, frozenset[Permission]] = {
    "reception": _DUTY | {Permission.ROSTER},
    "teacher": _DUTY,
    "pastoral": _DUTY,
    "headteacher": _DUTY | {Permission.ROSTER},
    "dsl": _DUTY,
    "technician": frozenset(
        {Permission.SEE_CABINET, Permission.SEE_RECORD, Permission.ALERTS, Permission.CLOCK}
    ),
    "admin": frozenset({Permission.SEE_CABINET, Permission.USERS, Permission.ROSTER}),
}


def permissions(roles: Iterable[str]) -> frozenset[Permission]:
    """All that these roles together may do; an unknown role adds nothing."""
    return frozenset().union(*(ROLES.get(role, frozenset()) for role in roles))
