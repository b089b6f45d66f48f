"""The record is read and checked as a whole once a day: a bad block in history is to be known of
while there are backups that have what it took. Belongs to the thread that owns the core; the
reading is done in a process of its own. See docs/adr/0017-the-record-is-scrubbed.md.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from kiosk.background import Background
from kiosk.copying import LIMIT_S
from kiosk.core import Core
from kiosk.errors import KioskError
from kiosk.events import SYSTEM
from kiosk.messages.record import Scrubbed
from kiosk.store import FILE_NAME
from kiosk.taps.facts import current_phase
from kiosk.timetable import Phase

log = logging.getLogger(__name__)

FIRST_AFTER_S = 600.0  # of a start: by then all that is urgent is done
EVERY_S = 86_400.0
SURE_AFTER_S = 60.0  # what is found is looked for again before it is said
AGAIN_AFTER_S = 3600.0  # where it could not be done; each time twice as long, up to a day
OVERDUE_AFTER_S = 2 * EVERY_S
_BUSY = frozenset({Phase.ARRIVAL, Phase.RELEASE})


class Scrub:
    """Has the record of one core checked when it is due, which a little at each ``round`` sees to.

    ``verify``: as ``kiosk.backups.Backups.verify``; it is called in a thread of its own. ``renew``:
    has the open file written anew, out of memory. ``last``: when all of it was read at last (UTC),
    since the start.
    """

    def __init__(
        self,
        core: Core,
        verify: Callable[[], Mapping[str, Any]],
        monotonic: Callable[[], float],
        *,
        renew: Callable[[], None],
        background: Background | None = None,
    ) -> None:
        self._core = core
        self._verify = verify
        self._monotonic = monotonic
        self._renew = renew
        self._background = background or Background("scrub")
        self._due_at = monotonic() + FIRST_AFTER_S
        self._overdue_at = monotonic() + OVERDUE_AFTER_S
        self._again_after_s = AGAIN_AFTER_S
        self._is_under_way = False
        self._is_suspected = False
        self._found: Mapping[str, Any] = {}
        self.last: datetime | None = None

    @property
    def is_overdue(self) -> bool:
        """Whether it was not done for two days, whatever keeps it from being done."""
        return self._monotonic() >= self._overdue_at

    def round(self) -> None:
        """Do what is due. Raises nothing: what could not be done is tried again later."""
        try:
            if self._is_under_way:
                self._end()
            elif self._is_due():
                self._is_under_way = True
                self._background.start(self._read)
        except Exception:
            self._is_under_way = False
            self._put_off()
            log.exception("the record could not be looked through")

    def _is_due(self) -> bool:
        """Nothing competes with a rush. A clock that is not trusted puts nothing off; a disk that
        fails has an alert of its own."""
        if self._monotonic() < self._due_at or self._core.store_fault:
            return False
        core, now = self._core, self._core.clock.now()
        ended = replace(now, at=now.at + timedelta(seconds=LIMIT_S), mono=now.mono + LIMIT_S)
        phases = (current_phase(core.rules, core.standing, at) for at in (now, ended))
        return _BUSY.isdisjoint(phases)

    def _read(self) -> None:
        self._found = self._verify()

    def _end(self) -> None:
        if not self._background.is_done():
            return
        self._is_under_way = False
        fault = self._background.fault
        if isinstance(fault, KioskError):
            self._put_off()
            log.warning("the record was not looked through: %s", fault)
        elif fault is not None:
            raise fault
        elif self._core.store_fault:
            self._put_off()
        else:
            self._heed(self._found)

    def _put_off(self) -> None:
        self._due_at = self._monotonic() + self._again_after_s
        self._again_after_s = min(2 * self._again_after_s, EVERY_S)

    def _heed(self, found: Mapping[str, Any]) -> None:
        """Say what was found, once it is found twice: somebody may have mended it meanwhile. An
        open file that is damaged is said at once, and written anew from memory, once."""
        findings, files = found["findings"], tuple(found["files"])
        log.info("the record was looked through: %s events, %s findings", found["events"], findings)
        now = self._monotonic()
        self.last, self._overdue_at = self._core.clock.now().at, now + OVERDUE_AFTER_S
        self._again_after_s = AGAIN_AFTER_S
        self._is_suspected = bool(findings) and not self._is_suspected
        self._due_at = now + (SURE_AFTER_S if self._is_suspected else EVERY_S)
        if self._is_suspected and FILE_NAME in files:
            self._renew()
        if not self._is_suspected or FILE_NAME in files:
            self._core.take(Scrubbed(SYSTEM, findings, files))
