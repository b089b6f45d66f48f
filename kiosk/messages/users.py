"""What concerns those who sign in, and day-duty staff, as commands. Pure values.

Each names its actor, a user's id, and may be refused. Adding and changing a user is
``kiosk.messages.commands.SaveUser``.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ConfirmRoles:
    """Somebody is given the roles that were asked for them, named by the seq of the request."""

    actor: str
    request: int


@dataclass(frozen=True, slots=True)
class DeclineRoles:
    """They are not."""

    actor: str
    request: int


@dataclass(frozen=True, slots=True)
class AddDayStaff:
    """Somebody looks after one form on one day, by a card: a member of staff and a user in one, who
    signs in nowhere. ``person`` and ``user``: the ids that they are to have."""

    actor: str
    person: str
    user: str
    admission: str
    forename: str
    surname: str
    form: str
    on: date


UserCommand = ConfirmRoles | DeclineRoles | AddDayStaff
