"""The pages of the lists: who sees which, what is hidden, filters, files."""

import csv
import io
import re
from dataclasses import replace

import pytest
from office_fixtures import FORMULA, LATE, PUPILS, a_busy_day, office
from pypdf import PdfReader
from webui_fixtures import ROLE_NAMES, FakeService, Site

from kiosk.lists import LISTS, NO_ROLL_CALL, lists_for
from kiosk.lists.kinds import NO_ATTENDANCE
from kiosk.policy.roles import Roles
from webui import lists

LEAVERS = r'leavers">.*?index-count[^>]*>([^<]+)<'
FORMATS = ("", "/csv", "/pdf")


@pytest.fixture(scope="module")
def service() -> FakeService:
    return a_busy_day()


@pytest.fixture
def desk(service: FakeService) -> Site:
    return office(service, "reception")


def shown(name: str) -> str:
    """The address of a list that shows its lines."""
    return f"/lists/{name}?show=yes"


def words(pdf: bytes) -> str:
    return " ".join("\n".join(p.extract_text() for p in PdfReader(io.BytesIO(pdf)).pages).split())


def rows(answer: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer)))


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_a_role_gets_its_lists_in_every_format_and_no_other(service, role):
    site, seen = office(service, role), lists_for(Roles().rights([role]))
    for name in LISTS:
        for format in FORMATS:
            expected = 200 if name in seen else 403
            if expected == 200 and format == "/pdf" and role != "headteacher":
                continue  # the files to print are made alike for all
            assert site.get(f"/lists/{name}{format}").status_code == expected, (name, format)


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_the_index_names_a_roles_lists_and_no_other(service, role):
    site, seen = office(service, role), lists_for(Roles().rights([role]))
    linked = re.findall(r'href="/lists/([a-z-]+)"', site.get("/lists").text)
    assert sorted(linked) == sorted(seen)
    assert ('href="/lists"' in site.get("/reports").text) == bool(seen)


def test_every_list_has_its_place_in_the_index():
    assert sorted(name for _, names in lists.GROUPS for name in names) == sorted(LISTS)


def test_there_is_no_list_of_another_name(desk):
    assert {desk.get(f"/lists/everybody{format}").status_code for format in FORMATS} == {404}


def test_the_index_counts_each_list_and_tells_nothing_of_a_hidden_one(desk):
    text = desk.get("/lists").text
    counts = dict(re.findall(r'/lists/([a-z-]+)">.*?index-count[^>]*>([^<]+)<', text, re.DOTALL))
    assert counts["not-seen"] == "hidden"
    assert (counts["uncollected"], counts["overdue"], counts["held"]) == ("3", "1", "1")
    assert not [person for person in PUPILS if person.surname in text]


def test_who_was_not_seen_is_not_named_before_somebody_asks(desk):
    assert not [p for p in PUPILS if p.surname in desk.get("/lists/not-seen").text]
    text = desk.get(shown("not-seen")).text
    assert "Gus Pupil06" in text
    assert NO_ATTENDANCE in text


@pytest.mark.parametrize("name", LISTS)
def test_a_list_says_in_every_format_that_it_is_no_roll_call(desk, name):
    assert NO_ROLL_CALL in desk.get(shown(name)).text
    assert NO_ROLL_CALL in words(desk.get(f"/lists/{name}/pdf").data)


def test_one_form_can_be_shown_alone_in_every_format(desk):
    for text in (
        desk.get(f"{shown('not-seen')}&form=10+Beech").text,
        desk.get("/lists/not-seen/csv?form=10+Beech").text,
        words(desk.get("/lists/not-seen/pdf?form=10+Beech").data),
    ):
        assert "Pupil29" in text
        assert "Pupil06" not in text


def test_a_filter_is_kept_in_the_links_to_the_files(desk):
    text = desk.get(f"{shown('not-seen')}&form=7A&at=08:30").text
    assert 'href="/lists/not-seen/pdf?form=7A&amp;at=08:30"' in text
    assert "<option selected>7A</option>" in text
    assert 'value="08:30"' in text


