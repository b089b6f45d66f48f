"""A reader on the bench with cards to lay on it; one builder for each kind of reader."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hardware.ports import CardReader, CardSeen
from hardware.rc522 import Rc522Reader, Wiring, open_rc522
from hardware.rc522.chip import Rc522Chip, open_chip
from hardware.rc522.frames import to_bits
from hardware.rc522.loader import Library, load
from hardware.simulated.cards import Card, card_of
from hardware.simulated.chip import Mfrc522Chip
from hardware.simulated.clock import VirtualClock
from hardware.simulated.field import Field
from hardware.simulated.spi import Modules, modules_for

WIRING = Wiring(bus=0, device=0, reset_pin=25)

FOUR = bytes.fromhex("DEADBEEF")
SEVEN = bytes.fromhex("04A1B2C3D4E5F6")
TEN = bytes.fromhex("04112233445566778899")


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
    """What the contract needs of any kind of reader: hands, a way to break, and a clock."""

    reader: CardReader
    place: Callable[[bytes], None]
    lift: Callable[[bytes], None]
    lose: Callable[[], None]
    mend: Callable[[], None]
    now: Callable[[], float]


def rc522_bench() -> ReaderBench:
    bench = Bench.new()
    return ReaderBench(
        reader=bench.open_reader(),
        place=lambda uid: bench.field.place(card_of(uid)),
        lift=bench.field.lift,
        lose=bench.chip.unplug,
        mend=bench.chip.plug_in,
        now=bench.clock.now,
    )


READERS: dict[str, Callable[[], ReaderBench]] = {"rc522": rc522_bench}
