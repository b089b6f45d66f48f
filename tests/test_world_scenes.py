"""Scenes at a cabinet: cards, doors, faults and time, through the real drivers."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from script_fixtures import ANA, BEN, EXPANDER, HEADER, Scene, scene_settings

from hardware.errors import LockBusy
from hardware.ports import Door


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with closing(Scene(scene_settings(tmp_path))) as scene:
        yield scene.after(0.1)
        assert scene.violations == []


def test_a_tap_a_door_and_another_tap(scene: Scene) -> None:
    scene.tap(ANA).after(0.2).unlock(3)
    scene.after(2).close_door(3).after(1)
    scene.tap(BEN).after(0.5)
    assert scene.story == ["Ana", "3 open", "3 closed", "Ben"]


def test_a_card_left_lying_is_seen_once(scene: Scene) -> None:
    scene.place(ANA).after(5).lift(ANA).after(1)
    scene.tap(ANA).after(1)
    assert scene.story == ["Ana", "Ana"]


def test_two_cards_in_one_hand_are_seen_together(scene: Scene) -> None:
    scene.tap(ANA, BEN).after(1)
    assert scene.story == ["Ana and Ben"]


@pytest.mark.parametrize("name", ["unplugged", "miso-low", "miso-high", "wedged"])
def test_a_dead_reader_is_lost_within_five_seconds_and_comes_back(scene: Scene, name: str) -> None:
    scene.fault("reader", name).after(5)
    assert scene.story[:1] == ["reader lost"]
    scene.mend("reader", name).after(1)
    scene.tap(ANA).after(1)
    assert scene.story == ["reader lost", "reader back", "Ana"]


def test_a_reader_that_browned_out_is_brought_back(scene: Scene) -> None:
    scene.fault("reader", "browned-out").after(5)
    scene.tap(ANA).after(1)
    assert scene.story == ["reader lost", "reader back", "Ana"]


def test_a_noisy_reader_never_sees_a_card_that_is_not_there(scene: Scene) -> None:
    scene.fault("reader", "noisy").place(ANA).after(60)
    assert "Ana" in scene.story
    assert set(scene.story) <= {"Ana", "reader lost", "reader back"}


def test_a_jammed_door_opens_once_it_is_freed_and_pulsed_again(scene: Scene) -> None:
    scene.fault("cubby 3", "jammed").unlock(3).after(2)
    assert scene.story == []
    scene.mend("cubby 3", "jammed").after(1)
    assert scene.story == []
    scene.unlock(3).after(1)
    assert scene.story == ["3 open"]


def test_a_burnt_coil_opens_nothing_and_a_new_one_does(scene: Scene) -> None:
    scene.fault("cubby 3", "burnt").unlock(3).after(2)
    assert (scene.story, scene.lines_on) == ([], frozenset())
    scene.mend("cubby 3", "burnt").unlock(3).after(1)
    assert scene.story == ["3 open"]


def test_a_cubby_hammered_for_long_burns_its_coil(scene: Scene) -> None:
    """The rest between two pulses is not long enough by itself."""
    for _ in range(120):
        scene.after(1.01).unlock(3)
    assert any(fault.name == "burnt" and fault.is_on for fault in scene.hands.faults("cubby 3"))


def test_a_door_pushed_to_is_not_shut(scene: Scene) -> None:
    scene.unlock(3).after(1).leave_ajar(3).after(1)
    assert scene.doors(3) == [Door.OPEN]
    scene.close_door(3).after(1)
    assert scene.story == ["3 open", "3 closed"]


def test_a_latch_that_does_not_catch_never_reads_shut(scene: Scene) -> None:
    scene.fault("cubby 3", "ajar").unlock(3).after(1).close_door(3).after(1)
    assert scene.story == ["3 open"]


def test_a_forced_door_reads_open_without_a_pulse(scene: Scene) -> None:
    scene.open(2).after(0.1)
    assert (scene.story, scene.world.state(2).forced) == (["2 open"], 1)


def test_a_broken_wire_looks_like_an_open_door(scene: Scene) -> None:
    scene.fault("cubby 1", "wire-broken").after(1)
    assert (scene.story, scene.world.state(1).door) == (["1 open"], Door.CLOSED)


def test_a_stuck_switch_hides_the_door(scene: Scene) -> None:
    scene.fault("cubby 1", "switch-closed").unlock(1).after(1)
    assert (scene.story, scene.world.state(1).door) == ([], Door.OPEN)
    scene.mend("cubby 1", "switch-closed").after(1)
    assert scene.story == ["1 open"]


def test_a_sagging_supply_opens_nothing(scene: Scene) -> None:
    scene.fault("supply", "sagging").unlock(1).after(1)
    assert scene.story == []
    scene.mend("supply", "sagging").unlock(1).after(1)
    assert scene.story == ["1 open"]


def test_no_third_coil_goes_on(scene: Scene) -> None:
    scene.unlock(1).unlock(2)
    with pytest.raises(LockBusy):
        scene.unlock(3)
    scene.after(1)
    assert scene.story == ["1 open", "2 open"]


@pytest.fixture
def two_banks(tmp_path: Path) -> Iterator[Scene]:
    banks = {"left": HEADER, "right": EXPANDER}
    with closing(Scene(scene_settings(tmp_path, banks))) as scene:
        yield scene.after(0.1)
        assert scene.violations == []


def test_one_banks_trouble_is_not_the_others(two_banks: Scene) -> None:
    two_banks.fault("bank right", "unplugged").after(1).unlock(1).after(1)
    two_banks.mend("bank right", "unplugged").after(1).unlock(5).after(1)
    assert two_banks.story == ["right lost", "1 open", "right back", "5 open"]


def test_two_banks_share_one_supply(two_banks: Scene) -> None:
    two_banks.unlock(1).unlock(5)
    for cubby in (2, 6):
        with pytest.raises(LockBusy, match="no more than 2"):
            two_banks.unlock(cubby)


def test_an_expander_that_was_reset_is_said_to_be_and_works_again(two_banks: Scene) -> None:
    two_banks.fault("bank right", "reset").after(1).unlock(6).after(1)
    assert two_banks.story == ["right lost", "right back", "6 open"]


def test_an_expander_keeps_its_coil_on_when_the_process_dies(two_banks: Scene) -> None:
    two_banks.unlock(5).after(0.3).kill()
    two_banks.time.pass_by(0.1)
    assert two_banks.lines_on == {5}
    two_banks.guard()
    assert two_banks.lines_on == frozenset()
    two_banks.start().after(1).unlock(6).after(1)
    assert two_banks.story == ["5 open", "6 open"]


def test_a_process_killed_in_mid_pulse_leaves_its_coil_on_until_the_guard_acts(
    scene: Scene,
) -> None:
    scene.unlock(1).after(0.3).kill()
    scene.time.pass_by(0.1)
    assert scene.lines_on == {1}
    scene.guard()
    assert scene.lines_on == frozenset()
    scene.start().after(1).unlock(2).after(1)
    assert scene.story == ["1 open", "2 open"]
