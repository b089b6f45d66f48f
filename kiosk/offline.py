"""A kiosk whose daemon does not run: its record can be read and its tables changed."""

from kiosk import __version__
from kiosk.acts import Show, Sign
from kiosk.bell import Bell
from kiosk.core import Core
from kiosk.drafting import Outcome
from kiosk.errors import NotRunning, RecordFault
from kiosk.messages import Command
from kiosk.messages.arrangements import (
    OpenAll,
    ReleaseRound,
    ResumeRound,
)
from kiosk.messages.commands import Override
from kiosk.orders.making import made
from kiosk.orders.sources import Sources
from kiosk.orders.uploads import Uploaded, read_upload
from kiosk.orders.wanted import Format, Wanted
from kiosk.reading import Reading
from kiosk.service import Health
from kiosk.upkeep import Upkeep
from kiosk.wellbeing import NOT_RUNNING, history_words


class Offline(Reading):
    """The ``Service`` of a kiosk at rest: everything but doors."""

    def __init__(self, core: Core, upkeep: Upkeep, *, school: str, is_simulated: bool) -> None:
        super().__init__(core, school=school)
        self._upkeep = upkeep
        self._is_simulated = is_simulated
        self.bell = Bell()

    def screen(self) -> Show:
        """Nobody sees a screen of a kiosk that does not run."""
        return Show(Sign.CLOSED)

    def health(self) -> Health:
        """Nothing runs."""
        return Health(
            ready=False,
            simulated=self._is_simulated,
            reader=NOT_RUNNING,
            locks=NOT_RUNNING,
            lights=NOT_RUNNING,
            power=NOT_RUNNING,
            store="failing" if self._core.store_fault else "ok",
            clock="trusted" if self.phase() is not None else "not trusted",
            version=__version__,
            history=history_words(self.standing().state),
        )

    def make(self, wanted: Wanted, format: Format) -> bytes:
        """See ``Service.make``. Nobody waits here."""
        return made(wanted, format, Sources.of(self))

    def read_upload(self, uploaded: Uploaded) -> bytes:
        """See ``Service.read_upload``. Nobody waits here."""
        return read_upload(uploaded)

    def clear_out(self) -> list[str]:
        """See ``Service.clear_out``."""
        self._upkeep.rotate_now()
        return self._core.remove_put_aside()

    def submit(self, command: Command) -> Outcome:
        """Carry out a command that needs no hardware."""
        if isinstance(command, Override | OpenAll | ReleaseRound | ResumeRound):
            raise NotRunning("doors open only while the kiosk runs: start it, or use the key")
        _, outcome = self._core.take(command)
        if outcome is None:
            raise RecordFault("the command left no outcome")
        return outcome
