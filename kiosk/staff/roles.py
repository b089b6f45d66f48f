"""What other roles would do to those who have them. Pure.

Rules that are imported take nothing from a school that it cannot do without, and give nobody what
is for leads alone: for that, somebody is given such a role, and a lead confirms it.
"""

from collections.abc import Iterator
from typing import NamedTuple

from kiosk.events import Reason
from kiosk.model import Roster, User
from kiosk.policy.roles import LEADS_ALONE, NEVER_LOST, Permission, Roles


class RoleFault(NamedTuple):
    """Why these roles cannot be the school's: for the core, and in words."""

    reason: Reason
    words: str


def role_faults(roster: Roster, before: Roles, after: Roles) -> Iterator[RoleFault]:
    """All that keeps the roles from becoming these."""
    users = sorted(roster.users.values(), key=lambda user: user.name.casefold())
    for name in sorted(before.may.keys() - after.may.keys()):
        if having := [user.name for user in users if name in user.roles]:
            words = f"roles.{name} is gone, and is the role of {', '.join(having)}"
            yield RoleFault(Reason.ROLE_IN_USE, words)
    for user in users:
        if gained := _held(after, user) & LEADS_ALONE - _held(before, user):
            words = (
                f"{user.name} would get {_list(gained)}, which is for leads alone: make it a role"
            )
            yield RoleFault(Reason.FOR_LEADS, f"{words} of its own, and give it to them")
    if lost := _by_some(before, users) & NEVER_LOST - _by_some(after, users):
        yield RoleFault(Reason.NOBODY_LEFT, f"nobody would be left with {_list(lost)}")


def _by_some(roles: Roles, users: list[User]) -> frozenset[Permission]:
    """What somebody may do to anybody, for good."""
    lasting = (user for user in users if user.valid_to is None)
    return frozenset[Permission]().union(*(roles.rights(user.roles).of_all for user in lasting))


def _held(roles: Roles, user: User) -> frozenset[Permission]:
    rights = roles.rights(user.roles, user.forms)
    return rights.of_all | rights.of_own


def _list(permissions: frozenset[Permission]) -> str:
    return ", ".join(sorted(permissions))
