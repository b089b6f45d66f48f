"""The pages' server: what a stranger may send and hold, and how it begins and ends."""

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest
from pytest_mock import MockerFixture
from webui_fixtures import FakeService

from webui.limits import AN_ADDRESS, BODY_BYTES, HEADER_BYTES, THREADS
from webui.server import WebServer

LIMIT_S = 20  # longer than anything here takes
PATIENCE_S = 60  # longer than a test: whoever is silent is still there when it ends
TOO_MUCH = 64 * 1024 * 1024


def server_of(service=None) -> WebServer:
    return WebServer(service or FakeService(), host="127.0.0.1", port=0, patience_s=PATIENCE_S)


@contextmanager
def serving(server: WebServer) -> Iterator[WebServer]:
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(LIMIT_S)
        assert not thread.is_alive()


@pytest.fixture
def pages() -> Iterator[WebServer]:
    with serving(server_of()) as server:
        yield server


def port_of(server: WebServer) -> int:
    port = urlsplit(server.address).port
    assert port is not None
    return port


def call(server: WebServer, source: str = "127.0.0.1") -> socket.socket:
    """A connection; all of 127.0.0.0/8 is the loopback."""
    return socket.create_connection(("127.0.0.1", port_of(server)), LIMIT_S, (source, 0))


def healthz(server: WebServer, source: str = "127.0.0.1") -> int:
    browser = http.client.HTTPConnection(
        "127.0.0.1", port_of(server), timeout=LIMIT_S, source_address=(source, 0)
    )
    try:
        browser.request("GET", "/healthz", headers={"Connection": "close"})
        return browser.getresponse().status
    finally:
        browser.close()


def answer_to(server: WebServer, sent: bytes) -> bytes:
    """The first line of the answer."""
    with call(server) as stranger:
        stranger.sendall(sent)
        return stranger.makefile("rb").readline()


def taken(server: WebServer, start: bytes, more: bytes) -> int:
    """How many bytes the server lets a stranger send who never ends."""
    sent = 0
    with call(server) as stranger:
        stranger.sendall(start)
        try:
            while sent < TOO_MUCH:
                stranger.sendall(more)
                sent += len(more)
        except OSError:
            return sent
    return sent


def threads_now() -> set[threading.Thread]:
    return set(threading.enumerate())


@pytest.mark.parametrize("start", [b"GET /", b"GET / HTTP/1.1\r\nX: "], ids=["line", "header"])
def test_an_endless_line_is_not_read_to_its_end(pages, start):
    assert taken(pages, start, b"a" * 65536) < TOO_MUCH
    assert healthz(pages) == 200


def test_headers_without_end_are_not_read(pages):
    assert taken(pages, b"GET / HTTP/1.1\r\n", b"X: a\r\n" * 10000) < TOO_MUCH


def test_a_request_line_that_is_too_long_is_refused(pages):
    line = b"GET /".ljust(HEADER_BYTES + 256, b"a")  # cheroot reads a line in steps of 256
    assert b" 414 " in answer_to(pages, line)


@pytest.mark.parametrize("length", [BODY_BYTES + 1, 10**12])
def test_a_large_body_is_refused_before_it_is_sent(pages, length):
    head = f"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n"
    assert b" 413 " in answer_to(pages, head.encode())


def test_only_where_a_file_is_taken_a_body_may_be_larger(pages):
    sent = f"Host: localhost\r\nContent-Length: {BODY_BYTES + 1}\r\n\r\n".encode()
    body = b"x" * (BODY_BYTES + 1)
    answers = [
        answer_to(pages, b"POST " + path + b" HTTP/1.1\r\n" + sent + body)
        for path in (b"/people/import", b"/people/import/1", b"/people%2Fimport")
    ]
    # A stranger is turned away, and what they sent is let pass unkept.
    assert [answer.split()[1] for answer in answers] == [b"400", b"413", b"413"]


def test_a_file_beyond_all_measure_is_refused_before_it_is_sent(pages):
    head = b"POST /people/import HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000000\r\n\r\n"
    assert b" 413 " in answer_to(pages, head)


def test_a_body_of_unknown_length_is_refused_before_it_is_sent(pages):
    head = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert b" 411 " in answer_to(pages, head)


def test_forty_silent_connections_from_one_address_hold_up_nobody(pages):
    with ExitStack() as stack:
        for _ in range(40):
            stack.enter_context(call(pages, "127.0.0.2"))
        assert healthz(pages) == 200


def test_silent_connections_hold_no_thread_however_many_addresses_they_have(pages):
    with ExitStack() as stack:
        for n in range(2 * THREADS):
            stack.enter_context(call(pages, f"127.0.0.{2 + n % 8}"))
        assert healthz(pages) == 200


def test_one_address_cannot_hold_every_thread_with_requests_it_never_ends(pages):
    with ExitStack() as stack:
        for _ in range(2 * THREADS):
            stranger = stack.enter_context(call(pages, "127.0.0.2"))
            try:
                stranger.sendall(b"GET /")
            except OSError:
                continue  # turned away already
        assert healthz(pages) == 200


def test_one_connection_too_many_is_turned_away_and_welcome_when_another_has_ended(pages):
    with ExitStack() as stack:
        first = [stack.enter_context(call(pages, "127.0.0.2")) for _ in range(AN_ADDRESS)]
        with call(pages, "127.0.0.2") as last:
            assert ended(last)
        for one in first:
            one.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            assert b" 400 " in one.makefile("rb").readline()  # it named no host
            assert ended(one)
    assert healthz(pages, "127.0.0.2") == 200


def ended(connection: socket.socket) -> bool:
    """Whether the server closes it, once all that it says is read."""
    try:
        while connection.recv(65536):
            pass
    except ConnectionResetError:
        pass
    return True


def test_making_it_binds_a_port_and_starts_no_thread():
    before = threads_now()
    server = server_of()
    try:
        assert (threads_now(), port_of(server) > 0) == (before, True)
    finally:
        server.stop()


def test_who_calls_before_it_serves_is_answered_when_it_does():
    server = server_of()
    with call(server) as early:
        early.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with serving(server):
            assert b" 200 " in early.makefile("rb").readline()


def test_serving_that_failed_can_begin_again(mocker: MockerFixture) -> None:
    server = server_of()
    mocker.patch.object(server._server, "serve", side_effect=OSError("no more files"))
    with pytest.raises(OSError, match="no more files"):
        server.serve()
    mocker.stopall()
    with serving(server):
        assert healthz(server) == 200


def test_it_can_be_stopped_before_it_served_and_twice():
    before = threads_now()
    server = server_of()
    server.stop()
    server.stop()
    server.serve()
    assert threads_now() == before
    with pytest.raises(ConnectionRefusedError):
        call(server)


def test_no_thread_is_left_when_it_was_stopped_with_silent_and_unfinished_connections():
    before = threads_now()
    server = server_of()
    with ExitStack() as stack:
        with serving(server):
            for n in range(8):
                stack.enter_context(call(server, f"127.0.0.{2 + n}"))
                stack.enter_context(call(server, f"127.0.0.{2 + n}")).sendall(b"GET /")
            assert healthz(server) == 200
        server.stop()
        assert threads_now() - before == set()
