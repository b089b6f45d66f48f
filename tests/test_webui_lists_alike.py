"""A private hold and one of the office: each list, report and file is the same, byte for byte."""

import re
from functools import cache

import pytest
import scale
from office_fixtures import a_busy_day, office, to
from webui_fixtures import ROLE_NAMES

from kiosk.lists import LISTS
from kiosk.reports import OF_NOW, REPORTS
from kiosk.state.arrangements import PRIVATE_HOLDS, HoldKind

BOTH = "?from=2026-11-23&to=2026-11-24"
PAGES = [
    "/lists",
    "/reports",
    *(f"/lists/{name}{format}" for name in LISTS for format in ("?show=yes", "/csv")),
    *(f"/reports/{name}{format}" for name in REPORTS for format in ("", "/csv")),
]
FILES = [f"/lists/{name}/pdf" for name in LISTS]
FILES += [f"/reports/{name}/pdf{'' if name in OF_NOW else BOTH}" for name in REPORTS]
if not scale.IS_THOROUGH:
    FILES = FILES[::3]
# Drawn anew for each session; nothing of the kiosk is in it.
TOKEN = re.compile(rb'name="csrf_token" value="[^"]*"')


def told(kind: HoldKind, role: str) -> dict[str, tuple[bytes, list[tuple[str, str]]]]:
    """Every answer, whole, headers too; at noon and after school. Who sees everything gets the
    files to print, which are made alike for all."""
    service = a_busy_day(kind)
    site = office(service, role)
    answers = {}
    for hour in (13, 17):
        to(service, hour, 0)
        for path in PAGES + (FILES if role == "headteacher" and hour == 17 else []):
            answer = site.get(path)
            headers = [(k, v) for k, v in answer.headers if k != "Set-Cookie"]
            answers[f"{hour} {path}"] = (TOKEN.sub(b"", answer.data), headers)
    return answers


@cache
def _of_the_office(role: str) -> dict[str, tuple[bytes, list[tuple[str, str]]]]:
    return told(HoldKind.OFFICE, role)


# Each kind for some roles and each role for some kind; in a thorough run all pairs.
KINDS = sorted(PRIVATE_HOLDS)
PAIRS = [
    (role, kind)
    for place, role in enumerate(ROLE_NAMES)
    for kind in (KINDS if scale.IS_THOROUGH else [KINDS[place % len(KINDS)]])
]


@pytest.mark.parametrize(("role", "kind"), PAIRS)
def test_no_answer_tells_a_private_hold_from_one_of_the_office(role, kind):
    of_the_office, other = _of_the_office(role), told(kind, role)
    assert [path for path in of_the_office if of_the_office[path] != other[path]] == []


def test_a_hold_is_told_of_at_all():
    site = office(a_busy_day(HoldKind.POLICE), "dsl")
    assert "Held: call the duty lead" in site.get("/lists/held").text
