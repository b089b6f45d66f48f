"""Leads' roles that were asked for somebody and wait for another lead's word."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kiosk.messages.users import ConfirmRoles, DeclineRoles
from kiosk.policy.roles import Permission
from kiosk.state.users import RoleRequest
from webui.access import actor, needs, web_session
from webui.office import office
from webui.wording import People, printable, reason_words, since_words

pages = Blueprint("roles", __name__)

ANSWERS: Mapping[str, tuple[Callable[[str, int], ConfirmRoles | DeclineRoles], str]] = {
    "confirm": (ConfirmRoles, "The role is theirs."),
    "decline": (DeclineRoles, "The role is not given."),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One request, as it is listed. ``is_own``: the reader asked for it, or it is for them."""

    id: int
    name: str
    roles: str
    asked: str
    is_own: bool


@pages.get("/roles")
@needs(Permission.CONFIRM_ROLES)
def show() -> str:
    """All that wait, oldest first."""
    waiting = office().service.standing().state.role_requests.values()
    listed = [_waiting(asked) for asked in sorted(waiting, key=lambda asked: asked.id)]
    return render_template("roles.html", waiting=listed)


@pages.post("/roles/<int:seq>/<answer>")
@needs(Permission.CONFIRM_ROLES)
def settle(seq: int, answer: str) -> Response:
    """Confirm one, or decline it."""
    if answer not in ANSWERS:
        abort(404)
    make, said = ANSWERS[answer]
    outcome = office().service.submit(make(actor(), seq))
    if not outcome.granted:
        abort(409, f"Nothing was changed: {reason_words(outcome.reason) or 'it was refused'}.")
    web_session()["said"] = said
    return redirect(url_for("roles.show"), 303)


def _waiting(asked: RoleRequest) -> Waiting:
    service = office().service
    standing = service.standing()
    user = standing.roster.users.get(asked.user)
    by = People(standing.roster, sees_names=True).actor(asked.by)
    return Waiting(
        asked.id,
        printable(user.name) if user else "a user no longer known",
        ", ".join(asked.roles),
        f"asked by {by}, {since_words(service.rules, asked.at, service.now().at)}",
        is_own=actor() == asked.user or asked.by == f"user:{actor()}",
    )
