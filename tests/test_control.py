"""The control socket: who is answered, and what a bad request gets."""

import os
import socket
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from hardware.errors import LockFault
from kiosk.control import ControlServer, ask, is_answering
from kiosk.errors import BadInput, KioskError, NotRunning, RecordFault


def call(verb: str, args: Mapping[str, Any]) -> dict[str, Any]:
    match verb:
        case "echo":
            return dict(args)
        case "bad":
            raise BadInput("no such thing")
        case "broken":
            raise RecordFault("the disk is full")
        case "stuck":
            raise LockFault("the lock of cubby 2 is stuck")
        case "unspeakable":
            return {"answer": object()}
    raise TypeError("unexpected argument")


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "control.sock"
    path.write_text("left behind by a kill")
    server = ControlServer(path, call)
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield path
    server.stop()
    thread.join(timeout=10)
    assert not path.exists()


def test_an_answer_is_what_the_verb_returned(path: Path) -> None:
    assert ask(path, "echo", {"a": [1, "ü"]}) == {"a": [1, "ü"]}


def test_the_socket_is_for_its_own_user_alone(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    assert is_answering(path)


def test_a_callers_user_is_asked_of_the_kernel(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = os.getuid() + 1
    monkeypatch.setattr("kiosk.control._uid_of", lambda channel: stranger)

    with pytest.raises(NotRunning, match="as root"):
        ask(path, "echo", {})


@pytest.mark.parametrize(
    ("verb", "kind", "words"),
    [
        ("bad", BadInput, "no such thing"),
        ("broken", KioskError, "the disk is full"),
        ("stuck", KioskError, "cubby 2 is stuck"),
        ("fly", KioskError, "inside the kiosk"),
        ("unspeakable", KioskError, "inside the kiosk"),
    ],
)
def test_a_refusal_says_why(path: Path, verb: str, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        ask(path, verb, {})


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"{}\n",
        b"nonsense\n",
        b'{"verb": 1}\n',
        b'{"verb": "echo", "args": [1]}\n',
        b"[]\n",
        b"[" * 100_000 + b"\n",
    ],
)
def test_a_line_that_is_no_request_gets_an_answer_that_says_so(path: Path, line: bytes) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
        channel.settimeout(10)
        channel.connect(str(path))
        channel.sendall(line)
        answer = channel.makefile("rb").readline()

    assert b'"ok": false' in answer
    assert b"not understood" in answer


def test_a_socket_that_nobody_serves_is_not_running(tmp_path: Path) -> None:
    assert not is_answering(tmp_path / "none")
    with pytest.raises(NotRunning, match="no running kiosk"):
        ask(tmp_path / "none", "status", {})


def test_a_server_that_never_served_is_stopped_at_once_and_twice(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    server = ControlServer(path, call)
    server.stop()
    server.stop()
    server.serve()

    assert not path.exists()


def test_a_path_too_long_for_a_socket_is_told_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / ("d" * 100) / "control.sock"

    with pytest.raises(KioskError, match=rf"{path}: .* choose a shorter data folder"):
        ControlServer(path, call)
    with pytest.raises(KioskError, match="shorter data folder"):
        ask(path, "status", {})
    assert not is_answering(path)
