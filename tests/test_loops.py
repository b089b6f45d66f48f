"""The threads' bodies, one round at a time."""

import logging
import threading
from collections.abc import Mapping, Sequence

import pytest
from conftest import FakeClock
from pytest_mock import MockerFixture

from hardware.errors import BankLost, LockBusy, LockFault, MayBePulsed, ReaderLost
from hardware.ports import CardSeen, Door, LockLimits
from hardware.presence import Presence
from kiosk.acts import Pulse
from kiosk.loops import BusLoop, Listeners, ReaderLoop
from kiosk.messages import Message
from kiosk.messages.sensed import (
    Card,
    CardLeft,
    Closed,
    CoilOn,
    Opened,
    PartBack,
    PartLost,
    Presented,
    Pulsed,
    PulseRejected,
)
from kiosk.parts import Part, keep_going

ANAS = CardSeen(bytes.fromhex("04A13B22C15680"))
BENS = CardSeen(bytes.fromhex("04A13B97D25680"))


class FakeReader:
    def __init__(self) -> None:
        self.cards: list[CardSeen] = []
        self.is_dead = False
        self.is_deaf = False
        self.resets = 0

    def read(self) -> Sequence[CardSeen]:
        if self.is_dead:
            raise ReaderLost("dead")
        return list(self.cards)

    def check(self) -> None:
        if self.is_deaf:
            raise ReaderLost("deaf")

    def reset(self) -> None:
        self.resets += 1
        self.is_deaf = False
        self.read()

    def counts(self) -> Mapping[str, int]:
        return {}

    def close(self) -> None:
        return


class FakeBank:
    limits = LockLimits()
    cubbies = frozenset({1, 2})

    def __init__(self) -> None:
        self.levels: dict[int, Door] = {1: Door.CLOSED, 2: Door.CLOSED}
        self.unlocked: list[int] = []
        self.resting: set[int] = set()
        self.is_full = False
        self.fault: set[int] = set()
        self.is_lost = False
        self.is_mad = False
        self.is_spent_by_others = False
        self.burning: set[int] = set()
        self.energised = 0
        self.garbled: set[int] = set()

    def unlock(self, cubby: int) -> None:
        if self.is_mad:
            raise RuntimeError("a bug")
        if self.is_lost:
            raise BankLost("no board")
        if cubby in self.resting:
            raise LockBusy("rests")
        if cubby in self.fault:
            raise LockFault("burnt")
        if cubby in self.garbled:
            raise MayBePulsed("no sense in its answer")
        self.unlocked.append(cubby)

    def on(self) -> int:
        return self.energised or int(self.is_full and not self.is_spent_by_others)

    def stuck(self) -> frozenset[int]:
        return frozenset(self.burning)

    def busy(self) -> bool:
        return self.is_full

    def doors(self) -> dict[int, Door]:
        if self.is_lost:
            raise BankLost("no board")
        return dict(self.levels)

    def all_off(self) -> None:
        return

    def close(self) -> None:
        return


@pytest.fixture
def posted() -> list[Message]:
    return []


class ReaderRig:
    def __init__(self, posted: list[Message]) -> None:
        self.reader, self.clock = FakeReader(), FakeClock()
        self.seen: list[Sequence[CardSeen]] = []
        self.posted = posted
        self.loop = ReaderLoop(
            self.reader,
            Presence(),
            posted.append,
            to_card=lambda card, is_new: Card(card.uid.hex(), is_new=is_new),
            monotonic=self.clock.monotonic,
            seen=self.seen.append,
        )

    def rounds(self, count: int, *cards: CardSeen) -> list[Message]:
        self.reader.cards = list(cards)
        self.posted.clear()
        for _ in range(count):
            self.clock.advance(0.1)
            self.loop.round()
        return list(self.posted)


@pytest.fixture
def rig(posted: list[Message]) -> ReaderRig:
    return ReaderRig(posted)


def card(seen: CardSeen, *, is_new: bool = True) -> Card:
    return Card(seen.uid.hex(), is_new=is_new)


def test_a_card_left_lying_is_one_tap(rig: ReaderRig) -> None:
    assert rig.rounds(20, ANAS) == [Presented((card(ANAS),))]
    assert rig.seen == [(ANAS,)]


def test_a_card_that_comes_to_one_lying_there_is_presented_with_it(rig: ReaderRig) -> None:
    rig.rounds(5, ANAS)

    assert rig.rounds(5, ANAS, BENS) == [Presented((card(ANAS, is_new=False), card(BENS)))]


def test_a_card_taken_away_and_brought_back_is_a_new_tap(rig: ReaderRig) -> None:
    rig.rounds(2, ANAS)
    assert rig.rounds(5) == []

    assert rig.rounds(2, ANAS) == [Presented((card(ANAS),))]


