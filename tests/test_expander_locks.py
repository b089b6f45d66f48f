"""The bank on an expander where it differs from others: its bus, its resets, its latches."""

import errno
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest
from expander_fixtures import ExpanderBench, wired

from hardware.errors import BackendUnavailable, BankLost, LockBusy, LockFault, UnknownCubby
from hardware.expander import open_expander
from hardware.expander.locks import ExpanderLocks
from hardware.expander.off import expander_off
from hardware.gpio.coil import RETRY_S
from hardware.ports import Door, LockLimits
from hardware.settings import LockPins

ALL_SHUT = dict.fromkeys(range(1, 5), Door.CLOSED)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[ExpanderBench]:
    bench = ExpanderBench.new(tmp_path)
    with closing(bench.locks):
        yield bench


@pytest.fixture
def locks(bench: ExpanderBench) -> ExpanderLocks:
    return bench.locks


LOOKS = pytest.mark.parametrize(
    "look", [ExpanderLocks.doors, lambda locks: locks.unlock(1)], ids=["doors", "unlock"]
)


def test_all_doors_are_read_at_once(bench: ExpanderBench, locks: ExpanderLocks) -> None:
    before = bench.expander.bus.transfers
    assert locks.doors() == ALL_SHUT
    assert bench.expander.bus.transfers - before == 2


@LOOKS
def test_an_expander_without_power_is_lost_and_comes_back(
    bench: ExpanderBench, locks: ExpanderLocks, look: Callable[[ExpanderLocks], object]
) -> None:
    bench.chip.is_unplugged = True
    for _ in range(2):
        with pytest.raises(BankLost, match=r"at 0x21 on I2C bus 1 does not answer: .*Remote I/O"):
            look(locks)
    bench.chip.is_unplugged = False
    with pytest.raises(BankLost, match="had been reset: it is set up again"):
        look(locks)
    look(locks)
    assert bench.violations == []


@LOOKS
def test_an_expander_that_was_reset_is_reported_once_and_set_up_again(
    bench: ExpanderBench, locks: ExpanderLocks, look: Callable[[ExpanderLocks], object]
) -> None:
    bench.chip.reset()
    with pytest.raises(BankLost, match="had been reset"):
        look(locks)
    assert locks.doors() == ALL_SHUT
    locks.unlock(2)
    assert bench.world.lines_on() == {2}


def test_a_reset_in_mid_pulse_ends_the_pulse_and_nothing_brings_it_back(
    bench: ExpanderBench, locks: ExpanderLocks
) -> None:
    locks.unlock(2)
    bench.time.pass_by(0.1)
    bench.chip.reset()
    assert bench.world.lines_on() == frozenset()
    with pytest.raises(BankLost):
        locks.doors()
    assert bench.world.lines_on() == frozenset()
    bench.time.pass_by(1)
    locks.unlock(2)
    assert bench.world.lines_on() == {2}


def test_a_bus_that_fails_in_mid_pulse_leaves_the_coil_on_until_it_is_back(
    bench: ExpanderBench, locks: ExpanderLocks, caplog: pytest.LogCaptureFixture
) -> None:
    """An expander latches: no software can help. It is said, and tried until it works."""
    locks.unlock(2)
    bench.chip.is_silent = True
    bench.time.pass_by(5)
    assert "the lock of cubby 2 could not be switched off" in caplog.text
    assert (bench.world.lines_on(), locks.on(), locks.busy()) == ({2}, 1, True)
    bench.chip.is_silent = False
    bench.time.pass_by(RETRY_S)
    assert (bench.world.lines_on(), locks.on(), bench.time.waiting()) == (frozenset(), 0, [])


def test_all_off_on_a_silent_bus_raises_nothing_and_the_timers_try_again(
    bench: ExpanderBench, locks: ExpanderLocks, caplog: pytest.LogCaptureFixture
) -> None:
    locks.unlock(2)
    bench.chip.is_silent = True
    locks.all_off()
    assert locks.on() == 1
    bench.time.pass_by(0.6)
    bench.chip.is_silent = False
    bench.time.pass_by(RETRY_S)
    assert (bench.world.lines_on(), locks.on()) == (frozenset(), 0)
    assert "trying again" in caplog.text


