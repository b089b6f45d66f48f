"""What is handed in, and what an arrangement is about, as staff say it on the pages."""

from test_webui_acts import do, furnished, key_of, last

from kiosk.events import EventType
from webui.acts.act import About


def test_what_lies_in_a_cubby_is_said_and_stands_on_every_page_about_it():
    here = furnished()
    here.sign_in()
    key = key_of(here, About.DEVICE)
    sent = do(here, "devices", key, count="2", kinds=["phone", "watch"])
    assert sent.status_code == 303
    assert last(here).type is EventType.DEVICES_NOTED

    for path in (sent.location, f"/deposits/{key}", "/people/p-ana", "/cubbies/1"):
        assert "2: phone, smart watch" in here.get(path).text, path
    assert "2: phone, smart watch" in here.get("/record").text


def test_more_kinds_than_devices_are_a_slip():
    here = furnished()
    here.sign_in()
    sent = do(here, "devices", key_of(here, About.DEVICE), count="1", kinds=["phone", "watch"])
    assert sent.status_code == 400
    assert "more kinds than devices" in sent.text


GIVEN = {"kind": "adjustment", "effect": "keep", "devices": ["watch"]}


def test_an_arrangement_shows_its_devices_and_who_agreed_in_writing():
    here = furnished()
    here.sign_in("headteacher")
    agreed = {"signed_on": "2026-11-20", "signed_by": "Eva Silva"}
    sent = do(here, "arrangement", "p-ben", **GIVEN, **agreed)
    assert sent.status_code == 303
    page = here.get("/people/p-ben").text
    assert "smart watch" in page
    assert "agreed in writing on 20 November 2026 with Eva Silva" in page

    assert "Eva Silva" not in here.get("/record").text


def test_who_may_not_know_the_need_reads_the_day_alone():
    here = furnished()
    here.sign_in("headteacher")
    do(here, "arrangement", "p-ben", **GIVEN, signed_on="2026-11-20", signed_by="Eva Silva")
    here.post("/sign-out", page="/school")
    here.sign_in("reception")
    page = here.get("/people/p-ben").text
    assert "agreed in writing on 20 November 2026" in page
    assert "smart watch" not in page
    assert "Eva Silva" not in page


def test_a_signature_without_its_day_points_at_what_is_missing():
    here = furnished()
    here.sign_in("headteacher")
    assert 'href="#signed_on"' in do(here, "arrangement", "p-ben", **GIVEN, signed_by="Eva").text
    sent = do(here, "arrangement", "p-ben", **GIVEN, signed_on="2026-11-20")
    assert 'href="#signed_by"' in sent.text


def test_an_agreement_in_writing_is_noted_afterwards():
    here = furnished()
    here.sign_in("headteacher")
    key = key_of(here, About.ARRANGEMENT)
    assert "not agreed in writing" in here.get("/people/p-ana").text
    do(here, "signed", key, signed_on="2026-11-22", signed_by="Eva Silva")
    assert last(here).type is EventType.EXEMPTION_SIGNED
    assert "agreed in writing on 22 November 2026 with Eva Silva" in here.get("/people/p-ana").text