def test_a_card_forgotten_on_the_reader_is_told_once_and_when_it_is_gone(
    rig: ReaderRig,
) -> None:
    rig.rounds(299, ANAS)
    assert rig.rounds(10, ANAS) == [CardLeft()]
    assert rig.rounds(50, ANAS) == []
    assert rig.rounds(5) == [CardLeft(is_gone=True)]


def test_a_long_queue_is_no_forgotten_card(rig: ReaderRig) -> None:
    for _ in range(40):
        assert CardLeft() not in rig.rounds(5, ANAS) + rig.rounds(5, BENS)


def test_a_dead_reader_is_reported_once_and_reset_until_it_is_back(rig: ReaderRig) -> None:
    rig.reader.is_dead = True
    assert rig.rounds(5) == [PartLost("reader", "", "dead")]
    assert rig.reader.resets == 4

    rig.reader.is_dead = False
    assert rig.rounds(3, ANAS) == [PartBack("reader"), Presented((card(ANAS),))]


def test_a_reader_that_only_seems_alive_is_found_out_within_five_seconds(
    rig: ReaderRig,
) -> None:
    rig.rounds(1)
    rig.reader.is_deaf = True

    assert rig.rounds(int(5 / 0.1))[0] == PartLost("reader", "", "deaf")


class BusRig:
    def __init__(self, posted: list[Message]) -> None:
        self.bank, self.posted, self.clock = FakeBank(), posted, FakeClock()
        self.pulses: list[bool] = []
        self.loop = BusLoop(
            "main", self.bank, posted.append, self.clock.monotonic, self.pulses.append, wait_s=0
        )
        self.loop.find_doors()

    def round(self, *pulses: int, after_s: float = 0.05) -> list[Message]:
        for cubby in pulses:
            self.loop.ask(Pulse(cubby, cause=cubby + 40))
        self.posted.clear()
        self.clock.advance(after_s)
        self.loop.round()
        return list(self.posted)

    def polls(self, *doors: Door) -> list[Message]:
        """What is told while door 1 is read so, one poll after another."""
        told = []
        for door in doors:
            self.bank.levels[1] = door
            told += self.round()
        return told


@pytest.fixture
def bus(posted: list[Message]) -> BusRig:
    return BusRig(posted)


def test_a_pulse_is_commanded_and_said_so(bus: BusRig) -> None:
    assert bus.round(2) == [Pulsed(2)]
    assert bus.bank.unlocked == [2]


def test_a_pulse_waits_while_the_budget_is_spent(bus: BusRig) -> None:
    bus.bank.is_full = True
    assert bus.round(1, 2) == []

    bus.bank.is_full = False
    assert bus.round() == [Pulsed(1), Pulsed(2)]


def test_a_resting_coil_does_not_hold_up_the_next_one(bus: BusRig) -> None:
    bus.bank.resting = {1}
    assert bus.round(1, 2) == [Pulsed(2)]

    bus.bank.resting = set()
    assert bus.round() == [Pulsed(1)]


def test_a_lock_fault_is_a_rejected_pulse(bus: BusRig) -> None:
    bus.bank.fault = {1}

    assert bus.round(1) == [PulseRejected(1, 41)]


def test_a_pulse_that_may_have_begun_is_for_the_door_to_tell(bus: BusRig) -> None:
    bus.bank.garbled = {1}
    assert bus.round(1) == [Pulsed(1)]
    assert bus.round() == []


def test_nothing_is_energised_once_it_was_told_to_stop(bus: BusRig) -> None:
    bus.loop.is_stopped = True

    assert bus.round(1) == []
    assert bus.bank.unlocked == []


def test_doors_are_told_by_their_changes(bus: BusRig) -> None:
    assert bus.polls(Door.OPEN) == [Opened(1)]
    assert bus.polls(Door.OPEN) == []
    assert bus.polls(Door.CLOSED, Door.CLOSED) == []
    assert bus.polls(Door.CLOSED) == [Closed(1)]
    assert bus.polls(Door.CLOSED) == []


def test_a_door_that_cannot_be_read_is_neither_open_nor_closed(bus: BusRig) -> None:
    bus.bank.levels[1] = Door.UNKNOWN

    assert bus.round() == []


LOST = PartLost("locks", "main", "no board")
BACK = PartBack("locks", "main")
STUCK = PartLost("locks", "main", "busy for more than 5 s: a line seems to be stuck")


def test_a_lost_lock_bank_is_reported_once_and_when_it_is_back(bus: BusRig) -> None:
    bus.bank.is_lost = True
    assert bus.round() == [LOST]
    assert bus.round(after_s=2) == []
    bus.bank.is_lost = False
    assert bus.round(after_s=2) == [BACK]


