"""Files that somebody uploads: who may, how large, and where they are while they are read.

All of that is decided before a byte of the file is read. A list stays in memory; a backup goes to a
file without a name, which is gone when the request is answered, and with the process.
"""

import threading
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import IO, Any, TypeVar, cast

from flask import Flask, Request, abort, current_app, g, request
from werkzeug.wrappers import Response

from kiosk.errors import BadInput, KioskError
from webui import access
from webui.faults import Fault
from webui.office import office

View = TypeVar("View", bound=Callable[..., Any])

AT_ONCE = 2  # files; each is wholly in memory
FORM_BYTES = 8 * 1024  # of the form around the file
CHOOSE = "Choose a file."
NO_BACKUPS = "This kiosk makes backups on the command line alone: kiosk backup."
BUSY = "Another file is being taken in. Try again in a moment."


def takes(
    most: int, *, on_disk: bool = False, check: Callable[[], object] | None = None
) -> Callable[[View], View]:
    """Mark a view: it takes a file of at most so many bytes, ``on_disk`` one that memory does not
    hold. ``check`` turns away whom access alone does not: it is called before a byte is read."""

    def mark(view: View) -> View:
        view.takes = most  # type: ignore[attr-defined]
        view.on_disk = on_disk  # type: ignore[attr-defined]
        view.check = check  # type: ignore[attr-defined]
        return view

    return mark


class UploadRequest(Request):
    """A request whose file stays in memory, or is where there is room for it. It has one."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if "upload_room" not in g:
            return BytesIO()
        if g.get("upload_begun"):
            abort(400)
        g.upload_begun = True
        return cast(IO[bytes], g.upload_room)


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
        check = getattr(view, "check", None)
        if check is not None:
            check()
        request.max_content_length = most + FORM_BYTES
        if (request.content_length or 0) > request.max_content_length:
            abort(413)
        if not slots.acquire(blocking=False):
            abort(503, BUSY)
        g.upload_slot = slots
        if getattr(view, "on_disk", False):
            g.upload_room = _room(request.content_length or 0)
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


def text_of(file: str, field: str) -> str:
    """The text of the file that was uploaded, or else of the field; its lines end as they do here.

    Raises:
        BadInput: the file is no text in UTF-8.
    """
    sent = request.files.get(file)
    if sent is None or not sent.filename:
        return _with_our_ends(request.form.get(field, ""))
    try:
        return _with_our_ends(sent.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadInput("The file is no text in UTF-8: save it as that") from None


def _with_our_ends(text: str) -> str:
    """Browsers and Windows end lines with two characters."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _room(length: int) -> IO[bytes]:
    """Where a large file can be, and once more unpacked beside it."""
    backups = office().backups
    if backups is None:
        abort(503, NO_BACKUPS)
    try:
        return backups.room(2 * length)
    except KioskError as fault:
        abort(503, f"There is no room for this file: {fault}.")


def _release(error: BaseException | None) -> None:
    room = g.pop("upload_room", None)
    if room is not None:
        room.close()
    slots = g.pop("upload_slot", None)
    if slots is not None:
        slots.release()
