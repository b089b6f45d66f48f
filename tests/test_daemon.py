"""The daemon's parts that a process test cannot see: supervision, refusals, answers."""

import threading
from pathlib import Path

import pytest
from conftest import FakeClock, make_rules
from test_loops import FakeBank, FakeReader

from hardware.ports import CardSeen, Hardware
from hardware.presence import Presence
from kiosk.acts import Show, Sign
from kiosk.core import Core, find_events
from kiosk.daemon import Daemon, Parts
from kiosk.errors import NotRunning, RecordFault
from kiosk.events import Event, EventType, Reason
from kiosk.messages import Card, ConfirmClock, Message, Opened, PartLost, Presented
from kiosk.store import Store
from kiosk.systemd import ServiceManager


class FakeManager(ServiceManager):
    def __init__(self) -> None:
        super().__init__({})
        self.told: list[str] = []

    def _tell(self, state: str) -> None:
        self.told.append(state)


class Rig:
    def __init__(self, folder: Path) -> None:
        self.clock, self.manager = FakeClock(), FakeManager()
        self.store = Store(folder, kiosk="test", chain_key=b"k" * 32)
        self.core = Core(self.store, make_rules(2, 2), self.clock)
        self.guard_beats: list[None] = []
        self.daemon = Daemon(
            Parts(
                core=self.core,
                hardware=Hardware(FakeReader(), FakeBank()),
                presence=Presence(),
                to_card=lambda card, is_new: Card(card.uid.hex(), is_new=is_new),
                manager=self.manager,
                monotonic=self.clock.monotonic,
                school="A School",
                poll_s=0.01,
                beat_guard=lambda: self.guard_beats.append(None),
            )
        )


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def test_the_watchdog_is_fed_only_while_every_part_makes_progress(rig: Rig) -> None:
    rig.daemon._progress.beat("reader")
    rig.daemon._supervise()
    assert rig.manager.told == ["WATCHDOG=1"]

    rig.clock.advance(6)
    rig.daemon._supervise()

    assert rig.manager.told == ["WATCHDOG=1"]
    assert len(rig.guard_beats) == 2
    rig.daemon._ready = True
    assert rig.daemon.health().ready is False
    assert rig.daemon.health().reader == "makes no progress"


def test_facts_from_the_hardware_go_before_commands(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[Message] = []
    monkeypatch.setattr(rig.daemon, "_handle", lambda message, reply=None: taken.append(message))
    rig.daemon._inbox.put((1, 0, ConfirmClock("u"), None))
    rig.daemon.post(Opened(1))
    rig.daemon.post(PartLost("reader"))

    for _ in range(3):
        _, _, message, reply = rig.daemon._inbox.get_nowait()
        rig.daemon._handle(message, reply)

    assert taken == [Opened(1), PartLost("reader"), ConfirmClock("u")]


def test_when_the_record_fails_the_pupil_is_sent_to_the_office_and_the_coil_stays_off(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(events: object, rows: object) -> None:
        raise RecordFault("no space left")

    monkeypatch.setattr(rig.store, "append", full)

    rig.daemon._handle(Presented((Card("cccc"),)))

    assert rig.daemon.screen() == Show(Sign.ASK_OFFICE)
    assert rig.daemon.health().store == "no space left"
    assert rig.daemon._bus._asked.empty()


def test_a_sign_goes_away_after_its_time(rig: Rig) -> None:
    rig.daemon._handle(Presented((Card("cccc"),)))
    assert rig.daemon.screen().sign is Sign.ASK_OFFICE

    rig.clock.advance(7)

    assert rig.daemon.screen().sign is Sign.READY


def test_a_command_to_a_stopping_kiosk_is_told_that_nothing_happened(rig: Rig) -> None:
    rig.daemon.ask_to_stop()

    with pytest.raises(NotRunning, match="nothing has happened"):
        rig.daemon.submit(ConfirmClock("u"))


def test_a_presentation_is_handed_to_whoever_waits_for_it(rig: Rig) -> None:
    card = CardSeen(b"\x04abcdef")
    waiting = threading.Barrier(2)
    found: list[object] = []

    def wait() -> None:
        waiting.wait(timeout=10)
        found.append(rig.daemon.next_presentation(10))

    thread = threading.Thread(target=wait)
    thread.start()
    waiting.wait(timeout=10)
    while thread.is_alive():
        rig.daemon._note_presentation((card,))
        thread.join(timeout=0.01)

    assert found == [(card,)]
    assert rig.daemon.next_presentation(0) == ()


def history(count: int) -> list[Event]:
    clock = FakeClock()
    return [
        Event(
            EventType.TAPPED,
            seq,
            clock.now(),
            person="p" if seq % 2 else None,
            cubby=seq % 3,
            cause=4 if seq in (5, 7) else None,
            reason=Reason.DEPOSIT,
        )
        for seq in range(1, count + 1)
    ]


def test_past_events_are_found_newest_first_and_by_what_they_are_about() -> None:
    def seqs(**query: object) -> list[int]:
        return [event.seq for event in find_events(history(9), **query)]  # type: ignore[arg-type]

    assert seqs(limit=3) == [9, 8, 7]
    assert seqs(before=4) == [3, 2, 1]
    assert seqs(after=7) == [9, 8]
    assert seqs(person="p", limit=2) == [9, 7]
    assert seqs(cubby=0) == [9, 6, 3]
    assert seqs(cause=4) == [7, 5, 4]
    assert seqs(before=100, after=8) == [9]
