"""The threads that own hardware: one polls the reader, one drives each bank, one the lights.

Each only turns what it sees into messages. Neither decides anything.
"""

import contextlib
import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence

from hardware.errors import BankLost, LockBusy, LockFault, MayBePulsed, ReaderLost
from hardware.ports import CardReader, CardSeen, Door, LockBank
from hardware.presence import CardKey, Presence
from kiosk.acts import Pulse
from kiosk.messages.sensed import (
    Card,
    CardLeft,
    Closed,
    CoilOn,
    Opened,
    Presented,
    Pulsed,
    PulseRejected,
)
from kiosk.parts import CHECK_EVERY_S, Part, Post
from kiosk.signalling import Signalling

log = logging.getLogger(__name__)

LEFT_S = 30.0  # nobody holds a card to the reader for so long
BUS_POLL_S = 0.05
DOORS_EVERY_S = 0.04  # below the wait: a quiet bus is read each round, a hurried one no faster
POLLS_UNTIL_CLOSED = 3  # a door that falls shut rebounds for some tens of milliseconds
STUCK_S = 5.0  # far beyond any pulse: a bank that is busy for so long has a line stuck
STUCK_WORDS = f"busy for more than {STUCK_S:.0f} s: a line seems to be stuck"
LOST_EVERY_S = 1.0  # a board's time-outs are long, and its pulses must not wait behind them
LOW_WORDS = "the computer's supply is below 4.63 V"
STALE_S = 10.0  # whoever a pulse was for has gone away by then

Clock = Callable[[], float]


class Listeners:
    """Whoever waits for the next presentation, from any thread. Card numbers are kept nowhere."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: set[queue.SimpleQueue[Sequence[CardSeen]]] = set()

    def tell(self, cards: Sequence[CardSeen]) -> None:
        """Hand a presentation to those who wait now."""
        with self._lock:
            for waiting in self._waiting:
                waiting.put(cards)

    def wait(self, timeout_s: float) -> Sequence[CardSeen]:
        """The next presentation; empty when none came in time."""
        mine: queue.SimpleQueue[Sequence[CardSeen]] = queue.SimpleQueue()
        with self._lock:
            self._waiting.add(mine)
        try:
            return mine.get(timeout=timeout_s)
        except queue.Empty:
            return ()
        finally:
            with self._lock:
                self._waiting.discard(mine)


class ReaderLoop:
    """One reader's thread body: ``round`` polls once."""

    def __init__(
        self,
        reader: CardReader,
        presence: Presence,
        post: Post,
        *,
        to_card: Callable[[CardSeen, bool], Card],
        monotonic: Callable[[], float],
        seen: Callable[[Sequence[CardSeen]], None],
    ) -> None:
        self.part = Part("reader", post)
        self._reader = reader
        self._presence = presence
        self._post = post
        self._to_card = to_card
        self._monotonic = monotonic
        self._seen = seen
        self._check_at = 0.0
        self._since: dict[CardKey, float] = {}
        self._is_left = False

    def round(self) -> None:
        """Poll, and post what newly came; report a lost reader, and try to bring it back."""
        try:
            if self.part.is_lost:
                self._reader.reset()
            cards = self._reader.read()
            self._check()
        except ReaderLost as fault:
            if self.part.begin("silent", str(fault)):
                log.warning("reader: %s", fault)
            return
        if self.part.end("silent"):
            log.info("reader: answers again")
        self._present(cards)

    def _check(self) -> None:
        if self._monotonic() >= self._check_at:
            self._reader.check()
            self._check_at = self._monotonic() + CHECK_EVERY_S

    def _present(self, cards: Sequence[CardSeen]) -> None:
        told = self._presence.poll(cards)
        if told is not None:
            self._seen(told.cards)
            self._post(Presented(tuple(self._to_card(c, c in told.came) for c in told.cards)))
        self._watch_lying()

    def _watch_lying(self) -> None:
        """A card that somebody forgot on the reader makes every other tap two cards."""
        now = self._monotonic()
        self._since = {key: self._since.get(key, now) for key in self._presence.lying}
        is_left = any(now - since >= LEFT_S for since in self._since.values())
        if is_left is not self._is_left:
            self._is_left = is_left
            self._post(CardLeft(is_gone=not is_left))


