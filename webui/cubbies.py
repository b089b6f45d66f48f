"""One cubby's page, and opening it by hand."""

import re
import secrets
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.messages.commands import Override
from kiosk.policy.devices import devices_words
from kiosk.policy.reasons import SHIPPED, Choice, chosen
from kiosk.policy.roles import Permission
from kiosk.policy.words import alert_words
from kiosk.view import CubbyView, cubby_views
from webui.access import actor, may, needs
from webui.acts.act import About
from webui.acts.pages import offers
from webui.cabinet import cell, doubt_words
from webui.deposits import statements
from webui.faults import Fault
from webui.history import lines
from webui.office import office
from webui.people import person_page
from webui.wording import People, printable, reason_words

pages = Blueprint("cubbies", __name__)

LAST_EVENTS = 10
LONGEST_NOTE = 500  # characters
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True)
class Form:
    """What was filled in, or is to be. ``request`` makes a repeated post act once."""

    person: str
    request: str
    reason: str = ""
    note: str = ""


@pages.get("/cubbies/<int:number>")
@needs(Permission.SEE_CABINET)
def show(number: int) -> str:
    """What is known of it, and the form to open it."""
    view = _view(number)
    return _page(view, _new_form(view))


@pages.post("/cubbies/<int:number>/open")
@needs(Permission.OPEN, own_forms=True)
def open_cubby(number: int) -> Response | tuple[str, int]:
    """Open it, for a reason. The answer is the opening's own page."""
    view, form = _view(number), _filled_form()
    faults = form_faults(form, office().service.rules.reasons)
    if faults:
        return _page(view, form, faults), 400
    outcome = office().service.submit(_override(number, form))
    if outcome.granted:
        return redirect(url_for("openings.show", seq=outcome.seq), 303)
    why = reason_words(outcome.reason) or "it was refused"
    refusal = Fault("open", f"Cubby {number} was not opened: {why}. Look again, then decide.")
    view = _view(number)
    return _page(view, _new_form(view), [refusal]), 409


def form_faults(form: Form, choices: tuple[Choice, ...] = SHIPPED) -> list[Fault]:
    """All that is wrong with the form. ``choices``: the school's reasons."""
    faults = []
    choice = chosen(choices, form.reason)
    if choice is None:
        faults.append(Fault("reason-medical", "Choose a reason."))
    elif choice.needs_note and not form.note:
        faults.append(Fault("note", "Say in the note what the reason is."))
    if len(form.note) > LONGEST_NOTE:
        faults.append(Fault("note", f"Keep the note under {LONGEST_NOTE} characters."))
    return faults


def _filled_form() -> Form:
    token = request.form.get("request", "")
    if not _TOKEN.fullmatch(token):
        abort(400)
    return Form(
        person=request.form.get("person", ""),
        request=token,
        reason=request.form.get("reason", ""),
        note=printable(request.form.get("note", "")),
    )


def _override(number: int, form: Form) -> Override:
    choice = chosen(office().service.rules.reasons, form.reason)
    if choice is None:
        abort(400)
    return Override(
        actor=actor(),
        cubby=number,
        person=form.person or None,
        reason=choice.reason,
        own=choice.own,
        note=form.note,
        note_id=secrets.token_hex(8) if form.note else "",
        request=form.request,
    )


def _new_form(view: CubbyView) -> Form:
    holder = view.deposit.person if view.deposit else ""
    return Form(person=holder, request=secrets.token_urlsafe(16))


def _reasons(choices: tuple[Choice, ...]) -> list[tuple[str, str, str]]:
    """Each as it is sent and as it is read, with the id of its button."""
    return [
        (one.key, one.words, f"reason-own-{n}" if one.own else f"reason-{one.key}")
        for n, one in enumerate(choices)
    ]


def _view(number: int) -> CubbyView:
    service = office().service
    views = {view.number: view for view in cubby_views(service.rules, service.standing())}
    if number not in views:
        abort(404)
    return views[number]


def _page(view: CubbyView, form: Form, faults: list[Fault] | None = None) -> str:
    service = office().service
    standing = service.standing()
    people = People(standing.roster, may(Permission.SEE_NAMES))
    transaction = standing.state.transactions.get(view.number)
    sees_record = may(Permission.SEE_RECORD)
    events = service.events(cubby=view.number, limit=LAST_EVENTS) if sees_record else ()
    return render_template(
        "cubby.html",
        cell=cell(view, service.rules, people, service.now().at),
        form_class=people.form(view.person),
        wrong=[f"{alert_words(alert, view.number)}." for alert in view.alerts],
        devices=devices_words(view.deposit.count, view.deposit.kinds) if view.deposit else "",
        doubt=doubt_words(view),
        is_certain=view.is_certain,
        deposit=view.deposit,
        statements=statements(view.deposit) if view.deposit else [],
        opening=transaction.cause if transaction and sees_record else None,
        has_sensor=view.cubby.has_sensor,
        lines=lines(events, service, people),
        form=form,
        faults=faults or [],
        reasons=_reasons(service.rules.reasons),
        longest_note=LONGEST_NOTE,
        may_open=may(Permission.OPEN, own_forms=True),
        sees_record=sees_record,
        offers=offers(About.CUBBY, str(view.number)),
        person_page=person_page(view.person),
    )
