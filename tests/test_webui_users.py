"""Users, and one's own account."""

from dataclasses import replace
from html import unescape

import pytest
from webui_fixtures import ORIGIN, PASSWORD, Site, field_of, site

from kiosk.events import EventType
from kiosk.policy.roles import ROLES, Permission, Roles
from webui.users import ROLE_WORDS

NEW = "four other random words"


def as_admin() -> Site:
    here = site()
    here.sign_in("admin")
    return here


def add(here: Site, name: str = "Zoe", **more: str | list[str]):
    data = {"csrf_token": here.token("/users/new"), "name": name, "roles": ["teacher"]}
    data |= {"new": NEW, "again": NEW, **more}
    return here.client.post("/users/new", data=data, headers=ORIGIN)


def change(here: Site, user: str, **more: str | list[str]):
    path = f"/users/{user}"
    name = here.service.standing().roster.users[user].name
    data = {"csrf_token": here.token(path), "name": name, "roles": ["teacher"], **more}
    return here.client.post(path, data=data, headers=ORIGIN)


def user_called(here: Site, name: str):
    users = here.service.standing().roster.users.values()
    return next((user for user in users if user.name == name), None)


def test_a_user_is_added_with_roles_forms_and_a_time_and_can_sign_in():
    here = as_admin()
    sent = add(here, forms=["7 Beech"], valid_from="2026-11-23", valid_to="2026-11-24")
    assert sent.status_code == 303
    zoe = user_called(here, "Zoe")
    assert zoe is not None
    assert (zoe.roles, zoe.forms, str(zoe.valid_to)) == (("teacher",), ("7 Beech",), "2026-11-24")
    assert NEW not in repr(here.service.record)
    here.post("/sign-out", page="/users")
    assert here.sign_in("Zoe", NEW).location == "/"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "TEACHER"}, "name"),
        ({"roles": []}, "roles-1"),
        ({"roles": ["wizard"]}, "roles-1"),
        ({"new": "short", "again": "short"}, "new"),
        ({"again": "something else"}, "again"),
        ({"person": "p-ana"}, "person"),
        ({"valid_from": "2026-11-24", "valid_to": "2026-11-23"}, "valid_to"),
    ],
)
def test_a_form_that_is_wrong_adds_nobody_and_says_where(fields, field):
    here = as_admin()
    sent = add(here, **fields)
    assert sent.status_code == 400
    assert f'href="#{field}"' in sent.text
    assert NEW not in sent.text
    assert user_called(here, "Zoe") is None


def test_whoever_gets_other_roles_is_signed_out_at_once():
    here = site()
    here.sign_in("teacher")
    other = here.app.test_client()
    admin = replace(here, client=other)
    admin.sign_in("admin")
    assert change(admin, "u-teacher", roles=["pastoral"]).status_code == 303
    assert here.get("/").status_code == 302


def test_somebody_who_left_signs_in_no_more():
    here = as_admin()
    token = here.token("/users/u-teacher")
    sent = here.client.post("/users/u-teacher/end", data={"csrf_token": token}, headers=ORIGIN)
    assert sent.status_code == 303
    assert "does not sign in" in here.get("/users").text
    here.post("/sign-out", page="/users")
    assert here.sign_in("teacher").status_code == 401


def test_nobody_is_changed_who_is_not_there():
    assert as_admin().get("/users/nobody").status_code == 404


def set_password(here: Site, current: str = PASSWORD, new: str = NEW, again: str = NEW):
    data = {"csrf_token": here.token("/account"), "current": current, "new": new, "again": again}
    return here.client.post("/account/password", data=data, headers=ORIGIN)


def test_ones_own_password_is_changed_and_ends_all_other_sessions():
    here = site()
    elsewhere = replace(here, client=here.app.test_client())
    for each in (here, elsewhere):
        each.sign_in("technician")
    assert set_password(here).status_code == 303
    assert here.service.record[-1].type is EventType.PASSWORD_CHANGED
    assert "Your password is changed" in here.get("/account").text
    assert elsewhere.get("/").status_code == 302


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"current": "a guess"}, "That is not your password."),
        ({"new": "short", "again": "short"}, "at least 12 characters"),
        ({"again": "something else"}, "The two new passwords differ."),
    ],
)
def test_a_password_is_changed_only_by_who_knows_it_and_to_a_good_one(fields, words):
    here = site()
    here.sign_in("teacher")
    sent = set_password(here, **fields)
    assert (sent.status_code, words in sent.text) == (400, True)
    assert here.service.record[-1].type is EventType.SIGNED_IN


def test_guessing_ones_password_on_the_account_page_is_throttled_like_signing_in():
    here = site()
    here.sign_in("teacher")
    answers = [set_password(here, current="a guess").status_code for _ in range(30)]
    assert answers[0] == 400
    assert answers[-1] == 429


def sign_out_elsewhere(here: Site, password: str):
    data = {"csrf_token": field_of(here.get("/account").text, "csrf_token"), "proof": password}
    return here.client.post("/account/sessions/end", data=data, headers=ORIGIN)


def test_whoever_does_not_know_the_password_signs_nobody_out_elsewhere():
    here = site()
    elsewhere = replace(here, client=here.app.test_client())
    for each in (here, elsewhere):
        each.sign_in("teacher")
    refused = sign_out_elsewhere(here, "a guess of mine")
    assert (refused.status_code, "That is not your password." in refused.text) == (400, True)
    assert elsewhere.get("/").status_code == 200


def test_one_sees_where_one_is_signed_in_and_signs_out_everywhere_else():
    here = site()
    elsewhere = replace(here, client=here.app.test_client())
    for each in (here, elsewhere):
        each.sign_in("teacher")
    assert "From 127.0.0.1" in here.get("/account").text
    assert sign_out_elsewhere(here, PASSWORD).status_code == 303
    assert elsewhere.get("/").status_code == 302
    assert here.get("/account").status_code == 200


def test_every_role_that_is_shipped_is_explained_where_it_is_given():
    page = unescape(as_admin().get("/users/new").text)
    assert ROLE_WORDS.keys() == ROLES.keys()
    assert all(f">{words}</span>" in page for words in ROLE_WORDS.values())


def test_a_role_that_the_school_made_or_changed_is_told_to_be():
    here = as_admin()
    may = {**ROLES, "tutor": ROLES["teacher"], "teacher": ROLES["teacher"] - {Permission.BOX}}
    here.service.rules = replace(here.service.rules, roles=Roles(may))
    page = unescape(here.get("/users/new").text)
    assert ">made by this school: Rules says what it may do</span>" in page
    assert f"{ROLE_WORDS['teacher']}. Changed by this school" in page
    assert f"{ROLE_WORDS['admin']}. Changed" not in page
