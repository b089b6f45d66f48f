"""Whatever comes over the line, no door is reported that the board did not speak of."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import scale
from board_fixtures import PROTOCOLS, STEADY_S, Bench, bench, wiring
from hypothesis import given
from hypothesis import strategies as st

from hardware.boards.frames import crc16, sum_of, xor_of
from hardware.boards.layout8a import ROUNDS
from hardware.errors import BankLost, LockFault
from hardware.ports import Door
from hardware.settings import BoardProtocol

# One door stands open, so that neither "all shut" nor "all open" is the truth.
TRUTH = {1: Door.CLOSED, 2: Door.OPEN, 3: Door.CLOSED, 4: Door.CLOSED}

# Of an answer about all doors of a board that is known.
STEP = 1 if scale.IS_THOROUGH else 7  # every wrong value of a byte, or one in seven
LENGTHS: dict[BoardProtocol, int] = {"kerong": 9, "kerong48": 13, "board8a": 7, "waveshare": 6}

Damage = Callable[[bytes], bytes]


@dataclass(slots=True)
class Damaged:
    """A bench whose board says the truth, before something happens to it on the way."""

    built: Bench

    def hear(self, damage: Damage) -> None:
        """From now on every answer is damaged so."""
        board = self.built.board
        hear = type(board).hear
        board.hear = lambda data: damage(hear(board, data))  # type: ignore[method-assign]

    def patience(self) -> None:
        self.built.clock.sleep(3)

    def get_known(self) -> None:
        """Mend the line, and poll until nothing about the board is left to be found out."""
        self.hear(lambda answer: answer)
        self.patience()
        for _ in range(ROUNDS + 2):
            assert self.built.locks.doors() == TRUTH


@contextmanager
def damaged(protocol: BoardProtocol, *, is_known: bool, address: int = 1) -> Iterator[Damaged]:
    """``is_known``: the driver has polled the board for a while before."""
    with (
        tempfile.TemporaryDirectory() as folder,
        bench(Path(folder), wiring(protocol, address)) as built,
    ):
        built.world.open_door(2, built.now_ns)
        built.clock.sleep(STEADY_S)
        it = Damaged(built)
        if is_known:
            it.get_known()
        yield it


def turned(index: int, by: int) -> Damage:
    def damage(answer: bytes) -> bytes:
        turned = bytearray(answer)
        if index < len(turned):
            turned[index] ^= by
        return bytes(turned)

    return damage


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_no_answer_with_a_wrong_byte_tells_of_doors(
    protocol: BoardProtocol, is_known: bool
) -> None:
    with damaged(protocol, is_known=is_known) as it:
        # An 8A board that is not known yet is asked for single locks, which it answers shortly.
        for index in range(LENGTHS[protocol] if is_known or protocol != "board8a" else 5):
            for by in range(1, 256, STEP):
                if is_known:
                    it.get_known()
                it.patience()
                it.hear(turned(index, by))
                with pytest.raises(LockFault):
                    it.built.locks.doors()
        it.get_known()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_wrong_byte_in_one_answer_is_got_over(protocol: BoardProtocol) -> None:
    with damaged(protocol, is_known=True) as it:
        for index in range(LENGTHS[protocol]):
            for by in (1, 0x80, 0xFF):
                answers = iter([turned(index, by)])
                it.hear(lambda answer: next(answers, bytes)(answer))  # noqa: B023
                assert it.built.locks.doors() == TRUTH


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize("protocol", PROTOCOLS)
@given(noise=st.lists(st.binary(max_size=40), min_size=1, max_size=8))
def test_garbage_is_never_a_door(
    protocol: BoardProtocol, is_known: bool, noise: list[bytes]
) -> None:
    with damaged(protocol, is_known=is_known) as it:
        count = 0

        def garbage(answer: bytes) -> bytes:
            nonlocal count
            count += 1
            return noise[count % len(noise)]

        it.hear(garbage)
        with pytest.raises(LockFault):
            it.built.locks.doors()


@pytest.mark.parametrize("protocol", PROTOCOLS)
@given(before=st.binary(max_size=20), after=st.binary(max_size=20))
def test_garbage_around_an_answer_does_not_change_it(
    protocol: BoardProtocol, before: bytes, after: bytes
) -> None:
    with damaged(protocol, is_known=True) as it:
        it.hear(lambda answer: before + answer + after)
        assert it.built.locks.doors() == TRUTH


@pytest.mark.parametrize("protocol", PROTOCOLS)
@given(cut=st.integers(1, 8))
def test_half_an_answer_is_none(protocol: BoardProtocol, cut: int) -> None:
    with damaged(protocol, is_known=True) as it:
        it.hear(lambda answer: answer[:-cut])
        with pytest.raises(LockFault):
            it.built.locks.doors()


@pytest.mark.parametrize("protocol", ["board8a", "waveshare"])
def test_no_acknowledgement_with_a_wrong_byte_is_one(protocol: BoardProtocol) -> None:
    with damaged(protocol, is_known=True) as it:
        for index in range(8 if protocol == "waveshare" else 5):
            for by in range(1, 256, STEP):
                it.hear(lambda answer: answer)
                it.patience()
                it.built.locks.doors()
                it.hear(turned(index, by))
                with pytest.raises(LockFault, match="may have been pulsed"):
                    it.built.locks.unlock(1)
                assert it.built.locks.on() == 1


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_another_boards_answer_tells_nothing_of_ours(protocol: BoardProtocol) -> None:
    with (
        damaged(protocol, is_known=True) as it,
        damaged(protocol, is_known=False, address=2) as two,
    ):
        stranger = two.built.board

        def as_the_other(answer: bytes) -> bytes:
            question = it.built.board.heard.frames[-1]
            it.built.board.heard.frames.clear()
            return stranger.hear(_readdressed(protocol, question))

        it.hear(as_the_other)
        with pytest.raises(LockFault):
            it.built.locks.doors()


def _readdressed(protocol: BoardProtocol, question: bytes) -> bytes:
    """The same question to board 2."""
    if protocol == "kerong":
        body = question[:1] + b"\x20" + question[2:-1]
        return body + bytes([sum_of(body)])
    if protocol == "board8a":
        body = question[:1] + b"\x02" + question[2:-1]
        return body + bytes([xor_of(body)])
    body = b"\x02" + question[1:-2]
    return body + crc16(body)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_line_that_only_echoes_is_no_board(protocol: BoardProtocol) -> None:
    with damaged(protocol, is_known=True) as it:
        it.built.cable.echoes = True
        it.hear(lambda answer: b"")
        for _ in range(4):
            with pytest.raises(LockFault) as fault:
                it.built.locks.doors()
            it.patience()
        assert isinstance(fault.value, BankLost)
