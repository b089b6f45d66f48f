"""What to say to each kind of board to get the same things done: one class a language.

Each asks through a function that it is given, which retries, as every question here may be asked
twice. An unlock is no question: it is only made here, and sent by whoever counts the pulses.
"""

from collections.abc import Collection, Mapping
from typing import Protocol, TypeVar

from hardware.boards import board8a, kerong, kerong48, waveshare
from hardware.boards.bus import Silent
from hardware.boards.frames import FrameError, Request
from hardware.boards.layout8a import Layouts
from hardware.settings import BoardProtocol, BoardWiring

T = TypeVar("T")

NAMES: dict[BoardProtocol, str] = {
    "kerong": "Kerong",
    "kerong48": "Kerong CU48",
    "board8a": "8A",
    "waveshare": "Waveshare",
}

# A board may leave "all" unanswered although it answers about each lock: asked no more after that.
TRIES_FOR_ALL = 3


class Ask(Protocol):
    """Asks one question, again if need be; ``once``: not again. Raises as ``SerialBus.ask``."""

    def __call__(self, request: Request[T], /, *, once: bool = False) -> T:
        """The answer."""


class Dialect(Protocol):
    """One board's language."""

    def prove(self, ask: Ask, channel: int) -> None:
        """Have the board answer about anything. ``channel``: one that it has."""

    def feedback(self, ask: Ask, channels: Collection[int]) -> Mapping[int, bool]:
        """Whether the feedback bit of these locks is set."""

    def unlock(self, channel: int) -> Request[object] | bytes:
        """What pulses that lock: bytes, where no answer is to be awaited."""

    def all_off(self) -> Request[object] | None:
        """What turns every coil off; None where only the board itself can."""

    def coils(self, ask: Ask) -> frozenset[int] | None:
        """The locks whose coil is on; None where the board does not say."""

    def forget(self) -> None:
        """It may be another board from now on."""


class KerongLanguage(Protocol):
    """What the two boards of that maker say each in its own frames."""

    def ask_status(self, address: int) -> Request[frozenset[int]]:
        """The channels whose feedback bit is set."""

    def unlock(self, address: int, channel: int) -> bytes:
        """Pulse one lock."""


class Kerong:
    """A CU16 or a CU48: it answers no unlock, and times the pulse as was set on it.

    ``language``: the module that makes and reads its frames.
    """

    def __init__(self, address: int, language: KerongLanguage) -> None:
        self._address = address
        self._language = language

    def prove(self, ask: Ask, channel: int) -> None:
        """Ask for the status."""
        ask(self._language.ask_status(self._address))

    def feedback(self, ask: Ask, channels: Collection[int]) -> Mapping[int, bool]:
        """One status has them all."""
        hooks = ask(self._language.ask_status(self._address))
        return {channel: channel in hooks for channel in channels}

    def unlock(self, channel: int) -> bytes:
        """Nothing says that the board heard."""
        return self._language.unlock(self._address, channel)

    def all_off(self) -> None:
        """It cannot be told."""

    def coils(self, ask: Ask) -> None:
        """It does not say."""

    def forget(self) -> None:
        """Nothing was learnt."""


class Board8a:
    """A generic board: it answers an unlock, and times the pulse as was set on it.

    Each lock is asked for by itself until the answers have told how to read one about all of them:
    at 9600 baud a board of 24 takes half a second so, and 20 ms after that.
    """

    def __init__(self, address: int) -> None:
        self._address = address
        self._layouts = Layouts()
        self._in_vain = 0

    def prove(self, ask: Ask, channel: int) -> None:
        """Ask for that lock."""
        ask(board8a.ask_one(self._address, channel))

    def feedback(self, ask: Ask, channels: Collection[int]) -> Mapping[int, bool]:
        """What is certain from an answer about all; the others asked for one by one."""
        answer = self._ask_all(ask)
        found = self._layouts.read(answer, channels) if answer else {}
        asked = {
            channel: ask(board8a.ask_one(self._address, channel))
            for channel in sorted(channels)
            if channel not in found
        }
        if answer and asked and (again := self._ask_all(ask)):
            self._layouts.learn(answer, asked, again)
        return {**found, **asked}

    def unlock(self, channel: int) -> Request[object]:
        """The answer says that the board heard."""
        return board8a.ask_open(self._address, channel)

    def all_off(self) -> None:
        """It cannot be told."""

    def coils(self, ask: Ask) -> None:
        """It does not say."""

    def forget(self) -> None:
        """It may send another layout from now on."""
        self._layouts.forget()
        self._in_vain = 0

    def _ask_all(self, ask: Ask) -> bytes | None:
        """The answer about all locks; None as long as it is of no use, or there is none."""
        size = self._layouts.size
        if size is None and self._in_vain >= TRIES_FOR_ALL:
            return None
        try:
            answer = ask(board8a.ask_all(self._address, size), once=size is None)
        except (Silent, FrameError):
            if size is not None:
                self._layouts.forget()
                raise
            self._in_vain += 1
            return None
        self._in_vain = 0
        return answer


class Waveshare:
    """A Modbus relay board: each pulse is timed by the board, for as long as it is told.

    ``count``: how many relays and inputs to ask for; ``tenths``: of a second, a pulse.
    """

    def __init__(self, address: int, count: int, tenths: int) -> None:
        self._address = address
        self._count = count
        self._tenths = tenths

    def prove(self, ask: Ask, channel: int) -> None:
        """Ask for the coils."""
        self.coils(ask)

    def feedback(self, ask: Ask, channels: Collection[int]) -> Mapping[int, bool]:
        """The board's inputs: input n is the switch of the lock on relay n."""
        levels = ask(waveshare.ask_levels(self._address, waveshare.READ_INPUTS, self._count))
        return {channel: channel in levels for channel in channels}

    def unlock(self, channel: int) -> Request[object]:
        """Flash on; the board says the same."""
        return waveshare.ask_flash(self._address, channel, self._tenths)

    def all_off(self) -> Request[object]:
        """Coil 00FF."""
        return waveshare.ask_all_off(self._address)

    def coils(self, ask: Ask) -> frozenset[int]:
        """The relays that are on."""
        return ask(waveshare.ask_levels(self._address, waveshare.READ_COILS, self._count))

    def forget(self) -> None:
        """Nothing was learnt."""


def name_of(wiring: BoardWiring) -> str:
    """What a board is called in messages."""
    return f"the {NAMES[wiring.protocol]} board {wiring.address} on {wiring.port}"


def dialect_of(wiring: BoardWiring, pulse_s: float) -> Dialect:
    """The language of a board. ``pulse_s``: how long a pulse is to be, where it can be told.

    Raises:
        ValueError: the board has no such lock, address or pulse.
    """
    if not wiring.channels:
        raise ValueError("no lock is wired to the board")
    dialect = _dialect(wiring, pulse_s)
    for channel in wiring.channels.values():
        dialect.unlock(channel)  # refuses a lock that the board does not have
    return dialect


def _dialect(wiring: BoardWiring, pulse_s: float) -> Dialect:
    if wiring.protocol == "kerong":
        return Kerong(wiring.address, kerong)
    if wiring.protocol == "kerong48":
        return Kerong(wiring.address, kerong48)
    if wiring.protocol == "board8a":
        return Board8a(wiring.address)
    tenths = round(pulse_s * 10)
    if abs(tenths / 10 - pulse_s) > 1e-9:
        raise ValueError(f"pulse_s is {pulse_s}: a Waveshare board counts tenths of a second")
    return Waveshare(wiring.address, max(wiring.channels.values()), tenths)
