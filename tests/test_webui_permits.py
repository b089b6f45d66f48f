"""Who may look at the pupils' screen, and that whoever may sees nothing else."""

import pytest
from screen_fixtures import ELSEWHERE, Tablet, allow, revoke
from test_webui_access import GUARDED, PROGRAMS, SCREEN, TABLE, concrete
from webui_fixtures import ANA, ORIGIN, PASSWORD, Site, hand_in, site

from kiosk.messages.commands import MakeToken
from kiosk.tokens import new_token
from webui.screen import show

SCREENS = ("/screen", "/screen/now")


@pytest.fixture
def pages() -> Site:
    page = site(simulated=True)
    hand_in(page.service, ANA)
    return page


@pytest.fixture
def tablet(pages: Site) -> Tablet:
    """One that has opened the address it was given."""
    tablet = Tablet(pages.app)
    tablet.enter(allow(pages.service))
    return tablet


@pytest.mark.parametrize("path", SCREENS)
@pytest.mark.parametrize("host", ["localhost", "localhost:8080", "127.0.0.1:8080"])
def test_the_display_of_this_machine_needs_no_token(pages: Site, path: str, host: str) -> None:
    assert Tablet(pages.app, "127.0.0.1").get(path, Host=host).status_code == 200


@pytest.mark.parametrize("path", SCREENS)
@pytest.mark.parametrize("address", [ELSEWHERE, "10.0.0.1", "::ffff:10.0.0.1", "", "127.0.0.1.x"])
def test_another_machine_without_a_token_sees_no_sign(pages: Site, path: str, address: str) -> None:
    answer = Tablet(pages.app, address).get(path)
    assert (answer.status_code, "data-sign" in answer.text) == (403, False)
    assert answer.mimetype == "text/html"
    assert "kiosk screen token new" in answer.text


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"])
def test_what_came_through_a_proxy_on_this_machine_is_not_its_display(
    pages: Site, header: str
) -> None:
    proxied = Tablet(pages.app, "127.0.0.1")
    assert proxied.get("/screen", **{header: "192.168.1.50"}).status_code == 403


def test_this_machine_asked_for_by_a_name_that_others_use_is_not_its_display() -> None:
    page = site()
    page.app.config["TRUSTED_HOSTS"].append("kiosk.local")
    answer = Tablet(page.app, "127.0.0.1").get("/screen", Host="kiosk.local")
    assert answer.status_code == 403


def test_a_token_is_kept_in_a_cookie_and_is_in_no_address(pages: Site) -> None:
    tablet, token = Tablet(pages.app), allow(pages.service)
    answer = tablet.enter(token)
    assert (answer.status_code, answer.location) == (303, "/screen")
    assert token not in answer.text
    assert [tablet.get(path).status_code for path in SCREENS] == [200, 200]
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_cookie_is_out_of_reach_of_scripts_and_lasts(pages: Site) -> None:
    set_cookie = Tablet(pages.app).enter(allow(pages.service)).headers["Set-Cookie"]
    parts = set(set_cookie.split("; ")[1:])
    assert {"HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=34560000"} <= parts
    assert set_cookie.startswith("kiosk-screen=")


def test_on_a_safe_connection_the_cookie_never_leaves_it() -> None:
    page = site(secure=True)
    set_cookie = Tablet(page.app).enter(allow(page.service)).headers["Set-Cookie"]
    assert set_cookie.startswith("__Host-kiosk-screen=")
    assert "Secure" in set_cookie.split("; ")


def test_each_visit_keeps_the_cookie_on(tablet: Tablet) -> None:
    assert "Max-Age=34560000" in tablet.get("/screen").headers["Set-Cookie"]
    assert "Set-Cookie" not in Tablet(tablet.app, "127.0.0.1").get("/screen").headers


