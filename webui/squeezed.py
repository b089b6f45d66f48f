"""Stylesheets, scripts and drawings on their way to a browser: a seventh of their size.

Only files that are the same for everybody. A page is never made smaller: how small it gets would
tell somebody who listens, and can have words of their own put into it, what else is in it.
"""

import gzip

from flask import Flask, Response, request

KINDS = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})
MOST_KEPT = 64  # files; there are a dozen


def install(app: Flask) -> None:
    """Squeeze static files for whoever can take them; each is squeezed once."""
    kept: dict[str, bytes] = {}

    def squeeze(response: Response) -> Response:
        if request.endpoint != "static":
            return response
        response.vary.add("Accept-Encoding")
        if _can_be(response):
            _squeeze(response, kept)
        return response

    app.after_request(squeeze)


def _can_be(response: Response) -> bool:
    is_whole = response.status_code == 200 and request.method == "GET"
    can_read = request.accept_encodings.quality("gzip") > 0
    return is_whole and can_read and response.mimetype in KINDS and "ETag" in response.headers


def _squeeze(response: Response, kept: dict[str, bytes]) -> None:
    """Its mark becomes a weak one: the same file, in other bytes."""
    mark = response.headers["ETag"]
    response.direct_passthrough = False
    body = response.get_data()  # also where it is not needed: that closes the file
    if mark not in kept:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[mark] = gzip.compress(body, mtime=0)
    response.set_data(kept[mark])
    response.headers["Content-Encoding"] = "gzip"
    response.headers["ETag"] = f"W/{mark}"
