"""The pages' server, in a thread of the daemon."""

import threading
from collections.abc import Callable, Sequence

from hardware.ports import Hands
from kiosk.paper.papers import Papers
from kiosk.service import Service
from webui import create_app
from webui.limits import PATIENCE_S, BoundedServer
from webui.office import OURS
from webui.simulator import SimCard

LOOPBACK_NAMES = ("127.0.0.1", "localhost")


class WebServer:
    """Serves the pages on ``host``:``port``, bound when it is made; port 0 takes a free one.

    Until ``serve`` nobody is answered, and no thread is started. ``patience_s``: after so many
    seconds of silence a connection is closed.

    Raises:
        OSError: the address cannot be had.
    """

    name = "pages"

    def __init__(
        self,
        service: Service,
        *,
        host: str,
        port: int,
        trusted_hosts: Sequence[str] = (),
        hands: Hands | None = None,
        skip_time: Callable[[], None] | None = None,
        cards: Callable[[], Sequence[SimCard]] = lambda: (),
        papers_of_school: Papers = OURS,
        patience_s: int = PATIENCE_S,
    ) -> None:
        is_loopback = host in LOOPBACK_NAMES
        app = create_app(
            service,
            secure_cookies=is_loopback,  # browsers take them over plain HTTP from loopback alone
            trusted_hosts=[*trusted_hosts, *LOOPBACK_NAMES],
            hands=hands,
            skip_time=skip_time,
            cards=cards,
            plain_http=not is_loopback,
            papers_of_school=papers_of_school,
        )
        self._server = BoundedServer((host, port), app, patience_s=patience_s)
        self._is_stopped = False
        self._guard = threading.Lock()
        self._server.prepare()

    @property
    def address(self) -> str:
        """Where a browser finds the pages."""
        host, port = self._server.bind_addr[:2]
        return f"http://{host}:{port}"

    def serve(self) -> None:
        """Serve until ``stop``; not at all where that came first."""
        with self._guard:
            if self._is_stopped:
                return
            self._server.requests.begin()
        self._server.serve()

    def stop(self) -> None:
        """End serving, and close the port. May come before ``serve``, and again."""
        with self._guard:
            if self._is_stopped:
                return
            self._is_stopped = True
        self._server.stop()
