"""For whom a sign is: their language, their calm, and as much of their name as the school shows.

Sources: the school's rules, "What the pupil sees, hears, and never does". A queue is watching, so
a name stands only beside a door that its owner was given: beside a refusal it would tell that the
card is known, and of whom it is that something is the matter.
"""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.acts import ANYBODY, Addressee, Sign
from kiosk.model import Person, PersonKind
from kiosk.policy.languages import ENGLISH
from kiosk.policy.signs import DONE_S

NAMED = frozenset({Sign.PUT_IN, Sign.TAKE, Sign.DONE})


class Names(StrEnum):
    """How much of a name the screen shows."""

    NOTHING = "nothing"
    FIRST_NAME = "first_name"
    INITIALS = "initials"


@dataclass(frozen=True, slots=True)
class ScreenRules:
    """What the school has chosen for the pupils' screen. ``language``: of every sign that is for
    nobody with a language of their own. ``done_s``: how long "done" stays. ``asks_pin``: staff type
    their PIN there after their card, before it opens anything but what is their own."""

    names: Names = Names.NOTHING
    language: str = ENGLISH
    done_s: float = DONE_S
    asks_pin: bool = False


def addressee(person: Person | None, sign: Sign, rules: ScreenRules) -> Addressee:
    """For whom a sign is, as far as that changes how it is shown."""
    if person is None:
        return ANYBODY
    is_named = sign in NAMED and person.kind is PersonKind.PUPIL
    name = _name(person, rules.names) if is_named else ""
    return Addressee(person.language, person.low_sensory, name)


def _name(person: Person, names: Names) -> str:
    if names is Names.FIRST_NAME:
        return person.forename
    if names is Names.INITIALS:
        return "".join(part[0] for part in (person.forename, person.surname) if part)
    return ""
