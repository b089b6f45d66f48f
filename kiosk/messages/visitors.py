"""Visitors who were on no list, as commands. Pure values.

Each names its actor, a user's id, and may be refused.
"""

from dataclasses import dataclass

from kiosk.model import Credential


@dataclass(frozen=True, slots=True)
class WelcomeVisitor:
    """Somebody comes for a time, and is given a card that works until its ``valid_until``.
    ``person``: the id that they are to have; the ``credential`` is that person's. ``note``: whom
    they visit."""

    actor: str
    person: str
    forename: str
    surname: str
    credential: Credential
    note: str = ""
    note_id: str = ""


@dataclass(frozen=True, slots=True)
class SeeVisitorOff:
    """A visitor leaves, and has given their card back: it may be the next one's."""

    actor: str
    person: str


VisitorCommand = WelcomeVisitor | SeeVisitorOff
