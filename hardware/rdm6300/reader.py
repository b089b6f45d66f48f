"""An RDM6300 as a ``CardReader``: a card is in the field until half a second after its last frame.

The module sends and never listens. It repeats a card's frame while the card lies there, about ten
times a second, and says nothing when there is none: a module that is dead, or whose aerial is
off, cannot be told from one without a card. Only the serial port can be proved alive, and on a
Raspberry Pi's own pins not even a wire. It reads one card at a time, so the frame of another card
ends the stay of the one before.
"""

import termios
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NoReturn, Protocol

from hardware.boards.port import explain
from hardware.errors import ReaderLost
from hardware.ports import CardSeen
from hardware.rdm6300.frames import Frames

BAUD = 9600
GONE_S = 0.5
# Bytes have no time of their own. After a pause they may be those of a card long gone; one that
# lies there sends again.
STALE_S = 2.0
_AT_ONCE = 4096  # as many as the kernel keeps (N_TTY_BUF_SIZE)


class Port(Protocol):
    """What the reader needs of pyserial's ``Serial`` with a time-out of 0. Raises OSError."""

    @property
    def in_waiting(self) -> int:
        """How many bytes came."""

    def read(self, size: int, /) -> bytes:
        """Up to so many of them, without waiting."""

    def close(self) -> None:
        """Let go."""


OpenPort = Callable[[str], Port]


class Rdm6300Reader:
    """A ``CardReader`` on an RDM6300; see the module's text. One thread may use it.

    ``open_port`` opens ``path`` and raises OSError. ``bad_frames`` counts frames dropped since
    the start for a wrong sum or for being torn.
    """

    def __init__(self, path: str, open_port: OpenPort, monotonic: Callable[[], float]) -> None:
        self._path = path
        self._open_port = open_port
        self._monotonic = monotonic
        self._port: Port | None = None
        self._why = f"The card reader {path} was not opened."
        self._frames = Frames()
        self._seen: tuple[bytes, float] | None = None
        self._last_read = monotonic()
        with suppress(ReaderLost):  # the first poll will tell
            self.reset()

    @property
    def bad_frames(self) -> int:
        """Frames dropped since the start."""
        return self._frames.bad

    def read(self) -> Sequence[CardSeen]:
        """The card in the field, if there is one. Raises ReaderLost."""
        port = self._living()
        with self._failure_means_lost():
            data = port.read(_AT_ONCE)
        now = self._monotonic()
        if now - self._last_read > STALE_S:
            self._frames.forget()
            data = b""
        self._last_read = now
        if numbers := self._frames.feed(data):
            self._seen = numbers[-1], now
        if self._seen is None or now - self._seen[1] >= GONE_S:
            return []
        return [CardSeen(self._seen[0], kind="em4100")]

    def check(self) -> None:
        """Raises ReaderLost unless the port answers. Says nothing of the module behind it."""
        port = self._living()
        with self._failure_means_lost():
            _ = port.in_waiting

    def reset(self) -> None:
        """Open the port anew. Raises ReaderLost if that fails."""
        self.close()
        self._frames.forget()
        try:
            self._port = self._open_port(self._path)
        except (OSError, ValueError, termios.error) as error:
            self._lose(f"The card reader's port cannot be used: {explain(self._path, error)}")
        self._last_read = self._monotonic()

    def counts(self) -> Mapping[str, int]:
        """Frames that were dropped."""
        return {"frames dropped": self.bad_frames}

    def close(self) -> None:
        """Let go of the port."""
        port, self._port = self._port, None
        self._seen = None
        self._why = f"The card reader {self._path} is closed."
        if port is not None:
            with suppress(OSError, termios.error):
                port.close()

    def _living(self) -> Port:
        if self._port is None:
            raise ReaderLost(self._why)
        return self._port

    def _lose(self, why: str) -> NoReturn:
        self.close()
        self._why = why
        raise ReaderLost(why)

    @contextmanager
    def _failure_means_lost(self) -> Iterator[None]:
        try:
            yield
        except (OSError, termios.error) as error:
            self._lose(f"The card reader on {self._path} is gone; is it plugged in? ({error})")


def open_serial(serial: Any) -> OpenPort:
    """Opens ports by pyserial, the module given: 9600 8N1, for us alone, never waiting."""

    def open_port(path: str) -> Port:
        port: Port = serial.Serial(path, BAUD, timeout=0, exclusive=True)
        return port

    return open_port
