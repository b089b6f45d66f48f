"""Programs that read the kiosk, and tablets that show the pupils' screen: who they are, a token for
one more, and taking one back."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.errors import BadInput
from kiosk.messages.commands import MakeToken, RevokeToken
from kiosk.model import Token
from kiosk.policy.roles import Permission
from kiosk.policy.scopes import PERMISSIONS, Scope, name_fault, scopes_fault
from kiosk.screen_tokens import new_screen_token, screens
from kiosk.tokens import new_token
from webui.access import actor, may, needs, web_session
from webui.errors import in_words
from webui.faults import Fault
from webui.office import office
from webui.receivers import receiver_words
from webui.wording import printable, reason_words

pages = Blueprint("programs", __name__, url_prefix="/programs")

TOLD = {
    Scope.STATUS: "how the kiosk is, counts and alerts",
    Scope.CUBBIES: "each cubby and its state",
    Scope.EVENTS: "what happened, as it happens",
    Scope.LISTS: "the office’s lists; without names only how many are on them",
    Scope.NAMES: "who all that is about",
}


@dataclass(frozen=True, slots=True)
class Made:
    """What is shown this once: whose token it is, and the text that has to be kept or opened."""

    name: str
    text: str
    is_screen: bool


@pages.get("")
@needs(Permission.USERS)
def show() -> str:
    """All of them."""
    return _page()


@pages.post("/tokens")
@needs(Permission.USERS)
def add_program() -> str | tuple[str, int]:
    """A token for a program. It is shown in this answer and nowhere else."""
    name, scopes = _name(), [s.value for s in Scope if s.value in request.form.getlist("scopes")]
    faults = _faults("name", name_fault(name, _taken())) + _faults("scopes-1", scopes_fault(scopes))
    if faults:
        return _page(faults, name=name, chosen=scopes), 400
    token, text = new_token(name, scopes)
    return _keep(token, Made(name, text, is_screen=False))


@pages.post("/screens")
@needs(Permission.USERS)
def add_screen() -> str | tuple[str, int]:
    """An address for a tablet. It is shown in this answer and nowhere else."""
    name = _name()
    if faults := _faults("screen", name_fault(name, _taken(), "screen")):
        return _page(faults, screen=name), 400
    token, text = new_screen_token(name)
    address = url_for("screen.show", _external=True, _anchor=text)
    return _keep(token, Made(name, address, is_screen=True))


@pages.post("/<token>/revoke")
@needs(Permission.USERS)
def revoke(token: str) -> Response:
    """Take one back."""
    known = office().service.standing().roster.tokens.get(token)
    if known is None:
        abort(404)
    outcome = office().service.submit(RevokeToken(actor(), known.id))
    if not outcome.granted:
        abort(409, f"Nothing was changed: {reason_words(outcome.reason) or 'it was refused'}.")
    web_session()["said"] = f"{known.name} is told nothing any more."
    return redirect(url_for("programs.show"), 303)


@pages.post("/try/<kind>/<name>")
@needs(Permission.USERS)
def try_out(kind: str, name: str) -> Response | tuple[str, int]:
    """Send a receiver something that says nothing, and tell whether it arrived."""
    try:
        receiver = office().outgoing.receiver(kind, name)
    except BadInput:
        abort(404)
    if wrong := receiver.try_out():
        return _page([Fault(f"{kind}-{name}", in_words(f"{name}: {wrong}"))]), 502
    web_session()["said"] = f"It arrived at {name}."
    return redirect(url_for("programs.show"), 303)


def _keep(token: Token, made: Made) -> str | tuple[str, int]:
    outcome = office().service.submit(MakeToken(actor(), token))
    if outcome.granted:
        return _page(made=made)
    why = reason_words(outcome.reason) or "it was refused"
    field = "screen" if made.is_screen else "name"
    return _page([Fault(field, f"No token was made: {why}.")]), 409


def _page(faults: Sequence[Fault] = (), made: Made | None = None, **filled: object) -> str:
    tokens = list(office().service.standing().roster.tokens.values())
    tablets = screens(tokens)
    return render_template(
        "programs.html",
        programs=[(t, _used(t)) for t in _by_name(tokens) if t not in tablets],
        tablets=_by_name(tablets),
        scopes=[(s.value, TOLD[s], may(PERMISSIONS[s])) for s in Scope],
        receivers=[(one, receiver_words(one)) for one in office().outgoing.receivers],
        faults=list(faults),
        made=made,
        filled={"name": "", "screen": "", "chosen": [], **filled},
    )


def _by_name(tokens: Sequence[Token]) -> list[Token]:
    return sorted(tokens, key=lambda token: token.name.casefold())


def _used(token: Token) -> str:
    used = office().service.token_uses.of(token.id)
    if not used.times:
        return "not used since the kiosk started"
    times = "once" if used.times == 1 else f"{used.times} times"
    return f"used {times} since the kiosk started, last on {used.last}"


def _name() -> str:
    return printable(request.form.get("name", ""))


def _taken() -> list[str]:
    return [token.name for token in office().service.standing().roster.tokens.values()]


def _faults(field: str, wrong: str) -> list[Fault]:
    return [Fault(field, in_words(wrong))] if wrong else []
