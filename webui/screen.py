"""The pupils' screen above the cabinet: one sign at a time, pushed when it changes.

The page asks what is shown, and is answered once that is another, or after WAIT_S. So every answer
is a whole one of a few kilobytes, no thread is kept for longer, and a page that hears nothing for
some seconds knows that it has lost the kiosk. See docs/adr/0011-the-pupils-screen.md.
"""

import hashlib

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from kiosk.policy.signals import STEADY_S
from webui.access import for_screens, public
from webui.office import office
from webui.password_check import Busy
from webui.pictures import build, pictures
from webui.signs import lost_view, sign_view

pages = Blueprint("screen", __name__, url_prefix="/screen")

WAIT_S = 2.0
PACE_S = 1  # between two questions of a page for which there is no seat to wait on


@pages.get("")
@for_screens
def show() -> Response:
    """The screen as it is now; its script keeps it so."""
    body, mark, _ = sight()
    rules = office().service.rules
    page = render_template(
        "screen.html",
        sign=body,
        mark=mark,
        lost=lost_view(rules),
        language=rules.screen.language,
        pictures=pictures(),
        build=build(),
        still_ms=round(STEADY_S * 1000),
    )
    answer = make_response(page)
    office().permits.renew(request, answer)
    return answer


@pages.get("/now")
@for_screens
def now() -> Response:
    """The sign once it is another than the page has (If-None-Match), or 304 after WAIT_S."""
    who = office().permits.of(request)
    if who is None:
        abort(403)
    with office().seats.seat(who) as has_seat:
        body, mark, heard = sight()
        if has_seat and mark == request.headers.get("If-None-Match"):
            office().service.bell.wait(heard, WAIT_S)
            body, mark, _ = sight()
    if office().permits.of(request) != who:
        abort(403)  # it was revoked meanwhile; asked last, so that nothing later is ever shown
    answer = make_response(body)
    answer.headers["ETag"] = mark
    answer.headers["X-Screen-Build"] = build()
    if not has_seat:
        answer.headers["Retry-After"] = str(PACE_S)
    answer.make_conditional(request)
    return answer


@pages.post("/pin")
@for_screens
def pin() -> tuple[str, int]:
    """A PIN that was typed on the pad. Whether it was right, the next sign says."""
    try:
        office().pads.enter(request.form.get("pad", ""), request.form.get("pin", ""))
    except Busy:
        return "", 503
    return "", 204


@pages.post("/enter")
@public
def enter() -> AnyResponse | tuple[str, int]:
    """Keep the token in a cookie. It comes in a form, by hand or by script: what stands behind the
    # of an address is never sent with it, so no token is in any log."""
    token = request.form.get("token", "")
    if office().permits.by_token(token) is None:
        return render_template("screen_refused.html", is_wrong=True), 403
    answer = redirect(url_for("screen.show"), 303)
    office().permits.give(answer, token)
    return answer


def sight() -> tuple[str, str, int]:
    """The sign drawn, the mark of this showing of it, and how often the bell was rung before."""
    service = office().service
    heard = service.bell.rings
    view = sign_view(service.rules, service.screen(), office().pads.now())
    body = render_template("sign.html", sign=view)
    mark = hashlib.sha256(f"{heard} {body}".encode()).hexdigest()[:32]
    return body, f'"{mark}"', heard
