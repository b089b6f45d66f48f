"""A whole reader in one line: ``Scene(FOUR).poll() == [FOUR]``."""

import random
from collections.abc import Callable, Sequence
from itertools import count

from reader_fixtures import Bench, uids

from hardware.errors import ReaderLost
from hardware.ports import CardSeen
from hardware.presence import Presence
from hardware.rc522.frames import Bits
from hardware.simulated.cards import Card, Traits
from hardware.simulated.field import Echo

POLL_S = 0.075
PHONE = b"\x08\0\0\0"


def phone(seed: int = 0) -> Card:
    """A card that makes up a UID 08 xx xx xx at each power-up."""
    return Card(PHONE, traits=Traits(random_uid=True), draw=random.Random(seed).randbytes)


def copy_of(uid: bytes, **traits: bool) -> Card:
    """A first-generation copy that carries that UID."""
    return Card(uid, traits=Traits(gen1a=True, **traits))


class Scene:
    """A reader on its simulated chip, what ``Presence`` makes of it, hands, and virtual time.

    ``chip`` has the faults, ``field`` the cards. Hands return the scene, so that they chain.
    """

    def __init__(self, *cards: bytes | Card) -> None:
        self.bench = Bench.new()
        self.chip, self.field, self.clock = self.bench.chip, self.bench.field, self.bench.clock
        self.place(*cards)
        self.reader = self.bench.open_reader()
        self.presence = Presence()

    def place(self, *cards: bytes | Card) -> "Scene":
        for card in cards:
            self.field.place(card if isinstance(card, Card) else Card(card))
        return self

    def tap(self, card: bytes | Card) -> "Scene":
        self.field.tap(card if isinstance(card, Card) else Card(card))
        return self

    def lift(self, *cards: bytes) -> "Scene":
        for uid in cards:
            self.field.lift(uid)
        return self

    def wait(self, seconds: float = POLL_S) -> "Scene":
        self.clock.sleep(seconds)
        return self

    def seen(self) -> Sequence[CardSeen]:
        """What a poll reads. Raises ReaderLost."""
        self.wait()
        return self.reader.read()

    def poll(self) -> list[bytes]:
        """The UIDs that a poll reads, in a fixed order."""
        return uids(self.seen())

    def polls(self, count: int) -> list[list[bytes]]:
        return [self.poll() for _ in range(count)]

    def presented(self) -> list[bytes] | None:
        """The UIDs that a poll presents, or None where it presents nothing."""
        told = self.presence.poll(self.seen())
        return None if told is None else uids(told.cards)

    def transfers(self) -> int:
        """What a poll costs on the bus."""
        return self.bench.transfers_of(self.seen)

    def lost(self, act: Callable[[], object] | None = None) -> str:
        """Why the reader is lost, if a poll (or ``act``) says that it is; else an empty string."""
        try:
            (act or self.seen)()
        except ReaderLost as error:
            return str(error)
        return ""


def forging(scene: Scene, forge: Callable[[int, Bits, Echo | None], Echo | None]) -> Scene:
    """The scene with air that gives the chip whatever ``forge`` makes of the n-th echo."""
    true, number = scene.field.exchange, count()

    def exchange(frame: Bits) -> Echo | None:
        return forge(next(number), frame, true(frame))

    scene.field.exchange = exchange  # type: ignore[method-assign]
    return scene
