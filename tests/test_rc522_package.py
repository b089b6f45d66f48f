"""The package's own reading on the simulated chip: why we do not use it.

These also prove the chip: the unmodified SimpleMFRC522 works on it as on a real one.
"""

import logging

import pytest
from reader_fixtures import FOUR, SEVEN, Bench

from hardware.simulated.cards import Card, Traits
from hardware.simulated.classic import ClassicCard

pytestmark = pytest.mark.filterwarnings("ignore:Bitwise inversion:DeprecationWarning")

AS_NUMBER = int.from_bytes(FOUR + b"\x22", "big")


@pytest.fixture
def bench():
    yield Bench.new()
    log = logging.getLogger("mfrc522Logger")
    for handler in list(log.handlers):
        log.removeHandler(handler)


def simple(bench: Bench):
    return bench.library().package.SimpleMFRC522()


def test_an_empty_poll_costs_two_thousand_and_thirteen_transfers(bench: Bench):
    reader = simple(bench)
    assert bench.transfers_of(reader.read_id_no_block) == 2013


def test_it_reads_a_short_uid_with_its_bcc_as_a_number(bench: Bench):
    bench.lay(FOUR)
    reader = simple(bench)
    assert reader.read_id_no_block() == AS_NUMBER


def test_a_card_left_lying_is_read_every_second_time(bench: Bench):
    bench.lay(FOUR)
    reader = simple(bench)
    assert [reader.read_id_no_block() for _ in range(4)] == [AS_NUMBER, None, AS_NUMBER, None]


def test_it_cuts_a_uid_of_seven_bytes_so_that_two_cards_are_one(bench: Bench):
    other = Bench.new(SEVEN[:3] + b"\0\0\0\1")
    bench.lay(SEVEN)
    number = simple(bench).read_id_no_block()
    assert number.to_bytes(5, "big")[:4] == b"\x88" + SEVEN[:3]
    assert number == simple(other).read_id_no_block()


def test_two_cards_are_nobody_to_it(bench: Bench):
    bench.lay(FOUR, SEVEN)
    reader = simple(bench)
    assert [reader.read_id_no_block() for _ in range(4)] == [None] * 4


@pytest.mark.parametrize("stuck", [0x00, 0xFF])
def test_a_dead_reader_is_nobody_to_it(bench: Bench, stuck: int):
    reader = simple(bench)
    bench.chip.miso_stuck = stuck
    assert reader.read_id_no_block() is None


def test_it_reads_and_writes_the_text_of_a_classic(bench: Bench):
    bench.field.place(ClassicCard(FOUR))
    reader = simple(bench)
    number, text = reader.read_no_block()
    assert (number, text) == (AS_NUMBER, "\0" * 48)
    assert reader.write("Ana") == (AS_NUMBER, "Ana")
    assert reader.read() == (AS_NUMBER, "Ana".ljust(48))


def test_a_card_snatched_in_a_write_is_an_index_error(bench: Bench):
    class Snatched(ClassicCard):
        """Gone once it is asked to write."""

        def hear_command(self, command: bytes):
            return None if command[0] == 0xA0 else super().hear_command(command)

    bench.field.place(Snatched(FOUR))
    with pytest.raises(IndexError):
        simple(bench).write_no_block("Ana")


def test_its_close_lets_go_of_every_line(bench: Bench):
    simple(bench).READER.Close_MFRC522()
    assert bench.modules.wires.cleaned_up == 1


def test_it_cannot_tell_a_faulty_card_from_nobody(bench: Bench):
    bench.field.place(Card(FOUR, traits=Traits(bad_bcc=True)))
    assert simple(bench).read_id_no_block() is None
