"""What other programs may be told: the scopes of tokens, and what each stands for. Pure.

No scope stands for a permission that shows a medical need, an incident, a search or the true kind
of a private hold: no program learns of them.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from kiosk.policy.roles import Permission


class Scope(StrEnum):
    """A part of what can be read. NAMES: who it is about, in all the other parts."""

    STATUS = "status"
    CUBBIES = "cubbies"
    EVENTS = "events"
    LISTS = "lists"
    NAMES = "names"


PERMISSIONS: Mapping[Scope, Permission] = {
    Scope.STATUS: Permission.SEE_CABINET,
    Scope.CUBBIES: Permission.SEE_CABINET,
    Scope.EVENTS: Permission.SEE_RECORD,
    Scope.LISTS: Permission.LISTS,
    Scope.NAMES: Permission.SEE_NAMES,
}
_SCOPES = {scope.value: scope for scope in Scope}


def permissions_of(scopes: Iterable[str]) -> frozenset[Permission]:
    """What these scopes stand for together; an unknown one adds nothing."""
    return frozenset(PERMISSIONS[_SCOPES[name]] for name in scopes if name in _SCOPES)
