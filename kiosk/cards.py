"""Cards as the station knows them: by the keyed digest of their number, never by the number."""

from hardware.ports import CardSeen
from hardware.profiles import claims as claims_of
from kiosk.keys import Keys
from kiosk.messages.sensed import Card


def make_card(keys: Keys, seen: CardSeen, is_new: bool) -> Card:
    """A card as the station knows it: by the digest of its number."""
    if seen.is_random:
        return Card("random", seen.kind, is_random=True, is_new=is_new)  # its number means nothing
    claims = () if seen.kind.startswith("claim:") else claims_of(seen.uid)
    return Card(
        keys.card_digest(seen.kind, seen.uid),
        seen.kind,
        is_new=is_new,
        # Two cards that answer the call differently leave no ATQA.
        look=f"{seen.sak:02X}/{seen.atqa.hex().upper()}" if any(seen.atqa) else "",
        is_copy=seen.is_copy,
        claims=tuple(keys.card_digest(kind, number) for kind, number in sorted(claims)),
    )
