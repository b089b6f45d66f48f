"""A whole kiosk whose time is turned by hand: real parts, no threads, no waiting."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from hardware.lights.none import NoLights
from hardware.ports import Hardware
from hardware.simulated.clock import VirtualClock
from kiosk.acts import Sign
from kiosk.demo.school import demo_config, furnish, invented_school
from kiosk.errors import KioskError
from kiosk.events import EventType, Reason
from kiosk.keys import new_keys
from kiosk.state import Place
from kiosk.turned import TurnedKiosk, turned_kiosk

MORNING = datetime(2026, 9, 7, 7, 30, tzinfo=UTC)  # 08:30 on the wall
SCHOOL = invented_school()
AMARA, BEN = (SCHOOL.uids[person.id] for person in SCHOOL.people[:2])


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[TurnedKiosk]:
    config = demo_config(tmp_path)
    new_keys(config.kiosk.key_dir)
    with turned_kiosk(config, MORNING) as kiosk:
        furnish(kiosk.opened, SCHOOL, ())
        kiosk.start()
        yield kiosk


def test_whoever_taps_puts_theirs_in_and_shuts_the_door(kiosk: TurnedKiosk) -> None:
    tapped = kiosk.tap(AMARA)

    (kept,) = kiosk.standing.state.deposits.values()
    assert (tapped.granted, tapped.reason) == (True, Reason.DEPOSIT)
    assert (kept.place, kept.cubby) == (Place.CUBBY, tapped.cubby)
    assert (kiosk.standing.state.open_doors, kiosk.local.minute) == (frozenset(), 30)


def test_one_tap_after_another_is_two_taps(kiosk: TurnedKiosk) -> None:
    assert kiosk.tap(AMARA).cubby != kiosk.tap(BEN).cubby
    assert kiosk.tap(AMARA).reason is Reason.NOT_YET
    assert kiosk.shown is not None
    assert kiosk.shown.sign is Sign.NOT_YET


def test_a_door_that_sticks_is_tried_twice_and_another_cubby_given(kiosk: TurnedKiosk) -> None:
    first = kiosk.tap(AMARA).cubby
    kiosk.until(MORNING + timedelta(hours=7))  # 15:30: they collect
    kiosk.hands.fault(f"cubby {first}", "jammed")
    kiosk.tap(AMARA)

    failed = [e for e in kiosk.core.history.recent if e.type is EventType.PULSE_FAILED]
    assert [event.cubby for event in failed] == [first]
    assert kiosk.shown is not None
    assert kiosk.shown.sign is Sign.ASK_OFFICE


def test_a_night_passes_at_once_and_yesterday_is_history(kiosk: TurnedKiosk) -> None:
    kiosk.tap(AMARA)
    kiosk.until(MORNING + timedelta(days=1))

    assert kiosk.local.isoformat()[:16] == "2026-09-08T08:30"
    assert kiosk.core.history.segments
    assert kiosk.tap(AMARA).reason is Reason.ALREADY_IN


def test_what_never_ends_is_an_error_and_no_endless_loop(kiosk: TurnedKiosk) -> None:
    cubby = kiosk.tap(AMARA).cubby or 0
    kiosk.until(MORNING + timedelta(hours=7))
    kiosk.hands.fault(f"cubby {cubby}", "ajar")  # it opens, and never shuts again

    with pytest.raises(KioskError, match="does not come to an end"):
        kiosk.tap(AMARA)


def test_real_hardware_does_not_live_in_such_a_time() -> None:
    real = Hardware(SimpleNamespace(), {}, NoLights())  # type: ignore[arg-type]

    with pytest.raises(ValueError, match="only simulated hardware"):
        TurnedKiosk(SimpleNamespace(core=None), real, VirtualClock())  # type: ignore[arg-type]
