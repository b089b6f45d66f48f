"""A kiosk with a user for each role, named after it, and what they arrange for Ana."""

from datetime import date, datetime

from cabinet import ANA, SmallKiosk, add_users

from kiosk.messages.arrangements import GivePass
from kiosk.model import Person, User
from kiosk.policy.roles import ROLES
from kiosk.state.arrangements import Exemption, ExemptionEffect, ExemptionKind

ROLE_NAMES = sorted(ROLES)


def furnished(kiosk: SmallKiosk) -> SmallKiosk:
    """With one user for each role, named after it."""
    for role in ROLE_NAMES:
        add_users(kiosk, User(role, role, "$argon2id$", (role,)))
    return kiosk


def deposit_of(kiosk: SmallKiosk, person: Person = ANA) -> int:
    deposit = kiosk.standing.state.deposit_of(person.id)
    assert deposit is not None
    return deposit.id


def at(kiosk: SmallKiosk, hour: int, minute: int = 0) -> datetime:
    return kiosk.clock.at.replace(hour=hour, minute=minute, second=0)


def exempt(kind: str, effect: str, **more: object) -> Exemption:
    given = {"begins": date(2026, 3, 2), **more}
    return Exemption(0, ANA.id, ExemptionKind(kind), ExemptionEffect(effect), **given)  # type: ignore[arg-type]


def give_pass(kiosk: SmallKiosk, *, back: bool = True, actor: str = "reception") -> None:
    kiosk.take(GivePass(actor, ANA.id, at(kiosk, 11), at(kiosk, 13), back))
