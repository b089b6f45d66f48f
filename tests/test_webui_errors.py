"""What people read when something went wrong."""

import pytest
from webui_fixtures import ORIGIN, site


@pytest.fixture
def desk():
    signed_in = site()
    signed_in.sign_in()
    return signed_in


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/nope", 404, "There is no such page."),
        ("/record?before=x", 400, "Nothing was changed."),
        ("/clock/confirm", 405, "cannot be used in this way"),
    ],
)
def test_an_error_says_what_it_means_and_leads_back(desk, path, status, words):
    answer = desk.get(path)
    assert (answer.status_code, words in answer.text) == (status, True)
    assert 'href="/">Back to the cabinet' in answer.text


def test_a_stranger_is_led_to_the_sign_in_page():
    assert 'href="/sign-in">Sign in' in site().get("/nope").text


def test_an_old_form_says_so():
    desk = site()
    answer = desk.client.post("/sign-in", data={"csrf_token": "old"}, headers=ORIGIN)
    assert (answer.status_code, "The form was too old" in answer.text) == (400, True)


def test_a_fault_of_ours_says_little(desk, monkeypatch, caplog):
    desk.app.testing = False
    monkeypatch.setattr(desk.service, "now", lambda: 1 / 0)
    answer = desk.get("/")
    assert answer.status_code == 500
    assert answer.text == ("The kiosk's pages have a fault. The cabinet itself goes on working.\n")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
def test_no_other_method_does_anything(desk, method):
    before = len(desk.service.record)
    answer = desk.client.open("/cubbies/1/open", method=method, headers=ORIGIN)
    assert (answer.status_code, len(desk.service.record)) == (405, before)


def test_a_method_cannot_be_slipped_in_by_a_header(desk):
    answer = desk.get("/clock/confirm", **{"X-HTTP-Method-Override": "POST"})
    assert answer.status_code == 405


@pytest.mark.parametrize("headers", [ORIGIN, {"Origin": "http://evil.example"}])
def test_a_form_from_elsewhere_in_somebodys_name_is_logged(desk, caplog, headers):
    desk.client.post("/cubbies/1/open", headers=headers)
    assert "user u-reception at 127.0.0.1: a form from elsewhere" in caplog.text


def test_a_page_that_is_not_for_their_role_is_logged_and_what_strangers_try_is_not(desk, caplog):
    site().get("/users")
    assert caplog.text == ""
    desk.get("/users")
    assert "users.show of user u-reception at 127.0.0.1: not for their role" in caplog.text


@pytest.mark.parametrize(
    ("role", "path", "roles"),
    [
        ("reception", "/users", "admin"),
        ("admin", "/reconcile", "reception, teacher, pastoral, headteacher or dsl"),
        ("teacher", "/lists/held", "reception, pastoral, headteacher or dsl"),
        ("teacher", "/acts/pass/p-ana", "reception, pastoral, headteacher or dsl"),
    ],
)
def test_who_may_not_is_told_which_roles_may(role, path, roles):
    desk = site()
    desk.sign_in(role)
    answer = desk.get(path)
    assert (answer.status_code, f"It takes the role {roles}." in answer.text) == (403, True)
