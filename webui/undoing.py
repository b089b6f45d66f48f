"""The last import taken back: what that would change, and doing it; as ``kiosk roster undo``."""

from collections.abc import Sequence

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from kiosk.errors import BadInput
from kiosk.policy.roles import Permission
from kiosk.rostering import RosterDesk
from webui.access import actor, may, needs, web_session
from webui.errors import in_a_sentence
from webui.faults import Fault
from webui.imports import NO_DESK, way_on
from webui.office import office
from webui.previews import counted, taken_back_parts

pages = Blueprint("undoing", __name__)


@pages.get("/people/undo-import")
@needs(Permission.ROSTER)
def show() -> str:
    """What taking it back would change, or why it cannot be."""
    return _page()


@pages.post("/people/undo-import")
@needs(Permission.ROSTER)
def take_back() -> Response | tuple[str, int]:
    """Take back exactly what was looked at. A second time there is nothing to be taken back."""
    try:
        done = _desk().undo(
            actor(),
            request.form.get("expects", "") or "nothing was looked at",
            sees_names=may(Permission.SEE_NAMES),
        )
    except BadInput as fault:
        return _page([Fault("undo", in_a_sentence(fault))]), 409
    gone = counted(done["gone"], "person is", "people are")
    again = counted(done["people"], "other is", "others are")
    web_session()["said"] = (
        f"The import is taken back: {gone} gone, {again} changed back or leavers."
    )
    return redirect(way_on(), 303)


def _desk() -> RosterDesk:
    desk = office().desk
    if desk is None:
        abort(503, NO_DESK)
    return desk


def _page(faults: Sequence[Fault] = ()) -> str:
    told, parts, refusal = None, [], ""
    sees_names = may(Permission.SEE_NAMES)
    try:
        told = _desk().undo_look(sees_names=sees_names)
        parts = taken_back_parts(told, sees_names=sees_names)
    except BadInput as fault:
        refusal = in_a_sentence(fault)
    return render_template(
        "undo_import.html", told=told, parts=parts, refusal=refusal, faults=list(faults)
    )
