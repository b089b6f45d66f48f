"""A whole cabinet through whatever may befall it, in any order: cards held and pulled away, locks
pulsed, doors moved, parts broken and mended, threads that stand still, clocks that jump, a kiosk
that freezes, all turned off. With each kind of reader.

Whatever happens, no coil is on too long or beside another (I1), none that nobody asked for (I2), no
card is told that nobody held (I7), and what is gone is told as gone within five seconds (I10).
"""

import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest
import scale
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from site_fixtures import BANKS, REPORT_S, Site

from hardware.settings import ReaderBackend
from hardware.simulated.world import World
from kiosk.acts import Pulse
from kiosk.messages.sensed import Closed, Opened, PartLost, Presented

# Four, seven and ten bytes; the last two differ in one bit.
CARDS = [
    bytes.fromhex("3A1B2C4D"),
    bytes.fromhex("04A1B2C3D4E5F6"),
    bytes.fromhex("04A1B2C3D4E5F60718E0"),
    bytes.fromhex("04A1B2C3D4E5F60718E1"),
]
FOBS = [bytes.fromhex(f"0600A1B2C{digit}") for digit in range(4)]
CUBBIES = st.integers(0, 11)
# Enough beside a reader that is not the RC522: what befalls the other banks is the same.
A_FEW = {name: BANKS[name] for name in ("header", "kerong")}
# A tap is over, what was typed is told, a pulse that waited is done.
SETTLED_S = 3.0
# With one of these a part cannot be used at all.
GONE = {"unplugged", "silent", "miso-low", "miso-high", "broken"}
# Cubbies of banks whose pulses nobody but we end: the header and the expander.
OURS_TO_END = {1, 2, 3, 4}
# A line that nothing can be told holds its coil: no software of this side helps against that.
HOLDS_ITS_COIL = {("bank header", "silent"), ("bank expander", "silent")}


class WallClock:
    """The machine's clock, which somebody turns."""

    def __init__(self) -> None:
        self.wrong_by_s = 0.0
        self._right = time.time

    def time(self) -> float:
        return self._right() + self.wrong_by_s


WALL = WallClock()


@pytest.fixture(autouse=True)
def nothing_sleeps_and_the_clock_may_be_turned(monkeypatch: pytest.MonkeyPatch) -> None:
    def sleep(seconds: float) -> None:
        raise AssertionError(f"something slept for {seconds} s of real time")

    monkeypatch.setattr(time, "sleep", sleep)
    monkeypatch.setattr(time, "time", WALL.time)
    monkeypatch.setattr(WALL, "wrong_by_s", 0.0)


