"""One's own password, and where one is signed in."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.messages.commands import ChangeOwnPassword
from kiosk.passwords import hash_password, password_fault
from webui.access import actor, current_user, signed_in, web_session
from webui.faults import Fault
from webui.office import office
from webui.password_check import Busy

pages = Blueprint("account", __name__)


@pages.get("/account")
@signed_in
def show() -> str:
    """Who is signed in, where, and the form for another password."""
    return _page()


@pages.post("/account/password")
@signed_in
def change_password() -> Response | tuple[str, int]:
    """Another password, for whoever knows the one that holds. All other sessions end with it."""
    refused = _not_proved("current")
    return refused or _changed(request.form.get("new", ""), request.form.get("again", ""))


@pages.post("/account/sessions/end")
@signed_in
def end_others() -> Response | tuple[str, int]:
    """Sign out everywhere but here, for whoever knows the password."""
    if refused := _not_proved("proof"):
        return refused
    office().sessions.end_others(web_session())
    web_session()["said"] = "You are signed out everywhere else."
    return redirect(url_for("account.show"), 303)


def _not_proved(field: str) -> tuple[str, int] | None:
    """Whoever sits there has to know the password that holds: the page that says no, or None.
    Guessing is slowed as at the sign-in page."""
    user = current_user()
    if user is None:
        abort(401)
    here, began = office(), office().monotonic()
    account, source = f"user {user.id}", request.remote_addr or ""
    if here.throttle.begin(account, source, began) > 0:
        return _page([Fault(field, "Too many failed attempts. Try again later.")]), 429
    try:
        fits = here.passwords.fits(user.password_hash, request.form.get(field, ""))
    except Busy:
        here.throttle.not_made(account, source, began)
        abort(503, "Too many people are signing in at once. Try again in a moment.")
    if not fits:
        return _page([Fault(field, "That is not your password.")]), 400
    here.throttle.succeeded(account, source, began)
    return None


def new_password_faults(new: str, again: str, name: str) -> list[Fault]:
    """What is wrong with a password that somebody chose."""
    found = []
    if wrong := password_fault(new, name, office().service.school):
        found.append(Fault("new", wrong))
    if new != again:
        found.append(Fault("again", "The two new passwords differ."))
    return found


def _changed(new: str, again: str) -> Response | tuple[str, int]:
    user = current_user()
    if user is None:
        abort(401)
    if faults := new_password_faults(new, again, user.name):
        return _page(faults), 400
    outcome = office().service.submit(ChangeOwnPassword(actor(), hash_password(new)))
    if not outcome.granted:
        abort(409, "Nothing was changed.")
    changed = office().service.standing().roster.users[user.id]
    office().sessions.sign_in(web_session(), changed)
    web_session()["said"] = "Your password is changed. Everywhere else you are signed out."
    return redirect(url_for("account.show"), 303)


def _page(faults: list[Fault] | None = None) -> str:
    now = office().monotonic()
    mine = office().sessions.of_same_user(web_session())
    return render_template(
        "account.html",
        faults=faults or [],
        sessions=[
            {
                "source": one.source or "somewhere",
                "minutes": int((now - one.seen) // 60),
                "is_this": one.id == web_session().id,
            }
            for one in mine
        ],
    )
