"""A round of openings under way: how far it has come, live."""

from flask import Blueprint, Response, render_template

from kiosk.events import Purpose
from kiosk.policy.roles import Permission
from kiosk.state import Round
from webui.access import needs
from webui.acts.act import About
from webui.acts.pages import offers
from webui.live import etag, fragment
from webui.office import office

pages = Blueprint("round", __name__)

STEERING = ("/pause/", "/resume/", "/end-round/")


@pages.get("/round")
@needs(Permission.SEE_CABINET)
def show() -> str:
    """The page around it."""
    body = _body()
    return render_template("round.html", body=body, etag=etag(body))


@pages.get("/round/progress")
@needs(Permission.SEE_CABINET, polled=True)
def progress() -> Response:
    """What of it changes."""
    return fragment(_body())


def _body() -> str:
    state = office().service.standing().state
    under_way = state.round
    waits = [t.cubby for t in state.transactions.values() if _is_of(under_way, t.cause)]
    shown = [cubby for cubby in waits if cubby not in state.open_doors]
    steering = [o for o in offers(About.SCHOOL, "all") if any(s in o.href for s in STEERING)]
    return render_template(
        "round_progress.html",
        round=under_way,
        gives_back=under_way is not None and under_way.purpose is Purpose.COLLECT,
        done=_done(under_way),
        waits=shown,
        offers=steering,
    )


def _is_of(under_way: Round | None, cause: int) -> bool:
    return under_way is not None and under_way.cause == cause


def _done(under_way: Round | None) -> int:
    if under_way is None:
        return 0
    return len(under_way.cubbies) - len(under_way.left) - len(under_way.failed)
