"""The record: events and tables in one open journal, older events in segments of history."""

import logging
from collections.abc import Sequence
from pathlib import Path

from kiosk.acts import Note, Row, SchoolFile
from kiosk.errors import RecordFault
from kiosk.events import Event
from kiosk.journal import System, WriteFailed
from kiosk.journal.changes import RowChange, Tables, apply, parse
from kiosk.journal.rewrite import Rewrite
from kiosk.keys import Keys
from kiosk.model import Roster
from kiosk.retention import SegmentRow
from kiosk.roster.undo import Imported
from kiosk.state import State
from kiosk.store.chain import Chain
from kiosk.store.checkpoint import from_rows
from kiosk.store.damage import Damage, find_damage, torn_words
from kiosk.store.folder import (
    HISTORY,
    has_history,
    remove_past,
    remove_put_aside,
)
from kiosk.store.history import History
from kiosk.store.opening import check_keys, look, open_journal, probe, storage_of, tidy
from kiosk.store.reserve import BYTES, Reserve
from kiosk.store.rotation import Rotation
from kiosk.store.schema import migrate
from kiosk.store.tables import (
    ABOUT,
    ABOUT_ROW,
    CHECKPOINT,
    EVENTS,
    FILE_NAME,
    SCHEMA,
    SEGMENTS,
    events_in,
    imported_of,
    roster_of,
    row_changes,
    schools_of,
    segments_of,
    words_of,
)
from kiosk.store.unwritten import Kept, events_of, is_other, last_seal, link_of

log = logging.getLogger(__name__)


