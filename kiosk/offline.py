"""A kiosk whose daemon does not run: its record can be read and its tables changed."""

from typing import Any

from kiosk import __version__
from kiosk.acts import Show, Sign
from kiosk.core import Core, find_events
from kiosk.drafting import Outcome, Rules, Standing
from kiosk.errors import NotRunning, RecordFault
from kiosk.events import Event, Moment
from kiosk.messages import Command, Override
from kiosk.service import Health
from kiosk.station import current_phase
from kiosk.timetable import Phase


class Offline:
    """The ``Service`` of a kiosk at rest: everything but doors."""

    def __init__(self, core: Core, *, school: str, is_simulated: bool) -> None:
        self._core = core
        self._is_simulated = is_simulated
        self.school = school

    @property
    def rules(self) -> Rules:
        """The rules in force."""
        return self._core.rules

    def standing(self) -> Standing:
        """As the record says."""
        return self._core.standing

    def now(self) -> Moment:
        """Now."""
        return self._core.clock.now()

    def phase(self) -> Phase | None:
        """The phase now."""
        return current_phase(self.rules, self.standing(), self.now())

    def screen(self) -> Show:
        """Nobody sees a screen of a kiosk that does not run."""
        return Show(Sign.CLOSED)

    def health(self) -> Health:
        """Nothing runs."""
        return Health(
            ready=False,
            simulated=self._is_simulated,
            reader="not running",
            locks="not running",
            store="ok",
            clock="trusted" if self.phase() is not None else "not trusted",
            version=__version__,
        )

    def submit(self, command: Command) -> Outcome:
        """Carry out a command that needs no hardware."""
        if isinstance(command, Override):
            raise NotRunning("doors open only while the kiosk runs: start it, or use the key")
        _, outcome = self._core.take(command)
        if outcome is None:
            raise RecordFault("the command left no outcome")
        return outcome

    def events(self, **query: Any) -> list[Event]:
        """Past events, newest first."""
        return find_events(self._core.history, **query)

    def note(self, id: str) -> str:
        """The words of a note."""
        return self._core.notes.get(id, "")