def test_a_lost_bank_is_asked_again_once_a_second(bus: BusRig) -> None:
    bus.bank.is_lost = True
    bus.round()
    bus.bank.is_lost = False

    assert [bus.round(after_s=0.3) for _ in range(4)] == [[], [], [], [BACK]]


def test_a_pulse_for_a_lost_bank_is_rejected_at_once_and_after_the_loss(bus: BusRig) -> None:
    bus.bank.is_lost = True

    assert bus.round(1) == [LOST, PulseRejected(1, 41)]


def test_a_bank_that_is_lost_at_the_start_has_no_doors_and_is_reported(bus: BusRig) -> None:
    bus.bank.is_lost = True
    fresh = BusLoop("main", bus.bank, bus.posted.append, bus.clock.monotonic, wait_s=0)

    assert fresh.find_doors() == {}
    fresh.round()
    assert bus.posted == [LOST]


def test_at_the_start_doors_that_can_be_read_are_told(bus: BusRig) -> None:
    bus.bank.levels = {1: Door.OPEN, 2: Door.CLOSED, 3: Door.UNKNOWN}
    assert bus.loop.find_doors() == {1: True, 2: False}


def test_a_coil_that_does_not_go_off_is_told_of_once_and_when_it_is_off(bus: BusRig) -> None:
    bus.bank.burning = {2}
    assert bus.round() == [CoilOn(2)]
    assert bus.round() == []
    bus.bank.burning = set()
    assert bus.round() == [CoilOn(2, is_over=True)]


def test_the_guard_is_told_in_each_round_of_a_pulse_and_of_the_end_of_the_last(
    bus: BusRig,
) -> None:
    bus.round(1)
    bus.bank.is_full = True  # it is on
    bus.round()
    assert bus.pulses == [True, True, True]
    bus.round()
    assert bus.pulses == [True, True, True, True]
    bus.bank.is_full = False
    bus.round()
    assert bus.pulses == [True, True, True, True, False]
    bus.round()
    assert bus.pulses == [True, True, True, True, False]


def test_the_guard_is_told_before_the_coil_is_on(bus: BusRig, mocker: MockerFixture) -> None:
    """A process may be frozen between one instruction and the next."""
    told = []
    mocker.patch.object(bus.bank, "unlock", side_effect=lambda cubby: told.extend(bus.pulses))
    bus.round(1)
    assert told == [True]


def test_a_lost_bank_that_lets_nobody_through_does_not_end_the_kiosk(
    bus: BusRig, mocker: MockerFixture
) -> None:
    """Its calls may take longer than the guard waits; no coil goes on by a bus that is dead."""
    bus.bank.is_lost = True
    bus.round()
    mocker.patch.object(bus.bank, "unlock", side_effect=BankLost("no board"))
    bus.round(1)
    assert bus.pulses == []


def test_a_coil_that_is_stuck_keeps_no_pulse_alive_for_the_guard(bus: BusRig) -> None:
    bus.round(1)
    bus.bank.is_full, bus.bank.burning = True, {1}
    bus.round()
    assert bus.pulses == [True, True, False]


def test_a_supply_that_other_banks_use_up_is_no_fault_of_this_one(bus: BusRig) -> None:
    bus.bank.is_full = bus.bank.is_spent_by_others = True

    assert [bus.round(after_s=1) for _ in range(8)] == [[]] * 8


def test_a_door_that_rebounds_opened_once_and_closed_once(bus: BusRig) -> None:
    bounces = [Door.OPEN, Door.CLOSED, Door.OPEN, Door.CLOSED, Door.CLOSED, Door.OPEN]

    assert bus.polls(*bounces) == [Opened(1)]
    assert bus.polls(Door.CLOSED, Door.CLOSED, Door.CLOSED) == [Closed(1)]


def test_a_closed_door_that_cannot_be_read_in_between_is_not_believed_yet(bus: BusRig) -> None:
    bus.polls(Door.OPEN)

    assert bus.polls(Door.CLOSED, Door.CLOSED, Door.UNKNOWN, Door.CLOSED, Door.CLOSED) == []


def test_many_pulses_at_once_do_not_hurry_the_polls_of_the_doors(bus: BusRig) -> None:
    bus.polls(Door.OPEN, Door.CLOSED)
    for _ in range(5):
        bus.loop.round()

    assert bus.posted == []


