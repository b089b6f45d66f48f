"""What the pages keep to whoever asks: as standards of web security want it, one by one."""

import re

import pytest
from webui_fixtures import ANA, PASSWORD, Site, hand_in, shown, site

from kiosk.model import Roster

INSIDE = ("/", "/cubbies/1", "/people", "/people/p-ana", "/record", "/account", "/lists", "/school")
TEXTS = (*INSIDE, "/sign-in", "/nope", "/clock/confirm", "/screen", "/static/kiosk.css")


@pytest.fixture
def desk() -> Site:
    page = site()
    hand_in(page.service, ANA)
    page.sign_in()
    return page


def test_on_a_new_kiosk_there_is_nobody_to_sign_in_as() -> None:
    page = site()
    page.service.keep(Roster())
    assert page.get("/sign-in").location == "/setup"  # no form to sign in with is there
    for name in ("admin", "root", "kiosk", "", "console"):
        for password in (PASSWORD, ""):
            page.sign_in(name, password)
            assert page.get("/").location == "/setup"


@pytest.mark.parametrize("path", TEXTS)
def test_a_text_says_in_which_letters_it_is_written(desk: Site, path: str) -> None:
    kind = desk.get(path).headers["Content-Type"]
    assert kind.startswith("text/")
    assert kind.endswith("; charset=utf-8")


@pytest.mark.parametrize("path", ["/cabinet/grid", "/screen"])
def test_what_a_stranger_is_told_says_so_too(path: str) -> None:
    page = site().app.test_client()
    answer = page.get(path, headers={"Host": "localhost"}, environ_base={"REMOTE_ADDR": "10.0.0.9"})
    assert answer.status_code in (401, 403)
    assert answer.headers["Content-Type"].endswith("; charset=utf-8")


@pytest.mark.parametrize("path", ["/static/", "/static/vendor/", "/.git/config", "/static/.git"])
def test_no_folder_is_listed_and_nothing_beside_the_pages_is_served(desk: Site, path: str) -> None:
    assert desk.get(path).status_code == 404


@pytest.mark.parametrize("path", INSIDE)
def test_every_page_can_be_signed_out_from(desk: Site, path: str) -> None:
    assert ">Sign out</button>" in desk.get(path).text


def test_what_is_typed_as_a_password_is_not_shown_and_may_be_pasted(desk: Site) -> None:
    desk.post("/sign-out")
    forms = [desk.get("/sign-in").text]
    desk.sign_in("admin")
    forms += [desk.get(path).text for path in ("/account", "/users/new")]
    secret = r'<input[^>]* name="(?:password|current|new|again)"[^>]*>'
    fields = re.findall(secret, "".join(forms))
    assert len(fields) == 6
    for field in fields:
        assert 'type="password"' in field
        assert re.search(r'autocomplete="(current|new)-password"', field)
        assert not re.search(r"onpaste|readonly|pattern", field)


def test_no_address_that_a_page_leads_to_has_a_secret_in_it(desk: Site) -> None:
    for path in INSIDE:
        text = desk.get(path).text
        leads = re.findall(r'(?:href|action|hx-get)="([^"]*)"', text)
        assert not [one for one in leads if re.search(r"[?&](\w*token|password|session)", one)]
        assert not [one for one in leads if re.search(r"[A-Za-z0-9_-]{40}", one)]
        assert PASSWORD not in text


def test_a_kiosk_is_never_in_debug_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    app = site().app
    assert (app.debug, app.config["PROPAGATE_EXCEPTIONS"]) == (False, None)


@pytest.mark.parametrize("twice", ["/record?cubby=1&cubby=2", "/people?name=Ana&name=Ben"])
def test_a_parameter_given_twice_is_taken_once(desk: Site, twice: str) -> None:
    told, once = (desk.get(path).text for path in (twice, twice.rpartition("&")[0]))
    assert shown(told) == shown(once)
