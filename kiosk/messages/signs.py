"""How signs are shown to somebody, as a command. A pure value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AdaptSigns:
    """How the kiosk speaks to somebody: in which language ("" is the school's), how calmly, and
    with how much time at the door.

    It names its actor, a user's id, and may be refused.
    """

    actor: str
    person: str
    language: str
    low_sensory: bool
    more_time: bool = False
