"""The control socket: one JSON line asked, one JSON line answered, by callers of this machine."""

import json
import logging
import os
import socket
import socketserver
import struct
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from hardware.errors import HardwareError
from kiosk.errors import BadInput, KioskError, NotRunning

log = logging.getLogger(__name__)

SOCKET_FILE = "control.sock"
MAX_LINE = 8 * 1024 * 1024  # a roster of 5,000 rows is about 1 MiB
MAX_PATH = 107  # bytes; sun_path of unix(7) has 108 with the zero at its end
WAIT_S = 90.0

Call = Callable[[str, Mapping[str, Any]], dict[str, Any]]


class ControlServer:
    """Serves the verbs on ``path`` (0600). Only root and the kiosk's own user are answered.

    Raises:
        KioskError: the path is too long for a socket.
        OSError: the socket cannot be made.
    """

    name = "control"

    def __init__(self, path: Path, call: Call) -> None:
        _check_length(path)
        path.unlink(missing_ok=True)  # left by a process that was killed; the record's lock is ours
        before = os.umask(0o177)
        try:
            self._server = _Server(str(path), call)
        finally:
            os.umask(before)
        self._path = path
        self._lock = threading.Lock()
        self._is_serving = False
        self._is_stopped = False

    def serve(self) -> None:
        """Serve until ``stop``."""
        with self._lock:
            if self._is_stopped:
                return
            self._is_serving = True
        self._server.serve_forever(poll_interval=0.1)

    def stop(self) -> None:
        """End serving, and remove the socket. A second call does nothing."""
        with self._lock:
            if self._is_stopped:
                return
            self._is_stopped = True
        if self._is_serving:  # without a loop to end, shutdown would wait for ever
            self._server.shutdown()
        self._server.server_close()
        self._path.unlink(missing_ok=True)


def _check_length(path: Path) -> None:
    length = len(os.fsencode(path))
    if length > MAX_PATH:
        raise KioskError(
            f"{path}: this path is {length} bytes long, and a socket's may have {MAX_PATH}: "
            "choose a shorter data folder"
        )


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def __init__(self, path: str, call: Call) -> None:
        self.call = call
        super().__init__(path, _Handler)

    def verify_request(self, request: Any, client_address: Any) -> bool:
        return _uid_of(request) in (0, os.getuid())

    def handle_error(self, request: Any, client_address: Any) -> None:
        log.exception("control: a request failed")


class _Handler(socketserver.StreamRequestHandler):
    server: _Server
    timeout = WAIT_S

    def handle(self) -> None:
        line = self.rfile.readline(MAX_LINE)
        if line:
            self.wfile.write(_answer(self.server.call, line) + b"\n")


def _answer(call: Call, line: bytes) -> bytes:
    """The answer to one line, in one line; whatever fails is told in words."""
    try:
        verb, args = _request(line)
        return json.dumps({"ok": True, "result": call(verb, args)}).encode()
    except (KioskError, HardwareError) as fault:
        refusal = {"ok": False, "error": str(fault), "kind": type(fault).__name__}
    except Exception:
        log.exception("control: a request failed")
        words = "this failed inside the kiosk: see its log"
        refusal = {"ok": False, "error": words, "kind": "KioskError"}
    return json.dumps(refusal).encode()


def _request(line: bytes) -> tuple[str, dict[str, Any]]:
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError) as fault:
        raise BadInput(f"this request is not understood: {fault}") from None
    match asked:
        case {"verb": str(verb), "args": dict(args)}:
            return verb, args
    raise BadInput("this request is not understood: it names no verb with its args")


def _uid_of(channel: socket.socket) -> int:
    """The caller's user id, from the kernel (SO_PEERCRED: pid, uid, gid)."""
    _, uid, _ = struct.unpack(
        "3i", channel.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    )
    return int(uid)


def socket_in(data: Path) -> Path:
    """Where the daemon answers whose record is in that folder."""
    return data / SOCKET_FILE


def is_answering(path: Path) -> bool:
    """Whether a daemon listens there."""
    if len(os.fsencode(path)) > MAX_PATH:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
        return channel.connect_ex(str(path)) == 0


def ask(path: Path, verb: str, args: Mapping[str, Any]) -> dict[str, Any]:
    """Ask a running daemon.

    Raises:
        NotRunning: none answers on ``path``.
        KioskError: it refused, or could not, and says why.
    """
    _check_length(path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
        channel.settimeout(WAIT_S)
        try:
            channel.connect(str(path))
            channel.sendall(json.dumps({"verb": verb, "args": dict(args)}).encode() + b"\n")
            with channel.makefile("rb") as answers:
                line = answers.readline()
        except (PermissionError, ConnectionResetError, BrokenPipeError):
            line = b""
        except OSError as fault:
            raise NotRunning(f"no running kiosk answers on {path} ({fault.strerror})") from None
    if not line:
        raise NotRunning("the kiosk did not answer: ask as root, or as the user it runs as")
    answer = json.loads(line)
    if not answer["ok"]:
        raise (
            BadInput(answer["error"])
            if answer["kind"] in ("BadInput", "ConfigError")
            else KioskError(answer["error"])
        )
    result: dict[str, Any] = answer["result"]
    return result
