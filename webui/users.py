"""Who signs in, and what they may do."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.messages.commands import SaveUser
from kiosk.model import PersonKind, User
from kiosk.passwords import hash_password
from kiosk.policy.roles import ROLES, Permission
from webui.access import actor, needs, web_session
from webui.account import new_password_faults
from webui.acts.fields import Options
from webui.faults import Fault
from webui.office import office
from webui.wording import printable, reason_words

pages = Blueprint("users", __name__)

LONGEST_NAME = 60  # characters
# What the roles that are shipped are for, on one line.
ROLE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "reception": "the office: people and cards, passes, lists, opening cubbies",
        "teacher": "opens cubbies; lists and class box of their own forms",
        "pastoral": "also incidents, searches and confiscation",
        "headteacher": "all of that, approvals, what is private, the rules. A lead confirms it",
        "dsl": "the safeguarding lead: what is private, notes for the lead. A lead confirms it",
        "day_duty": "one form on one day, by a card; they sign in nowhere",
        "technician": "reader, locks and alerts, without names",
        "admin": "users, lists of people, rules and backups; opens no cubby",
    }
)


@dataclass(frozen=True, slots=True)
class Filled:
    """A user's form, as it is filled in."""

    user: User
    new: str = ""
    again: str = ""


@pages.get("/users")
@needs(Permission.USERS)
def show() -> str:
    """Everybody who signs in, by name."""
    standing = office().service.standing()
    users = sorted(standing.roster.users.values(), key=lambda user: user.name.casefold())
    return render_template("users.html", users=users, waiting=standing.state.role_requests)


@pages.get("/users/new")
@needs(Permission.USERS)
def new() -> str:
    """The form for a new one."""
    return _form(User("", "", ""))


@pages.post("/users/new")
@needs(Permission.USERS)
def add() -> Response | tuple[str, int]:
    """Add one."""
    filled = _filled(User(secrets.token_hex(8), "", ""))
    faults = [
        *_faults(filled),
        *new_password_faults(filled.new, filled.again, filled.user.name),
    ]
    if faults:
        return _form(replace(filled.user, id=""), faults), 400
    return _saved(filled, f"{filled.user.name} can sign in.", is_new=True)


@pages.get("/users/<user>")
@needs(Permission.USERS)
def edit(user: str) -> str:
    """One user's form."""
    return _form(_known(user))


@pages.post("/users/<user>")
@needs(Permission.USERS)
def change(user: str) -> Response | tuple[str, int]:
    """Other roles, forms, times, or another password. Their sessions end."""
    filled = _filled(_known(user))
    faults = _faults(filled)
    if filled.new or filled.again:
        faults += new_password_faults(filled.new, filled.again, filled.user.name)
    if faults:
        return _form(filled.user, faults), 400
    return _saved(filled, f"{filled.user.name} was changed.")


@pages.post("/users/<user>/end")
@needs(Permission.USERS)
def end(user: str) -> Response | tuple[str, int]:
    """Somebody signs in no more: no password, no roles. What they did stays on record."""
    known = _known(user)
    ended = replace(known, password_hash="", roles=())
    return _saved(Filled(ended), f"{known.name} signs in no more.")


def _known(id: str) -> User:
    user = office().service.standing().roster.users.get(id)
    if user is None:
        abort(404)
    return user


def _filled(user: User) -> Filled:
    form = request.form
    return Filled(
        replace(
            user,
            name=user_name(form.get("name", "")),
            roles=tuple(form.getlist("roles")),
            forms=tuple(form.getlist("forms")),
            person=form.get("person", ""),
            valid_from=_day("valid_from"),
            valid_to=_day("valid_to"),
        ),
        form.get("new", ""),
        form.get("again", ""),
    )


def _day(name: str) -> date | None:
    try:
        text = request.form.get(name, "")
        return date.fromisoformat(text) if text else None
    except ValueError:
        abort(400)


def name_faults(user: User) -> list[Fault]:
    """What is wrong with the name that somebody is to sign in with."""
    users = office().service.standing().roster.users.values()
    if not 1 <= len(user.name) <= LONGEST_NAME:
        return [Fault("name", f"A name has 1 to {LONGEST_NAME} characters.")]
    if any(u.id != user.id and u.name.casefold() == user.name.casefold() for u in users):
        return [Fault("name", "Somebody else signs in with that name.")]
    return []


def user_name(text: str) -> str:
    """A user's name as it was typed, in one line and not endless."""
    return printable(text)[: LONGEST_NAME + 1]


def _faults(filled: Filled) -> list[Fault]:
    user, service = filled.user, office().service
    found = name_faults(user)
    if not user.roles or set(user.roles) - service.rules.roles.may.keys():
        found.append(Fault("roles-1", "Choose at least one role."))
    if user.person and user.person not in dict(_staff()):
        found.append(Fault("person", "Choose a member of staff from the list."))
    if user.valid_from and user.valid_to and user.valid_to < user.valid_from:
        found.append(Fault("valid_to", "The last day is before the first."))
    return found


def _saved(filled: Filled, said: str, *, is_new: bool = False) -> Response | tuple[str, int]:
    user = filled.user
    if filled.new:
        user = replace(user, password_hash=hash_password(filled.new))
    outcome = office().service.submit(SaveUser(actor(), user))
    if outcome.granted:
        web_session()["said"] = said + _waiting(user)
        return redirect(url_for("users.show"), 303)
    why = reason_words(outcome.reason) or "it was refused"
    shown = replace(user, id="") if is_new else user
    return _form(shown, [Fault("name", f"Nothing was changed: {why}.")]), 409


def _waiting(user: User) -> str:
    """What of it another lead has to confirm, in a sentence."""
    asked = office().service.standing().state.role_requests.get(user.id)
    roles = [role for role in user.roles if asked is not None and role in asked.roles]
    return f" A lead has to confirm: {', '.join(roles)}." if roles else ""


def _form(user: User, faults: Sequence[Fault] = ()) -> str:
    people = office().service.standing().roster.people.values()
    return render_template(
        "user.html",
        them=user,
        roles=[(role, role_words(role)) for role in office().service.rules.roles.may],
        forms=[(form, "") for form in sorted({p.form for p in people if p.form})],
        staff=_staff(),
        faults=list(faults),
    )


def role_words(role: str) -> str:
    """What a role is for, in a few words, and whether the school has made or changed it."""
    roles = office().service.rules.roles
    if role not in ROLES:
        return "made by this school: Rules says what it may do"
    is_as_shipped = roles.may[role] == ROLES[role]
    return ROLE_WORDS[role] + ("" if is_as_shipped else ". Changed by this school: see Rules")


def _staff() -> Options:
    people = office().service.standing().roster.people.values()
    staff = [p for p in people if p.kind is PersonKind.STAFF and not p.leaver]
    return [(p.id, p.name) for p in sorted(staff, key=lambda p: p.name.casefold())]
