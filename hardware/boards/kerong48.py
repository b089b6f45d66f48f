"""The language of Kerong's CU48, a board of 48 locks: frames made and read. 19200 baud, 8N1.

``02 DEV LOCK CMD 03 SUM``; SUM is the low byte of the sum of all bytes before it; locks count from
0. All of it is from a single source, and was not tried on a board here. What that source has:

- Status is 60, open is 61.
- A status is answered by 75, a length of 06, and six bytes with a bit a lock, set while it is
  latched. That the answer begins and ends as the question does is our reading of it; any other
  is no answer, so that a board that frames it differently is found silent, never believed.
- Whether the board answers an open at all is not said. We do not wait for it.
- Which DEV calls every board is not said: 0 to 15 are what we take for addresses.

Speed and pulse time are said of the CU16 alone; the pulse is taken to be stored in the board.
"""

from hardware.boards.frames import (
    Request,
    WrongAddress,
    WrongCheck,
    WrongCommand,
    WrongData,
    check_range,
    sum_of,
)
from hardware.boards.kerong import BAUD as BAUD
from hardware.boards.kerong import ETX, STX, is_right, length

CHANNELS = range(1, 49)
ADDRESSES = range(16)

STATUS, OPEN, RETURN = 0x60, 0x61, 0x75

_SHORT, _LONG = 6, 13
_BYTES = 6
_SIZES = {STATUS: _SHORT, OPEN: _SHORT, RETURN: _LONG}


def unlock(address: int, channel: int) -> bytes:
    """Pulse one lock, 1 to 48, of board 0 to 15. Raises ValueError for any other."""
    check_range("the lock", channel, CHANNELS)
    return _frame(address, channel - 1, OPEN)


def status(address: int) -> bytes:
    """Ask one board, 0 to 15, for all its feedback. Raises ValueError for any other."""
    return _frame(address, 0, STATUS)


def parse_status(frame: bytes, address: int) -> frozenset[int]:
    """The channels of the board whose bit is set: latched, unless wired the other way.

    Raises:
        WrongData: not of a status' length, or its marks are missing.
        WrongCheck: its sum does not fit.
        WrongCommand: it is something else.
        WrongAddress: another board's.
    """
    if len(frame) != _LONG or frame[0] != STX or frame[-2] != ETX or frame[4] != _BYTES:
        raise WrongData(f"no status: {frame.hex(' ')}")
    if not is_right(frame):
        raise WrongCheck(f"wrong sum: {frame.hex(' ')}")
    if frame[3] != RETURN:
        raise WrongCommand(f"command {frame[3]:02x} came, {RETURN:02x} was awaited")
    if frame[1] != address:
        raise WrongAddress(f"board {frame[1]} answered, {address} was asked")
    word = int.from_bytes(frame[5 : 5 + _BYTES], "little")
    return frozenset(channel for channel in CHANNELS if word >> channel - 1 & 1)


def ask_status(address: int) -> Request[frozenset[int]]:
    """The channels of one board whose bit is set."""
    return Request(
        status(address), measure, is_right, lambda frame: parse_status(frame, address), _LONG
    )


def measure(data: bytes) -> int:
    """How long the frame is that begins so; 0: none does."""
    return length(data, 3, _SIZES, _SHORT)


def _frame(address: int, lock: int, command: int) -> bytes:
    check_range("the board's address", address, ADDRESSES)
    body = bytes([STX, address, lock, command, ETX])
    return body + bytes([sum_of(body)])
