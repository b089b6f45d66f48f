"""The simulated cabinet's file: physics, memory, and shape."""

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.errors import BackendUnavailable, UnknownCubby
from hardware.ports import Door, LockLimits
from hardware.simulated.physics import Broken, Voltage
from hardware.simulated.world import REMEMBERED, SimulatedCubby, World

S = 1_000_000_000
MS = 1_000_000
UNTOUCHED = SimulatedCubby()


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
    assert replace(world.state(2), heat=0.0) == SimulatedCubby(
        door=Door.OPEN, on_at_ns=5 * S, off_at_ns=6 * S, pulses=1, longest_ns=S
    )
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
    assert world.state(7) == SimulatedCubby(door=Door.OPEN, forced=1)


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


def test_a_pulse_that_a_board_times_ends_without_anybody(world: World) -> None:
    world.board_pulse(1, 5 * S, 6 * S)
    assert world.lines_on(6 * S - 1) == {1}
    assert world.lines_on(6 * S) == frozenset()
    assert world.state(1, 5 * S).is_on is True
    assert replace(world.state(1, 9 * S), heat=0.0) == SimulatedCubby(
        door=Door.OPEN, on_at_ns=5 * S, off_at_ns=6 * S, pulses=1, longest_ns=S
    )
    assert world.pulses(1) == [(5 * S, 6 * S)]


def test_a_time_that_is_left_out_is_that_of_the_latest_act(world: World) -> None:
    world.board_pulse(1, 5 * S, 6 * S)
    assert world.lines_on() == {1}
    world.open_door(7, 6 * S)
    assert world.lines_on() == frozenset()


