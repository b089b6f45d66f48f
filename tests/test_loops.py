"""The threads' bodies, one round at a time."""

from collections.abc import Sequence

import pytest
from conftest import FakeClock

from hardware.errors import LockBusy, LockFault, ReaderLost
from hardware.ports import CardSeen, Door, LockLimits
from hardware.presence import Presence
from kiosk import loops
from kiosk.acts import Pulse
from kiosk.loops import BusLoop, ReaderLoop
from kiosk.messages import (
    Card,
    Closed,
    Message,
    Opened,
    PartBack,
    PartLost,
    Presented,
    Pulsed,
    PulseRejected,
)

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

    def unlock(self, cubby: int) -> None:
        if cubby in self.resting:
            raise LockBusy("rests")
        if cubby in self.fault:
            raise LockFault("burnt")
        self.unlocked.append(cubby)

    def busy(self) -> bool:
        return self.is_full

    def doors(self) -> dict[int, Door]:
        if self.is_lost:
            raise LockFault("no board")
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


def test_a_dead_reader_is_reported_once_and_reset_until_it_is_back(rig: ReaderRig) -> None:
    rig.reader.is_dead = True
    assert rig.rounds(5) == [PartLost("reader")]
    assert rig.reader.resets == 4

    rig.reader.is_dead = False
    assert rig.rounds(3, ANAS) == [PartBack("reader"), Presented((card(ANAS),))]


def test_a_reader_that_only_seems_alive_is_found_out_within_five_seconds(
    rig: ReaderRig,
) -> None:
    rig.rounds(1)
    rig.reader.is_deaf = True

    assert rig.rounds(int(5 / 0.1))[0] == PartLost("reader")


class BusRig:
    def __init__(self, posted: list[Message], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(loops, "BUS_POLL_S", 0)
        self.bank, self.posted = FakeBank(), posted
        self.loop = BusLoop(self.bank, posted.append, self.bank.doors())

    def round(self, *pulses: int) -> list[Message]:
        for cubby in pulses:
            self.loop.ask(Pulse(cubby, cause=cubby + 40))
        self.posted.clear()
        for _ in range(max(1, len(pulses))):
            self.loop.round()
        return list(self.posted)


@pytest.fixture
def bus(posted: list[Message], monkeypatch: pytest.MonkeyPatch) -> BusRig:
    return BusRig(posted, monkeypatch)


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


def test_nothing_is_energised_once_it_was_told_to_stop(bus: BusRig) -> None:
    bus.loop.is_stopped = True

    assert bus.round(1) == []
    assert bus.bank.unlocked == []


def test_doors_are_told_by_their_changes(bus: BusRig) -> None:
    bus.bank.levels[1] = Door.OPEN
    assert bus.round() == [Opened(1)]
    assert bus.round() == []
    bus.bank.levels[1] = Door.CLOSED
    assert bus.round() == [Closed(1)]


def test_a_door_that_cannot_be_read_is_neither_open_nor_closed(bus: BusRig) -> None:
    bus.bank.levels[1] = Door.UNKNOWN

    assert bus.round() == []


def test_a_lost_lock_bank_is_reported_once_and_when_it_is_back(bus: BusRig) -> None:
    bus.bank.is_lost = True
    assert bus.round() == [PartLost("locks")]
    assert bus.round() == []
    bus.bank.is_lost = False
    assert bus.round() == [PartBack("locks")]
