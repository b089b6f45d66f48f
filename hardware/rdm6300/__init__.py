"""The RDM6300 reader of 125 kHz cards, on a serial port."""

from collections.abc import Callable

from hardware.boards.port import load_pyserial
from hardware.rdm6300.reader import OpenPort, Rdm6300Reader, open_serial

__all__ = ["Rdm6300Reader", "open_rdm6300"]


def open_rdm6300(
    path: str, monotonic: Callable[[], float], open_port: OpenPort | None = None
) -> Rdm6300Reader:
    """The reader on the serial port ``path``, by pyserial unless ``open_port`` is given.

    A port that is not there is no error here: the first ``read`` says so.

    Raises:
        BackendUnavailable: the Python package pyserial is missing.
    """
    return Rdm6300Reader(path, open_port or open_serial(load_pyserial()), monotonic)
