"""One opening's page: live until it ended, then what staff say is true."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from kiosk.events import Event, EventType, Reason
from kiosk.messages import StateCustody
from kiosk.policy.roles import Permission
from kiosk.policy.words import REASONS
from webui.access import actor, may, needs
from webui.history import lines
from webui.live import etag, fragment
from webui.numbers import whole_number
from webui.office import office
from webui.progress import progress
from webui.wording import People

pages = Blueprint("openings", __name__)

MOST_EVENTS = 50  # an opening leaves about ten
STATEMENTS = (Reason.GIVEN, Reason.INSIDE, Reason.EMPTY)
WORDS = {
    Reason.GIVEN: "Given to its owner",
    Reason.INSIDE: "Still inside",
    Reason.EMPTY: "The cubby is empty",
}


@pages.get("/openings/<int:seq>")
@needs(Permission.SEE_RECORD)
def show(seq: int) -> str:
    """The page around it."""
    body = _body(seq)
    began = next(iter(office().service.events(after=seq - 1, before=seq + 1)), None)
    cubby = began.cubby if began else None
    return render_template("opening.html", seq=seq, cubby=cubby, body=body, etag=etag(body))


@pages.get("/openings/<int:seq>/progress")
@needs(Permission.SEE_RECORD, polled=True)
def live(seq: int) -> FlaskResponse:
    """What of it changes."""
    return fragment(_body(seq))


@pages.post("/deposits/<int:deposit>/state")
@needs(Permission.OPEN)
def state_custody(deposit: int) -> Response:
    """Note what staff say is true of a device."""
    what = request.form.get("what", "")
    if what not in STATEMENTS:
        abort(400)
    known = office().service.standing().state.deposits.get(deposit)
    outcome = office().service.submit(StateCustody(actor(), deposit, Reason(what)))
    if not outcome.granted:
        why = REASONS[outcome.reason] if outcome.reason else "it was refused"
        abort(409, f"Nothing was changed: {why}.")
    opening = whole_number(request.form.get("opening", ""))
    if opening is not None:
        return redirect(url_for("openings.show", seq=opening), 303)
    if known is not None and known.cubby is not None:
        return redirect(url_for("cubbies.show", number=known.cubby), 303)
    return redirect(url_for("cabinet.show"), 303)


def _body(seq: int) -> str:
    service = office().service
    standing = service.standing()  # before the events: see progress()
    events = service.events(cause=seq, limit=MOST_EVENTS)
    told = progress(events, standing.state)
    if told is None or told.began.seq != seq:
        abort(404)
    doubted = next((e for e in events if e.type is EventType.CUSTODY_UNKNOWN), None)
    deposit = standing.state.deposits.get(doubted.deposit or 0) if doubted else None
    stated = _stated(seq, told.cubby, doubted)
    people = People(standing.roster, may(Permission.SEE_NAMES))
    return render_template(
        "opening_progress.html",
        told=told,
        person=people.person(told.began.person),
        by=people.actor(told.began.actor),
        reason=REASONS[told.began.reason] if told.began.reason else "",
        note=service.note(told.began.note) if told.began.note and people.sees_names else "",
        lines=list(reversed(lines(events, service, people))),
        deposit=deposit if deposit and deposit.doubt and may(Permission.OPEN) else None,
        stated=REASONS[stated.reason] if stated and stated.reason else "",
        statements=[(what.value, WORDS[what]) for what in STATEMENTS],
    )


def _stated(seq: int, cubby: int | None, doubted: Event | None) -> Event | None:
    """What staff said of the device since."""
    if doubted is None or cubby is None:
        return None
    since = office().service.events(after=seq, cubby=cubby, limit=MOST_EVENTS)
    said = (e for e in since if e.type is EventType.CUSTODY_STATED)
    return next((e for e in said if e.deposit == doubted.deposit), None)
