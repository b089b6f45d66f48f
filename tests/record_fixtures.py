"""A whole record for tests: the real store and core in a folder, on a clock and a disk of ours."""

from datetime import UTC, datetime
from pathlib import Path

from cabinet import ANA, ANAS_CARD, BEN, BENS_CARD
from conftest import FakeClock, make_rules

from kiosk.acts import Act, Pulse
from kiosk.core import Core
from kiosk.events import Event, EventType, Reason
from kiosk.journal import System
from kiosk.keys import Keys
from kiosk.messages import Message
from kiosk.messages.commands import EnrolCard, ImportRoster, Override
from kiosk.messages.sensed import Card, Closed, Opened, Presented, Pulsed, Started
from kiosk.model import Credential, Person
from kiosk.store import Store
from kiosk.store.snapshot import take_snapshot
from kiosk.store.verify import Verified, chain_of, verify
from kiosk.upkeep import PROBE_EVERY_S, Upkeep

KEYS = Keys(b"c" * 32, b"k" * 32)
KIOSK = "front"
SOUND = {"events": 9, "anchor": [9, "5ea1"], "findings": 0, "files": []}  # when all is well
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Refused(Exception):
    """A tap opened nothing."""


class AtOnce:
    """Background work that is done before ``start`` returns."""

    fault: Exception | None = None

    def start(self, work: object) -> None:
        self.fault = None
        try:
            work()  # type: ignore[operator]
        except Exception as fault:
            self.fault = fault

    def is_done(self) -> bool:
        return True


class Later(AtOnce):
    """Background work that is done when it is told to be."""

    def __init__(self) -> None:
        self.work: object | None = None

    def start(self, work: object) -> None:
        self.work = work

    def is_done(self) -> bool:
        return self.work is None

    def end(self) -> None:
        work, self.work = self.work, None
        if work is not None:
            super().start(work)


class Recorded:
    """A kiosk of six cubbies on its record: messages in, acts out, no threads."""

    def __init__(
        self,
        folder: Path,
        clock: FakeClock | None = None,
        *,
        system: System | None = None,
        mends: bool = False,
        reserve_bytes: int = 64 << 10,
        rotate_at: int = 10_000,
        probe_every_s: float = PROBE_EVERY_S,
        cubbies: int = 6,
    ) -> None:
        self.folder = folder
        self.clock = clock or FakeClock()
        self.store = Store(
            folder,
            kiosk=KIOSK,
            keys=KEYS,
            system=system,
            mends=mends,
            reserve_bytes=reserve_bytes,
        )
        try:
            self.core = Core(self.store, make_rules(cubbies), self.clock)
            self.core.note_damage()
        except BaseException:
            self.store.close()
            raise
        self.upkeep = Upkeep(
            self.core,
            self.clock.monotonic,
            rotate_at=rotate_at,
            probe_every_s=probe_every_s,
            background=AtOnce(),  # type: ignore[arg-type]
        )
        self.acts: list[Act] = []

    def take(self, message: Message) -> None:
        acts, _ = self.core.take(message)
        self.acts += acts
        for act in acts:
            if isinstance(act, Pulse):
                self.core.take(Pulsed(act.cubby))

    def furnish(self) -> "Recorded":
        """Ana and Ben with their cards, and a start."""
        self.take(ImportRoster("console", (ANA, BEN), 2, 0))
        self.take(EnrolCard("console", Credential(ANAS_CARD, ANA.id)))
        self.take(EnrolCard("console", Credential(BENS_CARD, BEN.id)))
        return self.start()

    def crowd(self, count: int) -> list[str]:
        """So many more pupils, each with a card; the cards."""
        people = tuple(person(number) for number in range(1, count + 1))
        self.take(ImportRoster("console", people, count, 0))
        cards = [f"{number:032x}" for number in range(1, count + 1)]
        for card, one in zip(cards, people, strict=True):
            self.take(EnrolCard("console", Credential(card, one.id)))
        return cards

    def start(self) -> "Recorded":
        self.take(Started("0", True, {}, bool(self.core.store_fault)))
        return self

    def tap(self, card: str) -> Event:
        self.clock.advance(4)
        self.take(Presented((Card(card),)))
        return next(e for e in reversed(self.events) if e.type is EventType.TAPPED)

    def hand_in(self, card: str = ANAS_CARD) -> int:
        return self.door(self.tap(card))

    def door(self, tapped: Event) -> int:
        """Open and shut the door that a tap has unlocked."""
        cubby = tapped.cubby
        if cubby is None:
            raise Refused(tapped.reason)
        self.clock.advance(1)
        self.take(Opened(cubby))
        self.clock.advance(2)
        self.take(Closed(cubby))
        return cubby

    def keep_up(self, rounds: int = 4) -> None:
        """Enough rounds for whatever is due."""
        for _ in range(rounds):
            self.upkeep.round()

    def days(self, count: int, card: str = ANAS_CARD) -> "Recorded":
        """So many days of handing in and collecting, with upkeep each morning."""
        for _ in range(count):
            self.clock.to(8, 30)
            self.keep_up()
            self.hand_in(card)
            self.clock.to(15, 20)
            self.hand_in(card)
            self.clock.to(8, 30, days=1)
        return self

    def open_by_staff(self, cubby: int, note: str, note_id: str) -> None:
        deposit = self.core.standing.state.deposit_in(cubby)
        person = deposit.person if deposit else None
        self.take(Override("console", cubby, person, Reason.OTHER, note, note_id))

    def rotate(self) -> None:
        self.upkeep.rotate_now()

    @property
    def events(self) -> list[Event]:
        """Those of the open file."""
        return self.core.history.recent

    @property
    def kept(self) -> dict[str, int | None]:
        """Whose device is where."""
        deposits = self.core.standing.state.deposits.values()
        return {deposit.person: deposit.cubby for deposit in deposits}

    def close(self) -> None:
        self.store.close()

    def again(self, **how: object) -> "Recorded":
        """The same record, opened anew by another process."""
        self.close()
        return Recorded(self.folder, self.clock, **how)  # type: ignore[arg-type]


def verified(folder: Path, *anchors: tuple[int, str]) -> Verified:
    with take_snapshot(folder) as snapshot:
        return verify(snapshot, chain_of(KEYS, KIOSK), anchors)


def person(number: int) -> Person:
    return Person(f"{number:016x}", str(number), f"Forename{number}", f"Surname{number}", "7A")
