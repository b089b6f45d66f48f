"""The whole school: what concerns everybody, or the whole cabinet."""

from flask import Blueprint, render_template

from webui.access import signed_in
from webui.acts.act import About
from webui.acts.pages import offers
from webui.office import office

pages = Blueprint("everybody", __name__)


@pages.get("/school")
@signed_in
def show() -> str:
    """The acts that the reader may do, and what is under way."""
    state = office().service.standing().state
    return render_template(
        "everybody.html",
        offers=offers(About.SCHOOL, "all"),
        is_fire=state.cabinet.fire is not None,
        has_round=state.round is not None,
    )
