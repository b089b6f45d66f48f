"""What somebody may do now: by the school's roles in force, for as long as they may at all. Pure.

The one place that asks the roles. Acts ask through ``kiosk.staff.acting``, pages and verbs here.
"""

from collections.abc import Iterator
from datetime import date

from kiosk.cabinet.cubbies import box_of_staff
from kiosk.custody import believed
from kiosk.drafting import Rules, Standing
from kiosk.events import CONSOLE, Moment
from kiosk.model import Person, PersonKind, Roster, User
from kiosk.policy.roles import CONSOLE_PERMISSIONS, Permission, Rights
from kiosk.state import State

NONE = Rights()


def rights_of(rules: Rules, standing: Standing, actor: str, now: Moment) -> Rights:
    """What the user of that id may do. The console has its own rights, a stranger none."""
    if actor == CONSOLE:
        return Rights(CONSOLE_PERMISSIONS)
    user = standing.roster.users.get(actor)
    if user is None or not is_valid(rules, standing.state, user, now):
        return NONE
    return rules.roles.rights(user.roles, own_forms(standing.roster, user))


def may_sign_in(rules: Rules, standing: Standing, user: User, now: Moment) -> bool:
    """Whether they can sign in: they have a password, and their time is now."""
    return bool(user.password_hash) and is_valid(rules, standing.state, user, now)


def has_keeper(rules: Rules, standing: Standing, now: Moment) -> bool:
    """Whether somebody can sign in who may add users."""
    return any(
        may_sign_in(rules, standing, user, now)
        and rights_of(rules, standing, user.id, now).may(Permission.USERS)
        for user in standing.roster.users.values()
    )


def is_blank(roster: Roster) -> bool:
    """Whether nobody is on record: a kiosk that was not used yet, and nothing that a backup put in
    its place could take away."""
    return not roster.users and not roster.people


def own_forms(roster: Roster, user: User) -> tuple[str, ...]:
    """Those that they were given, and that of the member of staff that they are."""
    person = roster.people.get(user.person)
    return (*user.forms, *([person.form] if person and person.form else []))


def is_valid(rules: Rules, state: State, user: User, now: Moment) -> bool:
    """Whether their time has come and is not over. By a clock that is not trusted nobody can tell
    the day: what is over for certain is over, and staff go on."""
    if user.valid_from is None and user.valid_to is None:
        return True
    now, local = believed(state, now), rules.timetable.local
    if now.trusted:
        today = local(now.at).date()
        return (user.valid_from or today) <= today <= (user.valid_to or today)
    seen = local(state.trusted_at).date() if state.trusted_at else date.min
    return user.valid_to is None or seen <= user.valid_to


def opener(
    rules: Rules, standing: Standing, person: Person, now: Moment, form: str | None = None
) -> User | None:
    """The user that a member of staff is who may open cubbies: of that form, or (None) any."""
    for user, rights in _users_of(rules, standing, person, now):
        may_some = form is None and rights.may_somewhere(Permission.OPEN)
        if may_some or rights.may(Permission.OPEN, form):
            return user
    return None


def who_may(
    rules: Rules, standing: Standing, person: Person, now: Moment, permission: Permission
) -> User | None:
    """The user that a member of staff is who has that permission for anybody."""
    users = _users_of(rules, standing, person, now)
    return next((user for user, rights in users if rights.may(permission)), None)


def box_for(rules: Rules, standing: Standing, person: Person, now: Moment) -> int | None:
    """The box that a member of staff looks after: that of their own class, else the first of the
    forms that they were given."""
    own = box_of_staff(standing.state, person)
    if own is not None or person.kind is not PersonKind.STAFF or person.leaver:
        return own
    boxes = {form.casefold(): box for form, box in standing.state.cabinet.boxes.items()}
    for user, rights in _users_of(rules, standing, person, now):
        for form in user.forms:
            if form.casefold() in boxes and rights.may(Permission.BOX, form):
                return boxes[form.casefold()]
    return None


def _users_of(
    rules: Rules, standing: Standing, person: Person, now: Moment
) -> Iterator[tuple[User, Rights]]:
    for user in standing.roster.users.values():
        if user.person == person.id:
            yield user, rights_of(rules, standing, user.id, now)
