"""The clocks: when the wall may be believed."""

from datetime import UTC, datetime, timedelta

import pytest
from conftest import FakeClock

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


def test_the_kernel_answers_whether_it_is_synchronised() -> None:
    assert kernel_synchronised() in (True, False)


def test_a_skipping_clock_goes_on_and_never_back(clock: FakeClock) -> None:
    start = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    skipping = SkippingClock(clock, start)

    assert skipping.now().at == start
    skipping.skip_to(start + timedelta(hours=2))
    skipping.skip_to(start)
    clock.advance(5)
    assert skipping.now().at == start + timedelta(hours=2, seconds=5)
    assert skipping.now().mono == clock.mono
