"""A kiosk in which there is something behind every address of the pages, and those addresses."""

import re
from dataclasses import replace

from api_fixtures import EVERYTHING, Program, program
from import_fixtures import ABSENCES, send
from outgoing_fixtures import told_office
from roster_fixtures import raw
from test_webui_acts import furnished, key_of
from webui_fixtures import PASSWORD_HASH, ROLE_NAMES, FakeHands, FakeService, Site, site_of

from kiosk.messages.commands import SaveUser
from kiosk.model import User
from webui.acts import ACTS

ABSENT = raw("Admission No,Date", "1001,24/11/2026")
NAMED = {"lists": "uncollected", "reports": "occupancy", "papers": "agreement"}
ALL_ROLES = "deputy"  # whose bearer may do whatever anybody may


def furnished_whole() -> tuple[Site, Program]:
    """Its pages; a program that may read everything. Somebody has every role, an alert is raised,
    and a lead's role waits."""
    service = FakeService()
    here = furnished(site_of(service, simulated=True, **told_office(service)))
    roster = service.standing().roster
    deputy = User("u-deputy", ALL_ROLES, PASSWORD_HASH, ROLE_NAMES)
    service.keep(replace(roster, users={**roster.users, deputy.id: deputy}))
    service.submit(SaveUser("u-admin", User("u-zoe", "Zoe", PASSWORD_HASH, ("teacher", "dsl"))))
    FakeHands(service).fault("reader", "unplugged")
    return here, program(*EVERYTHING, on=here)


def upload(here: Site, path: str) -> str:
    """The address of a list that waits for whoever is signed in; of one kind at a time."""
    if path.startswith(ABSENCES):
        return str(send(here, ABSENT, ABSENCES).location)
    return str(send(here).location)


def address(here: Site, route: str) -> str:
    """A route's address, each part of it that of something that is there."""
    standing = here.service.standing()
    state, tokens = standing.state, standing.roster.tokens
    openings = [event.seq for event in here.service.record if event.type == "tapped"]
    parts = {
        "/alerts/<int:seq>": f"/alerts/{next(iter(state.alerts.values())).seq}",
        "/roles/<int:seq>/<answer>": f"/roles/{state.role_requests['u-zoe'].id}/confirm",
        "<int:seq>": openings[0],
        "<int:number>": 1,
        "<int:deposit>": next(iter(state.deposits)),
        "<person>": "p-ana",
        "<user>": "u-teacher",
        "/programs/<token>": f"/programs/{next(iter(tokens))}",
        "<kind>/<name>": "webhook/mis",
        "/acts/<name>/<key>": "/acts/tell-lead/all",
        "<path:filename>": "kiosk.css",
        **{f"/{page}/<name>": f"/{page}/{name}" for page, name in NAMED.items()},
    }
    for part, value in parts.items():
        route = route.replace(part, str(value))
    return route if "<token>" not in route else upload(here, route)


def act_addresses(here: Site) -> list[str]:
    """The address of each act, done to something that is there."""
    return [f"/acts/{act.name}/{key_of(here, act.about)}" for act in ACTS.values()]


def is_whole(path: str) -> bool:
    """Whether nothing of a route is left in an address."""
    return not re.search("[<>]", path)
