"""A reader on the bench with cards to lay on it; one builder for each kind of reader."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hardware.keyboard import POLL_S, KeyboardReader
from hardware.ports import CardReader, CardSeen
from hardware.rc522 import Rc522Reader, Wiring, open_rc522
from hardware.rc522.chip import Rc522Chip, open_chip
from hardware.rc522.frames import to_bits
from hardware.rc522.loader import Library, load
from hardware.rdm6300.reader import GONE_S
from hardware.simulated.cards import Card, card_of
from hardware.simulated.chip import Mfrc522Chip
from hardware.simulated.clock import VirtualClock
from hardware.simulated.field import Field
from hardware.simulated.keyboard import SimulatedKeyboard, simulated_keyboard_reader
from hardware.simulated.rdm6300 import SimulatedRdm6300, simulated_rdm6300_reader
from hardware.simulated.spi import Modules, modules_for

WIRING = Wiring(bus=0, device=0, reset_pin=25)

FOUR = bytes.fromhex("DEADBEEF")
SEVEN = bytes.fromhex("04A1B2C3D4E5F6")
TEN = bytes.fromhex("04112233445566778899")
FOB = bytes.fromhex("010A0B0C0D")
OTHER = bytes.fromhex("12345678")
OTHER_FOB = bytes.fromhex("4200C0FFEE")


@dataclass(slots=True)
class Bench:
    """The simulated chip, what is around it, and the modules that lead to it."""

    clock: VirtualClock
    field: Field
    chip: Mfrc522Chip
    modules: Modules

    @classmethod
    def new(cls, *uids: bytes) -> "Bench":
        clock = VirtualClock()
        field = Field(clock.now)
        chip = Mfrc522Chip(field, clock)
        bench = cls(clock, field, chip, modules_for(chip, clock))
        bench.lay(*uids)
        return bench

    def lay(self, *uids: bytes) -> None:
        """Cards that keep their UID, whatever it begins with."""
        for uid in uids:
            self.field.place(Card(uid))

    def library(self) -> Library:
        return load(self.modules.spidev, self.modules.rpi)

    def open_chip(self) -> Rc522Chip:
        """The driver's chip, reset and ready."""
        chip = open_chip(self.library(), WIRING, self.clock.sleep)
        chip.restart()
        return chip

    def open_reader(self) -> Rc522Reader:
        return open_rc522(WIRING, self.clock.sleep, self.clock.now, self.library())

    def transfers_of(self, act: Callable[[], object]) -> int:
        before = self.chip.transfers
        act()
        return self.chip.transfers - before


def hear(card: Card, data: bytes, bits: int | None = None) -> tuple[int, ...] | None:
    """What a card answers to a frame of whole bytes, or of its first ``bits``."""
    return card.hear(to_bits(data)[:bits])


def uids(cards: Sequence[CardSeen]) -> list[bytes]:
    """The UIDs in a fixed order."""
    return sorted(card.uid for card in cards)


@dataclass(slots=True)
class ReaderBench:
    """What the contract needs of any kind of reader: hands, a way to break, and a clock.

    ``cards``: what it can read. ``repeats``: it sees a card that lies there at each poll, and not
    once only. ``sees_several`` at a time. ``gone_s``: how long after it was lifted a card is gone.
    """

    reader: CardReader
    place: Callable[[bytes], None]
    lift: Callable[[bytes], None]
    lose: Callable[[], None]
    mend: Callable[[], None]
    now: Callable[[], float]
    wait: Callable[[float], None]
    cards: tuple[bytes, ...] = (FOUR, SEVEN, TEN)
    repeats: bool = True
    sees_several: bool = True
    gone_s: float = 0.0

    @property
    def card(self) -> bytes:
        """One of them."""
        return self.cards[len(self.cards) // 2]


def rc522_bench() -> ReaderBench:
    bench = Bench.new()
    return ReaderBench(
        reader=bench.open_reader(),
        place=lambda uid: bench.field.place(card_of(uid)),
        lift=bench.field.lift,
        lose=bench.chip.unplug,
        mend=bench.chip.plug_in,
        now=bench.clock.now,
        wait=bench.clock.sleep,
    )


def keyboard_bench() -> ReaderBench:
    clock = VirtualClock(100.0)
    keyboard = SimulatedKeyboard(clock.now)
    return ReaderBench(
        reader=simulated_keyboard_reader(keyboard, clock.now),
        place=keyboard.place,
        lift=keyboard.lift,
        lose=keyboard.unplug,
        mend=keyboard.plug_in,
        now=clock.now,
        wait=clock.sleep,
        repeats=False,
        sees_several=False,
    )


def rdm6300_bench() -> ReaderBench:
    clock = VirtualClock(100.0)
    module = SimulatedRdm6300(clock.now)
    return ReaderBench(
        reader=simulated_rdm6300_reader(module, clock.now),
        place=module.place,
        lift=module.lift,
        lose=module.unplug,
        mend=module.plug_in,
        now=clock.now,
        wait=clock.sleep,
        cards=(FOB, OTHER_FOB),
        sees_several=False,
        gone_s=GONE_S,
    )


@dataclass(slots=True)
class Desk:
    """A reader that types, and what listens to it, polled at its own pace."""

    clock: VirtualClock
    keyboard: SimulatedKeyboard
    reader: KeyboardReader

    @classmethod
    def new(cls, profile: str = "hex", buffer: int = 1024) -> "Desk":
        clock = VirtualClock(50.0)
        keyboard = SimulatedKeyboard(clock.now, profile, buffer=buffer)
        return cls(clock, keyboard, simulated_keyboard_reader(keyboard, clock.now))

    def poll(self) -> list[bytes]:
        """What one poll sees, and the pause after it."""
        seen = uids(self.reader.read())
        self.clock.sleep(POLL_S)
        return seen


READERS: dict[str, Callable[[], ReaderBench]] = {
    "rc522": rc522_bench,
    "keyboard": keyboard_bench,
    "rdm6300": rdm6300_bench,
}
