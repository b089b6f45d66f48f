"""One request to one receiver: encrypted and looked at, bounded in time, never led elsewhere."""

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from kiosk import __version__
from kiosk.outgoing.courier import Unsent

LIMIT_S = 10.0  # of the whole request, however slowly the receiver drips


def post(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    authority: Path | None = None,
    limit_s: float = LIMIT_S,
) -> None:
    """Send JSON there. Its answer counts by its status alone; a redirect is not followed.

    Raises:
        Unsent: it was not taken, in words without the address.
    """
    try:
        with _connection(url, authority, limit_s) as there:
            there.request("POST", _target(url), body, {**_ABOUT_US, **headers})
            status = there.getresponse().status
    except (OSError, HTTPException) as fault:
        raise Unsent(_words(fault, limit_s)) from None
    if not 200 <= status < 300:
        what = ", and no redirect is followed" if 300 <= status < 400 else ""
        raise Unsent(f"it answered {status}{what}")


_ABOUT_US = {"Content-Type": "application/json", "User-Agent": f"kiosk/{__version__}"}


@contextmanager
def _connection(url: str, authority: Path | None, limit_s: float) -> Iterator[HTTPConnection]:
    """A connection that is cut once its time is over."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https":
        context = ssl.create_default_context(cafile=authority)
        there: HTTPConnection = HTTPSConnection(host, parts.port, timeout=limit_s, context=context)
    else:
        there = HTTPConnection(host, parts.port, timeout=limit_s)
    timer = threading.Timer(limit_s, _cut, [there])
    timer.daemon = True
    timer.start()
    try:
        yield there
    finally:
        timer.cancel()
        there.close()


def _cut(there: HTTPConnection) -> None:
    with suppress(OSError, AttributeError):
        there.sock.shutdown(socket.SHUT_RDWR)


def _target(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _words(fault: Exception, limit_s: float) -> str:
    if isinstance(fault, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({fault.verify_message})"
    if isinstance(fault, socket.gaierror):
        return "its name is not known"
    if isinstance(fault, TimeoutError | HTTPException) or not getattr(fault, "strerror", ""):
        return f"no answer within {limit_s:g} s, or none that is HTTP"
    return str(getattr(fault, "strerror", "it failed"))
