"""The first run: a code of the machine lets the first administrator in, and then never again."""

import io
from dataclasses import replace
from typing import Any, NoReturn

import pytest
from webui_fixtures import ORIGIN, PASSWORD_HASH, FakeService, NoRoom, Site, site, site_of
from werkzeug.test import TestResponse

from kiosk.errors import BadInput, KioskError
from kiosk.events import EventType
from kiosk.model import Roster, User
from kiosk.setup_codes import VALID_S
from webui.backups import MOST
from webui.throttle import LIMIT
from webui.uploads import FORM_BYTES

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


# a backup put back


def send_backup(here: Site, data: bytes = b"a backup", name: str = "k.backup") -> TestResponse:
    fields = {"csrf_token": here.token("/setup"), "file": (io.BytesIO(data), name)}
    kind = "multipart/form-data"
    sent = here.client.post(
        "/setup/restore", data=fields, content_type=kind, headers=ORIGIN, buffered=True
    )
    sent.close()
    return sent


@pytest.fixture
def begun() -> list[str]:
    """How often the kiosk was told to start anew."""
    return []


@pytest.fixture
def let_on(begun: list[str]) -> Site:
    """Nobody is on record, and the code was typed."""
    here = site_of(blank(), start_anew=lambda: begun.append("anew"))
    send_code(here, here.codes.new())
    return here


def blank() -> FakeService:
    service = kiosk()
    service.keep(Roster())
    return service


def test_a_backup_is_checked_kept_for_the_next_start_and_the_kiosk_starts_anew(
    let_on: Site, begun: list[str]
) -> None:
    page = let_on.get("/setup").text
    assert "Or put a backup back" in page
    assert "bring the copies of <code>card.key</code> and <code>chain.key</code>" in page

    answer = send_backup(let_on)

    assert (answer.status_code, "The kiosk starts anew now" in answer.text) == (200, True)
    assert answer.mimetype == "text/html"
    assert let_on.backups.waiting == [b"a backup"]
    assert begun == ["anew"]
    assert all(file.closed for file in let_on.backups.files)


def test_the_code_is_used_up_by_it(let_on: Site) -> None:
    send_backup(let_on)
    assert "Set-up code" in let_on.get("/setup").text
    assert send_backup(let_on).location == "/setup"
    assert len(let_on.backups.waiting) == 1


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        (BadInput("it is no backup of a kiosk"), 400, "It cannot be put back here: it is no"),
        (BadInput("chain.key is not the key"), 400, "put back here: chain.key is not the key"),
        (KioskError("no end within 600 s"), 503, "could not be taken in: no end within"),
    ],
)
def test_what_cannot_be_put_back_says_why_and_the_code_is_not_lost_by_it(
    let_on: Site, begun: list[str], fault: KioskError, status: int, words: str
) -> None:
    let_on.backups.fault = fault
    answer = send_backup(let_on)
    assert (answer.status_code, words in answer.text) == (status, True)
    assert (let_on.backups.waiting, begun) == ([], [])

    let_on.backups.fault = None
    assert send_backup(let_on).status_code == 200


def test_without_a_file_it_asks_for_one(let_on: Site) -> None:
    answer = send_backup(let_on, name="")
    assert (answer.status_code, "Choose a file." in answer.text) == (400, True)


class Unread(io.BytesIO):
    """A body that must not be read."""

    def read(self, *size: Any) -> NoReturn:
        raise AssertionError("it was read")

    readinto = readline = read1 = read  # type: ignore[assignment]


def send_unread(here: Site, length: int = 1000) -> TestResponse:
    return here.client.post(
        "/setup/restore",
        input_stream=Unread(bytes(length)),
        content_length=length,
        content_type="multipart/form-data; boundary=x",
        headers=ORIGIN,
    )


def test_without_the_code_no_byte_of_a_file_is_read() -> None:
    here = site_of(blank())
    assert send_unread(here).location == "/setup"
    send_code(here, "wrong")
    assert send_unread(here).location == "/setup"


def test_one_that_is_too_large_is_refused_before_a_byte_is_read(let_on: Site) -> None:
    answer = let_on.client.post(
        "/setup/restore",
        input_stream=Unread(b""),
        environ_overrides={"CONTENT_LENGTH": str(MOST + FORM_BYTES + 1)},
        content_type="multipart/form-data; boundary=x",
        headers=ORIGIN,
    )
    assert answer.status_code == 413


def test_where_no_disk_has_room_it_is_said(let_on: Site) -> None:
    let_on.backups.fault = NoRoom("the disk has 3 MiB left")
    answer = send_backup(let_on)
    assert (answer.status_code, "no room for this file" in answer.text) == (503, True)


def test_where_somebody_is_on_record_none_is_put_back() -> None:
    here = site_of(kiosk())  # people, and nobody who signs in
    send_code(here, here.codes.new())
    assert "put a backup back" not in here.get("/setup").text
    assert send_unread(here).status_code == 404


def test_where_somebody_looks_after_users_none_is_either() -> None:
    here = site()
    assert send_unread(here).status_code == 404
    here.sign_in("admin")
    assert send_unread(here).status_code == 404


def test_what_kept_the_last_one_from_being_put_back_is_said(let_on: Site) -> None:
    let_on.backups.refused = "a device is in its cubby 9"
    assert "a device is in its cubby 9." in let_on.get("/setup").text


def test_where_nothing_starts_it_anew_it_says_what_to_do() -> None:
    here = site_of(blank())
    send_code(here, here.codes.new())
    assert "Stop it and start it on the machine" in send_backup(here).text
