"""How long somebody may take at their door, beside what anybody may. Pure."""

from kiosk.drafting import Draft
from kiosk.state import Transaction

LONGER = 3.0  # times as long before a reminder and an alert, for those who need time
# Source: the school's rules, "People" (longer door time); how much is ours.


def patience(draft: Draft, transaction: Transaction) -> float:
    """By what the time at that door is stretched: 1 for anybody, more for those who need it."""
    owner = draft.standing.roster.people.get(transaction.person or "")
    return LONGER if owner is not None and owner.more_time else 1.0
