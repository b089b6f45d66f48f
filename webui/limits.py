"""cheroot with bounds: on what a stranger may send, and on how much of the kiosk one may hold.

Its own defaults have none. A new connection waits in its selector until it says something, so a
silent one costs no thread; and one address cannot hold them all.
"""

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any

from cheroot.server import HTTPConnection, HTTPRequest
from cheroot.workers.threadpool import ThreadPool
from cheroot.wsgi import Server

log = logging.getLogger(__name__)

THREADS = 32
PATIENCE_S = 5  # a connection that says nothing for so long is closed
AN_ADDRESS = 16  # connections; a browser opens six to one server
ALL_ADDRESSES = 256  # connections; each is a file, and the record needs files too
WAITING = 128  # not accepted yet
HEADER_BYTES = 16 * 1024
BODY_BYTES = 128 * 1024
LET_PASS = 32 * 1024 * 1024  # bytes of a file that is not taken, so that its sender is told why
A_READ = 64 * 1024
NO_FILES: Mapping[bytes, int] = MappingProxyType({})


class BoundedRequest(HTTPRequest):
    """Refuses a body of unknown length: no browser sends one, and cheroot would read an endless
    chunk line into memory."""

    def read_request_headers(self) -> bool:
        """Whether the request is to be answered by the pages."""
        if not super().read_request_headers():  # type: ignore[no-untyped-call]
            return False
        if self.chunked_read:
            self.simple_response("411 Length Required")
            return False
        if self._length > self.server.most_of(self.path):
            self.simple_response("413 Request Entity Too Large")
            return False
        return True

    def send_headers(self) -> None:
        """Read what is left of a body without keeping it: cheroot would take it into memory. Of a
        browser that still sends when the answer comes, nobody would read it."""
        left = min(getattr(self.rfile, "remaining", 0), LET_PASS)
        while left > 0 and (some := self.rfile.read(min(A_READ, left))):
            left -= len(some)
        if getattr(self.rfile, "remaining", 0):
            self.close_connection = True
        super().send_headers()

    @property
    def _length(self) -> int:
        return int(self.inheaders.get(b"Content-Length", 0))


class BoundedConnection(HTTPConnection):
    """Tells its server when it ends."""

    RequestHandlerClass = BoundedRequest

    def close(self) -> None:
        """End it."""
        try:
            super().close()
        finally:
            self.server.forget(self)

    def _close_kernel_socket(self) -> None:
        """A socket that is gone already must not end the thread that closes it."""
        with suppress(OSError):
            super()._close_kernel_socket()  # type: ignore[misc]  # the stubs lack it


class Workers(ThreadPool):
    """The threads that answer. They begin with serving, not with the port."""

    _has_begun = False

    def start(self) -> None:
        """cheroot calls this when it binds."""

    def begin(self) -> None:
        """Start them; where serving begins again they are there already."""
        if not self._has_begun:
            self._has_begun = True
            super().start()

    def stop(self, timeout: int = 5) -> None:
        """End them; what still waits for one is not answered."""
        try:
            while True:
                self.get(block=False).close()
        except queue.Empty:
            super().stop(timeout)


class BoundedServer(Server):
    """A server with these bounds. ``patience_s``: seconds. ``files``: the paths that take more
    than a form, each with how many bytes a request to it may have."""

    def __init__(
        self,
        address: tuple[str, int],
        app: Callable[..., Any],
        *,
        patience_s: int = PATIENCE_S,
        files: Mapping[bytes, int] = NO_FILES,
    ) -> None:
        super().__init__(
            address,
            app,
            server_name="kiosk",
            request_queue_size=WAITING,
            timeout=patience_s,
            shutdown_timeout=2,
        )
        self.ConnectionClass = BoundedConnection
        self.keep_alive_conn_limit = ALL_ADDRESSES  # silent strangers must not end others' ones
        self.max_request_header_size = HEADER_BYTES
        # Above it nobody is told more than 413; a file that is somewhat too large is told why.
        self._files = {path: max(2 * most, LET_PASS) for path, most in files.items()}
        self.max_request_body_size = max((BODY_BYTES, *self._files.values()))
        self.requests = Workers(self, min=THREADS)
        self._open: set[HTTPConnection] = set()
        self._guard = threading.Lock()

    def process_conn(self, conn: HTTPConnection) -> None:
        """Hand on a connection that has something to say; let a new one wait, or turn it away."""
        with self._guard:
            is_new = conn not in self._open
            is_welcome = self._has_room(conn.remote_addr)
            if is_new and is_welcome:
                self._open.add(conn)
        if not is_new:
            super().process_conn(conn)
        elif is_welcome:
            self.put_conn(conn)
        else:
            conn.close()

    def most_of(self, path: bytes) -> int:
        """How many bytes the body of a request to that path may have."""
        return self._files.get(path, BODY_BYTES)

    def forget(self, conn: HTTPConnection) -> None:
        """A connection has ended."""
        with self._guard:
            self._open.discard(conn)

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Our faults go to the log; what strangers' connections do would fill it."""
        is_ours = level >= logging.ERROR
        log.log(level if is_ours else logging.DEBUG, "%s", msg, exc_info=is_ours and traceback)

    def _has_room(self, address: str) -> bool:
        theirs = sum(1 for conn in self._open if conn.remote_addr == address)
        return theirs < AN_ADDRESS and len(self._open) < ALL_ADDRESSES

    def _serve_unservicable(self) -> None:
        """Nothing: the queue of the workers has no end, so none is ever left over."""
