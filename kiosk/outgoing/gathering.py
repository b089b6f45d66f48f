"""What there is to send: the events after one, or the alerts among them in words."""

import secrets
from collections.abc import Callable
from itertools import islice
from typing import NamedTuple

from kiosk.events import EventType
from kiosk.outgoing.courier import Gathered, Parcel
from kiosk.outgoing.messages import Told, weigh
from kiosk.outgoing.sections import MessageSection
from kiosk.service import Service
from kiosk.store import Query

AT_ONCE = 100  # events looked at in one round


class Batch(NamedTuple):
    """Events as a receiver is told them, how many there are, and from which on to ask next."""

    body: bytes
    told: int
    after: int


def gather_events(
    newest: Callable[[], int], batch: Callable[[int], Batch]
) -> Callable[[int], Gathered]:
    """Finds the events after one. ``newest``: the number of the last there is."""

    def gather(after: int) -> Gathered:
        if newest() <= after:
            return Gathered(None, after)
        found = batch(after)
        return Gathered(parcel_of(found.body) if found.told else None, found.after)

    return gather


def gather_messages(
    service: Service, to: MessageSection, most_an_hour: int, monotonic: Callable[[], float]
) -> Callable[[int], Gathered]:
    """Finds the alerts after an event that somebody is to be told of."""
    told = Told()

    def gather(after: int) -> Gathered:
        nonlocal told
        newest = service.standing().state.seq
        if newest <= after:
            return Gathered(None, after)
        wanted = Query(after=after, before=newest + 1, types=(EventType.ALERT_RAISED,))
        found = list(islice(service.history().oldest_first(wanted), AT_ONCE))
        lines = []
        for event in found:
            told, words = weigh(told, event, to.alerts, most_an_hour, monotonic())
            lines += [words] if words else []
        after = found[-1].seq if len(found) == AT_ONCE else newest
        return Gathered(parcel_of("\n".join(lines).encode()) if lines else None, after)

    return gather


def parcel_of(body: bytes) -> Parcel:
    """With an id that no other has, whatever is restored or renumbered."""
    return Parcel(secrets.token_hex(12), body)
