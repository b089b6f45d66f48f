"""The MCP23017's driver: no line blips, and no write of one line ever moves another."""

from collections.abc import Callable
from pathlib import Path

import pytest
from expander_fixtures import ADDRESS, ExpanderBench, wired
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardware.errors import LockFault
from hardware.expander.chip import ATTEMPTS, Mcp23017
from hardware.expander.lines import input_faults
from hardware.expander.off import drive_off
from hardware.settings import LockPins
from hardware.simulated.expander import SimulatedI2cBus


class MeddledBus(SimulatedI2cBus):
    """A bus on which something comes in between: once, before the next write of a latch."""

    def __init__(self, bench: ExpanderBench) -> None:
        super().__init__({ADDRESS: bench.chip})
        self.before_latch: Callable[[], None] | None = None

    def write_byte_data(self, i2c_addr: int, register: int, value: int) -> None:
        meddle, self.before_latch = self.before_latch, None
        if meddle is not None:
            assert register in (0x14, 0x15)
            meddle()
        super().write_byte_data(i2c_addr, register, value)


class LossyBus(SimulatedI2cBus):
    """A bus on which the first so many writes of a latch arrive with a wrong bit."""

    wrong = 0

    def write_byte_data(self, i2c_addr: int, register: int, value: int) -> None:
        if register in (0x14, 0x15) and self.wrong:
            self.wrong -= 1
            value ^= 0x08
        super().write_byte_data(i2c_addr, register, value)


@pytest.fixture
def bench(tmp_path: Path) -> ExpanderBench:
    return ExpanderBench.new(tmp_path)


def test_setting_up_makes_locks_outputs_and_pulls_all_others_up(bench: ExpanderBench) -> None:
    bench.driver()
    assert [bench.chip.read(n) for n in (0x00, 0x01, 0x0C, 0x0D, 0x14, 0x15)] == [
        *(0xF0, 0xFF),
        *(0xF0, 0xFF),
        *(0, 0),
    ]


@pytest.mark.parametrize("active_high", [True, False])
def test_setting_up_lets_no_line_blip(tmp_path: Path, active_high: bool) -> None:
    bench = ExpanderBench.new(tmp_path, wired(active_high=active_high))
    bench.chip.reset()
    bench.driver()
    assert [bench.world.state(n).pulses for n in bench.world.cubbies] == [0] * 4


def test_setting_up_undoes_whatever_an_earlier_program_left(bench: ExpanderBench) -> None:
    for register in range(0x16):
        bench.chip.write(register, 0 if register in (0x0A, 0x0B) else 0xFF)
    bench.chip.write(0x0A, 0x80)  # banks
    driver = bench.driver()
    assert driver.is_set_up()
    assert [bench.chip.read(n) for n in (0x02, 0x03, 0x0A, 0x14)] == [0, 0, 0, 0]
    assert bench.world.lines_on() == frozenset()


def test_a_reset_shows(bench: ExpanderBench) -> None:
    driver = bench.driver()
    assert driver.is_set_up()
    bench.chip.reset()
    assert not driver.is_set_up()


def test_levels_are_those_of_all_sixteen_lines(bench: ExpanderBench) -> None:
    driver = bench.driver()
    bench.world.open_door(2)
    driver.drive(3, True)
    assert driver.levels() == 0b1111_1010_1111_1000  # B3's door sprang open too


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.tuples(st.integers(0, 15), st.booleans()), max_size=40),
    active_high=st.booleans(),
)
def test_a_write_moves_its_own_line_and_no_other(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, bool]], active_high: bool
) -> None:
    wiring = wired({n + 1: LockPins(n) for n in range(16)}, active_high=active_high)
    bench = ExpanderBench.new(tmp_path_factory.mktemp("world"), wiring)
    driver = bench.driver()
    on: frozenset[int] = frozenset()
    for line, is_on in steps:
        driver.drive(line, is_on == active_high)
        on = on | {line + 1} if is_on else on - {line + 1}
        assert bench.world.lines_on() == on
    assert driver.all_off()
    assert bench.world.lines_on() == frozenset()


def test_a_writer_that_was_interrupted_brings_nothing_back(bench: ExpanderBench) -> None:
    bus = MeddledBus(bench)
    driver = Mcp23017(bus, bench.wiring)
    driver.set_up()
    driver.drive(1, True)
    bus.before_latch = lambda: driver.drive(1, False)
    driver.drive(2, True)
    assert bench.world.lines_on() == {3}


def test_turning_all_off_wins_over_a_writer_it_interrupted(bench: ExpanderBench) -> None:
    bus = MeddledBus(bench)
    driver = Mcp23017(bus, bench.wiring)
    driver.set_up()
    driver.drive(0, True)
    bus.before_latch = lambda: None if driver.all_off() else pytest.fail("not off")
    driver.drive(1, True)
    assert bench.world.lines_on() == frozenset()


def test_a_write_that_arrived_wrong_is_written_again(bench: ExpanderBench) -> None:
    bus = LossyBus({ADDRESS: bench.chip})
    driver = Mcp23017(bus, bench.wiring)
    driver.set_up()
    bus.wrong = ATTEMPTS - 1
    driver.drive(1, True)
    assert bench.world.lines_on() == {2}
    bus.wrong = ATTEMPTS
    with pytest.raises(OSError, match="port A does not hold"):
        driver.drive(1, False)


def test_all_off_tries_both_ports_and_says_whether_it_is_sure(bench: ExpanderBench) -> None:
    driver = bench.driver()
    driver.drive(0, True)
    bench.chip.is_silent = True
    assert driver.all_off() is False
    bench.chip.is_silent = False
    assert driver.all_off() is True
    assert bench.world.lines_on() == frozenset()


@pytest.mark.parametrize("active_high", [True, False])
def test_a_stranger_can_turn_every_lock_off(tmp_path: Path, active_high: bool) -> None:
    bench = ExpanderBench.new(tmp_path, wired(active_high=active_high))
    bench.locks.unlock(1)
    drive_off(bench.wiring, bench.bus())
    assert bench.world.lines_on() == frozenset()
    assert [bench.world.state(n).pulses for n in (1, 2, 3, 4)] == [1, 0, 0, 0]


def test_the_last_line_of_each_port_drives_locks_and_reads_no_door() -> None:
    wiring = wired({1: LockPins(7, 6), 2: LockPins(0, 15), 3: LockPins(15)})
    assert list(input_faults(wiring)) == [
        "line 15 (door of cubby 2) cannot read a door: on an MCP23017 lines 7 and 15 are for locks"
        " alone"
    ]


def test_a_stranger_says_that_it_could_not(bench: ExpanderBench) -> None:
    bench.chip.is_silent = True
    with pytest.raises(LockFault, match="expander at 0x21 on I2C bus 1 could not be turned off"):
        drive_off(bench.wiring, bench.bus())
