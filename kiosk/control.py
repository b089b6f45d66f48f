"""The control socket: one JSON line asked, one JSON line answered, by callers of this machine."""

import json
import logging
import os
import socket
import socketserver
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kiosk.errors import BadInput, KioskError, NotRunning

log = logging.getLogger(__name__)

MAX_LINE = 8 * 1024 * 1024  # a roster of 5,000 rows is about 1 MiB
WAIT_S = 90.0

Call = Callable[[str, Mapping[str, Any]], dict[str, Any]]


class ControlServer:
    """Serves the verbs on ``path`` (0600). Only root and the kiosk's own user are answered."""

    name = "control"

    def __init__(self, path: Path, call: Call) -> None:
        path.unlink(missing_ok=True)  # left by a process that was killed; the record's lock is ours
        before = os.umask(0o177)
        try:
            self._server = _Server(str(path), call)
        finally:
            os.umask(before)
        self._path = path

    def serve(self) -> None:
        """Serve until ``stop``."""
        self._server.serve_forever(poll_interval=0.1)

    def stop(self) -> None:
        """End serving, and remove the socket."""
        self._server.shutdown()
        self._server.server_close()
        self._path.unlink(missing_ok=True)


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
            self.wfile.write(json.dumps(_answer(self.server.call, line)).encode() + b"\n")


def _answer(call: Call, line: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(line)
        return {"ok": True, "result": call(asked["verb"], asked["args"])}
    except KioskError as fault:
        return {"ok": False, "error": str(fault), "kind": type(fault).__name__}
    except (ValueError, KeyError, TypeError) as fault:
        return {
            "ok": False,
            "error": f"this request is not understood: {fault}",
            "kind": "BadInput",
        }


def _uid_of(channel: socket.socket) -> int:
    """The caller's user id, from the kernel (SO_PEERCRED: pid, uid, gid)."""
    _, uid, _ = struct.unpack(
        "3i", channel.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    )
    return int(uid)


def is_answering(path: Path) -> bool:
    """Whether a daemon listens there."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
        return channel.connect_ex(str(path)) == 0


def ask(path: Path, verb: str, args: Mapping[str, Any]) -> dict[str, Any]:
    """Ask a running daemon.

    Raises:
        NotRunning: none answers on ``path``.
        KioskError: it refused, or could not, and says why.
    """
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
            if answer["kind"] == "BadInput"
            else KioskError(answer["error"])
        )
    result: dict[str, Any] = answer["result"]
    return result
