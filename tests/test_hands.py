"""Hands on a simulated cabinet: whatever can break is broken and mended by name."""

from pathlib import Path

import pytest
from expander_fixtures import ExpanderBench
from reader_fixtures import SEVEN, Bench

from hardware.errors import BackendUnavailable, BankLost, ReaderLost, UnknownCubby
from hardware.lights.errors import LightFault
from hardware.ports import Colour, Door, Fault, LockLimits, Shining
from hardware.settings import BoardWiring
from hardware.simulated.boards_cable import SimulatedCable
from hardware.simulated.boards_fitted import simulated_board
from hardware.simulated.faults import (
    FAULTS,
    Breakable,
    board_breakables,
    momentary,
    toggle,
)
from hardware.simulated.hands import DeviceParts, ReaderParts, SimulatedHands
from hardware.simulated.lights import SimulatedLights
from hardware.simulated.physics import Broken
from hardware.simulated.rdm6300 import SimulatedRdm6300, simulated_rdm6300_reader
from hardware.simulated.world import World

S = 1_000_000_000


@pytest.fixture
def reader() -> Bench:
    return Bench.new()


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World.create(tmp_path / "world", [1, 7], supply_coils=1)


@pytest.fixture
def hands(reader: Bench, world: World) -> SimulatedHands:
    return SimulatedHands(ReaderParts(reader.field, reader.chip), world, now_ns=lambda: 5 * S)


def on(hands: SimulatedHands) -> list[tuple[str, str]]:
    return [(fault.part, fault.name) for fault in hands.faults() if fault.is_on]


def test_a_new_cabinet_is_whole(hands: SimulatedHands) -> None:
    assert on(hands) == []
    assert {(f.part, f.name) for f in hands.faults()} == {
        *(("reader", name) for name in FAULTS["reader"]),
        *(("cubby 1", name) for name in FAULTS["cubby"]),
        *(("cubby 7", name) for name in FAULTS["cubby"]),
        *(("supply", name) for name in FAULTS["supply"]),
    }


def test_a_fault_is_listed_in_words(hands: SimulatedHands) -> None:
    hands.fault("cubby 7", "burnt")
    assert Fault("supply", "sagging", "its voltage is too low for any coil", False) in hands.faults(
        "supply"
    )
    assert Fault("cubby 7", "burnt", "its coil is burnt", True) in hands.faults("cubby 7")


MOMENTS = {("reader", "browned-out")}


def test_everything_can_be_broken_and_mended_twice(hands: SimulatedHands) -> None:
    for part, name in [(fault.part, fault.name) for fault in hands.faults()]:
        for _ in range(2):
            hands.fault(part, name)
        assert on(hands) == [] if (part, name) in MOMENTS else [(part, name)]
        for _ in range(2):
            hands.fault(part, name, False)
        assert on(hands) == []


def test_mending_one_fault_leaves_its_neighbour_alone(hands: SimulatedHands) -> None:
    hands.fault("reader", "miso-low")
    hands.fault("reader", "miso-high", False)
    hands.fault("cubby 1", "jammed")
    hands.fault("cubby 1", "burnt", False)
    assert on(hands) == [("reader", "miso-low"), ("cubby 1", "jammed")]


def test_a_switch_is_stuck_in_one_way_only(hands: SimulatedHands) -> None:
    hands.fault("cubby 1", "switch-open")
    hands.fault("cubby 1", "switch-closed")
    hands.fault("cubby 1", "switch-open", False)
    assert on(hands) == [("cubby 1", "switch-closed")]


@pytest.mark.parametrize("name", ["unplugged", "miso-low", "miso-high", "wedged"])
def test_a_broken_reader_is_lost_and_a_mended_one_comes_back(
    hands: SimulatedHands, reader: Bench, name: str
) -> None:
    driver = reader.open_reader()
    hands.fault("reader", name)
    with pytest.raises(ReaderLost):
        driver.read()
    hands.fault("reader", name, False)
    driver.reset()
    hands.tap(SEVEN)
    assert [card.uid for card in driver.read()] == [SEVEN]


