"""Who asks the API: which token, and whether it may ask that, now."""

import math
from typing import cast

from flask import g, request

from kiosk.model import Token
from kiosk.policy.scopes import Scope
from kiosk.tokens import find_token
from webui.api.problems import Refused
from webui.office import office

NO_TOKEN = "Send a token: Authorization: Bearer kiosk_..."
WRONG_TOKEN = "This token is not known here, or was taken back."


def admit(scope: Scope) -> None:
    """Let a request through whose token has that scope.

    Raises:
        Refused: there is no token, it is wrong, it lacks the scope, or it asks too often.
    """
    here = office()
    token = _token()
    wait = here.pace.wait(token.id, here.monotonic())
    if wait > 0:
        seconds = math.ceil(wait)
        raise Refused(429, f"Too many requests: ask again in {seconds} s.", seconds)
    service = here.service
    service.token_uses.note(token.id, service.rules.timetable.local(service.now().at).date())
    g.token = token
    if not has(scope):
        raise Refused(403, f"This token lacks the scope {scope.value}.")


def has(scope: Scope) -> bool:
    """Whether the token that asks has that scope."""
    return scope.value in scopes()


def scopes() -> tuple[str, ...]:
    """All the scopes of the token that asks."""
    return cast(Token, g.token).scopes


def _token() -> Token:
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    token = find_token(office().service.standing().roster.tokens, text.strip())
    if kind.casefold() != "bearer":
        raise Refused(401, NO_TOKEN)
    if token is None:
        raise Refused(401, WRONG_TOKEN)
    return token
