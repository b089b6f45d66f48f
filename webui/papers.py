"""The school's papers: to be read here, and printed."""

from flask import Blueprint, Response, abort, render_template

from kiosk.orders.wanted import Format, PaperWanted
from kiosk.paper.blocks import Block
from kiosk.paper.papers import PAPERS
from webui.access import signed_in
from webui.downloads import file_of
from webui.office import office

pages = Blueprint("papers", __name__)


@pages.get("/papers")
@signed_in
def index() -> str:
    """All of them."""
    return render_template("papers.html", papers=PAPERS)


@pages.get("/papers/<name>")
@signed_in
def show(name: str) -> str:
    """One of them, with the school's name and times."""
    title, *blocks = _blocks(name)
    return render_template("paper.html", name=name, title=title.text, blocks=blocks)


@pages.get("/papers/<name>/pdf")
@signed_in
def pdf(name: str) -> Response:
    """The same to print."""
    title, *blocks = _blocks(name)
    wanted = PaperWanted(title.text, tuple(blocks), PAPERS[name].size)
    return file_of(wanted, Format.PDF, name)


def _blocks(name: str) -> tuple[Block, ...]:
    if name not in PAPERS:
        abort(404)
    here = office()
    return here.papers.blocks(name, here.service.school, here.service.rules.timetable)