def test_a_reset_cures_a_deaf_reader_and_the_list_says_so(
    hands: SimulatedHands, reader: Bench
) -> None:
    driver = reader.open_reader()
    hands.place(SEVEN)
    hands.fault("reader", "deaf")
    assert driver.read() == []
    driver.reset()
    assert [card.uid for card in driver.read()] == [SEVEN]
    assert on(hands) == []


def test_a_reader_on_the_coils_supply_browns_out_with_it(reader: Bench, world: World) -> None:
    hands = SimulatedHands(ReaderParts(reader.field, reader.chip), world, now_ns=lambda: 5 * S)
    hands.fault("supply", "shared")
    driver = reader.open_reader()
    driver.read()
    world.switch(1, True, 1)
    driver.check()
    world.switch(7, True, 2)
    with pytest.raises(ReaderLost):
        driver.check()
    driver.reset()
    world.all_off(3)
    hands.fault("supply", "sagging")
    with pytest.raises(ReaderLost):
        driver.check()


def test_a_reader_with_a_supply_of_its_own_does_not_mind(
    hands: SimulatedHands, reader: Bench
) -> None:
    driver = reader.open_reader()
    driver.read()
    hands.fault("supply", "sagging")
    driver.check()


def test_a_card_pulled_away_in_mid_exchange_is_no_card_and_the_reader_is_well(
    hands: SimulatedHands, reader: Bench
) -> None:
    driver = reader.open_reader()
    hands.fault("reader", "pulled")
    hands.tap(SEVEN)
    assert [driver.read() for _ in range(3)] == [[], [], []]
    driver.check()
    hands.fault("reader", "pulled", False)
    hands.tap(SEVEN)
    assert [card.uid for card in driver.read()] == [SEVEN]


def test_a_supply_set_too_high_burns_a_coil_within_seconds(
    hands: SimulatedHands, world: World
) -> None:
    hands.fault("supply", "too-high")
    world.switch(1, True, 5 * S)
    assert world.state(1, 8 * S).broken is Broken.BURNT
    hands.fault("supply", "sagging", False)
    assert [fault.name for fault in hands.faults("supply") if fault.is_on] == ["too-high"]


def test_hands_open_close_and_leave_doors_ajar(hands: SimulatedHands, world: World) -> None:
    hands.open(7)
    hands.leave_ajar(7)
    assert world.state(7).is_ajar
    hands.close(7)
    assert world.state(7).door is Door.CLOSED
    hands.jam(7)
    hands.open(7)
    assert world.state(7).door is Door.CLOSED


def test_what_hands_do_happens_now(hands: SimulatedHands, world: World) -> None:
    hands.open(7)
    assert world.door_level(7, 5 * S) is Door.OPEN
    assert {world.door_level(7, 5 * S + ms * 1_000_000) for ms in range(30)} == set(Door) - {
        Door.UNKNOWN
    }


def test_a_bank_contributes_its_own_faults(tmp_path: Path) -> None:
    bench = ExpanderBench.new(tmp_path)
    hands = SimulatedHands(None, bench.world, bench.expander.breakables("left"))
    assert [fault.name for fault in hands.faults("bank left")] == ["unplugged", "silent", "reset"]
    hands.fault("bank left", "silent")
    with pytest.raises(BankLost, match="timed out"):
        bench.locks.doors()
    hands.fault("bank left", "silent", False)
    hands.fault("bank left", "reset")
    with pytest.raises(BankLost, match="reset"):
        bench.locks.doors()
    assert on(hands) == []
    bench.locks.close()


def test_a_lock_board_contributes_its_own_faults(world: World) -> None:
    wiring = BoardWiring("kerong", "", 0, {1: 1, 7: 2})
    board = simulated_board(wiring, LockLimits(), world, lambda: 5 * S)
    cable = SimulatedCable([board])
    hands = SimulatedHands(None, world, board_breakables("left", board, cable))
    status = bytes.fromhex("02 00 30 03 35")
    assert cable.carry(status)
    for name, broken in {
        "unplugged": lambda: not cable.is_plugged,
        "silent": lambda: not cable.carry(status),
        "busy": lambda: board.faults.busy_ns > 0,
        "noisy": lambda: cable.noise_every > 0,
    }.items():
        hands.fault("bank left", name)
        assert broken()
        assert on(hands) == [("bank left", name)]
        hands.fault("bank left", name, False)
        assert not broken()