def test_a_pulse_that_waited_ten_seconds_is_rejected_and_never_done(bus: BusRig) -> None:
    bus.bank.resting = {1}
    bus.round(1)
    bus.clock.advance(9.8)
    assert bus.round() == []
    bus.clock.advance(0.2)
    bus.bank.resting = set()

    assert bus.round() == [PulseRejected(1, 41)]
    assert bus.round() == []
    assert bus.bank.unlocked == []


def test_the_age_of_a_pulse_counts_from_when_it_was_asked_for(bus: BusRig) -> None:
    bus.loop.ask(Pulse(1, cause=41))
    bus.clock.advance(10)

    assert bus.round() == [PulseRejected(1, 41)]


def test_a_bank_that_is_busy_for_more_than_five_seconds_is_lost_until_it_is_free(
    bus: BusRig,
) -> None:
    bus.bank.is_full = True
    bus.round()
    bus.clock.advance(4.9)
    assert bus.round() == []
    bus.clock.advance(0.1)
    assert bus.round() == [STUCK]
    bus.clock.advance(60)
    assert bus.round() == []

    bus.bank.is_full = False
    assert bus.round() == [BACK]


def test_pulse_after_pulse_is_no_bank_that_hangs(bus: BusRig) -> None:
    for _ in range(10):
        bus.bank.is_full = True
        assert bus.round() == []
        bus.clock.advance(1)
        bus.bank.is_full = False
        assert bus.round() == []


def test_a_bank_that_is_busy_and_silent_is_back_once_it_is_neither(bus: BusRig) -> None:
    bus.bank.is_full = bus.bank.is_lost = True
    assert bus.round() == [LOST]
    bus.clock.advance(6)
    assert bus.round() == []
    bus.bank.is_lost = False
    assert bus.round(after_s=2) == []
    bus.bank.is_full = False

    assert bus.round() == [BACK]


def test_a_pulse_on_which_the_bank_stumbles_is_rejected(bus: BusRig) -> None:
    bus.bank.is_mad = True

    with pytest.raises(RuntimeError, match="a bug"):
        bus.round(1)
    assert bus.posted == [PulseRejected(1, 41)]


class Rounds(threading.Event):
    """Rounds that end one way after another; it is told to stop after the last."""

    def __init__(self, *outcomes: Exception | None) -> None:
        super().__init__()
        self.outcomes = list(outcomes)
        self.waits: list[float | None] = []

    def round(self) -> None:
        outcome = self.outcomes.pop(0)
        if not self.outcomes:
            self.set()
        if outcome is not None:
            raise outcome

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout)
        return self.is_set()


def test_a_thread_whose_round_fails_goes_on_and_says_so_once(
    posted: list[Message], caplog: pytest.LogCaptureFixture
) -> None:
    rounds = Rounds(None, RuntimeError("one"), RuntimeError("two"), None, None)
    beats: list[None] = []
    part = Part("reader", posted.append)

    keep_going(part, rounds.round, stop=rounds, beat=lambda: beats.append(None), pause_s=0.1)

    assert posted == [PartLost("reader", "", "its driver failed: see the log"), PartBack("reader")]
    assert rounds.waits == [0.1, 1.0, 1.0, 0.1, 0.1]
    assert len(beats) == 5
    failures = [r for r in caplog.records if r.levelno == logging.ERROR]
    assert [str(r.exc_info[1]) for r in failures if r.exc_info] == ["one"]


def test_what_is_seen_of_a_lost_part_may_change_and_is_no_new_loss(posted: list[Message]) -> None:
    part = Part("locks", posted.append, "left")
    assert part.begin("silent", "nobody answers")
    assert not part.begin("silent", "the port is gone")
    part.begin("busy", "a line seems to be stuck")
    assert part.detail == "the port is gone; a line seems to be stuck"
    part.end("silent")
    part.end("busy")
    assert part.detail == ""
    assert posted == [PartLost("locks", "left", "nobody answers"), PartBack("locks", "left")]


def test_a_reader_that_crashes_and_then_is_silent_is_lost_once_and_back_once(
    rig: ReaderRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash() -> None:
        raise RuntimeError("a bug")

    stop = Rounds()
    outcomes = [crash, rig.loop.round, rig.loop.round, rig.loop.round]

    def round() -> None:
        act = outcomes.pop(0)
        rig.reader.is_dead = len(outcomes) == 2
        if not outcomes:
            stop.set()
        act()

    keep_going(rig.loop.part, round, stop=stop, beat=lambda: None)

    assert rig.posted == [
        PartLost("reader", "", "its driver failed: see the log"),
        PartBack("reader"),
    ]
    assert rig.reader.resets == 2


def test_nobody_who_waits_gets_a_presentation_of_before() -> None:
    listeners = Listeners()
    listeners.tell((ANAS,))

    assert listeners.wait(0) == ()
    assert listeners._waiting == set()
