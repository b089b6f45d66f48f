"""Whatever is sent to any page, with the form's token by who may do all, no page breaks."""

import io
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
import scale
from hypothesis import given, settings
from hypothesis import strategies as st
from route_fixtures import ALL_ROLES, act_addresses, address, furnished_whole, is_whole
from test_webui_access import TABLE
from webui_fixtures import ORIGIN, Site, site

from webui.acts import ACTS
from webui.errors import OLD_FORM

METHODS = ("POST", "PUT", "DELETE", "PATCH", "GET", "HEAD", "OPTIONS", "TRACE", "QUATSCH")
KINDS = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json")
# Of static files Flask leaves one open that only HEAD asked for, until it is collected.
PATHS = sorted({path for _, path in TABLE if not path.startswith("/static")})
FORMS = [path for method, path in TABLE if method == "POST"]
ENDING = ("/sign-out", "/sign-in")  # what is tried here
UPLOADS = ("/people/import", "/people/absences", "/rules/change", "/backups/check")
ACT = "/acts/<name>/<key>"
PAGE = site()
NAMES = re.findall(
    r"\w+",
    """act after again card code cubby door expects fault form forms full legal mend name next note
    number opening pad part password person pin profile reason request roles scopes text token what
    uid date confirmed change sha256 first last""",
)
# Beside what means nothing: what means something elsewhere.
ELSEWHERE = ("", "1", "0", "-1", "9" * 30, "yes", "p-ana", "u-teacher", "7 Beech", "medical", "tap")
WHEN = ("2026-11-23", "2026-11-23T08:30", "23:59", "x" * 22, "office", "close", "reader")
VALUES = st.text(max_size=40) | st.sampled_from((*ELSEWHERE, *WHEN))


class Asked(NamedTuple):
    """Pages behind which there is everything, whoever may do all signed in; a program's token."""

    page: Site
    program: str
    token: str

    def places(self, path: str) -> list[str]:
        """Of a route's addresses, those to try."""
        found = act_addresses(self.page) if path == ACT else [address(self.page, path)]
        assert all(map(is_whole, found)), found
        return found

    def sent(self, path: str, method: str = "POST", **more: Any) -> int:
        """The answer's status. The form's token goes along, so that it is for want of nothing."""
        headers = {**ORIGIN, "X-CSRFToken": self.token, **more.pop("headers", {})}
        answer = self.page.client.open(path, method=method, buffered=True, headers=headers, **more)
        assert OLD_FORM.encode() not in answer.data, path
        return answer.status_code


@pytest.fixture
def asked() -> Iterator[Asked]:
    page, reader = furnished_whole()
    page.sign_in(ALL_ROLES)
    yield Asked(page, reader.text, page.token("/account"))
    assert page.get("/school").status_code == 200  # still signed in: the last was tried so too


@pytest.mark.parametrize("path", [path for path in PATHS if path not in ENDING])
def test_bytes_that_mean_nothing_break_no_page(path: str, asked: Asked) -> None:
    where = asked.places(path)

    @settings(max_examples=scale.of(15, 3), deadline=None)
    @given(st.sampled_from(METHODS), st.binary(max_size=300), st.sampled_from(KINDS), st.data())
    def send(method: str, body: bytes, kind: str, more: st.DataObject) -> None:
        is_program = path.startswith("/api") and more.draw(st.booleans())
        headers = {"Authorization": f"Bearer {asked.program}"} if is_program else {}
        place = more.draw(st.sampled_from(where))
        assert asked.sent(place, method, data=body, content_type=kind, headers=headers) < 500

    send()


@pytest.mark.parametrize("path", [path for path in FORMS if path not in (*ENDING, ACT)])
def test_fields_that_mean_nothing_break_no_form(path: str, asked: Asked) -> None:
    (where,) = asked.places(path)

    @settings(max_examples=scale.of(15, 2), deadline=None)
    @given(st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=8), VALUES))
    def send(fields: dict[str, str]) -> None:
        assert asked.sent(where, data=fields) < 500

    send()


@pytest.mark.parametrize("act", ACTS.values(), ids=lambda act: act.name)
def test_fields_that_mean_nothing_break_no_act(act: Any, asked: Asked) -> None:
    where = next(one for one in asked.places(ACT) if one.startswith(f"/acts/{act.name}/"))
    names = [field.name for field in act.fields]

    @settings(max_examples=scale.of(15, 3), deadline=None)
    @given(st.dictionaries(st.sampled_from([*names, "request", "change"]), VALUES))
    def send(fields: dict[str, str]) -> None:
        assert asked.sent(where, data=fields) < 500

    send()


@pytest.mark.parametrize("path", UPLOADS)
def test_files_that_mean_nothing_break_no_page(path: str, asked: Asked) -> None:

    @settings(max_examples=scale.of(15, 3), deadline=None)
    @given(st.binary(max_size=300), st.sampled_from(("a.csv", "a.xlsx", "a.zip", "a.toml", "")))
    def send(body: bytes, name: str) -> None:
        fields = {"file": (io.BytesIO(body), name)}
        assert asked.sent(path, data=fields, content_type="multipart/form-data") < 500

    send()


@settings(max_examples=scale.of(60, 2), deadline=None)
@given(st.text(min_size=1, max_size=60), st.text(max_size=60))
def test_addresses_and_queries_that_mean_nothing_break_no_page(path: str, query: str) -> None:
    asked = {"after": query, "q": query, query: "1"}
    answer = PAGE.client.open(path=f"/{quote(path)}", query_string=asked, buffered=True)
    assert answer.status_code < 500
