"""The daemon's parts that a process test cannot see: supervision, refusals, answers."""

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import FakeClock, make_rules
from journal_disk import MoodyDisk
from kiosk_process import wait_until
from pytest_mock import MockerFixture
from record_fixtures import SOUND, AtOnce
from test_loops import FakeBank, FakeReader

from hardware.errors import ReaderLost
from hardware.ports import CardSeen, Hardware
from hardware.presence import Presence
from hardware.simulated.lights import SimulatedLights
from kiosk import parts
from kiosk.acts import Note, Pulse, Show, Sign
from kiosk.collaborators import Collaborators
from kiosk.core import Core
from kiosk.daemon import Daemon
from kiosk.drafting import Outcome, Step
from kiosk.errors import KioskError, NotRunning, RecordFault
from kiosk.events import Alert, EventType
from kiosk.keys import Keys
from kiosk.loops import LOW_WORDS
from kiosk.messages import Message
from kiosk.messages.commands import ConfirmClock, ImportRoster
from kiosk.messages.sensed import Card, Closed, Opened, PartBack, PartLost, Presented, Tick
from kiosk.model import Roster, User
from kiosk.parts import AFTER_CRASH_S
from kiosk.screen import replaces
from kiosk.scrub import Scrub
from kiosk.store import FILE_NAME, Store
from kiosk.systemd import ServiceManager
from kiosk.upkeep import Upkeep
from kiosk.wellbeing import UNSOUND


class FakeManager(ServiceManager):
    def __init__(self) -> None:
        super().__init__({})
        self.told: list[str] = []

    def _tell(self, state: str) -> None:
        self.told.append(state)


class Rig:
    def __init__(self, folder: Path) -> None:
        self.clock, self.manager = FakeClock(), FakeManager()
        self.disk = MoodyDisk()
        self.lights = SimulatedLights((1, 2), self.clock.monotonic)
        keys = Keys(b"c" * 32, b"k" * 32)
        self.store = Store(folder, kiosk="test", keys=keys, system=self.disk)
        self.core = Core(self.store, make_rules(2, 2), self.clock)
        self.guard_beats: list[None] = []
        self.guard_is_alive = True
        self.found = SOUND
        self.given = Collaborators(
            core=self.core,
            upkeep=Upkeep(self.core, self.clock.monotonic),
            scrub=Scrub(
                self.core,
                lambda: self.found,
                self.clock.monotonic,
                renew=lambda: None,
                background=AtOnce(),  # type: ignore[arg-type]
            ),
            hardware=Hardware(FakeReader(), {"main": FakeBank()}, self.lights),
            presence=Presence(),
            to_card=lambda card, is_new: Card(card.uid.hex(), is_new=is_new),
            manager=self.manager,
            monotonic=self.clock.monotonic,
            school="A School",
            poll_s=0.01,
            beat_guard=lambda: self.guard_beats.append(None),
            guard_is_alive=lambda: self.guard_is_alive,
            status="pages at home",
        )
        self.daemon = Daemon(self.given)

    def handle(self, message: Message) -> "Future[Outcome | None]":
        reply: Future[Outcome | None] = Future()
        self.daemon._handle(message, reply)
        return reply

    def types(self) -> list[EventType]:
        return [event.type for event in self.core.history.recent]


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def test_the_record_is_looked_through_while_it_runs(rig: Rig) -> None:
    rig.found = {**SOUND, "findings": 1, "files": [FILE_NAME]}
    assert rig.daemon.health().looked_through == ""
    rig.clock.to(12, 0)
    rig.daemon._round()
    rig.given.scrub.round()

    assert rig.daemon.health().history == UNSOUND
    assert rig.daemon.health().looked_through == rig.clock.at.isoformat()


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


