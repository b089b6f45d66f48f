"""The pages of the reports: who sees which, days, charts with their tables, files."""

import io
import re
from dataclasses import replace

import pytest
from office_fixtures import PUPILS, a_busy_day, office
from pypdf import PdfReader
from webui_fixtures import ROLE_NAMES, FakeService, Site

from kiosk.errors import NotMade
from kiosk.orders.apart import BUSY
from kiosk.policy.roles import Roles
from kiosk.reports import OF_NOW, REPORTS, reports_for
from webui import reports

FORMATS = ("", "/csv", "/pdf")
BOTH = "from=2026-11-23&to=2026-11-24"


@pytest.fixture(scope="module")
def service() -> FakeService:
    return a_busy_day()


@pytest.fixture
def head(service: FakeService) -> Site:
    return office(service, "headteacher")


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_a_role_gets_its_reports_in_every_format_and_no_other(service, role):
    site, seen = office(service, role), reports_for(Roles().rights([role]))
    for name in REPORTS:
        for format in FORMATS:
            expected = 200 if name in seen else 403
            assert site.get(f"/reports/{name}{format}").status_code == expected, (name, format)


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_the_index_names_a_roles_reports_and_no_other(service, role):
    text = office(service, role).get("/reports").text
    assert re.findall(r'href="/reports/([a-z]+)"', text) == list(
        reports_for(Roles().rights([role]))
    )


def test_there_is_no_report_of_another_name(head):
    assert {head.get(f"/reports/everything{f}").status_code for f in FORMATS} == {404}


@pytest.mark.parametrize("name", [name for name in REPORTS if name != "compliance"])
def test_each_chart_has_its_table_beside_it_with_the_same_numbers(head, name):
    text = head.get(f"/reports/{name}?{BOTH if name not in OF_NOW else ''}").text
    charts, tables = text.count('<svg class="wide"'), text.count(": the numbers</caption>")
    assert charts == tables >= 1
    for drawn in re.findall(r'<svg class=.*?aria-label="([^"]+)"', text):
        assert drawn.endswith("The table beside it has the numbers.")


def test_charts_need_nothing_that_the_policy_forbids(head):
    text = head.get(f"/reports/throughput?{BOTH}").text
    assert not re.findall(r"<style|<script(?![^>]* src=)|\sstyle=|url\(", text)


def test_a_reports_days_are_chosen_by_name_or_by_date(head):
    assert "23 November 2026 to 24 November 2026." in head.get("/reports/throughput?span=week").text
    assert "23 November 2026." in head.get("/reports/throughput?from=2026-11-23&to=2026-11-23").text
    assert "24 November 2026." in head.get("/reports/throughput").text
    text = head.get("/reports/throughput?span=term").text
    assert 'value="2026-09-01"' in text
    assert "Of the days before 23 November 2026 nothing is kept." in text


def test_the_days_are_kept_in_the_links_to_the_files(head):
    assert "/reports/faults/csv?span=week" in head.get("/reports/faults?span=week").text
    text = head.get(f"/reports/faults?{BOTH}").text
    assert "/reports/faults/pdf?from=2026-11-23&amp;to=2026-11-24" in text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("from=2026-13-01", "&#34;2026-13-01&#34; is no day: write it as 2026-03-02."),
        ("from=2026-11-24&to=2026-11-23", "2026-11-24 comes after 2026-11-23."),
        ("from=2020-01-01", "A report is of at most 400 days."),
        ("span=decade", "There are no days called &#34;decade&#34;."),
        ("from=2026-01-01&to=2026-01-02", "Nothing is kept of those days"),
    ],
)
def test_days_that_cannot_be_are_told_beside_the_form(head, query, words):
    answer = head.get(f"/reports/faults?{query}")
    assert answer.status_code == 400
    assert words in answer.text
    assert head.get(f"/reports/faults/pdf?{query}").status_code == 400


def test_the_register_takes_no_days_and_says_that_it_is_no_attendance_record(head):
    text = head.get("/reports/register").text
    assert 'type="date"' not in text
    assert "No attendance record." in text
    assert "Łucja Pupil09" in text


@pytest.mark.parametrize("name", ["occupancy", "throughput", "compliance", "incidents", "faults"])
def test_reports_without_names_have_none_in_any_format(head, name):
    pdf = PdfReader(io.BytesIO(head.get(f"/reports/{name}/pdf?{BOTH}").data))
    told = [head.get(f"/reports/{name}{format}?{BOTH}").text for format in ("", "/csv")]
    told += [page.extract_text() for page in pdf.pages]
    assert not [p for p in PUPILS for text in told if p.surname in text or p.id in text.split()]


def test_counts_under_five_are_not_shown(head):
    text = head.get(f"/reports/compliance?{BOTH}").text
    assert "all but &lt;5" in text
    assert not re.findall(r'<td class="number">[1-4]</td>', text)


def test_a_long_report_shows_its_first_lines_and_where_the_others_are(head, monkeypatch):
    monkeypatch.setattr(reports, "MOST_ROWS", 5)
    text = head.get("/reports/register").text
    assert "The first 5 of 30 lines. The spreadsheet has all of them." in text
    assert "Pupil09" not in text
    assert "Pupil09" in head.get("/reports/register/csv").text


def test_what_cannot_be_made_now_is_told_in_words(head, monkeypatch):
    def busy(*_: object) -> bytes:
        raise NotMade(BUSY)

    monkeypatch.setattr(head.service, "make", busy)
    answer = head.get("/reports/faults")
    assert (answer.status_code, BUSY in answer.text) == (503, True)


def test_a_simulated_kiosk_says_so_on_paper(service):
    site = office(service, "headteacher")
    site.service.state_of_parts = replace(site.service.state_of_parts, simulated=True)
    pdf = site.get("/reports/faults/pdf").data
    site.service.state_of_parts = replace(site.service.state_of_parts, simulated=False)
    assert "Simulated: no real doors." in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


def test_nothing_is_put_on_record_by_looking(head):
    before = len(head.service.record)
    for name in REPORTS:
        for format in FORMATS:
            head.get(f"/reports/{name}{format}")
    assert len(head.service.record) == before
