"""The clocks: when the wall may be believed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from conftest import FakeClock

from kiosk import clock as clock_module
from kiosk.clock import SkippingClock, SystemClock, kernel_synchronised

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
LONG_AHEAD = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("synchronised", "battery", "newest", "trusted"),
    [
        (True, False, None, True),
        (True, False, LONG_AHEAD, True),
        (False, False, None, False),
        (False, True, None, True),
        (False, True, LONG_AGO, True),
        (False, True, LONG_AHEAD, False),  # the battery is empty: it reads before the last event
    ],
)
def test_the_wall_is_believed_when_synchronised_or_by_a_battery_that_did_not_fail(
    synchronised: bool, battery: bool, newest: datetime | None, trusted: bool
) -> None:
    clock = SystemClock(
        rtc_battery=battery,
        not_before=lambda: newest,
        synchronised=lambda: synchronised,
        boot="b",
    )

    assert clock.now().trusted is trusted


@pytest.mark.parametrize(
    ("state", "max_error", "synchronised"),
    [(0, 500_000, True), (5, 500_000, True), (5, 16_000_000, False), (-1, 0, False)],
)
def test_the_kernel_is_believed_by_its_largest_error(
    monkeypatch: pytest.MonkeyPatch, state: int, max_error: int, synchronised: bool
) -> None:
    def adjtimex(reference: Any) -> int:
        reference._obj.maxerror = max_error
        return state

    monkeypatch.setattr(clock_module, "_adjtimex", lambda: adjtimex)

    assert kernel_synchronised() is synchronised


def test_the_real_kernel_can_be_asked(caplog: pytest.LogCaptureFixture) -> None:
    kernel_synchronised()

    assert caplog.records == []


def test_a_clock_that_was_synchronised_once_is_not_asked_again() -> None:
    answers = iter([False, True])
    clock = SystemClock(synchronised=lambda: next(answers), boot="b")

    assert [clock.now().trusted for _ in range(4)] == [False, True, True, True]


def test_a_skipping_clock_goes_on_and_never_back(clock: FakeClock) -> None:
    start = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    skipping = SkippingClock(clock, start)

    assert skipping.now().at == start
    skipping.skip_to(start + timedelta(hours=2))
    skipping.skip_to(start)
    clock.advance(5)
    assert skipping.now().at == start + timedelta(hours=2, seconds=5)
    assert skipping.now().mono == clock.mono
