"""Errors as other programs read them: application/problem+json (RFC 9457)."""

from http import HTTPStatus

from flask import request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response

from webui.api.models import Problem

PREFIX = "/api/"
DETAILS = {
    400: "This kiosk could not use what was sent.",
    404: "There is nothing here: see /api/v1/openapi.json.",
    405: "The API is read only.",
    500: "The kiosk's pages have a fault. The cabinet itself goes on working.",
}


class Refused(Exception):
    """The API does not answer this, and says why. ``wait_s``: seconds until it may be asked
    again; 0: it makes no difference."""

    def __init__(self, status: int, detail: str, wait_s: int = 0) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.wait_s = wait_s


def is_wanted() -> bool:
    """Whether a program asked, not a browser."""
    return request.path.startswith(PREFIX)


def problem(status: int, detail: str) -> Response:
    """The answer that says what went wrong."""
    told = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail)
    return Response(told.model_dump_json(), status, content_type="application/problem+json")


def http_error(error: HTTPException) -> Response:
    """The same for an error that HTTP has a number for, of which nothing of the inside is told."""
    answer = problem(error.code or 500, DETAILS.get(error.code or 500, ""))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(error.valid_methods)
    return answer


def refused(error: Refused) -> Response:
    """The same for what the API refuses."""
    answer = problem(error.status, error.detail)
    if error.status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="kiosk"'
    if error.wait_s:
        answer.headers["Retry-After"] = str(error.wait_s)
    return answer
