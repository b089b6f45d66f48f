"""Signing in and out."""

import pytest
from webui_fixtures import ORIGIN, PASSWORD, shown, site

from kiosk.errors import NotRunning, RecordFault
from kiosk.events import EventType
from kiosk.messages.commands import ChangeOwnPassword
from kiosk.passwords import hash_password, is_outdated, verify_password
from webui import create_app, password_check
from webui.throttle import ACCOUNT_S, LIMIT, SOURCE_S


def signs(page):
    return [(e.type, e.actor, e.data["source"]) for e in page.service.record]


def test_the_right_password_leads_to_the_cabinet():
    page = site()
    answer = page.sign_in()
    assert (answer.status_code, answer.location) == (303, "/")
    assert signs(page) == [(EventType.SIGNED_IN, "user:u-reception", "127.0.0.1")]


def test_the_user_name_may_be_typed_in_any_case():
    assert site().sign_in("ReCeption").status_code == 303


@pytest.mark.parametrize(
    ("name", "actor"), [("reception", "user:u-reception"), ("nobody", "user:")]
)
def test_a_refusal_is_recorded_with_its_source(name, actor):
    page = site()
    page.sign_in(name, "not the password")
    assert signs(page) == [(EventType.SIGN_IN_REFUSED, actor, "127.0.0.1")]


def test_an_unknown_user_and_a_wrong_password_get_the_same_answer():
    page = site()
    known, unknown = page.sign_in("teacher", "wrong words"), page.sign_in("teachex", "wrong words")
    assert known.status_code == unknown.status_code == 401
    assert shown(known.text) == shown(unknown.text).replace("teachex", "teacher")


def test_an_unknown_user_costs_a_hash_with_the_same_parameters(mocker):
    page = site()
    verify = mocker.spy(password_check, "verify_password")
    page.sign_in("nobody", "wrong words")
    verify.assert_called_once_with(password_check.NOBODY, "wrong words")
    assert password_check.NOBODY.split("$")[:4] == hash_password(PASSWORD).split("$")[:4]


def test_a_restart_does_not_forget_the_failures():
    page = site()
    for _ in range(LIMIT):
        page.sign_in("teacher", "wrong words")
    again = site()
    again.service.record = page.service.record
    again.service.pass_time(60)
    assert again.sign_in("teacher").status_code == 429
    again.time.now += SOURCE_S
    assert again.sign_in("teacher").status_code == 303


def test_after_ten_failures_even_the_right_password_waits():
    page = site()
    for _ in range(LIMIT):
        page.sign_in("teacher", "wrong words")
    answer = page.sign_in("teacher")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "600")
    assert "Too many failed attempts. Try again in 10 minutes." in answer.text


def test_a_throttled_try_is_not_recorded_again():
    page = site()
    for _ in range(LIMIT + 5):
        page.sign_in("teacher", "wrong words")
    assert len(page.service.record) == LIMIT


def test_a_check_that_got_no_turn_counts_for_nobody(monkeypatch):
    page = site()
    check = page.app.extensions["office"].passwords

    def no_turn(self, password_hash, password):
        raise password_check.Busy

    monkeypatch.setattr(type(check), "fits", no_turn)
    statuses = {page.sign_in("teacher").status_code for _ in range(LIMIT + 5)}
    monkeypatch.undo()
    assert (statuses, page.sign_in("teacher").status_code) == ({503}, 303)


def test_another_address_gets_in_while_a_stranger_is_kept_out():
    page = site()
    for _ in range(LIMIT):
        page.sign_in("teacher", "wrong words")
    page.time.now += ACCOUNT_S
    assert page.sign_in("teacher").status_code == 429
    fields = {"csrf_token": page.token("/sign-in"), "name": "teacher", "password": PASSWORD}
    answer = page.client.post(
        "/sign-in", data=fields, headers=ORIGIN, environ_overrides={"REMOTE_ADDR": "10.0.0.7"}
    )
    assert answer.status_code == 303


def test_when_the_delay_is_over_the_right_password_is_let_in():
    page = site()
    for _ in range(LIMIT):
        page.sign_in("teacher", "wrong words")
    page.time.now += SOURCE_S
    assert page.sign_in("teacher").status_code == 303


