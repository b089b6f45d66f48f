"""How outings end that nobody ends by a tap: with the day. Pure."""

from kiosk.drafting import Draft
from kiosk.events import EventType, Reason
from kiosk.state import Deposit, Place
from kiosk.taps.facts import phase_for
from kiosk.timetable import Phase


def end_outings(draft: Draft) -> None:
    """From release on, what is out need not come back. Whoever does not tap to say so has it with
    them all the same: once the kiosk is closed to them, no cubby is kept for it over night."""
    if not draft.now.trusted:
        return
    for deposit in list(draft.state.deposits.values()):
        if deposit.place is Place.OUT and _is_over(draft, deposit):
            draft.add(
                EventType.COLLECTED,
                person=deposit.person,
                cubby=deposit.cubby,
                deposit=deposit.id,
                reason=Reason.OUT_AT_RELEASE,
            )


def _is_over(draft: Draft, out: Deposit) -> bool:
    """Whether their day is, and it is not due on a later one."""
    if out.cubby in draft.state.transactions or (out.due and out.due > draft.now.at):
        return False
    owner = draft.standing.roster.people.get(out.person)
    return phase_for(draft.rules, draft.state, owner, draft.now.at) is Phase.CLOSED
