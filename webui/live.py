"""Fragments that a page asks for again and again: sent whole when changed, else 304."""

import hashlib
import threading
from collections.abc import Callable
from typing import NamedTuple

from flask import Response, make_response, request


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


def marked(rendered: Rendered) -> Response:
    """The fragment, or 304 where the page has it already."""
    response = make_response(
        "" if rendered.mark.strip('"') in request.if_none_match else rendered.body
    )
    response.headers["ETag"] = rendered.mark
    response.make_conditional(request)
    return response


MOST_AUDIENCES = 16  # a form each, or a role; a rendering of a thousand cubbies is half a megabyte


class Renderings:
    """The last rendering for each audience, so that twenty browsers cost no more than one.

    What a rendering was made from is compared by identity (states are immutable), words by value.
    ``turn``: held from reading the facts on, so that one thread renders and the others find it
    done; all at once they would render the same, and keep a tap's thread from running meanwhile.
    """

    def __init__(self, most: int = MOST_AUDIENCES) -> None:
        self._kept: dict[tuple[object, ...], tuple[tuple[object, ...], Rendered]] = {}
        self._most = most
        self.turn = threading.Lock()

    def get(
        self, audience: tuple[object, ...], facts: tuple[object, ...], render: Callable[[], str]
    ) -> Rendered:
        """The rendering kept, if it was made from the same facts; else a new one. Of those that
        nobody looked at for the longest, none is kept."""
        kept = self._kept.pop(audience, None)
        if kept is None or not all(map(_is_same, kept[0], facts)):
            body = render()
            kept = facts, Rendered(body, etag(body))
        self._kept[audience] = kept
        while len(self._kept) > self._most:
            self._kept.pop(next(iter(self._kept), audience), None)
        return kept[1]


def _is_same(one: object, other: object) -> bool:
    return one is other or (isinstance(one, str) and one == other)
