"""A list of people sent to the pages, as a browser sends it."""

import io
import re
from typing import Any

from roster_fixtures import csv_file
from webui_fixtures import ANA, BEN, CAT, ORIGIN, Site, field_of
from werkzeug.test import TestResponse

from kiosk.model import Person

IMPORT, ABSENCES = "/people/import", "/people/absences"


def cells(person: Person) -> tuple[str, ...]:
    """A row of a list that changes nothing of somebody."""
    return (person.admission, person.forename, person.surname, person.form)


SAME = (cells(ANA), cells(BEN), cells(CAT))
NEW = ("2001", "Zoe", "Nowak", "7 Beech")
MOVED = ("1001", "Ana", "Silva", "8 Oak")
LIST = csv_file(NEW, MOVED, cells(BEN), cells(CAT))
# NASTY's name stands in no list: a spreadsheet might run it.
WHOLE = csv_file(NEW, cells(ANA))


def send(
    site: Site, data: bytes = LIST, path: str = IMPORT, name: str = "pupils.csv", **asked: str
) -> TestResponse:
    """Choose a file, and press the button."""
    fields: dict[str, Any] = {"csrf_token": site.token(path), **asked}
    fields["file"] = (io.BytesIO(data), name)
    kind = "multipart/form-data"
    return site.client.post(path, data=fields, content_type=kind, headers=ORIGIN)


def looked(site: Site, data: bytes = LIST, path: str = IMPORT, **asked: str) -> tuple[str, str]:
    """The address of the preview that follows, and what it says."""
    where = send(site, data, path, **asked).location
    return where, site.get(where).text


def go_on(site: Site, where: str, page: str, **answers: str) -> TestResponse:
    """Press a button of the form on a page; ``where``: at its own address."""
    action = re.search(r'<form class="sheet" method="post"[^>]* action="([^"]+)"', page)
    assert action is None or action[1] == where
    hidden = {name: field_of(page, name) for name in ("csrf_token", "expects", "request")}
    data = {**{name: value for name, value in hidden.items() if value}, **answers}
    return site.client.post(where, data=data, headers=ORIGIN)


def take_in(site: Site, where: str, page: str, **answers: str) -> TestResponse:
    """Go on, and confirm what the next page asks."""
    check = go_on(site, where, page, **answers)
    return go_on(site, where, check.text, **answers, confirmed="yes")


def facts(page: str) -> dict[str, str]:
    """The numbers at the top of a page."""
    return dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page))


def on_roster(site: Site) -> dict[str, Person]:
    """Everybody on record, by admission number."""
    people = site.service.standing().roster.people.values()
    return {person.admission: person for person in people}
