"""How the kiosk's parts are, for whoever watches it. Nothing personal is in it."""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify

from webui.access import public
from webui.office import office

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@public
def show() -> tuple[Response, int]:
    """200 when ready, else 503."""
    health = asdict(office().service.health())
    for key in ("details", "reader_counts"):  # they may have paths in them: for the technician
        del health[key]
    if health["store"] != "ok":
        health["store"] = "failing"
    return jsonify(health), 200 if health["ready"] else 503
