"""All who are told something, each by a thread of its own."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kiosk.errors import BadInput
from kiosk.outgoing.courier import Courier, Parcel, Progress

log = logging.getLogger(__name__)

PAUSE_S = 1.0  # between two looks at what is new
WEBHOOK, MESSAGE = "webhook", "message"


@dataclass(frozen=True, slots=True)
class Receiver:
    """One who is told. ``kind``: WEBHOOK or MESSAGE. ``what``: what it is told, in words.
    ``courier``: None where it cannot be told at all, and ``fault`` says why. ``trial``: what is
    sent to try it."""

    kind: str
    name: str
    what: str
    courier: Courier | None = None
    fault: str = ""
    trial: Callable[[], Parcel] | None = None

    @property
    def progress(self) -> Progress:
        """How it was reached so far."""
        return self.courier.progress if self.courier else Progress(fault=self.fault)

    def try_out(self) -> str:
        """Send it something that says nothing; what went wrong, or ""."""
        if self.courier is None or self.trial is None:
            return self.fault
        return self.courier.try_once(self.trial())


class Outgoing:
    """Tells all receivers, from ``serve`` until ``stop``. What is under way then is not waited
    for: who stops a kiosk must not wait for somebody else's server."""

    name = "outgoing"

    def __init__(self, receivers: Sequence[Receiver] = (), pause_s: float = PAUSE_S) -> None:
        self.receivers = tuple(receivers)
        self._pause_s = pause_s
        self._stop = threading.Event()

    def serve(self) -> None:
        """Tell them until ``stop``."""
        for receiver in self.receivers:
            if receiver.fault:
                log.error("%s %s: not told: %s", receiver.kind, receiver.name, receiver.fault)
            if receiver.courier is not None:
                self._start(receiver.courier)
        self._stop.wait()

    def stop(self) -> None:
        """End it. May come before ``serve``, and again."""
        self._stop.set()

    def receiver(self, kind: str, name: str) -> Receiver:
        """The one of that name. Raises BadInput: there is none."""
        for receiver in self.receivers:
            if (receiver.kind, receiver.name) == (kind, name):
                return receiver
        known = ", ".join(r.name for r in self.receivers if r.kind == kind) or "none"
        raise BadInput(f'the config names no {kind} "{name}"; there are: {known}')

    def _start(self, courier: Courier) -> None:
        def work() -> None:
            while not self._stop.wait(self._pause_s):
                round_of(courier)

        threading.Thread(target=work, name=courier.name, daemon=True).start()


def round_of(courier: Courier) -> None:
    """One round; whatever comes of it, there is a next."""
    try:
        courier.round()
    except Exception:
        log.exception("%s: a round failed", courier.name)
