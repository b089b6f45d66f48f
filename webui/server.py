"""The pages' server, in a thread of the daemon."""

import ssl
import threading
from collections.abc import Callable, Sequence

from hardware.ports import Hands
from kiosk.backups import Backups
from kiosk.errors import KioskError
from kiosk.outgoing.outgoing import Outgoing
from kiosk.paper.papers import Papers
from kiosk.rostering import RosterDesk
from kiosk.service import Service
from kiosk.setup_codes import SetupCodes
from kiosk.workshop import Workshop
from webui import create_app
from webui.headers import insist_on_tls
from webui.limits import PATIENCE_S, BoundedServer
from webui.office import NOBODY, OURS
from webui.secured import SecuredServer
from webui.simulator import SimCard
from webui.uploads import limits_of

LOOPBACK_NAMES = ("127.0.0.1", "localhost")
EVERY_ADDRESS = ("0.0.0.0", "::")


class WebServer:
    """Serves the pages on ``host``:``port``, bound when it is made; port 0 takes a free one.

    Until ``serve`` nobody is answered, and no thread is started. ``patience_s``: after so many
    seconds of silence a connection is closed, and so is one whose handshake is not done by then.
    ``context``: with it they are served over TLS, and browsers are told to hold to it.

    Raises:
        KioskError: the address cannot be had; says what to do.
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
        cards: Callable[[], Sequence[SimCard]] | None = None,
        papers_of_school: Papers = OURS,
        patience_s: int = PATIENCE_S,
        workshop: Workshop | None = None,
        desk: RosterDesk | None = None,
        backups: Backups | None = None,
        context: ssl.SSLContext | None = None,
        setup_codes: SetupCodes | None = None,
        outgoing: Outgoing = NOBODY,
        start_anew: Callable[[], None] | None = None,
    ) -> None:
        # Over plain HTTP, browsers take secure cookies from loopback alone.
        is_safe = context is not None or host in LOOPBACK_NAMES
        hosts = [*trusted_hosts, *LOOPBACK_NAMES]
        app = create_app(
            service,
            secure_cookies=is_safe,
            trusted_hosts=hosts,
            hands=hands,
            skip_time=skip_time,
            cards=cards,
            plain_http=not is_safe,
            workshop=workshop,
            desk=desk,
            backups_of_record=backups,
            papers_of_school=papers_of_school,
            setup_codes=setup_codes,
            outgoing=outgoing,
            start_anew=start_anew,
        )
        if context is not None:
            app.after_request(insist_on_tls)
        at, files = (host, port), limits_of(app)
        self._server = (
            BoundedServer(at, app, patience_s=patience_s, files=files)
            if context is None
            else SecuredServer(at, app, context, hosts=hosts, patience_s=patience_s, files=files)
        )
        self._scheme = "http" if context is None else "https"
        # A browser on another machine cannot ask for 0.0.0.0.
        self._name = trusted_hosts[0].lstrip(".") if host in EVERY_ADDRESS and trusted_hosts else ""
        self._is_stopped = False
        self._guard = threading.Lock()
        self._bind(host, port)

    def _bind(self, host: str, port: int) -> None:
        try:
            self._server.prepare()
        except OSError as fault:
            raise KioskError(
                f"the pages cannot be served on {host}, port {port}: another program or another "
                f"kiosk has that port, or this machine has no such address ({fault}). See [web] of "
                "the config; `ss -ltnp` tells who has the port"
            ) from fault

    @property
    def address(self) -> str:
        """Where a browser finds the pages."""
        host, port = self._server.bind_addr[:2]
        return f"{self._scheme}://{self._name or host}:{port}"

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
