"""A USB reader that types, as the stream of input events that a kernel makes of it.

Below the real ``KeyboardReader`` stand a made-up module ``evdev`` and the two kernel calls; what
they do is that of drivers/input/evdev.c: packets are seen whole, a full buffer is thrown away, a
grabbed device tells nobody else, and a device that was pulled out answers ENODEV for ever.
"""

import errno
import itertools
import os
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType

from hardware.keyboard import KeyboardReader, open_keyboard
from hardware.keyboard.keys import DOWN, EV_KEY, EV_SYN, KEYS, SYN_DROPPED, SYN_REPORT
from hardware.keyboard.loader import EVIOCGVERSION, EVIOCSCLOCKID, Library
from hardware.profiles import spell

PATH = "/dev/input/by-id/usb-Simulated_Card_Reader-event-kbd"
EV_MSC, MSC_SCAN = 4, 4
UP, HELD = 0, 2
KEY_ENTER, KEY_KPENTER, KEY_LEFTSHIFT, KEY_F1 = 28, 96, 42, 59
_KEYPAD_FROM = 71
_CODES = {sign: code for code, sign in reversed(sorted(KEYS.items())) if code < _KEYPAD_FROM}
_KEYPAD_CODES = {sign: code for code, sign in KEYS.items() if code >= _KEYPAD_FROM}
_VERSION = 0x010001
_READ_AT_ONCE = 64
# Far from any monotonic clock, so that nobody takes the one for the other.
_WALL_S = 1_700_000_000.0


@dataclass(frozen=True, slots=True)
class InputEvent:
    """As ``evdev.InputEvent``."""

    sec: int
    usec: int
    type: int
    code: int
    value: int

    def timestamp(self) -> float:
        """Seconds."""
        return self.sec + self.usec / 1_000_000


