"""What is wrong with a reader, told apart from an empty field and from each other, in words."""

from collections.abc import Callable

import pytest
from rc522_fixtures import Scene
from reader_fixtures import FOUR, WIRING, Bench

from hardware.errors import ReaderLost
from hardware.rc522 import health
from hardware.rc522.registers import CRYPTO1_ON, Register
from hardware.simulated.chip import Mfrc522Chip

CHECK_EVERY_S = 2.0  # as the kiosk does
REPORTED_S = 5.0


def miso_low(chip: Mfrc522Chip) -> None:
    chip.miso_stuck = 0x00


def miso_high(chip: Mfrc522Chip) -> None:
    chip.miso_stuck = 0xFF


def other_chip(chip: Mfrc522Chip) -> None:
    chip.version = 0x49


def hang(chip: Mfrc522Chip) -> None:
    chip.wedged = True


def keep_the_field_alone(chip: Mfrc522Chip) -> None:
    chip.forget(*(register for register in Register if register is not Register.TX_CONTROL))


def lose_the_modulation(chip: Mfrc522Chip) -> None:
    chip.forget(Register.TX_ASK)


def lose_the_timer(chip: Mfrc522Chip) -> None:
    chip.forget(Register.T_PRESCALER)


def lose_the_field(chip: Mfrc522Chip) -> None:
    chip.forget(Register.TX_CONTROL)


def turn_the_cipher_on(chip: Mfrc522Chip) -> None:
    chip._registers[Register.STATUS2] |= CRYPTO1_ON


def disturb_one_in_eight(chip: Mfrc522Chip) -> None:
    chip.corrupt_miso_every = 8


FAULTS: dict[Callable[[Mfrc522Chip], None], str] = {
    Mfrc522Chip.unplug: r"every byte reads 00 \(MISO is low\).* 3.3 V .* RST is wired to GPIO 25",
    miso_low: r"every byte reads 00 \(MISO is low\)",
    miso_high: r"every byte reads FF \(MISO is high\).*chip select of /dev/spidev0\.0",
    other_chip: r"/dev/spidev0\.0 is no MFRC522: its version reads 49.*firmly",
    Mfrc522Chip.brown_out: "restarted by itself: .*its field is off.*3.3 V supply",
    keep_the_field_alone: "restarted by itself: .*its field is on still.*3.3 V supply",
    lose_the_field: "lost its field: TxControlReg reads 80 and not 83.*3.3 V supply",
    lose_the_modulation: "lost its settings: TxASKReg reads 00 and not 40",
    lose_the_timer: "lost its settings: TPrescalerReg reads 00 and not 3E",
    turn_the_cipher_on: "lost its settings: Status2Reg reads 08 and not 00",
    hang: "hangs: it answers, but no exchange ends.*replace the reader",
    disturb_one_in_eight: r"bus is disturbed: .*Shorten its cable",
}
HEALED_BY_RESET = [
    Mfrc522Chip.brown_out,
    keep_the_field_alone,
    lose_the_field,
    lose_the_modulation,
    lose_the_timer,
    turn_the_cipher_on,
    hang,
]


def run_until_lost(scene: Scene) -> str:
    """What polls with a check every two seconds say, as the kiosk does it, within five seconds."""
    begun, checked = scene.clock.now(), scene.clock.now()
    while scene.clock.now() - begun < REPORTED_S:
        words = scene.lost()
        if not words and scene.clock.now() - checked >= CHECK_EVERY_S:
            words, checked = scene.lost(scene.reader.check), scene.clock.now()
        if words:
            return words
    return ""


