"""From readings of the clock on the wall to instants. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)


def instant(zone: ZoneInfo, wall: datetime) -> datetime:
    """The first instant (UTC) from which the clock on the wall reads ``wall`` or later.

    So of a reading that comes twice, when clocks go back, the first; and for one that never comes,
    when they go on, the moment they do. ``wall`` has no zone, and counts in whole seconds.
    """
    found = wall.replace(tzinfo=zone).astimezone(UTC)
    if _wall(zone, found) == wall:
        return found
    # The clock skips it: PEP 495 gives one instant on each side of the change.
    before, after = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), found
    while after - before > _SECOND:
        middle = before + ((after - before) // 2 // _SECOND) * _SECOND
        if _wall(zone, middle) >= wall:
            after = middle
        else:
            before = middle
    return after


def midnight(zone: ZoneInfo, on: date) -> datetime:
    """The instant (UTC) at which that date begins."""
    return instant(zone, datetime.combine(on, time.min))


def _wall(zone: ZoneInfo, at: datetime) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)