@pytest.mark.parametrize("fault", [RecordFault("disk full"), NotRunning("no answer")])
def test_a_record_that_cannot_be_written_keeps_nobody_out(fault, caplog):
    page = site()
    page.service.fault = fault
    assert page.sign_in().status_code == 303
    assert page.get("/").status_code == 200


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/cubbies/3", "/cubbies/3"),
        ("/record?cubby=2", "/record?cubby=2"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\r\nSet-Cookie: a=b", "/"),
    ],
)
def test_after_signing_in_only_our_own_pages_are_gone_to(wanted, led_to):
    page = site()
    fields = {"next": wanted, "name": "teacher", "password": PASSWORD}
    assert page.post("/sign-in", page="/sign-in", **fields).location == led_to


def test_signing_out_ends_the_session():
    page = site()
    page.sign_in()
    assert page.post("/sign-out").location == "/sign-in"
    assert page.get("/").status_code == 302


def test_somebody_signed_in_is_not_asked_again():
    page = site()
    page.sign_in()
    assert page.get("/sign-in").location == "/"


def test_the_form_of_a_stranger_is_never_answered_with_a_page_of_the_inside():
    page = site()
    data = {"csrf_token": page.token("/sign-in"), "reason": "medical"}
    answer = page.client.post("/cubbies/1/open", data=data, headers=ORIGIN)
    assert (answer.status_code, page.service.pulses) == (401, [])


def test_whoever_was_signed_out_by_a_restart_is_told_why():
    here = site()
    here.sign_in()
    again = create_app(here.service, secure_cookies=False, trusted_hosts=["localhost"])
    cookie = here.client.get_cookie("kiosk").value
    told = again.test_client()
    told.set_cookie("kiosk", cookie)
    text = told.get("/cubbies/1", follow_redirects=True).text
    assert "You are signed out." in text
    assert "The kiosk was started anew" in text


def test_somebody_who_comes_for_the_first_time_or_signed_out_is_told_nothing_of_that():
    here = site()
    assert "You are signed out." not in here.get("/sign-in").text
    here.sign_in()
    here.post("/sign-out")
    assert "You are signed out." not in here.get("/sign-in").text


# a password that was hashed with less work than is done today


def stored(page):
    return page.service.standing().roster.users["u-reception"].password_hash


@pytest.fixture
def old(mocker):
    mocker.patch.object(password_check, "is_outdated", is_outdated)
    return site()


def test_it_is_hashed_anew_at_the_next_sign_in_and_is_the_same_password(old):
    before = stored(old)
    assert is_outdated(before)

    assert old.sign_in().status_code == 303

    assert not is_outdated(stored(old))
    assert verify_password(stored(old), PASSWORD)
    assert [(e.type, e.actor, e.data.get("renewed")) for e in old.service.record] == [
        (EventType.PASSWORD_CHANGED, "user:u-reception", True),
        (EventType.SIGNED_IN, "user:u-reception", None),
    ]
    assert old.get("/").status_code == 200  # whoever signed in is not signed out by it


def test_it_is_done_once_and_not_for_a_wrong_password(old):
    old.sign_in(password="wrong words")
    assert is_outdated(stored(old))
    for _ in range(2):
        old.sign_in()
    assert [e.type for e in old.service.record].count(EventType.PASSWORD_CHANGED) == 1


def test_a_password_that_was_changed_meanwhile_is_not_brought_back(old, mocker):
    new = hash_password("another that is long")

    def renewed(password_hash, password):
        old.service.take(ChangeOwnPassword("u-reception", new))
        return hash_password(password)

    mocker.patch.object(old.app.extensions["office"].passwords, "renewed", side_effect=renewed)
    old.sign_in()
    assert stored(old) == new
    assert old.get("/").location == "/sign-in?next=/"  # by the old one nobody is let in any more


@pytest.mark.parametrize("fault", [RecordFault("full"), NotRunning("no"), password_check.Busy()])
def test_what_keeps_it_from_being_done_keeps_nobody_out(old, mocker, fault):
    mocker.patch.object(old.app.extensions["office"].passwords, "renewed", side_effect=fault)
    assert old.sign_in().status_code == 303
    assert is_outdated(stored(old))
