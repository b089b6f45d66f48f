"""Anything that pupils, staff, cables and boards may do, in any order: what holds all the same."""

import shutil
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
import scale
from board_fixtures import CUBBIES, STEADY_S, Bench, bench, wiring
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hardware.errors import BankLost, LockBusy, LockFault
from hardware.ports import Door, LockLimits
from hardware.settings import BoardProtocol
from hardware.simulated.boards_8a import Simulated8a, Ways

LIMITS = LockLimits(pulse_s=0.4, ceiling_s=0.5, rest_s=0.6, max_concurrent=2)
MEND_S = 3.0  # longer than any back-off

cubbies = st.sampled_from(CUBBIES)
ways = st.builds(Ways, st.sampled_from([0, 3, 7]), st.booleans(), st.booleans(), st.booleans())


class Boards(RuleBasedStateMachine):
    """One board and its bank. ``moved_at``: when the switch of a door may have moved last."""

    protocol: BoardProtocol

    def __init__(self) -> None:
        super().__init__()
        self._exit = ExitStack()
        folder = tempfile.mkdtemp()
        self._exit.callback(shutil.rmtree, folder)
        fitted = wiring(self.protocol)
        self.it: Bench = self._exit.enter_context(bench(Path(folder), fitted, LIMITS))
        self.moved_at = dict.fromkeys(CUBBIES, 0.0)

    def teardown(self) -> None:
        self._exit.close()

    @initialize(ways=ways, echoes=st.booleans(), glitch=st.sampled_from([b"", b"\0", b"\xfa\x80"]))
    def fit(self, ways: Ways, echoes: bool, glitch: bytes) -> None:
        if isinstance(self.it.board, Simulated8a):
            self.it.board.ways = ways
        self.it.cable.echoes = echoes
        self.it.cable.glitch = glitch

    @rule(cubby=cubbies)
    def unlock(self, cubby: int) -> None:
        before = {n: self.it.world.state(n, self.it.now_ns).pulses for n in CUBBIES}
        told = len(self.it.board.heard.unlocks)
        try:
            self.it.locks.unlock(cubby)
        except LockBusy:
            assert len(self.it.board.heard.unlocks) == told
        except LockFault:
            pass
        self.moved_at[cubby] = self.it.clock.now()
        after = {n: self.it.world.state(n, self.it.now_ns).pulses for n in CUBBIES}
        assert after[cubby] - before[cubby] in (0, 1)
        assert {n for n in CUBBIES if after[n] != before[n]} <= {cubby}

    @rule(seconds=st.sampled_from([0.0, 0.05, 0.1, 0.399, 0.4, 0.6, 1.1]))
    def pass_by(self, seconds: float) -> None:
        self.it.clock.sleep(seconds)

    @rule()
    def read_doors(self) -> None:
        before = self.it.clock.now()
        can_answer = self.it.cable.is_plugged and not self.it.board.faults.is_dead
        try:
            doors = self.it.locks.doors()
        except LockFault:
            return
        assert can_answer
        assert doors.keys() == set(CUBBIES)
        for cubby, door in doors.items():
            if before - self.moved_at[cubby] > STEADY_S:
                assert door is self.it.world.state(cubby, self.it.now_ns).door

    @rule(cubby=cubbies, opens=st.booleans())
    def hand(self, cubby: int, opens: bool) -> None:
        act = self.it.world.open_door if opens else self.it.world.close_door
        act(cubby, self.it.now_ns)
        self.moved_at[cubby] = self.it.clock.now()

    @rule(lost=st.booleans())
    def power(self, lost: bool) -> None:
        self.it.board.lose_power(lost)

    @rule(plugged=st.booleans())
    def cable(self, plugged: bool) -> None:
        if plugged:
            self.it.cable.plug_in()
        else:
            self.it.cable.unplug()

    @rule(every=st.sampled_from([0, 3, 20, 200]))
    def noise(self, every: int) -> None:
        self.it.cable.noise_every = every

    @rule(ms=st.sampled_from([0, 100, 900]), babble=st.sampled_from([b"", b"\xff\x02\x80"]))
    def busy(self, ms: int, babble: bytes) -> None:
        self.it.board.faults.busy_ns = ms * 1_000_000
        self.it.board.faults.babble = babble

    @rule(questions=st.integers(0, 4), reads=st.integers(0, 9))
    def deaf_or_late(self, questions: int, reads: int) -> None:
        self.it.board.faults.deaf_to = questions
        self.it.cable.late = reads

    @rule(address=st.sampled_from([1, 2]))
    def turn_switches(self, address: int) -> None:
        self.it.board.address = address

    @rule()
    def all_off(self) -> None:
        self.it.locks.all_off()

    @rule(cubby=cubbies)
    def mend(self, cubby: int) -> None:
        self.power(False)
        self.cable(True)
        self.noise(0)
        self.busy(0, b"")
        self.deaf_or_late(0, 0)
        self.turn_switches(1)
        for _ in range(2):  # a port that was pulled is found dead first, and then opened anew
            self.it.clock.sleep(MEND_S)
            with suppress(BankLost):
                self.it.locks.doors()
        self.it.clock.sleep(MEND_S)
        truth = {n: self.it.world.state(n, self.it.now_ns).door for n in CUBBIES}
        assert self.it.locks.doors() == truth
        assert self.it.locks.on() == 0
        self.it.locks.unlock(cubby)
        assert self.it.lines_on == {cubby}
        assert self.it.world.state(cubby, self.it.now_ns).door is Door.OPEN
        self.moved_at[cubby] = self.it.clock.now()

    @invariant()
    def what_is_on_is_never_understated(self) -> None:
        assert self.it.locks.on() >= len(self.it.lines_on)
        assert self.it.locks.busy() is (self.it.locks.on() >= LIMITS.max_concurrent)

    @invariant()
    def the_limits_hold(self) -> None:
        assert self.it.violations == []


@pytest.mark.parametrize("protocol", ["kerong", "kerong48", "board8a", "waveshare"])
def test_whatever_happens_the_limits_hold_and_everything_recovers(protocol: BoardProtocol) -> None:
    machine = type("Boards", (Boards,), {"protocol": protocol}).TestCase
    machine.settings = settings(max_examples=scale.of(60, 2), stateful_step_count=40, deadline=None)
    machine().runTest()
