"""Sessions: kept on the server, and ended there."""

from dataclasses import replace

import pytest
from webui_fixtures import BEN, PASSWORD, hand_in, site

from kiosk.model import Roster
from kiosk.passwords import hash_password
from webui.sessions import MOST_ANONYMOUS


def cookie_of(page):
    return page.client.get_cookie("kiosk").value


def change_user(page, **fields):
    roster = page.service.standing().roster
    user = replace(roster.users["u-reception"], **fields)
    page.service.keep(replace(roster, users={**roster.users, user.id: user}))


def is_in(page):
    return page.get("/").status_code == 200


def test_the_cookie_is_out_of_reach_of_scripts_other_sites_and_plain_lines():
    page = site(secure=True)
    page.client.environ_base["wsgi.url_scheme"] = "https"
    said = page.get("/sign-in").headers["Set-Cookie"]
    name, _, rest = said.partition("=")
    assert name == "__Host-kiosk"
    assert rest.split("; ")[1:] == ["Secure", "HttpOnly", "Path=/", "SameSite=Strict"]


def test_without_tls_the_cookie_has_a_plain_name():
    said = site().get("/sign-in").headers["Set-Cookie"]
    assert said.startswith("kiosk=")
    assert said.split("; ")[1:] == ["HttpOnly", "Path=/", "SameSite=Strict"]


def test_the_id_says_nothing_and_has_256_bits():
    page = site()
    page.sign_in()
    assert len(cookie_of(page)) == 43  # 32 bytes in base 64


def test_signing_in_gives_a_new_id_and_the_old_one_is_void():
    page = site()
    page.get("/sign-in")
    before = cookie_of(page)
    page.sign_in()
    assert cookie_of(page) != before
    page.client.set_cookie("kiosk", before)
    assert not is_in(page)


def test_an_id_that_the_server_did_not_give_is_worth_nothing():
    page = site()
    page.client.set_cookie("kiosk", "A" * 43)
    page.get("/sign-in")
    assert cookie_of(page) != "A" * 43


def test_a_stolen_id_is_dead_after_signing_out():
    page = site()
    page.sign_in()
    stolen = cookie_of(page)
    page.post("/sign-out")
    page.client.set_cookie("kiosk", stolen)
    assert not is_in(page)


def test_a_session_ends_after_fifteen_minutes_without_doing_anything():
    page = site()
    page.sign_in()
    page.time.now += 899
    assert is_in(page)
    page.time.now += 900
    assert not is_in(page)


def test_a_page_that_renews_itself_is_not_doing_anything():
    page = site()
    page.sign_in()
    for _ in range(10):
        page.time.now += 90
        answer = page.get("/cabinet/grid")
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in")


def test_a_session_ends_after_eight_hours_whatever_is_done():
    page = site()
    page.sign_in()
    for _ in range(8 * 6 - 1):
        page.time.now += 600
        assert is_in(page)
    page.time.now += 600
    assert not is_in(page)


@pytest.mark.parametrize(
    "change",
    [{"password_hash": hash_password(PASSWORD)}, {"roles": ("admin",)}],
    ids=["password", "roles"],
)
def test_a_session_ends_at_once_when_its_user_changes(change):
    page = site()
    page.sign_in()
    change_user(page, **change)
    assert not is_in(page)


def test_a_session_ends_at_once_when_its_user_is_gone():
    page = site()
    page.sign_in()
    page.service.keep(Roster())
    assert not is_in(page)


def test_a_session_ends_when_the_card_of_whom_it_is_was_blocked():
    page = site()
    page.sign_in()
    change_user(page, signed_out=7)
    assert not is_in(page)
    page.sign_in()
    assert is_in(page)


def test_a_new_name_of_the_user_ends_nothing():
    page = site()
    page.sign_in()
    change_user(page, name="Front office")
    assert is_in(page)


def test_a_change_of_the_cabinet_ends_no_session():
    page = site()
    page.sign_in()
    hand_in(page.service, BEN)
    assert is_in(page)


def test_a_flood_of_strangers_fills_no_memory_and_throws_nobody_out():
    page = site()
    page.sign_in()
    for _ in range(MOST_ANONYMOUS + 50):
        page.app.test_client().get("/sign-in")
    assert len(page.app.session_interface._sessions) <= MOST_ANONYMOUS + 1
    assert is_in(page)


@pytest.mark.parametrize("path", ["/healthz", "/static/kiosk.css"])
def test_who_needs_no_session_gets_no_cookie(path):
    assert "Set-Cookie" not in site().get(path).headers