@pytest.mark.parametrize("hung", ["main", "reader", "locks main", "lights"])
def test_one_thread_that_hangs_is_enough_to_starve_the_watchdog(rig: Rig, hung: str) -> None:
    rig.daemon._hardware_threads()  # each is waited for from the moment it is made
    rig.daemon._progress.beat("main")
    rig.clock.advance(6)
    for part in {"main", "reader", "locks main", "lights"} - {hung}:
        rig.daemon._progress.beat(part)
    assert rig.daemon._progress.late() == [hung]
    if hung != "main":  # it is the one that looks
        rig.daemon._supervise()
        assert rig.manager.told == []


def test_one_thread_owns_the_reader(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """An RC522 answers one question at a time, and nobody else's."""
    asked: list[tuple[str, str]] = []

    def ask(what: str) -> None:
        asked.append((what, threading.current_thread().name))
        if len(asked) == 6:
            rig.daemon.ask_to_stop()

    def lost() -> list[CardSeen]:
        ask("read")
        raise ReaderLost("so that it is reset each time")

    reader = rig.given.hardware.reader
    monkeypatch.setattr(reader, "read", lost)
    monkeypatch.setattr(reader, "reset", lambda: ask("reset"))
    rig.daemon.run()
    assert set(asked) == {("read", "reader"), ("reset", "reader")}


def test_the_lights_are_tested_at_each_start(rig: Rig) -> None:
    rig.daemon.ask_to_stop()
    assert rig.daemon.signalling.testing is None
    rig.daemon.run()
    assert rig.daemon.signalling.testing is not None


def test_no_row_is_written_that_no_event_tells_of(rig: Rig, mocker: MockerFixture) -> None:
    """`kiosk verify` would take it for tampering, years later."""
    silent = Step(rig.core.standing, rows=(Note("n1", "words"),))
    mocker.patch.object(rig.core, "_decide", return_value=silent)
    anchor = rig.core.anchor
    with pytest.raises(RuntimeError, match="Tick changes rows, and no event says so"):
        rig.core.take(Tick())
    assert rig.core.anchor == anchor
    assert rig.core.words == {}


def test_a_server_whose_serving_fails_is_served_again_until_the_kiosk_stops(
    rig: Rig, mocker: MockerFixture, caplog: pytest.LogCaptureFixture
) -> None:
    server = mocker.Mock(serve=mocker.Mock(side_effect=[OSError("no more files"), None, None]))
    server.name = "pages"
    stop = mocker.patch.object(rig.daemon, "_stop")
    stop.is_set.side_effect = [False, False, True]
    rig.daemon._serve(server)
    assert server.serve.call_count == 2
    assert "pages: serving failed" in caplog.text
    assert stop.wait.call_args_list == [mocker.call(AFTER_CRASH_S)] * 2


def test_what_is_seen_of_a_lost_part_now_is_told_with_the_health(rig: Rig) -> None:
    rig.daemon._hardware_threads()
    (lights,) = [part for part in rig.daemon._parts if part.name == "lights"]
    lights.begin("disobedient", "GPIO 5: no such line")
    rig.daemon._handle(rig.daemon._inbox.get_nowait()[2])
    health = rig.daemon.health()
    assert (health.lights, health.details) == (
        "do not do as told",
        {"lights": "GPIO 5: no such line"},
    )
    assert health.ready is rig.daemon._ready  # a kiosk without lamps takes phones in all the same


def test_the_guard_hears_of_a_pulse_in_each_round_until_none_is_left(rig: Rig) -> None:
    """So that the silence of a daemon that froze in the middle of one is heard."""
    told: list[bool] = []
    rig.given.tell_guard_of_pulse = told.append
    (bus,) = Daemon(rig.given)._buses
    bank = rig.given.hardware.banks["main"]
    bus.ask(Pulse(1, cause=1))
    for energised in (1, 1, 1, 0, 0):
        assert isinstance(bank, FakeBank)
        bank.energised = energised
        bus.round()
    assert told == [True, True, True, True, False]


def test_a_supply_that_is_too_weak_is_an_alert_and_on_the_health_page(rig: Rig) -> None:
    told: list[bool | None] = [None]
    rig.given.hardware.power_is_low = lambda: told[0]
    daemon = Daemon(rig.given)

    def look() -> str:
        rig.clock.advance(2)
        daemon._power.round()
        while not daemon._inbox.empty():
            daemon._handle(daemon._inbox.get_nowait()[2])
        return daemon.health().power

    assert look() == "not told"
    told[0] = True
    assert look() == "too weak"
    assert (Alert.POWER_LOW, None) in rig.core.standing.state.alerts
    daemon._hardware_threads()
    assert daemon.health().details == {"power": LOW_WORDS}
    told[0] = False
    assert look() == "ok"
    assert (Alert.POWER_LOW, None) not in rig.core.standing.state.alerts


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
    rig: Rig,
) -> None:
    rig.disk.full()
    rig.daemon._ready = True

    rig.daemon._handle(Presented((Card("cccc"),)))

    assert rig.daemon.screen() == Show(Sign.ASK_OFFICE)
    health = rig.daemon.health()
    assert (health.ready, health.store) == (False, "failing")
    assert rig.daemon._buses[0]._asked.empty()