def test_a_bus_that_fails_in_the_moment_of_switching_on_is_a_lost_bank(
    bench: ExpanderBench, locks: ExpanderLocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(i2c_addr: int, register: int, value: int) -> None:
        raise OSError(errno.EREMOTEIO, "Remote I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(bench.expander.bus, "write_byte_data", lost)
        with pytest.raises(BankLost, match=r"cubby 2 could not be pulsed: .*Remote I/O"):
            locks.unlock(2)
    bench.time.pass_by(5)
    assert (bench.world.state(2).pulses, locks.on()) == (0, 0)


def test_a_refusal_is_no_lost_bank(bench: ExpanderBench, locks: ExpanderLocks) -> None:
    with pytest.raises(UnknownCubby):
        locks.unlock(9)
    locks.unlock(1)
    for cubby in (1, 2):
        with pytest.raises(LockBusy):
            locks.unlock(cubby)


def test_what_a_killed_process_left_on_is_off_once_the_bank_is_opened(
    bench: ExpanderBench, locks: ExpanderLocks
) -> None:
    locks.unlock(3)
    bench.time.timers.clear()
    bench.time.pass_by(0.3)
    assert bench.world.lines_on() == {3}
    with closing(bench.reopen()) as again:
        assert bench.world.lines_on() == frozenset()
        assert again.on() == 0
    assert bench.world.state(3).pulses == 1


def test_an_expander_that_is_dead_at_the_start_is_no_error_until_it_is_asked(
    bench: ExpanderBench,
) -> None:
    bench.chip.is_silent = True
    with closing(bench.reopen()) as locks:
        with pytest.raises(BankLost, match="does not answer"):
            locks.doors()
        bench.chip.is_silent = False
        assert locks.doors() == ALL_SHUT


@pytest.mark.parametrize("active_high", [True, False])
@pytest.mark.parametrize("closed_is_low", [True, False])
def test_drivers_and_switches_of_either_kind(
    tmp_path: Path, active_high: bool, closed_is_low: bool
) -> None:
    wiring = wired(active_high=active_high, closed_is_low=closed_is_low)
    bench = ExpanderBench.new(tmp_path, wiring)
    with closing(bench.locks) as locks:
        assert bench.world.lines_on() == frozenset()
        locks.unlock(2)
        assert bench.world.lines_on() == {2}
        assert locks.doors() == ALL_SHUT | {2: Door.OPEN}


def test_two_cubbies_cannot_share_a_line(tmp_path: Path) -> None:
    with pytest.raises(LockFault, match="lines of cubby 2 cannot be claimed: line 3 is in use"):
        ExpanderBench.new(tmp_path, wired({1: LockPins(3), 2: LockPins(3)}))


def test_limits_that_cannot_be_promised_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="must be"):
        ExpanderBench.new(tmp_path, limits=LockLimits(pulse_s=9))


def test_closed_locks_do_nothing_more(bench: ExpanderBench, locks: ExpanderLocks) -> None:
    locks.unlock(1)
    locks.close()
    locks.close()
    assert bench.world.lines_on() == frozenset()
    for act in (locks.doors, lambda: locks.unlock(1)):
        with pytest.raises(LockFault, match="closed"):
            act()
    locks.all_off()


def test_closing_on_a_dead_bus_raises_nothing(bench: ExpanderBench, locks: ExpanderLocks) -> None:
    bench.chip.is_unplugged = True
    locks.close()


def real(**changes: object) -> ModuleType:
    module = ModuleType("smbus2")
    vars(module).update(changes)
    return module


def test_a_machine_without_smbus2_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "smbus2", None)
    with pytest.raises(BackendUnavailable, match="apt install python3-smbus2"):
        open_expander(wired(), LockLimits(), lambda *_: None, lambda: 0.0)


def test_a_machine_without_the_bus_says_what_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(number: int) -> None:
        raise FileNotFoundError(2, "No such file or directory", f"/dev/i2c-{number}")

    monkeypatch.setitem(sys.modules, "smbus2", real(SMBus=missing))
    with pytest.raises(BackendUnavailable, match=r"/dev/i2c-1.*dtparam=i2c_arm=on"):
        open_expander(wired(), LockLimits(), lambda *_: None, lambda: 0.0)


def test_each_bank_and_each_stranger_opens_a_bus_of_its_own(
    bench: ExpanderBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []

    def open_bus(number: int) -> object:
        opened.append(number)
        return bench.bus()

    monkeypatch.setitem(sys.modules, "smbus2", real(SMBus=open_bus))
    with closing(
        open_expander(bench.wiring, bench.limits, bench.time.after, bench.time.monotonic)
    ) as locks:
        locks.unlock(1)
        expander_off(bench.wiring)
        assert bench.world.lines_on() == frozenset()
    assert opened == [1, 1]
