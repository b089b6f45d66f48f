"""A list of who is not expected, taken in: sent, looked at, confirmed; the same as ``kiosk today
absences``."""

import secrets
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.absentees import Absentees, read_absentees, take_absences
from kiosk.days_in_words import written_day
from kiosk.errors import BadInput, KioskError, NotMade
from kiosk.orders.uploads import ListKind, Uploaded
from kiosk.policy.roles import Permission
from kiosk.roster import Fault as RowFault
from kiosk.roster.sources import MAX_BYTES
from kiosk.timetable import Span
from webui.access import actor, may, needs, web_session
from webui.errors import in_a_sentence
from webui.faults import Fault
from webui.imports import FLAWS, GONE, LEAVE_OUT, way_on
from webui.office import office
from webui.pending import Waiting
from webui.previews import Line, counted, flaws_of
from webui.uploads import takes, uploaded
from webui.wording import printable

pages = Blueprint("absences", __name__)

CHANGED = "Nothing was taken in: the roster has changed meanwhile. Look again."


@pages.get("/people/absences")
@needs(Permission.ROSTER)
def show() -> str:
    """The form."""
    return _form()


@pages.post("/people/absences")
@needs(Permission.ROSTER)
@takes(MAX_BYTES)
def read() -> Response | tuple[str, int]:
    """Read a file, apart from the kiosk; nothing is changed."""
    sent, service = uploaded(), office().service
    if isinstance(sent, Fault):
        return _form([sent]), 400
    today = service.rules.timetable.local(service.now().at).date()
    try:
        found = service.read_upload(Uploaded(ListKind.ABSENCES, sent.read(), today))
    except (BadInput, NotMade) as fault:
        return _form([Fault("file", in_a_sentence(fault))]), 400
    name = printable(request.files["file"].filename or "")[:100]
    token = office().pending.put(web_session().id, name, found, {"absences": True})
    return redirect(url_for("absences.preview", token=token), 303)


@pages.get("/people/absences/<token>")
@needs(Permission.ROSTER)
def preview(token: str) -> str:
    """Whom it names, and when."""
    return _preview(token, _waiting(token))


@pages.post("/people/absences/<token>")
@needs(Permission.ROSTER)
def take_in(token: str) -> Response | tuple[str, int]:
    """Take in exactly what was looked at, once however often it is sent."""
    if "discard" in request.form:
        office().pending.drop(token, web_session().id)
        return redirect(url_for("absences.show"), 303)
    waiting = _waiting(token)
    found = waiting.found()
    read = _absentees(found)
    if request.form.get("expects") != read.fingerprint:
        return _preview(token, waiting, [Fault("preview", CHANGED)]), 409
    if (found["faults"] or read.strangers) and "skip_faulty" not in request.form:
        return _preview(token, waiting, [Fault("skip_faulty", LEAVE_OUT)]), 400
    return _taken_in(token, waiting, found, read.fingerprint)


def _taken_in(
    token: str, waiting: Waiting, found: dict[str, Any], expects: str
) -> Response | tuple[str, int]:
    request_token = request.form.get("request", "")
    if not office().once.is_first(request_token):
        return redirect(way_on(), 303)
    try:
        service = office().service
        done = take_absences(service, actor(), found["rows"], skip_unknown=True, expects=expects)
    except BadInput as fault:
        office().once.forget(request_token)
        return _preview(token, waiting, [Fault("preview", in_a_sentence(fault))]), 409
    except KioskError:
        office().once.forget(request_token)  # it did not happen, and may be sent again
        raise
    office().pending.drop(token, web_session().id)
    people = counted(done["people"], "person", "people")
    web_session()["said"] = f"The list is taken in: absences of {people}."
    return redirect(way_on(), 303)


def _waiting(token: str) -> Waiting:
    waiting = office().pending.get(token, web_session().id)
    if waiting is None or "absences" not in waiting.asked:
        abort(409, GONE)
    return waiting


def _absentees(found: dict[str, Any]) -> Absentees:
    return read_absentees(found["rows"], office().service.standing().roster)


def _form(faults: Sequence[Fault] = ()) -> str:
    on_record = len(office().service.standing().state.casebook.absences)
    return render_template(
        "absences.html", faults=list(faults), on_record=on_record, most_mib=MAX_BYTES >> 20
    )


def _preview(token: str, waiting: Waiting, faults: Sequence[Fault] = ()) -> str:
    found = waiting.found()
    read = _absentees(found)
    flaws = flaws_of([*(RowFault(**fault) for fault in found["faults"]), *read.strangers])
    return render_template(
        "absences_preview.html",
        token=token,
        name=waiting.name,
        lines=_lines(read),
        days=sum(len(spans) for spans in read.spans.values()),
        on_record=len(office().service.standing().state.casebook.absences),
        flaws=flaws[:FLAWS],
        faulty=found["faulty"] + len(read.strangers),
        faults_in_all=found["faults_in_all"] + len(read.strangers),
        expects=read.fingerprint,
        request_token=secrets.token_urlsafe(16),
        faults=list(faults),
        counted=counted,
    )


def _lines(read: Absentees) -> list[Line]:
    """Whom it names, by name; for whoever sees no names, by their numbers in the file alone."""
    sees_names = may(Permission.SEE_NAMES)
    lines = [
        Line(
            printable(person.name) if sees_names else "",
            printable(person.admission),
            printable(person.form) if sees_names else "",
            ", ".join(map(_span_words, spans)),
        )
        for person, spans in read.spans.items()
    ]
    return sorted(lines, key=lambda line: (line.name.casefold(), line.number))


def _span_words(span: Span) -> str:
    first, last = (written_day(day) for day in (span.first, span.last))
    return first if span.first == span.last else f"{first} to {last}"