class Cabinet(RuleBasedStateMachine):
    """Every kind of bank, one reader, and the loops of the kiosk's threads."""

    backend: ReaderBackend = "rc522"
    cards = CARDS
    banks = BANKS

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.here = Site(Path(self.folder.name), self.backend, self.banks)
        self.asked: Counter[int] = Counter()
        self.held: set[str] = set()
        self.gone_s: dict[str, float] = {}

    @rule(which=st.lists(st.integers(0, len(CARDS) - 1), unique=True, min_size=1, max_size=3))
    def cards_are_tapped(self, which: list[int]) -> None:
        for uid in (self.cards[place] for place in which):
            self.here.hands.tap(uid)
            self.held.add(uid.hex())

    @rule(which=st.integers(0, len(CARDS) - 1))
    def a_card_is_left_lying(self, which: int) -> None:
        self.here.hands.place(self.cards[which])
        self.held.add(self.cards[which].hex())

    @rule()
    def what_lies_there_is_taken_away(self) -> None:
        for uid in self.cards:
            self.here.hands.lift(uid)

    @rule(which=CUBBIES)
    def a_lock_is_to_be_pulsed(self, which: int) -> None:
        cubby = self._cubby(which)
        self.asked[cubby] += 1
        self.here.bus_of(cubby).ask(Pulse(cubby, cause=1))

    @rule(which=CUBBIES, hand=st.sampled_from(["open", "close", "leave_ajar"]))
    def a_hand_moves_a_door(self, which: int, hand: str) -> None:
        getattr(self.here.hands, hand)(self._cubby(which))

    @rule(which=st.integers(0, 10_000))
    def something_breaks(self, which: int) -> None:
        faults = self.here.hands.faults()
        fault = faults[which % len(faults)]
        if (fault.part, fault.name) in HOLDS_ITS_COIL and self.here.coils_on():
            return
        self.here.hands.fault(fault.part, fault.name)

    @rule(which=st.integers(0, 10_000))
    def something_is_mended(self, which: int) -> None:
        broken = [fault for fault in self.here.hands.faults() if fault.is_on]
        if broken:
            fault = broken[which % len(broken)]
            self.here.hands.fault(fault.part, fault.name, on=False)
            if fault.part not in self._gone():
                self.gone_s.pop(fault.part, None)

    @rule(seconds=st.sampled_from([0.05, 0.3, 1.0, 3.0]))
    def time_passes(self, seconds: float) -> None:
        self._run(seconds)

    @rule(seconds=st.sampled_from([0.2, 2.0, 30.0]))
    def every_thread_stands_still(self, seconds: float) -> None:
        """As when the machine is busy, or was put to sleep: their clock jumps."""
        self.here.time.pass_by(seconds)

    @rule(years=st.sampled_from([-50, -1, 1, 10]))
    def the_machines_clock_is_turned(self, years: int) -> None:
        """By a network that comes late, or by a battery that is empty: nothing here goes by it."""
        WALL.wrong_by_s += years * 365 * 86_400

    @rule()
    def the_kiosk_freezes_and_the_guard_ends_it(self) -> None:
        on = self.here.coils_on() & OURS_TO_END
        assert not on or self.here.heard_at is not None
        self.here.freeze()
        assert not self.here.coils_on() & OURS_TO_END
        assert self.here.promises_hold()
        self.here.heard_at = None
        self.here.start()
        self.gone_s.clear()

    @rule(seconds=st.sampled_from([0.0, 0.2, 60.0]))
    def the_kiosk_stops_and_is_started_again(self, seconds: float) -> None:
        self.here.stop()
        assert not self.here.coils_on() & OURS_TO_END
        self.here.time.pass_by(seconds)
        self.here.start()
        self.gone_s.clear()  # what is made of software is made anew, and whole

    @rule()
    def all_is_turned_off(self) -> None:
        self.here.hardware.all_off()

    @invariant()
    def no_coil_is_on_too_long_or_beside_another(self) -> None:
        assert self.here.promises_hold()

    @invariant()
    def no_lock_opens_more_often_than_somebody_asked(self) -> None:
        world = World.open(self.here.world)
        assert all(world.state(cubby).pulses <= self.asked[cubby] for cubby in world.cubbies)

    @invariant()
    def no_card_is_told_that_nobody_held(self) -> None:
        told = self.here.messages(Presented)
        assert {card.key for m in told if isinstance(m, Presented) for card in m.cards} <= self.held

    @invariant()
    def what_is_gone_is_told_as_gone_within_five_seconds(self) -> None:
        assert {part for part, s in self.gone_s.items() if s >= REPORT_S} <= self.here.lost()

    def teardown(self) -> None:
        """Whatever it went through, all is well once all is mended."""
        try:
            for fault in self.here.hands.faults():
                self.here.hands.fault(fault.part, fault.name, on=False)
            self.what_lies_there_is_taken_away()
            for _ in range(10):
                if self.here.lost():
                    self.here.run(1)
            assert self.here.lost() == set()
            self.here.run(SETTLED_S)
            self.here.told.clear()
            self.here.run(SETTLED_S)
            assert self.here.messages(PartLost, Opened, Closed, Presented) == []
        finally:
            self.here.stop()
            self.folder.cleanup()

    def _cubby(self, which: int) -> int:
        cubbies = sorted(number for bank in self.banks.values() for number in bank.cubbies)
        return cubbies[which % len(cubbies)]

    def _gone(self) -> set[str]:
        return {f.part for f in self.here.hands.faults() if f.is_on and f.name in GONE}

    def _run(self, seconds: float) -> None:
        self.here.run(seconds)
        for part in self._gone():
            self.gone_s[part] = self.gone_s.get(part, 0.0) + seconds


class KeyboardCabinet(Cabinet):
    """The same with a reader that types."""

    backend: ReaderBackend = "keyboard"
    banks = A_FEW


class SerialCabinet(Cabinet):
    """The same with a serial reader of 125 kHz cards, whose numbers have five bytes."""

    backend: ReaderBackend = "rdm6300"
    cards = FOBS
    banks = A_FEW


TestCabinet = Cabinet.TestCase
TestCabinet.settings = settings(max_examples=scale.of(200, 20), stateful_step_count=50)
TestKeyboardCabinet = KeyboardCabinet.TestCase
TestKeyboardCabinet.settings = settings(max_examples=scale.of(100, 4), stateful_step_count=50)
TestSerialCabinet = SerialCabinet.TestCase
TestSerialCabinet.settings = settings(max_examples=scale.of(100, 4), stateful_step_count=50)
