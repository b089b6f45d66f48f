"""A simulated chip behind the modules a real one hangs on, and the clocks it runs by."""

import pytest
from reader_fixtures import SEVEN, Bench

from hardware.errors import BackendUnavailable
from hardware.rc522 import Rc522Reader, Wiring, loader, open_rc522
from hardware.simulated.cards import Card
from hardware.simulated.chip import Mfrc522Chip
from hardware.simulated.clock import VirtualClock
from hardware.simulated.field import Field
from hardware.simulated.reader import simulated_reader
from hardware.simulated.spi import BCM, BOARD


def test_it_is_the_real_driver_on_any_wiring():
    clock = VirtualClock()
    field = Field(clock.now)
    reader = simulated_reader(Mfrc522Chip(field, clock), clock, Wiring(1, 2, 5))
    field.place(Card(SEVEN))
    assert type(reader) is Rc522Reader
    assert [card.uid for card in reader.read()] == [SEVEN]


def test_rst_is_on_the_line_it_is_wired_to():
    clock = VirtualClock()
    chip = Mfrc522Chip(Field(clock.now), clock)
    reader = simulated_reader(chip, clock, Wiring(0, 0, reset_pin=5))
    chip.wedged = True
    reader.reset()
    assert not chip.wedged


def test_a_second_numbering_of_the_lines_is_refused_as_rpi_gpio_does():
    gpio = Bench.new().modules.rpi.GPIO
    gpio.setmode(BCM)
    gpio.setmode(BCM)
    with pytest.raises(ValueError, match="A different mode has already been set!"):
        gpio.setmode(BOARD)


def test_a_board_number_reaches_the_line_of_its_pin():
    bench = Bench.new()
    bench.modules.rpi.GPIO.setmode(BOARD)
    bench.modules.rpi.GPIO.output(22, 1)
    assert [change.pin for change in bench.modules.wires.changes] == [25]


def test_a_closed_bus_transfers_nothing():
    bench = Bench.new()
    spi = bench.modules.spidev.SpiDev()
    spi.open(0, 0)
    spi.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        spi.xfer2([0x80, 0])


def test_this_machine_without_spi_is_no_simulated_one(monkeypatch: pytest.MonkeyPatch):
    """Simulation is chosen, never a fallback."""

    def missing(name: str):
        raise ModuleNotFoundError(name=name)

    monkeypatch.setattr(loader.importlib, "import_module", missing)
    clock = VirtualClock()
    with pytest.raises(BackendUnavailable, match="python3-spidev"):
        open_rc522(Wiring(0, 0, 25), clock.sleep, clock.now)


def test_virtual_time_passes_only_when_told():
    clock = VirtualClock(start_s=5.0)
    clock.sleep(1.5)
    clock.advance(0.25)
    assert clock.now() == clock.now() == 6.75
