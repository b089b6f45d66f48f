"""Fragments that a page asks for again and again: sent whole when changed, else 304."""

import hashlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from flask import Response, copy_current_request_context, make_response, request


def etag(body: str) -> str:
    """The mark of a fragment, in quotes as HTTP has it."""
    return f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'


def fragment(body: str) -> Response:
    """The fragment, or 304 where the page has it already."""
    return marked(Rendered(body, etag(body)))


class Rendered(NamedTuple):
    """A fragment, and its mark."""

    body: str
    mark: str


class Kept(NamedTuple):
    """A rendering, what it was made from, and when (monotonic seconds)."""

    facts: tuple[object, ...]
    rendered: Rendered
    mono: float


def marked(rendered: Rendered) -> Response:
    """The fragment, or 304 where the page has it already."""
    response = make_response(
        "" if rendered.mark.strip('"') in request.if_none_match else rendered.body
    )
    response.headers["ETag"] = rendered.mark
    response.make_conditional(request)
    return response


MOST_AUDIENCES = 16  # a form each, or a role; a rendering of a thousand cubbies is half a megabyte
# A page that asks twice a second is shown the rendering kept until that is so old; from then on
# too, while a thread of its own makes the next, but none older than this. So a tap is on every page
# within a second, a rush has the cabinet rendered some times a second, and of many nobody waits.
RECENT_S, OLDEST_S = 0.2, 0.4


class Renderings:
    """The last rendering for each audience, so that twenty browsers cost no more than one.

    What a rendering was made from is compared by identity (states are immutable), words by value.
    ``turn``: held from reading the facts on, so that one thread renders and the others find it
    done; all at once they would render the same, and keep a tap's thread from running meanwhile.
    """

    def __init__(self, monotonic: Callable[[], float], most: int = MOST_AUDIENCES) -> None:
        self._kept: dict[tuple[object, ...], Kept] = {}
        self._monotonic = monotonic
        self._most = most
        self._ahead = ThreadPoolExecutor(1, "renderings")
        self.turn = threading.Lock()

    def recent(self, audience: tuple[object, ...], render: Callable[[], object]) -> Rendered | None:
        """The rendering kept, whatever has come since, if it will do for a page that asks again;
        ``render`` makes the next, in this request's context, if it is due."""
        kept = self._kept.get(audience)
        age = self._monotonic() - kept.mono if kept is not None else OLDEST_S
        if kept is None or age >= OLDEST_S:
            return None
        if age >= RECENT_S and not self.turn.locked():
            self._ahead.submit(copy_current_request_context(render))
        return kept.rendered

    def get(
        self, audience: tuple[object, ...], facts: tuple[object, ...], render: Callable[[], str]
    ) -> Rendered:
        """The rendering kept, if it was made from the same facts; else a new one. Of those that
        nobody looked at for the longest, none is kept."""
        kept, now = self._kept.get(audience), self._monotonic()
        if kept is not None and all(map(_is_same, kept.facts, facts)):
            rendered = kept.rendered
        else:
            body = render()
            rendered = Rendered(body, etag(body))
        self._kept.pop(audience, None)
        self._kept[audience] = Kept(facts, rendered, now)
        while len(self._kept) > self._most:
            self._kept.pop(next(iter(self._kept), audience), None)
        return rendered


def _is_same(one: object, other: object) -> bool:
    return one is other or (isinstance(one, str) and one == other)
