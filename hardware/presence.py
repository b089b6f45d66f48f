"""When cards lying in a reader's field count as presented: once, when a new one comes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from hardware.ports import CardSeen

# A card can miss a poll or two while it is moved over the antenna; one miss never means gone.
POLLS_UNTIL_GONE = 3

CardKey = tuple[str, bytes]

# All cards that make up a new UID at each power-up: nobody can tell them apart by it.
_RANDOM = ("random", b"")


@dataclass(frozen=True, slots=True)
class Presentation:
    """All ``cards`` in the field, and those of them that ``came`` with this poll."""

    cards: tuple[CardSeen, ...]
    came: tuple[CardSeen, ...]


class Presence:
    """Turns the polls of one reader into presentations.

    A card is gone after three polls in a row without it; only then can it come anew. A newcomer
    beside cards that lie there presents them all again, together.
    """

    def __init__(self) -> None:
        self._misses: dict[CardKey, int] = {}

    @property
    def lying(self) -> frozenset[CardKey]:
        """What tells the cards apart that are in the field still."""
        return frozenset(self._misses)

    def poll(self, cards: Sequence[CardSeen]) -> Presentation | None:
        """What this poll's ``cards`` present: all of them, if one came newly; else None."""
        seen = dict.fromkeys(map(_key, cards), 0)
        came = tuple(card for card in cards if _key(card) not in self._misses)
        missed = {key: count + 1 for key, count in self._misses.items()}
        still = {key: count for key, count in missed.items() if count < POLLS_UNTIL_GONE}
        self._misses = {**still, **seen}
        return Presentation(tuple(cards), came) if came else None


def _key(card: CardSeen) -> CardKey:
    return _RANDOM if card.is_random else (card.kind, card.uid)
