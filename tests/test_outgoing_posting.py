"""One request to a receiver, a real one on the loopback; and messages, without apprise itself."""

import json
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from kiosk.events import Moment
from kiosk.outgoing import apprised
from kiosk.outgoing.courier import Unsent
from kiosk.outgoing.posting import post
from kiosk.tls.files import TLS_FILE, Source, load_context, make_files, read_authority

OK = b"HTTP/1.1 204 No Content\r\n\r\n"


@contextmanager
def receiver(answer: bytes, context: ssl.SSLContext | None = None) -> Iterator[SimpleNamespace]:
    """Takes one connection, and answers so once it was asked; "" hangs up only when let go."""
    heard = SimpleNamespace(asked=b"")
    with socket.create_server(("127.0.0.1", 0)) as door:
        heard.port = door.getsockname()[1]
        thread = threading.Thread(target=_answer, args=(door, answer, context, heard))
        thread.start()
        yield heard
        thread.join(10)


def _answer(door, answer, context, heard) -> None:
    line, _ = door.accept()
    with line:
        try:
            line = context.wrap_socket(line, server_side=True) if context else line
            line.settimeout(10)
            while b"\r\n\r\n{}" not in heard.asked:
                heard.asked += line.recv(4096) or b"\r\n\r\n{}"
            if answer:
                line.sendall(answer)
            else:
                line.recv(1)  # until they hang up
        except OSError:
            return
        finally:
            line.close()


def send(port: int, scheme: str = "http", host: str = "127.0.0.1", **more: object) -> None:
    post(f"{scheme}://{host}:{port}/kiosk?a=b", {"webhook-id": "msg"}, b"{}", **more)


def test_it_is_one_request_with_json_and_the_headers_that_were_given() -> None:
    with receiver(OK) as heard:
        send(heard.port)
    head = heard.asked.lower()
    assert head.startswith(b"post /kiosk?a=b http/1.1\r\n")
    for line in (b"content-type: application/json", b"webhook-id: msg", b"content-length: 2"):
        assert line in head


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", "it answered 500"),
        (
            b"HTTP/1.1 302 F\r\nLocation: http://evil.example/\r\nContent-Length: 0\r\n\r\n",
            "it answered 302, and no redirect is followed",
        ),
        (b"SSH-2.0-OpenSSH\r\n", "or none that is HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n", "or none that is HTTP"),
    ],
)
def test_what_is_not_taken_is_told_in_words_without_the_address(answer: bytes, words: str) -> None:
    with receiver(answer) as heard, pytest.raises(Unsent) as wrong:
        send(heard.port)
    assert words in str(wrong.value)
    assert "127.0.0.1" not in str(wrong.value)


def test_a_receiver_that_says_nothing_is_hung_up_on_when_the_time_is_over() -> None:
    with receiver(b"") as heard, pytest.raises(Unsent, match=r"no answer within 0\.05 s"):
        send(heard.port, limit_s=0.05)


def test_nobody_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    with pytest.raises(Unsent, match="Connection refused"):
        send(port)


def test_a_receiver_has_to_prove_its_name_by_an_authority_that_is_trusted(tmp_path: Path) -> None:
    now = Moment(datetime.now(UTC), 1.0, trusted=False)  # good whatever the clock says
    make_files(tmp_path, kiosk="mis", school="School", names=["localhost"], now=now)
    context = load_context(Source(tmp_path / TLS_FILE, tmp_path / TLS_FILE, is_own=False))
    authority = tmp_path / "authority.crt"
    authority.write_bytes(read_authority(tmp_path)[1])
    with receiver(OK, context) as heard:
        send(heard.port, "https", "localhost", authority=authority)
    for host, trusts in (("127.0.0.1", authority), ("localhost", None)):
        with receiver(OK, context) as heard, pytest.raises(Unsent, match="is not trusted"):
            send(heard.port, "https", host, authority=trusts)


# messages


@pytest.fixture
def apprise(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Stands for the package: knows mailto, and remembers what it was to send."""
    sent = SimpleNamespace(told=[], takes=True)

    class Apprise:
        def add(self, url: str) -> bool:
            return url.startswith("mailto")

        def notify(self, **said: str) -> bool:
            sent.told.append(said)
            return sent.takes

    monkeypatch.setitem(sys.modules, "apprise", SimpleNamespace(Apprise=Apprise))
    return sent


def here(command, asked: bytes) -> subprocess.CompletedProcess[bytes]:
    """What the process of its own does, without one."""
    wrong = apprised.send(json.loads(asked))
    status = apprised.UNSENT if wrong else 0
    return subprocess.CompletedProcess(command, status, wrong.encode(), b"")


def test_a_message_is_sent_with_its_title(apprise: SimpleNamespace) -> None:
    apprised.notify("mailto://a", "Oak Lane", "It is full.", here)
    assert apprise.told == [{"title": "Oak Lane", "body": "It is full."}]


@pytest.mark.parametrize(
    ("url", "takes", "words"),
    [("carrier-pigeon://", True, "knows no such"), ("mailto://secret", False, "did not take it")],
)
def test_what_apprise_will_not_send_is_told_without_the_address(
    apprise: SimpleNamespace, url: str, takes: bool, words: str
) -> None:
    apprise.takes = takes
    with pytest.raises(Unsent, match=words) as wrong:
        apprised.notify(url, "t", "w", here)
    assert url not in str(wrong.value)


def test_where_apprise_is_missing_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(Unsent, match=r"pip install --require-hashes -r requirements/alerts\.txt"):
        apprised.notify("mailto://a", "t", "w", here)


def test_a_process_that_hangs_or_breaks_is_told() -> None:
    def hangs(command, asked):
        raise subprocess.TimeoutExpired(command, apprised.LIMIT_S)

    with pytest.raises(Unsent, match="no end within 60 s"):
        apprised.notify("mailto://a", "t", "w", hangs)
    broken = subprocess.CompletedProcess((), 1, b"", b"mailto://secret")
    with pytest.raises(Unsent, match=r"^apprise failed$"):
        apprised.notify("mailto://a", "t", "w", lambda command, asked: broken)


def test_the_address_is_in_no_argument() -> None:
    asked: list[tuple[object, bytes]] = []

    def look(command, sent):
        asked.append((command, sent))
        return subprocess.CompletedProcess(command, 0, b"", b"")

    apprised.notify("mailto://secret", "t", "w", look)
    ((command, sent),) = asked
    assert ("secret" in str(command), b"mailto://secret" in sent) == (False, True)
