"""The simulated cabinet's file: physics, memory, and shape."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.errors import BackendUnavailable, UnknownCubby
from hardware.ports import Door, LockLimits
from hardware.simulated.world import REMEMBERED, SimulatedCubby, World

S = 1_000_000_000
UNTOUCHED = SimulatedCubby(False, Door.CLOSED, False, 0, 0, 0, 0, 0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "world"


@pytest.fixture
def world(path: Path) -> World:
    return World.create(path, [1, 2, 7])


def test_a_new_cabinet_is_shut_and_dead(world: World) -> None:
    assert {n: world.state(n) for n in world.cubbies} == dict.fromkeys([1, 2, 7], UNTOUCHED)


def test_only_its_owner_may_touch_the_file(world: World, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == ["world"]


def test_an_energised_coil_lets_the_door_spring_open(world: World) -> None:
    world.switch(2, True, 5 * S)
    world.switch(2, False, 6 * S)
    assert world.state(2) == SimulatedCubby(False, Door.OPEN, False, 5 * S, 6 * S, 1, S, 0)
    assert world.state(1) == world.state(7) == UNTOUCHED


def test_a_jammed_door_stays_shut_until_it_is_freed(world: World) -> None:
    world.jam(1)
    world.switch(1, True, S)
    assert world.state(1).door is Door.CLOSED
    world.jam(1, False)
    assert world.state(1).door is Door.OPEN


def test_a_jammed_door_resists_hands(world: World) -> None:
    world.jam(1)
    world.open_door(1)
    assert world.state(1).door is Door.CLOSED
    world.jam(1, False)
    world.open_door(1)
    world.jam(1)
    world.close_door(1)
    assert world.state(1).door is Door.OPEN


def test_a_locked_door_opened_by_hand_was_forced(world: World) -> None:
    world.open_door(7)
    world.open_door(7)
    assert world.state(7) == SimulatedCubby(False, Door.OPEN, False, 0, 0, 0, 0, 1)


def test_a_door_does_not_latch_while_its_coil_is_energised(world: World) -> None:
    world.switch(1, True, S)
    world.close_door(1)
    assert world.state(1).door is Door.OPEN
    world.switch(1, False, 2 * S)
    world.close_door(1)
    assert world.state(1).door is Door.CLOSED


def test_it_remembers_each_pulse(world: World) -> None:
    for at, on in [(1, True), (2, True), (3, False), (4, False), (5, True), (9, False)]:
        world.switch(1, on, at * S)
    assert world.pulses(1) == [(1 * S, 3 * S), (5 * S, 9 * S)]
    assert (world.state(1).pulses, world.state(1).longest_ns) == (2, 4 * S)


def test_it_remembers_a_hundred_pulses_and_counts_them_all(world: World) -> None:
    for at in range(REMEMBERED + 5):
        world.switch(1, True, 2 * at)
        world.switch(1, False, 2 * at + 1)
    assert world.pulses(1) == [(2 * at, 2 * at + 1) for at in range(5, REMEMBERED + 5)]
    assert world.state(1).pulses == REMEMBERED + 5


def test_it_finds_a_coil_that_was_on_for_too_long(world: World) -> None:
    world.switch(1, True, 0)
    world.switch(1, False, 2 * S)
    assert world.violations(LockLimits(ceiling_s=2), 9 * S) == []
    assert world.violations(LockLimits(), 9 * S) == ["cubby 1 was energised for 2.000 s"]


def test_it_finds_a_coil_that_is_still_on(world: World) -> None:
    world.switch(7, True, 0)
    assert world.violations(LockLimits(), S) == []
    assert world.violations(LockLimits(), 3 * S) == ["cubby 7 was energised for 3.000 s"]


def test_it_finds_more_coils_on_at_once_than_the_budget_allows(world: World) -> None:
    world.switch(1, True, 0)
    world.switch(2, True, 1)
    world.all_off(2)
    assert world.violations(LockLimits(max_concurrent=2), 3) == []
    assert world.violations(LockLimits(), 3) == ["2 coils were energised at once"]


def test_its_memory_survives_reopening(world: World, path: Path) -> None:
    world.switch(1, True, S)
    world.jam(2)
    world.open_door(7)
    again = World.open_or_create(path, {7, 2, 1})
    assert {n: again.state(n) for n in (1, 2, 7)} == {n: world.state(n) for n in (1, 2, 7)}


def test_another_process_may_turn_all_lines_off(world: World, path: Path) -> None:
    world.switch(1, True, S)
    World.open(path).all_off(2 * S)
    assert world.lines_on() == frozenset()
    assert (world.state(1).off_at_ns, world.state(1).longest_ns) == (2 * S, S)


def test_a_pulse_that_a_reboot_ended_has_no_negative_length(world: World) -> None:
    world.switch(1, True, 500 * S)
    world.all_off(3 * S)
    assert world.state(1).longest_ns == 0


def test_an_unknown_cubby_is_an_error(world: World) -> None:
    for act in (world.state, world.open_door, world.close_door, world.jam, world.pulses):
        with pytest.raises(UnknownCubby, match="no cubby 3"):
            act(3)


def test_a_cabinet_of_other_cubbies_is_refused(world: World, path: Path) -> None:
    with pytest.raises(BackendUnavailable, match=r"3 cubbies, not with the 2 .*remove the file"):
        World.open_or_create(path, [1, 2])


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "not a simulated cabinet"),
        (b"CUBBIES\n", "not a simulated cabinet"),
        (b"x" * 200, "not a simulated cabinet"),
        (b"CUBBIES\n" + b"\x02" + bytes(199), "version 2, not 1"),
        (b"CUBBIES\n" + b"\x01\0\0\0" + b"\x09\0\0\0" + bytes(99), "cut short or grown"),
    ],
)
def test_a_file_of_another_shape_is_refused_and_left_alone(
    path: Path, content: bytes, complaint: str
) -> None:
    path.write_bytes(content)
    with pytest.raises(BackendUnavailable, match=complaint):
        World.open_or_create(path, [1])
    assert path.read_bytes() == content


def test_a_symbolic_link_is_not_followed(world: World, path: Path) -> None:
    link = path.with_name("link")
    link.symlink_to(path)
    with pytest.raises(OSError, match="symbolic links"):
        World.open(link)


@given(st.lists(st.tuples(st.sampled_from([1, 2, 7]), st.booleans())))
def test_a_door_is_open_once_its_coil_was_on(
    tmp_path_factory: pytest.TempPathFactory, switches: list[tuple[int, bool]]
) -> None:
    world = World.create(tmp_path_factory.mktemp("world") / "world", [1, 2, 7])
    for at, (cubby, on) in enumerate(switches):
        world.switch(cubby, on, at)
    pulsed = {cubby for cubby, on in switches if on}
    assert {n for n in world.cubbies if world.state(n).door is Door.OPEN} == pulsed
