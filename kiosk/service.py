"""What the pages and the command line may ask of a kiosk, whether its daemon runs or not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Protocol

from kiosk.acts import Note, SchoolFile, Show
from kiosk.bell import Bell
from kiosk.drafting import Outcome, Rules, Standing, Versions
from kiosk.errors import BadInput
from kiosk.events import Event, EventType, Moment
from kiosk.messages import Command
from kiosk.messages.forgetting import ErasePerson
from kiosk.orders.uploads import Uploaded
from kiosk.orders.wanted import Format, Wanted
from kiosk.policy.words import REASONS
from kiosk.store import History
from kiosk.timetable import Phase
from kiosk.tokens import TokenUses


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the parts work; nothing personal is in it.

    ``reader``, ``locks``, ``lights``: "ok", or what is wrong. ``power``, the computer's own supply:
    "ok", "too weak" or "not told". ``store``: "ok" or "failing". ``clock``: "trusted" or "not
    trusted". ``history``, all that is on record: "ok", or what is wrong. ``looked_through``: when
    it was checked at last, ISO 8601; "" for not since the start. ``details``: of parts that are
    lost, by "reader", "lights", "power" or "locks" and a bank's name, what is seen of them now, in
    words for a technician. ``reader_counts``: what the reader has counted since the start, by such
    words.
    """

    ready: bool
    simulated: bool
    reader: str
    locks: str
    lights: str
    power: str
    store: str
    clock: str
    version: str
    history: str = "ok"
    looked_through: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    reader_counts: Mapping[str, int] = field(default_factory=dict)

    def for_anybody(self) -> dict[str, Any]:
        """All of it but what names devices and files, which is for the technician."""
        told = asdict(self)
        del told["details"], told["reader_counts"]
        return {**told, "store": "ok" if self.store == "ok" else "failing"}


class Service(Protocol):
    """One kiosk. Everything it hands out is immutable; only ``submit`` changes anything."""

    @property
    def school(self) -> str:
        """The school's name, for the pages."""

    @property
    def rules(self) -> Rules:
        """The rules in force."""

    @property
    def token_uses(self) -> TokenUses:
        """How often programs read it, each with its token."""

    def standing(self) -> Standing:
        """The state, the people and what is remembered, as of now."""

    def now(self) -> Moment:
        """Now, by the kiosk's clock."""

    def phase(self) -> Phase | None:
        """The phase now; None while the clock is not trusted."""

    def screen(self) -> Show:
        """What the pupils are shown now."""

    @property
    def bell(self) -> Bell:
        """Rung whenever that may have changed."""

    def health(self) -> Health:
        """How its parts are."""

    def submit(self, command: Command) -> Outcome:
        """Carry out a command; its events are durable on return.

        Raises:
            RecordFault: the record cannot be written; nothing has happened.
            NotRunning: no answer within 10 s; whether it happened is not known.
        """

    def events(
        self,
        *,
        before: int | None = None,
        after: int = 0,
        limit: int = 50,
        person: str | None = None,
        cubby: int | None = None,
        cause: int | None = None,
        types: Collection[EventType] = (),
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Sequence[Event]:
        """Past events, newest first, at most ``limit`` of them. ``cause`` gives one transaction:
        the event of that seq, and all that came of it. ``since``, ``until``: with a zone."""

    def history(self) -> History:
        """Everything that happened."""

    def anchor(self) -> tuple[int, str]:
        """The number and the seal of the newest event: kept elsewhere, they find out a record
        that was cut short later. ``(0, "")`` of an empty one."""

    def make(self, wanted: Wanted, format: Format) -> bytes:
        """A list, a report or a paper, as a table in JSON, CSV or PDF. No tap waits for it.

        Raises:
            BadInput: it cannot be made, and says why.
            NotMade: it took too long or too much, or others were before it.
        """

    def read_upload(self, uploaded: Uploaded) -> bytes:
        """What a list says that somebody uploaded. No tap waits for it, and nothing is kept.

        Raises:
            BadInput: it is no such list, and why.
            NotMade: it took too long or too much, or others were before it.
        """

    def clear_out(self) -> list[str]:
        """Write the open file of the record anew, so that nothing forgotten is in it, and remove
        what was put aside beside it; the names of what was removed.

        Raises:
            RecordFault, NotRunning: it could not be done, or not in time; it is tried again by the
                kiosk itself.
        """

    def school_file(self) -> SchoolFile | None:
        """The school's rules as they were imported; None while the config's week holds."""

    def versions(self) -> Versions:
        """What the rules have been."""

    def private_note(self, seq: int) -> Note | None:
        """What an event leaves out, for the roles that may know: the true kind of a hold, and why.
        None where there is nothing. Whoever asks has looked whether the reader may know."""

    def private_notes(self, kinds: Collection[str]) -> Sequence[Note]:
        """All private rows of some kinds; whoever asks has looked whether the reader may know."""

    def erasure(self, actor: str, person: str) -> ErasePerson:
        """The command that forgets a person, with all that is about them; to be submitted."""

    def note(self, id: str) -> str:
        """The words of a note; "" for none."""


def carry_out(service: Service, command: Command) -> Outcome:
    """Submit a command. Raises BadInput, in words, if it was refused."""
    outcome = service.submit(command)
    if not outcome.granted:
        why = REASONS[outcome.reason] if outcome.reason else "refused"
        raise BadInput(f"nothing was done: {why}")
    return outcome
