"""The language of Waveshare's Modbus RTU relay boards: frames made and read. 9600 baud, 8N1.

Waveshare's wiki ("Modbus RTU Relay", development protocol V2 and later): coils 0 and up are the
relays, read by function 01 and written by 05; coil 00FF is all of them. A write of 05 to 0200 plus
the relay's number is *flash on*: the relay goes on, and the board turns it off after so many
tenths of a second. Nothing else that switches on is made here: a relay that was written "on" stays
on. Boards with inputs ("Relay (D)") answer function 02 with their levels. Frames, check bytes and
refusals are Modbus' own (MODBUS Application Protocol V1.1b3). None of this was tried on a board
here.
"""

from collections.abc import Callable

from hardware.boards.frames import (
    Refused,
    Request,
    WrongAddress,
    WrongCheck,
    WrongCommand,
    WrongData,
    check_range,
    crc16,
)

BAUD = 9600
CHANNELS = range(1, 33)
ADDRESSES = range(1, 248)
TENTHS = range(1, 256)  # of a second; the board takes more, no lock does

READ_COILS, READ_INPUTS, WRITE_COIL = 0x01, 0x02, 0x05
FLASH_ON = 0x0200
EVERY_RELAY = 0x00FF
REFUSAL = 0x80

_WRITTEN = 8
_REFUSED = 5
_AROUND = 5  # bytes of an answer to a read that are no levels


def flash_on(address: int, channel: int, tenths: int) -> bytes:
    """Turn relay 1 to 32 on for so many tenths of a second, 1 to 255.

    Raises:
        ValueError: there is no such relay, board or time.
    """
    check_range("the relay", channel, CHANNELS)
    check_range("the pulse, in tenths of a second,", tenths, TENTHS)
    return _request(address, WRITE_COIL, FLASH_ON + channel - 1, tenths)


def all_off(address: int) -> bytes:
    """Turn every relay of a board off."""
    return _request(address, WRITE_COIL, EVERY_RELAY, 0)


def read(address: int, function: int, count: int) -> bytes:
    """Ask for the first ``count`` coils (function 01) or inputs (02), 1 to 32."""
    check_range("the number of relays", count, CHANNELS)
    return _request(address, function, 0, count)


def parse_levels(frame: bytes, address: int, function: int, count: int) -> frozenset[int]:
    """The channels, from 1, whose level is set.

    Raises:
        WrongData: not as long as that many levels are.
        WrongCheck: its CRC does not fit.
        WrongAddress: another board's.
        WrongCommand: it answers something else.
        Refused: the board will not.
    """
    _check(frame, address, function)
    size = (count + 7) // 8
    if len(frame) != size + _AROUND or frame[2] != size:
        raise WrongData(f"no answer about {count} levels: {frame.hex(' ')}")
    word = int.from_bytes(frame[3:-2], "little")
    return frozenset(channel for channel in range(1, count + 1) if word >> channel - 1 & 1)


def parse_written(frame: bytes, request: bytes) -> None:
    """Be content if the board wrote what was asked: it then says the same. Raises FrameError."""
    _check(frame, request[0], WRITE_COIL)
    if frame != request:
        raise WrongData(f"{request.hex(' ')} was asked, {frame.hex(' ')} was done")


def ask_levels(address: int, function: int, count: int) -> Request[frozenset[int]]:
    """The channels, from 1, whose coil (function 01) or input (02) is on."""
    size = (count + 7) // 8

    def parse(frame: bytes) -> frozenset[int]:
        return parse_levels(frame, address, function, count)

    request = read(address, function, count)
    return Request(request, measure(size), is_right, parse, size + _AROUND)


def ask_flash(address: int, channel: int, tenths: int) -> Request[None]:
    """Pulse one lock."""
    return _written(flash_on(address, channel, tenths))


def ask_all_off(address: int) -> Request[None]:
    """Turn every relay of a board off."""
    return _written(all_off(address))


def measure(size: int) -> Callable[[bytes], int]:
    """How long frames are where levels in so many bytes are awaited."""

    def measure_this(data: bytes) -> int:
        function = data[1] if len(data) > 1 else WRITE_COIL
        if function & REFUSAL:
            return _REFUSED
        if function == WRITE_COIL:
            return _WRITTEN
        if function not in (READ_COILS, READ_INPUTS):
            return 0
        is_question = len(data) > 2 and data[2] != size
        return _WRITTEN if is_question else size + _AROUND

    return measure_this


def is_right(frame: bytes) -> bool:
    """Whether its CRC fits."""
    return frame[-2:] == crc16(frame[:-2])


def _check(frame: bytes, address: int, function: int) -> None:
    if len(frame) < _REFUSED or not is_right(frame):
        raise WrongCheck(f"wrong CRC: {frame.hex(' ')}")
    if frame[0] != address:
        raise WrongAddress(f"board {frame[0]} answered, {address} was asked")
    if frame[1] == function | REFUSAL:
        hint = ": has it inputs for door switches?" if function == READ_INPUTS else ""
        raise Refused(f"it refuses function {function:02x}, exception {frame[2]}{hint}")
    if frame[1] != function:
        raise WrongCommand(f"function {frame[1]:02x} came, {function:02x} was awaited")


def _written(request: bytes) -> Request[None]:
    def parse(frame: bytes) -> None:
        parse_written(frame, request)

    return Request(request, measure(1), is_right, parse, _WRITTEN, resembles=True)


def _request(address: int, function: int, coil: int, value: int) -> bytes:
    check_range("the board's address", address, ADDRESSES)
    body = bytes([address, function]) + coil.to_bytes(2) + value.to_bytes(2)
    return body + crc16(body)
