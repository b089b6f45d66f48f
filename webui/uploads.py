"""Files that somebody uploads: who may, how large, and where they are while they are read.

All of that is decided before a byte of the file is read, and nothing of it comes to a disk.
"""

import threading
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import IO, Any, TypeVar

from flask import Flask, Request, abort, current_app, g, request
from werkzeug.wrappers import Response

from webui import access
from webui.faults import Fault

View = TypeVar("View", bound=Callable[..., Any])

AT_ONCE = 2  # files; each is wholly in memory
FORM_BYTES = 8 * 1024  # of the form around the file
CHOOSE = "Choose a file."
BUSY = "Another file is being taken in. Try again in a moment."


def takes(most: int) -> Callable[[View], View]:
    """Mark a view: it takes a file of at most so many bytes."""

    def mark(view: View) -> View:
        view.takes = most  # type: ignore[attr-defined]
        return view

    return mark


class UploadRequest(Request):
    """A request whose file stays in memory."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()


def install(app: Flask) -> None:
    """Take no file from whoever may not send it, and none that is too large. Comes before all that
    reads a form."""
    slots = threading.BoundedSemaphore(AT_ONCE)

    def admit() -> Response | None:
        view = current_app.view_functions.get(request.endpoint or "")
        most: int = getattr(view, "takes", 0)
        if not most or request.method != "POST":
            return None
        turned_away = access.guard()
        if turned_away is not None:
            return turned_away
        if not slots.acquire(blocking=False):
            abort(503, BUSY)
        g.upload_slot = slots
        request.max_content_length = most + FORM_BYTES
        return None

    app.request_class = UploadRequest
    app.before_request(admit)
    app.teardown_request(_release)


def limits_of(app: Flask) -> Mapping[bytes, int]:
    """The addresses that take a file, each with how many bytes a request to it may have."""
    found = {}
    for rule in app.url_map.iter_rules():
        most: int = getattr(app.view_functions[rule.endpoint], "takes", 0)
        if most:
            found[rule.rule.encode()] = most + FORM_BYTES
    return found


def uploaded(name: str = "file") -> IO[bytes] | Fault:
    """The file that was sent with a form, or what is wrong."""
    sent = request.files.get(name)
    return sent.stream if sent is not None and sent.filename else Fault(name, CHOOSE)


def _release(error: BaseException | None) -> None:
    slots = g.pop("upload_slot", None)
    if slots is not None:
        slots.release()