class _Client:
    """One opening of the device: its buffer, in the kernel."""

    def __init__(self, size: int) -> None:
        self.is_alive = True
        self.is_monotonic = False
        self._size = size
        self._events: list[InputEvent] = []
        self._whole = 0

    def put(self, at: float, kind: int, code: int, value: int) -> None:
        """One more event; packets are readable from their SYN_REPORT on."""
        event = self._event(at, kind, code, value)
        self._events.append(event)
        if len(self._events) >= self._size:
            self._events = [self._event(at, EV_SYN, SYN_DROPPED, 0), event]
            self._whole = 0
        if (kind, code) == (EV_SYN, SYN_REPORT):
            self._whole = len(self._events)

    def take(self) -> list[InputEvent]:
        """Up to 64 events of whole packets. Raises BlockingIOError if there are none."""
        if not self._whole:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        count = min(self._whole, _READ_AT_ONCE)
        taken, self._events = self._events[:count], self._events[count:]
        self._whole -= count
        return taken

    def use_monotonic(self, at: float) -> None:
        """What came before is lost, and said to be."""
        self.is_monotonic = True
        if self._events:
            self._events = [self._event(at, EV_SYN, SYN_DROPPED, 0)]
            self._whole = 0

    def _event(self, at: float, kind: int, code: int, value: int) -> InputEvent:
        micros = round((at if self.is_monotonic else at + _WALL_S) * 1_000_000)
        return InputEvent(micros // 1_000_000, micros % 1_000_000, kind, code, value)


class SimulatedKeyboard:
    """The reader, with the hands that use it. From any thread.

    ``now`` is a monotonic clock in seconds; what is typed, is typed in no time. ``profile``: how
    it spells numbers. ``buffer``: events that the kernel keeps for each program; a real one
    keeps 64, but is read while the reader types.
    """

    def __init__(
        self, now: Callable[[], float], profile: str = "hex", *, buffer: int = 1024
    ) -> None:
        self.profile = profile
        self.types_on_keypad = False
        self.is_forbidden = False  # no permission to open it
        self.has_keys = True  # False: it is the mouse that some readers pretend to be as well
        self._now = now
        self._buffer = buffer
        self._guard = threading.RLock()
        self._plugged = True
        self._clients: dict[int, _Client] = {}
        self._owner: int | None = None
        self._fds = itertools.count(100)

    @property
    def open_files(self) -> int:
        """How often it is open."""
        return len(self._clients)

    # hands

    def swipe(self, uid: bytes) -> None:
        """Hold a card to it: its number is typed, once, with ENTER.

        Raises:
            BadNumber: the reader's profile has no number for such a card.
            ValueError: no UID has so many bytes.
        """
        self.type_text(spell(self.profile, uid))

    def tap(self, uid: bytes) -> None:
        """The same: a card leaves no trace of how long it lies there."""
        self.swipe(uid)

    def place(self, uid: bytes) -> None:
        """The same."""
        self.swipe(uid)

    def lift(self, uid: bytes) -> None:
        """Nothing: such a reader does not say when a card goes."""

    def type_text(self, text: str, *, enter: bool = True) -> None:
        """Type any signs that a key has. ``enter``: and ENTER. Raises ValueError: no such key."""
        codes = [self._code(sign) for sign in text]
        for code, sign in zip(codes, text, strict=True):
            self._stroke(code, with_shift=sign.isupper())
        if enter:
            self._stroke(KEY_KPENTER if self.types_on_keypad else KEY_ENTER)

    def hold(self, sign: str, times: int) -> None:
        """Press a key and hold it down, so that the kernel repeats it. It stays down."""
        self.press(self._code(sign), DOWN)
        for _ in range(times):
            self.press(self._code(sign), HELD)

    def press(self, code: int, value: int = DOWN) -> None:
        """One report of a single key: ``value`` is 1 down, 0 up, 2 held."""
        self._report((EV_MSC, MSC_SCAN, 0x70000 + code), (EV_KEY, code, value))

    def overrun(self) -> None:
        """Let the kernel's buffers run over: all that is unread is lost."""
        with self._guard:
            for client in self._clients.values():
                for _ in range(self._buffer):
                    client.put(self._now(), EV_MSC, MSC_SCAN, 0)
                client.put(self._now(), EV_SYN, SYN_REPORT, 0)

    def unplug(self) -> None:
        """Pull the cable out. Whoever has it open has nothing any more."""
        with self._guard:
            self._plugged = False
            self._owner = None
            for client in self._clients.values():
                client.is_alive = False

    def plug_in(self) -> None:
        """Plug it in again: a new device of the same name."""
        with self._guard:
            self._plugged = True

    def grab_elsewhere(self) -> "InputDevice":
        """Another program takes it for itself, until it closes what is returned."""
        other = InputDevice(self, PATH)
        other.grab()
        return other

    # the kernel

    def open(self, path: str) -> int:
        """A file descriptor. Raises OSError as the kernel does."""
        with self._guard:
            if not self._plugged or path != PATH:
                raise _error(errno.ENOENT, path)
            if self.is_forbidden:
                raise _error(errno.EACCES, path)
            fd = next(self._fds)
            self._clients[fd] = _Client(self._buffer)
            return fd

    def close(self, fd: int) -> None:
        """A grab ends with it."""
        with self._guard:
            self._clients.pop(fd, None)
            if self._owner == fd:
                self._owner = None

    def grab(self, fd: int, on: bool) -> None:
        """Events go to that descriptor alone. Raises OSError."""
        with self._guard:
            self._client(fd)
            if on and self._owner is not None:
                raise _error(errno.EBUSY)
            if not on and self._owner != fd:
                raise _error(errno.EINVAL)
            self._owner = fd if on else None

    def take(self, fd: int) -> list[InputEvent]:
        """Read, without waiting. Raises OSError."""
        with self._guard:
            return self._client(fd).take()

    def ioctl(self, fd: int, request: int, argument: bytes) -> bytes:
        """EVIOCGVERSION and EVIOCSCLOCKID. Raises OSError."""
        with self._guard:
            client = self._client(fd)
            if request == EVIOCGVERSION:
                return struct.pack("i", _VERSION)
            if request != EVIOCSCLOCKID or struct.unpack("i", argument) != (time.CLOCK_MONOTONIC,):
                raise _error(errno.EINVAL)
            client.use_monotonic(self._now())
            return argument

    def _client(self, fd: int) -> _Client:
        if fd not in self._clients:
            raise _error(errno.EBADF)
        if not self._clients[fd].is_alive:
            raise _error(errno.ENODEV)
        return self._clients[fd]

    def _code(self, sign: str) -> int:
        codes = _KEYPAD_CODES | _CODES if not self.types_on_keypad else _CODES | _KEYPAD_CODES
        if sign.upper() not in codes:
            raise ValueError("there is no key for a sign of that text")
        return codes[sign.upper()]

    def _stroke(self, code: int, *, with_shift: bool = False) -> None:
        """A key goes down and up, between a shift if it is a capital."""
        if with_shift:
            self.press(KEY_LEFTSHIFT)
        self.press(code)
        self.press(code, UP)
        if with_shift:
            self.press(KEY_LEFTSHIFT, UP)

    def _report(self, *changes: tuple[int, int, int]) -> None:
        with self._guard:
            if not self._plugged:
                return
            owners = [self._owner] if self._owner is not None else list(self._clients)
            for client in [self._clients[fd] for fd in owners]:
                for kind, code, value in changes:
                    client.put(self._now(), kind, code, value)
                client.put(self._now(), EV_SYN, SYN_REPORT, 0)


class InputDevice:
    """As ``evdev.InputDevice``, of which it has what a reader needs."""

    def __init__(self, keyboard: SimulatedKeyboard, path: str) -> None:
        self._keyboard = keyboard
        self.path = path
        self.name = "Simulated Card Reader"
        self.fd = keyboard.open(path)

    def grab(self) -> None:
        """Be the only one. Raises OSError."""
        self._keyboard.grab(self.fd, True)

    def ungrab(self) -> None:
        """Be one of several. Raises OSError."""
        self._keyboard.grab(self.fd, False)

    def capabilities(self) -> dict[int, list[int]]:
        """Event types, and the codes of each."""
        keys = [*KEYS, KEY_ENTER, KEY_KPENTER, KEY_LEFTSHIFT, KEY_F1]
        return {EV_SYN: [0, 1, 4], EV_KEY: keys if self._keyboard.has_keys else [0x110, 0x111]}

    def read(self) -> Iterator[InputEvent]:
        """A generator, which raises when it is first asked: BlockingIOError if nothing came."""
        yield from self._keyboard.take(self.fd)

    def close(self) -> None:
        """Let go. May be called again."""
        if self.fd > -1:
            self._keyboard.close(self.fd)
            self.fd = -1


def library_for(keyboard: SimulatedKeyboard) -> Library:
    """What leads to ``keyboard`` and to nothing else."""
    evdev = ModuleType("evdev")
    vars(evdev)["InputDevice"] = lambda path: InputDevice(keyboard, path)
    return Library(evdev, keyboard.ioctl)


def simulated_keyboard_reader(
    keyboard: SimulatedKeyboard, monotonic: Callable[[], float]
) -> KeyboardReader:
    """The real reader on ``keyboard``. ``monotonic`` must be the keyboard's own clock."""
    return open_keyboard(PATH, keyboard.profile, monotonic, library_for(keyboard))


def _error(number: int, path: str | None = None) -> OSError:
    """The OSError that Python makes of it: PermissionError, FileNotFoundError and so on."""
    return OSError(number, os.strerror(number), *([path] if path else []))