class LightsLoop:
    """The lights' thread body: ``round`` has them show what is to be shown."""

    def __init__(self, signalling: Signalling, post: Post) -> None:
        self.part = Part("lights", post)
        self._signalling = signalling

    def round(self) -> None:
        """Show it; report lights that do not do as told."""
        self._signalling.round()
        if faults := self._signalling.faults:
            self.part.begin("disobedient", "; ".join(faults))
        else:
            self.part.end("disobedient")


class PowerWatch:
    """Looks now and then whether the computer's supply holds. A reader goes deaf where it does not,
    and its card wears out. ``round`` takes no time: a thread that has other work may do it."""

    def __init__(self, is_low: Callable[[], bool | None], post: Post, monotonic: Clock) -> None:
        self.part = Part("power", post)
        self.is_told = False
        self._is_low = is_low
        self._monotonic = monotonic
        self._look_at = float("-inf")

    def round(self) -> None:
        """Look, if it is time; report what has changed."""
        if self._monotonic() < self._look_at:
            return
        self._look_at = self._monotonic() + CHECK_EVERY_S
        is_low = self._is_low()
        self.is_told = is_low is not None
        if is_low and self.part.begin("low", LOW_WORDS):
            log.warning("power: %s", LOW_WORDS)
        elif not is_low and self.part.end("low"):
            log.info("power: the supply holds again")


