"""What a reader remembers of the cards in its field, from poll to poll. Pure.

A card is a stranger until its UID was confirmed, and again after three polls in a row without it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from hardware.ports import CardSeen
from hardware.presence import POLLS_UNTIL_GONE


@dataclass(slots=True)
class _Known:
    card: CardSeen
    misses: int = 0
    is_probed: bool = False


class FieldSession:
    """The cards that are known to lie there. ``probed``: the lengths of UID, in bytes, that are
    asked whether they are copies."""

    def __init__(self, probed: frozenset[int]) -> None:
        self._probed = probed
        self._known: dict[bytes, _Known] = {}

    def strangers(self, found: Mapping[bytes, CardSeen]) -> list[CardSeen]:
        """Those of the cards ``found`` by a poll, by UID, that nobody has confirmed yet."""
        return [card for uid, card in found.items() if uid not in self._known]

    def poll(
        self, found: Mapping[bytes, CardSeen], confirmed: Iterable[CardSeen]
    ) -> list[CardSeen]:
        """End a poll that ``found`` these cards and ``confirmed`` those of its strangers.

        Returns the cards seen, each as it was when it was confirmed, and a copy as one.
        """
        for known in self._known.values():
            known.misses += 1
        self._known.update({card.uid: _Known(card) for card in confirmed})
        for uid in found.keys() & self._known.keys():
            self._known[uid].misses = 0
        self._known = {u: k for u, k in self._known.items() if k.misses < POLLS_UNTIL_GONE}
        return [self._known[uid].card for uid in found if uid in self._known]

    def suspect(self, found: Mapping[bytes, CardSeen]) -> bytes | None:
        """The UID of the card to probe now, if any: one not probed yet, and alone.

        Alone, because the probe speaks to the whole field, and nobody may be called a copy for
        another's answer. A phone does not count, as its random UID is never anybody's card.
        """
        own = self.own(found.keys() | self._known.keys())
        if len(own) != 1 or own[0] not in found or len(own[0]) not in self._probed:
            return None
        known = self._known.get(own[0])
        return None if known is None or known.is_probed else own[0]

    @staticmethod
    def own(uids: Iterable[bytes]) -> list[bytes]:
        """Those UIDs that are a card's own, and not made up for the occasion."""
        return [uid for uid in uids if not CardSeen(uid).is_random]

    def judge(self, uid: bytes, is_copy: bool) -> CardSeen:
        """Note what a probe said, for as long as the card lies there."""
        known = self._known[uid]
        known.card, known.is_probed = replace(known.card, is_copy=is_copy), True
        return known.card
