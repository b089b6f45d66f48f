"""The simulated MFRC522, register by register, against its data sheet."""

import pytest
from reader_fixtures import FOUR, Bench

from hardware.rc522 import registers
from hardware.rc522.frames import REQA, crc_a
from hardware.rc522.registers import Command, Register
from hardware.simulated.cards import Card, State
from hardware.simulated.chip import FIFO_BYTES, TRANSFER_S
from hardware.simulated.classic import FACTORY_KEY, ClassicCard


class Host:
    """Reads and writes registers as a program does, two bytes a transfer."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def read(self, register: int) -> int:
        return self.bench.chip.transfer([register << 1 & 0x7E | 0x80, 0])[1]

    def write(self, register: int, *values: int) -> None:
        for value in values:
            self.bench.chip.transfer([register << 1 & 0x7E, value])

    def set_up(self, reload: int = 9) -> None:
        """Timer by itself, 0.5 ms a tick; full modulation; field on."""
        self.write(Register.T_MODE, 0x8D)
        self.write(Register.T_PRESCALER, 0x3E)
        self.write(Register.T_RELOAD_L, reload)
        self.write(Register.TX_ASK, registers.FORCE_100_ASK)
        self.write(Register.TX_CONTROL, 0x83)

    def send(self, frame: bytes, framing: int = 0) -> None:
        self.write(Register.COMMAND, Command.IDLE)
        self.write(Register.COM_IRQ, registers.IRQ_ALL)
        self.write(Register.FIFO_LEVEL, registers.FIFO_FLUSH)
        self.write(Register.FIFO_DATA, *frame)
        self.write(Register.COMMAND, Command.TRANSCEIVE)
        self.write(Register.BIT_FRAMING, registers.START_SEND | framing)

    def answer(self) -> bytes:
        self.bench.clock.sleep(0.003)
        assert self.read(Register.COM_IRQ) & registers.IRQ_RX
        return bytes(self.read(Register.FIFO_DATA) for _ in range(self.read(Register.FIFO_LEVEL)))


@pytest.fixture
def bench() -> Bench:
    return Bench.new()


@pytest.fixture
def host(bench: Bench) -> Host:
    host = Host(bench)
    host.set_up()
    return host


@pytest.mark.parametrize(
    ("register", "value"),
    [
        (Register.COMMAND, 0x20),
        (Register.COM_IRQ, 0x14),
        (Register.MODE, 0x3F),
        (Register.TX_CONTROL, 0x80),
        (Register.COLL, 0xA0),
        (Register.T_MODE, 0x00),
        (Register.VERSION, 0x92),
    ],
)
def test_a_reset_brings_the_data_sheets_values(host: Host, register: Register, value: int):
    host.write(Register.MODE, 0x3D)
    host.write(Register.COMMAND, Command.SOFT_RESET)
    assert host.read(register) == value


def test_a_transfer_is_counted_and_takes_its_time(bench: Bench, host: Host):
    before, begun = bench.chip.transfers, bench.clock.now()
    host.read(Register.VERSION)
    assert bench.chip.transfers - before == 1
    assert bench.clock.now() - begun == pytest.approx(TRANSFER_S)


def test_a_longer_transfer_reads_the_addresses_in_turn(bench: Bench, host: Host):
    host.write(Register.FIFO_DATA, 0x11, 0x22)
    fifo, version = 0x80 | Register.FIFO_DATA << 1, 0x80 | Register.VERSION << 1
    assert bench.chip.transfer([fifo, fifo, version, 0]) == [0, 0x11, 0x22, 0x92]


def test_an_interrupt_register_sets_or_clears_what_is_marked(host: Host):
    host.write(Register.COM_IRQ, registers.IRQ_ALL)
    assert host.read(Register.COM_IRQ) == 0
    host.write(Register.COM_IRQ, registers.IRQ_SET | 0x21)
    host.write(Register.COM_IRQ, 0x20)
    assert host.read(Register.COM_IRQ) == 0x01


def test_idle_sets_no_idle_interrupt(host: Host):
    host.write(Register.COM_IRQ, registers.IRQ_ALL)
    host.write(Register.COMMAND, Command.IDLE)
    assert host.read(Register.COM_IRQ) == 0


def test_the_fifo_gives_back_what_it_got_and_then_zeros(host: Host):
    host.write(Register.FIFO_DATA, 1, 2)
    assert host.read(Register.FIFO_LEVEL) == 2
    assert [host.read(Register.FIFO_DATA) for _ in range(3)] == [1, 2, 0]


def test_the_fifo_is_emptied_by_its_flush_bit_alone(host: Host):
    host.write(Register.FIFO_DATA, 1)
    host.write(Register.FIFO_LEVEL, 0x01)
    assert host.read(Register.FIFO_LEVEL) == 1
    host.write(Register.FIFO_LEVEL, registers.FIFO_FLUSH)
    assert host.read(Register.FIFO_LEVEL) == 0


def test_a_full_fifo_overflows(host: Host):
    host.write(Register.FIFO_DATA, *range(FIFO_BYTES + 1))
    assert host.read(Register.FIFO_LEVEL) == FIFO_BYTES
    assert host.read(Register.ERROR) == registers.ERROR_OVERFLOW


def test_a_command_clears_the_errors(host: Host):
    host.write(Register.FIFO_DATA, *range(FIFO_BYTES + 1))
    host.write(Register.COMMAND, Command.TRANSCEIVE)
    assert host.read(Register.ERROR) == 0


@pytest.mark.parametrize(("mode", "preset"), [(0x3C, 0), (0x3D, 0x6363), (0x3F, 0xFFFF)])
def test_the_crc_coprocessor_starts_from_the_preset(host: Host, mode: int, preset: int):
    host.write(Register.MODE, mode)
    host.write(Register.DIV_IRQ, registers.IRQ_ALL)
    host.write(Register.FIFO_DATA, 0x12, 0x34)
    host.write(Register.COMMAND, Command.CALC_CRC)
    assert host.read(Register.DIV_IRQ) == registers.IRQ_CRC
    low, high = host.read(Register.CRC_RESULT_L), host.read(Register.CRC_RESULT_H)
    assert bytes([low, high]) == crc_a(b"\x12\x34", preset)


def test_transceive_sends_nothing_before_it_is_started(bench: Bench, host: Host):
    card = Card(FOUR)
    bench.field.place(card)
    host.write(Register.FIFO_DATA, REQA)
    host.write(Register.COMMAND, Command.TRANSCEIVE)
    assert (card.state, host.read(Register.FIFO_LEVEL)) == (State.IDLE, 1)


def test_an_answer_sets_rx_and_neither_idle_nor_timer(bench: Bench, host: Host):
    bench.lay(FOUR)
    host.send(bytes([REQA]), framing=7)
    assert host.answer() == b"\x04\x00"
    bench.clock.sleep(0.1)
    assert host.read(Register.COM_IRQ) == registers.IRQ_RX | registers.IRQ_TX
    assert host.read(Register.CONTROL) & registers.RX_LAST_BITS == 0


def test_an_answer_takes_its_time_on_the_air(bench: Bench, host: Host):
    bench.lay(FOUR)
    host.send(bytes([REQA]), framing=7)
    assert not host.read(Register.COM_IRQ) & registers.IRQ_RX
    bench.clock.sleep(0.001)
    assert host.read(Register.COM_IRQ) & registers.IRQ_RX


@pytest.mark.parametrize(("reload", "ms"), [(9, 5.0), (30, 15.5)])
def test_silence_ends_with_the_timer(bench: Bench, host: Host, reload: int, ms: float):
    host.set_up(reload)
    host.send(bytes([REQA]), framing=7)
    bench.clock.sleep(ms / 1000 - 0.001)
    assert not host.read(Register.COM_IRQ) & registers.IRQ_TIMER
    bench.clock.sleep(0.002)
    assert host.read(Register.COM_IRQ) & registers.IRQ_TIMER


def test_without_tauto_silence_never_ends(bench: Bench, host: Host):
    host.write(Register.T_MODE, 0x0D)
    host.send(bytes([REQA]), framing=7)
    bench.clock.sleep(10)
    assert host.read(Register.COM_IRQ) == registers.IRQ_TX


def test_idle_calls_an_exchange_off(bench: Bench, host: Host):
    bench.lay(FOUR)
    host.send(bytes([REQA]), framing=7)
    host.write(Register.COMMAND, Command.IDLE)
    bench.clock.sleep(0.1)
    assert host.read(Register.COM_IRQ) == registers.IRQ_TX


def test_cards_hear_only_full_modulation(bench: Bench, host: Host):
    bench.lay(FOUR)
    host.write(Register.TX_ASK, 0)
    host.send(bytes([REQA]), framing=7)
    bench.clock.sleep(0.01)
    assert host.read(Register.COM_IRQ) & registers.IRQ_TIMER


def collide(bench: Bench, host: Host, counts_from: str = "frame") -> None:
    """Two cards that differ in bit 20, counted from 1, asked with 11 bits known."""
    bench.lay(b"\x00\x00\x08\x00", b"\x00\x00\x00\x00")
    bench.chip.collision_counts_from = counts_from
    host.send(bytes([REQA]), framing=7)
    host.answer()
    host.send(bytes([0x93, 0x33, 0x00, 0x00]), framing=0x33)


@pytest.mark.parametrize(("counts_from", "position"), [("frame", 9), ("fifo", 12), ("part", 20)])
def test_a_collision_has_a_place(bench: Bench, host: Host, counts_from: str, position: int):
    collide(bench, host, counts_from)
    host.answer()
    assert host.read(Register.ERROR) == registers.ERROR_COLLISION
    assert host.read(Register.COM_IRQ) & registers.IRQ_ERROR
    assert host.read(Register.COLL) & 0x3F == position


@pytest.mark.parametrize(("wanted", "last"), [(0x80, 0xFF), (0x00, 0x00)])
def test_bits_after_a_collision_are_kept_if_wanted(
    bench: Bench, host: Host, wanted: int, last: int
):
    bench.lay(b"\x00\x00\x08\xff", b"\x00\x00\x00\xff")
    host.write(Register.COLL, wanted)
    host.send(bytes([REQA]), framing=7)
    host.answer()
    host.send(b"\x93\x20")
    assert host.answer()[3] == last


def test_a_clean_answer_has_no_place_of_collision(bench: Bench, host: Host):
    bench.lay(FOUR)
    host.send(bytes([REQA]), framing=7)
    host.answer()
    assert host.read(Register.COLL) & registers.COLLISION_NOT_VALID


def test_the_antenna_bits_power_the_cards(bench: Bench, host: Host):
    card = Card(FOUR)
    bench.field.place(card)
    states = []
    for control in (0x80, 0x83):
        host.write(Register.TX_CONTROL, control)
        states.append(card.state)
    assert states == [State.OFF, State.IDLE]


def authenticate(host: Host, key: bytes) -> None:
    host.send(bytes([REQA]), framing=7)
    host.answer()
    part = FOUR + b"\x22"
    select = b"\x93\x70" + part
    host.send(select + crc_a(select))
    host.answer()
    host.write(Register.COMMAND, Command.IDLE)
    host.write(Register.COM_IRQ, registers.IRQ_ALL)
    host.write(Register.FIFO_DATA, 0x60, 11, *key, *FOUR)
    host.write(Register.COMMAND, Command.AUTHENTICATE)
    host.bench.clock.sleep(0.02)


def test_a_good_key_turns_the_cipher_on_and_software_alone_turns_it_off(bench: Bench, host: Host):
    bench.field.place(ClassicCard(FOUR))
    authenticate(host, FACTORY_KEY)
    assert host.read(Register.COM_IRQ) & registers.IRQ_IDLE
    assert host.read(Register.STATUS2) == registers.CRYPTO1_ON
    host.write(Register.STATUS2, 0)
    host.write(Register.STATUS2, registers.CRYPTO1_ON)
    assert host.read(Register.STATUS2) == 0


def test_a_wrong_key_ends_with_the_timer(bench: Bench, host: Host):
    bench.field.place(ClassicCard(FOUR))
    authenticate(host, b"wrong!")
    assert host.read(Register.COM_IRQ) == registers.IRQ_TIMER
    assert host.read(Register.STATUS2) == 0


# -- faults ------------------------------------------------------------------------------------


@pytest.mark.parametrize("stuck", [0x00, 0xFF])
def test_a_stuck_line_reads_the_same_everywhere(bench: Bench, host: Host, stuck: int):
    bench.chip.miso_stuck = stuck
    assert {host.read(register) for register in Register} == {stuck}
    bench.chip.miso_stuck = None
    assert host.read(Register.VERSION) == 0x92


def test_an_unplugged_chip_comes_back_without_its_settings(bench: Bench, host: Host):
    bench.chip.unplug()
    assert host.read(Register.VERSION) == 0
    bench.chip.plug_in()
    assert (host.read(Register.VERSION), host.read(Register.T_MODE)) == (0x92, 0)


def test_a_browned_out_chip_is_alive_with_its_field_off(bench: Bench, host: Host):
    bench.chip.brown_out()
    assert (host.read(Register.VERSION), host.read(Register.TX_CONTROL)) == (0x92, 0x80)


def test_a_dip_can_leave_some_registers_alone(bench: Bench, host: Host):
    card = Card(FOUR)
    bench.field.place(card)
    bench.chip.forget(Register.TX_ASK, Register.T_MODE)
    assert [host.read(each) for each in (Register.TX_ASK, Register.T_MODE)] == [0, 0]
    assert (host.read(Register.TX_CONTROL), card.state) == (0x83, State.IDLE)
    bench.chip.forget(Register.TX_CONTROL)
    assert (host.read(Register.TX_CONTROL), card.state) == (0x80, State.OFF)


def test_another_chip_in_its_place_has_another_version(bench: Bench, host: Host):
    bench.chip.version = 0x49
    assert host.read(Register.VERSION) == 0x49
    host.write(Register.VERSION, 0x92)
    assert host.read(Register.VERSION) == 0x49


def test_an_answer_with_wrong_parity_is_marked(bench: Bench, host: Host):
    bench.lay(FOUR)
    bench.chip.parity_wrong_every = 1
    host.send(bytes([REQA]), framing=7)
    assert host.answer() == b"\x04\x00"
    assert host.read(Register.ERROR) == registers.ERROR_PARITY


def test_every_nth_byte_from_the_host_can_be_disturbed(bench: Bench, host: Host):
    bench.chip.corrupt_mosi_every = 4
    host.write(Register.MODE, 0x3D)
    host.write(Register.MODE, 0x3D)
    bench.chip.corrupt_mosi_every = 0
    assert host.read(Register.MODE) != 0x3D


def test_every_nth_byte_to_the_cards_can_be_disturbed(bench: Bench, host: Host):
    bench.lay(FOUR)
    bench.chip.corrupt_to_cards_every = 1
    host.send(bytes([REQA]), framing=7)
    bench.clock.sleep(0.01)
    assert host.read(Register.COM_IRQ) & registers.IRQ_TIMER


def test_a_wedged_chip_raises_no_interrupt_until_rst(bench: Bench, host: Host):
    bench.chip.wedged = True
    host.send(bytes([REQA]), framing=7)
    bench.clock.sleep(1)
    assert host.read(Register.COM_IRQ) == 0
    bench.chip.reset_line(False)
    bench.chip.reset_line(True)
    assert (bench.chip.wedged, host.read(Register.COM_IRQ)) == (False, 0x14)


def test_a_chip_held_in_reset_answers_nothing(bench: Bench, host: Host):
    bench.chip.reset_line(False)
    assert host.read(Register.VERSION) == 0


def test_a_deaf_chip_hears_nobody_until_any_reset(bench: Bench, host: Host):
    bench.lay(FOUR)
    bench.chip.deaf = True
    host.send(bytes([REQA]), framing=7)
    bench.clock.sleep(0.01)
    assert host.read(Register.COM_IRQ) & registers.IRQ_TIMER
    host.write(Register.COMMAND, Command.SOFT_RESET)
    host.set_up()
    host.send(bytes([REQA]), framing=7)
    assert host.answer() == b"\x04\x00"


def test_every_nth_byte_to_the_host_can_be_disturbed(bench: Bench, host: Host):
    bench.chip.corrupt_miso_every = 3
    wrong = [host.read(Register.VERSION) != 0x92 for _ in range(9)]
    assert sum(wrong) == 3


def test_every_nth_byte_off_the_air_can_be_disturbed(bench: Bench, host: Host):
    bench.lay(FOUR)
    bench.chip.corrupt_air_every = 2
    host.send(bytes([REQA]), framing=7)
    assert host.answer() != b"\x04\x00"
