"""The record: events and tables in one open journal, older events in segments of history."""

import logging
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kiosk.acts import Row
from kiosk.custody import State
from kiosk.errors import AlreadyRunning, ConfigError, RecordDamaged, RecordFault
from kiosk.events import Event, EventType
from kiosk.journal import Damaged, InUse, JournalDB, JournalStorage, System, WriteFailed
from kiosk.journal.changes import RowChange, Tables, apply, parse
from kiosk.journal.rewrite import Rewrite
from kiosk.journal.salvage import Repair, repair
from kiosk.keys import Keys
from kiosk.model import Roster
from kiosk.retention import SegmentRow
from kiosk.store.chain import Chain, merged
from kiosk.store.checkpoint import from_rows
from kiosk.store.damage import TORN_AT_MOST, Damage, damage_at_end, damage_of
from kiosk.store.folder import HISTORY, put_aside, remove_leftovers
from kiosk.store.history import History, Query
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
    about_of,
    notes_of,
    roster_of,
    row_changes,
    segments_of,
)

log = logging.getLogger(__name__)

_PROBE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC


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
        self.repaired: Repair | None = None
        self.failing = ""  # why the record cannot be written; "" while it can
        self._system = system or System()
        self._fingerprints = keys.fingerprints()
        self._chain = Chain(keys.chain, kiosk)
        self._pending: list[str] = []
        self._db = self._open(mends)
        try:
            self._storage = _journal(self._db)
            self._check_keys()
            migrate(self._storage)
            self._reserve = Reserve(folder, self._system, reserve_bytes)
            self._take_in_reserve()
            tables = self._contents()
            self._seal = _last_seal(tables)
            self._history_folder = folder / HISTORY
            self._tidy(tables)
            segments = segments_of(tables)
        except BaseException:
            self._db.close()
            raise
        self.history = History(self._history_folder, segments, list(self._events(tables)))

    # reading

    @property
    def set_aside(self) -> str:
        """What opening set aside of a torn tail, in words; "" when the file was whole."""
        recovered = self._db.recovered
        if recovered is None:
            return ""
        torn = f"{recovered.size} bytes of a torn line"
        if not recovered.side_file:
            return f"{torn} were cut off, and not kept: the disk is full"
        return f"{torn} were set aside in {recovered.side_file}"

    @property
    def anchor(self) -> tuple[int, str]:
        """The number and the seal of the last event: kept elsewhere, they show a later cut."""
        return (self.history.recent[-1].seq if self.history.recent else 0, self._seal)

    def checkpoint(self) -> State:
        """The fold of all that is history: what the events of the open file are folded on."""
        try:
            return from_rows(self._contents().get(CHECKPOINT, {}).values())
        except (ValueError, KeyError, TypeError) as fault:
            raise RecordFault(f"the record's checkpoint makes no sense: {fault}") from fault

    def roster(self) -> Roster:
        """Everybody on record, and their cards."""
        return roster_of(self._contents())

    def notes(self) -> dict[str, str]:
        """The words of every note, by id."""
        return notes_of(self._contents())

    def damage(self) -> Damage | None:
        """What opening could not save, and no event tells of yet; if anything."""
        events, through = self.history.recent, self.checkpoint().seq
        if self.repaired is not None:
            return damage_of(self.repaired.gaps, Path(self.repaired.kept_as).name, events, through)
        if (untold := self._untold_repair()) is not None:
            return damage_of((), untold, events, through)
        recovered = self._db.recovered
        if recovered is not None and not recovered.is_one_line and recovered.size > TORN_AT_MOST:
            return damage_at_end(recovered)
        return None

    def _untold_repair(self) -> str | None:
        """The original that a repair kept before the process was stopped."""
        kept = {path.name for path in self.folder.glob(f"{FILE_NAME}.damaged-*")}
        if not kept:
            return None
        repairs = self.history.newest_first(Query(types=(EventType.RECORD_REPAIRED,)))
        untold = kept - {event.data.get("kept_as") for event in repairs}
        return max(untold, default=None)

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

    def keep(self, events: Sequence[Event], rows: Sequence[Row] = ()) -> None:
        """While the disk fails: into the reserve, or else the system log, and into memory."""
        draft = self._chain.draft(self._seal, events, row_changes(rows))
        try:
            self._reserve.add(draft.text.encode("ascii"))
        except OSError:
            log.critical(
                "kept in this log alone: %s", self._chain.draft(self._seal, events, {}).text
            )
        self._pending.append(draft.text)
        self._settle(draft.seal, events, rows)

    def begin_recovery(self) -> Rewrite | None:
        """Try the disk again. With a journal that must not be written any more, a new generation
        of it is written, to be put in its place by ``recover``.

        Raises:
            RecordFault: the disk fails still.
        """
        rewrite = None
        try:
            self._probe()
            if self._storage.file.is_broken:
                rewrite = self._storage.begin_rewrite()
                rewrite.write()
        except OSError as fault:
            self._storage.give_up_rewrite()
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
                self._write_pending()
                self._storage.write_text(draft.text)
            else:
                self._storage.finish_rewrite(rewrite, [*self._pending, draft.text])
        except WriteFailed as fault:
            raise RecordFault(f"the record cannot be written: {fault}") from fault
        self.failing, self._pending = "", []
        self._settle(draft.seal, events, ())
        self._clear_reserve()

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
        self.history = History(self._history_folder, segments, recent)
        self._settle(draft.seal, events, ())

    def give_up_rotation(self) -> None:
        """Forget a rotation that was begun."""
        self._storage.give_up_rewrite()

    def remove_dropped(self) -> None:
        """Remove the files of segments that are past their age. Raises OSError."""
        for row in self.history.segments:
            path = self._history_folder / row.file_name
            if row.is_dropped and path.exists():
                self._system.unlink(str(path))
                self._system.sync_directory(str(self._history_folder))

    def remove_put_aside(self) -> list[str]:
        """Remove what opening, repairing and restoring kept beside the record; the names. Raises
        OSError."""
        found = put_aside(self.folder)
        for path in found:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return [path.name for path in found]

    def close(self) -> None:
        """Let go of the files; everything in them is durable already."""
        self._reserve.close()
        self._db.close()

    # inside

    def _check_writable(self) -> None:
        if self.failing:  # what is only kept so far must come first
            raise RecordFault(self.failing)

    def _open(self, mends: bool) -> JournalDB:
        path = self.folder / FILE_NAME
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                return JournalDB(path, system=self._system)
            except Damaged:
                if not mends:
                    raise
            self.repaired = repair(str(path), self._system)
            return JournalDB(path, system=self._system)
        except InUse:
            where = self.folder
            raise AlreadyRunning(f"{where} is in use: another kiosk has its record open") from None
        except Damaged as fault:
            raise RecordDamaged(f"{fault} Or save what is sound with `kiosk repair`.") from fault
        except OSError as fault:
            raise RecordFault(str(fault)) from fault

    def _about(self) -> dict[str, object]:
        return {**self._fingerprints, "schema": SCHEMA}

    def _check_keys(self) -> None:
        """With another key every card would be unknown, and every event look tampered with."""
        made_with = about_of({ABOUT: dict(self._storage.rows(ABOUT) or {})})
        others = [
            name for name, mark in self._fingerprints.items() if made_with.get(name, mark) != mark
        ]
        if others:
            faults = [f"{name} is not the key that this record was made with" for name in others]
            raise ConfigError(str(self.folder), faults)

    def _take_in_reserve(self) -> None:
        """Put on record what an earlier process could only leave in the reserve.

        That process acknowledged it after an append had failed. If that append's line is here all
        the same, it has the numbers of what came instead, and it was never acknowledged: it goes.
        """
        texts = [payload.decode("ascii") for payload in self._reserve.payloads]
        if any(self._is_other(text) for text in texts):
            self._storage.file.take_back()
            self._db = self._open(mends=False)
            self._storage = _journal(self._db)
        through = self.checkpoint().seq
        kept = self._storage.rows(EVENTS) or {}
        new = (text for text in texts if not _set_of(text).keys() <= kept.keys())
        self._pending = [text for text in new if _last_seq(_set_of(text)) > through]
        if not texts:
            return
        try:
            self._write_pending()
            self._clear_reserve()
        except WriteFailed as fault:
            self.failing = f"the record cannot be written: {fault}"

    def _is_other(self, text: str) -> bool:
        """Whether the journal has another event under the number of one in the reserve."""
        kept = self._storage.rows(EVENTS) or {}
        return any(key in kept and kept[key] != event for key, event in _set_of(text).items())

    def _write_pending(self) -> None:
        """Put on record what was only kept so far. What a failure leaves is still kept."""
        texts = list(merged(self._pending))
        while texts:
            self._pending = texts  # each is durable before the next is begun
            self._storage.write_text(texts[0])
            texts = texts[1:]
        self._pending = []

    def _clear_reserve(self) -> None:
        try:
            self._reserve.clear()
        except OSError as fault:
            log.warning("the reserve cannot be used any more: %s", fault)

    def _probe(self) -> None:
        """Write, sync and remove a few bytes."""
        path = str(self.folder / "probe")
        descriptor = self._system.open(path, _PROBE_FLAGS, 0o600)
        try:
            self._system.write(descriptor, bytes(4096))
            self._system.fsync(descriptor)
        finally:
            self._system.close(descriptor)
            self._system.unlink(path)

    def _contents(self) -> Tables:
        """Every table, with what is only kept so far."""
        names = self._storage.names()
        tables = {name: dict(self._storage.rows(name) or {}) for name in names}
        for text in self._pending:
            apply(tables, parse(text))
        return tables

    def _events(self, tables: Tables) -> Iterator[Event]:
        for document in sorted(tables.get(EVENTS, {}).values(), key=lambda row: row.get("seq", 0)):
            try:
                yield Event.from_record(document)
            except (ValueError, KeyError) as fault:
                seq = document.get("seq")
                raise RecordFault(f"event {seq} is of another version: {fault}") from fault

    def _settle(self, seal: str, events: Sequence[Event], rows: Sequence[Row]) -> None:
        if events:
            self._seal = seal
            self.history.recent.extend(events)
        if any(isinstance(row, SegmentRow) for row in rows):
            segments = {row.key: row for row in self.history.segments}
            segments.update({row.key: row for row in rows if isinstance(row, SegmentRow)})
            self.history = History(
                self._history_folder, tuple(segments.values()), self.history.recent
            )

    def _tidy(self, tables: Tables) -> None:
        """Remove what a stop in the middle of a rotation or a drop left behind."""
        try:
            through = from_rows(tables.get(CHECKPOINT, {}).values()).seq
            remove_leftovers(self._history_folder, through, segments_of(tables), self._system)
        except OSError as fault:
            log.warning("%s: could not be tidied: %s", self._history_folder, fault)


def _journal(db: JournalDB) -> JournalStorage:
    storage = db.storage
    if not isinstance(storage, JournalStorage):
        raise TypeError("the record needs a JournalStorage")
    return storage


def _set_of(text: str) -> Mapping[str, Any]:
    """The events that a change puts on record."""
    events: Mapping[str, Any] = parse(text).get("put", {}).get(EVENTS, {}).get("set", {})
    return events


def _last_seq(events: Mapping[str, Any]) -> int:
    return max((event.get("seq", 0) for event in events.values()), default=0)


def _last_seal(tables: Tables) -> str:
    events = tables.get(EVENTS, {}).values()
    last: Mapping[str, Any] = max(events, key=lambda event: event.get("seq", 0), default={})
    return str(last.get("seal", ""))
