"""Programs and screens on the pages: made once, shown once, and taken back."""

import re
from dataclasses import replace

import pytest
from api_fixtures import Program
from outgoing_fixtures import Desk, outgoing
from screen_fixtures import Tablet
from webui_fixtures import ORIGIN, FakeService, Site, field_of, site, site_of
from werkzeug.test import TestResponse

from kiosk.errors import RecordFault
from kiosk.events import EventType

SECRET = re.compile(r'<code class="secret">([^<]+)</code>')


@pytest.fixture
def page() -> Site:
    signed_in = site()
    signed_in.sign_in("admin")
    return signed_in


def also(page: Site, *roles: str) -> None:
    """Give whoever is signed in more roles, and sign them in again."""
    roster = page.service.standing().roster
    user = replace(roster.users["u-admin"], roles=("admin", *roles))
    page.service.keep(replace(roster, users={**roster.users, user.id: user}))
    page.sign_in("admin")


def add(page: Site, what: str, name: str, *scopes: str) -> TestResponse:
    token = page.token("/programs")
    data = {"csrf_token": token, "name": name, "scopes": list(scopes)}
    return page.client.post(f"/programs/{what}", data=data, headers=ORIGIN)


def shown(answer: TestResponse) -> str:
    found = SECRET.search(answer.text)
    assert found, answer.text
    return found[1]


def test_a_programs_token_is_shown_once_and_reads_what_it_may(page: Site) -> None:
    answer = add(page, "tokens", "Hall", "status")
    text = shown(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert Program(page, text).ask("/status").status_code == 200
    assert Program(page, text).ask("/events").status_code == 403
    again = page.get("/programs").text
    assert (text in again, "Hall" in again, "used 2 times" in again) == (False, True, True)


def test_reloading_the_answer_makes_no_second_one(page: Site) -> None:
    add(page, "tokens", "Hall", "status")
    answer = add(page, "tokens", "hall", "status")
    assert (answer.status_code, "There is a token" in answer.text) == (400, True)
    assert len(page.service.standing().roster.tokens) == 1


def test_a_tablets_address_opens_the_screen_and_reads_nothing(page: Site) -> None:
    address = shown(add(page, "screens", "Tablet"))
    path, _, token = address.removeprefix("http://localhost").partition("#")
    tablet = Tablet(page.app)
    assert (path, tablet.enter(token).status_code) == ("/screen", 303)
    assert tablet.get("/screen").status_code == 200
    assert Program(page, token).ask("/status").status_code == 401


@pytest.mark.parametrize(("what", "name"), [("tokens", "Hall"), ("screens", "Tablet")])
def test_what_is_taken_back_is_good_for_nothing_at_once(page: Site, what: str, name: str) -> None:
    text = shown(add(page, what, name, "status"))
    (token,) = page.service.standing().roster.tokens
    answer = page.post(f"/programs/{token}/revoke", page="/programs")
    assert answer.status_code == 303
    assert f"{name} is told nothing any more" in page.get("/programs").text
    assert Program(page, text).ask("/status").status_code == 401
    assert page.service.record[-1].type is EventType.TOKEN_REVOKED
    assert page.post(f"/programs/{token}/revoke", page="/programs").status_code == 404


@pytest.mark.parametrize(
    ("name", "scopes", "told"),
    [
        ("", ("status",), "1 to 60 printable characters"),
        ("x" * 61, ("status",), "1 to 60 printable characters"),
        ("Hall", (), "at least one scope"),
        ("Hall", ("names",), "Names alone is of nothing"),
        ("Hall", ("everything",), "at least one scope"),
    ],
)
def test_a_wrong_form_makes_nothing_and_keeps_what_was_typed(
    page: Site, name: str, scopes: tuple[str, ...], told: str
) -> None:
    before = len(page.service.record)
    answer = add(page, "tokens", name, *scopes)
    assert (answer.status_code, told in answer.text) == (400, True)
    assert field_of(answer.text, "csrf_token")
    assert f'value="{name}"' in answer.text
    assert len(page.service.record) == before


def test_nobody_lets_a_program_read_what_they_may_not_see(page: Site) -> None:
    text = page.get("/programs").text
    assert re.search(r'value="names" disabled', text)
    answer = add(page, "tokens", "Hall", "status", "names")
    assert (answer.status_code, page.service.standing().roster.tokens) == (409, {})
    also(page, "reception")
    assert not re.search(r"disabled", page.get("/programs").text)
    assert add(page, "tokens", "Hall", "status", "names").status_code == 200


def test_while_the_record_cannot_be_written_nothing_is_made(page: Site) -> None:
    page.service.fault = RecordFault("disk full")
    answer = add(page, "tokens", "Hall", "status")
    assert (answer.status_code, "kiosk_" in answer.text) == (503, False)


def test_the_page_is_found_from_the_users(page: Site) -> None:
    assert 'href="/programs"' in page.get("/users").text


# those who are told without asking


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def telling(desk: Desk) -> Site:
    signed_in = site_of(FakeService(), outgoing=outgoing(desk))
    signed_in.sign_in("admin")
    return signed_in


@pytest.mark.parametrize("who", ["webhook/mis", "message/site"])
def test_a_receiver_is_tried_by_a_button_and_it_is_said_that_it_arrived(
    telling: Site, desk: Desk, who: str
) -> None:
    answer = telling.post(f"/programs/try/{who}", page="/programs")
    assert answer.status_code == 303
    assert f"It arrived at {who.partition('/')[2]}." in telling.get("/programs").text
    assert desk.tries == ["trial"]


def test_one_that_was_not_reached_is_told_with_what_went_wrong(telling: Site, desk: Desk) -> None:
    desk.wrong = "it answered 500"
    answer = telling.post("/programs/try/webhook/mis", page="/programs")
    assert (answer.status_code, "Mis: it answered 500." in answer.text) == (502, True)


def test_one_that_cannot_be_told_says_why_on_both_pages(telling: Site) -> None:
    assert "its key is missing" in telling.get("/programs").text
    telling.sign_in("technician")
    telling.post("/sign-out")
    telling.sign_in("technician")
    health = telling.get("/health").text
    assert "Webhook old" in health
    assert "<strong>fault</strong>: not reached: its key is missing" in health
    assert "<strong>ok</strong>: nothing was to be told since the kiosk started" in health


def test_nobody_is_tried_whom_the_config_does_not_name(telling: Site, desk: Desk) -> None:
    assert telling.post("/programs/try/webhook/x", page="/programs").status_code == 404
    assert desk.tries == []
