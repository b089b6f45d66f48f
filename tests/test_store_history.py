"""What is asked of the past: the edges of a query, segments left alone, damaged, or gone."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from cabinet import ANA, BEN, BENS_CARD
from record_fixtures import Recorded

from kiosk.events import Event, EventType, Moment
from kiosk.retention import SegmentRow, Series
from kiosk.store import History, Query
from kiosk.store.history import event_of, tags

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TAP = Event(EventType.TAPPED, 10, Moment(AT, 1.0), person="a1", cubby=4)
DOOR = Event(EventType.DOOR_OPENED, 12, Moment(AT, 3.0), cubby=4, cause=10)
ROW = SegmentRow(
    Series.TAPS, 10, 20, 11, 900, "ab" * 32, "2026-03-02T09:00:00.000+00:00",
    "2026-03-02T10:00:00.000+00:00",
)  # fmt: skip
MS = timedelta(milliseconds=1)


# which events fit


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        (Query(), True),
        (Query(before=10), False),
        (Query(before=11), True),
        (Query(after=10), False),
        (Query(after=9), True),
        (Query(before=10, after=9), False),
        (Query(person="a1"), True),
        (Query(person="a"), False),
        (Query(person=""), False),
        (Query(cubby=4), True),
        (Query(cubby=0), False),
        (Query(person="a1", cubby=5), False),
        (Query(types=()), True),
        (Query(types={EventType.TAPPED, EventType.ROTATED}), True),
        (Query(types=[EventType.ROTATED]), False),
        (Query(since=AT), True),
        (Query(since=AT + MS), False),
        (Query(until=AT), False),
        (Query(until=AT + MS), True),
        (Query(since=AT, until=AT), False),
        (Query(since=AT.astimezone(timezone(timedelta(hours=9)))), True),
        (Query(until=AT.astimezone(timezone(timedelta(hours=-9)))), False),
    ],
)
def test_an_event_fits_up_to_the_very_edge_of_a_query(query: Query, fits: bool) -> None:
    assert query.fits(TAP) is fits


def test_a_transaction_is_the_event_that_it_is_named_by_and_all_that_came_of_it() -> None:
    assert [Query(cause=10).fits(event) for event in (TAP, DOOR)] == [True, True]
    assert [Query(cause=12).fits(event) for event in (TAP, DOOR)] == [False, True]
    assert [Query(cause=9).fits(event) for event in (TAP, DOOR)] == [False, False]


@pytest.mark.parametrize(
    ("query", "least"),
    [
        (Query(), 1),
        (Query(after=7), 8),
        (Query(cause=9), 9),
        (Query(cause=9, after=8), 9),
        (Query(cause=9, after=9), 10),
    ],
)
def test_nothing_of_a_transaction_comes_before_it(query: Query, least: int) -> None:
    assert query.least == least


@pytest.mark.parametrize("event", [TAP, DOOR, replace(TAP, seq=11, person=None, cause=3)])
def test_every_event_has_the_tags_by_which_queries_look_for_it(event: Event) -> None:
    found = set(tags(event.to_record()))

    for query in (Query(person="a1"), Query(cubby=4), Query(cause=10), Query(cause=3)):
        is_its_own = query.cause == event.seq  # which is found by its number
        assert (query.tag() in found or is_its_own) is query.fits(event)


def test_of_several_tags_the_rarest_is_used() -> None:
    assert Query(cause=1, person="a1", cubby=4).tag() == "cause:1"
    assert Query(person="a1", cubby=4).tag() == "person:a1"
    assert Query(before=9, types=(EventType.TAPPED,)).tag() is None


# which segments are read


@pytest.mark.parametrize(
    ("query", "may_be"),
    [
        (Query(), True),
        (Query(before=10), False),
        (Query(before=11), True),
        (Query(after=20), False),
        (Query(after=19), True),
        (Query(cause=20), True),
        (Query(cause=21), False),
        (Query(since=AT + timedelta(hours=1)), True),
        (Query(since=AT + timedelta(hours=1) + MS), False),
        (Query(until=AT), False),
        (Query(until=AT + MS), True),
        (Query(until=(AT + MS).astimezone(timezone(timedelta(hours=9)))), True),
        (Query(until=AT.astimezone(timezone(timedelta(hours=9)))), False),
    ],
)
def test_a_segment_is_read_only_if_it_can_hold_what_is_asked_for(
    query: Query, may_be: bool
) -> None:
    assert query.may_be_in(ROW) is may_be
    assert not query.may_be_in(ROW.dropped())


def test_a_segment_that_holds_an_event_of_the_last_millisecond_is_read() -> None:
    query = Query(until=AT + timedelta(microseconds=500))

    assert query.fits(TAP)
    assert query.may_be_in(ROW)


@pytest.fixture
def kiosk(tmp_path: Path) -> Recorded:
    """Four days of history, and a deposit on the fifth."""
    kiosk = Recorded(tmp_path).furnish().days(4)
    kiosk.hand_in(BENS_CARD)
    return kiosk


@pytest.fixture
def history(kiosk: Recorded) -> History:
    return kiosk.core.history


def taps(history: History) -> list[SegmentRow]:
    return [row for row in history.segments if row.series is Series.TAPS]


def path_of(history: History, row: SegmentRow) -> Path:
    return history.folder / row.file_name


def read(history: History, query: Query | None = None) -> list[Event]:
    """All that a query finds; the same both ways round."""
    query = query or Query()
    found = list(history.oldest_first(query))
    assert list(history.newest_first(query)) == found[::-1]
    return found


@pytest.mark.parametrize("what", ["before", "after", "since", "until"])
def test_a_segment_that_cannot_hold_any_is_not_opened(
    history: History, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    middle = taps(history)[1]
    queries = {
        "before": Query(before=middle.first),
        "after": Query(after=middle.last),
        "since": Query(since=datetime.fromisoformat(middle.newest) + MS),
        "until": Query(until=datetime.fromisoformat(middle.oldest)),
    }
    expected = read(history, queries[what])
    others = [row for row in history.segments if not queries[what].may_be_in(row)]
    assert middle in others
    for row in others:
        path_of(history, row).write_bytes(b"spoilt")

    assert read(history, queries[what]) == expected
    assert caplog.records == []


def test_a_segment_of_a_series_without_those_types_is_not_opened(
    history: History, caplog: pytest.LogCaptureFixture
) -> None:
    query = Query(types=(EventType.ROTATED, EventType.ROSTER_IMPORTED))
    for row in taps(history):
        path_of(history, row).write_bytes(b"spoilt")

    assert {event.type for event in read(history, query)} == set(query.types)
    assert caplog.records == []


def test_a_query_by_type_and_date_finds_what_looking_finds(history: History) -> None:
    day = datetime.fromisoformat(taps(history)[1].oldest).replace(hour=0, minute=0)
    query = Query(types=(EventType.DEPOSITED,), since=day, until=day + timedelta(days=1))

    found = read(history, query)
    assert found == [event for event in read(history) if query.fits(event)]
    assert [event.person for event in found] == [ANA.id]


def test_an_event_is_found_by_its_own_number_wherever_it_is(history: History) -> None:
    events = read(history)
    for event in events:
        query = Query(cause=event.seq)
        assert read(history, query) == [other for other in events if query.fits(other)]


def test_the_newest_are_there_before_any_segment_is_opened(history: History) -> None:
    for row in history.segments:
        path_of(history, row).unlink()
    newest = history.newest_first(Query(person=BEN.id))

    assert next(newest) == [e for e in history.recent if e.person == BEN.id][-1]


def test_what_happens_while_it_is_read_disturbs_nothing(kiosk: Recorded, history: History) -> None:
    before = read(history)
    newest, oldest = history.newest_first(Query()), history.oldest_first(Query())
    first = [next(newest), next(oldest)]
    kiosk.tap("unknown")
    kiosk.rotate()

    assert [first[0], *newest] == before[::-1]
    assert [first[1], *oldest][: len(before)] == before


# damaged, or gone


def spoil(path: Path, at: int, count: int = 1) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:at] + b"\xff" * count + content[at + count :])


asking = pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query(person=ANA.id),
        Query(cubby=2),  # of the second day
        Query(types=(EventType.COLLECTED, EventType.DEPOSITED)),
    ],
    ids=["all", "person", "cubby", "types"],
)


@asking
def test_a_damaged_segment_still_gives_its_sound_events(
    history: History, query: Query, caplog: pytest.LogCaptureFixture
) -> None:
    before = read(history, query)
    path = path_of(history, taps(history)[1])
    spoil(path, path.read_bytes().index(b'"deposited"'))

    after = read(history, query)
    lost = [event for event in before if event not in after]
    assert [event.type for event in lost] == [EventType.DEPOSITED]
    assert after == [event for event in before if event not in lost]
    assert path.name in caplog.text


@asking
@pytest.mark.parametrize("from_end", [10, 100])
def test_a_segment_whose_index_is_damaged_gives_all_its_events(
    history: History, query: Query, from_end: int
) -> None:
    before = read(history, query)
    for row in history.segments:
        spoil(path := path_of(history, row), path.stat().st_size - from_end, 5)

    assert read(history, query) == before


@asking
@pytest.mark.parametrize("line", [b"#index @=", b"#index person:", b"#index "])
def test_any_line_of_an_index_may_be_damaged_and_all_its_events_are_found(
    history: History, query: Query, line: bytes
) -> None:
    before = read(history, query)
    for path in (path_of(history, row) for row in history.segments):
        for found in re.finditer(re.escape(line), path.read_bytes()):
            spoil(path, found.end() - 2)

    assert read(history, query) == before


def test_every_byte_of_a_segment_may_be_lost_and_the_others_are_read(history: History) -> None:
    before = read(history)
    row = taps(history)[1]
    spoil(path_of(history, row), 0, row.size)

    assert read(history) == [
        event
        for event in before
        if not (row.first <= event.seq <= row.last) or event.type is EventType.ROTATED
    ]


@asking
def test_a_segment_that_is_gone_gives_nothing_and_no_error(
    history: History, query: Query, caplog: pytest.LogCaptureFixture
) -> None:
    before = read(history, query)
    row = taps(history)[1]
    path_of(history, row).unlink()

    gone = [e for e in before if row.first <= e.seq <= row.last and e.type is not EventType.ROTATED]
    assert read(history, query) == [event for event in before if event not in gone]
    assert caplog.records == []


def ascending(history: History) -> Any:
    return history.oldest_first(Query())


def descending(history: History) -> Any:
    return history.newest_first(Query(before=history.recent[0].seq))


@pytest.mark.parametrize("begin", [ascending, descending])
def test_a_segment_that_is_removed_while_it_is_read_is_read_to_its_end(
    history: History, begin: Callable[[History], Any]
) -> None:
    expected = list(begin(history))
    reading = begin(history)
    found = [next(reading) for _ in range(3)]
    for row in history.segments:
        path_of(history, row).unlink()
    found += reading

    assert found == [event for event in expected if event in found]
    assert len(found) >= min(row.count for row in taps(history))


def test_what_a_dropped_row_names_is_not_read_though_its_file_is_there(history: History) -> None:
    row = taps(history)[0]
    rows = [r.dropped() if r is row else r for r in history.segments]
    dropping = History(history.folder, rows, history.recent)

    found = read(dropping)
    assert len(found) == len(read(history)) - row.count
    assert path_of(history, row).exists()


def test_a_history_without_segments_is_what_is_recent(tmp_path: Path) -> None:
    history = History(tmp_path / "none", ())
    assert read(history) == []
    history.recent.extend([TAP, DOOR])

    assert read(history) == [TAP, DOOR]
    assert read(history, Query(before=12)) == [TAP]
    assert read(history, Query(after=10)) == [DOOR]
    assert read(history, Query(cause=12)) == [DOOR]
    assert read(history, Query(before=5)) == read(history, Query(after=50)) == []


@pytest.mark.parametrize("payload", [b"{}", b"not JSON", b'{"type":"tapped"}'])
def test_a_record_that_is_no_event_is_refused(payload: bytes) -> None:
    with pytest.raises((ValueError, KeyError)):
        event_of(payload)
