"""What people read when something went wrong, with a way back, and nothing of the inside."""

import logging

from flask import Flask, g, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from kiosk.errors import BadInput, NotMade, NotRunning, RecordFault
from webui.access import current_user, roles_that_may
from webui.api import problems
from webui.headers import FOREIGN

log = logging.getLogger(__name__)

WORDS = {
    400: ("That did not work", "The page could not use what was sent. Nothing was changed."),
    401: ("Sign in first", "You are not signed in. Nothing was changed."),
    403: ("Not for your role", "Your role may not do this. Ask the person who keeps the users."),
    404: ("Not found", "There is no such page."),
    405: ("That did not work", "The page cannot be used in this way. Nothing was changed."),
    409: ("Nothing was changed", "It is no longer as the page showed it."),
    413: ("Too large", "What was sent is too large. Nothing was changed."),
    429: ("Too many attempts", "Wait a few minutes, then try again."),
    500: ("Something broke", "The kiosk's pages have a fault. The cabinet itself goes on working."),
    503: ("Not now", "The kiosk cannot do this now. Try again in a moment."),
}
OLD_FORM = "The form was too old, or you have been signed out. Nothing was changed."
RECORD_FAULT = (
    "The record cannot be written, so nothing was done: no door was opened, nothing was changed. "
    "Tell the technician."
)
NO_ANSWER = (
    "The kiosk did not answer in time. Whether it was done is not known: "
    "look at the cabinet and the record before you try again."
)
# Flask's own sentences, which say nothing that ours do not; only what our pages say is shown.
OUR_WORDS = frozenset({409, 503})


def install(app: Flask) -> None:
    """Answer every error with a page of ours."""
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(problems.Refused, problems.refused)
    app.register_error_handler(RecordFault, record_fault)
    app.register_error_handler(NotRunning, no_answer)
    app.register_error_handler(BadInput, bad_input)
    app.register_error_handler(NotMade, not_made)


def http_error(error: HTTPException) -> Response | tuple[str, int]:
    """An error that HTTP has a number for, a fault of ours among them."""
    code = error.code or 500
    if error.response is not None or code < 400:
        return error.get_response()
    if problems.is_wanted():
        return problems.http_error(error)
    if isinstance(error, SecurityError) or code == 500:
        # No template: without a trusted host no address can be made, and in a fault no page.
        return _plain(code, "This kiosk has no such address." if code == 400 else WORDS[500][1])
    _note_refusal(error)
    title, words = WORDS.get(code, WORDS[400])
    if isinstance(error, CSRFError):
        words = OLD_FORM
    elif code in OUR_WORDS and error.description:
        words = error.description
    elif code == 403 and (roles := roles_that_may(*g.get("lacking", ()))):
        words = f"{words} It takes the role {roles}."
    return _page(title, words), code


def _note_refusal(error: HTTPException) -> None:
    """Log what goes round a rule in the name of somebody signed in: a page that their role may not
    see, a form that no page of ours made. What strangers try is too much to write down."""
    user = current_user()
    is_foreign = isinstance(error, CSRFError) or error.description == FOREIGN
    if user is not None and (error.code == 403 or is_foreign):
        source = request.remote_addr
        what = "a form from elsewhere" if is_foreign else "not for their role"
        log.warning("%s of user %s at %s: %s", request.endpoint, user.id, source, what)


def record_fault(error: RecordFault) -> Response | tuple[str, int]:
    """Nothing is done that cannot be written down."""
    log.error("%s %s: the record cannot be written", request.method, request.endpoint)
    return _not_now("Nothing was done", RECORD_FAULT)


def no_answer(error: NotRunning) -> Response | tuple[str, int]:
    """Nobody may be told that nothing happened when it is not known."""
    log.error("%s %s: the kiosk did not answer", request.method, request.endpoint)
    return _not_now("No answer", NO_ANSWER)


def _not_now(title: str, words: str) -> Response | tuple[str, int]:
    return problems.problem(503, words) if problems.is_wanted() else (_page(title, words), 503)


def bad_input(error: BadInput) -> tuple[str, int]:
    """What was asked for cannot be, and it says why."""
    return _page(WORDS[400][0], f"{in_a_sentence(error)} Nothing was changed."), 400


def not_made(error: NotMade) -> tuple[str, int]:
    """What was asked for could not be made now."""
    return _page(WORDS[503][0], str(error)), 503


def in_a_sentence(error: Exception) -> str:
    """Its words with a capital letter and a full stop."""
    return in_words(str(error))


def in_words(text: str) -> str:
    """The text with a capital letter and a full stop."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _page(title: str, words: str) -> str:
    return render_template("error.html", title=title, words=words)


def _plain(code: int, words: str) -> Response:
    return Response(f"{words}\n", code, content_type="text/plain; charset=utf-8")
