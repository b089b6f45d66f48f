"""The first run: a code of the machine lets the first administrator in, and then never again."""

from dataclasses import replace

import pytest
from webui_fixtures import ORIGIN, PASSWORD_HASH, FakeService, Site, site, site_of

from kiosk.events import EventType
from kiosk.model import User
from kiosk.setup_codes import VALID_S
from webui.throttle import LIMIT

WORDS = "four other random words"


def kiosk(*users: User) -> FakeService:
    """One with just these users."""
    service = FakeService()
    roster = service.standing().roster
    service.keep(replace(roster, users={user.id: user for user in users}))
    return service


@pytest.fixture
def new() -> Site:
    return site_of(kiosk())


def send_code(here: Site, text: str):
    return here.post("/setup/code", page="/setup", code=text)


def add(here: Site, name: str = "Ada", **more: str):
    fields = {"name": name, "new": WORDS, "again": WORDS, **more}
    return here.post("/setup/administrator", page="/setup", **fields)


def users(here: Site) -> list[User]:
    return list(here.service.standing().roster.users.values())


@pytest.mark.parametrize("path", ["/", "/record", "/people?q=a", "/sign-in", "/rules"])
def test_while_nobody_can_sign_in_every_page_leads_there(new: Site, path: str) -> None:
    assert new.get(path).location == "/setup"


@pytest.mark.parametrize("path", ["/healthz", "/screen", "/static/kiosk.css"])
def test_what_needs_nobody_goes_on(new: Site, path: str) -> None:
    assert new.get(path).status_code == 200


def test_the_code_leads_to_the_first_administrator_who_is_signed_in(new: Site) -> None:
    assert "kiosk setup-code" in new.get("/setup").text
    assert send_code(new, new.codes.new()).location == "/setup"
    assert "The first administrator" in new.get("/setup").text
    assert add(new).location == "/first-steps"
    (ada,) = users(new)
    assert (ada.name, ada.roles) == ("Ada", ("admin",))
    assert new.get("/users").status_code == 200
    record = [(event.type, event.actor) for event in new.service.record]
    assert record == [
        (EventType.USER_ADDED, "user:console"),
        (EventType.SIGNED_IN, f"user:{ada.id}"),
    ]


def test_afterwards_there_is_no_such_page(new: Site) -> None:
    send_code(new, new.codes.new())
    add(new)
    code = new.codes.new()
    assert new.get("/setup").status_code == 404
    for path in ("/setup/code", "/setup/administrator"):
        assert new.post(path, page="/account", code=code, name="Eve").status_code == 404
    assert len(users(new)) == 1


@pytest.mark.parametrize("path", ["/setup", "/setup/code", "/setup/administrator"])
def test_where_somebody_looks_after_users_there_is_none_either(path: str) -> None:
    here = site()
    data = {"csrf_token": here.token("/sign-in"), "code": here.codes.new()}
    method = "GET" if path == "/setup" else "POST"
    answer = here.client.open(path, method=method, data=data, headers=ORIGIN)
    assert answer.status_code == 404
    assert here.get("/").location == "/sign-in?next=/"


def test_a_wrong_code_is_refused_recorded_and_leads_nowhere(new: Site) -> None:
    new.codes.new()
    answer = send_code(new, "0000-0000-0000")
    assert (answer.status_code, "That is not the code" in answer.text) == (401, True)
    assert [event.type for event in new.service.record] == [EventType.SIGN_IN_REFUSED]
    assert (add(new).location, users(new)) == ("/setup", [])


def test_many_wrong_codes_have_to_wait_and_so_has_the_right_one(new: Site) -> None:
    code = new.codes.new()
    for _ in range(LIMIT):
        send_code(new, "wrong")
    answer = send_code(new, code)
    assert (answer.status_code, "Too many failed attempts" in answer.text) == (429, True)
    assert int(answer.headers["Retry-After"]) > 0


def test_a_code_lets_one_browser_in_and_no_other(new: Site) -> None:
    code = new.codes.new()
    other = new.app.test_client()
    send_code(new, code)
    assert "Set-up code" in other.get("/setup").text
    assert send_code(new, code).status_code == 401


def test_who_was_let_on_has_another_session_id(new: Site) -> None:
    new.get("/setup")
    before = new.client.get_cookie("kiosk")
    send_code(new, new.codes.new())
    after = new.client.get_cookie("kiosk")
    assert before is not None
    assert after is not None
    assert before.value != after.value


def test_whoever_waits_too_long_needs_another_code(new: Site) -> None:
    send_code(new, new.codes.new())
    for _ in range(3):  # the session is used meanwhile
        new.time.now += VALID_S / 3
        page = new.get("/setup").text
    assert "Set-up code" in page
    assert (add(new).location, users(new)) == ("/setup", [])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "A name has 1 to 60 characters"),
        ({"new": "short", "again": "short"}, "at least 12 characters"),
        ({"again": "other words than before"}, "The two new passwords differ"),
        ({"new": "Ada and two more", "again": "Ada and two more"}, "without your name"),
    ],
)
def test_name_and_password_follow_the_usual_rules(
    new: Site, fields: dict[str, str], words: str
) -> None:
    send_code(new, new.codes.new())
    answer = add(new, **fields)
    assert (answer.status_code, words in answer.text, users(new)) == (400, True, [])
    assert add(new).status_code == 303  # the code is not lost by it


def test_where_others_can_sign_in_they_still_can() -> None:
    here = site_of(kiosk(User("u-reception", "reception", PASSWORD_HASH, ("reception",))))
    assert here.get("/").location == "/setup"
    assert "Sign in instead" in here.get("/setup").text
    assert here.sign_in().location == "/"
    assert "Nobody looks after this kiosk’s users." in here.get("/").text


def test_an_administrator_whose_time_is_over_leaves_it_to_be_set_up() -> None:
    service = kiosk()
    today = service.rules.timetable.local(service.moment.at).date()
    gone = User("u", "Old", PASSWORD_HASH, ("admin",), valid_to=today.replace(day=1))
    here = site_of(kiosk(gone))
    assert here.get("/").location == "/setup"


def test_the_role_is_one_that_looks_after_users_by_the_schools_own_roles(new: Site) -> None:
    may = dict(new.service.rules.roles.may)
    users_role = {"keeper": may.pop("admin")}
    roles = new.service.rules.roles._replace(may={**may, **users_role})
    new.service.rules = replace(new.service.rules, roles=roles)
    send_code(new, new.codes.new())
    add(new)
    assert users(new)[0].roles == ("keeper",)
