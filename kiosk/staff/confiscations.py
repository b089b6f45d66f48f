"""When a confiscation ends by itself: with its owner's release, whenever that comes. Pure.

Source: the school's rules, "Hold": it ends at the pupil's release that day unless made longer. One
that is placed when the day's release has come ends when the kiosk closes to them, or with the day.
"""

from datetime import datetime

from kiosk.drafting import Draft
from kiosk.events import EventType
from kiosk.messages.arrangements import PlaceHold
from kiosk.model import Person
from kiosk.state import Deposit
from kiosk.state.arrangements import Hold, HoldKind
from kiosk.taps.facts import phase_for, release_for, released, whose_day
from kiosk.timetable import Phase

Ending = tuple[datetime | None, datetime | None]


def ending_of(draft: Draft, command: PlaceHold, deposit: Deposit) -> Ending:
    """When a hold ends as far as is known now; and the moment after which the first release ends it
    if that comes sooner, or None where somebody has chosen its end."""
    if command.ends is not None or command.kind is not HoldKind.CONFISCATED:
        return command.ends, None
    at, local = draft.now.at, draft.rules.timetable.local
    owner = _owner(draft, deposit)
    release = release_for(draft.rules, draft.state, owner, at)
    if not draft.now.trusted:
        return release, None
    if release is not None and local(release).date() == local(at).date():
        return release, at
    return _closing(draft, owner), None


def _closing(draft: Draft, owner: Person | None) -> datetime:
    """When the kiosk closes to them today; where it has, or does not, the day's end."""
    rules, state, at = draft.rules, draft.state, draft.now.at
    day_end = rules.timetable.midnight_after(at)
    change = rules.timetable.next_change(at, whose_day(owner), released(state))
    if change is None or change >= day_end:
        return day_end
    closes = phase_for(rules, state, owner, change) is Phase.CLOSED
    return change if closes else day_end


def end_with_release(draft: Draft) -> None:
    """The release has come for whom it has: at its time, before it, or at another time by now."""
    if not draft.now.trusted:
        return
    for hold, deposit, after in _waiting(draft):
        release = release_for(draft.rules, draft.state, _owner(draft, deposit), after)
        if release is not None and release <= draft.now.at:
            _end(draft, hold, deposit)


def end_going_home(draft: Draft, person: str) -> None:
    """Whoever is let go home has their release now."""
    for hold, deposit, _ in _waiting(draft):
        if deposit.person == person:
            _end(draft, hold, deposit)


def _waiting(draft: Draft) -> list[tuple[Hold, Deposit, datetime]]:
    state, now = draft.state, draft.now
    return [
        (hold, state.deposits[hold.deposit], hold.after)
        for hold in state.holds.values()
        if hold.after is not None and hold.is_in_force(now.at, now.trusted)
        if hold.deposit in state.deposits
    ]


def _end(draft: Draft, hold: Hold, deposit: Deposit) -> None:
    draft.add(
        EventType.HOLD_LIFTED,
        person=deposit.person,
        cubby=deposit.cubby,
        deposit=deposit.id,
        cause=hold.id,
    )


def _owner(draft: Draft, deposit: Deposit) -> Person | None:
    return draft.standing.roster.people.get(deposit.person)
