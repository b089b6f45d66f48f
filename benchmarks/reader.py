"""The card reader: what polls cost on the bus and of a core, and how long a card takes to be read.

Times are those of the simulated chip: 40 us a transfer, the bits on the air, and the driver's
waits. The driver's own share of a core is measured without that chip: one poll with nobody there
is recorded on it, and then played back by a bus that only looks answers up, with real sleeps.
The kernel's work for 11 transfers is left out: about 25 us each on a Pi 5 (raspberrypi/linux,
issue 6854), which is 0.4 % of a core.
"""

import itertools
import logging
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Any

from benchmarks.figure import Effort, Figure, Report
from hardware.rc522 import Wiring, open_rc522
from hardware.rc522.loader import Library, load
from hardware.simulated.cards import Card
from hardware.simulated.chip import Mfrc522Chip
from hardware.simulated.clock import VirtualClock
from hardware.simulated.field import Field
from hardware.simulated.spi import modules_for

POLL_S = 0.075  # the kiosk's pause between two polls
WIRING = Wiring(0, 0, 25)
FOUR, SEVEN, TEN = (
    bytes.fromhex(u) for u in ("DEADBEEF", "04A1B2C3D4E5F6", "04112233445566778899")
)
HANDS = {
    "a card of 4 bytes": (FOUR,),
    "a card of 7 bytes": (SEVEN,),
    "2 cards": (FOUR, SEVEN),
    "3 cards": (FOUR, SEVEN, TEN),
}
BUDGET_MS = 100  # what people take for "at once"
PACKAGE_POLLS = 4  # it reads a card that lies there every second time


class Bench:
    """A simulated chip with cards on it. ``took`` is what an act costs: transfers, and seconds."""

    def __init__(self, *cards: bytes) -> None:
        self.clock = VirtualClock()
        self.field = Field(self.clock.now)
        self.chip = Mfrc522Chip(self.field, self.clock)
        self.modules = modules_for(self.chip, self.clock)
        for card in cards:
            self.field.place(Card(card))

    def library(self) -> Library:
        """The package, bound to the chip."""
        return load(self.modules.spidev, self.modules.rpi)

    def took(self, act: Callable[[], object]) -> tuple[int, float]:
        """What ``act`` costs."""
        before, begun = self.chip.transfers, self.clock.now()
        act()
        return self.chip.transfers - before, self.clock.now() - begun


def measure(effort: Effort) -> Report:
    """Transfers, a core's share and times to a UID, each beside the package's own reader's."""
    figures = [_idle_transfers(), _idle_share(effort)]
    return Report([*figures, *(_time_to_read(name, cards) for name, cards in HANDS.items())])


def _idle_transfers() -> Figure:
    bench, other = Bench(), Bench()
    reader = open_rc522(WIRING, bench.clock.sleep, bench.clock.now, bench.library())
    reader.read()
    ours, _ = bench.took(reader.read)
    package = _package_reader(other.library())
    theirs, _ = other.took(lambda: _read_id(package))
    return Figure(f"nobody there: SPI transfers a poll (SimpleMFRC522: {theirs:,})", ours, 16)


