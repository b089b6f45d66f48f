"""Who may look at the pupils' screen: this machine's own display, and tablets with a token.

A token is for the screen alone: it is in a cookie of its own, makes no session, and nothing but the
screen asks for it. It is looked up with each request, so a revoked one ends at once.
"""

from collections.abc import Callable, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Request
from werkzeug.wrappers import Response

from kiosk.model import Token
from kiosk.screen_tokens import find_screen

LOOPBACK_NAMES = frozenset({"127.0.0.1", "::1", "localhost"})
DISPLAY = ""  # the id of this machine's own
LONGEST_S = 400 * 24 * 3600  # the most that browsers keep a cookie; each visit begins it anew

# What a proxy adds: then a request from this machine may be anybody's.
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


class Permits:
    """``tokens`` gives all tokens as of now, by id."""

    def __init__(self, tokens: Callable[[], Mapping[str, Token]], *, secure: bool) -> None:
        self._tokens = tokens
        self._secure = secure
        self.cookie = "__Host-kiosk-screen" if secure else "kiosk-screen"

    def of(self, request: Request) -> str | None:
        """The id of the token that a request has, or DISPLAY; None for neither."""
        token = request.cookies.get(self.cookie)
        found = self.by_token(token) if token else None
        if found is not None:
            return found.id
        return DISPLAY if is_own_display(request) else None

    def by_token(self, text: str) -> Token | None:
        """The token that this is the text of."""
        return find_screen(self._tokens(), text)

    def give(self, response: Response, token: str) -> None:
        """Let the browser keep the token. Lax: a link to the screen may be in a message."""
        response.set_cookie(
            self.cookie,
            token,
            max_age=LONGEST_S,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="Lax",
        )

    def renew(self, request: Request, response: Response) -> None:
        """Let a browser that has a token keep it on."""
        token = request.cookies.get(self.cookie)
        if token and self.by_token(token) is not None:
            self.give(response, token)


def is_own_display(request: Request) -> bool:
    """Whether the browser runs on this machine, and asks for it by a name that only means it."""
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        is_here = ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
    return is_here and urlsplit(f"//{request.host}").hostname in LOOPBACK_NAMES