class BusLoop:
    """One lock bank's thread body: ``round`` starts what may start and reads every door.

    A door is believed open at once, and closed after three polls in a row that say so. A pulse
    that waited ten seconds is rejected; a bank that is busy for five is lost. A bank that does
    not answer is asked again every second. ``pulsing`` is told right before a pulse, in each round
    of it, and when none is left. ``wait_s``: how long a round waits for something to do.
    """

    def __init__(
        self,
        name: str,
        bank: LockBank,
        post: Post,
        monotonic: Clock,
        pulsing: Callable[[bool], None] = lambda begins: None,
        wait_s: float = BUS_POLL_S,
    ) -> None:
        self.part = Part("locks", post, name)
        self._wait_s = wait_s
        self._pulsing = pulsing
        self._is_pulsing = False
        self._stuck: frozenset[int] = frozenset()
        self.cubbies = bank.cubbies
        self._bank = bank
        self._post = post
        self._doors: dict[int, Door] = {}
        self._monotonic = monotonic
        self._asked: queue.SimpleQueue[tuple[float, Pulse]] = queue.SimpleQueue()
        self._waiting: deque[tuple[float, Pulse]] = deque()
        self._busy_since: float | None = None
        self._doors_at = float("-inf")
        self._closed_polls: dict[int, int] = {}
        self.is_stopped = False

    def find_doors(self) -> dict[int, bool]:
        """How the doors stand (cubby to open), before the thread starts. None of a lost bank's."""
        try:
            self._doors = dict(self._bank.doors())
        except LockFault as fault:
            log.warning("%s: %s", self.part.name, fault)
        return {c: door is Door.OPEN for c, door in self._doors.items() if door is not Door.UNKNOWN}

    def ask(self, pulse: Pulse) -> None:
        """Pulse a lock as soon as budget and rest time allow. From any thread."""
        self._asked.put((self._monotonic(), pulse))

    def round(self) -> None:
        """Wait a little for something to do; pulse; read the doors."""
        with contextlib.suppress(queue.Empty):
            self._waiting.append(self._asked.get(timeout=self._wait_s))
            while True:
                self._waiting.append(self._asked.get_nowait())
        self._watch_budget()
        self._watch_coils()
        if not self.is_stopped:
            self._reject_stale()
            self._pulse()
        wait_s = LOST_EVERY_S if self.part.is_lost else DOORS_EVERY_S
        if self._monotonic() - self._doors_at >= wait_s:
            self._doors_at = self._monotonic()
            self._read_doors()

    def _watch_budget(self) -> None:
        now = self._monotonic()
        if not self._bank.on() or not self._bank.busy():
            self._busy_since = None
            if self.part.end("busy"):
                log.info("%s: no longer busy", self.part.name)
        elif self._busy_since is None:
            self._busy_since = now
        elif now - self._busy_since > STUCK_S and self.part.begin("busy", STUCK_WORDS):
            log.warning("%s: %s", self.part.name, STUCK_WORDS)

    def _watch_coils(self) -> None:
        """A coil that was told to go off in vain may burn: somebody has to cut its power."""
        stuck = self._bank.stuck()
        for cubby in sorted(stuck - self._stuck):
            log.critical("%s: the coil of cubby %d may be on", self.part.name, cubby)
            self._post(CoilOn(cubby))
        for cubby in sorted(self._stuck - stuck):
            self._post(CoilOn(cubby, is_over=True))
        self._stuck = stuck
        if self._is_pulsing:  # told each round: whoever listens hears by our silence that we hang
            self._is_pulsing = self._bank.on() > len(stuck)
            self._pulsing(self._is_pulsing)

    def _reject_stale(self) -> None:
        now = self._monotonic()
        stale = [pulse for asked, pulse in self._waiting if now - asked >= STALE_S]
        self._waiting = deque((a, p) for a, p in self._waiting if now - a < STALE_S)
        for pulse in stale:
            log.warning("cubby %d: its pulse waited %.0f s", pulse.cubby, STALE_S)
            self._post(PulseRejected(pulse.cubby, pulse.cause))

    def _pulse(self) -> None:
        for _ in range(len(self._waiting)):
            if self.is_stopped or self._bank.busy():
                return
            asked, pulse = self._waiting.popleft()
            try:
                if not self.part.is_lost:  # before the coil is on: a freeze may come right then
                    self._tell_of_pulse()
                self._bank.unlock(pulse.cubby)
                self._tell_of_pulse()
                self._post(Pulsed(pulse.cubby))
            except LockBusy:
                self._waiting.append((asked, pulse))  # its coil rests; the next may not have to
            except MayBePulsed as fault:
                log.warning("cubby %d: %s", pulse.cubby, fault)
                self._post(Pulsed(pulse.cubby))  # the door decides, or its time runs out
            except LockFault as fault:
                if isinstance(fault, BankLost):
                    self._lose(fault)  # before the rejection, which is then no fault of the door
                log.warning("cubby %d: %s", pulse.cubby, fault)
                self._post(PulseRejected(pulse.cubby, pulse.cause))
            except Exception:
                self._post(PulseRejected(pulse.cubby, pulse.cause))  # somebody waits for it
                raise

    def _tell_of_pulse(self) -> None:
        self._is_pulsing = True
        self._pulsing(True)

    def _read_doors(self) -> None:
        try:
            doors = self._bank.doors()
        except LockFault as fault:
            self._lose(fault)
            return
        if self.part.end("silent"):
            log.info("%s: answer again", self.part.name)
        for cubby, door in doors.items():
            if self._is_news(cubby, door):
                self._doors[cubby] = door
                self._post(Opened(cubby) if door is Door.OPEN else Closed(cubby))

    def _lose(self, fault: LockFault) -> None:
        """The bank does not answer: nothing that was seen of its doors before counts any more."""
        self._closed_polls.clear()
        if self.part.begin("silent", str(fault)):
            log.warning("%s: %s", self.part.name, fault)

    def _is_news(self, cubby: int, door: Door) -> bool:
        """Whether this poll tells of a change that is to be believed."""
        polls = self._closed_polls.get(cubby, 0) + 1 if door is Door.CLOSED else 0
        self._closed_polls[cubby] = polls
        if door is self._doors.get(cubby):
            return False
        return door is Door.OPEN or polls >= POLLS_UNTIL_CLOSED
