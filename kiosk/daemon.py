"""The daemon: one queue, one loop that owns all state, and the threads around it.

Taps and doors go before commands. Events are on disk before any act is done.
"""

import itertools
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NoAnswer
from dataclasses import dataclass, field
from typing import Any, Protocol

from hardware.ports import CardSeen, Door, Hardware
from hardware.presence import Presence
from kiosk import __version__
from kiosk.acts import Act, Pulse, Show, Sign
from kiosk.core import Core, find_events
from kiosk.drafting import Outcome, Rules, Standing
from kiosk.errors import NotRunning, RecordFault
from kiosk.events import Alert, Event, Moment
from kiosk.loops import BusLoop, ReaderLoop
from kiosk.messages import Card, Command, Message, Presented, Started, Stopping, Tick
from kiosk.policy.words import FACES
from kiosk.progress import Progress
from kiosk.service import Health
from kiosk.station import current_phase
from kiosk.systemd import ServiceManager
from kiosk.timetable import Phase

log = logging.getLogger(__name__)

TICK_S = 0.25
LATE_S = 5.0  # a part that made no progress for so long has stopped
ANSWER_S = 10.0

Asked = tuple[int, int, Message, "Future[Outcome | None] | None"]


class Server(Protocol):
    """Something served from a thread of its own: the pages, the control socket."""

    @property
    def name(self) -> str:
        """The thread's name."""

    def serve(self) -> None:
        """Serve until ``stop``."""

    def stop(self) -> None:
        """End ``serve``, from another thread."""


@dataclass(slots=True)
class Parts:
    """What the daemon is made of; bootstrap puts it together."""

    core: Core
    hardware: Hardware
    presence: Presence
    to_card: Callable[[CardSeen, bool], Card]
    manager: ServiceManager
    monotonic: Callable[[], float]
    school: str
    poll_s: float
    beat_guard: Callable[[], None] = lambda: None
    servers: Sequence[Server] = field(default_factory=list)


