"""When cards lying in a reader's field count as presented: once, when a new one comes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

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


@dataclass(frozen=True, slots=True)
class _Lying:
    """A card in the field as it was last seen, and how many polls in a row have missed it."""

    card: CardSeen
    misses: int = 0


class Presence:
    """Turns the polls of one reader into presentations.

    A card is gone after three polls in a row without it; only then can it come anew. A newcomer
    beside cards that lie there presents them all again, together, also one that misses this very
    poll: two cards in a hand disturb each other, and must not be taken for one after the other.
    One that missed the poll before as well has gone for the next in the queue.
    A card that was once seen to be a copy is one for as long as it lies there.
    """

    def __init__(self) -> None:
        self._lying: dict[CardKey, _Lying] = {}

    @property
    def lying(self) -> frozenset[CardKey]:
        """What tells the cards apart that are in the field still."""
        return frozenset(self._lying)

    def poll(self, cards: Sequence[CardSeen]) -> Presentation | None:
        """What this poll's ``cards`` present: all that lie there, if one came newly; else None."""
        seen = tuple(map(self._as_known, cards))
        came = tuple(card for card in seen if _key(card) not in self._lying)
        here = {_key(card): _Lying(card) for card in seen}
        missed = {
            key: _Lying(lying.card, lying.misses + 1)
            for key, lying in self._lying.items()
            if key not in here and lying.misses + 1 < POLLS_UNTIL_GONE
        }
        self._lying = {**missed, **here}
        absent = tuple(lying.card for lying in missed.values() if lying.misses == 1)
        return Presentation(absent + seen, came) if came else None

    def _as_known(self, card: CardSeen) -> CardSeen:
        before = self._lying.get(_key(card))
        if before is None or card.is_copy or not before.card.is_copy:
            return card
        return replace(card, is_copy=True)


def _key(card: CardSeen) -> CardKey:
    return _RANDOM if card.is_random else (card.kind, card.uid)
