"""The pages over TLS: what is served, and that no stranger's handshake delays anybody."""

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from io import DEFAULT_BUFFER_SIZE
from pathlib import Path
from select import select

import pytest
from test_webui_server import LIMIT_S, PATIENCE_S, call, ended, port_of, serving, threads_now
from webui_fixtures import FakeService, FakeTime

from kiosk.events import Moment
from kiosk.tls.files import TLS_FILE, Source, load_context, make_files, read_authority
from webui.limits import ALL_ADDRESSES, AN_ADDRESS, THREADS
from webui.secured import SecuredServer, answer_unencrypted
from webui.server import WebServer

NAMES = ["localhost", "kiosk.local"]
HELLO = b"\x16\x03\x01\x02\x00"  # a record of 512 bytes is announced


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """OpenSSL reads the machine's own clock, wherever it stands."""
    folder = tmp_path_factory.mktemp("keys")
    now = Moment(datetime.now(UTC), 1.0, trusted=False)
    make_files(folder, kiosk="front", school="School", names=NAMES, now=now)
    return folder


def context_of(keys: Path) -> ssl.SSLContext:
    return load_context(Source(keys / TLS_FILE, keys / TLS_FILE, is_own=False))


@pytest.fixture
def trusting(keys: Path) -> ssl.SSLContext:
    """A browser's PC that has imported the authority."""
    return ssl.create_default_context(cadata=read_authority(keys)[1].decode())


def server_of(keys: Path) -> WebServer:
    return WebServer(
        FakeService(),
        host="127.0.0.1",
        port=0,
        trusted_hosts=NAMES,
        patience_s=PATIENCE_S,
        context=context_of(keys),
    )


@pytest.fixture
def pages(keys: Path) -> Iterator[WebServer]:
    with serving(server_of(keys)) as server:
        yield server


def ask(
    pages: WebServer, trusting: ssl.SSLContext, path: str = "/healthz", source: str = "127.0.0.1"
) -> http.client.HTTPResponse:
    browser = http.client.HTTPSConnection(
        "localhost",
        port_of(pages),
        timeout=LIMIT_S,
        source_address=(source, 0),
        context=trusting,
    )
    browser.request("GET", path)
    answer = browser.getresponse()
    answer.read()
    browser.close()
    return answer


def first_line(connection: socket.socket) -> bytes:
    return connection.makefile("rb").readline()


def test_whoever_trusts_the_authority_is_served_without_a_warning(pages, trusting):
    assert ask(pages, trusting).status == 200
    assert pages.address == f"https://127.0.0.1:{port_of(pages)}"


def test_a_browser_that_does_not_is_warned(pages):
    with pytest.raises(ssl.SSLCertVerificationError):
        ask(pages, ssl.create_default_context())


def test_cookies_are_secure_and_no_page_says_that_it_is_unencrypted(pages, trusting):
    answer = ask(pages, trusting, "/sign-in")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-kiosk=")
    assert "; Secure; HttpOnly; Path=/; SameSite=Strict" in cookie


def test_a_form_from_an_unencrypted_page_of_the_same_name_is_foreign(pages, trusting):
    browser = http.client.HTTPSConnection("localhost", port_of(pages), context=trusting)
    origin = {"Origin": f"http://localhost:{port_of(pages)}"}
    browser.request("POST", "/sign-in", "name=a", origin)
    assert browser.getresponse().status == 400
    browser.close()


@pytest.mark.parametrize("path", ["/sign-in", "/static/style.css", "/nowhere"])
def test_browsers_are_held_to_tls_for_a_year(pages, trusting, path):
    assert ask(pages, trusting, path).headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_name_stands_for_every_address_of_the_machine(keys):
    server = WebServer(
        FakeService(), host="0.0.0.0", port=0, trusted_hosts=NAMES[1:], context=context_of(keys)
    )
    try:
        assert server.address.startswith("https://kiosk.local:")
    finally:
        server.stop()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_old_versions_are_not_spoken(pages, trusting):
    trusting.minimum_version = ssl.TLSVersion.TLSv1
    trusting.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError):
        ask(pages, trusting)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_connection_serves_many_requests_one_after_another(pages, trusting, version):
    trusting.maximum_version = version
    with trusting.wrap_socket(call(pages), server_hostname="localhost") as browser:
        answers = browser.makefile("rb")
        for _ in range(3):
            browser.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert b" 200 " in read_answer(answers)
        assert browser.version() == version.name.replace("_", ".")


def test_a_request_sent_together_with_the_one_before_is_answered(pages, trusting):
    """The reader has taken the first one exactly; the second lies decrypted in OpenSSL."""
    one, end = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ", b"\r\n\r\n"
    first = one.ljust(DEFAULT_BUFFER_SIZE - len(end), b"x") + end
    with trusting.wrap_socket(call(pages), server_hostname="localhost") as browser:
        answers = browser.makefile("rb")
        browser.sendall(first + one + end)
        assert all(b" 200 " in read_answer(answers) for _ in range(2))


def read_answer(answers) -> bytes:
    """The first line of the next answer, which is read to its end."""
    line = answers.readline()
    headers = http.client.parse_headers(answers)
    answers.read(int(headers["Content-Length"]))
    return line


# strangers


def silent(stranger: socket.socket) -> None:
    pass


def stalled(stranger: socket.socket) -> None:
    stranger.sendall(HELLO)


def noisy(stranger: socket.socket) -> None:
    stranger.sendall(b"\x00\xff" * 100)


def broken(stranger: socket.socket) -> None:
    stranger.sendall(HELLO + b"\xff" * 600)


