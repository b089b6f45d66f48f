"""The school's year on the pages, and term dates brought in from a calendar."""

import io

import pytest
from roster_fixtures import raw
from test_webui_rules import FILE, by_console, plain, say_yes, versions
from webui_fixtures import ORIGIN, Site, site

SHEET = raw(
    "Name,First,Last,Kind",
    "Autumn 2026,02/09/2026,18/12/2026,term",
    "Half-term,26/10/2026,30/10/2026,half-term",
    "Staff training,02/09/2026,02/09/2026,INSET day",
    "Village fair,05/09/2026,05/09/2026,fair",
)
ICS = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//council//EN\r
BEGIN:VEVENT\r
UID:1\r
DTSTAMP:20260101T000000Z\r
DTSTART;VALUE=DATE:20270104\r
DTEND;VALUE=DATE:20270327\r
SUMMARY:Spring Term 2027\r
END:VEVENT\r
END:VCALENDAR\r
"""


@pytest.fixture
def head() -> Site:
    here = site()
    here.sign_in("headteacher")
    return here


def send(here: Site, data: bytes, name: str = "dates.csv"):
    fields = {"csrf_token": here.token("/rules/change"), "dates": (io.BytesIO(data), name)}
    return here.client.post("/rules/dates", data=fields, headers=ORIGIN)


def test_dates_are_shown_before_they_hold_with_what_was_left_out(head: Site) -> None:
    by_console(head, FILE)
    assert send(head, SHEET).location == "/rules/check"
    told = plain(head.get("/rules/check").text)
    assert "New: Autumn 2026: 2 September 2026 to 18 December 2026" in told
    assert "Left out of the calendar" in told
    assert "Village fair" in told
    assert versions(head) == [1]

    assert say_yes(head).location == "/rules"
    assert versions(head) == [1, 2]
    year = plain(head.get("/calendar").text)
    assert "Autumn 2026 (now)" in year
    assert "26 October 2026 to 30 October 2026 Half-term" in year
    assert "Wednesday 2 September 2026 INSET day" in year


def test_the_file_keeps_all_else_and_a_calendar_after_it_adds_its_own(head: Site) -> None:
    by_console(head, FILE + "# by the office\n")
    send(head, SHEET)
    say_yes(head)
    send(head, ICS, "council.ics")
    say_yes(head)
    assert head.service.file is not None
    assert "# by the office" in head.service.file.text
    year = plain(head.get("/calendar").text)
    assert year.index("Autumn 2026") < year.index("Spring Term 2027")


def test_dates_that_hold_already_change_nothing(head: Site) -> None:
    send(head, ICS)
    say_yes(head)
    answer = send(head, ICS)
    assert (answer.status_code, versions(head)) == (400, [1])
    assert "hold already" in answer.text


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"", b"name,first\nfair,2026-09-05\n"])
def test_what_has_no_dates_in_it_is_refused_in_words(head: Site, data: bytes) -> None:
    answer = send(head, data)
    assert answer.status_code == 400
    assert 'href="#dates"' in answer.text
    assert versions(head) == []


def test_whoever_sees_the_cabinet_sees_the_year_and_may_not_change_it() -> None:
    here = site()
    here.sign_in("teacher")
    page = here.get("/calendar").text
    assert "No terms are named" in page
    assert "/rules" not in page
    assert here.post("/rules/dates", page="/school").status_code == 403
