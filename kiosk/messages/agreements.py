"""What the school has agreed with somebody's home, as commands. Pure values.

Each names its actor, a user's id, and may be refused.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class NoteAgreement:
    """The home-school agreement was signed ``on`` that day, ``by`` whom; None: it is not signed.
    No deposit depends on it."""

    actor: str
    person: str
    on: date | None
    by: str = ""


@dataclass(frozen=True, slots=True)
class AskLeadFirst:
    """Before the device of that person is handed to anybody else, the duty lead is called. There is
    no cause given, and none kept."""

    actor: str
    person: str
    is_so: bool = True
