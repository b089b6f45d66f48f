"""Backups on the pages: made and carried off, looked into, and how one is put back."""

import io

import pytest
from import_fixtures import facts
from webui_fixtures import ANA, ORIGIN, NoRoom, Site, hand_in, site
from werkzeug.test import TestResponse

from kiosk.errors import BadInput, KioskError, RecordFault
from kiosk.events import EventType

CHECK, MAKE, PAGE = "/backups/check", "/backups/make", "/backups"


@pytest.fixture
def admin() -> Site:
    here = site()
    hand_in(here.service, ANA)
    here.sign_in("admin")
    return here


def check(here: Site, data: bytes = b"a backup", name: str = "k.backup") -> TestResponse:
    fields = {"csrf_token": here.token(PAGE), "file": (io.BytesIO(data), name)}
    kind = "multipart/form-data"
    with here.client.post(CHECK, data=fields, content_type=kind, headers=ORIGIN) as answer:
        answer.get_data()
        return answer


def test_one_is_carried_off_and_that_is_on_record_with_its_anchor(admin: Site) -> None:
    with admin.post(MAKE, page=PAGE) as answer:
        assert answer.data == b"sealed"
    assert answer.headers["Content-Disposition"].endswith('.backup"')
    assert answer.headers["Content-Length"] == "6"
    event = admin.service.record[-1]
    assert (event.type, event.actor) == (EventType.BACKUP_MADE, "user:u-admin")
    assert event.data == {"anchor": 7, "anchor_seal": "5ea1", "sha256": "5a"}
    assert admin.backups.files[0].closed


def test_what_cannot_be_made_is_said_in_words(admin: Site) -> None:
    admin.backups.fault = KioskError("the disk has 3 MiB left, and this needs 200")
    answer = admin.post(MAKE, page=PAGE)
    assert (answer.status_code, "the disk has 3 MiB left" in answer.text) == (503, True)


def test_what_cannot_be_put_on_record_does_not_leave(admin: Site) -> None:
    admin.service.fault = RecordFault("full")
    assert admin.post(MAKE, page=PAGE).status_code == 503
    assert admin.backups.files[0].closed


def test_what_is_in_one_is_told_and_what_would_be_lost(admin: Site) -> None:
    answer = check(admin)
    told = facts(answer.text)
    assert admin.backups.checked == [b"a backup"]
    assert (told["Kiosk"], told["People"]) == ("front", "1,234")
    assert told["Made"] == "Friday 20 November 2026, 03:00"
    assert "every checksum and every seal fits" in answer.text
    assert f"{admin.service.standing().state.seq - 1} events of this kiosk" in answer.text


def test_nothing_of_it_is_kept(admin: Site) -> None:
    check(admin)
    assert all(file.closed for file in admin.backups.files)
    assert len(admin.backups.files) == 1


def test_what_was_wrong_when_it_was_made_is_listed(admin: Site) -> None:
    admin.backups.findings = ["event 7 <b>was changed</b>"]
    text = check(admin).text
    assert "event 7 &lt;b&gt;was changed" in text
    assert "every checksum" not in text


def test_one_that_cannot_be_put_back_says_why(admin: Site) -> None:
    admin.backups.fault = BadInput("it was cut short")
    answer = check(admin)
    words = "It cannot be put back here: it was cut short."
    assert (answer.status_code, words in answer.text) == (400, True)


def test_no_file_no_room_and_a_process_that_fails_are_told(admin: Site) -> None:
    assert check(admin, name="").status_code == 400
    for fault, words in ((NoRoom("the disk is full"), "no room"), (KioskError("x"), "looked into")):
        admin.backups.fault = fault
        answer = check(admin)
        assert (answer.status_code, words in answer.text) == (503, True)


def test_room_is_asked_for_the_file_and_for_what_is_in_it(admin: Site) -> None:
    check(admin, b"x" * 100_000)
    (room,) = admin.backups.rooms
    assert 200_000 <= room <= 204_000


def test_a_second_file_in_the_form_is_refused(admin: Site) -> None:
    file = (io.BytesIO(b"x"), "a")
    fields = {"csrf_token": admin.token(PAGE), "file": [file, (io.BytesIO(b"y"), "b")]}
    answer = admin.client.post(
        CHECK, data=fields, content_type="multipart/form-data", headers=ORIGIN
    )
    assert (answer.status_code, admin.backups.checked) == (400, [])


def test_how_one_is_put_back_is_told_and_every_page_leads_there(admin: Site) -> None:
    assert "kiosk restore /var/tmp/kiosk.backup" in admin.get(PAGE).text
    assert PAGE in admin.get("/").text


def test_a_kiosk_that_makes_none_says_where_to_ask(admin: Site) -> None:
    object.__setattr__(admin.app.extensions["office"], "backups", None)
    assert "kiosk backup FILE" in admin.get(PAGE).text
    for path in (MAKE, CHECK):
        answer = admin.post(path, page=PAGE)
        assert (answer.status_code, "kiosk backup" in answer.text) == (503, True)
