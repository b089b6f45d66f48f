"""The threads that own hardware: one polls the reader, one drives the lock bus.

Each only turns what it sees into messages. Neither decides anything.
"""

import contextlib
import logging
import queue
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from hardware.errors import LockBusy, LockFault, ReaderLost
from hardware.ports import CardReader, CardSeen, Door, LockBank
from hardware.presence import Presence
from kiosk.acts import Pulse
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

log = logging.getLogger(__name__)

CHECK_EVERY_S = 2.0  # so that a dead reader is reported within 5 s
BUS_POLL_S = 0.05

Post = Callable[[Message], None]


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
        self._reader = reader
        self._presence = presence
        self._post = post
        self._to_card = to_card
        self._monotonic = monotonic
        self._seen = seen
        self._is_lost = False
        self._check_at = 0.0

    def round(self) -> None:
        """Poll, and post what newly came; report a lost reader, and try to bring it back."""
        try:
            if self._is_lost:
                self._reader.reset()
            cards = self._reader.read()
            self._check()
        except ReaderLost as fault:
            self._lost(fault)
            return
        if self._is_lost:
            self._is_lost = False
            log.info("reader: answers again")
            self._post(PartBack("reader"))
        self._present(cards)

    def _check(self) -> None:
        if self._monotonic() >= self._check_at:
            self._reader.check()
            self._check_at = self._monotonic() + CHECK_EVERY_S

    def _lost(self, fault: ReaderLost) -> None:
        if not self._is_lost:
            self._is_lost = True
            log.warning("reader: %s", fault)
            self._post(PartLost("reader"))

    def _present(self, cards: Sequence[CardSeen]) -> None:
        told = self._presence.poll(cards)
        if told is not None:
            self._seen(told.cards)
            self._post(Presented(tuple(self._to_card(c, c in told.came) for c in told.cards)))


class BusLoop:
    """One lock bank's thread body: ``round`` starts what may start and reads every door."""

    def __init__(self, locks: LockBank, post: Post, doors: Mapping[int, Door]) -> None:
        self._locks = locks
        self._post = post
        self._doors = dict(doors)
        self._asked: queue.SimpleQueue[Pulse] = queue.SimpleQueue()
        self._waiting: deque[Pulse] = deque()
        self._is_lost = False
        self.is_stopped = False

    def ask(self, pulse: Pulse) -> None:
        """Pulse a lock as soon as budget and rest time allow. From any thread."""
        self._asked.put(pulse)

    def round(self) -> None:
        """Wait a little for something to do; pulse; read the doors."""
        with contextlib.suppress(queue.Empty):
            self._waiting.append(self._asked.get(timeout=BUS_POLL_S))
        self._pulse()
        self._read_doors()

    def _pulse(self) -> None:
        for _ in range(len(self._waiting)):
            if self.is_stopped or self._locks.busy():
                return
            pulse = self._waiting.popleft()
            try:
                self._locks.unlock(pulse.cubby)
                self._post(Pulsed(pulse.cubby))
            except LockBusy:
                self._waiting.append(pulse)  # its coil rests; the next one may not have to
            except LockFault as fault:
                log.warning("cubby %d: %s", pulse.cubby, fault)
                self._post(PulseRejected(pulse.cubby, pulse.cause))

    def _read_doors(self) -> None:
        try:
            doors = self._locks.doors()
        except LockFault as fault:
            if not self._is_lost:
                self._is_lost = True
                log.warning("locks: %s", fault)
                self._post(PartLost("locks"))
            return
        if self._is_lost:
            self._is_lost = False
            log.info("locks: answer again")
            self._post(PartBack("locks"))
        for cubby, door in doors.items():
            if door is not self._doors.get(cubby) and door is not Door.UNKNOWN:
                self._doors[cubby] = door
                self._post(Opened(cubby) if door is Door.OPEN else Closed(cubby))
