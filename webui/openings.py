"""One opening's page: live until it ended, then what staff say is true."""

from collections.abc import Sequence

from flask import Blueprint, abort, redirect, render_template, url_for
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from kiosk.events import Event, EventType
from kiosk.policy.roles import Permission
from kiosk.policy.words import why_words
from kiosk.state import Deposit, Place
from webui.access import may, needs
from webui.deposits import statements
from webui.history import lines, shown
from webui.live import etag, fragment
from webui.office import office
from webui.stages import Reached, Stage, reached
from webui.wording import People, reason_words

pages = Blueprint("openings", __name__)

MOST_EVENTS = 50  # an opening leaves about ten; more only when somebody taps and taps
MOST_SINCE = 200  # of a person since, that are looked through for what staff said
BEGINNINGS = (EventType.OVERRIDDEN, EventType.TAPPED)


@pages.get("/openings/<int:seq>")
@needs(Permission.SEE_RECORD)
def show(seq: int) -> str | Response:
    """The page around it. A tap while a door was opening leads to that opening."""
    began = _beginning(seq)
    if began.cause is not None:
        return redirect(url_for("openings.show", seq=began.cause), 302)
    body = _body(seq)
    return render_template("opening.html", seq=seq, body=body, etag=etag(body))


@pages.get("/openings/<int:seq>/stage")
@needs(Permission.SEE_RECORD, polled=True)
def live(seq: int) -> FlaskResponse:
    """What of it changes."""
    return fragment(_body(seq))


def _beginning(seq: int) -> Event:
    """The event of that seq, if it can begin an opening."""
    found = next(iter(office().service.events(after=seq - 1, before=seq + 1, limit=1)), None)
    if found is None or found.type not in BEGINNINGS:
        abort(404)
    return found


def _body(seq: int) -> str:
    service = office().service
    standing = service.standing()  # before the events: see reached()
    began = _beginning(seq)
    newest = service.events(cause=seq, limit=MOST_EVENTS)
    events = [*(event for event in newest if event.seq != seq), began]
    told = reached(began, events, standing.state)
    number = _deposit_in_question(told, events)
    deposit = standing.state.deposits.get(number or 0)
    if deposit is not None and told.stage is not Stage.FAILED and not _is_to_be_told(deposit):
        deposit = None
    stated = _stated(began, number)
    people = People(standing.roster, may(Permission.SEE_NAMES))
    seen = shown(began) or began  # a tap, or an opening by staff: what it was for may be private
    return render_template(
        "opening_stage.html",
        told=told,
        person=people.person(began.person),
        by=people.actor(began.actor),
        reason=why_words(seen),
        note=service.note(seen.note) if seen.note and people.sees_names else "",
        lines=list(reversed(lines(events, service, people))),
        is_cut=len(newest) == MOST_EVENTS,
        deposit=deposit,
        may_open=may(Permission.OPEN, own_forms=True),
        stated=reason_words(stated.reason) if stated else "",
        statements=statements(deposit) if deposit else [],
    )


def _deposit_in_question(told: Reached, events: Sequence[Event]) -> int | None:
    """The device that staff may have to say something of: in doubt since, or one that they opened
    for. Behind a door that did not open it may need the mechanical key; one that was out may have
    been put in again."""
    doubted = next((e for e in events if e.type is EventType.CUSTODY_UNKNOWN), None)
    if doubted is not None:
        return doubted.deposit
    is_staffs = told.began.type is EventType.OVERRIDDEN and told.has_ended
    asked = (event.deposit for event in events if event.deposit is not None)
    return next(asked, None) if is_staffs else None


def _is_to_be_told(deposit: Deposit) -> bool:
    """Whether only staff can say where it is now."""
    return deposit.doubt is not None or deposit.place is Place.OUT


def _stated(began: Event, deposit: int | None) -> Event | None:
    """What staff said of the device since, at last."""
    if deposit is None:
        return None
    since = office().service.events(after=began.seq, person=began.person, limit=MOST_SINCE)
    said = (e for e in since if e.type is EventType.CUSTODY_STATED and e.deposit == deposit)
    return next(said, None)