def test_an_earlier_time_of_today_can_be_asked_for(desk):
    early = rows(desk.get("/lists/not-seen/csv?at=08:05").text)
    late = rows(desk.get("/lists/not-seen/csv").text)
    assert len(early) > len(late)
    assert "As of 24 November 2026, 08:05" in desk.get(f"{shown('not-seen')}&at=08:05").text


@pytest.mark.parametrize(
    ("query", "words_"),
    [
        ("at=18:00", "18:00 is no time of today that has been."),
        ("at=quarter+past", "&#34;quarter past&#34; is no time: write it as 09:05."),
        ("form=9Z", "Nobody on the roster is in form &#34;9Z&#34;."),
    ],
)
def test_what_cannot_be_shown_is_told_beside_the_form(desk, query, words_):
    answer = desk.get(f"{shown('not-seen')}&{query}")
    assert answer.status_code == 400
    assert words_ in answer.text
    assert "error-summary" in answer.text


def test_a_file_that_cannot_be_made_says_why(desk):
    answer = desk.get("/lists/held/csv?at=08:00")
    assert answer.status_code == 400
    assert "Held is of now: it takes no time. Nothing was changed." in answer.text


def test_a_held_device_reads_alike_and_its_cubby_is_for_staff_only(desk):
    assert "Held: call the duty lead" in desk.get("/lists/held").text
    text = desk.get("/lists/holders").text
    assert "staff only" in text
    assert "Bo Pupil01" not in text
    assert "shred it" in words(desk.get("/lists/holders/pdf").data)


def test_a_csv_is_safe_in_a_spreadsheet_and_read_as_utf_8(desk):
    answer = desk.get("/lists/not-seen/csv")
    assert answer.data.startswith("\ufeff".encode())
    [nasty] = [row for row in rows(answer.text) if "HYPERLINK" in row[1]]
    assert nasty[1].startswith("'=HYPERLINK")
    assert FORMULA.surname not in answer.text  # it turns words round


def test_files_are_named_after_what_they_are_and_when(desk):
    told = [desk.get(f"/lists/held{f}").headers["Content-Disposition"] for f in ("/csv", "/pdf")]
    assert told == [
        'attachment; filename="held-2026-11-24-1300.csv"',
        'inline; filename="held-2026-11-24-1300.pdf"',
    ]
    assert desk.get("/lists/held/pdf").content_type == "application/pdf"


@pytest.fixture
def teacher(service):
    """Somebody whose forms are two."""
    roster = service.standing().roster
    user = replace(roster.users["u-teacher"], forms=("10 Beech", "7b"))
    service.keep(replace(roster, users={**roster.users, user.id: user}))
    yield office(service, "teacher")
    service.keep(roster)


def test_whoever_has_forms_of_their_own_finds_no_others(teacher):
    text = "".join(teacher.get(shown(name)).text for name in LISTS)
    text += teacher.get("/reports/register").text + teacher.get("/lists/not-seen/csv").text
    own = {person.surname for person in PUPILS if person.form != "7A"}
    assert "Pupil29" in text
    assert set(re.findall(r"Pupil\d\d", text)) <= own


def test_they_choose_among_their_forms_and_no_other_address_shows_more(teacher):
    options = re.findall(r"<option>([^<]+)</option>", teacher.get("/lists/uncollected").text)
    assert options == ["7B", "10 Beech"]
    answer = teacher.get("/lists/uncollected?form=7A")
    assert (answer.status_code, "staff of that form" in answer.text) == (400, True)
    assert teacher.get("/lists/uncollected/pdf?form=7A").status_code == 400


def test_the_index_counts_theirs_alone(teacher, desk):
    counts = [
        re.findall(r"index-count[^>]*>([^<]+)<", page.get("/lists").text)
        for page in (teacher, desk)
    ]
    assert counts[0] != counts[1]


def test_whoever_has_no_form_yet_is_told_so(service):
    site = office(service, "teacher")
    assert "No form is yours yet" in site.get("/lists").text
    assert not re.findall(r"Pupil\d\d", site.get(shown("not-seen")).text)
    assert "No form is yours yet" not in office(service, "reception").get("/lists").text


def test_an_empty_list_says_so(service):
    site = office(service, "reception")
    text = site.get("/lists/uncollected?form=7B").text
    assert "There is nobody on this list." in text
    assert LATE.surname not in text
