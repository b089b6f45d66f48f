"""Who may see what: every route, every role, and strangers."""

from dataclasses import replace

import pytest
from meant_requests import ask
from route_fixtures import furnished_whole
from screen_fixtures import ELSEWHERE
from webui_fixtures import ANA, ORIGIN, ROLE_NAMES, hand_in, site

from kiosk.policy.roles import ROLES, Permission
from webui.access import access_of

P = Permission
EVERYBODY, EVERY_USER, PROGRAMS = "everybody", "every user", "programs, by their token"
SCREEN = "a screen"
TABLE = {
    ("GET", "/sign-in"): EVERYBODY,
    ("POST", "/sign-in"): EVERYBODY,
    ("GET", "/setup"): EVERYBODY,  # and only while nobody looks after users: test_webui_setup
    ("POST", "/setup/code"): EVERYBODY,
    ("POST", "/setup/administrator"): EVERYBODY,
    ("POST", "/setup/restore"): EVERYBODY,  # who typed the code, where nobody is on record
    ("GET", "/first-steps"): P.USERS,
    ("POST", "/first-steps/examine"): P.USERS,
    ("GET", "/healthz"): EVERYBODY,
    ("GET", "/static/<path:filename>"): EVERYBODY,
    ("GET", "/api/v1/openapi.json"): EVERYBODY,
    ("GET", "/api/v1/status"): PROGRAMS,  # which token: test_api
    ("GET", "/api/v1/cubbies"): PROGRAMS,
    ("GET", "/api/v1/events"): PROGRAMS,
    ("GET", "/api/v1/lists"): PROGRAMS,
    ("GET", "/api/v1/lists/<name>"): PROGRAMS,
    ("POST", "/sign-out"): EVERY_USER,
    ("GET", "/"): P.SEE_CABINET,
    ("GET", "/cabinet/grid"): P.SEE_CABINET,
    ("POST", "/alerts/<int:seq>/acknowledge"): P.ALERTS,
    ("POST", "/clock/confirm"): P.CLOCK,
    ("GET", "/cubbies/<int:number>"): P.SEE_CABINET,
    ("POST", "/cubbies/<int:number>/open"): P.OPEN,
    ("GET", "/openings/<int:seq>"): P.SEE_RECORD,
    ("GET", "/openings/<int:seq>/stage"): P.SEE_RECORD,
    ("GET", "/deposits/<int:deposit>"): P.SEE_CABINET,
    ("POST", "/deposits/<int:deposit>/state"): P.OPEN,
    ("GET", "/record"): P.SEE_RECORD,
    ("GET", "/record.csv"): P.SEE_RECORD,
    ("POST", "/record/verify"): P.SEE_RECORD,
    ("GET", "/health"): P.ALERTS,
    ("POST", "/health/examine"): P.SERVICE,
    ("POST", "/health/bundle"): P.SERVICE,
    ("GET", "/backups"): P.USERS,
    ("POST", "/backups/make"): P.USERS,
    ("POST", "/backups/check"): P.USERS,
    ("GET", "/people"): P.SEE_NAMES,
    ("GET", "/people/import"): P.ROSTER,
    ("POST", "/people/import"): P.ROSTER,
    ("GET", "/people/import/<token>"): P.ROSTER,
    ("POST", "/people/import/<token>"): P.ROSTER,
    ("GET", "/people/cards"): P.ROSTER,
    ("POST", "/people/cards"): P.ROSTER,
    ("GET", "/people/absences"): P.ROSTER,
    ("POST", "/people/absences"): P.ROSTER,
    ("GET", "/people/absences/<token>"): P.ROSTER,
    ("POST", "/people/absences/<token>"): P.ROSTER,
    ("GET", "/people/undo-import"): P.ROSTER,
    ("POST", "/people/undo-import"): P.ROSTER,
    ("GET", "/account"): EVERY_USER,
    ("POST", "/account/password"): EVERY_USER,
    ("POST", "/account/sessions/end"): EVERY_USER,
    ("GET", "/users"): P.USERS,
    ("GET", "/users/new"): P.USERS,
    ("POST", "/users/new"): P.USERS,
    ("GET", "/users/<user>"): P.USERS,
    ("POST", "/users/<user>"): P.USERS,
    ("POST", "/users/<user>/end"): P.USERS,
    ("GET", "/calendar"): P.SEE_CABINET,
    ("GET", "/rules"): P.RULES,
    ("POST", "/rules/dates"): P.RULES,
    ("GET", "/rules/file"): P.RULES,
    ("GET", "/rules/change"): P.RULES,
    ("POST", "/rules/change"): P.RULES,
    ("GET", "/rules/check"): P.RULES,
    ("POST", "/rules/check"): P.RULES,
    ("GET", "/programs"): P.USERS,
    ("POST", "/programs/tokens"): P.USERS,
    ("POST", "/programs/screens"): P.USERS,
    ("POST", "/programs/<token>/revoke"): P.USERS,
    ("POST", "/programs/try/<kind>/<name>"): P.USERS,
    ("GET", "/people/<person>"): P.SEE_NAMES,
    ("GET", "/people/<person>/why"): P.SEE_NAMES,
    ("GET", "/school"): EVERY_USER,
    ("GET", "/round"): P.SEE_CABINET,
    ("GET", "/round/progress"): P.SEE_CABINET,
    ("GET", "/reconcile"): P.OPEN,
    ("GET", "/lead"): P.LEAD_NOTES,
    ("GET", "/roles"): P.CONFIRM_ROLES,
    ("POST", "/roles/<int:seq>/<answer>"): P.CONFIRM_ROLES,
    ("GET", "/acts/<name>/<key>"): P.TELL_LEAD,  # of the act asked for; of each: test_webui_acts
    ("POST", "/acts/<name>/<key>"): P.TELL_LEAD,
    ("GET", "/screen"): SCREEN,
    ("GET", "/screen/now"): SCREEN,
    ("POST", "/screen/enter"): EVERYBODY,
    ("POST", "/screen/pin"): SCREEN,
    ("GET", "/lists"): P.LISTS,
    ("GET", "/lists/<name>"): P.LISTS,
    ("GET", "/lists/<name>/csv"): P.LISTS,
    ("GET", "/lists/<name>/pdf"): P.LISTS,
    ("GET", "/reports"): P.SEE_CABINET,
    ("GET", "/reports/<name>"): P.SEE_CABINET,
    ("GET", "/reports/<name>/csv"): P.SEE_CABINET,
    ("GET", "/reports/<name>/pdf"): P.SEE_CABINET,
    ("GET", "/papers"): EVERY_USER,
    ("GET", "/papers/<name>"): EVERY_USER,
    ("GET", "/papers/<name>/pdf"): EVERY_USER,
    ("GET", "/simulator"): P.SEE_CABINET,
    ("GET", "/simulator/screen"): P.SEE_CABINET,
    ("GET", "/simulator/doors"): P.SEE_CABINET,
    ("POST", "/simulator/tap"): P.SEE_CABINET,
    ("POST", "/simulator/door"): P.SEE_CABINET,
    ("GET", "/simulator/faults"): P.SEE_CABINET,
    ("POST", "/simulator/fault"): P.SEE_CABINET,
    ("POST", "/simulator/skip"): P.SEE_CABINET,
}
NAMED = {"lists": "uncollected", "reports": "occupancy", "papers": "agreement"}
DONE = (200, 302, 303)  # shown, led on, done: nothing that is asked here is refused besides
GUARDED = [(m, p) for (m, p), who in TABLE.items() if who not in (EVERYBODY, PROGRAMS, SCREEN)]


