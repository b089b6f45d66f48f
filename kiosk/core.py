"""The core: takes one message, decides, records, and only then hands out the acts.

Daemon and command line both work through it; it knows no threads and no hardware.
"""

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from kiosk.acts import Act, Forget, Note, SchoolFile
from kiosk.clock import Clock
from kiosk.custody import believed, fold
from kiosk.drafting import Outcome, Rules, Standing, Step
from kiosk.errors import RecordFault
from kiosk.events import Event, EventType
from kiosk.forgetting import dropping, erasure_of
from kiosk.journal.rewrite import Rewrite
from kiosk.messages import SUSPENDED, Message
from kiosk.messages.forgetting import Dropped, ErasePerson
from kiosk.messages.record import Repaired, Rotated, StoreFailed, StoreRecovered
from kiosk.model import Roster
from kiosk.retention import SegmentRow
from kiosk.staff.acting import note_ids
from kiosk.state.kept import apart_of
from kiosk.station import decide
from kiosk.store import History, Query, Rotation, Store

log = logging.getLogger(__name__)


class Core:
    """One kiosk's state and record. One thread calls ``take``; others may read what it hands out.

    ``standing`` is replaced whole and ``history`` only grows, so a reader never sees half an act.
    """

    def __init__(
        self,
        store: Store,
        rules: Rules,
        clock: Clock,
        rules_of: Callable[[SchoolFile, Roster], Rules] | None = None,
    ) -> None:
        self._store = store
        self.rules = self.machine_rules = rules
        self.clock = clock
        state = fold(store.history.recent, store.history.begun)
        self.words: dict[str, Note] = store.words()
        self.standing = Standing(
            state,
            store.roster(),
            imported=store.imported(),
            apart=apart_of(self.words.values()),
        )
        self.schools = store.schools()
        self._rules_of = rules_of
        if self.school is not None and rules_of is not None:
            self.rules = rules_of(self.school, self.standing.roster)
        self.rotated_through = 0  # since this process began

    @property
    def history(self) -> History:
        """Everything that happened."""
        return self._store.history

    @property
    def anchor(self) -> tuple[int, str]:
        """The number and the seal of the newest event."""
        return self._store.anchor

    @property
    def school(self) -> SchoolFile | None:
        """The school's rules in their latest version; None while there are none."""
        return self.schools[max(self.schools)] if self.schools else None

    @property
    def notes(self) -> dict[str, str]:
        """The words of every note that whoever sees its event may read, by id."""
        return {id: note.text for id, note in self.words.items() if not note.kind}

    @property
    def private_notes(self) -> dict[str, Note]:
        """The notes that only some roles may see, by id."""
        return {id: note for id, note in self.words.items() if note.kind}

    @property
    def store_fault(self) -> str:
        """Why the record cannot be written; "" while it can."""
        return self._store.failing

    def trusted_now(self) -> datetime | None:
        """The time, UTC; None while it is not trusted."""
        now = believed(self.standing.state, self.clock.now())
        return now.at if now.trusted else None

    def take(self, message: Message) -> tuple[Sequence[Act], Outcome | None]:
        """Decide one message, make its events durable, and return what is to be done now.

        While the record cannot be written, nothing is taken in; what may be given back still is,
        and goes into the reserve or the system log.

        Raises:
            RecordFault: this has to wait until the record can be written; nothing has happened.
        """
        step = self._decide(message)
        if step.rows and not step.events:
            # `kiosk verify` would call it tampering: a row that no event of the chain tells of.
            raise RuntimeError(f"{type(message).__name__} changes rows, and no event says so")
        if step.events:
            step = self._record(message, step)
        self._settle(step)
        return step.acts, step.outcome

    def _record(self, message: Message, step: Step) -> Step:
        """Make a step durable; the one that is, if the disk does not let this one."""
        if not self._store.failing:
            try:
                self._store.append(step.events, step.rows)
                return step
            except RecordFault:
                self._fail()
                step = self._decide(message)
        if isinstance(message, SUSPENDED):
            raise RecordFault(self._store.failing)
        if step.events or step.rows:
            self._store.keep(step.events, step.rows)
        return step

    def note_damage(self) -> None:
        """Put on record what opening could not save, and doubt what it may have touched."""
        damage = self._store.damage()
        if damage is not None:
            self.take(Repaired(damage.facts, damage.certain))

    def look_at_disk(self, *, by_writing: bool) -> None:
        """See whether the disk could be written to, while nobody does; say so if not."""
        if not self._store.failing:
            try:
                self._store.look(by_writing=by_writing)
            except RecordFault:
                self._fail()

    def begin_recovery(self) -> Rewrite | None:
        """Try the disk again; what is to be written first, in any thread, if anything.

        Raises:
            RecordFault: it fails still.
        """
        return self._store.begin_recovery()

    def finish_recovery(self, rewrite: Rewrite | None) -> None:
        """Put all on record that had to be kept elsewhere.

        Raises:
            RecordFault: the disk does not let us, yet.
        """
        facts = {"tables": {"lines": rewrite.lines, "sha256": rewrite.sha256}} if rewrite else {}
        step = self._decide(StoreRecovered(facts))
        self._store.recover(rewrite, step.events)
        self._settle(step)

    def erasure(self, actor: str, person: str) -> ErasePerson:
        """The command that forgets a person, from any thread. Of somebody unknown it is refused."""
        known = self.standing.roster.people.get(person)
        if known is None:
            return ErasePerson(actor, person)
        ids = note_ids(self.history.newest_first(Query(person=person)))
        words, schools = list(self.words.values()), list(self.schools.values())
        return erasure_of(actor, known, ids, words, schools, new_id())

    def dropping(self, row: SegmentRow) -> Dropped:
        """The message that drops a segment of history, with what goes and what stays of it."""
        events = self.history.in_segment(row)
        today = self.rules.timetable.local(self.clock.now().at).date()
        return dropping(row, events, self.standing, self.words, today, new_id)

    def begin_rotation(self) -> Rotation:
        """Begin to move all events so far into history. Raises RecordFault."""
        return self._store.begin_rotation(self.standing.state)

    def finish_rotation(self, rotation: Rotation) -> None:
        """Finish a rotation that was written. Raises RecordFault; then nothing has changed."""
        step = self._decide(Rotated(rotation.facts()))
        self._store.finish_rotation(rotation, step.events)
        self.rotated_through = rotation.through
        self._settle(step)

    def give_up_recovery(self) -> None:
        """Forget a new generation that could not be written."""
        self._store.give_up_rewrite()

    def give_up_rotation(self, rotation: Rotation) -> None:
        """Forget a rotation that could not be written, once its writing has ended."""
        self._store.give_up_rotation(rotation)

    def remove_dropped(self) -> None:
        """Remove the files of dropped segments. Raises OSError."""
        self._store.remove_dropped()

    def remove_put_aside(self, before: float = float("inf")) -> list[str]:
        """Remove what opening, repairing and restoring kept beside the record, and is older than
        ``before`` (seconds since the epoch). Raises OSError."""
        return self._store.remove_put_aside(before)

    def _fail(self) -> None:
        """Say on record, as far as there is one, that there is none."""
        log.error("%s", self._store.failing)
        step = self._decide(StoreFailed(self._store.failing))
        self._store.keep(step.events, step.rows)
        self._settle(step)

    def _follow(self, file: SchoolFile, roster: Roster) -> None:
        """Decide by that version from now on, unless there is a later one."""
        self.schools[file.version] = file
        if self._rules_of is not None and file == self.school:
            self.rules = self._rules_of(file, roster)

    def _decide(self, message: Message) -> Step:
        return decide(self.rules, self.standing, message, self.clock.now())

    def _settle(self, step: Step) -> None:
        for event in step.events:
            level = _LEVELS.get(event.type, logging.DEBUG)
            if log.isEnabledFor(level):
                log.log(level, "%s", _in_short(event))
        for row in step.rows:
            if isinstance(row, SchoolFile):
                self._follow(row, step.standing.roster)
            elif isinstance(row, Note):
                self.words[row.id] = row
            elif isinstance(row, Forget) and row.kind is Note:
                self.words.pop(row.id, None)
        self.standing = step.standing


# One line a tap for the operator: the events are the record, the log is not.
_LEVELS: Mapping[EventType, int] = {
    EventType.TAPPED: logging.INFO,
    EventType.OVERRIDDEN: logging.INFO,
    EventType.ALERT_RAISED: logging.WARNING,
    EventType.ALERT_CLEARED: logging.INFO,
}


def new_id() -> str:
    """An id that nobody has, and that nothing follows from."""
    return secrets.token_hex(8)


def _in_short(event: Event) -> str:
    """An event without anybody in it."""
    parts = [f"event {event.seq} {event.type}", event.reason, event.data.get("alert")]
    if event.cubby is not None:
        parts.append(f"cubby {event.cubby}")
    return ", ".join(str(part) for part in parts if part)
