"""What stands on every printed sheet beside its content. Pure values."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Head:
    """``made``: when, as people read it, by the kiosk's clock; ``at``: the same for the file.

    ``notices``: sentences that must not be parted from it. ``anchor``: the number and the seal of
    the newest event it was made from, to hold the record against later; "" for none.
    """

    school: str
    title: str
    made: str
    at: datetime
    when: str = ""
    notices: tuple[str, ...] = ()
    anchor: str = ""
    is_simulated: bool = False
