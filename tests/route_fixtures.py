"""A kiosk in which there is something behind every address of the pages, and those addresses."""

import re
from collections.abc import Callable
from dataclasses import replace

from api_fixtures import EVERYTHING, Program, program
from import_fixtures import ABSENCES, send
from outgoing_fixtures import told_office
from roster_fixtures import raw
from test_webui_acts import furnished, key_of
from webui_fixtures import PASSWORD_HASH, ROLE_NAMES, FakeHands, FakeService, Site, site_of

from kiosk.events import CONSOLE
from kiosk.events import EventType as T
from kiosk.messages.arrangements import ChangeRules
from kiosk.messages.commands import SaveUser
from kiosk.model import User
from kiosk.policy.roles import Roles
from webui.acts import ACTS

RULES = """
[[week]]
days = ["mon", "tue", "wed", "thu", "fri"]
arrival = "08:00"
locked = "09:00"
release = "15:10"
closed = "16:30"
"""
ABSENT = raw("Admission No,Date", "1001,24/11/2026")
ALL_ROLES = "deputy"  # whose bearer may do whatever anybody may


def furnished_whole() -> tuple[Site, Program]:
    """Its pages; a program that may read everything. Somebody has every role, an alert is raised,
    a lead's role waits, and there is a school file."""
    service = FakeService()
    here = furnished(site_of(service, simulated=True, **told_office(service)))
    roster = service.standing().roster
    deputy = User("u-deputy", ALL_ROLES, PASSWORD_HASH, ROLE_NAMES)
    service.keep(replace(roster, users={**roster.users, deputy.id: deputy}))
    service.submit(SaveUser("u-admin", User("u-zoe", "Zoe", PASSWORD_HASH, ("teacher", "dsl"))))
    service.take(ChangeRules(CONSOLE, RULES, "sha", Roles()))
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
    parts: dict[str, Callable[[], object]] = {
        "/alerts/<int:seq>": lambda: f"/alerts/{next(iter(state.alerts.values())).seq}",
        "/roles/<int:seq>/<answer>": lambda: f"/roles/{state.role_requests['u-zoe'].id}/confirm",
        "<int:seq>": lambda: next(e.seq for e in here.service.record if e.type is T.TAPPED),
        "<int:number>": lambda: 1,
        "<int:deposit>": lambda: next(iter(state.deposits)),
        "<person>": lambda: "p-ana",
        "<user>": lambda: "u-teacher",
        "/programs/<token>": lambda: f"/programs/{next(iter(tokens))}",
        "<kind>/<name>": lambda: "webhook/mis",
        "/acts/<name>/<key>": lambda: "/acts/tell-lead/all",
        "<path:filename>": lambda: "kiosk.css",
        "/lists/<name>": lambda: "/lists/uncollected",
        "/reports/<name>": lambda: "/reports/occupancy",
        "/papers/<name>": lambda: "/papers/agreement",
        "<token>": lambda: upload(here, route).rpartition("/")[2],
    }
    for part, found in parts.items():
        if part in route:
            route = route.replace(part, str(found()))
    return route


def act_addresses(here: Site) -> list[str]:
    """The address of each act, done to something that is there."""
    return [f"/acts/{act.name}/{key_of(here, act.about)}" for act in ACTS.values()]


def is_whole(path: str) -> bool:
    """Whether nothing of a route is left in an address."""
    return not re.search("[<>]", path)
