"""Building the hardware that the settings name."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from lgpio_fixtures import FakeLgpio, lgpio_is
from lock_fixtures import Time, hardware_settings, lock_settings
from pytest_mock import MockerFixture

from hardware.errors import BackendUnavailable, ReaderLost, UnknownCubby
from hardware.factory import Timing, build, build_reader
from hardware.off import all_off, prepare_all_off
from hardware.ports import CardReader, CardSeen, Door, Hands, Hardware, LockLimits
from hardware.settings import (
    BankSettings,
    GpioWiring,
    HardwareSettings,
    LockPins,
    ReaderSettings,
)
from hardware.simulated.hands import SimulatedHands
from hardware.simulated.world import World

ANA = bytes.fromhex("04A1B2C3D4E5F6")
GPIO = BankSettings("main", GpioWiring({1: LockPins(17)}))


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def timing(time: Time) -> Timing:
    return Timing(time.monotonic, time.pass_by, time.after, time.pass_by)


@pytest.fixture
def kiosk(tmp_path: Path, timing: Timing) -> Iterator[Hardware]:
    hardware = build(hardware_settings(tmp_path), timing)
    with closing(hardware):
        yield hardware


@pytest.fixture
def hands(kiosk: Hardware) -> Hands:
    assert kiosk.hands is not None
    return kiosk.hands


def uids(reader: CardReader) -> list[bytes]:
    return [card.uid for card in reader.read()]


def test_a_simulated_kiosk_says_that_it_is_one(kiosk: Hardware) -> None:
    assert (kiosk.is_simulated, list(kiosk.warnings)) == (True, [])


def test_a_tap_is_read_and_is_over(kiosk: Hardware, hands: Hands, time: Time) -> None:
    assert uids(kiosk.reader) == []
    hands.tap(ANA)
    assert list(kiosk.reader.read()) == [CardSeen(ANA, sak=0x00, atqa=b"\x44\x00")]
    time.pass_by(0.2)
    assert uids(kiosk.reader) == []


def test_a_card_laid_down_stays_until_it_is_lifted(kiosk: Hardware, hands: Hands) -> None:
    hands.place(ANA)
    assert (uids(kiosk.reader), uids(kiosk.reader)) == ([ANA], [ANA])
    hands.lift(ANA)
    assert uids(kiosk.reader) == []


def test_a_reader_can_be_had_alone(tmp_path: Path, timing: Timing) -> None:
    with closing(build_reader(hardware_settings(tmp_path), timing)) as reader:
        reader.check()
        assert uids(reader) == []
    assert list(tmp_path.iterdir()) == []


def test_no_card_has_three_bytes(hands: Hands) -> None:
    for act in (hands.tap, hands.place):
        with pytest.raises(ValueError, match="4, 7 or 10 bytes"):
            act(b"123")


def test_an_unplugged_reader_is_lost_until_it_is_back(kiosk: Hardware, hands: Hands) -> None:
    hands.unplug_reader()
    with pytest.raises(ReaderLost):
        kiosk.reader.check()
    hands.unplug_reader(False)
    kiosk.reader.reset()
    hands.tap(ANA)
    assert uids(kiosk.reader) == [ANA]


def test_a_simulated_computer_has_a_supply_that_may_be_weak(kiosk: Hardware, hands: Hands) -> None:
    assert kiosk.power_is_low() is False
    hands.fault("computer", "under-voltage")
    assert kiosk.power_is_low() is True
    hands.fault("computer", "under-voltage", on=False)
    assert kiosk.power_is_low() is False


def test_hands_open_close_and_jam_doors(kiosk: Hardware, hands: Hands) -> None:
    hands.open(1)
    assert kiosk.banks["main"].doors()[1] is Door.OPEN
    hands.close(1)
    assert kiosk.banks["main"].doors()[1] is Door.CLOSED
    hands.jam(1)
    kiosk.banks["main"].unlock(1)
    assert kiosk.banks["main"].doors()[1] is Door.CLOSED
    with pytest.raises(UnknownCubby):
        hands.open(99)


def test_lines_that_an_earlier_process_left_on_are_turned_off(
    tmp_path: Path, timing: Timing
) -> None:
    settings = hardware_settings(tmp_path)
    world = World.create(settings.world, [1, 2, 3, 4])
    world.switch(2, True, 0)
    hardware = build(settings, timing)
    with closing(hardware):
        assert world.lines_on() == frozenset()


def test_all_off_turns_off_what_another_process_turned_on(tmp_path: Path) -> None:
    settings = hardware_settings(tmp_path)
    world = World.create(settings.world, [1, 2, 3, 4])
    world.switch(2, True, 0)
    prepare_all_off(settings)
    all_off(settings, now=lambda: 0.25)
    assert world.lines_on() == frozenset()
    assert world.state(2).off_at_ns == 250_000_000


def test_all_off_has_nothing_to_do_before_there_is_a_cabinet(tmp_path: Path) -> None:
    all_off(hardware_settings(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def no_lgpio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lgpio", None)


@pytest.mark.usefixtures("no_lgpio")
@pytest.mark.parametrize("act", [build, prepare_all_off, all_off])
def test_gpio_on_a_machine_without_it_is_an_error_and_never_simulated(
    tmp_path: Path, act: object
) -> None:
    settings = hardware_settings(tmp_path, GPIO)
    with pytest.raises(BackendUnavailable, match="python3-lgpio"):
        act(settings)  # type: ignore[operator]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("warned", [[], ["the kernel keeps them"]])
def test_what_the_kernel_may_do_to_real_lines_is_told_with_the_hardware(
    tmp_path: Path, timing: Timing, mocker: MockerFixture, warned: list[str]
) -> None:
    mocker.patch("hardware.gpio.kernel.output_warnings", return_value=warned)
    settings = hardware_settings(tmp_path, GPIO)
    with lgpio_is(FakeLgpio()), closing(build(settings, timing)) as hardware:
        assert list(hardware.warnings) == warned
    simulated = hardware_settings(tmp_path)
    with closing(build(simulated, timing)) as hardware:
        assert list(hardware.warnings) == []


def test_a_real_reader_on_a_machine_without_one_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "spidev", None)
    reader = ReaderSettings("rc522")
    settings = HardwareSettings(reader, (lock_settings(),), tmp_path / "world")
    with pytest.raises(BackendUnavailable, match="spidev"):
        build(settings)
    assert list(tmp_path.iterdir()) == []


def test_every_fault_of_pins_and_limits_is_told_at_once(tmp_path: Path) -> None:
    limits = LockLimits(pulse_s=3)
    bank = BankSettings("main", GpioWiring({1: LockPins(4), 2: LockPins(4)}), limits)
    with pytest.raises(ValueError, match="GPIO 4") as caught:
        build(hardware_settings(tmp_path, bank))
    assert len(str(caught.value).splitlines()) == 4


def test_hands_on_real_parts_are_refused(tmp_path: Path) -> None:
    hands = SimulatedHands(None, None)
    for act in (lambda: hands.tap(ANA), lambda: hands.lift(ANA), hands.unplug_reader):
        with pytest.raises(BackendUnavailable, match="reader is real"):
            act()
    for door in (hands.open, hands.close, hands.jam):
        with pytest.raises(BackendUnavailable, match="doors are real"):
            door(1)


def test_nothing_simulated_is_imported_unless_it_is_chosen() -> None:
    program = (
        "import sys, hardware.factory;"
        "loaded = {m.partition('.')[0] for m in sys.modules};"
        "sys.exit(any(m.startswith('hardware.simulated') for m in sys.modules)"
        " or bool(loaded & {'gpiozero', 'lgpio', 'mfrc522', 'spidev'}))"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[1])
    assert run.returncode == 0
