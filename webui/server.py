"""The pages' server: cheroot, in a thread of the daemon."""

from collections.abc import Callable, Sequence

from cheroot.wsgi import Server

from hardware.ports import Hands
from kiosk.service import Service
from webui import create_app
from webui.simulator import SimCard

THREADS = 32
LOOPBACK_NAMES = ("127.0.0.1", "localhost")


class WebServer:
    """Serves the pages on ``host``:``port``, bound when it is made; port 0 takes a free one.

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
        )
        self._server = Server((host, port), app, numthreads=THREADS, server_name="kiosk")
        self._server.shutdown_timeout = 2
        self._server.prepare()

    @property
    def address(self) -> str:
        """Where a browser finds the pages."""
        host, port = self._server.bind_addr[:2]
        return f"http://{host}:{port}"

    def serve(self) -> None:
        """Serve until ``stop``."""
        self._server.serve()

    def stop(self) -> None:
        """End serving, and close the port."""
        self._server.stop()
