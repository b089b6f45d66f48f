"""Where an alert leads: to the page that says whom or what it is about, for whoever may see it."""

import re

import pytest
from manual_fixtures import a_day
from webui_fixtures import ROLE_NAMES, Site, site_of

from kiosk.events import Alert
from kiosk.lists import LISTS
from kiosk.policy.roles import ROLES, Roles
from webui.alert_ways import WAYS, address_of, ways_for


@pytest.fixture
def here() -> Site:
    """Nobody was seen yet of some, a note waits, a role too, and a cubby is stuck."""
    return site_of(a_day())


def links(here: Site) -> set[str]:
    """Where the alerts on the cabinet's page lead."""
    alerts = here.get("/").text.partition('id="alerts"')[2].partition("</section>")[0]
    return set(re.findall(r'href="([^"]+)"', alerts))


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_every_alert_leads_only_to_pages_that_its_reader_may_open(here: Site, role: str) -> None:
    here.sign_in(role)
    assert {link: here.get(link).status_code for link in links(here)} == dict.fromkeys(
        links(here), 200
    )


def test_reception_is_led_to_the_list_and_the_lead_to_the_notes(here: Site) -> None:
    here.sign_in("reception")
    assert links(here) == {"/cubbies/28", "/lists/not-seen"}
    here.post("/sign-out")
    here.sign_in("dsl")
    assert links(here) == {"/cubbies/28", "/lists/not-seen", "/lead", "/roles"}


def test_a_role_without_lists_is_led_to_none() -> None:
    assert Alert.NOT_SEEN not in ways_for(Roles().rights(["technician"]))
    assert address_of(Alert.NOT_SEEN, None, frozenset()) == ""


def test_every_list_that_is_named_is_one() -> None:
    assert {way.list for way in WAYS.values() if way.list} <= LISTS.keys()
    assert all(any(alert in ways_for(Roles().rights([r])) for r in ROLES) for alert in WAYS)
