"""How the kiosk's parts are, for whoever watches it. Nothing personal is in it."""

from flask import Blueprint, Response, jsonify

from webui.access import public
from webui.office import office

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@public
def show() -> tuple[Response, int]:
    """200 when ready, else 503."""
    health = office().service.health()
    return jsonify(health.for_anybody()), 200 if health.ready else 503
