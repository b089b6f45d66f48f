"""Cards for the people of a simulated kiosk. A record keeps digests alone, so a card that somebody
taps on the simulator has to have a number that can be told again: it follows from its owner's."""

from collections.abc import Callable
from hashlib import sha256

from kiosk.model import CardStatus, Person, Roster

KIND = "iso14443a"
_MANUFACTURER = b"\x04"  # NXP, as most cards are: a first byte that no phone and no cascade has


def made_up_uid(admission: str) -> bytes:
    """The UID, of seven bytes, of the made-up card for an admission number."""
    return _MANUFACTURER + sha256(f"made-up card {admission}".encode()).digest()[:6]


def made_up_cards(roster: Roster, digest: Callable[[bytes], str]) -> list[tuple[Person, bytes]]:
    """Everybody whose made-up card works, by form and name. ``digest``: that of a card's UID."""
    people = sorted(roster.people.values(), key=lambda one: (one.form, one.name, one.admission))
    return [
        (one, uid)
        for one in people
        if _works(roster, one, digest(uid := made_up_uid(one.admission)))
    ]


def without_card(roster: Roster) -> list[Person]:
    """Who is on the roster and has no card that works."""
    active = {c.person for c in roster.credentials.values() if c.status is CardStatus.ACTIVE}
    return [one for one in roster.people.values() if not one.leaver and one.id not in active]


def _works(roster: Roster, owner: Person, key: str) -> bool:
    card = roster.credentials.get(key)
    return card is not None and card.status is CardStatus.ACTIVE and card.person == owner.id