@pytest.mark.parametrize("token", ["x", "aaaa-aaaa-aaaa-aaaa-aaaa", "NOW", "%00", "é", "a" * 5000])
def test_a_wrong_token_gives_no_cookie_and_is_said_to_be_none(pages: Site, token: str) -> None:
    allow(pages.service)
    answer = Tablet(pages.app).enter(token)
    assert (answer.status_code, "kiosk-screen" in str(answer.headers)) == (403, False)
    assert "That is no screen’s token" in answer.text


def test_a_token_works_as_it_is_typed(pages: Site) -> None:
    token = allow(pages.service)
    assert Tablet(pages.app).enter(token.upper().replace("-", "")).status_code == 303


def test_two_tablets_have_two_tokens_and_one_goes_dark_alone(pages: Site) -> None:
    hall, gate = Tablet(pages.app), Tablet(pages.app)
    hall.enter(allow(pages.service, "Hall"))
    gate.enter(allow(pages.service, "Gate"))
    revoke(pages.service, "Hall")
    assert [one.get("/screen/now").status_code for one in (hall, gate)] == [403, 200]


def test_a_revoked_token_works_nowhere(pages: Site) -> None:
    token = allow(pages.service)
    tablet = Tablet(pages.app)
    tablet.enter(token)
    revoke(pages.service)
    assert [tablet.get(path).status_code for path in SCREENS] == [403, 403]
    assert Tablet(pages.app).enter(token).status_code == 403


@pytest.mark.parametrize("path", [path for (_, path), who in TABLE.items() if who == PROGRAMS])
def test_a_token_reads_nothing_as_a_program(tablet: Tablet, path: str) -> None:
    text = allow(tablet.app.extensions["office"].service, "Gate")
    plain = tablet.get(concrete(path))
    bearer = tablet.get(concrete(path), Authorization=f"Bearer {text}")
    assert (plain.status_code, bearer.status_code) == (401, 401)


def test_a_programs_token_shows_no_screen(pages: Site) -> None:
    token, text = new_token("MIS", ["status"])
    assert pages.service.submit(MakeToken("u-admin", token)).granted
    assert Tablet(pages.app).enter(text).status_code == 403


@pytest.mark.parametrize(("method", "path"), GUARDED, ids=str)
def test_a_token_gives_nothing_but_the_screen(tablet: Tablet, method: str, path: str) -> None:
    before = len(tablet.app.extensions["office"].service.record)
    answer = tablet.client.open(
        concrete(path),
        method=method,
        headers=ORIGIN,
        environ_base={"REMOTE_ADDR": ELSEWHERE},
    )
    assert answer.status_code in (302, 400, 401)
    assert "Silva" not in answer.text
    assert len(tablet.app.extensions["office"].service.record) == before


def test_every_route_but_the_screens_asks_for_something_else() -> None:
    screens = {path for (_, path), who in TABLE.items() if who == SCREEN}
    assert screens == {*SCREENS, "/screen/pin"}  # which the pad has: test_webui_pads


def test_a_signed_in_user_may_not_look_without_a_token(pages: Site) -> None:
    elsewhere = Tablet(pages.app)
    base = {"REMOTE_ADDR": ELSEWHERE}
    form = elsewhere.get("/sign-in").text
    token = form.partition('name="csrf_token" value="')[2].partition('"')[0]
    data = {"csrf_token": token, "name": "headteacher", "password": PASSWORD}
    signed = elsewhere.client.post("/sign-in", data=data, headers=ORIGIN, environ_base=base)
    assert signed.status_code == 303
    assert elsewhere.get("/").status_code == 200
    assert elsewhere.get("/screen").status_code == 403


def test_a_screen_outlives_every_session(pages: Site, tablet: Tablet) -> None:
    pages.time.now += 30 * 24 * 3600
    assert tablet.get("/screen").status_code == 200


def test_looking_makes_no_session_and_counts_as_nobody_being_there(pages: Site) -> None:
    pages.sign_in()
    pages.time.now += 14 * 60
    pages.get("/screen/now")
    pages.time.now += 2 * 60
    assert pages.get("/").status_code == 302
    assert show.access.is_screen  # type: ignore[attr-defined]
