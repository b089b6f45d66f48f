"""New cards that were tapped just now, to be given to somebody."""

from collections import Counter
from datetime import datetime, timedelta

from kiosk.drafting import Standing
from kiosk.messages.sensed import Card

TWICE = 2  # so often a card is tapped that is to be given to somebody
FRESH = timedelta(minutes=2)  # so long ago at most, where nobody chooses it from a list


def card_in_hand(standing: Standing, since: datetime) -> Card | None:
    """The card that nobody owns and that was tapped twice since then, the last one of them."""
    taps = [tap for tap in standing.memory.unknown if tap.at.at >= since]
    often = Counter(tap.card.key for tap in taps)
    twice = [tap for tap in taps if often[tap.card.key] >= TWICE]
    return max(twice, key=lambda tap: tap.at.at).card if twice else None
