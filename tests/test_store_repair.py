"""A destroyed block: what is sound is saved, what is lost is said, what it touched is unknown."""

import shutil
from pathlib import Path

import pytest
from cabinet import ANA, ANAS_CARD, BEN
from record_fixtures import Recorded, verified
from torture_damage import a_morning, destroy, destroying

from kiosk.errors import RecordDamaged
from kiosk.events import Alert, EventType
from kiosk.store import FILE_NAME


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_morning(tmp_path_factory.mktemp("original") / "data")


@pytest.fixture
def copy(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "data"))


def test_a_damaged_record_is_refused_until_it_is_repaired(copy: Path) -> None:
    destroy(copy / FILE_NAME, 4096)

    with pytest.raises(RecordDamaged, match="kiosk repair"):
        Recorded(copy)
    before = (copy / FILE_NAME).read_bytes()
    kiosk = Recorded(copy, mends=True)

    repaired = kiosk.store.repaired
    assert repaired is not None
    assert Path(repaired.kept_as).read_bytes() == before
    assert sum(gap.size for gap in repaired.gaps) >= 4096
    kiosk.close()


def test_every_device_that_the_damage_may_have_touched_is_in_doubt(copy: Path) -> None:
    destroy(copy / FILE_NAME, 2048)
    kiosk = Recorded(copy, mends=True)
    state = kiosk.core.standing.state

    repaired = next(e for e in kiosk.events if e.type is EventType.RECORD_REPAIRED)
    assert repaired.data["kept_as"] == f"{FILE_NAME}.damaged-1"
    assert (Alert.RECORD_DAMAGED, None) in state.alerts
    for cubby in range(1, 7):
        deposit = state.deposit_in(cubby)
        assert (Alert.LOOK_INSIDE, cubby) in state.alerts or deposit is not None
    kiosk.close()


def test_what_was_heard_after_the_damage_is_certain(copy: Path) -> None:
    path = copy / FILE_NAME
    lines = path.read_bytes().splitlines(keepends=True)
    tap = next(i for i, line in enumerate(lines) if f'"person":"{ANA.id}"'.encode() in line)
    offset = sum(map(len, lines[:tap]))
    destroy(path, offset + 60, 20)
    kiosk = Recorded(copy, mends=True)
    state = kiosk.core.standing.state

    ben = state.deposit_of(BEN.id)
    assert ben is not None
    assert ben.doubt is None  # Ben handed in after it
    kiosk.close()


def test_a_device_whose_deposit_was_lost_leaves_a_cubby_that_nobody_is_given(copy: Path) -> None:
    kiosk = Recorded(copy)
    ana = kiosk.core.standing.state.deposit_of(ANA.id)
    assert ana is not None
    kiosk.close()
    path = copy / FILE_NAME
    content = path.read_bytes()
    start = content.index(f'"person":"{ANA.id}","reason":"deposit"'.encode()) - 500
    end = content.index(b'"type":"deposited"') + 20
    destroy(path, start, end - start)
    kiosk = Recorded(copy, mends=True)
    state = kiosk.core.standing.state

    assert state.deposit_of(ANA.id) is None
    assert (Alert.LOOK_INSIDE, ana.cubby) in state.alerts
    assert kiosk.tap(ANAS_CARD).cubby != ana.cubby
    kiosk.close()


def test_a_repair_that_was_stopped_before_it_was_told_is_told_at_the_next_start(copy: Path) -> None:
    from kiosk.journal import System
    from kiosk.journal.salvage import repair

    destroy(copy / FILE_NAME, 4096)
    repair(str(copy / FILE_NAME), System())
    kiosk = Recorded(copy)

    assert [e.type for e in kiosk.events].count(EventType.RECORD_REPAIRED) == 1
    again = kiosk.again()
    assert [e.type for e in again.events].count(EventType.RECORD_REPAIRED) == 1
    again.close()


def test_after_the_next_rotation_a_repaired_record_verifies_with_its_loss_told(copy: Path) -> None:
    path = copy / FILE_NAME
    destroy(path, path.stat().st_size - 6000)
    kiosk = Recorded(copy, mends=True)
    kiosk.keep_up()
    kiosk.close()

    result = verified(copy)
    assert result.findings == []
    assert result.known_losses


def test_a_block_at_the_very_end_is_not_taken_for_a_torn_line(copy: Path) -> None:
    path = copy / FILE_NAME
    destroy(path, path.stat().st_size - 4096)
    kiosk = Recorded(copy, mends=True)

    assert (Alert.RECORD_DAMAGED, None) in kiosk.core.standing.state.alerts
    kiosk.close()


def test_destroyed_blocks_lose_thirty_records_at_most_and_are_always_told(original: Path) -> None:
    assert destroying(original, count=30, seed=11).failures == []


def test_a_cubby_is_used_again_once_staff_have_looked_into_it(copy: Path) -> None:
    from kiosk.messages.sensed import Closed, Opened

    destroy(copy / FILE_NAME, 2048)
    kiosk = Recorded(copy, mends=True)
    empty = next(c for a, c in kiosk.core.standing.state.alerts if a is Alert.LOOK_INSIDE)
    assert empty is not None
    kiosk.open_by_staff(empty, "looked", "cd")
    kiosk.take(Opened(empty))
    kiosk.take(Closed(empty))

    assert (Alert.LOOK_INSIDE, empty) not in kiosk.core.standing.state.alerts
    kiosk.close()
