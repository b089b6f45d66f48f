"""The language of Kerong's CU16, a board of 16 locks: frames made and read. 19200 baud, 8N1.

``02 ADDR CMD [data] 03 SUM``; SUM is the low byte of the sum of all bytes before it. Three public
programs agree on unlock (31) and status (30, answered by 35): jin0949/KR-CU16_locker,
julio-alv/lkaas-kerong and CartWise. None of this was tried on a board here. From a single source
each, and so untried twice over:

- ADDR is the board in its high nibble and the lock in its low one. All sources are sure of the
  low nibble; those for the high one never had a second board.
- An address of F0 is every board on the line, which answers a status of all (32) by 36.
- Whether the board answers an unlock at all. We do not wait for it.
- After an unlock a board may answer garbage for a while, or nothing.

How long a pulse lasts is stored in the board (command 37); we neither ask nor set it. Never made
here: 33, which unlocks every lock of a board.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hardware.boards.frames import (
    Request,
    WrongAddress,
    WrongCheck,
    WrongCommand,
    WrongData,
    check_range,
    sum_of,
)

BAUD = 19200
CHANNELS = range(1, 17)
ADDRESSES = range(15)  # F is every board

STX, ETX = 0x02, 0x03
STATUS, UNLOCK, STATUS_ALL, UNLOCK_ALL = 0x30, 0x31, 0x32, 0x33
RETURN_ONE, RETURN_ALL = 0x35, 0x36
EVERY_BOARD = 0xF0

_SHORT, _LONG = 5, 9
_SIZES = {
    **dict.fromkeys((STATUS, UNLOCK, STATUS_ALL, UNLOCK_ALL), _SHORT),
    **dict.fromkeys((RETURN_ONE, RETURN_ALL), _LONG),
}


@dataclass(frozen=True, slots=True)
class Status:
    """What one board says. ``address``: 0-14; ``hooks``: the channels whose hook bit is set, which
    means latched unless the lock is wired the other way; ``infrared``: those whose sensor is."""

    address: int
    hooks: frozenset[int]
    infrared: frozenset[int]


def unlock(address: int, channel: int) -> bytes:
    """Pulse one lock, 1 to 16, of board 0 to 14. Raises ValueError for any other."""
    check_range("the lock", channel, CHANNELS)
    return _frame(_board(address) | channel - 1, UNLOCK)


def status(address: int) -> bytes:
    """Ask one board, 0 to 14, for all its feedback. Raises ValueError for any other."""
    return _frame(_board(address), STATUS)


def status_all() -> bytes:
    """Ask every board on the line; each answers by a frame of its own."""
    return _frame(EVERY_BOARD, STATUS_ALL)


def parse_status(frame: bytes, command: int = RETURN_ONE) -> Status:
    """Read one status. ``command``: 35, or 36 for an answer to a status of all.

    Raises:
        WrongData: not of a status' length, or its marks are missing.
        WrongCheck: its sum does not fit.
        WrongCommand: it is something else.
        WrongAddress: its address is none that a board has.
    """
    if len(frame) != _LONG or frame[0] != STX or frame[-2] != ETX:
        raise WrongData(f"no status: {frame.hex(' ')}")
    if not is_right(frame):
        raise WrongCheck(f"wrong sum: {frame.hex(' ')}")
    if frame[2] != command:
        raise WrongCommand(f"command {frame[2]:02x} came, {command:02x} was awaited")
    address, low = divmod(frame[1], 16)
    if low or address not in ADDRESSES:
        raise WrongAddress(f"no board has the address {frame[1]:02x}")
    return Status(address, _channels(frame[3:5]), _channels(frame[5:7]))


def ask_status(address: int) -> Request[frozenset[int]]:
    """The channels of one board whose hook bit is set."""

    def parse(frame: bytes) -> frozenset[int]:
        found = parse_status(frame)
        if found.address != address:
            raise WrongAddress(f"board {found.address} answered, {address} was asked")
        return found.hooks

    return Request(status(address), measure, is_right, parse, _LONG)


def measure(data: bytes) -> int:
    """How long the frame is that begins so; 0: none does."""
    return length(data, 2, _SIZES, _SHORT)


def length(data: bytes, command_at: int, sizes: Mapping[int, int], shortest: int) -> int:
    """The same for any board of that maker, by the command, which stands in that place."""
    if data[0] != STX:
        return 0
    if len(data) <= command_at:
        return shortest
    size = sizes.get(data[command_at], 0)
    return size if len(data) < size or not size or data[size - 2] == ETX else 0


def is_right(frame: bytes) -> bool:
    """Whether its sum fits."""
    return frame[-1] == sum_of(frame[:-1])


def _board(address: int) -> int:
    check_range("the board's address", address, ADDRESSES)
    return address << 4


def _frame(address: int, command: int) -> bytes:
    body = bytes([STX, address, command, ETX])
    return body + bytes([sum_of(body)])


def _channels(bits: bytes) -> frozenset[int]:
    word = int.from_bytes(bits, "little")
    return frozenset(channel for channel in CHANNELS if word >> channel - 1 & 1)
