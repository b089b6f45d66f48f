"""Roles are sets of named permissions: those shipped, and what a school makes of them. Pure.

Source: the school's rules, "Staff". Which permissions are for leads alone stands in
docs/school-file.md.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


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
    LEGAL_HOLD = "legal_hold"
    SUBJECT_ACCESS = "subject_access"
    CORRECT = "correct"
    NONE_TODAY = "none_today"
    LATE_BUS = "late_bus"
    BOX = "box"
    SERVICE = "service"
    CUBBIES = "cubbies"
    FIRE = "fire"
    ALL_CLEAR = "all_clear"
    ERASE = "erase"
    CONFIRM_ROLES = "confirm_roles"


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
    Permission.CONFIRM_ROLES,
    Permission.LEGAL_HOLD,
    Permission.SUBJECT_ACCESS,
}

DAY_DUTY = "day_duty"

# Every on-duty role may open a cubby: a medical need is met at once, by whoever is there.
ROLES: Mapping[str, frozenset[Permission]] = {
    "reception": _DUTY | _DESK,
    "teacher": _DUTY,
    "pastoral": _DUTY | _PASTORAL,
    "headteacher": _DUTY | _LEAD | {Permission.RULES, Permission.ERASE},
    "dsl": (_DUTY | _LEAD | {Permission.LEAD_NOTES}) - {Permission.ROSTER},
    # For one form, on one day, by a card: they sign in nowhere, so no page shows them names.
    DAY_DUTY: frozenset(
        {
            Permission.SEE_CABINET,
            Permission.OPEN,
            Permission.EXEMPT_TODAY,
            Permission.LISTS,
            Permission.TELL_LEAD,
            Permission.LATE_BUS,
            Permission.BOX,
            Permission.FIRE,
        }
    ),
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
    "admin": frozenset(
        {
            Permission.SEE_CABINET,
            Permission.USERS,
            Permission.ROSTER,
            Permission.RULES,
            Permission.ERASE,
        }
    ),
}
# What of that is for their own forms alone.
OWN_FORMS: Mapping[str, frozenset[Permission]] = MappingProxyType(
    {
        "teacher": frozenset({Permission.LISTS, Permission.LATE_BUS, Permission.BOX}),
        DAY_DUTY: frozenset(
            {Permission.OPEN, Permission.LISTS, Permission.LATE_BUS, Permission.BOX}
        ),
    }
)


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
    Permission.CONFIRM_ROLES,
    Permission.LEGAL_HOLD,
    Permission.SUBJECT_ACCESS,
}
# Handing over is the school's to give: at one it is the head's alone, at another the office's.
LEADS_ALONE = (
    frozenset(Permission) - CONSOLE_PERMISSIONS - _DUTY - _PASTORAL - {Permission.HAND_OVER}
)
LEADS = frozenset(name for name, held in ROLES.items() if held & LEADS_ALONE)
# What a medical need takes: no role on duty loses it.
MEDICAL_NEED = frozenset({Permission.OPEN, Permission.EXEMPT_TODAY})
ON_DUTY = frozenset(name for name, held in ROLES.items() if held >= MEDICAL_NEED)
# Without somebody who may do these, a kiosk could not be looked after any more, a device not be
# given back, or a note not be read.
NEVER_LOST = frozenset(
    {
        Permission.USERS,
        Permission.RULES,
        Permission.ROSTER,
        Permission.OPEN,
        Permission.LIFT,
        Permission.PRIVATE,
        Permission.APPROVE,
        Permission.LEAD_NOTES,
        Permission.CONFIRM_ROLES,
        Permission.ALL_CLEAR,
    }
)
# The acts that look whose form it is; any other is for everybody or for nobody.
BY_FORM = frozenset({Permission.OPEN, Permission.LISTS, Permission.LATE_BUS, Permission.BOX})


class Rights(NamedTuple):
    """What somebody may do: ``of_all`` whomever it is about, ``of_own`` where it is about one of
    their own ``forms`` (case folded)."""

    of_all: frozenset[Permission] = frozenset()
    of_own: frozenset[Permission] = frozenset()
    forms: frozenset[str] = frozenset()

    def may(self, permission: Permission, form: str | None = None) -> bool:
        """Whether they may do that, to somebody of that form; None: to anybody there is."""
        is_own = form is not None and form.casefold() in self.forms
        return permission in self.of_all or (is_own and permission in self.of_own)

    def may_somewhere(self, permission: Permission) -> bool:
        """Whether they may do that at all, if for their own forms alone."""
        return permission in self.of_all or permission in self.of_own

    def forms_for(self, *permissions: Permission) -> frozenset[str] | None:
        """The forms (case folded) that they may do all of that for; None: whichever there are."""
        if not all(map(self.may_somewhere, permissions)):
            return frozenset()
        return None if all(map(self.may, permissions)) else self.forms


class Roles(NamedTuple):
    """The roles of a school, by name: all that each ``may`` do, and what of it for ``own_forms``
    alone."""

    may: Mapping[str, frozenset[Permission]] = MappingProxyType(ROLES)
    own_forms: Mapping[str, frozenset[Permission]] = OWN_FORMS

    def is_for_leads(self, name: str) -> bool:
        """Whether a role has something that is for leads alone; then a lead confirms it."""
        return bool(self.may.get(name, frozenset()) & LEADS_ALONE)

    def rights(self, names: Iterable[str], forms: Iterable[str] = ()) -> Rights:
        """What the roles of these names give together; an unknown one adds nothing."""
        known = [name for name in names if name in self.may]
        of_all = [self.may[name] - self.own_forms.get(name, frozenset()) for name in known]
        of_own = [self.may[name] & self.own_forms.get(name, frozenset()) for name in known]
        everywhere = frozenset[Permission]().union(*of_all)
        own = frozenset[Permission]().union(*of_own) - everywhere
        return Rights(everywhere, own, frozenset(form.casefold() for form in forms if form))
