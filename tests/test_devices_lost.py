"""Whatever is pulled out or breaks, at whatever moment: it is told within five seconds, as what it
is, and everything is well again by itself once it is back."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lock_fixtures import Time

from hardware.factory import Timing, build
from hardware.ports import Hands, LockLimits
from hardware.presence import Presence
from hardware.settings import (
    BankSettings,
    BoardWiring,
    ExpanderWiring,
    GpioWiring,
    HardwareSettings,
    LockPins,
    ReaderBackend,
    ReaderSettings,
    Wiring,
)
from hardware.simulated.world import World
from kiosk.acts import Pulse
from kiosk.loops import BusLoop, ReaderLoop
from kiosk.messages import Message
from kiosk.messages.sensed import (
    Card,
    Closed,
    Opened,
    PartBack,
    PartLost,
    Presented,
    Pulsed,
    PulseRejected,
)

REPORT_S = 5.0
ROUND_S = 0.05
CARDS: dict[str, bytes] = {
    "rc522": bytes.fromhex("04A1B2C3D4E5F6"),
    "keyboard": bytes.fromhex("04A1B2C3D4E5F6"),
    "rdm6300": bytes.fromhex("0600A1B2C3"),
}
BANKS: dict[str, Wiring] = {
    "header": GpioWiring({1: LockPins(101, 201), 2: LockPins(102, 202)}),
    "expander": ExpanderWiring({3: LockPins(0, 8), 4: LockPins(1, 9)}),
    "kerong": BoardWiring("kerong", "k", 0, {5: 1, 6: 2}),
    "board8a": BoardWiring("board8a", "a", 1, {7: 1, 8: 2}),
    "waveshare": BoardWiring("waveshare", "w", 1, {9: 1, 10: 2}, sensors=False),
}
READERS: dict[ReaderBackend, tuple[str, ...]] = {
    "rc522": ("unplugged", "miso-low", "miso-high"),
    "keyboard": ("unplugged",),
    "rdm6300": ("unplugged",),
}
FIVE = [b"\x04" + bytes([n] * 6) for n in range(1, 6)]
BROKEN = [
    *((backend, "reader", name) for backend, names in READERS.items() for name in names),
    *(("rc522", f"bank {bank}", "unplugged") for bank in BANKS if bank != "header"),
    *(("rc522", f"bank {bank}", "silent") for bank in ("kerong", "board8a", "waveshare")),
]


class Site:
    """A cabinet with every kind of bank, and the loops of the kiosk's threads, one round each in
    turn on time that is turned by hand."""

    def __init__(self, folder: Path, backend: ReaderBackend = "rc522") -> None:
        self.time = Time()
        self.at_transfer: dict[int, Callable[[], None]] = {}
        self.transfers = 0
        timing = Timing(self.time.monotonic, self.time.pass_by, self.time.after, self._advance)
        cabinet = HardwareSettings(
            ReaderSettings(backend, simulated=True),
            tuple(BankSettings(name, wiring, simulated=True) for name, wiring in BANKS.items()),
            folder / "world",
        )
        self.world = cabinet.world
        self.hardware = build(cabinet, timing)
        self.told: list[tuple[float, Message]] = []
        self.reader = ReaderLoop(
            self.hardware.reader,
            Presence(),
            self._post,
            to_card=lambda card, is_new: Card(card.uid.hex(), card.kind, is_new=is_new),
            monotonic=self.time.monotonic,
            seen=lambda cards: None,
        )
        self.buses = {
            name: BusLoop(name, bank, self._post, self.time.monotonic, wait_s=0)
            for name, bank in self.hardware.banks.items()
        }
        for bus in self.buses.values():
            bus.find_doors()
        self.run(0.5)
        self.told.clear()

    @property
    def hands(self) -> Hands:
        assert self.hardware.hands is not None
        return self.hardware.hands

    def run(self, seconds: float) -> None:
        end = self.time.now() + seconds
        while self.time.now() < end:
            self.reader.round()
            for bus in self.buses.values():
                bus.round()
            self.time.pass_by(ROUND_S)

    def lost(self) -> set[str]:
        """The parts that are lost now, by the name that hands know them by."""
        parts = [self.reader.part, *(bus.part for bus in self.buses.values())]
        return {part.name.replace("locks ", "bank ") for part in parts if part.is_lost}

    def promises_hold(self) -> bool:
        """Whether no coil was on for longer than it may be, and no two at once."""
        world = World.open(self.world)
        return world.violations(LockLimits(), round(self.time.now() * 1e9)) == []

    def when(self, kind: type[Message]) -> float:  # type: ignore[valid-type]
        return next(at for at, message in self.told if isinstance(message, kind))

    def messages(self, *kinds: type) -> list[Message]:
        return [message for _, message in self.told if isinstance(message, kinds)]

    def _post(self, message: Message) -> None:
        self.told.append((self.time.now(), message))

    def _advance(self, seconds: float) -> None:
        self.transfers += 1
        if happen := self.at_transfer.pop(self.transfers, None):
            happen()
        self.time.pass_by(seconds)


@contextmanager
def site(backend: ReaderBackend = "rc522") -> Iterator[Site]:
    with tempfile.TemporaryDirectory() as folder:
        built = Site(Path(folder), backend)
        try:
            yield built
        finally:
            built.hardware.close()


@pytest.mark.parametrize(("backend", "part", "name"), BROKEN)
def test_a_part_that_breaks_is_told_as_that_part_and_is_back_by_itself(
    backend: ReaderBackend, part: str, name: str
) -> None:
    with site(backend) as here:
        broke_at = here.time.now()
        here.hands.fault(part, name)
        here.run(REPORT_S)
        assert here.lost() == {part}
        (lost,) = here.messages(PartLost)
        assert isinstance(lost, PartLost)
        assert (lost.bank, bool(lost.detail)) == (part.partition("bank ")[2], True)
        assert here.when(PartLost) - broke_at <= REPORT_S

        here.hands.fault(part, name, on=False)
        here.run(REPORT_S)
        assert (here.lost(), len(here.messages(PartBack))) == (set(), 1)


@pytest.mark.parametrize(
    ("name", "words"),
    [("miso-low", "00"), ("miso-high", "FF"), ("wedged", "hangs")],
)
def test_a_reader_whose_bus_is_stuck_is_not_called_an_absent_one(name: str, words: str) -> None:
    with site() as here:
        here.hands.fault("reader", name)
        here.run(REPORT_S)
        (lost,) = here.messages(PartLost)
        assert isinstance(lost, PartLost)
        assert words in lost.detail


@pytest.mark.parametrize(
    ("part", "name"),
    [("reader", "browned-out"), ("reader", "wedged"), ("bank expander", "reset")],
)
def test_what_a_reset_mends_is_told_and_over(part: str, name: str) -> None:
    with site() as here:
        here.hands.fault(part, name)
        here.run(2 * REPORT_S)
        assert (here.lost(), len(here.messages(PartLost)), len(here.messages(PartBack))) == (
            set(),
            1,
            1,
        )


@pytest.mark.parametrize("backend", READERS)
def test_a_card_is_read_again_once_the_reader_is_back(backend: ReaderBackend) -> None:
    with site(backend) as here:
        here.hands.fault("reader", "unplugged")
        here.run(REPORT_S)
        here.hands.tap(CARDS[backend])
        here.run(2)
        assert here.messages(Presented) == []
        here.hands.fault("reader", "unplugged", on=False)
        here.run(REPORT_S)
        here.told.clear()
        here.hands.tap(CARDS[backend])
        here.run(1)
        (presented,) = here.messages(Presented)
        assert isinstance(presented, Presented)
        assert [card.key for card in presented.cards] == [CARDS[backend].hex()]


@settings(max_examples=40)
@given(
    after=st.integers(1, 400),
    cards=st.lists(st.sampled_from(FIVE), unique=True, max_size=3),
)
def test_a_cable_pulled_at_any_transfer_is_no_card_and_no_lie(
    after: int, cards: list[bytes]
) -> None:
    with site() as here:
        for uid in cards:
            here.hands.place(uid)
        here.at_transfer[here.transfers + after] = lambda: here.hands.fault("reader", "unplugged")
        here.run(2 * REPORT_S)
        shown = [card for m in here.messages(Presented) for card in m.cards]  # type: ignore[attr-defined]
        assert {card.key for card in shown} <= {uid.hex() for uid in cards}
        assert here.lost() == {"reader"}


def test_a_lock_that_is_pulsed_while_its_bank_is_gone_is_rejected_and_stays_shut() -> None:
    with site() as here:
        for bank, cubby in (("expander", 3), ("kerong", 5), ("board8a", 7), ("waveshare", 9)):
            here.hands.fault(f"bank {bank}", "unplugged")
            here.buses[bank].ask(Pulse(cubby, cause=cubby))
        here.run(REPORT_S)
        assert {m.cubby for m in here.messages(PulseRejected)} == {3, 5, 7, 9}  # type: ignore[attr-defined]
        assert here.messages(Pulsed, Opened) == []


STEPS = st.one_of(
    st.tuples(st.just("fault"), st.integers(0, 500)),
    st.tuples(st.just("mend"), st.integers(0, 500)),
    st.tuples(st.just("pulse"), st.integers(1, 10)),
    st.tuples(st.just("shut"), st.integers(1, 10)),
    st.tuples(st.just("tap"), st.just(0)),
    st.tuples(st.just("run"), st.sampled_from([0.05, 0.3, 1.0, 3.0])),
)


@settings(max_examples=25)
@given(steps=st.lists(STEPS, max_size=25))
def test_whatever_breaks_in_whatever_order_all_is_well_once_all_is_mended(
    steps: list[tuple[str, float]],
) -> None:
    with site() as here:
        for act, argument in steps:
            do(here, act, argument)
            assert here.promises_hold()
        for fault in here.hands.faults():
            here.hands.fault(fault.part, fault.name, on=False)
        here.run(2 * REPORT_S)
        assert here.lost() == set()
        here.told.clear()
        here.run(REPORT_S)
        assert here.messages(PartLost, Opened, Closed, Presented) == []


def do(here: Site, act: str, argument: float) -> None:
    # An expander that cannot be told to let go holds its coil: no software helps against that.
    faults = [f for f in here.hands.faults() if (f.part, f.name) != ("bank expander", "silent")]
    if act in ("fault", "mend"):
        fault = faults[int(argument) % len(faults)]
        here.hands.fault(fault.part, fault.name, on=act == "fault")
    elif act == "pulse":
        cubby = int(argument)
        bus = next(bus for bus in here.buses.values() if cubby in bus.cubbies)
        bus.ask(Pulse(cubby, cause=1))
    elif act == "shut":
        here.hands.close(int(argument))
    elif act == "tap":
        here.hands.tap(CARDS["rc522"])
    else:
        here.run(argument)
