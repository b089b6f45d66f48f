"""One board on its line: questions asked again, an unlock never, and faults in plain words."""

import contextlib
from collections.abc import Collection, Iterator, Mapping
from typing import TypeVar

from hardware.boards.bus import Backoff, PortGone, SerialBus, Silent
from hardware.boards.dialects import Dialect
from hardware.boards.frames import FrameError, Refused, Request
from hardware.errors import BankLost, LockFault, MayBePulsed

T = TypeVar("T")

# How often a question is asked before its failure is believed, and the pauses in between: a board
# that just pulsed a lock may be deaf for some tenths of a second.
ATTEMPTS = 3
PAUSE_S = 0.05

# A board that answered so lately is there. The bus is polled some twenty times a second.
PROOF_S = 1.0

SILENCE = "nobody answers, though the port works: has it power, is its address right?"


class Board:
    """One board. ``name`` begins every fault; ``dialect`` is its language.

    Every method raises BankLost where nobody answers or the port is gone, and LockFault where the
    board answers nonsense or refuses, unless it says otherwise.
    """

    def __init__(self, name: str, bus: SerialBus, dialect: Dialect) -> None:
        self._name = name
        self._bus = bus
        self._dialect = dialect
        self._fault: LockFault | None = None
        self._backoff = Backoff()
        self._proved = (0, float("-inf"))  # on which opening of the port, and when

    def check_patience(self) -> None:
        """Raise the last fault again while it is too early to ask a faulty board once more.

        So that a dead board does not keep the line from those beside it.
        """
        if self._fault is not None and not self._backoff.is_over(self._bus.monotonic()):
            raise type(self._fault)(str(self._fault))

    def prove(self, channel: int) -> None:
        """Have it answer."""
        with self._faults():
            self._dialect.prove(self._ask, channel)

    def prove_lately(self, channel: int) -> None:
        """Have it answer, unless it did within the last second and on this very port.

        Before an unlock, as a board may leave that unanswered; and as the answers to questions
        tell whether the adapter sends back what it is given, which looks like an answer too.
        """
        opening, at = self._proved
        if opening != self._bus.opening or self._bus.monotonic() - at >= PROOF_S:
            self.prove(channel)

    def feedback(self, channels: Collection[int]) -> Mapping[int, bool]:
        """Whether the feedback bit of these locks is set."""
        with self._faults():
            return self._dialect.feedback(self._ask, channels)

    def coils(self) -> frozenset[int] | None:
        """The locks whose coil is on; None where the board does not say."""
        with self._faults():
            return self._dialect.coils(self._ask)

    def pulse(self, channel: int) -> None:
        """Pulse one lock: sent once, whatever comes back."""
        command = self._dialect.unlock(channel)
        with self._faults("; the lock may have been pulsed"):
            if isinstance(command, bytes):
                self._bus.tell(command)
            else:
                self._bus.ask(command)

    def end_all(self) -> None:
        """Turn every coil off, where the board can be told to, and have it say that they are.

        Raises LockFault also if one stays on.
        """
        request = self._dialect.all_off()
        if request is None:
            return
        with self._faults():
            with contextlib.suppress(Silent, FrameError):
                self._ask(request)
            on = self._dialect.coils(self._ask)
        if on:
            raise self.stuck(f"lock {', '.join(map(str, sorted(on)))} is stuck on")

    def all_off(self) -> bool:
        """Whether it said that every coil is off. Never raises; a signal handler may call it."""
        request = self._dialect.all_off()
        if request is None:
            return False
        for _ in range(2):
            with contextlib.suppress(Exception):
                return self._bus.urgent(request)
        return False

    def stuck(self, what: str) -> LockFault:
        """A fault of this board's coils."""
        return LockFault(f"{self._name}: {what}")

    def _ask(self, request: Request[T], /, *, once: bool = False) -> T:
        """Ask, and again after a failure, unless the board is known to be at fault."""
        attempts = 1 if once or self._fault is not None else ATTEMPTS
        for attempt in range(1, attempts):
            with contextlib.suppress(Silent, FrameError):
                return self._answered(request)
            self._bus.sleep(attempt * PAUSE_S)
        return self._answered(request)

    def _answered(self, request: Request[T]) -> T:
        answer = self._bus.ask(request)
        self._proved = (self._bus.opening, self._bus.monotonic())
        return answer

    @contextlib.contextmanager
    def _faults(self, and_what: str = "") -> Iterator[None]:
        try:
            yield
        except PortGone as error:
            self._dialect.forget()
            raise BankLost(f"{self._name}: {error}{and_what}") from error
        except Silent as error:
            self._dialect.forget()
            why = self._failed(BankLost, SILENCE)
            raise BankLost(why + and_what) from error
        except FrameError as error:
            is_refused = isinstance(error, Refused)
            why = self._failed(
                LockFault, str(error) if is_refused else f"no sense in its answer: {error}"
            )
            kind = LockFault if is_refused or not and_what else MayBePulsed
            raise kind(why + and_what) from error
        self._fault = None
        self._backoff.worked()

    def _failed(self, kind: type[LockFault], what: str) -> str:
        self._fault = kind(f"{self._name}: {what}")
        self._backoff.failed(self._bus.monotonic())
        return str(self._fault)
