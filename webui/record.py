"""The record, newest first, in words."""

from flask import Blueprint, abort, render_template, request

from kiosk.policy.roles import Permission
from webui.access import may, needs
from webui.history import lines
from webui.numbers import whole_number
from webui.office import office
from webui.wording import People

pages = Blueprint("record", __name__)

A_PAGE = 50


@pages.get("/record")
@needs(Permission.SEE_RECORD)
def show() -> str:
    """One page of it; ``before`` pages on, ``cubby`` shows one cubby's events."""
    service = office().service
    before, cubby = _number("before"), _number("cubby")
    found = service.events(before=before, cubby=cubby, limit=A_PAGE + 1)
    people = People(service.standing().roster, may(Permission.SEE_NAMES))
    return render_template(
        "record.html",
        lines=lines(found[:A_PAGE], service, people),
        older=found[A_PAGE - 1].seq if len(found) > A_PAGE else None,
        before=before,
        cubby=cubby,
        cubbies=sorted(service.rules.cubbies),
    )


def _number(name: str) -> int | None:
    """A whole number from the address; nothing where it is empty."""
    text = request.args.get(name, "").strip()
    if not text:
        return None
    number = whole_number(text)
    if not number:
        abort(400)
    return number
