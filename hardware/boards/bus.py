"""One serial line and the boards on it: one question at a time, and the port opened anew."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from hardware.boards.frames import FrameError, Reassembler, Request, TornFrame

T = TypeVar("T")

# A read gives up after so long, and so many reads that gave up are silence: 200 ms in all. The
# longest answer takes 12 ms at 9600 baud; a USB adapter may hold bytes back for 16 ms.
SLICE_S = 0.02
SILENT_READS = 10

# However much noise a line brings, an answer is awaited for no longer, and in no more bytes.
PATIENCE_S = 0.3
PATIENCE_BYTES = 128

# 3.5 characters at 9600 baud, 11 bits each (MODBUS over Serial Line V1.02, 2.5.1.1). The other
# languages name no gap; this one does not hurt them.
GAP_S = 0.0041

# After a command whose answer is not awaited there may be one all the same, and the line is to be
# left to it. A public program for Kerong boards (jin0949/KR-CU16_locker) waits for 25 ms.
AFTER_COMMAND_S = 0.03

# A port that nobody answered on so often may be stuck rather than idle: it is opened anew.
REOPEN_AFTER = 3

FIRST_WAIT_S = 0.25
LONGEST_WAIT_S = 2.0

# How long ``urgent`` waits for its turn: no exchange takes longer.
URGENT_WAIT_S = 0.5


class Port(Protocol):
    """What we need of an open serial port, pyserial's or a simulated one. All may raise OSError."""

    def write(self, data: bytes, /) -> int | None:
        """Send."""

    def read(self, size: int, /) -> bytes:
        """So many bytes, or those that came within ``SLICE_S``."""

    def reset_input_buffer(self) -> None:
        """Throw away what came unasked."""

    def close(self) -> None:
        """Let go of the device."""


class PortGone(Exception):
    """The port cannot be opened, or failed in use. The message is for whoever has to mend it."""


class Silent(Exception):
    """The port works, and nobody answered."""


class Backoff:
    """When something that failed may be tried again: at once, then after doubling times."""

    def __init__(self) -> None:
        self._wait_s = FIRST_WAIT_S
        self._not_before = float("-inf")

    def is_over(self, now: float) -> bool:
        """Whether it may be tried."""
        return now >= self._not_before

    def failed(self, now: float) -> None:
        """It was tried, in vain."""
        self._not_before = now + self._wait_s
        self._wait_s = min(2 * self._wait_s, LONGEST_WAIT_S)

    def worked(self) -> None:
        """It was tried, and worked."""
        self._wait_s, self._not_before = FIRST_WAIT_S, float("-inf")


class SerialBus:
    """A serial port, shared by the boards on its line. Any thread may ask; one at a time does.

    ``open_port`` opens it, and raises OSError with words for whoever has to mend it. ``sleep`` and
    ``monotonic`` are seconds. The port is opened when it is first needed, and again after an
    error: not before a quarter of a second, then after doubling times, two seconds at most.
    """

    def __init__(
        self,
        open_port: Callable[[], Port],
        sleep: Callable[[float], None],
        monotonic: Callable[[], float],
    ) -> None:
        self._open_port = open_port
        self.sleep = sleep
        self.monotonic = monotonic
        self._port: Port | None = None
        self._turn = threading.Lock()
        self._backoff = Backoff()
        self._why = ""
        self._failures = 0
        self._quiet_until = float("-inf")
        self._echoes = False
        self._users = 0
        self._openings = 0

    @property
    def opening(self) -> int:
        """The number of this opening of the port, from 1; -1 while it is closed."""
        return self._openings if self._port is not None else -1

    def join(self) -> None:
        """One more bank uses the bus."""
        self._users += 1

    def leave(self) -> None:
        """One bank less; the last one closes the port."""
        self._users -= 1
        if self._users <= 0:
            with self._turn:
                self._close()

    def ask(self, request: Request[T]) -> T:
        """Send one question, and wait for its answer: 200 ms of silence, 300 ms at most.

        Raises:
            PortGone: there is no port, or it failed.
            Silent: nothing came.
            FrameError: something came, but not the answer.
        """
        with self._turn:
            return self._exchange(request)

    def tell(self, frame: bytes) -> None:
        """Send something that no answer is awaited for. Raises PortGone."""
        with self._turn:
            port = self._opened()
            with self._closing_on_error():
                self._send(port, frame)
                self._quiet_until = self.monotonic() + AFTER_COMMAND_S

    def urgent(self, request: Request[T]) -> bool:
        """Ask, whoever has the turn; whether it was answered. Raises as ``ask``.

        For a signal handler: the thread that it interrupted may be the one whose turn it is, and
        will not end it. So it waits for half a second, in which any answer has come, and then
        sends without waiting for its own.
        """
        if not self._turn.acquire(timeout=URGENT_WAIT_S):
            with self._closing_on_error():
                self._opened().write(request.frame)
            return False
        try:
            self._exchange(request)
        finally:
            self._turn.release()
        return True

    def _exchange(self, request: Request[T]) -> T:
        port = self._opened()
        with self._closing_on_error():
            self._send(port, request.frame)
            try:
                answer = self._listen(port, request)
            except (Silent, FrameError):
                self._count_failure()
                raise
        self._failures = 0
        return answer

    def _opened(self) -> Port:
        if self._port is None:
            if not self._backoff.is_over(self.monotonic()):
                raise PortGone(self._why)
            try:
                self._port = self._open_port()
            except OSError as error:
                self._gone(error)
                raise PortGone(self._why) from error
            self._openings += 1
            self._failures = 0
        return self._port

    @contextlib.contextmanager
    def _closing_on_error(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._gone(error)
            raise PortGone(self._why) from error
        self._backoff.worked()

    def _gone(self, error: OSError) -> None:
        self._why = str(error)
        self._close()
        self._backoff.failed(self.monotonic())

    def _count_failure(self) -> None:
        self._failures += 1
        if self._failures >= REOPEN_AFTER:
            self._close()

    def _close(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            with contextlib.suppress(OSError):
                port.close()

    def _send(self, port: Port, frame: bytes) -> None:
        if (wait_s := self._quiet_until - self.monotonic()) > 0:
            self.sleep(wait_s)
        port.reset_input_buffer()
        port.write(frame)
        self._quiet_until = self.monotonic() + GAP_S

    def _listen(self, port: Port, request: Request[T]) -> T:
        """The answer among what comes. An adapter may send back what it was given: that is none."""
        may_be_echo = self._echoes or not request.resembles
        echoes = 0
        fault: FrameError | None = None
        stream = Reassembler(request.measure, request.is_right)
        for frame in self._frames(port, stream, request.size):
            if frame == request.frame and may_be_echo and not echoes:
                echoes += 1
                continue
            try:
                answer = request.parse(frame)
            except FrameError as error:
                fault = error
                continue
            if not request.resembles:
                self._echoes = bool(echoes)
            return answer
        if fault is not None:
            raise fault
        if stream.dropped:
            raise TornFrame(f"{stream.dropped} bytes came, and no whole answer was among them")
        raise Silent

    def _frames(self, port: Port, stream: Reassembler, size: int) -> Iterator[bytes]:
        until = self.monotonic() + PATIENCE_S
        silent, came = 0, 0
        while silent < SILENT_READS and came < PATIENCE_BYTES and self.monotonic() < until:
            wanted = stream.missing or size
            data = port.read(wanted)
            self._quiet_until = self.monotonic() + GAP_S
            came += len(data)
            yield from stream.feed(data)
            if len(data) < wanted:
                silent += 1
                yield from stream.settle()
        yield from stream.finish()