@pytest.mark.parametrize("cards", [(), (FOUR,)], ids=["nobody", "card"])
@pytest.mark.parametrize(
    ("break_it", "words"), FAULTS.items(), ids=lambda f: getattr(f, "__name__", "")
)
def test_every_fault_is_lost_within_five_seconds_in_its_own_words(
    break_it: Callable[[Mfrc522Chip], None], words: str, cards: tuple[bytes, ...]
):
    scene = Scene(*cards)
    scene.poll()
    break_it(scene.chip)
    with pytest.raises(ReaderLost, match=words):
        raise ReaderLost(run_until_lost(scene))


@pytest.mark.parametrize("break_it", HEALED_BY_RESET)
def test_a_reset_brings_what_was_lost_back(break_it: Callable[[Mfrc522Chip], None]):
    scene = Scene(FOUR)
    break_it(scene.chip)
    assert run_until_lost(scene)
    scene.reader.reset()
    assert scene.poll() == [FOUR]
    assert run_until_lost(scene) == ""


@pytest.mark.parametrize("break_it", [miso_low, miso_high, other_chip, Mfrc522Chip.unplug])
def test_a_reset_of_a_reader_that_stays_lost_says_the_same(
    break_it: Callable[[Mfrc522Chip], None],
):
    scene = Scene()
    break_it(scene.chip)
    with pytest.raises(ReaderLost, match=FAULTS[break_it]):
        scene.reader.reset()


def test_a_healthy_reader_is_never_lost():
    assert run_until_lost(Scene(FOUR)) == ""


def test_a_bus_that_disturbs_a_byte_in_fifty_reads_cards_still():
    scene = Scene(FOUR)
    scene.chip.corrupt_miso_every = 50
    reads = [scene.poll() for _ in range(60)]
    assert scene.lost(scene.reader.check) == ""
    assert reads.count([FOUR]) > 30


def test_a_deaf_reader_cannot_be_told_from_an_empty_field_and_heals_by_itself():
    scene = Scene()
    scene.chip.deaf = True
    scene.place(FOUR)
    assert run_until_lost(scene) == ""
    scene.wait(60)
    assert scene.poll() == [FOUR]


def test_a_disturbed_version_is_told_from_another_chip():
    words = health.no_such_chip([0x93, 0x13, 0x00, 0x93], WIRING)
    assert "bus is disturbed: its version reads 93, 13, 00, 93" in words


def test_every_setting_that_is_checked_is_one_that_a_working_chip_keeps():
    bench = Bench.new()
    chip = bench.open_chip()
    for setting in health.settings(9):
        read = chip.Read_MFRC522(setting.register)
        assert setting.is_kept(read)
        assert setting.is_reset(setting.at_reset)


@pytest.mark.parametrize("register", [each.register for each in health.settings(9)][:-1])
def test_each_setting_alone_is_missed(register: Register):
    """But for TReload's upper half and the cipher, whose reset value is the right one."""
    scene = Scene()
    scene.chip.forget(register)
    is_told = register is not Register.T_RELOAD_H
    assert bool(scene.lost(scene.reader.check)) == is_told


@pytest.mark.parametrize("control", [0x03, 0x8B, 0x82, 0x81])
def test_a_field_driven_otherwise_than_it_should_be_is_lost(control: int):
    """Both drivers, the second inverted and modulated, or cards hear little or nothing."""
    scene = Scene()
    scene.chip._registers[Register.TX_CONTROL] = control
    assert "TxControlReg" in scene.lost(scene.reader.check)


def test_the_bus_is_tried_at_the_check_after_an_answer_was_dropped():
    scene = Scene(FOUR)
    scene.chip.corrupt_air_every = 4
    scene.poll()
    scene.chip.corrupt_air_every = 0
    assert scene.reader.bad_frames > 0
    assert [scene.bench.transfers_of(scene.reader.check) for _ in range(2)] == [74, 10]


def test_reserved_bits_that_a_clone_reads_otherwise_do_not_matter():
    scene = Scene()
    scene.chip._registers[Register.MODE] = 0x29
    scene.chip._registers[Register.TX_ASK] = 0x7F
    assert scene.lost(scene.reader.check) == ""