def concrete(path):
    parts = {"<int:seq>": "1", "<int:number>": "1", "<int:deposit>": "1"}
    parts |= {"<person>": "p-ana", "<user>": "u-teacher", "<name>/<key>": "tell-lead/all"}
    for part, value in parts.items():
        path = path.replace(part, value)
    for page, name in NAMED.items():
        path = path.replace(f"/{page}/<name>", f"/{page}/{name}")
    return path.replace("<path:filename>", "kiosk.css")


def test_no_route_is_outside_the_table():
    routes = site(simulated=True).app.url_map.iter_rules()
    assert {(m, r.rule) for r in routes for m in r.methods - {"HEAD", "OPTIONS"}} == set(TABLE)


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_each_role_sees_what_its_permissions_say_and_no_more(role):
    here, _ = furnished_whole()
    allowed = {*ROLES[role], EVERY_USER}
    here.sign_in(role)
    for method, path in (route for route in GUARDED if route[1] != "/sign-out"):
        if TABLE[method, path] in allowed:
            status = ask(here, method, path).status_code
            assert status in DONE, (method, path, status)
        elif method == "GET":
            assert here.get(concrete(path)).status_code == 403, path
        else:
            assert here.post(concrete(path), page="/account").status_code == 403, path


@pytest.mark.parametrize(("method", "path"), GUARDED, ids=lambda part: str(part))
def test_a_stranger_sees_nothing_and_does_nothing(method, path):
    page = site(simulated=True)
    hand_in(page.service, ANA)
    before = len(page.service.record)
    token = page.token("/sign-in")
    answer = page.client.open(
        concrete(path), method=method, data={"csrf_token": token}, headers=ORIGIN
    )
    assert answer.status_code in (302, 401)
    assert ("Silva" in answer.text, len(page.service.record)) == (False, before)


