"""The driver's chip: exchanges, health and restarts, on the simulated chip."""

import logging
from collections.abc import Callable
from contextlib import suppress

import pytest
from reader_fixtures import FOUR, SEVEN, WIRING, Bench

from hardware.errors import BackendUnavailable, ReaderLost
from hardware.rc522 import Wiring, frames
from hardware.rc522.chip import Rc522Chip, open_chip
from hardware.rc522.faults import BadFrame, NoAnswer
from hardware.rc522.frames import to_bits
from hardware.rc522.registers import FIELD_ON, VALUES_AFTER_COLLISION, Register
from hardware.simulated.cards import ACK, Card, Traits
from hardware.simulated.spi import BOARD, LineChange


@pytest.fixture
def bench() -> Bench:
    return Bench.new()


@pytest.fixture
def chip(bench: Bench) -> Rc522Chip:
    return bench.open_chip()


def wupa(chip: Rc522Chip) -> frames.Bits:
    return chip.exchange(bytes([frames.WUPA]), tx_bits=7).bits


def test_it_is_a_subclass_of_the_packages_class(bench: Bench):
    library = bench.library()
    chip = open_chip(library, WIRING, bench.clock.sleep)
    assert issubclass(type(chip), library.chip_class)
    assert issubclass(type(chip), Rc522Chip)


def test_silence_takes_eleven_transfers_and_six_milliseconds(bench: Bench, chip: Rc522Chip):
    begun = bench.clock.now()
    before = bench.chip.transfers
    with pytest.raises(NoAnswer):
        wupa(chip)
    assert bench.chip.transfers - before == 11
    assert bench.clock.now() - begun < 0.006


def test_a_long_frame_takes_no_more_transfers_than_a_short_one(bench: Bench, chip: Rc522Chip):
    def exchange() -> None:
        with pytest.raises(NoAnswer):
            chip.exchange(frames.select_frame(0, FOUR + b"\x22"))

    assert bench.transfers_of(exchange) <= 12


def test_an_answer_comes_back_bit_for_bit(bench: Bench, chip: Rc522Chip):
    bench.lay(FOUR)
    assert wupa(chip) == to_bits(b"\x04\x00")


def test_an_answer_of_less_than_a_byte_keeps_its_bits(bench: Bench, chip: Rc522Chip):
    bench.field.place(Card(FOUR, traits=Traits(gen1a=True)))
    assert chip.exchange(b"\x40", tx_bits=7).bits == ACK


def test_two_answers_collide_at_a_place(bench: Bench, chip: Rc522Chip):
    bench.lay(b"\x00\x00\x08\x00", b"\x00\x00\x00\x00")
    wupa(chip)
    answer = chip.exchange(frames.anticollision_frame(0, ()))
    assert answer.collision == 20
    assert answer.bits[:19] == (0,) * 19


def test_bits_asked_for_in_the_middle_of_a_byte_come_alone(bench: Bench, chip: Rc522Chip):
    bench.lay(FOUR)
    wupa(chip)
    part = to_bits(FOUR + bytes([frames.bcc(FOUR)]))
    assert chip.exchange(frames.anticollision_frame(0, part[:11]), 3, 3).bits == part[11:]


def test_more_bytes_than_any_card_sends_are_a_bad_frame(bench: Bench, chip: Rc522Chip):
    class Babbler(Card):
        def hear(self, frame: frames.Bits) -> frames.Bits:
            return (1,) * 8 * 30

    bench.field.place(Babbler(FOUR))
    with pytest.raises(BadFrame):
        wupa(chip)


def stuck_low(bench: Bench) -> None:
    bench.chip.miso_stuck = 0x00


def stuck_high(bench: Bench) -> None:
    bench.chip.miso_stuck = 0xFF


def wedge(bench: Bench) -> None:
    bench.chip.wedged = True


def brown_out(bench: Bench) -> None:
    bench.chip.brown_out()


def unplug(bench: Bench) -> None:
    bench.chip.unplug()


FAULTS = [stuck_low, stuck_high, wedge, brown_out, unplug]


@pytest.mark.parametrize("fault", FAULTS)
def test_an_exchange_tells_a_dead_reader_from_an_empty_field(
    bench: Bench, chip: Rc522Chip, fault: Callable[[Bench], None]
):
    bench.lay(SEVEN)
    fault(bench)
    with pytest.raises(ReaderLost):
        wupa(chip)


@pytest.mark.parametrize("fault", [stuck_low, stuck_high, brown_out, unplug])
def test_a_check_finds_it_by_version_and_antenna(
    bench: Bench, chip: Rc522Chip, fault: Callable[[Bench], None]
):
    fault(bench)
    with pytest.raises(ReaderLost):
        chip.check()


def test_a_check_costs_ten_transfers(bench: Bench, chip: Rc522Chip):
    assert bench.transfers_of(chip.check) == 10


def test_a_check_in_doubt_tries_the_bus_too(bench: Bench, chip: Rc522Chip):
    assert bench.transfers_of(lambda: chip.check(doubt=True)) == 74


@pytest.mark.parametrize("every", [50, 30])
def test_a_disturbed_byte_now_and_then_is_no_dead_chip(bench: Bench, chip: Rc522Chip, every: int):
    bench.chip.corrupt_miso_every = every
    for _ in range(20):
        chip.check()
    assert chip.disturbed > 0


@pytest.mark.parametrize("every", [2, 5, 10, 16])
def test_a_bus_too_noisy_to_read_cards_is_lost(bench: Bench, chip: Rc522Chip, every: int):
    bench.chip.corrupt_miso_every = every
    with pytest.raises(ReaderLost, match="bus is disturbed"):
        chip.check(doubt=True)


