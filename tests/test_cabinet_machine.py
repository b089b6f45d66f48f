"""A whole cabinet through whatever may befall it, in any order: cards held and pulled away, locks
pulsed, doors moved, parts broken and mended, threads that stand still, all turned off.

Whatever happens, no coil is on too long or beside another (I1), none that nobody asked for (I2), no
card is told that nobody held (I7), and what is gone is told as gone within five seconds (I10).
"""

import tempfile
import time
from pathlib import Path

import pytest
import scale
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from site_fixtures import REPORT_S, Site

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
CUBBIES = st.integers(1, 12)
# With one of these a part cannot be used at all.
GONE = {"unplugged", "silent", "miso-low", "miso-high", "broken"}
# Cubbies of banks whose pulses nobody but we end: the header and the expander.
OURS_TO_END = {1, 2, 3, 4}
# A line that nothing can be told holds its coil: no software of this side helps against that.
HOLDS_ITS_COIL = {("bank header", "silent"), ("bank expander", "silent")}


@pytest.fixture(autouse=True)
def nothing_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    def sleep(seconds: float) -> None:
        raise AssertionError(f"something slept for {seconds} s of real time")

    monkeypatch.setattr(time, "sleep", sleep)


class Cabinet(RuleBasedStateMachine):
    """Every kind of bank, an RC522, and the loops of the kiosk's threads."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.here = Site(Path(self.folder.name))
        self.asked: set[int] = set()
        self.held: set[str] = set()
        self.gone_s: dict[str, float] = {}

    @rule(cards=st.lists(st.sampled_from(CARDS), unique=True, min_size=1, max_size=3))
    def cards_are_tapped(self, cards: list[bytes]) -> None:
        for uid in cards:
            self.here.hands.tap(uid)
            self.held.add(uid.hex())

    @rule(uid=st.sampled_from(CARDS))
    def a_card_is_left_lying(self, uid: bytes) -> None:
        self.here.hands.place(uid)
        self.held.add(uid.hex())

    @rule()
    def what_lies_there_is_taken_away(self) -> None:
        for uid in CARDS:
            self.here.hands.lift(uid)

    @rule(cubby=CUBBIES)
    def a_lock_is_to_be_pulsed(self, cubby: int) -> None:
        self.asked.add(cubby)
        self.here.bus_of(cubby).ask(Pulse(cubby, cause=1))

    @rule(cubby=CUBBIES, hand=st.sampled_from(["open", "close", "leave_ajar"]))
    def a_hand_moves_a_door(self, cubby: int, hand: str) -> None:
        getattr(self.here.hands, hand)(cubby)

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
    def no_lock_opens_that_nobody_asked_for(self) -> None:
        world = World.open(self.here.world)
        assert {cubby for cubby in world.cubbies if world.state(cubby).pulses} <= self.asked

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
            self.here.run(2 * REPORT_S)
            assert self.here.lost() == set()
            self.here.told.clear()
            self.here.run(REPORT_S)
            assert self.here.messages(PartLost, Opened, Closed, Presented) == []
        finally:
            self.here.stop()
            self.folder.cleanup()

    def _gone(self) -> set[str]:
        return {f.part for f in self.here.hands.faults() if f.is_on and f.name in GONE}

    def _run(self, seconds: float) -> None:
        self.here.run(seconds)
        for part in self._gone():
            self.gone_s[part] = self.gone_s.get(part, 0.0) + seconds


TestCabinet = Cabinet.TestCase
TestCabinet.settings = settings(max_examples=scale.of(200, 10), stateful_step_count=50)
