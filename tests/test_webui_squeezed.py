"""Static files are sent small, and pages as they are."""

import gzip

import pytest
from flask.testing import FlaskClient
from webui_fixtures import site

from webui import squeezed

STYLES = "/static/vendor/bootstrap.min.css"
TAKES = {"Accept-Encoding": "gzip, deflate"}


@pytest.fixture
def client() -> FlaskClient:
    return site().client


def test_a_stylesheet_is_sent_in_a_fifth_of_its_size_and_is_the_same(client: FlaskClient) -> None:
    plain = client.get(STYLES, buffered=True)
    small = client.get(STYLES, headers=TAKES, buffered=True)
    assert small.headers["Content-Encoding"] == "gzip"
    assert int(small.headers["Content-Length"]) == len(small.data) < len(plain.data) / 5
    assert gzip.decompress(small.data) == plain.data


@pytest.mark.parametrize("wish", [{}, {"Accept-Encoding": "br"}, {"Accept-Encoding": "gzip;q=0"}])
def test_who_cannot_take_it_small_is_given_the_whole(
    client: FlaskClient, wish: dict[str, str]
) -> None:
    answer = client.get(STYLES, headers=wish, buffered=True)
    assert "Content-Encoding" not in answer.headers
    assert "Accept-Encoding" in answer.vary
    assert answer.data.startswith(b"@charset")


def test_a_browser_that_has_it_is_not_sent_it_again(client: FlaskClient) -> None:
    mark = client.get(STYLES, headers=TAKES, buffered=True).headers["ETag"]
    answer = client.get(STYLES, headers={**TAKES, "If-None-Match": mark}, buffered=True)
    assert mark.startswith("W/")
    assert (answer.status_code, answer.data) == (304, b"")


def test_a_file_is_squeezed_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get(STYLES, headers=TAKES, buffered=True).data
    monkeypatch.setattr(squeezed.gzip, "compress", lambda body, mtime: b"squeezed again")
    assert client.get(STYLES, headers=TAKES, buffered=True).data == first


def test_no_page_is_squeezed_as_its_length_would_tell_what_is_in_it(client: FlaskClient) -> None:
    for path in ("/sign-in", "/healthz", "/api/v1/openapi.json", "/nowhere"):
        assert "Content-Encoding" not in client.get(path, headers=TAKES, buffered=True).headers
