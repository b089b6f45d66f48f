"""The language of the generic "8A" boards, sold under many names: frames made and read. 9600, 8N1.

``HEAD BOARD LOCK FN XOR``: 8A opens (FN 11), 80 asks (FN 33), 82 is a door that reports itself
unasked. A state is 11 or 00: with locks that make contact when shut, 11 is shut. Some seven public
programs agree on that much. None of this was tried on a board here. Where they differ, or one
stands alone:

- An open is answered by ``8A BOARD LOCK state XOR``. What the state then means depends on the lock,
  and ``8A .. 11 ..`` is the very bytes of the question: so any state counts as heard, and the door
  is believed to be open when its switch says so.
- "All" is answered by ``80 BOARD S.. 33 XOR``. Three bytes from boards of 8 and 24 locks, seven
  from those of 50; within a byte the lowest bit is the lowest lock. Some programs take the first
  byte for locks 1 to 8, others the last; some a set bit for what is 11 elsewhere, others for 00.
  ``hardware.boards.layout8a`` finds out.

Never made here: lock 00, which opens all; 90, which opens several; 9A, which holds a lock on.
"""

from collections.abc import Callable

from hardware.boards.frames import (
    Request,
    WrongAddress,
    WrongCheck,
    WrongCommand,
    WrongData,
    check_range,
    xor_of,
)

BAUD = 9600
CHANNELS = range(1, 51)
ADDRESSES = range(1, 33)

OPEN, ASK, REPORT = 0x8A, 0x80, 0x82
DO_OPEN, DO_ASK = 0x11, 0x33
SET, CLEAR = 0x11, 0x00
EVERY_LOCK = 0x00

STATUS_BYTES = range(2, 8)  # in an answer to "all"
_SIZE = 5
_AROUND = 4  # bytes of such an answer that are no status


def unlock(address: int, channel: int) -> bytes:
    """Pulse one lock, 1 to 50, of board 1 to 32. Raises ValueError for any other."""
    check_range("the lock", channel, CHANNELS)
    return _frame(OPEN, address, channel, DO_OPEN)


def query(address: int, channel: int) -> bytes:
    """Ask for one lock, 1 to 50, of board 1 to 32. Raises ValueError for any other."""
    check_range("the lock", channel, CHANNELS)
    return _frame(ASK, address, channel, DO_ASK)


def query_all(address: int) -> bytes:
    """Ask for every lock of board 1 to 32. Raises ValueError for any other."""
    return _frame(ASK, address, EVERY_LOCK, DO_ASK)


def parse_one(frame: bytes, address: int, channel: int, head: int = ASK) -> bool:
    """Whether the state of that lock is 11. ``head``: 80 for a query, 8A for an open.

    Raises:
        WrongData: not of that length, or a state that is neither 11 nor 00.
        WrongCheck: its check byte does not fit.
        WrongCommand: it answers something else.
        WrongAddress: it is about another lock or board.
    """
    if len(frame) != _SIZE:
        raise WrongData(f"no answer about one lock: {frame.hex(' ')}")
    _check(frame, head)
    if (frame[1], frame[2]) != (address, channel):
        raise WrongAddress(
            f"board {frame[1]} spoke of lock {frame[2]}; board {address} was asked about {channel}"
        )
    if frame[3] not in (SET, CLEAR):
        raise WrongData(f"{frame[3]:02x} is no state of a lock")
    return frame[3] == SET


def parse_all(frame: bytes, address: int) -> bytes:
    """The status bytes as they came. Raises as ``parse_one``."""
    if len(frame) - _AROUND not in STATUS_BYTES or frame[-2] != DO_ASK:
        raise WrongData(f"no answer about all locks: {frame.hex(' ')}")
    _check(frame, ASK)
    if frame[1] != address:
        raise WrongAddress(f"board {frame[1]} answered, {address} was asked")
    return frame[2:-2]


def ask_one(address: int, channel: int) -> Request[bool]:
    """Whether the state of one lock is 11."""
    frame = query(address, channel)
    return Request(frame, measure, is_right, lambda f: parse_one(f, address, channel), _SIZE)


def ask_open(address: int, channel: int) -> Request[bool]:
    """Pulse one lock. What comes back says that the board heard, not what the door does."""

    def parse(frame: bytes) -> bool:
        return parse_one(frame, address, channel, OPEN)

    return Request(unlock(address, channel), measure, is_right, parse, _SIZE, resembles=True)


def ask_all(address: int, size: int | None) -> Request[bytes]:
    """The status bytes of all locks. ``size``: how many this board is known to send, 2 to 7."""
    usual = _AROUND + (size or STATUS_BYTES[0])
    sized = measure_all(address, STATUS_BYTES if size is None else range(size, size + 1))

    def parse(frame: bytes) -> bytes:
        return parse_all(frame, address)

    return Request(query_all(address), sized, is_right, parse, usual, resembles=True)


def measure(data: bytes) -> int:
    """How long the frame is that begins so; 0: none does."""
    is_begun = data[0] in (OPEN, ASK, REPORT)
    has_address = len(data) < 2 or data[1] in ADDRESSES
    return _SIZE if is_begun and has_address else 0


def measure_all(address: int, sizes: range) -> Callable[[bytes], int]:
    """How long frames are where an answer about all locks is awaited, of so many status bytes."""

    def measure_this(data: bytes) -> int:
        if data[0] != ASK:
            return measure(data)
        if len(data) > 1 and data[1] != address:
            return 0
        for size in sizes:
            whole = size + _AROUND
            if len(data) < whole or (data[whole - 2] == DO_ASK and is_right(data[:whole])):
                return whole
        return 0

    return measure_this


def is_right(frame: bytes) -> bool:
    """Whether its check byte fits."""
    return frame[-1] == xor_of(frame[:-1])


def _check(frame: bytes, head: int) -> None:
    if not is_right(frame):
        raise WrongCheck(f"wrong check byte: {frame.hex(' ')}")
    if frame[0] != head:
        raise WrongCommand(f"a frame of {frame[0]:02x} came, {head:02x} was awaited")


def _frame(head: int, address: int, lock: int, function: int) -> bytes:
    check_range("the board's address", address, ADDRESSES)
    body = bytes([head, address, lock, function])
    return body + bytes([xor_of(body)])
