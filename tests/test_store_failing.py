"""A failing disk never takes phones hostage: what goes on, where it is kept, and the way back."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from cabinet import ANA, ANAS_CARD, BEN, BENS_CARD
from journal_disk import MoodyDisk
from record_fixtures import Recorded, verified

from kiosk.acts import Pulse
from kiosk.errors import RecordFault
from kiosk.events import Alert, EventType, Reason
from kiosk.messages.commands import EnrolCard, ImportRoster, RecordSignIn
from kiosk.model import Credential
from kiosk.screen import at_rest
from kiosk.store import FILE_NAME, Query
from kiosk.timetable import Phase

FAULTS: list[Callable[[MoodyDisk], None]] = [
    MoodyDisk.full,
    MoodyDisk.worn_out,
    MoodyDisk.read_only,
]
fails = pytest.mark.parametrize("fail", FAULTS, ids=lambda fail: fail.__name__)


@pytest.fixture
def kiosk(tmp_path: Path, disk: MoodyDisk) -> Recorded:
    """Ana's phone is in; it is release time."""
    kiosk = Recorded(tmp_path, system=disk).furnish()
    kiosk.hand_in()
    kiosk.clock.to(15, 20)
    return kiosk


@fails
def test_a_pupil_collects_while_the_disk_fails(
    kiosk: Recorded, disk: MoodyDisk, fail: Callable[[MoodyDisk], None]
) -> None:
    fail(disk)
    kiosk.acts.clear()
    tapped = kiosk.tap(ANAS_CARD)

    assert (tapped.granted, tapped.reason) == (True, Reason.COLLECT)
    assert Pulse(1, tapped.seq) in kiosk.acts
    kiosk.door(tapped)
    assert kiosk.kept == {}


@fails
def test_nothing_is_taken_in_while_the_disk_fails(
    kiosk: Recorded, disk: MoodyDisk, fail: Callable[[MoodyDisk], None]
) -> None:
    fail(disk)
    kiosk.acts.clear()
    tapped = kiosk.tap(BENS_CARD)

    assert (tapped.granted, tapped.reason) == (False, Reason.DISK_FAILING)
    assert not [act for act in kiosk.acts if isinstance(act, Pulse)]


@fails
def test_it_is_said_at_once_and_cleared_when_the_disk_is_back(
    kiosk: Recorded, disk: MoodyDisk, fail: Callable[[MoodyDisk], None]
) -> None:
    fail(disk)
    kiosk.tap(BENS_CARD)
    alerts = kiosk.core.standing.state.alerts
    assert (Alert.RECORD_FAILING, None) in alerts
    assert "cannot be written" in kiosk.core.store_fault
    kiosk.clock.advance(3)
    kiosk.keep_up()
    assert (Alert.RECORD_FAILING, None) in kiosk.core.standing.state.alerts

    disk.mend()
    kiosk.clock.advance(3)
    kiosk.keep_up()

    assert (Alert.RECORD_FAILING, None) not in kiosk.core.standing.state.alerts
    assert kiosk.core.store_fault == ""
    assert [e.type for e in kiosk.events[-2:]] == [
        EventType.STORE_RECOVERED,
        EventType.ALERT_CLEARED,
    ]


@fails
def test_all_that_went_on_is_on_record_when_the_disk_is_back(
    kiosk: Recorded, disk: MoodyDisk, fail: Callable[[MoodyDisk], None]
) -> None:
    fail(disk)
    kiosk.hand_in(ANAS_CARD)
    kiosk.open_by_staff(3, "note to be kept", "ab")
    kiosk.take(RecordSignIn("u1", True, "192.0.2.1"))
    disk.mend()
    kiosk.clock.advance(3)
    kiosk.keep_up()
    events, notes = list(kiosk.events), dict(kiosk.core.notes)

    assert verified(kiosk.folder).findings == []
    again = kiosk.again()
    assert (again.events, again.core.notes, again.kept) == (events, notes, {})
    assert notes == {"ab": "note to be kept"}


@fails
def test_who_is_who_does_not_change_while_the_disk_fails(
    kiosk: Recorded, disk: MoodyDisk, fail: Callable[[MoodyDisk], None]
) -> None:
    fail(disk)
    roster = kiosk.core.standing.roster
    for command in (
        ImportRoster("console", (ANA, BEN), 0, 2),
        EnrolCard("console", Credential("dddd", ANA.id)),
    ):
        with pytest.raises(RecordFault, match="cannot be written"):
            kiosk.core.take(command)
    assert kiosk.core.standing.roster == roster


