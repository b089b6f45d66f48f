"""What the record needs now and then: the disk tried again, events moved into history, old ones
dropped. Belongs to the thread that owns the core; only the writing is done in one of its own."""

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta

from kiosk.background import Background
from kiosk.core import Core
from kiosk.errors import RecordFault
from kiosk.events import SYSTEM, EventType
from kiosk.journal.rewrite import Rewrite
from kiosk.model import PersonKind
from kiosk.retention import Retention, Series, expired, series_of
from kiosk.store import Query, Rotation
from kiosk.timetable.years import first_month

log = logging.getLogger(__name__)

ROTATE_AT = 5_000  # events in the open file; a school of a thousand makes six thousand a day
RECOVER_EVERY_S = 2.0  # so that it is known within 5 s that the disk is back
LOOK_EVERY_S = 2.0  # so that a disk that turned read-only is reported within 5 s
PROBE_EVERY_S = 600.0  # 144 writes of a block a day, beside some thousand of a school's taps
ASIDE_FOR = timedelta(days=90)  # torn and damaged files may name people, as taps do
AGAIN_AFTER_S = 60.0  # a rotation that could not be written is not tried at every round


# The old file still holds words that are to be forgotten, or lines that no hash vouches for.
_ASK_FOR_IT = frozenset(
    {EventType.PERSON_ERASED, EventType.LEAD_TRANSFERRED, EventType.RECORD_REPAIRED}
)


class Upkeep:
    """Looks after the record of one core, a little at each ``round``."""

    def __init__(
        self,
        core: Core,
        monotonic: Callable[[], float],
        *,
        retention: Retention | None = None,
        rotate_at: int = ROTATE_AT,
        probe_every_s: float = PROBE_EVERY_S,
        background: Background | None = None,
    ) -> None:
        self._core = core
        self._monotonic = monotonic
        self._retention = retention or Retention()
        self._rotate_at = rotate_at
        self._background = background or Background("history")
        self._work: Rotation | Rewrite | None = None
        self._next_try = self._recover_at = float("-inf")
        self._look_at = float("-inf")
        self._probe_every_s = probe_every_s
        self._probe_at = monotonic() + probe_every_s
        self._is_asked = False
        self._kept_on: date | None = None
        self._chores: Iterator[str] | None = None

    def round(self) -> None:
        """Do what is due. Raises nothing: what could not be done is tried again later."""
        try:
            if self._work is not None:
                self._go_on(self._work)
            elif self._core.store_fault:
                self._begin_recovery()
            else:
                self._look()
                if not self._core.store_fault and self._monotonic() >= self._next_try:
                    self._begin()
        except (RecordFault, OSError) as fault:
            self._later()
            log.warning("%s", fault)
        except Exception:
            self._later()
            log.exception("the record could not be looked after")

    def _look(self) -> None:
        """A disk that fails at night is to be known of before the first pupil taps."""
        now = self._monotonic()
        if now >= self._probe_at:
            self._probe_at = now + self._probe_every_s
            self._core.look_at_disk(by_writing=True)
        elif now >= self._look_at:
            self._look_at = now + LOOK_EVERY_S
            self._core.look_at_disk(by_writing=False)

    def rotate_soon(self) -> None:
        """Rotate at one of the next rounds, whether it is due or not: the open file is written anew
        then, out of memory."""
        self._is_asked = True

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
        if not self._keep_daily() and self._is_due():
            self._work = self._core.begin_rotation()
            self._is_asked = False
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
        self._chores = None  # what was begun of them begins anew
        self._next_try = self._monotonic() + AGAIN_AFTER_S

    def _is_due(self) -> bool:
        recent = self._core.history.recent
        if self._is_asked or len(recent) >= self._rotate_at:
            return True
        if any(event.type in _ASK_FOR_IT for event in recent):
            return True
        today = self._today()
        first = next((e for e in recent if series_of(e.type) is not Series.MARKS), None)
        return today is not None and first is not None and self._date(first.now.at) < today

    def _keep_daily(self) -> bool:
        """Do one piece of what is due once a day, by a clock that is trusted; whether there was
        one."""
        now = self._core.trusted_now()
        if now is None or self._date(now) == self._kept_on:
            return False
        self._chores = self._chores or self._daily(now)
        if next(self._chores, None) is not None:
            return True
        self._kept_on, self._chores = self._date(now), None
        return False

    def _daily(self, now: datetime) -> Iterator[str]:
        """Drop what is past its age and forget visitors, one after another, then tidy up."""
        timetable = self._core.rules.timetable
        local, month = timetable.local(now), first_month(timetable.calendar.terms)
        while rows := expired(self._core.history.segments, self._retention, local, month):
            self._core.take(self._core.dropping(rows[0]))
            yield "dropped"
        for person in self._past_visitors(now):
            self._core.take(self._core.erasure(SYSTEM, person))
            yield "forgotten"
        self._core.remove_dropped()
        self._core.remove_put_aside(now.timestamp() - ASIDE_FOR.total_seconds())

    def _past_visitors(self, now: datetime) -> Iterator[str]:
        """Visitors of whom nothing was heard for as long as their events are kept."""
        age = self._retention.ages.get(Series.VISITORS)
        if age is None:
            return
        for person in self._core.standing.roster.people.values():
            if person.kind is PersonKind.VISITOR:
                recent = Query(about=person.id, since=now - age)
                if next(self._core.history.newest_first(recent), None) is None:
                    yield person.id

    def _today(self) -> date | None:
        """The date on the school's wall; None while the clock is not trusted."""
        now = self._core.trusted_now()
        return None if now is None else self._date(now)

    def _date(self, at: datetime) -> date:
        return self._core.rules.timetable.local(at).date()
