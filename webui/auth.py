"""Signing in and out."""

import logging
import math
from dataclasses import replace

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.errors import NotRunning, RecordFault
from kiosk.events import EventType
from kiosk.messages.commands import ChangeOwnPassword, RecordSignIn
from kiosk.model import User
from kiosk.rights import is_valid
from webui.access import current_user, own_path, public, signed_in, web_session
from webui.office import office
from webui.password_check import Busy
from webui.throttle import WINDOW_S

log = logging.getLogger(__name__)
pages = Blueprint("auth", __name__)

RECALLED = 200  # events looked through after a start
LONGEST_NAME = 100  # characters of a user name that are looked at


@pages.get("/sign-in")
@public
def sign_in() -> str | Response:
    """The form. While nobody can sign in at all, it leads to where somebody becomes the first."""
    wanted = own_path(request.args.get("next", "/"))
    if current_user():
        return redirect(wanted, 303)
    if office().is_to_be_set_up and not office().has_users:
        return redirect(url_for("setup.begin"), 303)
    return _form(wanted)


@pages.post("/sign-in")
@public
def check() -> Response | tuple[str, int, dict[str, str]]:
    """Let the user in, or say no in the same words whatever was wrong."""
    name = request.form.get("name", "")[:LONGEST_NAME].strip()
    wanted = own_path(request.form.get("next", "/"))
    user = find_user(name)
    account, source = account_key(user, name), request.remote_addr or ""
    recall()
    began = office().monotonic()
    wait = office().throttle.begin(account, source, began)
    if wait > 0:
        return _later(wait)
    try:
        fits = _fits(user, request.form.get("password", ""))
    except Busy:
        office().throttle.not_made(account, source, began)
        abort(503, "Too many people are signing in at once. Try again in a moment.")
    if not fits:
        record_sign_in(user, granted=False)
        return _form(wanted, name, "The user name or the password is wrong."), 401, {}
    if user is None:
        abort(401)
    office().throttle.succeeded(account, source, began)
    let_in(_renewed(user, request.form.get("password", "")))
    return redirect(wanted, 303)


@pages.post("/sign-out")
@signed_in
def sign_out() -> Response:
    """End the session; a list that waits in it is forgotten."""
    office().pending.forget(web_session().id)
    office().sessions.sign_out(web_session())
    return redirect(url_for("auth.sign_in"), 303)


def let_in(user: User) -> None:
    """This browser's session is theirs from here on, and that is recorded."""
    office().sessions.sign_in(web_session(), user)
    web_session().source = request.remote_addr or ""
    g.pop("csrf_token", None)
    record_sign_in(user, granted=True)


def find_user(name: str) -> User | None:
    """The user with that name, in whatever case; nobody where two share it."""
    users = office().service.standing().roster.users
    found = [user for user in users.values() if user.name.casefold() == name.casefold()]
    return found[0] if len(found) == 1 else users.get(name)


def recall() -> None:
    """Count the refusals of the last minutes, which a restart would have forgotten."""
    here, throttle = office(), office().throttle
    if throttle.is_recalled:
        return
    throttle.is_recalled = True
    now, mono = here.service.now().at, here.monotonic()
    try:
        events = here.service.events(limit=RECALLED)
    except (RecordFault, NotRunning):
        return  # a record that cannot be read keeps nobody out
    for event in reversed(events):
        age = (now - event.now.at).total_seconds()
        if event.type is EventType.SIGN_IN_REFUSED and 0 <= age < WINDOW_S:
            user = here.service.standing().roster.users.get(event.actor.removeprefix("user:"))
            account = account_key(user, f"of event {event.seq}")  # what was typed is not recorded
            throttle.begin(account, event.data.get("source", ""), mono - age)


def account_key(user: User | None, name: str) -> str:
    """What the tries at one account are counted under; a name that nobody has counts too."""
    return f"user {user.id}" if user else f"name {name.casefold()}"


def _fits(user: User | None, password: str) -> bool:
    """Whether they may sign in. A user without a password never does, nor one out of their time."""
    service = office().service
    fits = office().passwords.fits((user.password_hash if user else "") or None, password)
    if user is None or not user.password_hash:
        return False
    return fits and is_valid(service.rules, service.standing().state, user, service.now())


def _renewed(user: User, password: str) -> User:
    """The user, their password hashed anew where that was done with less work than is done today.
    Where much is going on, or the disk fails, it is left for the next time and keeps nobody out."""
    try:
        fresh = office().passwords.renewed(user.password_hash, password)
        if fresh is None:
            return user
        command = ChangeOwnPassword(user.id, fresh, renews=user.password_hash)
        is_done = office().service.submit(command).granted
    except (Busy, RecordFault, NotRunning):
        log.warning("a password could not be hashed anew")
        return user
    return replace(user, password_hash=fresh) if is_done else user


def record_sign_in(user: User | None, *, granted: bool) -> None:
    """Write it down. A failing disk keeps nobody out: phones have to be released."""
    command = RecordSignIn(user.id if user else "", granted, request.remote_addr or "")
    try:
        office().service.submit(command)
    except (RecordFault, NotRunning):
        log.error("a sign-in could not be recorded")


def _form(wanted: str, name: str = "", fault: str = "") -> str:
    return render_template(
        "sign_in.html",
        next=wanted,
        name=name,
        fault=fault,
        has_lapsed=web_session().has_lapsed,
    )


def _later(wait: float) -> tuple[str, int, dict[str, str]]:
    return _form("/", "", later_words(wait)), 429, {"Retry-After": str(math.ceil(wait))}


def later_words(wait: float) -> str:
    """How long to wait, in a sentence; ``wait`` in seconds."""
    minutes = math.ceil(wait / 60)
    unit = "minute" if minutes == 1 else "minutes"
    return f"Too many failed attempts. Try again in {minutes} {unit}."
