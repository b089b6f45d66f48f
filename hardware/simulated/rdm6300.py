"""An RDM6300 on a simulated serial line: it repeats the frame of the card that lies there."""

import errno
import os
import threading
from collections.abc import Callable

from hardware.rdm6300 import Rdm6300Reader, open_rdm6300
from hardware.rdm6300.frames import UID_BYTES, frame_of

PATH = "/dev/serial/by-id/usb-Simulated_RDM6300-if00-port0"
REPEAT_S = 0.1
TAP_S = 1.0
_KEPT = 4096  # bytes that the kernel keeps for a program that does not read


class SimulatedRdm6300:
    """The module, with the hands that use it. From any thread. ``now``: monotonic seconds.

    It reads one card: the one that was laid down last hides the others. ``is_forbidden`` and
    ``is_taken``: the port may not be opened, or another program has it.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self.is_forbidden = False
        self.is_taken = False
        self._now = now
        self._is_dead = False
        self._guard = threading.RLock()
        self._plugged = True
        self._ports: list[SimulatedPort] = []
        self._cards: dict[bytes, float] = {}  # each with the time when a hand takes it away
        self._next_frame = 0.0

    def place(self, uid: bytes) -> None:
        """Lay a card on it and leave it there.

        Raises:
            ValueError: the number of such a card has five bytes.
        """
        self._put(uid, float("inf"))

    def tap(self, uid: bytes) -> None:
        """Hold a card to it, and take it away once it was read (or after a second).

        Raises:
            ValueError: as ``place``.
        """
        self._put(uid, self._now() + TAP_S)

    def lift(self, uid: bytes) -> None:
        """Take a card away."""
        with self._guard:
            self._send_due()
            self._cards.pop(uid, None)

    def noise(self, data: bytes) -> None:
        """Let bytes come over the line that the module did not mean to send."""
        with self._guard:
            self._send_due()
            self._send(data)

    def kill(self, dead: bool = True) -> None:
        """Let the module send nothing more, which nobody can tell; or let it work again."""
        with self._guard:
            self._send_due()
            self._is_dead = dead

    def unplug(self) -> None:
        """Pull the adapter out. Whoever has its port open has nothing any more."""
        with self._guard:
            self._plugged = False
            for port in self._ports:
                port.is_alive = False

    def plug_in(self) -> None:
        """Plug it in again."""
        with self._guard:
            self._plugged = True

    def open(self, path: str) -> "SimulatedPort":
        """The serial port. Raises OSError as pyserial does."""
        with self._guard:
            self._send_due()
            for is_so, number in (
                (not self._plugged or path != PATH, errno.ENOENT),
                (self.is_forbidden, errno.EACCES),
                (self.is_taken, errno.EAGAIN),
            ):
                if is_so:
                    raise OSError(number, os.strerror(number))
            port = SimulatedPort(self)
            self._ports.append(port)
            return port

    def receive(self, port: "SimulatedPort", size: int) -> bytes:
        """What the module sent to ``port`` up to now, at most so much."""
        with self._guard:
            self._send_due()
            port.prove_alive()
            data = bytes(port.waiting[:size])
            del port.waiting[:size]
            self._take_away_read(data)
            return data

    def waiting(self, port: "SimulatedPort") -> int:
        """How much that is."""
        with self._guard:
            self._send_due()
            port.prove_alive()
            return len(port.waiting)

    def forget(self, port: "SimulatedPort") -> None:
        """Nobody reads it any more."""
        with self._guard:
            if port in self._ports:
                self._ports.remove(port)

    def _put(self, uid: bytes, until: float) -> None:
        if len(uid) != UID_BYTES:
            raise ValueError(f"the number of a 125 kHz card has five bytes, not {len(uid)}")
        with self._guard:
            self._send_due()
            if not self._cards:
                self._next_frame = self._now()
            self._cards[uid] = max(until, self._cards.pop(uid, until))

    def _take_away_read(self, data: bytes) -> None:
        """A tapping hand goes when the light does; one that lies there stays."""
        for uid, until in list(self._cards.items()):
            if until != float("inf") and frame_of(uid) in data:
                del self._cards[uid]

    def _send_due(self) -> None:
        """Every frame that was to be sent by now, in its time."""
        now = self._now()
        since = now - _KEPT / len(frame_of(bytes(UID_BYTES))) * REPEAT_S
        self._next_frame = max(self._next_frame, since)  # older ones nobody keeps
        while self._next_frame <= now:
            at, self._next_frame = self._next_frame, self._next_frame + REPEAT_S
            self._cards = {uid: until for uid, until in self._cards.items() if until > at}
            if self._cards and not self._is_dead:
                self._send(frame_of(list(self._cards)[-1]))

    def _send(self, data: bytes) -> None:
        for port in self._ports:
            if port.is_alive and self._plugged:
                port.waiting = (port.waiting + data)[:_KEPT]


class SimulatedPort:
    """As pyserial's ``Serial`` with a time-out of 0, of which it has what a reader needs."""

    def __init__(self, module: SimulatedRdm6300) -> None:
        self._module = module
        self.is_alive = True
        self.waiting = bytearray()

    @property
    def in_waiting(self) -> int:
        """How many bytes came. Raises OSError."""
        return self._module.waiting(self)

    def read(self, size: int, /) -> bytes:
        """Up to so many of them, without waiting. Raises OSError."""
        return self._module.receive(self, size)

    def close(self) -> None:
        """Let go."""
        self._module.forget(self)

    def prove_alive(self) -> None:
        """Raises OSError if the adapter was pulled out."""
        if not self.is_alive:
            raise OSError(errno.EIO, os.strerror(errno.EIO))


def simulated_rdm6300_reader(
    module: SimulatedRdm6300, monotonic: Callable[[], float]
) -> Rdm6300Reader:
    """The real reader on ``module``. ``monotonic`` must be the module's own clock."""
    return open_rdm6300(PATH, monotonic, module.open)
