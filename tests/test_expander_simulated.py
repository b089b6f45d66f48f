"""The simulated MCP23017, register by register, and the bus it is on."""

from pathlib import Path

import pytest
from expander_fixtures import ADDRESS, ExpanderBench, wired

from hardware.simulated.expander import SimulatedMcp23017
from hardware.simulated.physics import Broken
from hardware.simulated.world import World

IODIR_A, IODIR_B, IPOL_B, IOCON, GPPU_B, GPIO_A, GPIO_B, OLAT_A, OLAT_B = (
    *(0x00, 0x01, 0x03, 0x0A),
    *(0x0D, 0x12, 0x13, 0x14, 0x15),
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World.create(tmp_path / "world", range(1, 5))


@pytest.fixture
def chip(world: World) -> SimulatedMcp23017:
    return SimulatedMcp23017(world, wired(), now_ns=lambda: 5)


def registers(chip: SimulatedMcp23017) -> list[int]:
    return [chip.read(address) for address in range(0x16)]


def test_after_power_up_every_line_is_an_input_and_all_else_is_zero(
    chip: SimulatedMcp23017,
) -> None:
    latches = [n for n in range(0x16) if n not in (GPIO_A, GPIO_B)]
    assert [chip.read(n) for n in latches] == [0xFF, 0xFF, *[0] * 18]


def test_a_latch_drives_nothing_while_its_line_is_an_input(
    chip: SimulatedMcp23017, world: World
) -> None:
    chip.write(OLAT_A, 0x0F)
    assert world.lines_on() == frozenset()
    chip.write(IODIR_A, 0xFD)
    assert world.lines_on() == {2}


def test_writing_a_port_writes_its_latch(chip: SimulatedMcp23017, world: World) -> None:
    chip.write(IODIR_A, 0)
    chip.write(GPIO_A, 0x05)
    assert (chip.read(OLAT_A), chip.read(GPIO_A), world.lines_on()) == (5, 5, {1, 3})


def test_an_input_is_high_while_its_switch_is_open_and_it_is_pulled_up(
    chip: SimulatedMcp23017, world: World
) -> None:
    chip.write(GPPU_B, 0xFF)
    world.open_door(2)
    assert chip.read(GPIO_B) == 0b1111_0010


def test_without_its_pull_up_an_open_switch_floats(chip: SimulatedMcp23017, world: World) -> None:
    world.open_door(2)
    assert chip.read(GPIO_B) == 0


def test_a_broken_wire_reads_high_whatever_its_switch_is(world: World) -> None:
    for closed_is_low in (True, False):
        chip = SimulatedMcp23017(world, wired(closed_is_low=closed_is_low), now_ns=lambda: 5)
        chip.write(GPPU_B, 0xFF)
        world.break_cubby(1, Broken.WIRE)
        assert chip.read(GPIO_B) & 1


def test_an_input_can_be_turned_round_and_an_output_not(
    chip: SimulatedMcp23017, world: World
) -> None:
    chip.write(IODIR_B, 0xF0)
    chip.write(IPOL_B, 0xFF)
    assert chip.read(GPIO_B) == 0xF0


def test_an_active_low_driver_is_on_while_its_line_is_low(world: World) -> None:
    chip = SimulatedMcp23017(world, wired(active_high=False), now_ns=lambda: 5)
    chip.write(OLAT_A, 0x0E)
    chip.write(IODIR_A, 0xF0)
    assert world.lines_on() == {1}


def test_with_banks_each_port_has_its_own_addresses(chip: SimulatedMcp23017, world: World) -> None:
    chip.write(IOCON, 0x80)
    chip.write(0x0A, 0x02)  # OLATA
    chip.write(0x10, 0x0F)  # IODIRB
    chip.write(0x05, 0x00)  # IOCON
    assert (chip.read(OLAT_A), chip.read(IODIR_B), chip.read(IOCON)) == (0x02, 0x0F, 0)


@pytest.mark.parametrize("address", [0x16, 0x1B, 0xFF])
def test_there_is_nothing_beyond_its_registers(chip: SimulatedMcp23017, address: int) -> None:
    with pytest.raises(OSError, match="Remote I/O"):
        chip.read(address)


def test_a_reset_lets_go_of_every_line(chip: SimulatedMcp23017, world: World) -> None:
    fresh = registers(chip)
    chip.write(OLAT_A, 0x0F)
    chip.write(IODIR_A, 0)
    chip.reset()
    assert (registers(chip), world.lines_on()) == (fresh, frozenset())


def test_unplugged_it_forgets_and_silent_it_does_not(chip: SimulatedMcp23017, world: World) -> None:
    chip.write(OLAT_A, 0x01)
    chip.write(IODIR_A, 0xF0)
    chip.is_silent = True
    with pytest.raises(OSError, match="timed out"):
        chip.write(OLAT_A, 0)
    assert world.lines_on() == {1}
    chip.is_silent = False
    chip.is_unplugged = True
    with pytest.raises(OSError, match="Remote I/O"):
        chip.read(OLAT_A)
    assert world.lines_on() == frozenset()
    chip.is_unplugged = False
    assert chip.read(IODIR_A) == 0xFF


def test_a_chip_that_a_dead_process_left_on_is_still_on(
    chip: SimulatedMcp23017, world: World
) -> None:
    chip.write(OLAT_A, 0x04)
    chip.write(IODIR_A, 0xF0)
    again = SimulatedMcp23017(world, wired(), now_ns=lambda: 9)
    assert world.lines_on() == {3}
    assert (again.read(IODIR_A), again.read(OLAT_A)) == (0xF0, 0x04)
    again.write(OLAT_A, 0)
    assert world.lines_on() == frozenset()


def test_nobody_answers_at_another_address_or_on_a_closed_bus(tmp_path: Path) -> None:
    bus = ExpanderBench.new(tmp_path).bus()
    with pytest.raises(OSError, match="Remote I/O"):
        bus.read_byte_data(ADDRESS + 1, 0)
    bus.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        bus.read_byte_data(ADDRESS, 0)


def test_a_block_is_registers_in_a_row(tmp_path: Path) -> None:
    bus = ExpanderBench.new(tmp_path).bus()
    bus.write_i2c_block_data(ADDRESS, GPPU_B, [0x0F, 0, 0, 0, 0])
    assert bus.read_i2c_block_data(ADDRESS, GPPU_B, 2) == [0x0F, 0]
    assert bus.transfers == 2
