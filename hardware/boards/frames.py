"""What the boards' languages share: check bytes, faults by name, frames out of a stream."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


class FrameError(ValueError):
    """What came is no answer to what was asked. Nothing in it is to be believed."""


class TornFrame(FrameError):
    """Bytes came, but no whole frame with right check bytes was among them."""


class WrongCheck(FrameError):
    """A frame whose check bytes do not fit."""


class WrongAddress(FrameError):
    """A frame of another board, or about another lock, than was asked."""


class WrongCommand(FrameError):
    """A frame that answers another question."""


class WrongData(FrameError):
    """A frame in good order that says what cannot be."""


class Refused(FrameError):
    """The board's own words for: I will not do that."""


@dataclass(frozen=True, slots=True)
class Request(Generic[T_co]):
    """One question to a board, and how to know its answer.

    ``frame``: the bytes to send. ``measure``: see ``Reassembler``. ``parse`` takes one frame with
    right check bytes and raises FrameError if it is not the answer. ``size``: of the usual answer,
    in bytes. ``resembles``: the answer may be, or begin with, the very bytes of the question, so
    it cannot show whether an adapter sends back what it is given.
    """

    frame: bytes
    measure: "Measure"
    is_right: "IsRight"
    parse: Callable[[bytes], T_co]
    size: int
    resembles: bool = False


# How long the frame is that begins at the start of these bytes; 0: none begins so. More than there
# are: it is not yet whole.
Measure = Callable[[bytes], int]

# Whether the check bytes at the end of a frame fit.
IsRight = Callable[[bytes], bool]


class Reassembler:
    """Finds frames in what a line brings, wherever the pieces were torn, and whatever is between.

    A frame is found by its beginning, its length and its check bytes. Bytes that begin none are
    dropped one by one, so a false beginning never hides the frame that starts inside it.
    """

    def __init__(self, measure: Measure, is_right: IsRight) -> None:
        self._measure = measure
        self._is_right = is_right
        self._held = b""
        self.dropped = 0

    @property
    def missing(self) -> int:
        """How many bytes the frame under way still needs; 0: none is under way."""
        return max(1, self._measure(self._held) - len(self._held)) if self._held else 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The frames that are whole with these bytes, each with right check bytes."""
        self._held += data
        yield from self._found()

    def settle(self) -> Iterator[bytes]:
        """The frames that are whole inside a beginning still waiting for more: a false one, then.

        For when the line falls quiet. Where there is none inside, all stays as it is.
        """
        while start := self._frame_inside():
            self._held = self._held[start:]
            self.dropped += start
            yield from self._found()

    def finish(self) -> Iterator[bytes]:
        """The frames inside a beginning that no more bytes will come for. Nothing is left."""
        while self._held:
            self._drop()
            yield from self._found()

    def _found(self) -> Iterator[bytes]:
        while self._held:
            size = self._measure(self._held)
            if size > len(self._held):
                return
            if not size or not self._is_right(self._held[:size]):
                self._drop()
                continue
            frame, self._held = self._held[:size], self._held[size:]
            yield frame

    def _frame_inside(self) -> int:
        """Where a frame with right check bytes begins behind the first byte; 0: nowhere."""
        for start in range(1, len(self._held)):
            part = self._held[start:]
            if 0 < (size := self._measure(part)) <= len(part) and self._is_right(part[:size]):
                return start
        return 0

    def _drop(self) -> None:
        self._held = self._held[1:]
        self.dropped += 1


def xor_of(data: bytes) -> int:
    """All bytes by exclusive or."""
    return reduce(xor, data, 0)


def sum_of(data: bytes) -> int:
    """The low byte of the sum of all bytes."""
    return sum(data) & 0xFF


def crc16(data: bytes) -> bytes:
    """The CRC of Modbus RTU, low byte first (MODBUS over Serial Line V1.02, 6.2.2)."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc.to_bytes(2, "little")


def check_range(what: str, number: int, allowed: range) -> None:
    """Refuse a number that the board does not have. Raises ValueError."""
    if number not in allowed:
        raise ValueError(f"{what} is {number}: it must be {allowed[0]} to {allowed[-1]}")
