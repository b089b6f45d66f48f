"""Lock boards that time their own pulses, on a serial line: Kerong, "8A", Waveshare relays."""

from collections.abc import Callable

from hardware.boards import board8a, kerong, kerong48, waveshare
from hardware.boards.bus import Port, SerialBus
from hardware.boards.locks import BoardLocks
from hardware.boards.port import load_pyserial, open_port
from hardware.settings import BoardProtocol

__all__ = ["ADDRESSES", "BAUD", "CHANNELS", "BoardLocks", "Port", "SerialBus", "open_serial_bus"]

# What each kind of board has: its speed, the locks it may have at most, the addresses it may have.
BAUD: dict[BoardProtocol, int] = {
    "kerong": kerong.BAUD,
    "kerong48": kerong48.BAUD,
    "board8a": board8a.BAUD,
    "waveshare": waveshare.BAUD,
}
CHANNELS: dict[BoardProtocol, range] = {
    "kerong": kerong.CHANNELS,
    "kerong48": kerong48.CHANNELS,
    "board8a": board8a.CHANNELS,
    "waveshare": waveshare.CHANNELS,
}
ADDRESSES: dict[BoardProtocol, range] = {
    "kerong": kerong.ADDRESSES,
    "kerong48": kerong48.ADDRESSES,
    "board8a": board8a.ADDRESSES,
    "waveshare": waveshare.ADDRESSES,
}


def open_serial_bus(
    path: str,
    protocol: BoardProtocol,
    *,
    sleep: Callable[[float], None],
    monotonic: Callable[[], float],
) -> SerialBus:
    """The line at ``path``, for the ``BoardLocks`` of every board on it. One bus for one path.

    A port that is not there is no error here: the first ``doors`` says so, and finds it later.

    Raises:
        BackendUnavailable: pyserial is missing.
    """
    load_pyserial()
    return SerialBus(lambda: open_port(path, BAUD[protocol]), sleep, monotonic)