@pytest.mark.parametrize("role", ["", *ROLE_NAMES])
def test_what_is_for_programs_is_for_nobody_else(role):
    here, reader = furnished_whole()
    if role:
        here.sign_in(role)
    bearer = {"Authorization": f"Bearer {reader.text}"}
    for method, path in (route for route, who in TABLE.items() if who == PROGRAMS):
        answers = [here.client.open(concrete(path), method=method, headers=h) for h in ({}, bearer)]
        assert [answer.status_code for answer in answers] == [401, 200], path
        assert "Silva" not in answers[0].text


@pytest.mark.parametrize("role", ["", *ROLE_NAMES])
def test_what_is_for_screens_is_for_nobody_else(role):
    here, _ = furnished_whole()
    if role:
        here.sign_in(role)
    for method, path in (route for route, who in TABLE.items() if who == SCREEN):
        for where, expected in ((ELSEWHERE, (403,)), ("127.0.0.1", (200, 204))):
            sent = {"headers": ORIGIN, "environ_base": {"REMOTE_ADDR": where}}
            answer = here.client.open(path, method=method, **sent)
            assert answer.status_code in expected, (method, path, where)


def test_a_stranger_is_led_back_to_where_they_wanted_to_go():
    assert site().get("/record?cubby=3").location == "/sign-in?next=/record?cubby%3D3"


def test_a_page_without_a_mark_is_shown_to_nobody():
    page = site()
    page.app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    page.sign_in()
    assert access_of(page.app, "forgotten") is None
    assert page.get("/forgotten").status_code == 403


def test_a_role_that_may_not_is_told_so_in_words():
    page = site()
    page.sign_in("admin")
    answer = page.get("/record")
    assert (answer.status_code, "Your role may not do this" in answer.text) == (403, True)


def test_an_unknown_role_may_nothing():
    page = site()
    roster = page.service.standing().roster
    user = roster.users["u-admin"]
    stranger = replace(user, roles=("wizard",))
    page.service.keep(replace(roster, users={user.id: stranger}))
    page.sign_in("admin")
    assert page.get("/").status_code == 403


@pytest.mark.parametrize("path", ["/", "/cabinet/grid", "/cubbies/1", "/record", "/simulator"])
def test_who_may_not_see_names_finds_none(path):
    page = site(simulated=True)
    hand_in(page.service, ANA)
    page.sign_in("technician")
    text = page.get(path).text
    assert not [word for word in ("Silva", "7 Beech", "Okafor") if word in text]
