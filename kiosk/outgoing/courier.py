"""Carries parcels to one receiver, one after another, and tries again with growing patience."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

log = logging.getLogger(__name__)

FIRST_DELAY_S = 5.0
LONGEST_DELAY_S = 3600.0
BUSY = "it is being told something just now"


class Unsent(Exception):
    """It did not arrive; in words without the address, which may have a secret in it."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """Something to be carried. ``id``: the same at each try, so that a receiver counts it once."""

    id: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Gathered:
    """What there is to carry now, if anything, and from which event on to look next."""

    parcel: Parcel | None
    after: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How a receiver was reached. ``fault``: of the last try, "" if it arrived. ``lost``: parcels
    that were given up."""

    sent: int = 0
    lost: int = 0
    last: datetime | None = None
    fault: str = ""


def delay_s(tries: int) -> float:
    """How long to wait after so many failed tries: 5 s, then twice as long each time, up to an
    hour."""
    return float(min(FIRST_DELAY_S * 2 ** min(tries - 1, 20), LONGEST_DELAY_S))


class Courier:
    """Carries what ``gather`` finds after an event, by ``send``.

    ``monotonic``: seconds. ``now``: for people to read. ``give_up_s``: a parcel that did not
    arrive within that is given up, and the next is carried. Only one is held at any time: what
    waits behind it waits in the record. A restart begins with what happens from then on.
    """

    def __init__(
        self,
        name: str,
        gather: Callable[[int], Gathered],
        send: Callable[[Parcel], None],
        *,
        after: int,
        give_up_s: float,
        monotonic: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self.name = name
        self.progress = Progress()
        self._gather = gather
        self._send = send
        self._after = after
        self._give_up_s = give_up_s
        self._monotonic = monotonic
        self._now = now
        self._parcel: Parcel | None = None
        self._since = 0.0
        self._tries = 0
        self._next_at = 0.0
        self._turn = threading.Lock()

    def round(self) -> None:
        """Carry one parcel, if one is due."""
        if self._parcel is None:
            self._take()
        elif self._monotonic() - self._since > self._give_up_s:
            self._give_up()
        if self._parcel is not None and self._monotonic() >= self._next_at:
            self._carry(self._parcel)

    def try_once(self, parcel: Parcel) -> str:
        """Carry this one now, whatever waits; what went wrong, or "". Nobody waits for a slow
        receiver twice."""
        if not self._turn.acquire(blocking=False):
            return BUSY
        try:
            self._send(parcel)
        except Unsent as fault:
            return str(fault)
        finally:
            self._turn.release()
        return ""

    def _take(self) -> None:
        gathered = self._gather(self._after)
        self._after, self._parcel = gathered.after, gathered.parcel
        self._since, self._tries, self._next_at = self._monotonic(), 0, 0.0

    def _carry(self, parcel: Parcel) -> None:
        wrong = self.try_once(parcel)
        if wrong == BUSY:
            return
        if wrong:
            self._tries += 1
            self._next_at = self._monotonic() + delay_s(self._tries)
            if not self.progress.fault:
                log.warning("%s: not told: %s; it is tried again", self.name, wrong)
            self.progress = replace(self.progress, fault=wrong)
            return
        if self.progress.fault:
            log.info("%s: told again", self.name)
        sent = self.progress.sent + 1
        self.progress = replace(self.progress, sent=sent, last=self._now(), fault="")
        self._parcel = None

    def _give_up(self) -> None:
        log.error("%s: given up: %s", self.name, self.progress.fault)
        self.progress = replace(self.progress, lost=self.progress.lost + 1)
        self._parcel = None
