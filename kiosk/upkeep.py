"""What the record needs now and then: the disk tried again, events moved into history, old ones
dropped. Belongs to the thread that owns the core; only the writing is done in one of its own."""

import logging
import threading
from collections.abc import Callable
from datetime import date, datetime

from kiosk.core import Core
from kiosk.errors import RecordFault
from kiosk.events import EventType
from kiosk.messages import Dropped
from kiosk.retention import Retention, Series, expired, series_of
from kiosk.store import Query, Rotation

log = logging.getLogger(__name__)

ROTATE_AT = 5_000  # events in the open file; a school of a thousand makes six thousand a day
RECOVER_EVERY_S = 2.0  # so that it is known within 5 s that the disk is back
AGAIN_AFTER_S = 60.0  # a rotation that could not be written is not tried at every round


# The old file still holds words that are to be forgotten, or lines that no hash vouches for.
_ASK_FOR_IT = frozenset({EventType.PERSON_ERASED, EventType.RECORD_REPAIRED})


class Background:
    """Runs one piece of work at a time in a thread of its own."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self.fault: Exception | None = None

    def start(self, work: Callable[[], None]) -> None:
        """Begin it."""

        def run() -> None:
            try:
                work()
            except Exception as fault:  # told by the owner's thread
                self.fault = fault

        self.fault = None
        self._thread = threading.Thread(target=run, name="history", daemon=True)
        self._thread.start()

    def is_done(self) -> bool:
        """Whether it has ended; ``fault`` then says how, if badly."""
        return self._thread is not None and not self._thread.is_alive()


class Upkeep:
    """Looks after the record of one core, a little at each ``round``."""

    def __init__(
        self,
        core: Core,
        monotonic: Callable[[], float],
        *,
        retention: Retention | None = None,
        rotate_at: int = ROTATE_AT,
        background: Background | None = None,
    ) -> None:
        self._core = core
        self._monotonic = monotonic
        self._retention = retention or Retention()
        self._rotate_at = rotate_at
        self._background = background or Background()
        self._rotation: Rotation | None = None
        self._next_try = float("-inf")
        self._kept_on: date | None = None

    def round(self) -> None:
        """Do what is due. Raises nothing: what could not be done is tried again later."""
        try:
            if self._core.store_fault:
                self._recover()
            elif self._rotation is not None:
                self._finish()
            elif self._monotonic() >= self._next_try:
                self._begin()
        except (RecordFault, OSError) as fault:
            self._next_try = self._monotonic() + AGAIN_AFTER_S
            log.warning("%s", fault)

    def rotate_now(self) -> None:
        """Rotate and wait for it: for a kiosk that does not run. Raises RecordFault, OSError."""
        rotation = self._core.begin_rotation()
        try:
            rotation.write()
            self._core.finish_rotation(rotation)
        except BaseException:
            self._core.give_up_rotation()
            raise

    def _recover(self) -> None:
        if self._rotation is not None:
            self._give_up()
        if self._monotonic() < self._next_try:
            return
        self._next_try = self._monotonic() + RECOVER_EVERY_S
        try:
            self._core.try_recovery()
        except RecordFault:
            return  # said once, when it began
        self._next_try = float("-inf")
        log.warning("the record can be written again; all that was kept elsewhere is on it")

    def _begin(self) -> None:
        self._drop_expired()
        if self._is_due():
            self._rotation = self._core.begin_rotation()
            self._background.start(self._rotation.write)

    def _finish(self) -> None:
        if self._rotation is None or not self._background.is_done():
            return
        rotation, self._rotation = self._rotation, None
        if self._background.fault is not None:
            self._core.give_up_rotation()
            raise RecordFault(f"history cannot be written: {self._background.fault}")
        self._core.finish_rotation(rotation)

    def _give_up(self) -> None:
        """A rotation whose file is no longer wanted. Its thread ends by itself."""
        if self._background.is_done():
            self._rotation = None
            self._core.give_up_rotation()

    def _is_due(self) -> bool:
        recent = self._core.history.recent
        if len(recent) >= self._rotate_at:
            return True
        if any(event.type in _ASK_FOR_IT for event in recent):
            return True
        today = self._today()
        first = next((e for e in recent if series_of(e.type) is not Series.MARKS), None)
        return today is not None and first is not None and self._date(first.now.at) < today

    def _drop_expired(self) -> None:
        """Once a day, by a clock that is trusted."""
        now = self._core.trusted_now()
        if now is None or self._date(now) == self._kept_on:
            return
        self._kept_on = self._date(now)
        history = self._core.history
        for row in expired(history.segments, self._retention, now):
            query = Query(after=row.first - 1, before=row.last + 1)
            events = (e for e in history.oldest_first(query) if series_of(e.type) is row.series)
            notes = tuple(event.note for event in events if event.note is not None)
            self._core.take(Dropped(row, notes))
        self._core.remove_dropped()

    def _today(self) -> date | None:
        """The date on the school's wall; None while the clock is not trusted."""
        now = self._core.trusted_now()
        return None if now is None else self._date(now)

    def _date(self, at: datetime) -> date:
        return self._core.rules.timetable.local(at).date()
