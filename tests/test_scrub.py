"""The record is looked through once a day: when, and what becomes of what is found."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from journal_disk import MoodyDisk
from record_fixtures import KEYS, KIOSK, SOUND, AtOnce, Later, Recorded
from torture_damage import destroy

from kiosk.copying import LIMIT_S, verified
from kiosk.errors import KioskError
from kiosk.events import SYSTEM, Alert, EventType
from kiosk.messages.record import Scrubbed
from kiosk.scrub import AGAIN_AFTER_S, EVERY_S, FIRST_AFTER_S, SURE_AFTER_S, Scrub
from kiosk.store import FILE_NAME

UNSOUND = (Alert.RECORD_UNSOUND, None)
DAMAGED = {**SOUND, "findings": 2, "files": ["taps-1-90.segment"]}
OPEN_FILE = {"events": 0, "anchor": [0, ""], "findings": 1, "files": [FILE_NAME]}


class Reader:
    """Reads the whole record, and finds what it is told to find."""

    def __init__(self) -> None:
        self.found: Mapping[str, Any] = SOUND
        self.fault: Exception | None = None
        self.times = 0

    def __call__(self) -> Mapping[str, Any]:
        self.times += 1
        if self.fault is not None:
            raise self.fault
        return self.found


@pytest.fixture
def kiosk(tmp_path: Path, disk: MoodyDisk) -> Recorded:
    """At noon of its first day, when it is locked."""
    kiosk = Recorded(tmp_path, system=disk).furnish()
    kiosk.clock.to(12, 0)
    return kiosk


@pytest.fixture
def reader() -> Reader:
    return Reader()


def scrub_of(kiosk: Recorded, verify: Any, background: AtOnce) -> Scrub:
    renew = kiosk.upkeep.rotate_soon
    given: Any = background
    return Scrub(kiosk.core, verify, kiosk.clock.monotonic, renew=renew, background=given)


@pytest.fixture
def scrub(kiosk: Recorded, reader: Reader) -> Scrub:
    return scrub_of(kiosk, reader, AtOnce())


def passing(scrub: Scrub, kiosk: Recorded, seconds: float) -> None:
    kiosk.clock.advance(seconds)
    scrub.round()
    scrub.round()


def alert(kiosk: Recorded) -> str:
    raised = kiosk.core.standing.state.alerts.get(UNSOUND)
    return raised.detail if raised else ""


# when


def test_it_begins_some_minutes_after_the_start_and_comes_once_a_day(
    scrub: Scrub, kiosk: Recorded, reader: Reader
) -> None:
    passing(scrub, kiosk, FIRST_AFTER_S - 1)
    assert reader.times == 0
    passing(scrub, kiosk, 1)
    assert reader.times == 1
    passing(scrub, kiosk, EVERY_S - 1)
    assert reader.times == 1
    passing(scrub, kiosk, 1)
    assert reader.times == 2


@pytest.mark.parametrize(("hour", "minute"), [(8, 30), (15, 20)])
def test_it_waits_for_the_end_of_a_rush(
    scrub: Scrub, kiosk: Recorded, reader: Reader, hour: int, minute: int
) -> None:
    kiosk.clock.to(hour, minute, days=1)
    passing(scrub, kiosk, 0)
    assert reader.times == 0
    passing(scrub, kiosk, 7200)
    assert reader.times == 1


def test_it_does_not_begin_where_a_rush_could_begin_before_it_ends(
    scrub: Scrub, kiosk: Recorded, reader: Reader
) -> None:
    kiosk.clock.to(15, 10, days=1)
    kiosk.clock.advance(1 - LIMIT_S)
    passing(scrub, kiosk, 0)
    assert reader.times == 0
    kiosk.clock.advance(-2)
    passing(scrub, kiosk, 0)
    assert reader.times == 1


def test_a_clock_that_is_not_trusted_puts_nothing_off(
    scrub: Scrub, kiosk: Recorded, reader: Reader
) -> None:
    kiosk.clock.trusted = False
    passing(scrub, kiosk, FIRST_AFTER_S)
    assert reader.times == 1


def test_while_the_disk_fails_nothing_is_read_and_nothing_that_was_read_counts(
    kiosk: Recorded, disk: MoodyDisk, reader: Reader
) -> None:
    background = Later()
    scrub = scrub_of(kiosk, reader, background)
    reader.found = OPEN_FILE
    passing(scrub, kiosk, FIRST_AFTER_S)
    background.end()
    disk.worn_out()
    kiosk.core.look_at_disk(by_writing=True)
    passing(scrub, kiosk, 1)
    assert (reader.times, alert(kiosk)) == (1, "")

    passing(scrub, kiosk, EVERY_S)
    assert (reader.times, background.is_done()) == (1, True)


def test_nothing_is_said_before_all_is_read(kiosk: Recorded, reader: Reader) -> None:
    background = Later()
    scrub = scrub_of(kiosk, reader, background)
    reader.found = OPEN_FILE
    passing(scrub, kiosk, FIRST_AFTER_S)
    passing(scrub, kiosk, 300)
    assert (alert(kiosk), scrub.last) == ("", None)

    background.end()
    passing(scrub, kiosk, 1)
    assert (alert(kiosk), scrub.last) == (FILE_NAME, kiosk.clock.at)


def test_what_could_not_be_read_is_tried_again_ever_more_seldom_and_is_no_finding(
    scrub: Scrub, kiosk: Recorded, reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    reader.fault = KioskError("a backup is being made")
    passing(scrub, kiosk, FIRST_AFTER_S)
    assert "not looked through: a backup is being made" in caplog.text
    passing(scrub, kiosk, AGAIN_AFTER_S)
    passing(scrub, kiosk, AGAIN_AFTER_S)
    assert (reader.times, alert(kiosk), scrub.last) == (2, "", None)
    kiosk.clock.to(12, 0, days=1)

    reader.fault = None
    passing(scrub, kiosk, 0)
    assert reader.times == 3
    reader.fault = KioskError("again")
    passing(scrub, kiosk, EVERY_S)
    passing(scrub, kiosk, AGAIN_AFTER_S)  # after one that was whole it begins small again
    assert reader.times == 5


def test_that_it_was_not_done_for_two_days_is_told(
    scrub: Scrub, kiosk: Recorded, reader: Reader
) -> None:
    reader.fault = KioskError("no end within 600 s")
    for _ in range(2):
        passing(scrub, kiosk, EVERY_S - 1)
    assert not scrub.is_overdue
    passing(scrub, kiosk, 2)
    assert scrub.is_overdue

    reader.fault = None
    passing(scrub, kiosk, EVERY_S)
    assert not scrub.is_overdue


def test_a_failure_of_ours_is_logged_and_the_kiosk_goes_on(
    scrub: Scrub, kiosk: Recorded, reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    reader.fault = ValueError("ours")
    with caplog.at_level(logging.ERROR):
        passing(scrub, kiosk, FIRST_AFTER_S)
    assert "could not be looked through" in caplog.text
    reader.fault = None
    passing(scrub, kiosk, AGAIN_AFTER_S)
    assert reader.times == 2


# what is found


def test_what_is_found_twice_is_an_alert_until_nothing_is_found(
    scrub: Scrub, kiosk: Recorded, reader: Reader
) -> None:
    reader.found = DAMAGED
    passing(scrub, kiosk, FIRST_AFTER_S)
    assert alert(kiosk) == ""
    passing(scrub, kiosk, SURE_AFTER_S)
    assert (reader.times, alert(kiosk)) == (2, "taps-1-90.segment")

    reader.found = SOUND
    passing(scrub, kiosk, EVERY_S)
    assert (reader.times, alert(kiosk)) == (3, "")


def test_what_was_mended_while_it_was_read_is_no_alert(
    scrub: Scrub, kiosk: Recorded, reader: Reader
) -> None:
    reader.found = DAMAGED
    passing(scrub, kiosk, FIRST_AFTER_S)
    kiosk.take(Scrubbed(SYSTEM, 0))  # by `kiosk repair --from`
    reader.found = SOUND
    passing(scrub, kiosk, SURE_AFTER_S)
    assert EventType.ALERT_RAISED not in [event.type for event in kiosk.events]


def test_a_record_that_is_whole_costs_no_event(
    scrub: Scrub, kiosk: Recorded, reader: Reader
) -> None:
    before = kiosk.core.standing.state.seq
    passing(scrub, kiosk, FIRST_AFTER_S)
    assert (reader.times, kiosk.core.standing.state.seq) == (1, before)


def test_an_open_file_that_is_damaged_is_said_at_once_and_written_anew_from_memory(
    kiosk: Recorded,
) -> None:
    scrub = scrub_of(kiosk, lambda: verified(kiosk.folder, KEYS, KIOSK), AtOnce())
    before = kiosk.core.standing.state
    path = kiosk.folder / FILE_NAME
    destroy(path, path.stat().st_size // 2, 30)
    passing(scrub, kiosk, FIRST_AFTER_S)
    assert alert(kiosk) == FILE_NAME

    kiosk.keep_up(3)
    passing(scrub, kiosk, SURE_AFTER_S)
    assert alert(kiosk) == ""
    assert verified(kiosk.folder, KEYS, KIOSK)["findings"] == 0
    kiosk.close()
    again = Recorded(kiosk.folder, kiosk.clock)
    assert again.core.standing.state.deposits == before.deposits
    assert EventType.RECORD_REPAIRED not in [event.type for event in again.events]
    again.close()


def test_an_open_file_that_stays_damaged_is_written_anew_once_a_day_alone(
    scrub: Scrub, kiosk: Recorded, reader: Reader
) -> None:
    reader.found = OPEN_FILE
    passing(scrub, kiosk, FIRST_AFTER_S)
    kiosk.keep_up(3)
    once = kiosk.core.rotated_through
    passing(scrub, kiosk, SURE_AFTER_S)
    kiosk.keep_up(3)
    assert (reader.times, once > 0, kiosk.core.rotated_through) == (2, True, once)
    passing(scrub, kiosk, SURE_AFTER_S)
    assert reader.times == 2


def test_more_damage_is_news_and_the_same_again_is_none(kiosk: Recorded) -> None:
    for files in (("a",), ("a",), ("a", "b")):
        kiosk.take(Scrubbed(SYSTEM, len(files), files))
    raised = [e for e in kiosk.events if e.type is EventType.ALERT_RAISED]
    assert [event.data["detail"] for event in raised] == ["a", "a, b"]


def test_many_files_are_told_in_one_line(kiosk: Recorded) -> None:
    kiosk.take(Scrubbed(SYSTEM, 7, ("a", "b", "c", "d", "e")))
    assert alert(kiosk) == "a, b, c and 2 more"


@pytest.mark.parametrize(("findings", "told"), [(1, "1 place"), (3, "3 places")])
def test_of_a_change_that_leaves_every_file_whole_the_places_are_counted(
    kiosk: Recorded, findings: int, told: str
) -> None:
    kiosk.take(Scrubbed(SYSTEM, findings))
    assert alert(kiosk) == told
