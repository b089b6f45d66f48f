"""How the kiosk's parts are, for whoever watches it. Nothing personal is in it."""

from dataclasses import asdict, replace

from flask import Blueprint, Response, jsonify

from webui.access import public
from webui.office import office

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@public
def show() -> tuple[Response, int]:
    """200 when ready, else 503."""
    health = office().service.health()
    if health.store != "ok":
        health = replace(health, store="failing")  # why has paths in it: for the log alone
    return jsonify(asdict(health)), 200 if health.ready else 503
