"""The record is looked through once a day: when, and what becomes of what is found."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from record_fixtures import SOUND, AtOnce, Recorded

from kiosk.errors import KioskError
from kiosk.events import SYSTEM, Alert, EventType
from kiosk.messages.record import Scrubbed
from kiosk.scrub import AGAIN_AFTER_S, EVERY_S, FIRST_AFTER_S, Scrub

UNSOUND = (Alert.RECORD_UNSOUND, None)
DAMAGED = {**SOUND, "findings": 2, "files": ["taps-1-90.segment"]}


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
def kiosk(tmp_path: Path) -> Recorded:
    """At noon of its first day, when it is locked."""
    kiosk = Recorded(tmp_path).furnish()
    kiosk.clock.to(12, 0)
    return kiosk


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def scrub(kiosk: Recorded, reader: Reader) -> Scrub:
    return Scrub(kiosk.core, reader, kiosk.clock.monotonic, AtOnce())  # type: ignore[arg-type]


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


def test_a_clock_that_is_not_trusted_puts_nothing_off(
    scrub: Scrub, kiosk: Recorded, reader: Reader
) -> None:
    kiosk.clock.trusted = False
    passing(scrub, kiosk, FIRST_AFTER_S)
    assert reader.times == 1


def test_what_could_not_be_read_is_tried_again_soon_and_is_no_finding(
    scrub: Scrub, kiosk: Recorded, reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    reader.fault = KioskError("a backup is being made")
    passing(scrub, kiosk, FIRST_AFTER_S)
    assert "not looked through: a backup is being made" in caplog.text
    assert alert(kiosk) == ""

    reader.fault = None
    passing(scrub, kiosk, AGAIN_AFTER_S - 1)
    assert reader.times == 1
    passing(scrub, kiosk, 1)
    assert reader.times == 2


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


def test_what_is_found_is_an_alert_until_nothing_is_found(
    scrub: Scrub, kiosk: Recorded, reader: Reader
) -> None:
    reader.found = DAMAGED
    passing(scrub, kiosk, FIRST_AFTER_S)
    assert alert(kiosk) == "2 places: taps-1-90.segment"

    reader.found = SOUND
    passing(scrub, kiosk, EVERY_S)
    assert alert(kiosk) == ""


def test_a_record_that_is_whole_costs_no_event(
    scrub: Scrub, kiosk: Recorded, reader: Reader
) -> None:
    before = kiosk.core.standing.state.seq
    passing(scrub, kiosk, FIRST_AFTER_S)
    assert (reader.times, kiosk.core.standing.state.seq) == (1, before)


def test_more_damage_is_news_and_the_same_again_is_none(kiosk: Recorded) -> None:
    for message in (
        Scrubbed(SYSTEM, 1, ("a",)),
        Scrubbed(SYSTEM, 1, ("a",)),
        Scrubbed(SYSTEM, 2, ("a", "b")),
    ):
        kiosk.take(message)
    raised = [e for e in kiosk.events if e.type is EventType.ALERT_RAISED]
    assert [event.data["detail"] for event in raised] == ["1 place: a", "2 places: a, b"]


def test_many_files_are_told_in_one_line_and_none_of_them_twice(kiosk: Recorded) -> None:
    kiosk.take(Scrubbed(SYSTEM, 7, ("a", "b", "c", "d", "e")))
    assert alert(kiosk) == "7 places: a, b, c and 2 more"
    kiosk.take(Scrubbed(SYSTEM, 1))
    assert alert(kiosk) == "1 place"
