"""What every answer says to the browser, and forms that come from elsewhere. Over every route."""

import re

import pytest
from webui_fixtures import ANA, ORIGIN, hand_in, site

from webui import create_app
from webui.headers import HEADERS

POSTS = [
    "/sign-in",
    "/sign-out",
    "/alerts/1/acknowledge",
    "/clock/confirm",
    "/cubbies/1/open",
    "/deposits/1/state",
    "/acts/tell-lead/all",
    "/users/new",
    "/users/u-admin",
    "/users/u-admin/end",
    "/programs/tokens",
    "/programs/screens",
    "/programs/1/revoke",
    "/programs/try/webhook/mis",
    "/roles/1/confirm",
    "/account/password",
    "/account/sessions/end",
    "/people/import",
    "/people/import/1",
    "/people/cards",
    "/people/absences",
    "/people/absences/1",
    "/people/undo-import",
    "/record/verify",
    "/backups/make",
    "/backups/check",
    "/setup/code",
    "/setup/administrator",
    "/setup/restore",
    "/screen/enter",
    "/screen/pin",
    "/first-steps/examine",
    "/rules/change",
    "/rules/check",
    "/rules/dates",
    "/health/examine",
    "/health/bundle",
    "/simulator/tap",
    "/simulator/door",
    "/simulator/fault",
    "/simulator/skip",
]
FOREIGN = [
    {},
    {"Origin": "null"},
    {"Origin": "http://evil.example"},
    {"Origin": "http://localhost:8081"},
    {"Origin": "https://localhost"},
    {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
]
ANSWERS = {
    "/": 200,
    "/sign-in": 303,
    "/cubbies/1": 200,
    "/cubbies/99": 404,
    "/openings/1": 200,
    "/record": 200,
    "/record?before=x": 400,
    "/simulator": 200,
    "/cabinet/grid": 200,
    "/clock/confirm": 405,
    "/healthz": 200,
    "/screen": 200,
    "/screen/now": 200,
    "/screen/enter": 405,
    "/static/kiosk.css": 200,
    "/static/../app.py": 404,
    "/nope": 404,
}


@pytest.fixture
def inside():
    page = site(simulated=True)
    hand_in(page.service, ANA)
    page.sign_in()
    return page


def test_the_list_of_forms_is_whole():
    rules = site(simulated=True).app.url_map.iter_rules()
    known = {re.sub("<int:[a-z]+>", "1", rule.rule) for rule in rules if "POST" in rule.methods}
    plain = {path.replace("<name>/<key>", "tell-lead/all") for path in known}
    plain = {path.replace("<token>", "1") for path in plain}
    plain = {path.replace("<user>", "u-admin").replace("<answer>", "confirm") for path in plain}
    plain = {path.replace("<kind>/<name>", "webhook/mis") for path in plain}
    assert plain == set(POSTS)


# Whoever may send no file is turned away before it is read, and with it its token.
MAY_NOT = (403, "may not")
BEFORE_THE_FILE = {
    "/backups/check": MAY_NOT,
    "/rules/change": MAY_NOT,
    "/rules/dates": MAY_NOT,
    "/setup/restore": (404, "no such page"),  # once it is set up
}


# The PIN pad has no session: the mark of the pad stands for the token. See test_webui_pads.
@pytest.mark.parametrize("path", [path for path in POSTS if path != "/screen/pin"])
def test_a_form_without_its_token_does_nothing(inside, path):
    before = len(inside.service.record)
    answer = inside.client.post(path, data={"card": "0"}, headers=ORIGIN)
    status, words = BEFORE_THE_FILE.get(path, (400, "Nothing was changed"))
    assert (answer.status_code, len(inside.service.record)) == (status, before)
    assert words in answer.text


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_form_from_elsewhere_does_nothing(inside, path, headers):
    before, token = len(inside.service.record), inside.token("/")
    answer = inside.client.post(path, data={"csrf_token": token, "card": "0"}, headers=headers)
    assert (answer.status_code, len(inside.service.record)) == (400, before)


@pytest.mark.parametrize("path", [path for path in POSTS if path != "/sign-in"])
def test_nothing_is_changed_by_asking_for_a_page(inside, path):
    before = len(inside.service.record)
    status = inside.get(path).status_code  # some forms have their own page, at the same address
    assert status in (200, 403, 405, 409)
    assert len(inside.service.record) == before


def test_the_token_of_another_session_is_worth_nothing(inside):
    token = site(simulated=True).token("/sign-in")
    answer = inside.client.post("/sign-out", data={"csrf_token": token}, headers=ORIGIN)
    assert answer.status_code == 400


@pytest.mark.parametrize(("path", "status"), ANSWERS.items())
def test_every_answer_carries_every_header(inside, path, status):
    answer = inside.get(path)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    is_static = path == "/static/kiosk.css"
    assert answer.headers["Cache-Control"] == ("no-cache" if is_static else "no-store")


def test_a_fault_of_ours_carries_every_header_and_nothing_of_the_inside(inside, monkeypatch):
    inside.app.testing = False
    monkeypatch.setattr(inside.service, "standing", lambda: 1 / 0)
    answer = inside.get("/record")
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert (answer.status_code, "ZeroDivision" in answer.text) == (500, False)


def test_the_policy_allows_nothing_inline():
    assert "unsafe" not in HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "kiosk.evil", "a b"])
def test_an_address_that_is_not_ours_is_refused(host):
    answer = site().client.get("/healthz", headers={"Host": host})
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (400, False)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_pages_that_trust_no_host_are_not_made(inside):
    with pytest.raises(ValueError, match="trusted_hosts is empty"):
        create_app(inside.service, secure_cookies=True, trusted_hosts=[])


def test_what_a_proxy_might_say_is_not_believed(inside):
    answer = inside.get("/nope", **{"X-Forwarded-Host": "evil.example"})
    assert "evil.example" not in answer.text


def test_a_form_that_is_too_large_is_refused(inside):
    data = {"csrf_token": inside.token("/"), "note": "x" * 70_000}
    answer = inside.client.post("/cubbies/1/open", data=data, headers=ORIGIN)
    assert answer.status_code == 413


def test_two_applications_share_no_key(inside):
    keys = {
        create_app(inside.service, secure_cookies=True, trusted_hosts=["localhost"]).secret_key
        for _ in range(2)
    }
    assert len(keys) == 2