def _idle_share(effort: Effort) -> Figure:
    polls = effort.runs * effort.rounds
    ours = open_rc522(WIRING, time.sleep, time.monotonic, _played_back(_our_poll))
    ours_s = _each_s(ours.read, polls)
    package = _package_reader(_played_back(_package_poll))
    theirs_s = _each_s(lambda: _read_id(package), max(10, polls // 100))
    each = f"{ours_s * 1e6:.0f} us a poll, {POLL_S * 1e3:.0f} ms apart"
    theirs = f"SimpleMFRC522 at this pace: {100 * theirs_s / POLL_S:.1f}; it polls without a pause"
    return Figure(f"nobody there: CPU, {each}: % of a core ({theirs})", 100 * ours_s / POLL_S, 2)


def _each_s(poll: Callable[[], object], polls: int) -> float:
    """Seconds of a core that one poll takes."""
    for _ in range(3):
        poll()
    begun = time.process_time()
    for _ in range(polls):
        poll()
    return (time.process_time() - begun) / polls


def _time_to_read(name: str, cards: Sequence[bytes]) -> Figure:
    bench = Bench(*cards)
    reader = open_rc522(WIRING, bench.clock.sleep, bench.clock.now, bench.library())
    found: list[bytes] = []
    transfers, took_s = bench.took(lambda: found.extend(card.uid for card in reader.read()))
    if sorted(found) != sorted(cards):
        raise LookupError(f"{name}: not all were read")
    theirs = _package_says(Bench(*cards), cards)
    what = f"{name} read: ms ({transfers} transfers; SimpleMFRC522: {theirs})"
    return Figure(what, took_s * 1e3, BUDGET_MS)


def _package_says(bench: Bench, cards: Sequence[bytes]) -> str:
    """How the package's own reader fares: it returns the first five bytes that it hears."""
    reader = _package_reader(bench.library())
    for _ in range(PACKAGE_POLLS):
        answers: list[int | None] = []
        transfers, took_s = bench.took(lambda: answers.append(_read_id(reader)))  # noqa: B023
        if answers[-1] is not None:
            cut = "" if len(cards[0]) == 4 else ", 3 of 7 bytes"
            return f"{took_s * 1e3:.1f} ms, {transfers}{cut}"
    return "never"


def _package_reader(library: Library) -> Any:
    """The package's ``SimpleMFRC522`` as it is; the handler that it adds to the log is removed."""
    log = logging.getLogger("mfrc522Logger")
    before = list(log.handlers)
    reader = library.package.SimpleMFRC522()
    log.handlers[:] = before
    return reader


def _read_id(reader: Any) -> int | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it inverts a truth value bitwise
        number: int | None = reader.read_id_no_block()
    return number


# Opens a reader on a library, and gives what polls it once.
Opener = Callable[[Library, VirtualClock], Callable[[], object]]


def _our_poll(library: Library, clock: VirtualClock) -> Callable[[], object]:
    return open_rc522(WIRING, clock.sleep, clock.now, library).read


def _package_poll(library: Library, clock: VirtualClock) -> Callable[[], object]:
    reader = _package_reader(library)
    return lambda: _read_id(reader)


def _played_back(open_on: Opener) -> Library:
    """The package on a bus that answers, for ever, as the chip did in a poll of nobody.

    What comes before the first poll, which resets the chip and checks it, is played back once.
    """
    bench = Bench()
    answers: list[list[int]] = []

    class Recorder:
        """The chip's bus, and a note of each answer."""

        def __init__(self) -> None:
            self._spi = bench.modules.spidev.SpiDev()

        def __getattr__(self, name: str) -> Any:
            return getattr(self._spi, name)

        def xfer2(self, data: list[int]) -> list[int]:
            """One transfer."""
            answers.append(self._spi.xfer2(data))
            return answers[-1]

    spidev = ModuleType("spidev")
    vars(spidev)["SpiDev"] = Recorder
    poll = open_on(load(spidev, bench.modules.rpi), bench.clock)
    begun = len(answers)
    poll()
    first, again = answers[:begun], answers[begun:]
    return load(_player(itertools.chain(first, itertools.cycle(again))), bench.modules.rpi)


def _player(answers: Iterator[list[int]]) -> ModuleType:
    class Player:
        """A bus that gives the next answer, whatever it is asked."""

        max_speed_hz = 1_000_000

        def open(self, bus: int, device: int) -> None:
            """Any device will do."""

        def xfer2(self, data: list[int]) -> list[int]:
            """One transfer."""
            return next(answers)

        def close(self) -> None:
            """Nothing to let go of."""

    spidev = ModuleType("spidev")
    vars(spidev)["SpiDev"] = Player
    return spidev
