"""The pages of the school's papers."""

import io
from pathlib import Path

import pytest
from pypdf import PdfReader
from webui_fixtures import ORIGIN, PASSWORD, ROLE_NAMES, FakeService, field_of, site

from kiosk.paper.papers import PAPERS, Papers
from webui import create_app


@pytest.fixture
def desk():
    page = site()
    page.sign_in()
    return page


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_everybody_who_signs_in_may_read_and_print_them(role):
    page = site()
    page.sign_in(role)
    assert page.get("/papers").status_code == 200
    assert page.get("/papers/agreement").status_code == 200
    assert page.get("/papers/agreement/pdf").status_code == 200


@pytest.mark.parametrize("name", PAPERS)
def test_the_page_and_the_print_have_the_same_words(desk, name):
    blocks = Papers().blocks(name, "Oak Lane School", desk.service.rules.timetable)
    page = desk.get(f"/papers/{name}").text
    pdf = PdfReader(io.BytesIO(desk.get(f"/papers/{name}/pdf").data))
    printed = " ".join(" ".join(p.extract_text() for p in pdf.pages).split())
    for block in blocks:
        assert block.text.replace("'", "&#39;").replace('"', "&#34;") in page
        assert block.text in printed


def test_the_schools_name_and_times_are_filled_in(desk):
    text = desk.get("/papers/agreement").text
    assert "For Oak Lane School" in text
    assert "hand in from 08:00, collect from 15:10 to 16:30" in text


def test_there_is_no_paper_of_another_name(desk):
    for path in ("/papers/secret", "/papers/secret/pdf", "/papers/..%2fagreement"):
        assert desk.get(path).status_code == 404


def test_the_schools_own_is_shown_and_what_is_wrong_with_it_is_told(tmp_path: Path) -> None:
    app = create_app(
        FakeService(),
        secure_cookies=False,
        trusted_hosts=["localhost"],
        papers_of_school=Papers(tmp_path),
    )
    client = app.test_client()
    token = field_of(client.get("/sign-in").text, "csrf_token")
    form = {"csrf_token": token, "name": "reception", "password": PASSWORD}
    client.post("/sign-in", data=form, headers=ORIGIN)
    own = tmp_path / "notice.txt"
    own.write_text("# Own <b>\n- first\n", encoding="utf-8")
    assert "<h1>Own &lt;b&gt;</h1>" in client.get("/papers/notice").text

    own.write_text("no title", encoding="utf-8")
    answer = client.get("/papers/notice")
    assert (answer.status_code, "Its first line is no title" in answer.text) == (400, False)
    assert "Notice.txt: its first line is no title" in answer.text