class Daemon:
    """One kiosk at work. It is the ``Service`` that the pages and the control socket talk to."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._core = parts.core
        self._inbox: queue.PriorityQueue[Asked] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._progress = Progress(parts.monotonic, LATE_S)
        self._stop = threading.Event()
        self._stop_asked = False
        self._screen = (Show(Sign.READY), 0.0)
        self._presentations: list[Sequence[CardSeen]] = []
        self._presented = threading.Condition()
        self._ready = False
        doors = parts.hardware.locks.doors()
        self._bus = BusLoop(parts.hardware.locks, self.post, doors)
        self._doors_found = {c: d is Door.OPEN for c, d in doors.items() if d is not Door.UNKNOWN}

    # the loop

    def run(self) -> int:
        """Work until ``ask_to_stop``; everything is off on return."""
        threads = [*self._hardware_threads(), *self._server_threads()]
        self._handle(Started(__version__, self._parts.hardware.is_simulated, self._doors_found))
        for thread in threads:
            thread.start()
        self._ready = True
        self._parts.manager.ready()
        try:
            while not self._stop_asked:
                self._round()
        finally:
            self._end(threads)
        return 0

    def ask_to_stop(self) -> None:
        """Turn everything off, then end. Called from signal handlers: takes no lock."""
        self._bus.is_stopped = True
        self._parts.hardware.locks.all_off()
        self._stop_asked = True

    def post(self, message: Message) -> None:
        """Put a fact from the hardware on the queue, before all commands."""
        self._inbox.put((0, next(self._numbers), message, None))

    def _round(self) -> None:
        """Take what is there until the next tick is due, then tick."""
        due = self._parts.monotonic() + TICK_S
        while not self._stop_asked and (left := due - self._parts.monotonic()) > 0:
            try:
                _, _, message, reply = self._inbox.get(timeout=left)
            except queue.Empty:
                break
            self._handle(message, reply)
        self._handle(Tick())
        self._supervise()

    def _handle(self, message: Message, reply: "Future[Outcome | None] | None" = None) -> None:
        known = self._core.store_fault
        try:
            acts, outcome = self._core.take(message)
        except RecordFault as fault:
            if str(fault) != known:
                log.error("%s", fault)
            self._refuse(message, reply, fault)
            return
        for act in acts:
            self._do(act)
        if reply is not None:
            reply.set_result(outcome)

    def _refuse(
        self, message: Message, reply: "Future[Outcome | None] | None", fault: RecordFault
    ) -> None:
        """Nothing could be written, so nothing happens."""
        if isinstance(message, Presented):
            self._do(Show(Sign.ASK_OFFICE))
        if reply is not None:
            reply.set_exception(fault)

    def _do(self, act: Act) -> None:
        match act:
            case Pulse():
                self._bus.ask(act)
            case Show():
                stays = FACES[act.sign].stays_s
                until = self._parts.monotonic() + stays if stays else 0.0
                self._screen = (act, until)

    def _supervise(self) -> None:
        self._progress.beat("main")
        self._parts.beat_guard()
        late = self._progress.late()
        if late:
            log.error("no progress: %s", ", ".join(late))
        else:
            self._parts.manager.alive()

    def _end(self, threads: Sequence[threading.Thread]) -> None:
        self._ready = False
        self._parts.manager.stopping()
        self.ask_to_stop()
        self._stop.set()
        for server in self._parts.servers:
            server.stop()
        for thread in threads:
            thread.join(timeout=ANSWER_S)
        self._handle(Stopping())
        while not self._inbox.empty():
            reply = self._inbox.get_nowait()[3]
            if reply is not None:
                reply.set_exception(NotRunning("the kiosk is stopping; nothing has happened"))

    # the threads around it

    def _hardware_threads(self) -> list[threading.Thread]:
        parts = self._parts
        reader = ReaderLoop(
            parts.hardware.reader,
            parts.presence,
            self.post,
            to_card=parts.to_card,
            monotonic=parts.monotonic,
            seen=self._note_presentation,
        )
        return [
            self._thread("reader", reader.round, parts.poll_s),
            self._thread("locks", self._bus.round, 0),
        ]

    def _server_threads(self) -> list[threading.Thread]:
        return [
            threading.Thread(target=server.serve, name=server.name, daemon=True)
            for server in self._parts.servers
        ]

    def _thread(self, name: str, round: Callable[[], None], pause_s: float) -> threading.Thread:
        def work() -> None:
            while not self._stop.is_set():
                round()
                self._progress.beat(name)
                if pause_s:
                    self._stop.wait(pause_s)

        self._progress.beat(name)
        return threading.Thread(target=work, name=name, daemon=True)

    def _note_presentation(self, cards: Sequence[CardSeen]) -> None:
        with self._presented:
            self._presentations = [*self._presentations[-9:], cards]
            self._presented.notify_all()

    def next_presentation(self, timeout_s: float) -> Sequence[CardSeen]:
        """The cards of the next presentation, with their numbers: for fitting a reader.

        Empty when none came within ``timeout_s``.
        """
        with self._presented:
            before = self._presentations
            self._presented.wait_for(lambda: self._presentations is not before, timeout_s)
            return self._presentations[-1] if self._presentations is not before else ()

    # the service

    @property
    def school(self) -> str:
        """The school's name."""
        return self._parts.school

    @property
    def rules(self) -> Rules:
        """The rules in force."""
        return self._core.rules

    def standing(self) -> Standing:
        """As of now."""
        return self._core.standing

    def now(self) -> Moment:
        """Now, by the kiosk's clock."""
        return self._core.clock.now()

    def phase(self) -> Phase | None:
        """The phase now."""
        return current_phase(self.rules, self.standing(), self.now())

    def screen(self) -> Show:
        """What the pupils are shown now."""
        show, until = self._screen
        if until and self._parts.monotonic() > until:
            return Show(Sign.READY)
        return show

    def health(self) -> Health:
        """How its parts are."""
        alerts = {alert for alert, _ in self.standing().state.alerts}
        late = self._progress.late()
        return Health(
            ready=self._ready and not late,
            simulated=self._parts.hardware.is_simulated,
            reader=_part("reader", Alert.READER_LOST in alerts, late),
            locks=_part("locks", Alert.LOCKS_LOST in alerts, late),
            store=self._core.store_fault or "ok",
            clock="trusted" if self.phase() is not None else "not trusted",
            version=__version__,
        )

    def submit(self, command: Command) -> Outcome:
        """Carry out a command; durable on return. See ``Service.submit``."""
        reply: Future[Outcome | None] = Future()
        if self._stop_asked:
            raise NotRunning("the kiosk is stopping; nothing has happened")
        self._inbox.put((1, next(self._numbers), command, reply))
        try:
            outcome = reply.result(timeout=ANSWER_S)
        except NoAnswer:
            raise NotRunning(
                f"no answer within {ANSWER_S:.0f} s; look before trying again"
            ) from None
        if outcome is None:
            raise RecordFault("the command left no outcome")
        return outcome

    def events(self, **query: Any) -> list[Event]:
        """Past events, newest first. See ``Service.events``."""
        return find_events(self._core.history, **query)

    def note(self, id: str) -> str:
        """The words of a note."""
        return self._core.notes.get(id, "")


def _part(name: str, is_lost: bool, late: Sequence[str]) -> str:
    if is_lost:
        return "does not answer"
    return "makes no progress" if name in late else "ok"
