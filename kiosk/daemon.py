"""The daemon: one queue, one loop that owns all state, and the threads around it.

Taps and doors go before commands. Events are on disk before any act is done. It is one class, and
a long one, as whatever it starts has to end together: the queue, the parts, the servers.
"""

import itertools
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NoAnswer
from functools import partial

from hardware.ports import CardSeen
from kiosk import __version__
from kiosk.acts import Act, Pulse, Show
from kiosk.cabinet.usable import no_bank_answers
from kiosk.collaborators import Collaborators, Server
from kiosk.drafting import Outcome
from kiosk.errors import KioskError, NotRunning, RecordFault
from kiosk.events import Alert
from kiosk.loops import BusLoop, LightsLoop, Listeners, PowerWatch, ReaderLoop
from kiosk.messages import Command, Message
from kiosk.messages.sensed import Presented, Started, Stopping, Tick
from kiosk.orders.making import made
from kiosk.orders.sources import Sources
from kiosk.orders.uploads import Uploaded
from kiosk.orders.wanted import Format, Wanted, is_light
from kiosk.parts import AFTER_CRASH_S, Part, keep_going
from kiosk.progress import Progress
from kiosk.pulsing import Pulsing
from kiosk.reading import Reading
from kiosk.screen import at_rest
from kiosk.service import Health
from kiosk.showing import Showing
from kiosk.signalling import ROUND_S, Signalling
from kiosk.wellbeing import history_words, lights_words, locks_words, power_words, reader_words

log = logging.getLogger(__name__)

TICK_S = 0.25
LATE_S = 5.0  # a part that made no progress for so long has stopped
ANSWER_S = 10.0
ROTATION_S = 60.0

INSIDE = "this failed inside the kiosk; nothing was done: see the log"

Reply = Future[Outcome | None]
Asked = tuple[int, int, Message, Reply | None]