def test_readers_that_are_one_device_are_tapped_and_unplugged(world: World) -> None:
    module = SimulatedRdm6300(lambda: 5.0)
    parts = DeviceParts(module, (toggle("reader", "deaf", module.kill),))
    hands = SimulatedHands(parts, world)
    assert [fault.name for fault in hands.faults("reader")] == ["unplugged", "deaf"]
    reader = simulated_rdm6300_reader(module, lambda: 5.0)
    hands.place(b"12345")
    assert [card.uid for card in reader.read()] == [b"12345"]
    hands.lift(b"12345")
    hands.unplug_reader()
    with pytest.raises(ReaderLost):
        reader.read()
    hands.unplug_reader(False)
    reader.reset()
    hands.fault("reader", "deaf")
    assert on(hands) == [("reader", "deaf")]
    hands.tap(b"12345")
    assert reader.read() == []
    reader.close()


def test_lights_break() -> None:
    lights = SimulatedLights([1], lambda: 0.0)
    hands = SimulatedHands(None, None, lights=lights)
    lights.lamp(Colour.GREEN, 0.5)
    assert hands.shining() == Shining(Colour.GREEN, 0.5)
    hands.fault("lights", "broken")
    with pytest.raises(LightFault):
        lights.lamp(Colour.RED, 1.0)
    assert on(hands) == [("lights", "broken")]


@pytest.mark.parametrize(
    ("part", "name", "error", "words"),
    [
        ("cubby 7", "deaf", ValueError, "cubby 7 cannot be deaf, only jammed, burnt"),
        ("cubby 8", "jammed", UnknownCubby, "no cubby 8"),
        ("cubby", "jammed", UnknownCubby, "no cubby"),
        ("bank left", "silent", ValueError, "no simulated part bank left"),
        ("roof", "leaking", ValueError, "no simulated part roof: a part is one of reader, cubby"),
    ],
)
def test_what_is_not_there_cannot_break(
    hands: SimulatedHands, part: str, name: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        hands.fault(part, name)


def test_what_is_real_is_broken_by_hand() -> None:
    hands = SimulatedHands(None, None)
    assert (hands.faults(), hands.shining()) == ([], None)
    for part in ("reader", "supply", "cubby 1"):
        with pytest.raises(BackendUnavailable, match="real"):
            hands.fault(part, "unplugged")
    for act in (hands.tap, hands.place, hands.lift):
        with pytest.raises(BackendUnavailable, match="reader is real"):
            act(SEVEN)
    for door in (hands.open, hands.close, hands.leave_ajar, hands.jam):
        with pytest.raises(BackendUnavailable, match="doors are real"):
            door(1)
    with pytest.raises(BackendUnavailable, match="reader is real"):
        hands.unplug_reader()


def test_a_fault_outside_the_closed_list_cannot_be_contributed() -> None:
    for part in ("reader", "roof"):
        with pytest.raises(ValueError, match="not in the list"):
            momentary(part, "leaking", lambda: None)


def test_an_attribute_of_a_part_is_a_fault(reader: Bench) -> None:
    noisy = Breakable.of("reader", "noisy", reader.chip, "corrupt_air_every", 7, 0)
    noisy.turn(True)
    assert (reader.chip.corrupt_air_every, noisy.look().is_on) == (7, True)
    noisy.turn(False)
    assert (reader.chip.corrupt_air_every, noisy.look().is_on) == (0, False)


def test_every_fault_of_a_cubby_is_one_thing_broken(hands: SimulatedHands, world: World) -> None:
    broken = []
    for name in FAULTS["cubby"]:
        hands.fault("cubby 1", name)
        broken.append(world.state(1).broken)
        hands.fault("cubby 1", name, False)
    assert sorted(broken) == sorted(set(Broken) - {Broken.NOTHING})