def test_a_board_told_again_while_it_pulses_goes_on_until_its_new_end(world: World) -> None:
    world.board_pulse(1, 0, S)
    world.board_pulse(1, S // 2, 2 * S)
    assert world.lines_on(2 * S - 1) == {1}
    assert world.state(1, 3 * S).pulses == 1
    assert world.violations(LockLimits(), S) == []
    assert world.violations(LockLimits(), 3 * S) == ["cubby 1 was energised for 2.000 s"]


def test_a_board_may_be_told_to_end_its_pulse(world: World) -> None:
    world.board_pulse(1, 0, 5 * S)
    world.board_pulse(1, S // 2, S // 2)
    assert world.lines_on(S // 2) == frozenset()
    assert world.pulses(1) == [(0, S // 2)]
    assert world.violations(LockLimits(), 9 * S) == []


def test_a_board_whose_pulse_is_over_does_not_count_among_those_on(world: World) -> None:
    world.board_pulse(1, 0, S)
    world.board_pulse(2, S, 2 * S)
    assert world.violations(LockLimits(), 3 * S) == []


def test_turning_lines_off_leaves_a_boards_pulse_alone(world: World) -> None:
    world.switch(1, True, 0)
    world.board_pulse(2, 0, S)
    world.all_off(S // 2)
    world.switch(2, False, S // 2)
    assert world.lines_on(S // 2) == {2}
    assert world.lines_on(S) == frozenset()


def test_a_reboot_in_the_middle_of_a_boards_pulse_ends_it(world: World) -> None:
    world.board_pulse(1, 500 * S, 501 * S)
    assert world.lines_on(3 * S) == frozenset()
    world.open_door(1, 3 * S)
    assert world.lines_on(500 * S) == frozenset()


def test_some_lines_may_be_turned_off_and_others_not(world: World) -> None:
    world.switch(1, True, 0)
    world.switch(2, True, 0)
    world.all_off(1, {2, 7, 99})
    assert world.lines_on() == {1}


def test_more_coils_than_the_supply_carries_open_nothing(path: Path) -> None:
    world = World.create(path, [1, 2, 3], supply_coils=2)
    world.switch(1, True, 0)
    world.switch(2, True, 0)
    assert (world.state(2).door, world.supply_sags()) == (Door.OPEN, False)
    world.switch(3, True, 0)
    assert (world.state(3).door, world.supply_sags()) == (Door.CLOSED, True)
    world.switch(1, False, 1)
    assert (world.state(3).door, world.supply_sags()) == (Door.OPEN, False)


def test_a_boards_coil_that_lets_go_leaves_the_supply_to_another(path: Path) -> None:
    world = World.create(path, [1, 2], supply_coils=1)
    world.board_pulse(1, 0, S)
    world.board_pulse(2, S // 2, 2 * S)
    assert world.state(2, S - 1).door is Door.CLOSED
    assert world.state(2, S).door is Door.OPEN


def test_a_weak_supply_opens_nothing_until_it_is_back(world: World) -> None:
    world.set_voltage(Voltage.LOW)
    world.switch(1, True, S)
    assert (world.state(1).door, world.supply_sags(S)) == (Door.CLOSED, True)
    world.set_voltage(Voltage.RIGHT)
    assert (world.state(1).door, world.supply_sags(S)) == (Door.OPEN, False)


def test_a_door_whose_coil_does_not_pull_latches_and_can_only_be_forced(world: World) -> None:
    world.set_voltage(Voltage.LOW)
    world.switch(1, True, S)
    world.open_door(1)
    assert world.state(1).forced == 1
    world.close_door(1)
    assert world.state(1).door is Door.CLOSED


def test_others_on_the_supply_are_told_when_it_begins_to_sag(path: Path) -> None:
    world = World.create(path, [1, 2, 3], supply_coils=1)
    told: list[frozenset[int]] = []
    world.sag_listeners.append(lambda: told.append(world.lines_on()))
    for act in (
        lambda: world.switch(1, True, 1),
        lambda: world.board_pulse(2, 2, 9),
        lambda: world.switch(3, True, 3),
        lambda: world.all_off(9),
        lambda: world.set_voltage(Voltage.LOW, 10),
        lambda: world.set_voltage(Voltage.LOW, 11),
    ):
        act()
    assert told == [{1, 2}, frozenset()]


def test_what_the_supply_carries_may_be_changed_on_opening(path: Path) -> None:
    World.create(path, [1, 2])
    assert World.open_or_create(path, [1, 2]).supply_coils == 2
    assert World.open_or_create(path, [1, 2], supply_coils=1).supply_coils == 1
    assert World.open(path).supply_coils == 1


def test_a_burnt_coil_opens_its_door_never_again_until_it_is_mended(world: World) -> None:
    world.switch(1, True, 0)
    world.switch(1, False, 20 * S)
    world.close_door(1, 30 * S)
    world.switch(1, True, 40 * S)
    assert (world.state(1).door, world.state(1).broken) == (Door.CLOSED, Broken.BURNT)
    world.break_cubby(1, Broken.BURNT, False)
    assert (world.state(1).door, world.state(1).heat) == (Door.OPEN, 0.0)


def test_a_coil_burns_by_itself_and_the_supply_is_free_for_another(path: Path) -> None:
    world = World.create(path, [1, 2], supply_coils=1)
    world.switch(1, True, 0)
    world.switch(2, True, 9 * S)
    assert world.state(2, 9 * S).door is Door.CLOSED
    assert world.state(2, 11 * S).door is Door.OPEN
    assert world.state(1, 11 * S).broken is Broken.BURNT


def test_looking_changes_nothing(world: World, path: Path) -> None:
    world.switch(1, True, 0)
    world.board_pulse(2, 0, S)
    before = path.read_bytes()
    for look in (world.state, world.door_level):
        look(1, 99 * S)
    world.lines_on(99 * S)
    world.supply_sags(99 * S)
    world.violations(LockLimits(), 99 * S)
    assert path.read_bytes() == before
    assert world.state(1, 0).broken is Broken.NOTHING


def test_a_door_left_ajar_looks_shut_and_is_not(world: World) -> None:
    world.open_door(1)
    world.leave_ajar(1)
    assert (world.state(1).door, world.state(1).is_ajar) == (Door.OPEN, True)
    assert world.door_level(1) is Door.OPEN
    world.close_door(1)
    assert (world.state(1).door, world.state(1).is_ajar) == (Door.CLOSED, False)


def test_a_door_that_is_ajar_opens_without_force(world: World) -> None:
    world.open_door(1)
    world.leave_ajar(1)
    world.open_door(1)
    assert (world.state(1).forced, world.state(1).is_ajar) == (1, False)


def test_a_latch_that_does_not_catch_leaves_the_door_ajar(world: World) -> None:
    world.break_cubby(1, Broken.LATCH)
    assert world.state(1).door is Door.CLOSED
    world.open_door(1)
    world.close_door(1)
    assert world.state(1).is_ajar
    world.break_cubby(1, Broken.LATCH, False)
    world.close_door(1)
    assert world.state(1).door is Door.CLOSED


def test_a_switch_says_what_it_likes_and_the_door_does_not_care(world: World) -> None:
    world.break_cubby(1, Broken.SWITCH_CLOSED)
    world.switch(1, True, S)
    assert (world.state(1).door, world.door_level(1)) == (Door.OPEN, Door.CLOSED)
    world.break_cubby(1, Broken.SWITCH_CLOSED, False)
    assert world.door_level(1) is Door.OPEN


def test_a_switch_chatters_for_some_ms_after_its_door_moved(world: World) -> None:
    world.open_door(1, S)
    world.close_door(1, 2 * S)
    levels = {world.door_level(1, 2 * S + ms * MS) for ms in range(30)}
    assert levels == {Door.OPEN, Door.CLOSED}
    assert world.door_level(1, 2 * S) is Door.CLOSED
    assert {world.door_level(1, 2 * S + ms * MS) for ms in range(30, 200)} == {Door.CLOSED}


def test_another_process_sees_what_is_broken(world: World, path: Path) -> None:
    world.break_cubby(2, Broken.WIRE)
    world.set_voltage(Voltage.LOW)
    again = World.open(path)
    assert again.state(2).broken is Broken.WIRE
    assert again.voltage is Voltage.LOW


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
    for act in (
        world.state,
        world.door_level,
        world.open_door,
        world.close_door,
        world.leave_ajar,
        world.jam,
        world.pulses,
    ):
        with pytest.raises(UnknownCubby, match="no cubby 3"):
            act(3)
    for energise in (world.switch, world.board_pulse):
        with pytest.raises(UnknownCubby, match="no cubby 3"):
            energise(3, 1, 2)


def test_a_cabinet_of_other_cubbies_is_refused(world: World, path: Path) -> None:
    with pytest.raises(BackendUnavailable, match=r"3 cubbies, not with the 2 .*remove the file"):
        World.open_or_create(path, [1, 2])


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "not a simulated cabinet"),
        (b"CUBBIES\n", "not a simulated cabinet"),
        (b"x" * 200, "not a simulated cabinet"),
        (b"CUBBIES\n" + b"\x01" + bytes(199), "version 1, not 2"),
        (b"CUBBIES\n" + b"\x02\0\0\0" + b"\x09\0\0\0" + bytes(99), "cut short or grown"),
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


ACTS = st.one_of(
    st.tuples(st.just("switch"), st.sampled_from([1, 2, 7]), st.booleans()),
    st.tuples(st.just("board_pulse"), st.sampled_from([1, 2, 7]), st.integers(0, 3)),
    st.tuples(st.just("all_off"), st.none(), st.none()),
    st.tuples(
        st.sampled_from(["open_door", "close_door", "leave_ajar"]),
        st.sampled_from([1, 2, 7]),
        st.none(),
    ),
    st.tuples(st.just("break_cubby"), st.sampled_from([1, 2, 7]), st.sampled_from([*Broken][1:])),
    st.tuples(st.just("set_voltage"), st.sampled_from(Voltage), st.none()),
)


def act(world: World, which: tuple[str, int | bool | None, object], at_ns: int) -> None:
    name, subject, argument = which
    match name, subject, argument:
        case "switch", int(cubby), bool(on):
            world.switch(cubby, on, at_ns)
        case "board_pulse", int(cubby), int(seconds):
            world.board_pulse(cubby, at_ns, at_ns + seconds * S)
        case "all_off", _, _:
            world.all_off(at_ns)
        case "break_cubby", int(cubby), Broken() as what:
            world.break_cubby(cubby, what, at_ns=at_ns)
        case "set_voltage", Voltage() as voltage, _:
            world.set_voltage(voltage, at_ns)
        case hand, int(cubby), _:
            getattr(world, hand)(cubby, at_ns)


@given(st.lists(ACTS, max_size=20))
def test_every_act_may_be_done_twice_and_by_two_processes(
    tmp_path_factory: pytest.TempPathFactory,
    acts: list[tuple[str, int | bool | None, object]],
) -> None:
    folder = tmp_path_factory.mktemp("world")
    once, twice = (World.create(folder / name, [1, 2, 7], 2) for name in ("once", "twice"))
    other = World.open(folder / "twice")
    for second, each in enumerate(acts, 1):
        for world in (once, twice, other):
            act(world, each, second * S)
    end = 99 * S
    for cubby in once.cubbies:
        assert twice.state(cubby, end) == other.state(cubby, end) == once.state(cubby, end)
    assert twice.violations(LockLimits(), end) == once.violations(LockLimits(), end)