class Daemon(Reading):
    """One kiosk at work. It is the ``Service`` that the pages and the control socket talk to."""

    def __init__(self, given: Collaborators) -> None:
        super().__init__(given.core, school=given.school)
        self._with = given
        self._inbox: queue.PriorityQueue[Asked] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._progress = Progress(given.monotonic, LATE_S)
        self._stop = threading.Event()
        self._stop_asked = False
        self._exit_status = 0
        self._late: list[str] = []
        self.showing = Showing(
            given.monotonic,
            given.profile,
            done_s=lambda: self.rules.screen.done_s,
            at_rest=self._at_rest,
            is_stuck=self._is_stuck,
        )
        self.bell = self.showing.bell
        self.signalling = Signalling(
            given.hardware.lights, self.showing.lit, given.monotonic, given.profile
        )
        self._listeners = Listeners()
        self._parts: list[Part] = []
        self._ready = False
        self._pulsing = Pulsing(given.tell_guard_of_pulse)
        self._power = PowerWatch(given.hardware.power_is_low, self.post, given.monotonic)
        self._buses = [
            BusLoop(name, bank, self.post, given.monotonic, self._teller(name))
            for name, bank in given.hardware.banks.items()
        ]
        self._bus_of = {cubby: bus for bus in self._buses for cubby in bus.cubbies}

    def _teller(self, bank: str) -> Callable[[bool], None]:
        """What tells the guard of a bank's pulses; of those that a board ends it need not know."""
        if bank in self._with.hardware.self_timed:
            return lambda is_on: None
        return partial(self._pulsing.hear, bank)

    # the loop

    def run(self) -> int:
        """Work until ``ask_to_stop``, or until something breaks that only a new start mends.

        Everything is off on return. The exit status is 1 where it has to be started anew, else 0.
        """
        started: list[threading.Thread] = []
        try:
            self._handle(self._started())
            self.signalling.self_test()
            for thread in (*self._hardware_threads(), *self._server_threads()):
                thread.start()
                started.append(thread)
            self._ready = True
            self._with.manager.ready()
            self._with.manager.status(self._with.status)
            while not self._stop_asked:
                self._round()
        finally:
            self._end(started)
        return self._exit_status

    def _started(self) -> Started:
        is_failing = bool(self._core.store_fault)
        doors = {c: is_open for bus in self._buses for c, is_open in bus.find_doors().items()}
        return Started(__version__, self._with.hardware.is_simulated, doors, is_failing)

    def ask_to_stop(self) -> None:
        """Turn everything off, then end. Called from signal handlers: takes no lock."""
        for bus in self._buses:
            bus.is_stopped = True
        self._with.hardware.all_off()
        self._stop_asked = True

    def post(self, message: Message) -> None:
        """Put a fact from the hardware on the queue, before all commands."""
        if isinstance(message, Presented):
            self.showing.tapped()
        self._inbox.put((0, next(self._numbers), message, None))

    def _round(self) -> None:
        """Take what is there until the next tick is due, then tick."""
        due = self._with.monotonic() + TICK_S
        while not self._stop_asked and (left := due - self._with.monotonic()) > 0:
            try:
                _, _, message, reply = self._inbox.get(timeout=left)
            except queue.Empty:
                break
            self._handle(message, reply)
        self._handle(Tick())
        self._with.upkeep.round()
        self._with.scrub.round()
        self._power.round()
        self._supervise()

    def _handle(self, message: Message, reply: Reply | None = None) -> None:
        """Take one message; whatever comes of it, the loop goes on."""
        try:
            acts, outcome = self._take(message)
            for act in acts:
                self._do(act)
        except RecordFault as fault:
            if reply is not None:
                reply.set_exception(fault)
        except Exception:
            log.exception("%s failed", type(message).__name__)
            if reply is not None:
                reply.set_exception(KioskError(INSIDE))
        else:
            if reply is not None:
                reply.set_result(outcome)
        self.showing.announce()

    def _take(self, message: Message) -> tuple[Sequence[Act], Outcome | None]:
        try:
            return self._core.take(message)
        finally:
            if isinstance(message, Presented):
                self.showing.decided()

    def _give_up(self, why: str) -> None:
        """End, so that the service manager starts a new daemon."""
        if not self._exit_status:
            log.critical("ending, to be started anew: %s", why)
        self._exit_status = 1
        self.ask_to_stop()

    def _do(self, act: Act) -> None:
        match act:
            case Pulse():
                self._bus_of[act.cubby].ask(act)
            case Show():
                if self.showing.show(act):
                    self.signalling.shown_anew()

    def _supervise(self) -> None:
        self._progress.beat("main")
        self._with.beat_guard()
        if not self._with.guard_is_alive():
            self._give_up("its guard is gone")
        late = self._progress.late()
        if late and late != self._late:
            log.error("no progress: %s", ", ".join(late))
        elif self._late and not late:
            log.info("every part makes progress again")
        self._late = late
        if not late:
            self._with.manager.alive()

    def _end(self, started: Sequence[threading.Thread]) -> None:
        self._ready = False
        self.ask_to_stop()
        self._with.manager.stopping()
        self._stop.set()
        self.bell.end()
        self._with.press.close()
        self.stop_servers()
        for thread in started:
            self._with.beat_guard()
            thread.join(timeout=ANSWER_S)
        self._handle(Stopping())
        while not self._inbox.empty():
            reply = self._inbox.get_nowait()[3]
            if reply is not None:
                reply.set_exception(NotRunning("the kiosk is stopping; nothing has happened"))

    def stop_servers(self) -> None:
        """Stop every server, served or not; on its own for a daemon that never comes to run."""
        servers, self._with.servers = self._with.servers, ()
        for server in servers:
            try:
                server.stop()
            except Exception:
                log.exception("%s: could not be stopped", server.name)

    # the threads around it

    def _hardware_threads(self) -> list[threading.Thread]:
        given = self._with
        reader = ReaderLoop(
            given.hardware.reader,
            given.presence,
            self.post,
            to_card=given.to_card,
            monotonic=given.monotonic,
            seen=self._listeners.tell,
        )
        lights = LightsLoop(self.signalling, self.post)
        buses = [bus.part for bus in self._buses]
        self._parts = [reader.part, *buses, lights.part, self._power.part]
        return [
            self._thread(reader.part, reader.round, given.poll_s),
            *(self._thread(bus.part, bus.round, 0) for bus in self._buses),
            self._thread(lights.part, lights.round, ROUND_S),
        ]

    def _server_threads(self) -> list[threading.Thread]:
        return [
            threading.Thread(target=self._serve, args=(server,), name=server.name, daemon=True)
            for server in self._with.servers
        ]

    def _serve(self, server: Server) -> None:
        """Serve, and anew where that fails. It feeds no watchdog: see ADR 14."""
        while not self._stop.is_set():
            try:
                server.serve()
            except Exception:
                log.exception("%s: serving failed", server.name)
            self._stop.wait(AFTER_CRASH_S)

    def _thread(self, part: Part, round: Callable[[], None], pause_s: float) -> threading.Thread:
        def beat() -> None:
            self._progress.beat(part.name)

        def work() -> None:
            keep_going(part, round, stop=self._stop, beat=beat, pause_s=pause_s)

        beat()
        return threading.Thread(target=work, name=part.name, daemon=True)

    def next_presentation(self, timeout_s: float) -> Sequence[CardSeen]:
        """The cards of the next presentation, with their numbers: for fitting a reader.

        Empty when none came within ``timeout_s``.
        """
        return self._listeners.wait(timeout_s)

    # the service

    def screen(self) -> Show:
        """What the pupils are shown now."""
        return self.showing.shown()

    def _is_stuck(self) -> bool:
        return not {"main", "reader"}.isdisjoint(self._progress.late())

    def _at_rest(self) -> Show:
        state = self.standing().state
        alerts = {alert for alert, _ in state.alerts}
        if not no_bank_answers(self.rules, state):
            alerts.discard(Alert.LOCKS_LOST)  # the others still open
        return at_rest(self.phase(), alerts, is_stuck=self._is_stuck())

    def health(self) -> Health:
        """How its parts are."""
        state = self.standing().state
        late = self._progress.late()
        return Health(
            ready=self._ready and not late and not self._core.store_fault,
            simulated=self._with.hardware.is_simulated,
            reader=reader_words(state, late),
            locks=locks_words(state, late, list(self._with.hardware.banks)),
            lights=lights_words(state, late),
            power=power_words(state, is_told=self._power.is_told),
            store="failing" if self._core.store_fault else "ok",
            clock="trusted" if self.phase() is not None else "not trusted",
            version=__version__,
            history=history_words(state, is_overdue=self._with.scrub.is_overdue),
            looked_through=looked.isoformat() if (looked := self._with.scrub.last) else "",
            details={part.name: part.detail for part in self._parts if part.is_lost},
            reader_counts=self._with.hardware.reader.counts(),
        )

    def make(self, wanted: Wanted, format: Format) -> bytes:
        """See ``Service.make``."""
        sources = Sources.of(self)
        if is_light(wanted, format):
            return made(wanted, format, sources)
        return self._with.press.make(wanted, format, sources)

    def read_upload(self, uploaded: Uploaded) -> bytes:
        """See ``Service.read_upload``."""
        return self._with.press.read(uploaded)

    def clear_out(self) -> list[str]:
        """See ``Service.clear_out``. What has to be rotated is by the next rounds."""
        wanted = self.standing().state.seq
        give_up = self._with.monotonic() + ROTATION_S
        while self._core.rotated_through < wanted:
            if self._with.monotonic() > give_up or self._stop.wait(TICK_S):
                raise NotRunning("the old file is not written anew yet; it will be")
        return self._core.remove_put_aside()

    def submit(self, command: Command) -> Outcome:
        """Carry out a command; durable on return. See ``Service.submit``."""
        reply: Reply = Future()
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
