"""What the events add up to. Pure values; ``kiosk.custody`` makes them. Start at ``state.py``."""

from kiosk.state.state import (
    PULSES_A_CUBBY,
    Collection,
    Deposit,
    Place,
    Raised,
    Round,
    State,
    Subject,
    Transaction,
    subject_of,
)

__all__ = [
    "PULSES_A_CUBBY",
    "Collection",
    "Deposit",
    "Place",
    "Raised",
    "Round",
    "State",
    "Subject",
    "Transaction",
    "subject_of",
]
