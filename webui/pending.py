"""Lists that were uploaded and are looked at before they are taken in: in memory, and not long."""

import json
import secrets
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

MOST = 8  # lists; the oldest are forgotten first
VALID_S = 30 * 60.0


@dataclass(slots=True)
class Waiting:
    """A list as it was read. ``session``: the one that it was sent in; ``name``: the file's;
    ``asked``: how it is to be taken. ``packed``: what was read, in JSON, made small. ``made``: in
    seconds. ``memo``: what a page has worked out of it."""

    session: str
    name: str
    packed: bytes = field(repr=False)
    asked: Mapping[str, Any]
    made: float
    memo: Any = field(default=None, repr=False)

    def found(self) -> dict[str, Any]:
        """What was read."""
        read: dict[str, Any] = json.loads(zlib.decompress(self.packed))
        return read


class Pending:
    """The lists that wait for somebody to look at them, by a random token. ``monotonic``:
    seconds. None outlives its process."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._waiting: OrderedDict[str, Waiting] = OrderedDict()
        self._guard = threading.Lock()

    def put(self, session: str, name: str, found: bytes, asked: Mapping[str, Any]) -> str:
        """Keep what was read of a file in that session; the token. One of each session waits."""
        token = secrets.token_urlsafe(16)
        waiting = Waiting(session, name, zlib.compress(found), asked, self._monotonic())
        self.forget(session)
        with self._guard:
            self._waiting[token] = waiting
            while len(self._waiting) > MOST:
                self._waiting.popitem(last=False)
        return token

    def get(self, token: str, session: str) -> Waiting | None:
        """What waits under that token, in the session that it was sent in."""
        oldest = self._monotonic() - VALID_S
        with self._guard:
            for old in [t for t, one in self._waiting.items() if one.made < oldest]:
                del self._waiting[old]
            waiting = self._waiting.get(token)
        return waiting if waiting is not None and waiting.session == session else None

    def __len__(self) -> int:
        return len(self._waiting)

    def forget(self, session: str) -> None:
        """That session has ended."""
        with self._guard:
            for token in [t for t, one in self._waiting.items() if one.session == session]:
                del self._waiting[token]

    def drop(self, token: str, session: str) -> None:
        """It was taken in, or is not wanted."""
        if self.get(token, session) is not None:
            with self._guard:
                self._waiting.pop(token, None)
