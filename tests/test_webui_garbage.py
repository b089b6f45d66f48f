"""Whatever is sent to any page, no page breaks."""

from typing import Any
from urllib.parse import quote

import pytest
from api_fixtures import EVERYTHING, program
from hypothesis import given, settings
from hypothesis import strategies as st
from test_webui_access import TABLE, concrete
from webui_fixtures import ANA, ORIGIN, hand_in, site

METHODS = ("POST", "PUT", "DELETE", "PATCH", "GET", "HEAD", "OPTIONS", "TRACE", "QUATSCH")
KINDS = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json")
# Of static files Flask leaves one open that only HEAD asked for, until it is collected.
PATHS = sorted({path for _, path in TABLE if not path.startswith("/static")})
PAGE = site()
NAMES = ("person", "reason", "note", "request", "cubby", "uid", "name", "what", "date", "text")


@pytest.fixture(scope="module")
def asked() -> Any:
    """The whole of the pages, as somebody who may do most, with a device in; and a program."""
    page = site(simulated=True)
    hand_in(page.service, ANA)
    page.sign_in("headteacher")
    return page, program(*EVERYTHING, on=page).text, page.token("/")


@pytest.mark.parametrize("path", PATHS)
def test_bytes_that_mean_nothing_break_no_page(path: str, asked: Any) -> None:
    page, text, _ = asked

    @settings(max_examples=10, deadline=None)
    @given(st.sampled_from(METHODS), st.binary(max_size=300), st.sampled_from(KINDS), st.booleans())
    def send(method: str, body: bytes, kind: str, is_program: bool) -> None:
        headers = ORIGIN | ({"Authorization": f"Bearer {text}"} if is_program else {})
        sent = {"data": body, "content_type": kind, "headers": headers}
        answer = page.client.open(concrete(path), method=method, buffered=True, **sent)
        assert answer.status_code < 500

    send()


@pytest.mark.parametrize("path", [path for method, path in TABLE if method == "POST"])
def test_fields_that_mean_nothing_break_no_form(path: str, asked: Any) -> None:
    page, _, token = asked

    @settings(max_examples=15, deadline=None)
    @given(st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=8), st.text(max_size=40)))
    def send(fields: dict[str, str]) -> None:
        data = {**fields, "csrf_token": token}
        assert page.client.post(concrete(path), data=data, headers=ORIGIN).status_code < 500

    if path not in ("/sign-out", "/sign-in"):  # which would end what is tried here
        send()


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=60), st.text(max_size=60))
def test_addresses_and_queries_that_mean_nothing_break_no_page(path: str, query: str) -> None:
    asked = {"after": query, "q": query, query: "1"}
    answer = PAGE.client.open(path=f"/{quote(path)}", query_string=asked, buffered=True)
    assert answer.status_code < 500
