"""The record is read and checked as a whole once a day: a bad block in history is to be known of
while there are backups that have what it took. Belongs to the thread that owns the core; the
reading is done in a process of its own. See docs/adr/0017-the-record-is-scrubbed.md.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from kiosk.background import Background
from kiosk.core import Core
from kiosk.errors import KioskError
from kiosk.events import SYSTEM
from kiosk.messages.record import Scrubbed
from kiosk.taps.facts import current_phase
from kiosk.timetable import Phase

log = logging.getLogger(__name__)

FIRST_AFTER_S = 600.0  # of a start: by then all that is urgent is done
EVERY_S = 86_400.0
AGAIN_AFTER_S = 3600.0  # where it could not be done, as while a backup is made
_BUSY = frozenset({Phase.ARRIVAL, Phase.RELEASE})  # nothing competes with a rush


class Scrub:
    """Has the record of one core checked when it is due, which a little at each ``round`` sees to.

    ``verify``: as ``kiosk.backups.Backups.verify``; it is called in a thread of its own.
    """

    def __init__(
        self,
        core: Core,
        verify: Callable[[], Mapping[str, Any]],
        monotonic: Callable[[], float],
        background: Background | None = None,
    ) -> None:
        self._core = core
        self._verify = verify
        self._monotonic = monotonic
        self._background = background or Background()
        self._due_at = monotonic() + FIRST_AFTER_S
        self._is_under_way = False
        self._found: Mapping[str, Any] = {}

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
            self._due_at = self._monotonic() + AGAIN_AFTER_S
            log.exception("the record could not be looked through")

    def _is_due(self) -> bool:
        """A disk that fails has its own alert; a clock that is not trusted puts nothing off."""
        if self._monotonic() < self._due_at or self._core.store_fault:
            return False
        core = self._core
        return current_phase(core.rules, core.standing, core.clock.now()) not in _BUSY

    def _read(self) -> None:
        self._found = self._verify()

    def _end(self) -> None:
        if not self._background.is_done():
            return
        self._is_under_way = False
        fault, found = self._background.fault, self._found
        self._due_at = self._monotonic() + (AGAIN_AFTER_S if fault else EVERY_S)
        if isinstance(fault, KioskError):
            log.warning("the record was not looked through: %s", fault)
        elif fault is not None:
            raise fault
        else:
            self._core.take(Scrubbed(SYSTEM, found["findings"], tuple(found["files"])))
            log.info("the record was looked through: %s events", found["events"])
