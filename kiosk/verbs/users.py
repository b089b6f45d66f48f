"""Verbs about those who sign in, their roles, forms and days; and day-duty staff."""

import secrets
from dataclasses import replace
from datetime import date

from kiosk.arguments import a_day, a_day_to_come, a_name
from kiosk.errors import BadInput
from kiosk.events import Reason
from kiosk.messages.commands import SaveUser
from kiosk.messages.users import AddDayStaff, ConfirmRoles, DeclineRoles
from kiosk.model import PersonKind, User
from kiosk.policy.roles import Permission
from kiosk.policy.words import REASONS
from kiosk.rights import is_valid, own_forms
from kiosk.staff.users import next_admission
from kiosk.verbs.base import Json, VerbsBase, verb

ALWAYS = "-"  # a first or last day: none


class UserVerbs(VerbsBase):
    """Verbs about those who sign in."""

    @verb
    def do_user_add(
        self,
        name: str,
        password_hash: str,
        roles: list[str],
        change: bool = False,
        forms: list[str] | None = None,
        since: str = "",
        until: str = "",
    ) -> Json:
        """Add a user, or ``change`` one: another password, other roles. Where ``forms``, ``since``
        or ``until`` are not said, they stay. ``waiting``: the roles that a lead has to confirm."""
        if not password_hash.startswith("$argon2id$"):
            raise BadInput("this is no password hash: passwords are hashed with Argon2id")
        known = self._addable(name, roles, change)
        user = known or User(secrets.token_hex(8), name.strip(), "")
        user = replace(user, password_hash=password_hash, roles=tuple(roles))
        if forms is not None:
            user = replace(user, forms=tuple(dict.fromkeys(map(self._form, forms))))
        return self._saved(_with_days(user, since, until), added=known is None)

    @verb
    def do_user_add_look(self, name: str, roles: list[str], change: bool = False) -> Json:
        """Whether such a user can be added or changed, before anybody makes up a password."""
        return {"is_new": self._addable(name, roles, change) is None}

    def _addable(self, name: str, roles: list[str], change: bool) -> User | None:
        """The user of that name, who is to be changed; None: there is none yet."""
        there_are = self._service.rules.roles.may
        if not roles:
            raise BadInput(f"a user has at least one role: {', '.join(there_are)}")
        if unknown := sorted(set(roles) - there_are.keys()):
            raise BadInput(
                f"no role is called {', '.join(unknown)}; there are {', '.join(there_are)}"
            )
        if not name.isprintable() or not 1 <= len(name.strip()) <= 60:
            raise BadInput("a user's name has 1 to 60 printable characters")
        known = self._user(name.strip())
        if known is not None and not change:
            raise BadInput(f"there is a user {known.name} already; --change gives them new roles")
        return known

    @verb
    def do_user_forms(self, name: str, forms: list[str]) -> Json:
        """Say which forms are a user's own, in place of any other."""
        theirs = tuple(dict.fromkeys(map(self._form, forms)))
        user = replace(self._known_user(name), forms=theirs)
        saved = self._saved(user, added=False)
        return {**saved, "forms": list(own_forms(self._service.standing().roster, user))}

    @verb
    def do_user_days(self, name: str, since: str = "", until: str = "") -> Json:
        """Say from which day until which day a user may do anything; "-" for any."""
        user = _with_days(self._known_user(name), since, until)
        days = {"since": _iso(user.valid_from), "until": _iso(user.valid_to)}
        return {**self._saved(user, added=False), **days}

    def _saved(self, user: User, *, added: bool) -> Json:
        self._submit(SaveUser(self.ACTOR, user))
        asked = self._service.standing().state.role_requests.get(user.id)
        waiting = [role for role in user.roles if asked is not None and role in asked.roles]
        return {"user": user.name, "added": added, "waiting": waiting}

    @verb
    def do_user_link(self, name: str, admission: str = "") -> Json:
        """Say which member of staff a user is, so that their card tells them at the kiosk."""
        user = self._known_user(name)
        person = self._person(admission) if admission else None
        if person is not None and person.kind is not PersonKind.STAFF:
            raise BadInput(f"{person.name} is no member of staff")
        self._submit(SaveUser(self.ACTOR, replace(user, person=person.id if person else "")))
        return {"user": user.name, "person": person.name if person else ""}

    @verb
    def do_user_confirm(self, name: str, **who: str) -> Json:
        """Say yes to the roles that were asked for a user. It takes a lead's own name."""
        user, request = self._asked(name)
        self._submit(ConfirmRoles(self._actor(who), request))
        return {"user": user.name, "roles": list(self._known_user(name).roles)}

    @verb
    def do_user_decline(self, name: str, **who: str) -> Json:
        """Say no to them, or take the request back."""
        user, request = self._asked(name)
        return {"seq": self._submit(DeclineRoles(self._actor(who), request)).seq, "user": user.name}

    def _asked(self, name: str) -> tuple[User, int]:
        user = self._known_user(name)
        asked = self._service.standing().state.role_requests.get(user.id)
        if asked is None:
            raise BadInput(f"nothing was asked for {user.name}")
        return user, asked.id

    @verb
    def do_users(self, everybody: bool = False, **who: str) -> Json:
        """Those who sign in or open cubbies by card, by name; ``everybody``: also whose time is
        over. For whoever looks after them, and for leads."""
        rights = self._rights(self._actor(who))
        if not (rights.may(Permission.USERS) or rights.may(Permission.CONFIRM_ROLES)):
            raise BadInput(f"nothing is shown: {REASONS[Reason.NOT_ALLOWED]}")
        users = self._service.standing().roster.users.values()
        shown = sorted(users, key=lambda user: user.name.casefold())
        return {"users": [self._told(u) for u in shown if everybody or not self._is_over(u)]}

    def _is_over(self, user: User) -> bool:
        service = self._service
        begun = replace(user, valid_from=None)
        return not is_valid(service.rules, service.standing().state, begun, service.now())

    def _told(self, user: User) -> Json:
        standing = self._service.standing()
        asked = standing.state.role_requests.get(user.id)
        person = standing.roster.people.get(user.person)
        return {
            "name": user.name,
            "roles": list(user.roles),
            "waiting": list(asked.roles) if asked else [],
            "forms": list(own_forms(standing.roster, user)),
            "since": _iso(user.valid_from),
            "until": _iso(user.valid_to),
            "signs_in": bool(user.password_hash),
            "staff": person.admission if person else "",
        }

    @verb
    def do_day_staff(self, forename: str, surname: str, form: str, on: str = "") -> Json:
        """Have somebody look after one form on one day, by a card that they are given next."""
        names = a_name(forename, surname, "day-duty staff have")
        today = self._service.rules.timetable.local(self._service.now().at).date()
        day = a_day_to_come(on, today)
        admission = next_admission(self._service.standing().roster, "day")
        command = AddDayStaff(
            self.ACTOR,
            secrets.token_hex(8),
            secrets.token_hex(8),
            admission,
            *names,
            self._form(form),
            day,
        )
        self._submit(command)
        return {"admission": admission, "name": " ".join(names), "on": day.isoformat()}

    def _known_user(self, name: str) -> User:
        user = self._user(name)
        if user is None:
            raise BadInput(f'there is no user "{name}"')
        return user


def _with_days(user: User, since: str, until: str) -> User:
    """The user with another first and last day; "" leaves one as it is. Raises BadInput."""
    first = user.valid_from if not since else a_day("" if since == ALWAYS else since)
    last = user.valid_to if not until else a_day("" if until == ALWAYS else until)
    if first and last and last < first:
        raise BadInput(f"their last day, {last}, is before their first, {first}")
    return replace(user, valid_from=first, valid_to=last)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