def test_five_hundred_releases_on_a_full_disk_survive_a_pulled_plug(
    tmp_path: Path, disk: MoodyDisk
) -> None:
    kiosk = Recorded(tmp_path, system=disk, reserve_bytes=2 << 20, cubbies=550).furnish()
    cards = kiosk.crowd(500)
    for card in cards:
        kiosk.hand_in(card)
    kiosk.hand_in(BENS_CARD)
    kiosk.clock.to(15, 20)
    disk.full()
    for card in cards:
        kiosk.hand_in(card)
    assert kiosk.core.store_fault
    events = list(kiosk.events)

    kiosk.store.close()  # nothing of this process reaches the journal
    again = Recorded(tmp_path, kiosk.clock, reserve_bytes=2 << 20, cubbies=550)

    assert again.events == events
    assert list(again.kept) == [BEN.id]
    assert verified(tmp_path).findings == []
    assert b"tapped" not in (tmp_path / "reserve").read_bytes()


def test_a_start_on_a_disk_that_is_still_full_goes_on_where_it_was(
    kiosk: Recorded, disk: MoodyDisk
) -> None:
    disk.full()
    kiosk.hand_in(ANAS_CARD)
    events = list(kiosk.events)
    again = kiosk.again(system=disk).start()

    assert again.core.store_fault
    assert (again.events[: len(events)], again.kept) == (events, {})
    assert again.tap(BENS_CARD).reason is Reason.DISK_FAILING
    disk.mend()
    again.keep_up()
    assert again.core.store_fault == ""
    assert again.again().events == again.events
    assert verified(kiosk.folder).findings == []


def test_without_a_reserve_the_system_log_is_what_there_is(
    kiosk: Recorded, disk: MoodyDisk, caplog: pytest.LogCaptureFixture
) -> None:
    disk.worn_out()
    kiosk.hand_in(ANAS_CARD)

    kept = [r.getMessage() for r in caplog.records if r.levelno == logging.CRITICAL]
    assert any('"collected"' in line and ANA.id in line for line in kept)
    assert not any(ANA.surname in line for line in kept)


def test_a_full_reserve_goes_on_in_the_system_log(
    tmp_path: Path, disk: MoodyDisk, caplog: pytest.LogCaptureFixture
) -> None:
    kiosk = Recorded(tmp_path, system=disk, reserve_bytes=2048).furnish()
    kiosk.hand_in()
    kiosk.clock.to(15, 20)
    disk.full()
    kiosk.hand_in()
    for _ in range(3):
        kiosk.tap(BENS_CARD)
    assert any("kept in this log alone" in record.getMessage() for record in caplog.records)

    disk.mend()
    kiosk.clock.advance(3)
    kiosk.keep_up()
    assert kiosk.again().events == kiosk.events


def test_a_sync_that_failed_is_never_tried_again_on_that_file(
    kiosk: Recorded, disk: MoodyDisk
) -> None:
    before = (kiosk.folder / FILE_NAME).stat().st_ino
    disk.fails = {"fdatasync": 5}
    kiosk.tap(BENS_CARD)
    disk.fails = {}
    syncs = disk.calls["fdatasync"]
    kiosk.clock.advance(3)
    kiosk.keep_up()

    assert (kiosk.folder / FILE_NAME).stat().st_ino != before
    assert disk.calls["fdatasync"] <= syncs + 1  # the reserve is cleared; the new file is fsynced
    assert kiosk.core.store_fault == ""


def test_the_screen_asks_nobody_to_hand_in_while_the_disk_fails() -> None:
    failing = {Alert.RECORD_FAILING}

    assert at_rest(Phase.ARRIVAL, failing).sign == "ask_office"
    assert at_rest(Phase.RELEASE, failing).sign == "ready"


def test_a_rotation_waits_until_the_disk_is_back(tmp_path: Path, disk: MoodyDisk) -> None:
    kiosk = Recorded(tmp_path, system=disk, rotate_at=5).furnish()
    disk.full()
    kiosk.tap(BENS_CARD)
    kiosk.keep_up()
    assert kiosk.core.history.segments == ()

    disk.mend()
    for _ in range(4):
        kiosk.clock.advance(3)
        kiosk.keep_up()
    assert kiosk.core.history.segments
    assert len(list(kiosk.core.history.oldest_first(Query()))) == kiosk.events[-1].seq
