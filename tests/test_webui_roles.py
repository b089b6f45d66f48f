"""Roles that wait for a lead's word, on the pages."""

from dataclasses import replace

import pytest
from webui_fixtures import ORIGIN, PASSWORD_HASH, Site, field_of, site

from kiosk.events import EventType
from kiosk.messages.commands import SaveUser
from kiosk.model import User

ZOE = User("u-zoe", "Zoe", PASSWORD_HASH)


@pytest.fixture
def asked() -> Site:
    """An administrator has asked that Zoe be a lead on safeguarding."""
    here = site()
    here.service.submit(SaveUser("u-admin", replace(ZOE, roles=("teacher", "dsl"))))
    return here


def answer(here: Site, answer: str, seq: int | None = None):
    seq = seq or here.service.standing().state.role_requests["u-zoe"].id
    data = {"csrf_token": field_of(here.get("/roles").text, "csrf_token") or here.token("/account")}
    return here.client.post(f"/roles/{seq}/{answer}", data=data, headers=ORIGIN)


def roles(here: Site) -> tuple[str, ...]:
    return here.service.standing().roster.users["u-zoe"].roles


def test_a_lead_sees_who_waits_who_asked_and_confirms(asked: Site) -> None:
    asked.sign_in("headteacher")
    assert 'href="/roles"' in asked.get("/").text
    text = asked.get("/roles").text
    assert all(part in text for part in ("Zoe: dsl", "asked by admin"))
    assert answer(asked, "confirm").status_code == 303
    assert roles(asked) == ("teacher", "dsl")
    assert "The role is theirs." in asked.get("/").text
    assert 'href="/roles"' not in asked.get("/").text
    assert "Nothing waits." in asked.get("/roles").text


def test_a_lead_declines(asked: Site) -> None:
    asked.sign_in("dsl")
    assert answer(asked, "decline").status_code == 303
    assert asked.service.record[-2].type is EventType.ROLES_DECLINED
    assert roles(asked) == ("teacher",)


def test_what_is_settled_already_is_said_so(asked: Site) -> None:
    asked.sign_in("dsl")
    assert answer(asked, "confirm", 9999).status_code == 409
    assert answer(asked, "ignore").status_code == 404
    assert roles(asked) == ("teacher",)


def test_whoever_asked_is_not_asked_to_confirm(asked: Site) -> None:
    roster = asked.service.standing().roster
    head = replace(roster.users["u-headteacher"], roles=("headteacher", "admin"))
    asked.service.keep(replace(roster, users={**roster.users, head.id: head}))
    asked.service.submit(SaveUser(head.id, replace(ZOE, roles=("teacher", "headteacher"))))
    asked.sign_in("headteacher")
    text = asked.get("/roles").text
    assert "Another lead answers this one." in text
    assert "Confirm" not in text.partition("<main")[2].partition("Another lead")[2]
    assert answer(asked, "confirm").status_code == 409


def test_whoever_asks_on_the_pages_is_told_that_it_waits() -> None:
    here = site()
    here.sign_in("admin")
    new = "four other random words"
    data = {"name": "Zoe", "roles": ["teacher", "dsl"], "new": new, "again": new}
    here.client.post(
        "/users/new", data={"csrf_token": here.token("/users/new"), **data}, headers=ORIGIN
    )
    text = here.get("/users").text
    assert "Zoe can sign in. A lead has to confirm: dsl." in text
    assert "teacher; dsl to be confirmed" in text


@pytest.mark.parametrize("role", ["reception", "admin", "technician"])
def test_nobody_else_is_shown_the_page(asked: Site, role: str) -> None:
    asked.sign_in(role)
    assert asked.get("/roles").status_code == 403
    assert 'href="/roles"' not in asked.get("/").text
