"""What stayed behind: in our keeping though the kiosk has closed to its owner since. Pure."""

from datetime import datetime

from kiosk.drafting import Rules
from kiosk.model import Person
from kiosk.state import Deposit, Place, State
from kiosk.taps.facts import phase_for, released, whose_day
from kiosk.timetable import Phase


def is_left(
    rules: Rules, state: State, owner: Person | None, deposit: Deposit, at: datetime
) -> bool:
    """Whether a device was not collected in time. What is out or carried by staff is not here; and
    whoever is away on a residential has no release before they are back: their day goes on."""
    if deposit.place in (Place.OUT, Place.CARRIED):
        return False
    since = deposit.since.at
    if _has_closed(rules, state, owner, since, at):
        return True
    local = rules.timetable.local  # it was closed already: adults come at any time
    is_since_earlier = local(since).date() < local(at).date()
    return is_since_earlier and phase_for(rules, state, owner, since) is Phase.CLOSED


def _has_closed(
    rules: Rules, state: State, owner: Person | None, since: datetime, until: datetime
) -> bool:
    """Whether the kiosk closed to them after ``since``, and by ``until``."""
    change = rules.timetable.next_change(since, whose_day(owner), released(state))
    while change is not None and change <= until:
        if phase_for(rules, state, owner, change) is Phase.CLOSED:
            return True
        change = rules.timetable.next_change(change, whose_day(owner), released(state))
    return False
