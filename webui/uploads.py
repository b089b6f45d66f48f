"""Text that somebody uploads or pastes, and forms that are larger than others."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

from kiosk.errors import BadInput

View = TypeVar("View", bound=Callable[..., Any])


def takes(bytes_at_most: int) -> Callable[[View], View]:
    """Mark a view: its form may have so many bytes."""

    def mark(view: View) -> View:
        view.takes_bytes = bytes_at_most  # type: ignore[attr-defined]
        return view

    return mark


def install(app: Flask) -> None:
    """Let the forms be as large as they may be. To be installed before anything reads a form."""
    app.before_request(_make_room)


def _make_room() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    most = getattr(view, "takes_bytes", None)
    if most is not None:
        request.max_content_length = most


def text_of(file: str, field: str) -> str:
    """The text of the file that was uploaded, or else of the field; its lines end as they do here.

    Raises:
        BadInput: the file is no text in UTF-8.
    """
    uploaded = request.files.get(file)
    if uploaded is None or not uploaded.filename:
        return _with_our_ends(request.form.get(field, ""))
    try:
        return _with_our_ends(uploaded.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadInput("The file is no text in UTF-8: save it as that") from None


def _with_our_ends(text: str) -> str:
    """Browsers and Windows end lines with two characters."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
