"""PINs, which staff type at the kiosk after their card, as commands. Pure values."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SetPin:
    """A member of staff has another PIN, or none: ``pin_hash`` is "" then. One that was locked
    works again. Names its actor, a user's id, and may be refused."""

    actor: str
    person: str
    pin_hash: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EnterPin:
    """Somebody typed a PIN on the screen, after the card of that person was held to the reader at
    ``mono``. Whether it ``fits`` was found out before, as that takes long. There is no user: the
    card says whose it is."""

    person: str
    mono: float
    fits: bool
