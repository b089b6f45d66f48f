"""Rotation: events move into history, and nobody who asks can tell the difference."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise, product
from pathlib import Path

import pytest
from cabinet import ANA, ANAS_CARD, BEN, BENS_CARD
from conftest import FakeClock
from journal_disk import Disk, PowerCut
from record_fixtures import Recorded, verified

from kiosk.custody import fold
from kiosk.events import Event, EventType
from kiosk.retention import Series
from kiosk.store import FILE_NAME, Query
from kiosk.store.folder import HISTORY


def everything(kiosk: Recorded) -> list[Event]:
    return list(kiosk.core.history.oldest_first(Query()))


@pytest.fixture
def kiosk(tmp_path: Path) -> Recorded:
    """Four days of history, a rotation each morning, and a deposit on the fifth."""
    kiosk = Recorded(tmp_path).furnish().days(4)
    kiosk.hand_in(BENS_CARD)
    return kiosk


def test_each_day_becomes_a_segment_of_each_series_it_had_events_of(kiosk: Recorded) -> None:
    rows = kiosk.core.history.segments

    taps = [row for row in rows if row.series is Series.TAPS]
    assert len(taps) == 3
    assert [a.last < b.first for a, b in pairwise(taps)] == [True] * 2
    names = sorted(path.name for path in (kiosk.folder / HISTORY).iterdir())
    assert names == sorted(row.file_name for row in rows)


def test_no_event_is_lost_or_doubled_and_the_chain_goes_on(kiosk: Recorded) -> None:
    assert [event.seq for event in everything(kiosk)] == list(range(1, kiosk.events[-1].seq + 1))
    assert verified(kiosk.folder).findings == []


def test_the_fold_of_history_and_open_file_is_the_state(kiosk: Recorded) -> None:
    state = kiosk.core.standing.state

    assert fold(everything(kiosk)) == fold([], state)
    again = kiosk.again()
    assert again.core.standing.state == state
    assert again.kept == {BEN.id: state.in_cubby and next(iter(state.in_cubby))}


@pytest.mark.parametrize("is_new_process", [False, True])
def test_a_query_finds_in_history_what_looking_at_every_event_finds(
    kiosk: Recorded, is_new_process: bool
) -> None:
    if is_new_process:
        kiosk = kiosk.again()
    events = everything(kiosk)
    half = events[len(events) // 2]
    befores, afters = [None, 3, half.seq, 10_000], [0, half.seq - 7]
    people, cubbies = [None, ANA.id, "nobody"], [None, 1, 77]
    rest = [{}, {"cause": half.cause}, {"types": {EventType.TAPPED}}, {"since": half.now.at}]
    for before, after, person, cubby, more in product(befores, afters, people, cubbies, rest):
        query = Query(before, after, person, cubby, **more)  # type: ignore[arg-type]
        expected = [event for event in events if query.fits(event)]
        assert list(kiosk.core.history.oldest_first(query)) == expected
        assert list(kiosk.core.history.newest_first(query)) == expected[::-1]


def test_a_page_of_the_record_reads_little_of_it(kiosk: Recorded) -> None:
    newest = kiosk.core.history.newest_first(Query())

    assert next(newest).seq == kiosk.events[-1].seq  # and no segment was opened for it


def test_what_comes_while_a_rotation_is_written_is_in_the_new_file(kiosk: Recorded) -> None:
    rotation = kiosk.core.begin_rotation()
    rotation.write()
    kiosk.tap(ANAS_CARD)
    last = kiosk.events[-1].seq
    kiosk.core.finish_rotation(rotation)

    assert [e.type for e in kiosk.events if e.seq > last] == [EventType.ROTATED]
    assert kiosk.again().events[0].type is EventType.TAPPED
    assert verified(kiosk.folder).findings == []


def test_a_rotation_that_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    kiosk = Recorded(tmp_path, system=(disk := FullAt("open")), rotate_at=1).furnish()
    before = everything(kiosk)
    disk.is_full = True
    kiosk.upkeep.round()
    kiosk.upkeep.round()

    assert everything(kiosk) == before
    assert kiosk.core.store_fault == ""
    disk.is_full = False
    kiosk.clock.advance(61)
    kiosk.upkeep.round()
    kiosk.upkeep.round()
    assert everything(kiosk)[:-1] == before
    assert kiosk.core.history.segments


class FullAt(Disk):
    """No new file can be made while it is full."""

    is_full = False

    def open(self, path: str, flags: int, mode: int = 0o777) -> int:
        if self.is_full and path.endswith(".new"):
            raise OSError(28, "No space left on device")
        return super().open(path, flags, mode)


def test_old_taps_are_dropped_whole_and_what_is_kept_stays_known(tmp_path: Path) -> None:
    kiosk = Recorded(tmp_path).furnish()
    kiosk.hand_in(BENS_CARD)  # and never collects
    kiosk.open_by_staff(2, "words that are to go too", "ab")
    kiosk.days(3)
    kiosk.clock.advance(timedelta(days=100).total_seconds())
    for _ in range(3):
        kiosk.keep_up(12)
        kiosk.clock.to(9, days=1)

    history = kiosk.core.history
    taps = [row for row in history.segments if row.series is Series.TAPS and not row.is_dropped]
    assert min(row.oldest for row in taps) > "2026-06"
    assert [row for row in history.segments if row.series is Series.ACTS]
    types = [event.type for event in everything(kiosk)]
    assert types.index(EventType.CARRIED_FORWARD) < types.index(EventType.SEGMENT_DROPPED)
    assert fold(everything(kiosk)).deposits == kiosk.core.standing.state.deposits
    assert verified(tmp_path).findings == []
    again = kiosk.again()
    assert again.kept == {"b2": 1}
    assert verified(tmp_path).findings == []
    assert len(list((tmp_path / HISTORY).iterdir())) == len(
        [row for row in again.core.history.segments if not row.is_dropped]
    )


def test_nothing_is_dropped_by_a_clock_that_nobody_trusts(tmp_path: Path) -> None:
    kiosk = Recorded(tmp_path).furnish().days(2)
    kiosk.clock.reboot()
    kiosk.clock.trusted = False
    kiosk.clock.advance(timedelta(days=4000).total_seconds())
    kiosk.upkeep.round()

    assert not any(row.is_dropped for row in kiosk.core.history.segments)


def rotating(kiosk: Recorded) -> None:
    kiosk.rotate()


def dropping(kiosk: Recorded) -> None:
    kiosk.clock.advance(timedelta(days=100).total_seconds())
    kiosk.keep_up(8)


@pytest.mark.parametrize("work", [rotating, dropping])
def test_a_pulled_plug_at_any_call_of_upkeep_loses_nothing(
    tmp_path: Path, work: Callable[[Recorded], None]
) -> None:
    stops = 0
    for at in range(1, 200):
        folder = tmp_path / str(at)
        Recorded(folder, clock := FakeClock()).furnish().days(2).close()
        disk = Disk("any", 10_000, "cut")
        kiosk = Recorded(folder, clock, system=disk)
        disk._fault = ("any", disk.calls["any"] + at, "cut")
        before = everything(kiosk)
        try:
            work(kiosk)
        except PowerCut:
            stops += 1
        del kiosk
        again = Recorded(folder, clock)
        kept = everything(again)
        dropped = any(event.type is EventType.SEGMENT_DROPPED for event in kept)
        assert kept[: len(before)] == before or dropped
        assert verified(folder).findings == []
        again.close()
        if stops < at:
            break
    assert stops > 10


def test_a_small_open_file_is_all_that_opening_reads(kiosk: Recorded) -> None:
    before = (kiosk.folder / FILE_NAME).stat().st_size
    kiosk.rotate()

    assert (kiosk.folder / FILE_NAME).stat().st_size < before
    assert len(kiosk.events) == 1
