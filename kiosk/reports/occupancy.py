"""How full the cabinet was over the day. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from kiosk.lists.table import Column, Table
from kiosk.reports.before import FOLDED, followed, state_before
from kiosk.reports.past import Past
from kiosk.state import State
from kiosk.taps.facts import phase_for
from kiosk.timetable import Phase

STEP = timedelta(minutes=15)  # every zone's offset is a multiple of it
COLUMNS = (
    Column("day", "Day"),
    Column("time", "Until"),
    Column("taken", "Taken"),
    Column("most", "Most"),
)


def occupancy(past: Past) -> Table:
    """The cubbies taken, each quarter of an hour: at its end, and at most. A cubby kept for what
    is out counts, and one where it is not certain what is inside. Quarters in which the kiosk was
    closed and nothing changed are left out."""
    rows = []
    peak = (0, "")
    for start, taken, most, is_changed in _steps(past):
        end = past.local(start + STEP)
        if is_changed or _is_open(past, start):
            rows.append((f"{past.local(start):%Y-%m-%d}", f"{end:%H:%M}", taken, most))
        peak = max(peak, (most, f"{end:%Y-%m-%d %H:%M}"), key=lambda found: found[0])
    summary = (
        ("cubbies", len(past.rules.cubbies)),
        ("most taken", peak[0]),
        ("first so by", peak[1] or None),
    )
    return Table("occupancy", "Occupancy", str(past.days), COLUMNS, tuple(rows), summary)


def _is_open(past: Past, start: datetime) -> bool:
    """Whether the kiosk was, at the beginning or the end of a step, by the timetable."""
    both = (start, start + STEP - STEP.resolution)
    return any(phase_for(past.rules, State(), None, at) is not Phase.CLOSED for at in both)


def _steps(past: Past) -> Iterator[tuple[datetime, int, int, bool]]:
    """Each step's beginning, how many cubbies are taken at its end, at most in it, and whether
    that changed. Where the clock was put back, what follows belongs to the step under way."""
    state = state_before(past.events(FOLDED), past.standing.state, past.granted)
    start, taken = past.days.since, len(state.in_cubby)
    most, is_changed = taken, False
    for event in past.events(FOLDED):
        while event.now.at >= start + STEP and start < past.days.until:
            yield start, taken, most, is_changed
            start, most, is_changed = start + STEP, taken, False
        state = followed(state, event)
        is_changed = is_changed or len(state.in_cubby) != taken
        taken = len(state.in_cubby)
        most = max(most, taken)
    while start < min(past.days.until, past.now.at):
        yield start, taken, most, is_changed
        start, most, is_changed = start + STEP, taken, False
