"""The reader's field and the cards in it.

A reader's frame reaches them all; their answers overlap. Hands move cards from any thread.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest

from hardware.rc522.frames import Bits
from hardware.simulated.cards import Card

TAP_S = 1.0
# Far less than any hand takes, and more than a reader needs to read a card and be sure of it.
READ_S = 0.1


@dataclass(frozen=True, slots=True)
class Echo:
    """What the reader's receiver hears. ``collision``: index of the first bit that two cards
    sent differently, or None."""

    bits: Bits
    collision: int | None = None


@dataclass(slots=True)
class _Lying:
    """A card in the field; ``until``: when a tapping hand takes it away at the latest."""

    card: Card
    uid: bytes
    until: float | None = None
    is_read: bool = False
    answers: int = 0


class Field:
    """Cards over one antenna. ``now`` is a monotonic clock in seconds; it times taps.

    ``strongest_wins``: the card placed first is heard alone where several answer, as when one
    lies much closer to the antenna. Else differing answers collide. ``pulled_after``: every card
    is pulled away once it has given so many answers; 0: none is.
    """

    def __init__(self, now: Callable[[], float], strongest_wins: bool = False) -> None:
        self.strongest_wins = strongest_wins
        self.pulled_after = 0
        self._now = now
        self._guard = threading.RLock()
        self._is_on = False
        self._lying: list[_Lying] = []

    @property
    def uids(self) -> tuple[bytes, ...]:
        """The cards in the field, by the UID they were put there with, first one first."""
        with self._guard:
            self._take_away_tapped()
            return tuple(lying.uid for lying in self._lying)

    def place(self, card: Card) -> None:
        """Lay a card on the reader and leave it there. The same UID again changes nothing."""
        self._put(card, None)

    def tap(self, card: Card) -> None:
        """Hold a card to the reader; take it away soon after it was read, or after a second.

        A card that is lying there stays.
        """
        self._put(card, self._now() + TAP_S)

    def lift(self, uid: bytes) -> None:
        """Take a card away, by the UID it was put there with. One not there changes nothing."""
        with self._guard:
            self._remove(lambda lying: lying.uid == uid)

    def power(self, on: bool) -> None:
        """The reader switches its field on or off."""
        with self._guard:
            self._is_on = on
            for lying in self._lying:
                lying.card.power(on)

    def exchange(self, frame: Bits) -> Echo | None:
        """What comes back when the reader sends ``frame``; None for silence."""
        with self._guard:
            self._take_away_tapped()
            heard = [self._hear(lying, frame) for lying in self._lying if self._is_on]
            answers = [answer for answer in heard if answer is not None]
            if not answers:
                return None
            return overlap(answers[:1] if self.strongest_wins else answers)

    def authenticate(self, key_type: int, block: int, key: bytes, uid: bytes) -> bool:
        """Whether a selected card accepts the key."""
        with self._guard:
            self._take_away_tapped()
            cards = [lying.card for lying in self._lying if self._is_on]
            return any([card.authenticate(key_type, block, key, uid) for card in cards])

    def _put(self, card: Card, until: float | None) -> None:
        with self._guard:
            self._take_away_tapped()
            if any(lying.uid == card.uid for lying in self._lying):
                return
            self._lying.append(_Lying(card, card.uid, until))
            card.power(self._is_on)

    def _hear(self, lying: _Lying, frame: Bits) -> Bits | None:
        answer = lying.card.hear(frame)
        lying.answers += answer is not None
        return answer

    def _take_away_tapped(self) -> None:
        now = self._now()
        if self.pulled_after:
            self._remove(lambda lying: lying.answers >= self.pulled_after)
        for lying in self._lying:
            if lying.until is not None and lying.card.was_read and not lying.is_read:
                lying.is_read, lying.until = True, min(lying.until, now + READ_S)
        self._remove(lambda lying: lying.until is not None and now >= lying.until)

    def _remove(self, is_gone: Callable[[_Lying], bool]) -> None:
        for lying in self._lying:
            if is_gone(lying):
                lying.card.power(False)
        self._lying = [lying for lying in self._lying if not is_gone(lying)]


def overlap(answers: list[Bits]) -> Echo:
    """Answers sent at one time: a bit is 1 where any of them is."""
    if len(answers) == 1:
        return Echo(answers[0])
    columns = [set(column) - {None} for column in zip_longest(*answers)]
    bits = tuple([1 if 1 in column else 0 for column in columns])
    collision = next((place for place, column in enumerate(columns) if len(column) > 1), None)
    return Echo(bits, collision)
