"""What the record needs now and then: the disk tried again, events moved into history, old ones
dropped. Belongs to the thread that owns the core; only the writing is done in one of its own."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta

from kiosk.core import Core
from kiosk.errors import RecordFault
from kiosk.events import EventType
from kiosk.journal.rewrite import Rewrite
from kiosk.messages.record import Dropped
from kiosk.retention import Retention, Series, expired, series_of, types_of
from kiosk.staff.acting import note_ids
from kiosk.state.arrangements import HoldKind
from kiosk.state.incidents import LEAD_NOTES
from kiosk.store import Query, Rotation

log = logging.getLogger(__name__)

ROTATE_AT = 5_000  # events in the open file; a school of a thousand makes six thousand a day
KEPT_UNTIL_TRANSFERRED = LEAD_NOTES | {HoldKind.SAFEGUARDING.value, HoldKind.POLICE.value}
RECOVER_EVERY_S = 2.0  # so that it is known within 5 s that the disk is back
ASIDE_FOR = timedelta(days=90)  # torn and damaged files may name people, as taps do
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
        self._thread = threading.Thread(target=self._run, args=(work,), name="history", daemon=True)
        self._thread.start()

    def is_done(self) -> bool:
        """Whether it has ended; ``fault`` then says how, if badly."""
        return self._thread is not None and not self._thread.is_alive()

    def _run(self, work: Callable[[], None]) -> None:
        self.fault = None
        try:
            work()
        except Exception as fault:  # told by the owner's thread
            self.fault = fault


class Foreground(Background):
    """The same where time is turned by hand: it is done on return."""

    def start(self, work: Callable[[], None]) -> None:
        """Do it."""
        self._run(work)

    def is_done(self) -> bool:
        """It has ended."""
        return True


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
        self._work: Rotation | Rewrite | None = None
        self._next_try = self._recover_at = float("-inf")
        self._kept_on: date | None = None

    def round(self) -> None:
        """Do what is due. Raises nothing: what could not be done is tried again later."""
        try:
            if self._work is not None:
                self._go_on(self._work)
            elif self._core.store_fault:
                self._begin_recovery()
            elif self._monotonic() >= self._next_try:
                self._begin()
        except (RecordFault, OSError) as fault:
            self._later()
            log.warning("%s", fault)
        except Exception:
            self._later()
            log.exception("the record could not be looked after")

    def rotate_now(self) -> None:
        """Rotate and wait for it: for a kiosk that does not run. Raises RecordFault, OSError."""
        rotation = self._core.begin_rotation()
        try:
            rotation.write()
            self._core.finish_rotation(rotation)
        except BaseException:
            self._core.give_up_rotation(rotation)
            raise

    def _begin(self) -> None:
        if not self._drop_expired() and self._is_due():
            self._work = self._core.begin_rotation()
            self._background.start(self._work.write)

    def _go_on(self, work: Rotation | Rewrite) -> None:
        """Finish what is written in the background, once it is; nothing else begins before."""
        if not self._background.is_done():
            return
        self._work = None
        fault = self._background.fault
        if isinstance(work, Rewrite):
            self._end_recovery(work, fault)
        elif fault is not None or self._core.store_fault:
            self._core.give_up_rotation(work)
            if fault is not None:
                raise RecordFault(f"history cannot be written: {fault}")
        else:
            self._core.finish_rotation(work)

    def _begin_recovery(self) -> None:
        if self._monotonic() < self._recover_at:
            return
        self._recover_at = self._monotonic() + RECOVER_EVERY_S
        with suppress(RecordFault):  # said once, when it began
            rewrite = self._core.begin_recovery()
            if rewrite is None:
                self._recover(None)
            else:
                self._work = rewrite
                self._background.start(rewrite.write)

    def _end_recovery(self, rewrite: Rewrite, fault: Exception | None) -> None:
        if fault is not None:
            self._core.give_up_recovery()
        else:
            with suppress(RecordFault):
                self._recover(rewrite)

    def _recover(self, rewrite: Rewrite | None) -> None:
        self._core.finish_recovery(rewrite)
        self._recover_at = float("-inf")
        log.warning("the record can be written again; all that was kept elsewhere is on it")

    def _later(self) -> None:
        self._next_try = self._monotonic() + AGAIN_AFTER_S

    def _is_due(self) -> bool:
        recent = self._core.history.recent
        if len(recent) >= self._rotate_at:
            return True
        if any(event.type in _ASK_FOR_IT for event in recent):
            return True
        today = self._today()
        first = next((e for e in recent if series_of(e.type) is not Series.MARKS), None)
        return today is not None and first is not None and self._date(first.now.at) < today

    def _drop_expired(self) -> bool:
        """Drop what is past its age, one segment at a time; whether there was one. Looked for once
        a day, by a clock that is trusted."""
        now = self._core.trusted_now()
        if now is None or self._date(now) == self._kept_on:
            return False
        history = self._core.history
        row = next(iter(expired(history.segments, self._retention, now)), None)
        if row is None:
            self._kept_on = self._date(now)
            self._core.remove_dropped()
            self._core.remove_put_aside(now.timestamp() - ASIDE_FOR.total_seconds())
            return False
        query = Query(after=row.first - 1, before=row.last + 1, types=types_of(row.series))
        notes = note_ids(history.oldest_first(query)) - self._kept_apart()
        self._core.take(Dropped(row, tuple(sorted(notes))))
        return True

    def _kept_apart(self) -> frozenset[str]:
        """What the safeguarding lead has to transfer first: no age ends it."""
        private = self._core.private_notes.values()
        return frozenset(note.id for note in private if note.kind in KEPT_UNTIL_TRANSFERRED)

    def _today(self) -> date | None:
        """The date on the school's wall; None while the clock is not trusted."""
        now = self._core.trusted_now()
        return None if now is None else self._date(now)

    def _date(self, at: datetime) -> date:
        return self._core.rules.timetable.local(at).date()
