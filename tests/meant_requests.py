"""For each form of the pages what somebody would send who means it, so that who may is not refused
for another reason."""

import io
from collections.abc import Mapping
from typing import Any

from import_fixtures import ABSENCES, IMPORT, LIST, go_on, take_in
from roster_fixtures import raw
from route_fixtures import ABSENT, RULES, address
from webui_fixtures import ORIGIN, PASSWORD, Site, field_of
from werkzeug.test import TestResponse

HIDDEN = ("csrf_token", "request", "person", "expects", "sha256", "form", "after")
NEW_PASSWORD = {"new": "four other random words", "again": "four other random words"}
DATES = raw("Name,First,Last,Kind", "Autumn 2026,02/09/2026,18/12/2026,term")
# By route; what is not here needs nothing but the hidden fields of the page that it stands on.
SAID: Mapping[str, Mapping[str, Any]] = {
    "/cubbies/<int:number>/open": {"reason": "medical"},
    "/deposits/<int:deposit>/state": {"what": "inside"},
    "/account/password": {"current": PASSWORD, **NEW_PASSWORD},
    "/account/sessions/end": {"proof": NEW_PASSWORD["new"]},  # changed just before
    "/users/new": {"name": "Yan", "roles": "teacher", **NEW_PASSWORD},
    "/users/<user>": {"name": "teacher", "roles": "teacher"},
    "/rules/change": {"text": RULES.replace("15:10", "15:00")},
    "/programs/tokens": {"name": "Hall", "scopes": "status"},
    "/programs/screens": {"name": "Tablet"},
    "/acts/<name>/<key>": {"note": "words"},
    "/simulator/tap": {"number": "04A1B2C3D403EA"},
    "/simulator/door": {"cubby": "2", "act": "open"},
    "/simulator/fault": {"part": "cubby 3", "name": "jammed"},
}
FILES = {
    IMPORT: ("file", LIST),
    ABSENCES: ("file", ABSENT),
    "/backups/check": ("file", b"a backup"),
    "/rules/dates": ("dates", DATES),
}
# The page that a form stands on, where it is not at its own address.
STANDS_ON = {
    "/cubbies/<int:number>/open": "/cubbies/1",
    "/people/cards": "/people/cards?form=11M",
}


def ask(here: Site, method: str, route: str) -> TestResponse:
    """Ask for a page, or send its form as whoever is signed in would who means it."""
    where = address(here, route)
    if method == "GET":
        return here.get(where)
    page = here.get(STANDS_ON.get(route, where)).text
    hidden = {name: field_of(page, name) for name in HIDDEN}
    data = {**hidden, "csrf_token": here.token("/account"), **SAID.get(route, {})}
    if where.startswith((f"{IMPORT}/", f"{ABSENCES}/")):
        return (take_in if where.startswith(IMPORT) else go_on)(here, where, page)
    if route in FILES:
        field, sent = FILES[route]
        data[field] = (io.BytesIO(sent), "list.csv")
    return here.client.post(where, data=data, headers=ORIGIN)
