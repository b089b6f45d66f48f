"""Who is signed in, kept on the server: the browser holds a random id and nothing else."""

import secrets
import threading
from collections.abc import Callable
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin

from kiosk.model import User

IDLE_S = 15 * 60.0  # OWASP: 15 to 30 minutes
LONGEST_S = 8 * 3600.0  # OWASP: 4 to 8 hours
MOST_ANONYMOUS = 512  # sign-in forms that may be open; a flood of them must not fill the memory


class WebSession(dict[str, Any], SessionMixin):
    """What the server remembers of one browser. ``user`` is as it was at sign-in. ``has_lapsed``:
    the browser still held the id of one that is no more."""

    def __init__(self, id: str, now: float) -> None:
        super().__init__()
        self.id = id
        self.user: User | None = None
        self.began = now
        self.seen = now
        self.source = ""
        self.is_known = False
        self.is_over = False
        self.has_lapsed = False


def _is_same_user(one: WebSession, other: WebSession) -> bool:
    return one.user is not None and other.user is not None and one.user.id == other.user.id


def _what_counts(user: User) -> tuple[object, ...]:
    """What ends a session when it changes."""
    return user.password_hash, user.roles, user.signed_out


class Sessions(SessionInterface):
    """All sessions, by id. ``find_user`` gives a user as of now; ``monotonic`` is in seconds."""

    def __init__(
        self,
        find_user: Callable[[str], User | None],
        monotonic: Callable[[], float],
        *,
        secure: bool,
    ) -> None:
        self._find_user = find_user
        self._monotonic = monotonic
        self._secure = secure
        self._sessions: dict[str, WebSession] = {}
        self._guard = threading.Lock()
        self.cookie = "__Host-kiosk" if secure else "kiosk"

    def open_session(self, app: Flask, request: Request) -> WebSession:
        """The browser's session if it still holds, else a new one that nobody knows yet."""
        id = request.cookies.get(self.cookie, "")
        session = self._sessions.get(id)
        if session is not None and self._holds(session):
            return session
        if session is not None:
            self._forget(session)
        anew = self._new()
        anew.has_lapsed = bool(id)
        return anew

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Remember a session that has something in it, and tell the browser its id."""
        if not isinstance(session, WebSession):
            return
        response.vary.add("Cookie")
        if session.is_over:
            self._set_cookie(response, "", max_age=0)
        elif session and not session.is_known:
            self._remember(session)
            self._set_cookie(response, session.id, max_age=None)

    def sign_in(self, session: WebSession, user: User) -> None:
        """From here on the session is that user's, under a new id."""
        self.renew(session)
        session.clear()
        session.user = user
        session.began = session.seen = self._monotonic()
        session["user"] = user.id

    def renew(self, session: WebSession) -> None:
        """The same session under a new id, which nobody was told before."""
        self._forget(session)
        session.id = secrets.token_urlsafe(32)

    def sign_out(self, session: WebSession) -> None:
        """The session ends, wherever its id is still held."""
        self._forget(session)
        session.clear()
        session.user = None
        session.is_over = True

    def of_same_user(self, session: WebSession) -> list[WebSession]:
        """The sessions of whoever's this one is, the one used last first."""
        with self._guard:
            theirs = [one for one in self._sessions.values() if _is_same_user(one, session)]
        return sorted(filter(self._holds, theirs), key=lambda one: -one.seen)

    def end_others(self, session: WebSession) -> None:
        """All of their sessions but this one end at once."""
        for other in self.of_same_user(session):
            if other.id != session.id:
                self._forget(other)
                other.is_over = True

    def touch(self, session: WebSession) -> None:
        """Somebody is there. A page that reloads itself is nobody."""
        session.seen = self._monotonic()

    def _new(self) -> WebSession:
        return WebSession(secrets.token_urlsafe(32), self._monotonic())

    def _holds(self, session: WebSession) -> bool:
        now = self._monotonic()
        if now - session.seen >= IDLE_S or now - session.began >= LONGEST_S:
            return False
        was = session.user
        if was is None:
            return True
        user = self._find_user(was.id)
        return user is not None and _what_counts(user) == _what_counts(was)

    def _remember(self, session: WebSession) -> None:
        with self._guard:
            session.is_known = True
            self._sessions[session.id] = session
            for id in [id for id, one in self._sessions.items() if not self._holds(one)]:
                del self._sessions[id]
            anonymous = [id for id, one in self._sessions.items() if one.user is None]
            for id in anonymous[:-MOST_ANONYMOUS]:
                del self._sessions[id]

    def _forget(self, session: WebSession) -> None:
        with self._guard:
            self._sessions.pop(session.id, None)
            session.is_known = False

    def _set_cookie(self, response: Response, value: str, max_age: int | None) -> None:
        response.set_cookie(
            self.cookie,
            value,
            max_age=max_age,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="Strict",
        )
