"""Screens before the real server: those that do not read, die, or are too many hold up nobody."""

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from kiosk_process import wait_until
from screen_fixtures import allow
from test_webui_server import call, healthz, port_of, serving, threads_now
from webui_fixtures import ANA, FakeService, hand_in

from webui import screen
from webui.seats import ALL, Seats
from webui.server import WebServer

LONG_S = 3600.0  # whoever waits is woken, or the test fails


class Hall:
    """A server, and as many tablets as a test wants, each with its token."""

    def __init__(self) -> None:
        self.service = FakeService()
        self.seats = Seats()
        self.server = WebServer(self.service, host="127.0.0.1", port=0, patience_s=60)
        office = self.server._server.wsgi_app.extensions["office"]
        self.seats = office.seats
        self.tokens = [allow(self.service, f"Screen {n}") for n in range(2 * ALL)]

    def ask(self, tablet: int, mark: str = "") -> socket.socket:
        """Ask what is shown, and do not read the answer."""
        connection = call(self.server, f"127.0.0.{10 + tablet}")
        connection.sendall(
            f"GET /screen/now HTTP/1.1\r\nHost: kiosk.local\r\n"
            f"Cookie: __Host-kiosk-screen={self.tokens[tablet]}\r\n"
            f"If-None-Match: {mark}\r\n\r\n".encode()
        )
        return connection

    def mark(self) -> str:
        with self.ask(0) as connection:
            return etag(connection)

    def waiting(self) -> int:
        return self.seats._taken.total()


def etag(connection: socket.socket) -> str:
    """The mark in an answer."""
    head = connection.recv(65536).decode()
    found = re.search(r"^ETag: (.*?)\r$", head, re.MULTILINE)
    assert found, head
    return found[1]


@pytest.fixture
def hall(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hall]:
    monkeypatch.setattr(screen, "WAIT_S", LONG_S)
    hall = Hall()
    hall.server._server.wsgi_app.config["TRUSTED_HOSTS"].append("kiosk.local")
    with serving(hall.server):
        yield hall
        hall.service.bell.end()


def test_screens_that_never_read_delay_no_tap_and_no_other_page(hall: Hall) -> None:
    mark = hall.mark()
    with ExitStack() as stack:
        for tablet in range(2 * ALL):
            stack.enter_context(hall.ask(tablet, mark))
        wait_until(lambda: hall.waiting() == ALL, "as many wait as may")
        assert healthz(hall.server, "127.0.0.99") == 200
        hand_in(hall.service, ANA)
        assert healthz(hall.server, "127.0.0.99") == 200


def test_screens_that_died_while_they_waited_hold_no_thread(hall: Hall) -> None:
    mark = hall.mark()
    for tablet in range(ALL):
        connection = hall.ask(tablet, mark)
        wait_until(lambda tablet=tablet: hall.waiting() == tablet + 1, "it waits")
        connection.close()
    hall.service.bell.ring()
    wait_until(lambda: hall.waiting() == 0, "every seat is free again")
    with hall.ask(1) as alive:
        assert etag(alive) != mark


def test_one_screen_too_many_is_answered_at_once(hall: Hall) -> None:
    mark = hall.mark()
    with ExitStack() as stack:
        for tablet in range(ALL):
            stack.enter_context(hall.ask(tablet, mark))
        wait_until(lambda: hall.waiting() == ALL, "every seat is taken")
        late = stack.enter_context(hall.ask(ALL, mark))
        head = late.recv(65536)
    assert head.startswith(b"HTTP/1.1 304")
    assert b"Retry-After: 1\r\n" in head


def test_a_kiosk_that_stops_waits_for_no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "WAIT_S", LONG_S)
    before = threads_now()
    hall = Hall()
    hall.server._server.wsgi_app.config["TRUSTED_HOSTS"].append("kiosk.local")
    with ExitStack() as stack, serving(hall.server):
        mark = hall.mark()
        for tablet in range(3):
            stack.enter_context(hall.ask(tablet, mark))
        wait_until(lambda: hall.waiting() == 3, "they wait")
        hall.service.bell.end()
    assert threads_now() - before == set()
    assert port_of(hall.server)
