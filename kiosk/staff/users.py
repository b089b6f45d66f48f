"""Who signs in, with which roles; and day-duty staff. Pure.

What is for leads alone is given by one and confirmed by another: whoever looks after users asks
for it, and a lead who is neither of the two says yes. While there is no such lead, it is given at
once: somebody has to be the first. Another password in somebody's place is as good as their roles,
so a lead whose password somebody else has changed is confirmed anew; and nobody but whoever has the
machine itself takes the last lead's password or role.

Sources: the school's rules, "Staff" (a current holder confirms, nobody approves their own request)
and "People, cards, devices" (day-duty staff: named, one form, one day).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.drafting import Draft
from kiosk.events import CONSOLE, Alert, EventType, Reason, user_actor
from kiosk.messages.commands import ChangeOwnPassword, SaveUser
from kiosk.messages.users import AddDayStaff, ConfirmRoles, DeclineRoles
from kiosk.model import Person, PersonKind, Roster, User
from kiosk.policy.roles import DAY_DUTY, Permission
from kiosk.staff.acting import act, may, needing, refuse, rights
from kiosk.state.users import RoleRequest


def _save_user(draft: Draft, command: SaveUser) -> None:
    user, known = command.user, draft.standing.roster.users.get(command.user.id)
    new = set(user.roles) - set(known.roles if known else ())
    if not new <= draft.rules.roles.may.keys():
        refuse(draft, Reason.NOT_KNOWN)
        return
    if known is not None and _takes_the_last_lead(draft, command.actor, user, known):
        refuse(draft, Reason.NOBODY_LEFT)
        return
    asked = _to_confirm(draft, command.actor, user, known)
    given = replace(user, roles=tuple(role for role in user.roles if role not in asked))
    if given != known or not asked:
        type = EventType.PASSWORD_CHANGED if known else EventType.USER_ADDED
        act(draft, type, command.actor, data=_said(given))
        _keep(draft, given)
    if asked:
        data = {"user": user.id, "roles": list(asked)}
        act(draft, EventType.ROLES_REQUESTED, command.actor, data=data)
        tell_of_requests(draft)


def _said(user: User) -> dict[str, Any]:
    """What of a user is on record: for whom they could act, and when."""
    said: dict[str, Any] = {"user": user.id, "roles": list(user.roles)}
    if user.forms:
        said["forms"] = list(user.forms)
    for name, day in (("from", user.valid_from), ("to", user.valid_to)):
        if day is not None:
            said[name] = day.isoformat()
    return said


def _keep(draft: Draft, user: User) -> None:
    roster = draft.standing.roster
    draft.save(replace(roster, users={**roster.users, user.id: user}), user)


def _to_confirm(draft: Draft, actor: str, user: User, known: User | None) -> tuple[str, ...]:
    """The roles that somebody else has to say yes to, if there is somebody."""
    had = known.roles if known else ()
    if known and actor != user.id and known.password_hash != user.password_hash:
        had = ()
    roles = draft.rules.roles
    leads = tuple(r for r in user.roles if r not in had and roles.is_for_leads(r))
    return leads if leads and _has_confirmer(draft, {actor, user.id}) else ()


def _takes_the_last_lead(draft: Draft, actor: str, user: User, known: User) -> bool:
    """Whether the only lead would be no lead any more, or somebody else could sign in as them: then
    nobody would be left to confirm the next. Whoever has the machine itself can do that."""
    if actor in (CONSOLE, known.id) or _has_confirmer(draft, {known.id}):
        return False
    if not known.password_hash or not may(draft, known.id, Permission.CONFIRM_ROLES):
        return False
    leads = {role for role in known.roles if draft.rules.roles.is_for_leads(role)}
    is_another = user.password_hash != known.password_hash or not leads <= set(user.roles)
    days = (known.valid_from, known.valid_to)
    return is_another or days != (user.valid_from, user.valid_to)


def _has_confirmer(draft: Draft, but: set[str]) -> bool:
    """Whether a lead can sign in who is none of these."""
    users = draft.standing.roster.users.values()
    others = (user.id for user in users if user.id not in but and user.password_hash)
    return any(may(draft, id, Permission.CONFIRM_ROLES) for id in others)


def _asked(draft: Draft, number: int) -> RoleRequest | None:
    """The request of that number, for a user that there is; if None, the draft says so."""
    waiting = draft.state.role_requests.values()
    asked = next((one for one in waiting if one.id == number), None)
    if asked is None or asked.user not in draft.standing.roster.users:
        refuse(draft, Reason.NOT_KNOWN)
        return None
    return asked


def _confirm(draft: Draft, command: ConfirmRoles) -> None:
    """Neither whoever asked nor whoever gets it. A role that is gone since is given to nobody."""
    asked = _asked(draft, command.request)
    if asked is None:
        return
    if command.actor == asked.user or user_actor(command.actor) == asked.by:
        refuse(draft, Reason.SECOND_PERSON)
        return
    user = draft.standing.roster.users[asked.user]
    there_are = [role for role in asked.roles if role in draft.rules.roles.may]
    if not there_are:
        refuse(draft, Reason.NOT_KNOWN)
        return
    given = replace(user, roles=tuple(dict.fromkeys((*user.roles, *there_are))))
    data = {"user": user.id, "roles": there_are}
    act(draft, EventType.ROLES_CONFIRMED, command.actor, cause=asked.id, data=data)
    _keep(draft, given)
    tell_of_requests(draft)


def _decline(draft: Draft, command: DeclineRoles) -> None:
    """A lead says no, or whoever looks after users takes it back."""
    theirs = rights(draft, command.actor)
    if not (theirs.may(Permission.CONFIRM_ROLES) or theirs.may(Permission.USERS)):
        refuse(draft, Reason.NOT_ALLOWED)
        return
    asked = _asked(draft, command.request)
    if asked is None:
        return
    data = {"user": asked.user, "roles": list(asked.roles)}
    act(draft, EventType.ROLES_DECLINED, command.actor, cause=asked.id, data=data)
    tell_of_requests(draft)


def tell_of_requests(draft: Draft) -> None:
    """Leads are told that somebody waits for their word."""
    if draft.state.role_requests:
        draft.raise_alert(Alert.ROLES_WAITING)
    else:
        draft.clear_alert(Alert.ROLES_WAITING)


def _change_own_password(draft: Draft, command: ChangeOwnPassword) -> None:
    """Their own, and nothing else of theirs."""
    known = draft.standing.roster.users.get(command.actor)
    if known is None:
        refuse(draft, Reason.NOT_ALLOWED)
        return
    if command.renews not in ("", known.password_hash):
        refuse(draft, Reason.NOT_KNOWN)
        return
    renewed = {"renewed": True} if command.renews else {}
    act(draft, EventType.PASSWORD_CHANGED, command.actor, data={**_said(known), **renewed})
    _keep(draft, replace(known, password_hash=command.password_hash))


def next_admission(roster: Roster, kind: str) -> str:
    """The number under which somebody is found whom no list has: "day-1", "visitor-1" and on."""
    numbers = re.compile(rf"{kind}-(\d{{1,9}})")
    found = (numbers.fullmatch(person.admission) for person in roster.people.values())
    return f"{kind}-{max((int(one[1]) for one in found if one), default=0) + 1}"


def _add_day_staff(draft: Draft, command: AddDayStaff) -> None:
    """Nobody is made a lead for a day."""
    roster, people = draft.standing.roster, draft.standing.roster.people
    if draft.rules.roles.is_for_leads(DAY_DUTY):
        refuse(draft, Reason.FOR_LEADS)
        return
    names = (command.forename, command.surname, command.admission)
    if not all(name.strip() for name in names):
        refuse(draft, Reason.INCOMPLETE)
        return
    if all(person.form != command.form for person in people.values()):
        refuse(draft, Reason.NOT_KNOWN)
        return
    is_taken = any(person.admission == command.admission for person in people.values())
    if is_taken or command.person in people or command.user in roster.users:
        refuse(draft, Reason.ALREADY_SO)
        return
    person = Person(
        command.person,
        command.admission,
        command.forename,
        command.surname,
        kind=PersonKind.STAFF,
    )
    day, forms = command.on, (command.form,)
    user = User(command.user, person.name, "", (DAY_DUTY,), person.id, forms, day, day)
    act(draft, EventType.USER_ADDED, command.actor, person=person.id, data=_said(user))
    after = replace(
        roster, people={**people, person.id: person}, users={**roster.users, user.id: user}
    )
    draft.save(after, person, user)


USER_ACTS: Mapping[type, Callable[[Draft, Any], None]] = {
    SaveUser: needing(Permission.USERS, _save_user),
    ChangeOwnPassword: _change_own_password,  # whoever signs in
    ConfirmRoles: needing(Permission.CONFIRM_ROLES, _confirm),
    DeclineRoles: _decline,
    AddDayStaff: needing(Permission.ROSTER, _add_day_staff),
}
