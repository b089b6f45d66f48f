"""What a reader's key presses spell: one number up to each ENTER. Pure.

Codes are those of linux/input-event-codes.h. They name keys by their place on an American
keyboard, so a reader must be set to that layout.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

EV_SYN, EV_KEY = 0, 1
SYN_REPORT, SYN_DROPPED = 0, 3
DOWN = 1

ENTER = frozenset({28, 96})  # the second on the keypad
_ROWS = {2: "1234567890-", 16: "QWERTYUIOP", 30: "ASDFGHJKL:", 44: "ZXCVBNM,./", 57: " "}
_KEYPAD = {71: "789-456", 79: "1230.", 98: "/", 121: ","}
# Every key that a number is made of. The key of the colon is also that of the semicolon.
KEYS: Mapping[int, str] = {
    first + place: sign
    for first, signs in (_ROWS | _KEYPAD).items()
    for place, sign in enumerate(signs)
}
# Shift and the locks change no number: letters are capitals, digits are digits.
WITHOUT_MEANING = frozenset({42, 54, 58, 69})
_OTHER_KEY = "?"

NUMBER_S = 1.0  # a reader types a number in a quarter of a second, slow ones in half of one


class Event(Protocol):
    """An event as evdev reports it: ``type``, ``code`` and ``value`` of the kernel."""

    type: int
    code: int
    value: int

    def timestamp(self) -> float:
        """Its time, in seconds."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A whole number, and when its ENTER was pressed."""

    text: str
    at: float


class Typing:
    """Takes events in their order, and gives the numbers they make.

    A number that has no ENTER within a second of its first key, or whose events the kernel lost
    (SYN_DROPPED), is torn: it goes, up to its ENTER or a second without a key. So the rest of a
    torn number is never taken for a number. ``torn`` counts them.
    """

    def __init__(self) -> None:
        self.torn = 0
        self._signs = ""
        self._is_torn = False
        self._began = self._last = float("-inf")

    def press(self, event: Event) -> Typed | None:
        """The number that this event ends, if it does."""
        if (event.type, event.code) == (EV_SYN, SYN_DROPPED):
            self._last = event.timestamp()
            self._tear()
        elif event.type == EV_KEY and event.value == DOWN:
            return self._key(event.code, event.timestamp())
        return None

    def expire(self, now: float) -> None:
        """All events up to ``now`` were taken: a number that began long before it is torn."""
        if self._signs and now - self._began > NUMBER_S:
            self._tear()

    def _key(self, code: int, at: float) -> Typed | None:
        if code in WITHOUT_MEANING:
            return None
        if self._is_torn and at - self._last > NUMBER_S:
            self._is_torn = False
        if not self._signs:
            self._began = at
        elif at - self._began > NUMBER_S:
            self._tear(is_over=at - self._last > NUMBER_S)
            self._began = at
        self._last = at
        if code in ENTER:
            return self._enter(at)
        if not self._is_torn:
            self._signs += KEYS.get(code, _OTHER_KEY)
        return None

    def _enter(self, at: float) -> Typed | None:
        text, self._signs, self._is_torn = self._signs, "", False
        return Typed(text, at) if text else None

    def _tear(self, *, is_over: bool = False) -> None:
        """``is_over``: nothing of it is still to come."""
        self.torn += not self._is_torn
        self._signs = ""
        self._is_torn = not is_over