@pytest.mark.parametrize("version", [0x91, 0x92, 0x88, 0x12, 0xB2])
def test_genuine_chips_and_clones_pass(version: int):
    bench = Bench.new()
    bench.chip.version = version
    bench.open_chip().check()


@pytest.mark.parametrize("fault", [wedge, brown_out])
def test_a_restart_heals(bench: Bench, chip: Rc522Chip, fault: Callable[[Bench], None]):
    bench.lay(FOUR)
    fault(bench)
    chip.restart()
    assert wupa(chip) == to_bits(b"\x04\x00")


@pytest.mark.parametrize("fault", [stuck_low, stuck_high, unplug])
def test_a_restart_cannot_heal_a_cut_wire(
    bench: Bench, chip: Rc522Chip, fault: Callable[[Bench], None]
):
    fault(bench)
    with pytest.raises(ReaderLost):
        chip.restart()


def test_a_restart_on_a_noisy_bus_sets_the_field_as_it_should_be(bench: Bench, chip: Rc522Chip):
    """The package reads the register and writes it back, and so would write a disturbed bit."""
    for every in range(2, 40):
        bench.chip.corrupt_miso_every = every
        with suppress(ReaderLost):
            chip.restart()
        bench.chip.corrupt_miso_every = 0
        assert chip.Read_MFRC522(Register.TX_CONTROL) == FIELD_ON


def test_a_field_that_is_cycled_takes_all_memory_from_cards(bench: Bench, chip: Rc522Chip):
    bench.lay(FOUR)
    wupa(chip)
    begun = bench.clock.now()
    chip.cycle_field()
    assert bench.clock.now() - begun >= 0.01
    assert wupa(chip) == to_bits(b"\x04\x00")


def test_a_shorter_wait_is_set_once_and_kept(bench: Bench, chip: Rc522Chip):
    silences = [5, 1, 1, 5]
    costs, times = [], []
    for wait_ms in silences:
        before, begun = bench.chip.transfers, bench.clock.now()
        with pytest.raises(NoAnswer):
            chip.exchange(frames.HLTA, wait_ms=wait_ms)
        costs.append(bench.chip.transfers - before)
        times.append(bench.clock.now() - begun)
        chip.check()
    assert times[1] < 0.003 < 0.005 < times[0]
    assert (costs[1], costs[3]) == (costs[2] + 1, costs[0] + 1)


def test_transfers_are_counted_as_the_bus_has_them(bench: Bench, chip: Rc522Chip):
    assert chip.transfers == bench.chip.transfers
    with pytest.raises(NoAnswer):
        wupa(chip)
    assert chip.transfers == bench.chip.transfers


def test_a_restart_holds_rst_low_and_waits_for_the_crystal(bench: Bench, chip: Rc522Chip):
    begun = bench.clock.now()
    chip.restart()
    low, high = list(bench.modules.wires.changes)[-2:]
    assert (low, high) == (LineChange(begun, 25, 0), LineChange(high.at_s, 25, 1))
    assert high.at_s - low.at_s >= 2e-6
    assert bench.clock.now() - high.at_s >= 0.05


def test_a_soft_reset_waits_for_the_chip(bench: Bench, chip: Rc522Chip):
    begun = bench.clock.now()
    chip.MFRC522_Reset()
    assert bench.clock.now() - begun >= 0.001


def test_bits_after_a_collision_read_as_zero(chip: Rc522Chip):
    assert chip.Read_MFRC522(Register.COLL) & VALUES_AFTER_COLLISION == 0


def test_closing_leaves_every_gpio_line_alone(bench: Bench, chip: Rc522Chip):
    chip.Close_MFRC522()
    assert (bench.modules.wires.closed, bench.modules.wires.cleaned_up) == (True, 0)


def test_nothing_of_the_packages_reaches_stderr(bench: Bench, capsys: pytest.CaptureFixture[str]):
    chip = bench.open_chip()
    logging.getLogger("mfrc522Logger").error("noise")
    assert logging.getLogger("mfrc522Logger").handlers == []
    assert capsys.readouterr().err == ""
    chip.Close_MFRC522()


def test_another_numbering_of_the_lines_is_refused(bench: Bench):
    bench.modules.rpi.GPIO.setmode(BOARD)
    with pytest.raises(BackendUnavailable, match="board position"):
        bench.open_chip()


def test_lines_are_numbered_as_the_config_does(bench: Bench, chip: Rc522Chip):
    assert bench.modules.wires.mode == 11
    assert {change.pin for change in bench.modules.wires.changes} == {25}


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (FileNotFoundError(2, "No such file"), r"no /dev/spidev0\.0: turn SPI on"),
        (PermissionError(13, "Permission denied"), "in the groups spi and gpio"),
        (OSError(16, "Device or resource busy"), "cannot be opened: .*busy"),
    ],
)
def test_a_device_that_does_not_open_is_one_plain_sentence(
    bench: Bench, error: OSError, message: str
):
    class Refusing:
        def open(self, bus: int, device: int) -> None:
            raise error

        def close(self) -> None:
            bench.modules.wires.closed = True

    vars(bench.modules.spidev)["SpiDev"] = Refusing
    with pytest.raises(BackendUnavailable, match=message):
        bench.open_chip()
    assert bench.modules.wires.closed


def test_a_device_that_is_not_there_is_refused(bench: Bench):
    with pytest.raises(BackendUnavailable, match=r"/dev/spidev1\.2"):
        open_chip(bench.library(), Wiring(1, 2, 25), bench.clock.sleep)