def test_doors_that_moved_while_the_record_failed_are_on_record_when_it_is_back(rig: Rig) -> None:
    rig.disk.worn_out()
    for fact in (Opened(1), Closed(1), PartLost("reader")):
        rig.daemon._handle(fact)
    with pytest.raises(RecordFault, match="cannot be written"):
        rig.handle(ImportRoster("console", (), 0, 0)).result(timeout=0)
    assert rig.daemon.health().store == "failing"

    rig.disk.mend()
    rig.clock.advance(3)
    rig.given.upkeep.round()
    wait_until(lambda: rig.given.upkeep.round() or not rig.core.store_fault, "it is back")

    assert rig.daemon.health().store == "ok"
    assert [type for type in rig.types() if type is not EventType.ALERT_RAISED] == [
        EventType.STORE_FAILED,
        EventType.DOOR_OPENED,
        EventType.DOOR_CLOSED,
        EventType.STORE_RECOVERED,
        EventType.ALERT_CLEARED,
    ]


def test_a_record_that_fails_does_not_end_the_daemon(rig: Rig) -> None:
    rig.disk.worn_out()
    rig.daemon._handle(Opened(1))

    assert not rig.daemon._stop_asked


def test_a_daemon_without_its_guard_ends_with_status_1(rig: Rig) -> None:
    rig.guard_is_alive = False
    rig.daemon._supervise()

    assert rig.daemon._stop_asked
    assert rig.daemon.run() == 1


def test_the_service_manager_is_told_where_the_pages_are(rig: Rig) -> None:
    rig.daemon.ask_to_stop()

    assert rig.daemon.run() == 0
    assert rig.manager.told == ["READY=1", "STATUS=pages at home", "STOPPING=1"]
    assert rig.types() == [EventType.KIOSK_STARTED, EventType.KIOSK_STOPPED]


class FakeServer:
    name = "pages"

    def __init__(self) -> None:
        self.stops = 0

    def serve(self) -> None:
        return

    def stop(self) -> None:
        self.stops += 1
        raise OSError("cannot")


