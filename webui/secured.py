"""TLS for the pages' server: the handshake costs a silent or slow stranger's time, nobody else's.

It is carried on by the workers whenever something has arrived, never waited for: between two steps
a connection is in the selector and holds no thread. The whole of it has a time limit.
"""

import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from http.client import HTTPException, parse_headers
from io import BytesIO
from socket import MSG_PEEK, socket
from typing import Any

from cheroot.makefile import StreamReader, StreamWriter
from werkzeug.sansio.utils import host_is_trusted

from webui.api.problems import PREFIX
from webui.limits import NO_FILES, PATIENCE_S, BoundedConnection, BoundedServer

HANDSHAKE = 22  # the first byte of a TLS record that begins one (RFC 8446, 5.1)
PLAIN_BYTES = 8 * 1024  # of a request that came unencrypted; it is read once, and not waited for
HTTPS = {"wsgi.url_scheme": "https"}


class TlsReader(StreamReader):
    """Knows of what OpenSSL has decrypted already: no selector can see that."""

    def __init__(self, sock: ssl.SSLSocket, mode: str, bufsize: int) -> None:
        super().__init__(sock, mode, bufsize)
        self._tls = sock

    def has_data(self) -> bool:
        """Whether a next request is here already."""
        return bool(super().has_data()) or self._tls.pending() > 0  # type: ignore[no-untyped-call]


class SecuredConnection(BoundedConnection):
    """Begins with a handshake; what comes unencrypted is sent to the encrypted pages."""

    def __init__(self, server: Any, sock: socket, makefile: Any) -> None:
        super().__init__(server, sock, makefile)
        self._until: float = server.monotonic() + server.timeout
        self._is_begun = False
        self._is_secured = False

    def communicate(self) -> bool:
        """Do what can be done with what has arrived; whether the connection goes on."""
        with suppress(ssl.SSLError):
            if self._is_secured:
                return bool(super().communicate())  # type: ignore[no-untyped-call]
            if self.server.monotonic() < self._until:
                return self._go_on()
        return False

    def _go_on(self) -> bool:
        if not self._is_begun:
            first = self.socket.recv(1, MSG_PEEK)
            if first != bytes([HANDSHAKE]):
                self._answer_unencrypted()
                return False
            self.socket = self.server.context.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )
            self.socket.setblocking(False)
            self._is_begun = True
        with suppress(ssl.SSLWantReadError):
            self.socket.do_handshake()
            self._be_secured()
        return True

    def _be_secured(self) -> None:
        self.socket.settimeout(self.server.timeout)
        self.rfile = TlsReader(self.socket, "rb", self.rbufsize)
        self.wfile = StreamWriter(self.socket, "wb", self.wbufsize)
        self.ssl_env = HTTPS
        self._is_secured = True

    def _answer_unencrypted(self) -> None:
        asked = self.socket.recv(PLAIN_BYTES)
        self.socket.sendall(answer_unencrypted(asked, self.server.hosts))


class SecuredServer(BoundedServer):
    """The bounded server, over TLS. ``hosts``: our names; ``patience_s`` bounds each handshake, by
    ``monotonic``, which is in seconds."""

    def __init__(
        self,
        address: tuple[str, int],
        app: Callable[..., Any],
        context: ssl.SSLContext,
        *,
        hosts: Sequence[str],
        patience_s: int = PATIENCE_S,
        files: Mapping[bytes, int] = NO_FILES,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(address, app, patience_s=patience_s, files=files)
        self.ConnectionClass = SecuredConnection
        self.context = context
        self.hosts = hosts
        self.monotonic = monotonic


def answer_unencrypted(asked: bytes, hosts: Sequence[str]) -> bytes:
    """What is said to the first bytes of somebody who does not speak TLS; nothing to noise.

    A page asked for is found at its encrypted address, under a name of ours. A form is not sent
    on: its fields have crossed the network by then, and whoever filled it in should know. Nor is a
    program: it would send its token unencrypted for ever, and nobody would notice.
    """
    line, _, rest = asked.partition(b"\r\n")
    method, _, after = line.partition(b" ")
    target, _, version = after.partition(b" ")
    if version not in (b"HTTP/1.1", b"HTTP/1.0"):
        return b""
    host, path = _host(rest), target.decode("latin-1")
    is_page = method in (b"GET", b"HEAD") and path.startswith("/") and not path.startswith(PREFIX)
    if is_page and path.isascii() and path.isprintable() and _is_ours(host, hosts):
        return _answer("307 Temporary Redirect", f"Location: https://{host}{path}\r\n")
    return _answer("400 Bad Request", body="These pages are encrypted: ask for them by https://\n")


def _host(headers: bytes) -> str:
    try:
        return str(parse_headers(BytesIO(headers)).get("Host", "")).strip().lower()
    except HTTPException:
        return ""


def _is_ours(host: str, hosts: Sequence[str]) -> bool:
    name, colon, port = host.partition(":")
    return host_is_trusted(name, hosts) and (not colon or port.isdecimal())


def _answer(status: str, more: str = "", body: str = "") -> bytes:
    return (
        f"HTTP/1.1 {status}\r\n{more}Content-Type: text/plain\r\nContent-Length: {len(body)}\r\n"
        f"Cache-Control: no-store\r\nServer: kiosk\r\nConnection: close\r\n\r\n{body}"
    ).encode()