class Store:
    """The record of one kiosk. One owner thread; an append is durable on return.

    While the disk fails, ``keep`` takes what must go on into the reserve or, without it, into the
    system log, and holds it in memory until ``recover`` has it on record.
    """

    def __init__(
        self,
        folder: Path,
        *,
        kiosk: str,
        keys: Keys,
        system: System | None = None,
        reserve_bytes: int = BYTES,
        mends: bool = False,
    ) -> None:
        """Open or begin the record in ``folder``.

        ``mends``: a damaged open file is repaired, the original kept; else it is refused.

        Raises:
            AlreadyRunning: another process has it open.
            ConfigError: it was made with other keys.
            RecordDamaged: it is damaged, and ``mends`` is false.
            RecordFault: it cannot be read or made.
        """
        self.folder = folder
        self.failing = ""  # why the record cannot be written; "" while it can
        self._system = system or System()
        self._fingerprints = keys.fingerprints()
        self._chain = Chain(keys.chain, kiosk)
        self._history_folder = folder / HISTORY
        self._db, self.repaired = open_journal(folder, self._system, mends=mends)
        self._storage = storage_of(self._db)
        self._kept: Kept | None = None
        try:
            check_keys(self._storage, self._fingerprints, folder)
            migrate(self._storage)
            self._kept = Kept(Reserve(folder, self._system, reserve_bytes))
            self._take_in_reserve(self._kept)
            tables = self._contents()
            if not self._storage.file.lines and has_history(folder):
                raise RecordFault(
                    f"{folder} has a history, but its open file is new or empty: put "
                    f"{FILE_NAME} back, or restore a backup"
                )
            self._seal = last_seal(tables.get(EVENTS, {}))
            tidy(folder, tables, is_repaired=self.repaired is not None, system=self._system)
            recent = list(events_in(tables))
            self.anchor = (recent[-1].seq if recent else self.checkpoint().seq, self._seal)
        except BaseException:
            self.close()
            raise
        self.history = History(self._history_folder, segments_of(tables), recent, self.checkpoint())

    # reading

    @property
    def set_aside(self) -> str:
        """What opening set aside of a torn tail, in words; "" when the file was whole."""
        return torn_words(self._db.recovered) if self._db.recovered else ""

    def checkpoint(self) -> State:
        """The fold of all that is history: what the events of the open file are folded on."""
        try:
            return from_rows(self._contents().get(CHECKPOINT, {}).values())
        except (ValueError, KeyError, TypeError) as fault:
            raise RecordFault(f"the record's checkpoint makes no sense: {fault}") from fault

    def roster(self) -> Roster:
        """Everybody on record, and their cards."""
        return roster_of(self._contents())

    def imported(self) -> Imported | None:
        """What the last import of a roster replaced, while it can be taken back."""
        return imported_of(self._contents())

    def words(self) -> dict[str, Note]:
        """Every note, by id."""
        return words_of(self._contents())

    def schools(self) -> dict[int, SchoolFile]:
        """Every version of the school's rules, by its number."""
        return schools_of(self._contents())

    def damage(self) -> Damage | None:
        """What opening could not save, and no event tells of yet; if anything."""
        through = self.checkpoint().seq
        return find_damage(self.folder, self.history, through, self.repaired, self._db.recovered)

    # writing

    def append(self, events: Sequence[Event], rows: Sequence[Row] = ()) -> None:
        """Write events and rows in one line, durable on return.

        Raises:
            RecordFault: it could not be written; nothing of it is on record.
        """
        changes = row_changes(rows) if rows else {}
        if not self._storage.rows(ABOUT):
            changes = {ABOUT: RowChange(set={ABOUT_ROW: self._about()}), **changes}
        draft = self._chain.draft(self._seal, events, changes)
        try:
            self._storage.write_text(draft.text)
        except WriteFailed as fault:
            self.failing = f"the record cannot be written: {fault}"
            raise RecordFault(self.failing) from fault
        self._settle(draft.seal, events, rows)

    def look(self, *, by_writing: bool) -> None:
        """See whether the disk could be written to now: by what the file system says of itself, or
        ``by_writing`` a few bytes. It is failing from then on if not.

        Raises:
            RecordFault: it could not.
        """
        try:
            (probe if by_writing else look)(self.folder, self._system)
        except OSError as fault:
            self.failing = f"the record cannot be written: {fault}"
            raise RecordFault(self.failing) from fault

    def keep(self, events: Sequence[Event], rows: Sequence[Row] = ()) -> None:
        """While the disk fails: into the reserve, or else the system log, and into memory."""
        draft = self._chain.draft(self._seal, events, row_changes(rows))
        self._held.add(draft.text)
        self._settle(draft.seal, events, rows)

    def begin_recovery(self) -> Rewrite | None:
        """Try the disk again. With a journal that must not be written any more, begin a new
        generation of it: to be written, in any thread, and put in its place by ``recover``.

        Raises:
            RecordFault: the disk fails still.
        """
        rewrite = None
        try:
            probe(self.folder, self._system)
            if self._storage.file.is_broken:
                rewrite = self._storage.begin_rewrite()
        except OSError as fault:
            raise RecordFault(f"the record cannot be written: {fault}") from fault
        return rewrite

    def recover(self, rewrite: Rewrite | None, events: Sequence[Event]) -> None:
        """Write all that was kept in memory, and ``events`` after it. Durable on return.

        Raises:
            RecordFault: the disk fails still; what was kept stays so.
        """
        draft = self._chain.draft(self._seal, events, {})
        try:
            if rewrite is None:
                self._held.write(self._storage)
                self._storage.write_text(draft.text)
            else:
                self._storage.finish_rewrite(rewrite, [*self._held.texts, draft.text])
        except WriteFailed as fault:
            raise RecordFault(f"the record cannot be written: {fault}") from fault
        self.failing = ""
        self._held.let_go()
        self._settle(draft.seal, events, ())

    # history

    def begin_rotation(self, state: State) -> Rotation:
        """Begin to move the events of the open file into history. ``state``: their fold.

        Raises:
            RecordFault: the disk fails.
        """
        self._check_writable()
        try:
            if not self._history_folder.is_dir():
                self._system.mkdir(str(self._history_folder), 0o700)
                self._system.sync_directory(str(self.folder))
            rotation = Rotation(self._contents(), state, self._history_folder, self._system)
            rotation.rewrite = self._storage.begin_rewrite(rotation.tables)
        except OSError as fault:
            raise RecordFault(f"history cannot be written: {fault}") from fault
        return rotation

    def finish_rotation(self, rotation: Rotation, events: Sequence[Event]) -> None:
        """Go on in the new open file, with ``events`` at its end. Durable on return.

        Raises:
            RecordFault: nothing was rotated.
        """
        self._check_writable()
        if rotation.rewrite is None:
            raise RuntimeError("the rotation was not begun")
        draft = self._chain.draft(self._seal, events, {})
        try:
            self._storage.finish_rewrite(rotation.rewrite, [draft.text])
        except (WriteFailed, ValueError) as fault:
            raise RecordFault(f"history cannot be written: {fault}") from fault
        recent = [event for event in self.history.recent if event.seq > rotation.through]
        segments = segments_of({SEGMENTS: dict(self._storage.rows(SEGMENTS) or {})})
        self.history = History(self._history_folder, segments, recent, rotation.state)
        self._settle(draft.seal, events, ())

    def give_up_rewrite(self) -> None:
        """Forget a new generation that could not be written."""
        self._storage.give_up_rewrite()

    def give_up_rotation(self, rotation: Rotation) -> None:
        """Forget a rotation whose writing has ended, and remove what it made, unless the new open
        file has taken its name and refers to it."""
        self._storage.give_up_rewrite()
        if self._storage.file.is_broken:
            return
        try:
            rotation.discard()
        except OSError as fault:
            log.warning("%s: could not be tidied: %s", self._history_folder, fault)

    def remove_dropped(self) -> None:
        """Remove the files of segments that are past their age. Raises OSError."""
        remove_past(self._history_folder, self.history.segments, self._system)

    def remove_put_aside(self, before: float = float("inf")) -> list[str]:
        """Remove what opening, repairing and restoring kept beside the record; the names.

        ``before``: only what is older, in seconds since the epoch. Raises OSError.
        """
        return remove_put_aside(self.folder, before, self._system)

    def close(self) -> None:
        """Let go of the files; everything in them is durable already."""
        if self._kept is not None:
            self._kept.close()
        self._db.close()

    # inside

    @property
    def _held(self) -> Kept:
        if self._kept is None:
            raise RuntimeError("the record is not open")
        return self._kept

    def _check_writable(self) -> None:
        if self.failing:  # what is only kept so far must come first
            raise RecordFault(self.failing)

    def _about(self) -> dict[str, object]:
        return {**self._fingerprints, "schema": SCHEMA}

    def _take_in_reserve(self, kept: Kept) -> None:
        """Put on record what an earlier process could only leave in the reserve.

        That process acknowledged it after an append had failed. If that append's line is here all
        the same, it has the numbers of what came instead, and it was never acknowledged: it goes.
        """
        texts, cut_off = kept.in_reserve(), ""
        stored = self._storage.rows(EVENTS) or {}
        if other := next((text for text in texts if is_other(text, stored)), None):
            cut_off = link_of({key: stored[key] for key in events_of(other) if key in stored})
            self._storage.file.take_back()
            self._db, _ = open_journal(self.folder, self._system, mends=False)
            self._storage = storage_of(self._db)
        kept.take_in(self._storage.rows(EVENTS) or {}, self.checkpoint().seq, cut_off)
        try:
            kept.write(self._storage)
        except WriteFailed as fault:
            self.failing = f"the record cannot be written: {fault}"
        else:
            kept.let_go()

    def _contents(self) -> Tables:
        """Every table, with what is only kept so far."""
        names = self._storage.names()
        tables = {name: dict(self._storage.rows(name) or {}) for name in names}
        for text in self._kept.texts if self._kept else ():
            apply(tables, parse(text))
        return tables

    def _settle(self, seal: str, events: Sequence[Event], rows: Sequence[Row]) -> None:
        if events:
            self._seal = seal
            self.anchor = (events[-1].seq, seal)
            self.history.recent.extend(events)
        if any(isinstance(row, SegmentRow) for row in rows):
            segments = {row.key: row for row in self.history.segments}
            segments.update({row.key: row for row in rows if isinstance(row, SegmentRow)})
            self.history = History(
                self._history_folder,
                tuple(segments.values()),
                self.history.recent,
                self.history.begun,
            )
