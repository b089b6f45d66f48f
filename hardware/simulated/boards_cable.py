"""A simulated serial line: the adapter, the cable, and the boards at its end, without a device."""

from collections.abc import Callable, Sequence

from hardware.boards.bus import SLICE_S
from hardware.simulated.boards import SimulatedBoard


class SimulatedCable:
    """What is written goes to every board; what they say can be read. Faults, at any moment:

    ``noise_every``: of so many bytes that pass, either way, one has a bit turned (0: none);
    ``glitch``: bytes that the line itself makes up before an answer, when it turns round;
    ``echoes``: the adapter sends back what it is given; ``late``: how many reads find nothing
    although an answer is on its way.
    """

    def __init__(self, boards: Sequence[SimulatedBoard]) -> None:
        self.boards = list(boards)
        self.noise_every = 0
        self.glitch = b""
        self.echoes = False
        self.late = 0
        self._passed = 0
        self._is_plugged = True
        self._port: CablePort | None = None

    @property
    def is_plugged(self) -> bool:
        """Whether the adapter is in its socket."""
        return self._is_plugged

    def unplug(self) -> None:
        """Pull the adapter out: a port that is open fails from now on, for good."""
        self._is_plugged = False
        if self._port is not None:
            self._port.fail()

    def plug_in(self) -> None:
        """Plug it in again: it can be opened anew."""
        self._is_plugged = True

    def open(self, wait: Callable[[float], None]) -> "CablePort":
        """The port. ``wait``: lets so many seconds pass in which nothing comes.

        Raises:
            OSError: it is not plugged in, or in use.
        """
        if not self._is_plugged:
            raise OSError("the simulated serial adapter is not plugged in")
        if self._port is not None and self._port.is_open:
            raise OSError("the simulated serial port is in use")
        self._port = CablePort(self, wait)
        return self._port

    def carry(self, data: bytes) -> bytes:
        """What comes back on the line when these bytes are sent."""
        sent = self._noisy(data)
        said = b"".join(board.hear(sent) for board in self.boards)
        answer = self._noisy(self.glitch + said) if said else b""
        return data + answer if self.echoes else answer

    def _noisy(self, data: bytes) -> bytes:
        noisy = bytearray(data)
        for index in range(len(noisy)):
            self._passed += 1
            if self.noise_every and self._passed % self.noise_every == 0:
                noisy[index] ^= 1 << self._passed // self.noise_every % 8
        return bytes(noisy)


class CablePort:
    """An open port, as pyserial's with a timeout of ``SLICE_S``."""

    def __init__(self, cable: SimulatedCable, wait: Callable[[float], None]) -> None:
        self._cable = cable
        self._wait = wait
        self._arrived = b""
        self._failed = False
        self.is_open = True

    def write(self, data: bytes, /) -> int:
        """Send. Raises OSError once it was unplugged."""
        self._check()
        self._arrived += self._cable.carry(data)
        return len(data)

    def read(self, size: int, /) -> bytes:
        """What came, at most ``size``; fewer only after a wait. Raises OSError, see ``write``."""
        self._check()
        if self._cable.late:
            self._cable.late -= 1
            self._wait(SLICE_S)
            return b""
        data, self._arrived = self._arrived[:size], self._arrived[size:]
        if len(data) < size:
            self._wait(SLICE_S)
        return data

    def reset_input_buffer(self) -> None:
        """Throw away what came, but for what is late. Raises OSError, see ``write``."""
        self._check()
        if not self._cable.late:
            self._arrived = b""

    def close(self) -> None:
        """Let go of it."""
        self.is_open = False

    def fail(self) -> None:
        """The device is gone."""
        self._failed = True
        self.is_open = False

    def _check(self) -> None:
        if self._failed or not self.is_open:
            raise OSError("the simulated serial adapter was pulled out")