def unencrypted(stranger: socket.socket) -> None:
    stranger.sendall(b"GET /")


@pytest.mark.parametrize("does", [silent, stalled, noisy, broken, unencrypted])
def test_strangers_on_every_side_delay_nobody(pages, trusting, does):
    with ExitStack() as stack:
        for n in range(2 * THREADS):
            stranger = stack.enter_context(call(pages, f"127.0.0.{2 + n % 8}"))
            does(stranger)
        assert ask(pages, trusting).status == 200


@pytest.mark.parametrize("does", [noisy, broken, unencrypted])
def test_what_is_no_handshake_is_closed_at_once(pages, does):
    with call(pages) as stranger:
        does(stranger)
        assert ended(stranger)


def test_one_connection_too_many_in_mid_handshake_is_turned_away(pages, trusting):
    with ExitStack() as stack:
        for _ in range(AN_ADDRESS):
            stalled(stack.enter_context(call(pages, "127.0.0.2")))
        with call(pages, "127.0.0.2") as last:
            assert ended(last)
        assert ask(pages, trusting).status == 200


def test_an_unencrypted_request_is_sent_to_the_encrypted_page(pages):
    with call(pages) as stranger:
        stranger.sendall(b"GET /record?a=1 HTTP/1.1\r\nHost: kiosk.local:8080\r\n\r\n")
        answer = stranger.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 307 ")
    assert b"\r\nLocation: https://kiosk.local:8080/record?a=1\r\n" in answer


def test_an_idle_browser_keeps_its_connection_while_strangers_wait(pages, trusting):
    with ExitStack() as stack:
        for n in range(12):  # more than cheroot itself would keep
            stack.enter_context(call(pages, f"127.0.0.{2 + n}"))
        assert ask(pages, trusting).headers["Connection"] is None
    assert ALL_ADDRESSES > 12


def test_no_thread_is_left_when_it_was_stopped_in_mid_handshake(keys, trusting):
    before = threads_now()
    with ExitStack() as stack:
        with serving(server_of(keys)) as pages:
            for n in range(8):
                stalled(stack.enter_context(call(pages, f"127.0.0.{2 + n}")))
            assert ask(pages, trusting).status == 200
        assert threads_now() - before == set()


# the time limit, by a clock that the test turns


class Refusing:
    """A context that loses the socket, as Python's does when it is reset in the same moment."""

    def wrap_socket(self, sock: socket.socket, **_: object) -> ssl.SSLSocket:
        socket.socket(fileno=sock.detach()).close()
        raise ssl.SSLError("closed before the handshake")


@contextmanager
def bare(context: object, time: Callable[[], float]) -> Iterator[int]:
    """A secured server without pages; its port."""
    server = SecuredServer(
        ("127.0.0.1", 0),
        lambda environ, start: [],
        context,
        hosts=NAMES,
        patience_s=PATIENCE_S,
        monotonic=time,
    )
    server.prepare()
    server.requests.begin()
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server.bind_addr[1]
    finally:
        server.stop()
        thread.join(LIMIT_S)


def test_a_handshake_that_drips_is_cut_at_its_limit(keys):
    time = FakeTime()
    with ExitStack() as stack:
        port = stack.enter_context(bare(context_of(keys), time))
        stranger, witness = (
            stack.enter_context(socket.create_connection(("127.0.0.1", port), LIMIT_S))
            for _ in range(2)
        )
        stranger.sendall(HELLO)
        noisy(witness)
        assert ended(witness)  # so the first one was accepted by now
        time.now += PATIENCE_S
        for _ in range(100):  # fewer than are announced: it is the limit that cuts it
            with suppress(OSError):
                stranger.sendall(b"\x01")
            if select([stranger], [], [], 0.1)[0]:
                break
        assert ended(stranger)


def test_a_connection_lost_in_the_moment_of_its_handshake_ends_no_worker():
    with bare(Refusing(), FakeTime()) as port:
        for _ in range(2 * THREADS):
            with socket.create_connection(("127.0.0.1", port), LIMIT_S) as stranger:
                stranger.sendall(HELLO)
                assert ended(stranger)


# what is said to those who do not speak TLS


@pytest.mark.parametrize(
    "asked",
    [
        b"POST /sign-in HTTP/1.1\r\nHost: kiosk.local\r\n\r\nname=a",
        b"GET /api/v1/status HTTP/1.1\r\nHost: kiosk.local\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: kiosk.local:80\r\n x\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: kiosk.local\r\n\r\n",
        b"GET /\x00\x1f HTTP/1.1\r\nHost: kiosk.local\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: kiosk.local\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 500 + b"Host: kiosk.local\r\n\r\n",
    ],
    ids=["form", "program", "host", "folded", "hostless", "whole", "control", "high", "many"],
)
def test_what_is_not_sent_on_is_told_to_use_https(asked: bytes):
    answer = answer_unencrypted(asked, NAMES)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"https://" in answer.partition(b"\r\n\r\n")[2]
    assert b"Location" not in answer


@pytest.mark.parametrize("asked", [b"", b"\x00\xff", b"GET /", b"SSH-2.0-x\r\n", b"a b c\r\n"])
def test_noise_is_not_answered(asked: bytes):
    assert answer_unencrypted(asked, NAMES) == b""


@pytest.mark.parametrize("names", [["kiosk.local"], [".local"]])
def test_a_page_is_found_under_every_name_of_ours(names: Sequence[str]):
    asked = b"HEAD /a HTTP/1.0\r\nhost: KIOSK.local\r\n\r\n"
    assert b"\r\nLocation: https://kiosk.local/a\r\n" in answer_unencrypted(asked, names)
