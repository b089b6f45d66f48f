"""A reader that types, as a ``CardReader``: a card is there for the one poll that its number ends.

The device is grabbed, or its numbers would be typed into whatever has the keyboard's focus as
well. Each event is judged by its own time, stamped by the kernel when it came. Nothing that was
typed is ever written to the log or into an error.

A reader whose electronics hang while its USB chip lives types nothing, and so does one that no
card is held to: they cannot be told apart.
"""

import errno
import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NoReturn

from hardware.errors import ReaderLost
from hardware.keyboard.keys import ENTER, EV_KEY, KEYS, Event, Typed, Typing
from hardware.keyboard.loader import Library
from hardware.ports import CardSeen
from hardware.profiles import BadNumber, profile_named, read_number

log = logging.getLogger(__name__)

# The kernel keeps 64 events for us (EVDEV_MIN_BUFFER_SIZE), and a reader makes three to five with
# each report, every second millisecond at most: at this pace they never run over. Where they do,
# the number is dropped, not misread.
POLL_S = 0.02
STALE_S = 3.0  # whoever held the card there expects nothing any more
_MOST_EVENTS = 4096


class KeyboardReader:
    """A ``CardReader`` on a device that types; see the module's text. One thread may use it.

    Of several numbers typed since the last poll, the oldest is reported, and the others by the
    next polls. One that was typed three seconds ago is dropped: nobody waits there any more.
    ``bad_numbers`` counts those dropped for this, for being torn, or for not fitting the profile.
    """

    def __init__(
        self, library: Library, path: str, profile: str, monotonic: Callable[[], float]
    ) -> None:
        profile_named(profile)  # an unknown one is a fault in the settings, not a bad number
        self._library = library
        self._path = path
        self._profile = profile
        self._monotonic = monotonic
        self._device: Any = None
        self._why = f"The card reader {path} was not opened."
        self._typing = Typing()
        self._torn = 0
        self._typed: deque[tuple[float, CardSeen]] = deque()
        self.bad_numbers = 0
        with suppress(ReaderLost):  # the first poll will tell
            self.reset()

    def read(self) -> Sequence[CardSeen]:
        """The card whose number was typed, if one was. Raises ReaderLost."""
        for typed in self._newly_typed():
            self._take(typed)
        return self._oldest(self._monotonic())

    def texts(self) -> Sequence[str]:
        """What was typed since the last poll, of any profile: to find out which one it is.

        Raises:
            ReaderLost: as ``read``.
        """
        return [typed.text for typed in self._newly_typed()]

    def check(self) -> None:
        """Raises ReaderLost unless the kernel has the device still, and we have it open."""
        device = self._living()
        with self._os_error_means_lost():
            self._library.prove_alive(device.fd)

    def reset(self) -> None:
        """Open it anew by its name, and forget what was typed. Raises ReaderLost."""
        self.close()
        self._typing = Typing()
        self._torn = 0
        with self._os_error_means_lost():
            self._device = self._library.evdev.InputDevice(self._path)
            self._device.grab()
            self._library.stamp_by_monotonic_clock(self._device.fd)
            keys = self._device.capabilities().get(EV_KEY, [])
        if not (ENTER.intersection(keys) and set(keys) & KEYS.keys()):
            self._lose(
                f"{self._path} types no numbers: choose the device of the card reader whose name"
                " ends in -event-kbd."
            )

    def counts(self) -> Mapping[str, int]:
        """Numbers that were dropped."""
        return {"numbers dropped": self.bad_numbers}

    def close(self) -> None:
        """Let go of the device."""
        device, self._device = self._device, None
        self._typed.clear()
        self._why = f"The card reader {self._path} is closed."
        if device is not None:
            with suppress(OSError):
                device.close()

    def _living(self) -> Any:
        if self._device is None:
            raise ReaderLost(self._why)
        return self._device

    def _lose(self, why: str) -> NoReturn:
        self.close()
        self._why = why
        raise ReaderLost(why)

    @contextmanager
    def _os_error_means_lost(self) -> Iterator[None]:
        """evdev raises SystemError where a device vanishes while it is being opened."""
        try:
            yield
        except (OSError, SystemError) as error:
            self._lose(explain(self._path, error))

    def _newly_typed(self) -> list[Typed]:
        device = self._living()
        with self._os_error_means_lost():
            events = _waiting(device)
        found = [typed for event in events if (typed := self._typing.press(event)) is not None]
        self._typing.expire(self._monotonic())
        self._count_torn()
        return found

    def _take(self, typed: Typed) -> None:
        try:
            kind, uid = read_number(self._profile, typed.text)
        except BadNumber as refused:
            self.bad_numbers += 1
            log.warning("reader: a number is not of the profile %s: %s", self._profile, refused)
        else:
            self._typed.append((typed.at, CardSeen(uid, kind=kind)))

    def _count_torn(self) -> None:
        new, self._torn = self._typing.torn - self._torn, self._typing.torn
        if new:
            self.bad_numbers += new
            log.warning("reader: %d number(s) had no end: does it send ENTER?", new)

    def _oldest(self, now: float) -> Sequence[CardSeen]:
        while self._typed:
            at, card = self._typed.popleft()
            if now - at <= STALE_S:
                return [card]
            self.bad_numbers += 1
            log.warning("reader: a number typed %.0f s ago was dropped", now - at)
        return []


def explain(path: str, error: Exception) -> str:
    """One sentence on why the device cannot be used, and what to do."""
    match getattr(error, "errno", None):
        case errno.ENOENT | errno.ENODEV | errno.ENXIO:
            return f"The card reader is not plugged in: there is no {path}."
        case errno.EACCES | errno.EPERM:
            return (
                f"The card reader {path} may not be opened: put the kiosk's user into the group"
                " input."
            )
        case errno.EBUSY:
            return (
                f"The card reader {path} is in use by another program: stop that, as one alone can"
                " have it."
            )
        case _:
            return f"The card reader {path} does not work: {error}"


def _waiting(device: Any) -> list[Event]:
    """What came since the last poll; does not wait for more."""
    events: list[Event] = []
    while len(events) < _MOST_EVENTS:
        before = len(events)
        try:
            events.extend(device.read())
        except BlockingIOError:
            break
        if len(events) == before:
            break
    return events