def test_a_start_that_fails_turns_off_and_stops_what_there_is(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = FakeServer(), FakeServer()
    rig.given.servers = [first, second]

    def cannot(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", cannot)

    with pytest.raises(RuntimeError, match="new thread"):
        rig.daemon.run()
    rig.daemon.stop_servers()

    assert (first.stops, second.stops) == (1, 1)
    assert rig.daemon._buses[0].is_stopped
    assert rig.types() == [EventType.KIOSK_STARTED, EventType.KIOSK_STOPPED]


def test_a_message_that_fails_inside_is_answered_and_the_loop_goes_on(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    bad = ImportRoster("console", (None,), 1, 0)  # type: ignore[arg-type]

    with pytest.raises(KioskError, match="inside the kiosk"):
        rig.handle(bad).result(timeout=0)
    assert [r.exc_info is not None for r in caplog.records] == [True]
    assert rig.types() == []

    assert rig.handle(ConfirmClock("console")).result(timeout=0) == Outcome(True, seq=1)


def test_lateness_is_logged_when_it_changes_and_not_at_each_look(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    rig.daemon._progress.beat("reader")
    rig.clock.advance(6)
    for _ in range(3):
        rig.daemon._supervise()
    rig.daemon._progress.beat("reader")
    rig.daemon._supervise()

    assert [record.getMessage() for record in caplog.records] == [
        "no progress: reader",
        "every part makes progress again",
    ]


def test_a_thread_of_the_hardware_outlives_a_round_that_fails(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes: list[list[CardSeen] | Exception] = [RuntimeError("a bug"), []]

    def read() -> list[CardSeen]:
        outcome = outcomes.pop(0)
        if not outcomes:
            rig.daemon._stop.set()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(parts, "AFTER_CRASH_S", 0)
    monkeypatch.setattr(rig.given.hardware.reader, "read", read)
    monkeypatch.setattr(rig.given.hardware.reader, "reset", lambda: None)

    rig.daemon._hardware_threads()[0].run()

    told = [rig.daemon._inbox.get_nowait()[2] for _ in range(2)]
    assert told == [PartLost("reader", "", "its driver failed: see the log"), PartBack("reader")]


REMINDER = Show(Sign.SHUT_DOOR, 4, is_reminder=True)


@pytest.mark.parametrize(
    ("shown", "new", "takes_its_place"),
    [
        (Show(Sign.READY), REMINDER, True),
        (Show(Sign.PUT_IN, 4), REMINDER, True),
        (Show(Sign.PUT_IN, 5), REMINDER, False),
        (Show(Sign.ASK_OFFICE), REMINDER, False),
        (REMINDER, Show(Sign.SHUT_DOOR, 5, is_reminder=True), False),
        (REMINDER, Show(Sign.READY, 4), True),
        (Show(Sign.PUT_IN, 5), Show(Sign.READY, 4), False),
        (Show(Sign.ASK_OFFICE), Show(Sign.READY, 4), False),
        (REMINDER, Show(Sign.READY), True),
        (REMINDER, Show(Sign.PUT_IN, 5), True),
    ],
)
def test_a_sign_that_is_for_somebody_else_stays(
    shown: Show, new: Show, takes_its_place: bool
) -> None:
    assert replaces(shown, new) is takes_its_place


def test_a_reminder_comes_once_the_time_of_another_sign_has_run_out(rig: Rig) -> None:
    rig.daemon._do(Show(Sign.ASK_OFFICE))
    rig.daemon._do(REMINDER)
    assert rig.daemon.screen() == Show(Sign.ASK_OFFICE)
    rig.clock.advance(7)
    rig.daemon._do(REMINDER)
    assert rig.daemon.screen() == REMINDER

    rig.daemon._do(Show(Sign.READY, 4))

    assert rig.daemon.screen() == Show(Sign.READY)


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
        rig.daemon._listeners.tell((card,))
        thread.join(timeout=0.01)

    assert found == [(card,)]
    assert rig.daemon.next_presentation(0) == ()


def test_commands_of_eight_threads_are_all_on_record_each_once(rig: Rig) -> None:
    users = {f"u{n}": User(f"u{n}", f"u{n}", "", ("teacher",)) for n in range(240)}
    rig.core.standing = rig.core.standing._replace(roster=Roster(users=users))
    loop = threading.Thread(target=rig.daemon.run)
    loop.start()
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(rig.daemon.submit, ConfirmClock(f"u{n}")) for n in range(240)]
        seqs = {future.result().seq for future in asked}
    rig.daemon.ask_to_stop()
    loop.join()

    confirmed = [e for e in rig.core.history.recent if e.type is EventType.CLOCK_CONFIRMED]
    assert {event.seq for event in confirmed} == seqs
    assert {event.actor for event in confirmed} == {f"user:u{n}" for n in range(240)}
