"""When the kiosk took nothing: broken, off, or full; and whom it sent away. Pure values.

Kept for a fortnight, as whoever notes that somebody did not hand in may do so days later.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from kiosk.events import Alert, Event, EventType, Reason

# What is up while nobody can hand in; each with whether it is for want of a free cubby alone.
TAKING_NOTHING: Mapping[Alert, bool] = {
    Alert.READER_LOST: False,
    Alert.LOCKS_LOST: False,
    Alert.RECORD_FAILING: False,
    Alert.FULL: True,
}
SHORTEST = timedelta(minutes=1)  # what is over sooner kept nobody from handing in
REMEMBERED = timedelta(days=14)
MOST = 200  # that are remembered: a part that comes and goes all day is a few of them


class Outage(NamedTuple):
    """From when to when (UTC). ``is_full``: whoever has a cubby of their own could hand in."""

    begins: datetime
    ends: datetime
    is_full: bool = False

    def meets(self, begins: datetime, ends: datetime) -> bool:
        """Whether any of that time was in it."""
        return self.begins <= ends and begins <= self.ends

    @property
    def is_short(self) -> bool:
        """Whether it kept nobody from handing in."""
        return self.ends - self.begins < SHORTEST


def with_outage(known: Iterable[Outage], new: Outage) -> tuple[Outage, ...]:
    """Those that are remembered from then on. What comes and goes within a minute is one."""
    if new.ends <= new.begins:
        return tuple(known)
    apart, oldest = [], new.ends - REMEMBERED
    for one in known:
        is_one = one.is_full is new.is_full and one.meets(new.begins - SHORTEST, new.ends)
        if is_one:
            new = Outage(min(one.begins, new.begins), max(one.ends, new.ends), new.is_full)
        elif one.ends >= oldest:
            apart.append(one)
    return (*apart, new)[-MOST:]


def counting(known: Iterable[Outage]) -> Iterator[Outage]:
    """Those that were long enough to matter."""
    return (one for one in known if not one.is_short)


_NOT_TAKEN = frozenset(
    {
        Reason.FULL,
        Reason.OUT_OF_ORDER,
        Reason.DISK_FAILING,
        Reason.NOT_OPENED,
        Reason.BLOCKED_CARD,
        Reason.EXPIRED_CARD,
        Reason.LOST_CARD,
        Reason.EARLY_CARD,
    }
)
CAME_IN_VAIN = (EventType.TAPPED, EventType.PULSE_FAILED)


def not_taken(
    events: Iterable[Event],
    local: Callable[[datetime], datetime],
    others_taps: Mapping[int, str] = MappingProxyType({}),
) -> frozenset[date]:
    """The dates on which a pupil came with their card, and the kiosk did not take their device: it
    refused the tap, or no door opened for it.

    ``events``: theirs, of the types ``CAME_IN_VAIN``, oldest first. A tap that was somebody else's
    (``Casebook.others_taps``) is none.
    """
    dates, to_hand_in = set(), set()
    for event in events:
        is_tap = event.type is EventType.TAPPED
        tap = event.seq if is_tap else event.cause or 0
        if others_taps.get(tap, event.person) != event.person:
            continue
        if is_tap and event.reason is Reason.DEPOSIT:
            to_hand_in.add(tap)
        in_vain = event.reason in _NOT_TAKEN if is_tap else tap in to_hand_in
        if in_vain and event.type in CAME_IN_VAIN:
            dates.add(local(event.now.at).date())
    return frozenset(dates)
