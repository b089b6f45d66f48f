"""Files that somebody sends: turned away before they are read, and never on a disk."""

import io
from typing import Any, NoReturn

import pytest
from flask import g
from import_fixtures import IMPORT, LIST, send
from webui_fixtures import ORIGIN, Site, site

from kiosk.roster.sources import MAX_BYTES
from webui.app import MOST_BYTES
from webui.pending import MOST, Pending
from webui.uploads import AT_ONCE, FORM_BYTES, limits_of


class Unread(io.BytesIO):
    """A body that must not be read."""

    def read(self, *size: Any) -> NoReturn:
        raise AssertionError("it was read")

    readinto = readline = read1 = read  # type: ignore[assignment]


def sent_unread(here: Site, length: int) -> int:
    """The status of a request whose body is so long, and is not read."""
    return here.client.post(
        IMPORT,
        input_stream=Unread(bytes(length)),
        content_type="multipart/form-data; boundary=x",
        headers=ORIGIN,
    ).status_code


def test_a_stranger_is_turned_away_before_a_byte_is_read() -> None:
    assert sent_unread(site(), 1000) == 401


def test_a_role_that_may_not_is_turned_away_before_a_byte_is_read() -> None:
    here = site()
    here.sign_in("teacher")
    assert sent_unread(here, 1000) == 403


def test_a_file_that_is_too_large_is_refused_before_a_byte_is_read() -> None:
    here = site()
    here.sign_in("reception")
    assert sent_unread(here, MAX_BYTES + FORM_BYTES + 1) == 413


def test_other_forms_stay_as_small_as_they_were() -> None:
    here = site()
    here.sign_in("reception")
    data = {"csrf_token": here.token("/people"), "reason": "x" * MOST_BYTES}
    assert here.client.post("/cubbies/1/open", data=data, headers=ORIGIN).status_code == 413


def test_a_large_file_stays_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def on_disk(*args: Any, **more: Any) -> NoReturn:
        raise AssertionError("it went to a disk")

    monkeypatch.setattr("werkzeug.wrappers.request.default_stream_factory", on_disk)
    here = site()
    here.sign_in("reception")
    parts = {"csrf_token": here.token(IMPORT).encode(), "profile": b"hex"}
    disposition = 'Content-Disposition: form-data; name="{}"{}\r\n\r\n'
    body = b"".join(
        b"--x\r\n" + disposition.format(name, "").encode() + value + b"\r\n"
        for name, value in parts.items()
    )
    body += b"--x\r\n" + disposition.format("file", '; filename="a.csv"').encode()
    body += LIST + b"\n" * 1_000_000 + b"\r\n--x--\r\n"
    kind = "multipart/form-data; boundary=x"
    assert here.client.post(IMPORT, data=body, content_type=kind, headers=ORIGIN).location


def test_so_many_files_at_once_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    here = site()
    here.sign_in("reception")
    held = []
    with here.app.test_request_context():
        for _ in range(AT_ONCE + 1):
            held.append(send(here).status_code)
            assert "upload_slot" not in g  # each is let go when it is answered
    assert held == [303] * (AT_ONCE + 1)


def test_the_server_is_told_which_addresses_take_a_file() -> None:
    limits = limits_of(site().app)
    assert limits[IMPORT.encode()] == MAX_BYTES + FORM_BYTES
    assert b"/sign-in" not in limits


def test_of_many_that_wait_the_oldest_is_forgotten() -> None:
    pending = Pending(lambda: 0.0)
    tokens = [pending.put(f"session {n}", "a.csv", b"{}", {}) for n in range(MOST + 1)]
    waiting = [pending.get(token, f"session {n}") for n, token in enumerate(tokens)]
    assert [one is None for one in waiting] == [True] + [False] * MOST
    assert pending.get(tokens[1], "session 2") is None
