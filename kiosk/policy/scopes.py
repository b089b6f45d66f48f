"""What other programs may be told: the scopes of tokens, and what each stands for. Pure.

No scope stands for a permission that shows a medical need, an incident, a search or the true kind
of a private hold: no program learns of them.
"""

from collections.abc import Collection, Iterable, Mapping
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
LONGEST_NAME = 60  # characters of what a token is called
_SCOPES = {scope.value: scope for scope in Scope}


def permissions_of(scopes: Iterable[str]) -> frozenset[Permission]:
    """What these scopes stand for together; an unknown one adds nothing."""
    return frozenset(PERMISSIONS[_SCOPES[name]] for name in scopes if name in _SCOPES)


def name_fault(name: str, taken: Iterable[str], what: str = "token") -> str:
    """What is wrong with the name of a new token, in words; "" where nothing is."""
    if not name.isprintable() or not 1 <= len(name) <= LONGEST_NAME:
        return f"a {what}'s name has 1 to {LONGEST_NAME} printable characters"
    if name.casefold() in map(str.casefold, taken):
        return f'there is a token "{name}" already; revoke it first'
    return ""


def scopes_fault(scopes: Collection[str]) -> str:
    """What is wrong with the scopes of a new token, in words; "" where nothing is."""
    if not scopes:
        return f"a token has at least one scope: {', '.join(Scope)}"
    if set(scopes) == {Scope.NAMES}:
        return "names alone is of nothing: say what they are to be told in"
    return ""
