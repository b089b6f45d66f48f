"""The real serial port, by pyserial, and plain words for why it cannot be opened."""

import contextlib
import errno
import importlib
import termios
from collections.abc import Iterator
from typing import Any

from hardware.boards.bus import SLICE_S, Port
from hardware.errors import BackendUnavailable

WRITE_TIMEOUT_S = 0.3


def load_pyserial() -> Any:
    """The module ``serial``.

    Raises:
        BackendUnavailable: it is not there, or another package has its name.
    """
    try:
        serial = importlib.import_module("serial")
    except ImportError as error:
        raise BackendUnavailable(
            f"The Python package pyserial is missing ({error}): pip install pyserial"
        ) from error
    if not hasattr(serial, "Serial"):
        raise BackendUnavailable(
            "The Python package serial is not pyserial:"
            " pip uninstall serial, then pip install pyserial"
        )
    return serial


def open_port(path: str, baud: int) -> Port:
    """The port, 8N1, for us alone.

    Raises:
        OSError: it cannot be opened; the message says what to do.
        BackendUnavailable: pyserial is missing.
    """
    serial = load_pyserial()
    try:
        port = serial.Serial(
            path, baud, timeout=SLICE_S, write_timeout=WRITE_TIMEOUT_S, exclusive=True
        )
    except (OSError, ValueError, termios.error) as error:
        raise OSError(explain(path, error)) from error
    return _SerialPort(port, path)


def explain(path: str, error: Exception) -> str:
    """One sentence on why it cannot be opened, and what to do about it."""
    match getattr(error, "errno", None):
        case errno.ENOENT | errno.ENODEV | errno.ENXIO:
            hint = (
                "is not there: is the adapter plugged in, and is this its name in"
                " /dev/serial/by-id?"
            )
        case errno.EACCES | errno.EPERM:
            hint = "may not be opened: put the kiosk's user into the group dialout."
        case errno.EAGAIN | errno.EBUSY:
            hint = "is in use by another program: only one may speak on a line."
        case _:
            hint = f"cannot be opened: {error}"
    return f"the serial port {path} {hint}"


class _SerialPort:
    """pyserial's port, whose every failure is an OSError that names it."""

    def __init__(self, port: Any, path: str) -> None:
        self._port = port
        self._path = path

    def write(self, data: bytes) -> int | None:
        with self._named():
            count: int | None = self._port.write(data)
            return count

    def read(self, size: int) -> bytes:
        with self._named():
            return bytes(self._port.read(size))

    def reset_input_buffer(self) -> None:
        with self._named():
            self._port.reset_input_buffer()

    def close(self) -> None:
        with self._named():
            self._port.close()

    @contextlib.contextmanager
    def _named(self) -> Iterator[None]:
        """A device that is pulled in mid-call shows itself in several ways, not all OSError."""
        try:
            yield
        except (OSError, termios.error, TypeError) as error:
            raise OSError(f"the serial port {self._path} failed: {error}") from error
